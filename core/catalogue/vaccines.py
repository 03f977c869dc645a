"""Which vaccines are live: the one thing a live-vaccine rule needs to know about a CVX code."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from core.catalogue.reading import read_catalogue
from core.catalogue.spelling import fold_name

#: "03", "3", "CVX 21", "cvx:21", "03.0" (a spreadsheet's number): the code is the number alone.
_CVX = re.compile(r"(?:cvx(?:\s*code)?[\s:#=.-]*)?0*(\d{1,4})(?:\.0+)?", re.ASCII | re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Vaccine:
    """One CVX code. live: not to be given on treatment. review: the code does not say which product; a person looks."""

    cvx: str
    name: str
    live: bool
    review: bool
    source: str
    checked: str


@cache
def vaccines() -> dict[str, Vaccine]:
    """Every vaccine of the catalogue by its CVX code, two digits at least."""
    content = read_catalogue("vaccines")
    return {
        cvx: Vaccine(
            cvx=cvx,
            name=entry["name"],
            live=entry["live"],
            review=entry.get("review", False),
            source=content["sources"][entry["source"]]["text"],
            checked=content["sources"][entry["source"]]["checked"],
        )
        for cvx, entry in content["vaccine"].items()
    }


def read_cvx(text: str) -> str | None:
    """A CVX code in its usual writing, two digits at least ("CVX 3" and "03.0" are 03), or None: not a CVX code."""
    found = _CVX.fullmatch(text.strip())
    return None if found is None else found[1].zfill(2)


def find_vaccine(cvx: str) -> Vaccine | None:
    """The vaccine of a CVX code, however it is written, or None: unknown, which never means safe."""
    code = read_cvx(cvx)
    return None if code is None else vaccines().get(code)


@cache
def _by_name() -> dict[str, str]:
    return {fold_name(name): cvx for cvx, names in read_catalogue("vaccines")["names"].items() for name in names}


@cache
def find_cvx(text: str) -> str | None:
    """The CVX code of a vaccine that is named and nothing else ("MMR", "yellow fever vaccine"), or None.

    Only names that are one vaccine's for certain are known; what says more ("MMR or varicella") is nobody's.
    """
    if "?" in text:
        return None
    words = fold_name(text).split()
    left_out = read_catalogue("vaccines")["left_out_of_names"]
    return _by_name().get(" ".join(words)) or _by_name().get(" ".join(w for w in words if w not in left_out))
