"""Units of measurement: every spelling a laboratory writes leads to one UCUM unit, or to none."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from core.catalogue.reading import read_catalogue
from core.catalogue.spelling import fold_unit


@dataclass(frozen=True, slots=True)
class Unit:
    """One unit. scale: how many of its dimension's reference unit it is; display: as screens print it."""

    ucum: str
    display: str
    dimension: str
    scale: Decimal
    spellings: tuple[str, ...]
    exact: tuple[str, ...]


@cache
def units() -> dict[str, Unit]:
    """Every unit of the catalogue by its UCUM spelling."""
    return {
        entry["ucum"]: Unit(
            ucum=entry["ucum"],
            display=entry["display"],
            dimension=entry["dimension"],
            scale=Decimal(entry["scale"]),
            spellings=tuple(entry["spellings"]),
            exact=tuple(entry.get("exact", ())),
        )
        for entry in read_catalogue("units")["unit"]
    }


@cache
def _spellings() -> tuple[dict[str, str], dict[str, str]]:
    """Two indexes to UCUM: spellings whose capitals matter, and all others in small letters."""
    exact: dict[str, str] = {}
    folded: dict[str, str] = {}
    for unit in units().values():
        for text in unit.exact:
            exact[fold_unit(text)] = unit.ucum
    for unit in units().values():
        for text in (unit.ucum, *unit.spellings):
            key = fold_unit(text)
            if key not in exact:
                folded.setdefault(key.casefold(), unit.ucum)
    return exact, folded


@cache
def _capitals_matter() -> frozenset[str]:
    return frozenset(key.casefold() for key in _spellings()[0])


@cache
def _absent() -> frozenset[str]:
    return frozenset(fold_unit(word).casefold() for word in read_catalogue("units")["absent"])


@cache
def find_unit(text: str) -> str | None:
    """The UCUM unit a text means, or None.

    Capitals count only where they change the meaning: "MG/DL" is mg/dL, but "G/L" is 10*9/L and "g/L" grams per litre.
    """
    key = fold_unit(text)
    exact, folded = _spellings()
    if key in exact:
        return exact[key]
    if key.casefold() in _capitals_matter():
        return None
    return folded.get(key.casefold())


def is_absent(text: str) -> bool:
    """Whether a text says that no unit was given: nothing at all, or a word such as "NA"."""
    key = fold_unit(text).casefold()
    return not key or key in _absent()
