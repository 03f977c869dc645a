"""What a free text says of its own event: that it is denied, or that an antibiotic is given to prevent, or into a vein.

1. An event stands unless its text, as a whole, denies it; in doubt it stands. Where it makes rules milder it does not.
2. An antibiotic is treatment unless its text says, of that antibiotic, that it prevents; in doubt it is treatment.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import Any, Literal

from core.catalogue.reading import read_catalogue
from core.catalogue.spelling import fold_name, fold_words
from core.catalogue.terms import find_symptom

_CLAUSES = re.compile(r"[,;\n]|\.(?=\s|$)|\s[-\u2013\u2014]\s")
_UNCERTAIN = re.compile(r"[?()/&+]")
_MOST_NAMES = 4  # words a denied thing may be named by: more is a story


def _denial() -> dict[str, Any]:
    words: dict[str, Any] = read_catalogue("statements")["denial"]
    return words


@cache
def _own_words(kind: str) -> frozenset[str]:
    return frozenset((*kind.split("_"), *_denial()["own"].get(kind, ())))


def _clauses(text: str) -> list[str]:
    return [clause for clause in _CLAUSES.split(text) if clause.strip()]


def find_denial(kind: str, code: str, detail: str) -> Literal["", "code", "detail"]:
    """The cell in which an event's own text denies it ("no known allergies", "pneumonia ruled out"); "" = it stands.

    Args:    kind (contract word); code, detail (as given).
    Hazard:  "no allergy to …" taken for the allergy; and the other way, "no abscess, cellulitis" for no infection.
    """
    if kind in _denial()["milder"]:
        return "detail" if _leaves_doubt(detail) else "code" if _leaves_doubt(code) else ""
    if code:
        if _denies(kind, code, "") and (not detail or _denies(kind, detail, "")):
            return "code"
        return "detail" if detail and _denies(kind, detail, code) else ""
    return "detail" if detail and _denies(kind, detail, "") else ""


def _leaves_doubt(text: str) -> bool:
    return "?" in text or not set(fold_words(text)).isdisjoint(_denial()["milder_doubt"])


@lru_cache(maxsize=4096)
def _denies(kind: str, text: str, beside: str) -> bool:
    """Whether every part of a text denies the event. beside: the code it stands beside, "" if none."""
    if _UNCERTAIN.search(text):
        return False
    clauses = _clauses(text)
    return bool(clauses) and all(_denies_once(kind, fold_name(clause), beside) for clause in clauses)


def _denies_once(kind: str, said: str, beside: str) -> bool:
    words = _denial()
    ends = (*words["ends"], *words["ends_of"].get(kind, ()))
    if said in ends or (not beside and (said in words["alone"] or said in words["whole"].get(kind, ()))):
        return True
    for phrase in sorted(words["begins"], key=len, reverse=True):
        lead, found, rest = f" {said} ".partition(f" {phrase} ")
        if found and set(lead.split()) <= set(words["fillers"]):
            return bool(rest.strip()) and _names_event(kind, rest.split(), beside)
    for phrase in sorted((*ends, *words["ends_own"]), key=len, reverse=True):
        if said.endswith(f" {phrase}"):
            named = said.removesuffix(f" {phrase}").split()
            if _names_event(kind, named, beside):
                return True
            return phrase in ends and not beside and _is_short(named)
    return False


def _names_event(kind: str, named: list[str], beside: str) -> bool:
    """Whether the words name this very event, and nothing else."""
    left = [word for word in named if word not in _denial()["fillers"]]
    if kind == "symptom" and left and (symptom := find_symptom(" ".join(left))) is not None:
        return not beside or symptom == find_symptom(beside)
    own = _own_words(kind)
    others = [word for word in left if word not in own and word not in fold_words(beside)]
    if kind == "allergy" and not beside and own & set(left):  # "no allergy to latex": what follows is its own name
        return _is_short(others) and not any(find_symptom(word) for word in others)
    return bool(left) and not others


def _is_short(named: list[str]) -> bool:
    return len(named) <= _MOST_NAMES and not set(named) & set(_denial()["breaks"])


def is_doubtful_prophylaxis(code: str, detail: str) -> bool:
    """Whether an antibiotic's text speaks of prophylaxis without saying that this antibiotic is one.

    "Prophylaxis stopped, now treatment", "not prophylaxis": such an antibiotic is judged as treatment.
    Source: infection.md 4.1 INF-A. Hazard: an infection that a word hides.
    """
    words = read_catalogue("statements")["prophylaxis"]
    clauses = [fold_words(clause) for text in (code, detail) for clause in _clauses(text)]
    prevents = [_speaks_of_it(clause) for clause in clauses]
    if not any(prevents):
        return False
    if "?" in code + detail:
        return True
    reasons = set(words["reason"])
    return any(_is_in_doubt(clause) for clause in clauses) or any(
        reasons & set(clause) for clause, speaks in zip(clauses, prevents, strict=True) if not speaks
    )


def _speaks_of_it(clause: tuple[str, ...]) -> bool:
    beginning = read_catalogue("statements")["prophylaxis"]["beginning"]
    return any(word.startswith(beginning) for word in clause)


def _is_in_doubt(clause: tuple[str, ...]) -> bool:
    words = read_catalogue("statements")["prophylaxis"]
    before = ("", *clause)
    for last, word in zip(before, clause, strict=False):
        follows = last.startswith(words["beginning"])
        if word.startswith(words["beginning"]) and last in words["doubt_before"]:
            return True
        if word in words["doubt"] and not (follows and word in words["joined"]):
            return True
    return False
