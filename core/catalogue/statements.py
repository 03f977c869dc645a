"""What a free text says of its own event: that it is denied.

An event stands unless its text, as a whole, denies it by its own words; in doubt it stands, and where a severity is
given it stands. Where an event makes rules milder, in doubt it does not count.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import Any, Literal

from core.catalogue.infections import names_one_infection
from core.catalogue.prophylaxis import is_doubtful_prophylaxis
from core.catalogue.reading import read_catalogue
from core.catalogue.spelling import fold_name, fold_words, split_clauses
from core.catalogue.terms import find_symptom

__all__ = ["find_denial", "is_doubtful_prophylaxis", "rules_something_out"]

_UNCERTAIN = re.compile(r"[?()/&+]")
_MOST_NAMES = 4  # words a denied thing may be named by: more is a story


def _denial() -> dict[str, Any]:
    words: dict[str, Any] = read_catalogue("statements")["denial"]
    return words


@cache
def _own_words(kind: str) -> frozenset[str]:
    return frozenset((*kind.split("_"), *_denial()["own"].get(kind, ())))


def find_denial(kind: str, code: str, detail: str, severity: str = "") -> Literal["", "code", "detail"]:
    """The cell in which an event's own text denies it ("no known allergies", "pneumonia ruled out"); "" = it stands.

    Args:    kind (contract word); code, detail, severity (as given): what has a severity happened.
    Hazard:  "no allergy to …" taken for the allergy; and the other way, "DVT excluded" for no infection.
    """
    if kind in _denial()["milder"]:
        return "detail" if _leaves_doubt(detail) else "code" if _leaves_doubt(code) else ""
    if severity and fold_name(severity) not in _denial()["alone"]:
        return ""
    if code:
        if _denies(kind, code, "") and (not detail or _denies(kind, detail, "")):
            return "code"
        return "detail" if detail and _denies(kind, detail, code) else ""
    return "detail" if detail and _denies(kind, detail, "") else ""


def rules_something_out(text: str) -> bool:
    """Whether a text says anywhere that something was ruled out, be it the event or something beside it."""
    said = f" {fold_name(text)} "
    return any(f" {phrase} " in said for phrase in _denial()["ends"])


def _leaves_doubt(text: str) -> bool:
    return "?" in text or not set(fold_words(text)).isdisjoint(_denial()["milder_doubt"])


@lru_cache(maxsize=4096)
def _denies(kind: str, text: str, beside: str) -> bool:
    """Whether every part of a text denies the event. beside: the code it stands beside, "" if none."""
    if _UNCERTAIN.search(text):
        return False
    clauses = split_clauses(text)
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
            return not beside and _is_denied_by_name(kind, phrase, named)
    return False


def _names_event(kind: str, named: list[str], beside: str) -> bool:
    """Whether the words name this very event, and nothing else."""
    fillers = (*_denial()["fillers"], *(() if beside else _denial()["fillers_of"].get(kind, ())))
    left = [word for word in named if word not in fillers]
    if kind == "symptom" and left and (symptom := find_symptom(" ".join(left))) is not None:
        return not beside or symptom == find_symptom(beside)
    own = _own_words(kind)
    others = [word for word in left if word not in own and word not in fold_words(beside)]
    if kind == "allergy" and not beside and own & set(left):  # "no allergy to latex": what follows is its own name
        return _is_short(others) and not any(find_symptom(word) for word in others)
    return bool(left) and not others


def _is_denied_by_name(kind: str, phrase: str, named: list[str]) -> bool:
    """Whether what stands before such an ending is the event under another name: "pneumonia ruled out" of an infection.

    Something else that was ruled out ("DVT excluded") says nothing of the event.
    """
    if phrase in _denial()["ends_of"].get(kind, ()):
        return _is_short(named)
    left = [word for word in named if word not in _denial()["fillers"]]
    return kind == "infection" and phrase in _denial()["ends"] and names_one_infection(left)


def _is_short(named: list[str]) -> bool:
    return len(named) <= _MOST_NAMES and not set(named) & set(_denial()["breaks"])
