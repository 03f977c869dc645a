"""Which vaccines are live: the one thing a live-vaccine rule needs to know about a CVX code."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from core.catalogue.reading import read_catalogue


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


def find_vaccine(cvx: str) -> Vaccine | None:
    """The vaccine of a CVX code ("3" and "03" are one), or None: unknown, which never means safe."""
    code = cvx.strip().lstrip("0")
    return vaccines().get(code.zfill(2)) if code.isascii() and code.isdigit() else None
