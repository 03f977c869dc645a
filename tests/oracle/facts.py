"""One patient's facts, read out of the cohort's columns row by row, and what of them could be known at an instant.

Numbers are decimals with the digits the store holds (1.5 is 1.5), so that a ratio of exactly 1.5 is exactly 1.5.
"""

from __future__ import annotations

from bisect import bisect_right
from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from itertools import groupby
from math import isnan
from typing import TYPE_CHECKING, Any

from core.catalogue import ANALYTES
from core.engine.cohort import Cohort
from core.records import CANNOT_TELL_REASONS, COMPARATORS, COURSE_STATUSES, DAY, INDICATIONS, LONG_AGO, SEXES

if TYPE_CHECKING:
    from tests.oracle.phases import DrugCourses
    from tests.oracle.treatments import Treatment

DISPUTE = "conflicting_duplicate"
#: What is on file before it happens (docs/semantics.md, Time).
ARRANGED_AHEAD = ("surgery", "vaccination", "pregnancy_planned")
EPOCH = date(1970, 1, 1)
RESULT_COLUMNS = (
    "row_id", "patient", "analyte", "at", "low", "high", "comparator", "reason", "ref_high", "known", "superseded",
)  # fmt: skip
COURSE_COLUMNS = ("patient", "drug", "indication", "dose", "per_kg", "per_day", "status", "start", "end")
EVENT_COLUMNS = ("patient", "event_id", "kind", "code", "detail", "severity", "start", "end")


def day_of(at: int) -> int:
    """Number of the calendar day the instant lies in."""
    return at // DAY


def date_of(at: int) -> date:
    return EPOCH + timedelta(days=day_of(at))


def instant_of(on: date) -> int:
    """First instant of the day."""
    return (on - EPOCH).days * DAY


def add_months(on: date, months: int) -> date:
    """The same day so many months later; the last of the month where that day does not exist (31 Jan + 1 = 28 Feb)."""
    year, month = divmod(on.year * 12 + on.month - 1 + months, 12)
    return date(year, month + 1, min(on.day, monthrange(year, month + 1)[1]))


def completed_months(birth: int, at: int) -> int:
    """Age in whole months on the day of `at`; one born on the 31st is a month older on the 1st after a short month."""
    born, on = date_of(birth), date_of(at)
    return (on.year - born.year) * 12 + on.month - born.month - (on.day < born.day)


def completed_years(birth: int, at: int) -> int:
    """Age on the day of `at`; one born on 29 Feb is a year older on 1 Mar of a common year."""
    born, on = date_of(birth), date_of(at)
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


@dataclass(frozen=True, slots=True)
class ResultRow:
    """One row of the cohort's results. reason: "" for a readable one, else why it is only a trace."""

    row_id: int
    analyte: str
    at: int
    low: Decimal
    high: Decimal
    comparator: str
    reason: str
    ref_high: Decimal | None
    known: int
    superseded: int


@dataclass(frozen=True, slots=True)
class CourseRow:
    """One row of the cohort's courses. per_day, dose: None where unreadable. per_kg: the dose is for each kilogram."""

    drug: str
    indication: str
    per_day: float | None
    status: str
    start: int
    end: int
    dose: Decimal | None = Decimal(100)
    per_kg: bool = False


@dataclass(frozen=True, slots=True)
class EventRow:
    """One row of the cohort's events."""

    event_id: str
    kind: str
    code: str
    detail: str
    severity: str
    start: int
    end: int


@dataclass(frozen=True)
class PatientFacts:
    """All that is stored of one patient, whenever it came to be known."""

    patient_id: str
    birth: int | None
    sex: str
    died: int
    results: tuple[ResultRow, ...] = ()
    courses: tuple[CourseRow, ...] = ()
    events: tuple[EventRow, ...] = ()


@dataclass(frozen=True, slots=True)
class Point:
    """One instant of a measured series. why: why the value is an interval, or why there is no value to read."""

    at: int
    low: Decimal
    high: Decimal
    readable: bool
    why: str
    ref_high: Decimal | None
    row_id: int
    known: int

    @property
    def exact(self) -> bool:
        return self.readable and not self.why


