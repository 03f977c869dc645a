"""Which words of a free text name an infection: a disease, or an organism or sign that goes with one."""

from __future__ import annotations

from collections.abc import Collection
from functools import cache
from typing import Any

from core.catalogue.reading import read_catalogue


def _words() -> dict[str, Any]:
    words: dict[str, Any] = read_catalogue("statements")["infection"]
    return words


@cache
def is_infection(word: str) -> bool:
    """Whether a folded word names a disease that is an infection ("cellulitis", "pneumonia", "infected")."""
    words = _words()
    if word in words["not_infections"]:
        return False
    return word.startswith(tuple(words["diseases"])) or word.endswith(tuple(words["endings"]))


@cache
def tells_of_infection(word: str) -> bool:
    """Whether a folded word names an infection, its organism or its sign ("MRSA", "febrile")."""
    return is_infection(word) or word.startswith(tuple(_words()["organisms"])) or word in _words()["signs"]


def names_one_infection(named: Collection[str]) -> bool:
    """Whether folded words name an infection and nothing else ("community acquired pneumonia")."""
    described = set(_words()["described_by"])
    return any(map(is_infection, named)) and all(is_infection(word) or word in described for word in named)
