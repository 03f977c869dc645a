"""What a pattern of hepatitis B markers means. A missing marker is never guessed: it leaves several readings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Literal

from core.catalogue.reading import read_catalogue

MARKERS = ("hbsag", "anti_hbc", "anti_hbc_igm", "anti_hbs")
Sign = Literal["+", "-"]
_WORDS: dict[str, Sign] = {"positive": "+", "detected": "+", "negative": "-", "not detected": "-"}


@dataclass(frozen=True, slots=True)
class Pattern:
    """One row of the table. signs: marker -> "+", "-" or "(-)" (negative, or not tested)."""

    name: str
    signs: Mapping[str, str]
    meaning: str
    advice: str

    def allows(self, marker: str, sign: Sign | None) -> bool:
        """Whether a marker's result, or its absence, leaves this row possible."""
        return sign is None or sign in self.signs[marker]

    def is_settled_by(self, known: Mapping[str, Sign]) -> bool:
        """Whether every marker the row asks for is on file."""
        return all(marker in known for marker, wanted in self.signs.items() if wanted != "(-)")


@dataclass(frozen=True, slots=True)
class Interpretation:
    """What the markers say together.

    state: told (one reading), open (several: `missing` would settle it), incomplete (HBsAg or anti-HBc is missing, and
    nothing is inferred), unlisted (no row of the table has this pattern). readings: the rows that remain possible.
    """

    state: Literal["told", "open", "incomplete", "unlisted"]
    readings: tuple[Pattern, ...]
    missing: tuple[str, ...]


@cache
def patterns() -> tuple[Pattern, ...]:
    """The rows of the table, in the file's order."""
    return tuple(
        Pattern(one["name"], {marker: one[marker] for marker in MARKERS}, one["meaning"], one["advice"])
        for one in read_catalogue("serology")["pattern"]
    )


def read_marker(marker: str, value: Decimal | float | None, coded: str | None, comparator: str = "") -> Sign | None:
    """Whether a marker's result is positive, negative, or neither for sure.

    Args:    value (canonical unit; None for a word); coded (the word as stored); comparator ("" or < <= >= >).
    Returns: "+", "-", or None: indeterminate, a bound across the limit, or a number where no limit is known.
    """
    if coded:
        return _WORDS.get(coded)
    limit = read_catalogue("serology")["positive_from"].get(marker)
    if limit is None or value is None:
        return None
    number, start = Decimal(str(value)), Decimal(limit["value"])
    if comparator in ("", ">", ">=") and number >= start:
        return "+"
    if (comparator in ("", "<=") and number < start) or (comparator == "<" and number <= start):
        return "-"
    return None


def interpret_hepatitis_b(known: Mapping[str, Sign]) -> Interpretation:
    """Read the markers that are on file against the table.

    Args:   known: marker -> sign; a marker without a usable result is left out.
    Source: the catalogue's serology file. Hazard: HAZ-001 (a missing marker never passes for a negative one).
    """
    needed = tuple(marker for marker in read_catalogue("serology")["needed"] if marker not in known)
    if needed:
        return Interpretation("incomplete", (), needed)
    left = tuple(one for one in patterns() if all(one.allows(marker, known.get(marker)) for marker in MARKERS))
    if not left:
        return Interpretation("unlisted", (), ())
    if len(left) == 1 and left[0].is_settled_by(known):
        return Interpretation("told", left, ())
    asked = {marker for one in left for marker, wanted in one.signs.items() if wanted != "(-)"}
    return Interpretation("open", left, tuple(one for one in MARKERS if one not in known and one in asked))


def negative_counts_days() -> int:
    """For how many days before a start a negative marker counts."""
    return int(read_catalogue("serology")["negative_counts_days"]["value"])


def table_source() -> tuple[dict[str, str], dict[str, str]]:
    """Where the meanings and where the advice come from: text, section, checked."""
    content = read_catalogue("serology")
    return dict(content["source"]), dict(content["advice_source"])
