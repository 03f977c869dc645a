"""What a screen is given: people, courses, series and what stands, already fetched; no database, no Streamlit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from core.engine.standing import Alert, CannotTell, Standing, Visit
from core.records import DAY


@dataclass(frozen=True, slots=True)
class Person:
    """Who the patient is, for the banner. key: opaque number for URLs (never an identifier). Instants or None."""

    key: int
    patient_id: str
    family_name: str
    given_name: str
    birth_date: int
    sex: str
    site: str
    consultant: str
    deceased_date: int | None


@dataclass(frozen=True, slots=True)
class CourseLine:
    """One course as a clinician reads it. dose_text holds dose and unit ("100 mg") or the text as given; it is never
    shown without the frequency."""

    patient_id: str
    course_id: str
    drug: str
    drug_known: bool
    indication: str
    dose_text: str
    frequency_text: str
    route: str
    start: int
    end: int | None
    status: str
    reason: str
    file: str = ""
    row: int = 0


@dataclass(frozen=True, slots=True)
class EventLine:
    patient_id: str
    event_id: str
    kind: str
    start: int
    end: int | None
    code: str
    detail: str
    severity: str
    file: str = ""
    row: int = 0


@dataclass(frozen=True, slots=True)
class Point:
    """One stored result (or trace) of one analyte. value None for an unreadable one, whose reason is set.

    superseded: a newer row replaced it (shown struck); disputed: two values stand for one instant.
    file/row: the source line. feed: who sent it. import_number, imported_at: when that line came in (None: not on
    record). known_at: from when it could be known. status: as sent. replaced_by: the store's row that overtook it.
    """

    row_id: int
    at: int
    value: float | None
    comparator: str
    coded: str
    unit: str
    value_as_given: str
    unit_as_given: str
    reason: str
    preliminary: bool
    superseded: bool
    ref_low: float | None
    ref_high: float | None
    file: str
    row: int
    feed: str = ""
    import_number: int = 0
    imported_at: int | None = None
    known_at: int | None = None
    status: str = ""
    replaced_by: int | None = None


@dataclass(frozen=True, slots=True)
class OwnRange:
    """What was usual for this patient before a drug was first given: lowest, highest and median of `count` results."""

    drug: str
    low: float
    high: float
    median: float
    count: int
    before: int


@dataclass(frozen=True, slots=True)
class Gap:
    """A stretch in which the limits of an analyte could not be judged, and why (a cannot-tell reason)."""

    start: int
    end: int
    reason: str


@dataclass(frozen=True, slots=True)
class Outside:
    """A newest result that is not certain to lie within its range. at: collected, known: from when it could be known
    (instants); value with comparator, None where it cannot be read; low, high: its range (both None: there is none for
    this patient); unread: why it cannot be read, a cannot-tell reason.
    """

    analyte: str
    at: int
    known: int
    value: float | None
    comparator: str = ""
    low: float | None = None
    high: float | None = None
    unread: str = ""


@dataclass(frozen=True, slots=True)
class Unread:
    """A moment of one analyte that has no number: two different values, or none that can be read. values: what stands
    there; reason: a cannot-tell reason.
    """

    at: int
    reason: str
    values: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class ClinicPicture:
    """The whole clinic at `as_of`. sparks: (patient_id, analyte) -> last 12 (instant, value) oldest first.

    sample: the store holds the sample clinic (watermark). version: changes whenever facts or findings change.
    limits: per covered drug its action limits, for the line in each trend. ended: high alerts that ended on evidence of
    late; ran_out: those of them (alert_id) that no fact ended. newest_known: patient_id -> when the newest result could
    be known. outside: patient_id -> newest results not certain to lie within their range. unread: (patient_id, analyte)
    -> moments without a number, oldest first. derived: what was made of the picture, kept as long as the picture
    itself, so that a filter need not make it anew.
    """

    as_of: int
    sample: bool
    version: int
    last_import: int | None
    standing: Standing
    people: Mapping[str, Person]
    courses: Mapping[str, tuple[CourseLine, ...]]
    sparks: Mapping[tuple[str, str], tuple[tuple[int, float], ...]]
    drugs_covered: tuple[str, ...]
    limits: Mapping[str, tuple[LimitLine, ...]] = field(default_factory=dict)
    ended: tuple[Alert, ...] = ()
    newest_known: Mapping[str, int] = field(default_factory=dict)
    outside: Mapping[str, tuple[Outside, ...]] = field(default_factory=dict)
    ran_out: frozenset[str] = frozenset()
    unread: Mapping[tuple[str, str], tuple[Unread, ...]] = field(default_factory=dict)
    derived: dict[str, tuple[Any, ...]] = field(default_factory=dict, init=False, repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class LimitLine:
    """One action limit to draw: analyte or computed feature, number, the bad side ("below"/"above"), authority, words.

    priority: of the band it bounds, for its colour ("" = drawn in ink). inclusive: the limit itself is beyond it.
    """

    analyte: str
    limit: float
    side: str
    authority: str
    label: str
    priority: str = ""
    inclusive: bool = False


@dataclass(frozen=True, slots=True)
class PatientPicture:
    """One patient at `as_of`, complete.

    crcl: computed creatinine clearance series (instant, value mL/min). checked: per drug the categories its rules judge
    (for the line "Checked: … Not checked: …"). limits: action limits of this patient's drugs. today: the clock in use,
    0 = as_of itself is today. news: first instants of the days on which anything became known, oldest first, to today.
    own_ranges, gaps: by analyte, for the chart. outside: newest results not certain to lie within their range. ran_out:
    closed alerts (alert_id) that no fact ended.
    """

    as_of: int
    sample: bool
    version: int
    last_import: int | None
    person: Person
    courses: tuple[CourseLine, ...]
    events: tuple[EventLine, ...]
    series: Mapping[str, tuple[Point, ...]]
    crcl: tuple[tuple[int, float], ...]
    alerts: tuple[Alert, ...]
    closed_alerts: tuple[Alert, ...]
    cannot_tell: tuple[CannotTell, ...]
    schedule: tuple[Visit, ...]
    limits: tuple[LimitLine, ...]
    checked: Mapping[str, tuple[str, ...]]
    drugs_covered: tuple[str, ...]
    today: int = 0
    news: tuple[int, ...] = ()
    own_ranges: Mapping[str, OwnRange] = field(default_factory=dict)
    gaps: Mapping[str, tuple[Gap, ...]] = field(default_factory=dict)
    outside: tuple[Outside, ...] = ()
    ran_out: frozenset[str] = frozenset()

    @property
    def is_past(self) -> bool:
        """Whether this is the picture of a day gone by."""
        return self.as_of // DAY < self.today // DAY
