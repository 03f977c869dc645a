"""What a saved mapping says, once read: which files it is for, and how each of their rows becomes one of the file set.

Declarations only: a column, a word, a constant, a condition on words. Whatever a mapping does not name is refused when
it is met, so that nothing is passed over because nobody thought of it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping as Dict
from dataclasses import dataclass, field
from typing import Literal

from core.ingest.dates import DateOrder
from core.ingest.pivot import Pivot
from core.records import Kind

Row = Dict[str, str]
Otherwise = Literal["refuse", "keep"]


@dataclass(frozen=True, slots=True)
class Where:
    """Which rows are meant: every named column holds one of its words ("*" stands for any run of characters)."""

    words: tuple[tuple[str, re.Pattern[str]], ...]

    def holds(self, row: Row) -> bool:
        """Whether this row is meant. A column the row has not got counts as blank."""
        return all(pattern.fullmatch(row.get(column, "")) for column, pattern in self.words)


@dataclass(frozen=True, slots=True)
class SetAside:
    """Rows that are recognised and out of scope, and the sentence that says why."""

    where: Where
    because: str


@dataclass(frozen=True, slots=True)
class Refuse:
    """Rows whose own columns contradict each other: quarantined with this reason on this column of the file set."""

    where: Where
    reason: str
    column: str
    because: str


@dataclass(frozen=True, slots=True)
class Source:
    """Where one column of the file set comes from.

    cases: the first that holds gives the word. Else: the constant; or the first non-blank of `columns`, or, where
    `joined_with` is set, all non-blank ones with that between. words: translation; a word that is not in it is refused
    as unknown_code, or kept as given where `otherwise` says so. Blank stays blank.
    """

    columns: tuple[str, ...] = ()
    joined_with: str | None = None
    constant: str | None = None
    cases: tuple[tuple[Where, str], ...] = ()
    words: Dict[str, str] | None = None
    otherwise: Otherwise = "refuse"

    def read(self, row: Row) -> str | None:
        """The text for this column of the file set; None when the row holds a word the mapping does not know."""
        for where, word in self.cases:
            if where.holds(row):
                return word
        if self.constant is not None:
            return self.constant
        given = self.given(row)
        if self.words is None or given == "":
            return given
        return self.words.get(given, given if self.otherwise == "keep" else None)

    def given(self, row: Row) -> str:
        """The text as the file has it, before any translation."""
        cells = [row.get(column, "") for column in self.columns]
        if self.joined_with is not None:
            return self.joined_with.join(cell for cell in cells if cell)
        return next((cell for cell in cells if cell), "")


@dataclass(frozen=True, slots=True)
class Table:
    """How the rows of one file (or sheet) become rows of one kind.

    files, sheet: names, "*" for any run of characters, letter case apart. optional: columns that may be absent.
    missing: cells that mean nothing was entered. skip: rows set aside before items are joined, ignore: records after.
    refuse_foreign_range: a result whose own reference range cannot be one of that analyte in that unit is refused.
    """

    files: tuple[str, ...]
    sheet: str | None
    header: tuple[str, ...]
    optional: tuple[str, ...]
    kind: Kind
    delimiter: str = ","
    decimal_comma: bool = False
    date_order: DateOrder | None = None
    missing: frozenset[str] = frozenset()
    pivot: Pivot | None = None
    skip: tuple[SetAside, ...] = ()
    ignore: tuple[SetAside, ...] = ()
    refuse: tuple[Refuse, ...] = ()
    columns: Dict[str, Source] = field(default_factory=dict)
    refuse_foreign_range: bool = False

    def claims(self, base_name: str) -> bool:
        """Whether a file of this name is meant; `base_name` is without its folders."""
        return any(words_pattern(name.lower()).fullmatch(base_name.lower()) for name in self.files)

    def claims_sheet(self, title: str, *, is_only: bool) -> bool:
        """Whether a sheet of this name is meant; a table that names none means the only one with anything in it."""
        return is_only if self.sheet is None else bool(words_pattern(self.sheet.lower()).fullmatch(title.lower()))


@dataclass(frozen=True, slots=True)
class Mapping:
    """A saved mapping, checked. name: as the user gave it; title: one line for people."""

    name: str
    title: str
    tables: tuple[Table, ...]


def words_pattern(words: str) -> re.Pattern[str]:
    """Words in which "*" stands for any run of characters, and nothing else is special."""
    return re.compile(".*".join(re.escape(part) for part in words.split("*")), re.DOTALL)
