"""Which analyte a laboratory means: by LOINC, by name, and what to do when the two disagree or neither is known."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from core.catalogue.analytes import analyte, analytes
from core.catalogue.spelling import fold_name, fold_words

_LOINC = re.compile(r"^\d{1,6}-\d$")
_BRACKETS = re.compile(r"\[[^\]]*\]|\([^)]*\)|\{[^}]*\}")
#: What LOINC writes in brackets to say which property was measured, never where or whose: only these are dropped.
_PROPERTIES = re.compile(
    r"\[\s*(?:(?:#|number|moles|mass|units|enzymatic activity|catalytic activity|entitic mass)/volume"
    r"|entitic mass|entitic volume|volume fraction|(?:pure )?mass fraction|number fraction|mass ratio"
    r"|volume rate/area|presence)\s*\]"
)
#: A method says nothing of the specimen, so a bracket or a second "in" after it is no part of it.
_AFTER_METHOD = r"(?!.*(?:[\[{]|\((?!ckd|mdrd)|\sin\s))"
_SPECIMEN = re.compile(rf"\s+in\s+(?P<specimen>.+?)(?:\s+by\s+{_AFTER_METHOD}.*)?$")
_METHOD = re.compile(r"\s+by\s+(?:automated|manual)(?:\s+counts?)?$")
#: Words that say how or where something was measured, never what.
_NEUTRAL = {
    "absolute", "abs", "automated", "auto", "manual", "count", "counts", "level", "levels", "concentration", "conc",
    "measured", "measurement", "result", "test", "serum", "plasma", "blood", "venous", "whole", "bld", "serpl", "ser",
    "plas", "calculated", "estimated", "corrected",
}  # fmt: skip
_BLOOD = {
    "serum", "plasma", "blood", "venous", "arterial", "capillary", "whole", "or", "ser", "plas", "bld", "serpl", "red",
    "cells",
}  # fmt: skip
_ALIKE = 0.85  # similarity from which a misspelt name is held to mean a monitored analyte: errs towards quarantine


def is_loinc(code: str) -> bool:
    """Whether a code is well formed as LOINC: digits, a hyphen and the right mod-10 check digit."""
    if not _LOINC.match(code):
        return False
    digits = [int(digit) for digit in code[:-2]][::-1]
    doubled = "".join(str(digit * 2 if position % 2 == 0 else digit) for position, digit in enumerate(digits))
    return (10 - sum(map(int, doubled)) % 10) % 10 == int(code[-1])


@dataclass(frozen=True, slots=True)
class AnalyteMatch:
    """Which analyte a code and a name mean. reason: "", unknown_analyte, analyte_mismatch or out_of_scope.

    coded, named: where there is no answer, the analyte the code stands for and the one the name stands for: not an
    answer, only where the doubt belongs.
    """

    key: str | None
    reason: str = ""
    coded: str | None = None
    named: str | None = None


@cache
def _by_loinc() -> dict[str, str]:
    return {code: one.key for one in analytes().values() for code, _ in one.loinc}


@cache
def _by_name() -> dict[str, str]:
    index: dict[str, str] = {}
    for one in analytes().values():
        for name in (one.key, one.title, *one.names):
            index.setdefault(fold_name(name), one.key)
    return index


def _split_name(name: str) -> tuple[str, bool]:
    """The measured thing of a long name, and whether the name states a specimen other than blood."""
    name = _METHOD.sub("", " ".join(_PROPERTIES.sub(" ", name.casefold()).split()))
    stated = _SPECIMEN.search(name)
    if stated is None:
        return name, False
    return name[: stated.start()], not set(fold_words(stated["specimen"])) <= _BLOOD


def _bare(name: str) -> str:
    return " ".join(word for word in fold_words(name) if word not in _NEUTRAL)


@cache
def _find_name(name: str) -> str | None:
    index = _by_name()
    if found := index.get(fold_name(name)):
        return found
    core, foreign = _split_name(name)
    if foreign:
        return None
    return index.get(fold_name(core)) or index.get(_bare(core))


@cache
def _is_alike(name: str) -> bool:
    """Whether a name is so like a monitored analyte's that leaving it out could hide a result."""
    if _find_name(name):
        return True
    core, foreign = _split_name(_BRACKETS.sub(" ", name))
    bare = _bare(core)
    if foreign or not bare:
        return False
    from difflib import get_close_matches  # only rare rows come here; start-up does not pay for it

    return bool(get_close_matches(bare, _by_name(), n=1, cutoff=_ALIKE))


def find_analyte(loinc: str | None, name: str | None) -> AnalyteMatch:
    """Which analyte a result's LOINC and name mean; either may be missing.

    A code the catalogue does not know is never overruled by the name: the row is out_of_scope when the code is a
    valid LOINC and the name is unlike any analyte's, else unknown_analyte (the row goes to quarantine).
    Hazard: "Neutrophils [CSF]" or "Temperature [ambient]" read as the patient's blood or body. A word in brackets
    counts like any other word of the name; only LOINC's own properties, such as [#/volume], are left out.
    """
    loinc, name = (loinc or "").strip(), (name or "").strip()
    named = _find_name(name) if name else None
    if not loinc:
        return AnalyteMatch(named) if named else AnalyteMatch(None, "unknown_analyte")
    coded = _by_loinc().get(loinc)
    if coded is None:
        out = is_loinc(loinc) and not (name and _is_alike(name))
        return AnalyteMatch(None, "out_of_scope") if out else AnalyteMatch(None, "unknown_analyte", named=named)
    if named and analyte(named).stored_as != analyte(coded).stored_as:
        return AnalyteMatch(None, "analyte_mismatch", coded, named)
    return AnalyteMatch(coded)