@dataclass
class Chart:
    """The patient as known at one instant. own: the courses of the drug that is judged, in these treatments."""

    facts: PatientFacts
    at: int
    events: list[EventRow]
    series: dict[str, list[Point]]
    own: DrugCourses | None = None
    treatments: list[Treatment] = field(default_factory=list)
    restart_after_days: int = 0
    unsteady: list[tuple[int, int]] = field(default_factory=list)  # while acute kidney injury stands
    notes: dict[Any, Any] = field(default_factory=dict)  # what is already worked out

    def points(self, analyte: str) -> list[Point]:
        return self.series.get(analyte, [])

    def standing(self, analyte: str, at: int) -> Point | None:
        """The latest point at or before the instant, readable or not."""
        points = self.points(analyte)
        place = bisect_right(points, at, key=lambda point: point.at)
        return points[place - 1] if place else None

    def readable(self, analyte: str) -> list[Point]:
        """Every readable point known by now, oldest first."""
        return [point for point in self.points(analyte) if point.readable and point.at <= self.at]

    def earlier(self, analyte: str, point: Point) -> list[Point]:
        """Readable points before this one, oldest first."""
        return [other for other in self.points(analyte) if other.at < point.at and other.readable]


def merge_instant(rows: list[ResultRow]) -> Point:
    """Make one point of the rows of one instant."""
    readable = [row for row in rows if not row.reason]
    last = max(rows, key=lambda row: (row.known, row.row_id))
    if not readable:
        nothing = Decimal("NaN")
        return Point(last.at, nothing, nothing, False, last.reason, None, last.row_id, last.known)
    values = readable + [row for row in rows if row.reason == DISPUTE]
    first = min(readable, key=lambda row: (row.known, row.row_id))
    why = ""
    if len({(row.low, row.high) for row in values}) > 1:
        why = DISPUTE
    elif any(row.comparator for row in values):
        why = "censored"
    low, high = min(row.low for row in values), max(row.high for row in values)
    return Point(first.at, low, high, True, why, first.ref_high, first.row_id, first.known)


def chart_as_known(facts: PatientFacts, at: int) -> Chart:
    """Leave out what could not be known at the instant, and merge what is left into series."""
    known = [row for row in facts.results if row.known <= at < row.superseded]
    known.sort(key=lambda row: (row.analyte, row.at))
    series: dict[str, list[Point]] = {}
    for (analyte, _), rows in groupby(known, key=lambda row: (row.analyte, row.at)):
        series.setdefault(analyte, []).append(merge_instant(list(rows)))
    events = [event for event in facts.events if event.start <= at or event.kind in ARRANGED_AHEAD]
    return Chart(facts, at, events, series)


def _number(value: float) -> Decimal:
    return Decimal(repr(value))


def _rows(table: Any, columns: Iterable[str]) -> Iterable[tuple[Any, ...]]:
    return zip(*(getattr(table, column).tolist() for column in columns), strict=True)


def read_cohort(cohort: Cohort) -> list[PatientFacts]:
    """Read every patient of a cohort, in the cohort's order."""
    results: dict[int, list[ResultRow]] = {}
    for row_id, patient, analyte, at, low, high, comparator, reason, ref, known, superseded in _rows(
        cohort.results,
        RESULT_COLUMNS,
    ):
        row = ResultRow(
            row_id, ANALYTES[analyte], at, _number(low), _number(high), COMPARATORS[comparator],
            CANNOT_TELL_REASONS[reason], None if isnan(ref) else _number(ref), known, superseded,
        )  # fmt: skip
        results.setdefault(patient, []).append(row)
    courses: dict[int, list[CourseRow]] = {}
    for patient, drug, indication, dose, per_kg, per_day, status, start, end in _rows(cohort.courses, COURSE_COLUMNS):
        course = CourseRow(
            drug, INDICATIONS[indication], None if isnan(per_day) else per_day, COURSE_STATUSES[status], start, end,
            None if isnan(dose) else _number(dose), bool(per_kg),
        )  # fmt: skip
        courses.setdefault(patient, []).append(course)
    events: dict[int, list[EventRow]] = {}
    for patient, *words in _rows(cohort.events, EVENT_COLUMNS):
        events.setdefault(patient, []).append(EventRow(*words))
    return [
        PatientFacts(
            patient_id, None if birth == LONG_AGO else birth, SEXES[sex], died,
            tuple(results.get(place, ())), tuple(courses.get(place, ())), tuple(events.get(place, ())),
        )
        for place, (patient_id, birth, sex, died) in enumerate(
            _rows(cohort.patients, ("patient_id", "birth", "sex", "died"))
        )
    ]  # fmt: skip
