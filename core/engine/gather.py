"""Build a cohort from plain records: for cases, small clinics and tests. The store has its own, faster way."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

import numpy as np

from core.catalogue import ANALYTES, find_frequency
from core.engine.cohort import Cohort, Courses, Events, Patients, Results, Texts
from core.records import (
    CANNOT_TELL_REASONS,
    CODED_NUMBERS,
    COMPARATORS,
    COURSE_STATUSES,
    DAY,
    EVENT_KINDS,
    FAR,
    INDICATIONS,
    SEXES,
    UNKNOWN_INDICATION,
    WITHDRAWN,
    Course,
    Event,
    Patient,
    Result,
    Trace,
)


def value_interval(value: float, comparator: str) -> tuple[float, float]:
    """The closed interval of numbers a recorded value can mean: "<1.5" ends at the float just below 1.5."""
    match comparator:
        case "<":
            return -math.inf, math.nextafter(value, -math.inf)
        case "<=":
            return -math.inf, value
        case ">":
            return math.nextafter(value, math.inf), math.inf
        case ">=":
            return value, math.inf
        case _:
            return value, value


def gather(
    patients: Sequence[Patient],
    results: Iterable[Result | Trace] = (),
    courses: Sequence[Course] = (),
    events: Sequence[Event] = (),
) -> Cohort:
    """One cohort of these records, rows numbered in the order given. Withdrawn results are left out; nothing is
    superseded.
    """
    number = {p.patient_id: i for i, p in enumerate(patients)}
    people = Patients(
        np.array([p.patient_id for p in patients], dtype=object),
        np.array([p.birth_date for p in patients], dtype=np.int64),
        np.array([SEXES.index(p.sex) for p in patients], dtype=np.int16),
        np.array([FAR if p.deceased_date is None else p.deceased_date for p in patients], dtype=np.int64),
    )
    rows = [
        _result_row(i + 1, number[r.patient_id], r)
        for i, r in enumerate(results)
        if isinstance(r, Trace) or r.status not in WITHDRAWN
    ]
    kinds = (
        np.int64, np.int64, np.int16, np.int64, float, float, float, np.int16, np.int16, float, float, bool, bool,
        np.int64, np.int64,
    )  # fmt: skip
    columns = list(zip(*rows, strict=True)) or [()] * len(kinds)
    measured = Results(*(np.array(column, dtype=kind) for column, kind in zip(columns, kinds, strict=True)))
    taken = Courses(
        np.arange(1, len(courses) + 1),
        np.array([number[c.patient_id] for c in courses], dtype=np.int64),
        np.array([c.course_id or f"course-{i}" for i, c in enumerate(courses, 1)], dtype=object),
        np.array([c.drug for c in courses], dtype=object),
        np.array([INDICATIONS.index(c.indication or UNKNOWN_INDICATION) for c in courses], dtype=np.int16),
        np.array([math.nan if c.dose is None else float(c.dose) for c in courses], dtype=float),
        np.array([c.dose_unit == "mg/kg" for c in courses], dtype=bool),
        np.array([_per_day(c.frequency) for c in courses], dtype=float),
        np.array([c.route for c in courses], dtype=object),
        np.array([COURSE_STATUSES.index(c.status) for c in courses], dtype=np.int16),
        np.array([c.start for c in courses], dtype=np.int64),
        np.array([FAR if c.end is None else c.end for c in courses], dtype=np.int64),
    )
    happened = Events(
        np.arange(1, len(events) + 1),
        np.array([number[e.patient_id] for e in events], dtype=np.int64),
        np.array([e.event_id or f"event-{i}" for i, e in enumerate(events, 1)], dtype=object),
        _texts(e.kind for e in events),
        _texts(e.code for e in events),
        _texts(e.detail for e in events),
        _texts(e.severity for e in events),
        np.array([e.start for e in events], dtype=np.int64),
        np.array([_event_end(e) for e in events], dtype=np.int64),
    )
    return Cohort.of(people, measured, taken, happened)


def _texts(words: Iterable[str]) -> Texts:
    return np.array(list(words), dtype=object)


def _per_day(frequency: str | None) -> float:
    found = find_frequency(frequency) if frequency else None
    return math.nan if found is None or found.per_day is None else float(found.per_day)


def _event_end(event: Event) -> int:
    if event.end is not None:
        return event.end
    return FAR if EVENT_KINDS[event.kind] == "state" else event.start + DAY


def _result_row(row_id: int, patient: int, r: Result | Trace) -> tuple[object, ...]:
    known = r.collected_at if r.reported_at is None else r.reported_at
    code = ANALYTES.index(r.analyte)
    if isinstance(r, Trace):
        value = math.nan if r.value is None else float(r.value)
        low, high = (-math.inf, math.inf) if r.value is None else value_interval(value, r.comparator)
        reason = CANNOT_TELL_REASONS.index(r.reason)
        comparator = COMPARATORS.index(r.comparator)
        return (
            row_id,
            patient,
            code,
            r.collected_at,
            low,
            high,
            value,
            comparator,
            reason,
            math.nan,
            math.nan,
            False,
            False,
            known,
            FAR,
        )
    value = CODED_NUMBERS[r.coded] if r.coded is not None else float(r.value if r.value is not None else math.nan)
    low, high = value_interval(value, r.comparator)
    return (
        row_id, patient, code, r.collected_at, low, high, value, COMPARATORS.index(r.comparator), 0,
        math.nan if r.ref_low is None else float(r.ref_low), math.nan if r.ref_high is None else float(r.ref_high),
        r.status == "preliminary", False, known, FAR,
    )  # fmt: skip
