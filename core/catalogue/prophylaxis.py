"""Whether a text that speaks of prophylaxis says so of its own antibiotic; in doubt the antibiotic is treatment."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from itertools import pairwise
from typing import Any

from core.catalogue.infections import tells_of_infection
from core.catalogue.reading import read_catalogue
from core.catalogue.spelling import fold_words, split_clauses

_Clause = tuple[str, ...]
#: A dose or how often: "480", "480mg", "3x", "2g".
_QUANTITY = re.compile(r"\d+(?:x|mg|g|mcg|ml|h)?")


def _words() -> dict[str, Any]:
    words: dict[str, Any] = read_catalogue("statements")["prophylaxis"]
    return words


@lru_cache(maxsize=4096)
def is_doubtful_prophylaxis(code: str, detail: str) -> bool:
    """Whether an antibiotic's text speaks of prophylaxis without saying that this antibiotic is one.

    "Prophylaxis stopped, now treatment", "IV vancomycin for MRSA, prophylactic enoxaparin": such an antibiotic is
    judged as treatment. Every word of the part that speaks of prophylaxis must be about an antibiotic and what it
    prevents, and no other part may name an infection.
    Source: infection.md 4.1 INF-A. Hazard: an infection that a word hides.
    """
    clauses = [fold_words(clause) for text in (code, detail) for clause in split_clauses(text)]
    speaking = [clause for clause in clauses if _speaks_of_it(clause)]
    others = [clause for clause in clauses if not _speaks_of_it(clause)]
    if not speaking:
        return False
    return (
        "?" in code + detail
        or any(_is_in_doubt(clause) for clause in clauses)
        or any(_gives_a_reason(clause) for clause in others)
        or _is_of_another_drug(speaking, others)
        or any(_says_something_else(clause, into_a_vein=_goes_into_a_vein(clauses)) for clause in speaking)
    )


def _speaks_of_it(clause: _Clause) -> bool:
    return any(word.startswith(_words()["beginning"]) for word in clause)


def _is_in_doubt(clause: _Clause) -> bool:
    words = _words()
    before = ("", *clause)
    for last, word in zip(before, clause, strict=False):
        follows = last.startswith(words["beginning"])
        if word.startswith(words["beginning"]) and last in words["doubt_before"]:
            return True
        if word in words["doubt"] and not (follows and word in words["joined"]):
            return True
    return False


def _gives_a_reason(clause: _Clause) -> bool:
    """Whether another part of the text says what the antibiotic is for: in words, or by naming an infection."""
    return any(word in _words()["reason"] or tells_of_infection(word) for word in clause)


def _goes_into_a_vein(clauses: list[_Clause]) -> bool:
    spelt = [f" {way} " for way in _words()["into_a_vein"]]
    return any(way in f" {' '.join(clause)} " for clause in clauses for way in spelt)


def _is_of_another_drug(speaking: list[_Clause], others: list[_Clause]) -> bool:
    """Whether the part on prophylaxis may be about another antibiotic than the one that is given.

    Into a vein and for what is prevented by mouth ("ceftriaxone IV, PJP prophylaxis"): two drugs as well.
    """
    prevents = _antibiotics(speaking)
    gives = _antibiotics(others)
    if prevents:
        has_unnamed = any(word in _words()["unnamed"] for clause in others for word in clause)
        return len(prevents) > 1 or bool(gives - prevents) or has_unnamed or _goes_into_a_vein(others)
    said = {word for clause in speaking for word in clause}
    if said & set(_words()["purposes_of_few"]) and gives - set(_words()["given_for_few"]):
        return True
    return bool(said & set(_words()["purposes"])) and _goes_into_a_vein([*speaking, *others])


def _antibiotics(clauses: list[_Clause]) -> set[str]:
    return {word for clause in clauses for word in clause if is_antibiotic(word)}


@cache
def is_antibiotic(word: str) -> bool:
    """Whether a folded word names an antibiotic, or another drug against germs."""
    words = _words()
    return (
        word in words["antibiotics"]
        or word.startswith(tuple(words["antibiotics_begin"]))
        or word.endswith(tuple(words["antibiotics_end"]))
    )


def _says_something_else(clause: _Clause, *, into_a_vein: bool) -> bool:
    """Whether a part on prophylaxis holds a word that is not about an antibiotic and what it is to prevent.

    An infection may be named as what is prevented only, and not of what goes into a vein.
    """
    words = _words()
    known = {*words["purposes"], *words["procedures"], *words["fillers"], *words["unnamed"], *words["joined"]}
    for place, word in enumerate(clause):
        if word.startswith(words["beginning"]) or _QUANTITY.fullmatch(word) or is_antibiotic(word) or word in known:
            continue
        if into_a_vein or not tells_of_infection(word) or not _is_prevented(clause, place):
            return True
    return False


def _is_prevented(clause: _Clause, place: int) -> bool:
    """Whether the word there is what is prevented: "UTI prophylaxis", "prophylaxis against shingles"."""
    noun = _words()["noun"]
    if clause[place + 1 : place + 2] == (noun,):
        return True
    said = pairwise(clause[:place])
    return any(one == noun and following in _words()["object_of"] for one, following in said)
