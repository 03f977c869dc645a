"""What an admission's text says of an infection, once what it only denies or prevents is left out."""

from __future__ import annotations

import re
from functools import lru_cache

from core.catalogue.infections import names_one_infection
from core.catalogue.prophylaxis import is_doubtful_prophylaxis
from core.catalogue.reading import read_catalogue
from core.catalogue.spelling import fold_words, split_clauses

_UNCERTAIN = re.compile(r"[?()/&+]")


@lru_cache(maxsize=4096)
def leave_out_denied_infection(text: str) -> str:
    """An admission's text without the parts that plainly deny an infection, or speak of its prophylaxis alone.

    "No evidence of infection, chest pain" is chest pain; "elective hip; antibiotics prophylaxis" an elective hip;
    "sepsis, no pneumonia" stays sepsis. A text with any doubt in it stays whole.
    Hazard: a serious infection that a half-understood sentence hides.
    """
    if _UNCERTAIN.search(text):
        return text
    clauses = split_clauses(text)
    kept = [clause.strip() for clause in clauses if not _is_denied(clause) and not _is_to_prevent(clause)]
    return text if len(kept) == len(clauses) else "; ".join(kept)


def _is_to_prevent(clause: str) -> bool:
    words = fold_words(clause)
    speaks = any(word.startswith(read_catalogue("statements")["prophylaxis"]["beginning"]) for word in words)
    return speaks and not is_doubtful_prophylaxis("", clause)


def _is_denied(clause: str) -> bool:
    """ "No evidence of infection", "without sepsis", "pneumonia ruled out": a denial, an infection and nothing else."""
    words = read_catalogue("statements")["denial"]
    said = " ".join(fold_words(clause))
    for phrase in sorted(words["begins"], key=len, reverse=True):
        if said.startswith(f"{phrase} "):
            return _is_infection_alone(said.removeprefix(f"{phrase} "))
    return any(
        said.endswith(f" {phrase}") and _is_infection_alone(said.removesuffix(f" {phrase}")) for phrase in words["ends"]
    )


def _is_infection_alone(said: str) -> bool:
    """Whether words name one infection, or antibiotics as such, and nothing else."""
    statements = read_catalogue("statements")
    left = [word for word in said.split() if word not in statements["denial"]["fillers"]]
    if names_one_infection(left):
        return True
    unnamed = set(statements["prophylaxis"]["unnamed"])
    return bool(unnamed & set(left)) and set(left) <= unnamed | set(statements["denial"]["fillers_of"]["antibiotic"])
