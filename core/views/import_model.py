"""What the import screens are given: a preview, the quarantine, the feeds; fetched already, no database."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from core.engine.standing import Alert, CannotTell
from core.records import Fact, Issue, Kind, Result

How = Literal["opens", "worsens", "changes", "improves", "closes"]


@dataclass(frozen=True, slots=True)
class ReadLine:
    """One of a file's first rows. given: its cells by column of the file set. fact: what was understood, None if the
    row is refused. outcome: what would become of it (as the report counts). said: why, "" where nothing is to be said.
    replaces: stored results of another value in whose place it would stand.
    """

    row: int
    given: Mapping[str, str]
    fact: Fact | None
    outcome: str
    said: str
    replaces: tuple[Result, ...] = ()


@dataclass(frozen=True, slots=True)
class ColumnTaken:
    """One column of the file set: where it comes from, in how many rows it is filled, and the first text in it."""

    name: str
    comes_from: str
    filled: int
    example: str


@dataclass(frozen=True, slots=True)
class FileTaken:
    """One file or sheet: of what kind its rows are, what each column is taken for, what is left aside, first rows."""

    name: str
    kind: Kind
    rows: int
    columns: tuple[ColumnTaken, ...]
    left_aside: tuple[str, ...]
    first: tuple[ReadLine, ...]


@dataclass(frozen=True, slots=True)
class AlertChange:
    """An alert that the import would open, change or end. alert: as it would be (as it was, where it closes)."""

    how: How
    alert: Alert
    was: Alert | None
    who: str
    is_new_patient: bool


@dataclass(frozen=True, slots=True)
class UnknownChange:
    """A rule that could not be judged any more (opens), or could be judged again."""

    opens: bool
    unknown: CannotTell
    who: str
    is_new_patient: bool


@dataclass(frozen=True, slots=True)
class Preview:
    """What would come of an import. report: as the import would print it. version: the clinic's, when it was asked.

    touched: patients whose picture would change, new_patients of them nobody knew before. as_of: the clock in use.
    """

    report: Mapping[str, Any]
    files: tuple[FileTaken, ...]
    touched: int
    new_patients: int
    alerts: tuple[AlertChange, ...]
    unknowns: tuple[UnknownChange, ...]
    as_of: int
    version: int


@dataclass(frozen=True, slots=True)
class Refused:
    """One open row in quarantine. fields: its cells as given, by column. mark: the analyte whose judging it holds up
    for its patient, "" for none. mendable: the columns that can be filled in. recorded_at: UTC seconds of its arrival.
    """

    row_id: int
    source: str
    kind: Kind
    file: str
    row: int
    column: str
    reason: str
    value: str
    message: str
    fields: Mapping[str, str]
    patient_id: str
    mark: str
    mapping: str
    recorded_at: int
    mendable: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Quarantine:
    """All open rows in order of arrival, and how many were ever refused. version: the clinic's."""

    rows: tuple[Refused, ...]
    ever: int
    version: int


@dataclass(frozen=True, slots=True)
class Tried:
    """What came of trying rows again. issues: why those that were refused again were."""

    tried: int
    mended: int
    still_refused: int
    issues: tuple[Issue, ...]


@dataclass(frozen=True, slots=True)
class Feed:
    """One source. last_seen: an instant on the clinic's wall clock. expected_hours: as the clinic decided, None = not
    watched.

    usual_hours: the median gap so far, None = too few imports to say. unseen_seconds: since it was last seen.
    """

    source: str
    last_seen: int
    unseen_seconds: int
    expected_hours: int | None
    usual_hours: int | None

    @property
    def is_silent(self) -> bool:
        """Whether it should have been heard of by now."""
        return self.expected_hours is not None and self.unseen_seconds > self.expected_hours * 3600
