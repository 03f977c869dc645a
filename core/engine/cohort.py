"""The facts of many patients as sorted columns: what the engine reads, and nothing else.

One `Cohort` is a pure value: no database, no clock. Patients are numbered by their position in `patients.patient_id`;
every other table is sorted by that number (results also by analyte and time), so that one patient, a block of
patients and the whole clinic are the same code on shorter or longer slices.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Self

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Codes = NDArray[np.int16]
Bools = NDArray[np.bool_]
Texts = NDArray[np.object_]


@dataclass(frozen=True)
class Table:
    """Columns of equal length, and nothing else."""

    def __len__(self) -> int:
        return len(next(iter(self.__dict__.values())))  # of the first column; asked too often for fields()

    def take(self, rows: NDArray[np.generic] | slice) -> Self:
        """The same table with only these rows (a mask or positions), in that order."""
        return type(self)(*(column[rows] for column in self.__dict__.values()))


@dataclass(frozen=True)
class Patients(Table):
    """patient_id: text, unique. birth: instant, LONG_AGO = unknown. sex: position in records.SEXES. died: instant or
    FAR.
    """

    patient_id: Texts
    birth: Ints
    sex: Codes
    died: Ints


@dataclass(frozen=True)
class Results(Table):
    """Measurements, one row each, traces of unreadable ones included.

    row_id: the store's number, unique. patient: position. analyte: position in catalogue.ANALYTES. at: collected.
    low, high: closed interval of values the row can mean, canonical unit (low == high for an exact number; "<1.5" is
    [-inf, the float just below 1.5]; coded words are 0 negative/not detected, 1 positive/detected, 0.5 indeterminate).
    value: the number as stored (NaN for a trace without one); comparator: position in records.COMPARATORS.
    reason: 0, or position in records.CANNOT_TELL_REASONS for a trace (no_unit, not_numeric, ... or
    conflicting_duplicate, whose value joins the dispute). ref_low, ref_high: NaN where the report has none.
    preliminary: counts until its final arrives. derived: computed from other results, evidence stays with those.
    known: from when it could be known (reported, else collected); superseded: until when, FAR = current.
    """

    row_id: Ints
    patient: Ints
    analyte: Codes
    at: Ints
    low: Floats
    high: Floats
    value: Floats
    comparator: Codes
    reason: Codes
    ref_low: Floats
    ref_high: Floats
    preliminary: Bools
    derived: Bools
    known: Ints
    superseded: Ints


@dataclass(frozen=True)
class Restated(Table):
    """Results that an earlier version had told already, one row each, sorted by row_id (of the result that stands).

    low, high, same: since when, without a break, a reading at least as low, at least as high, or this very one was
    known; never after the result's own `known`. Made by core.engine.known: no store keeps it.
    """

    row_id: Ints
    low: Ints
    high: Ints
    same: Ints

    @classmethod
    def none(cls) -> Restated:
        return cls(*(np.empty(0, dtype=np.int64) for _ in range(4)))


@dataclass(frozen=True)
class Courses(Table):
    """Prescriptions. drug: the catalogue's name (text as given where unknown). dose: NaN = unreadable; per_kg: mg/kg.

    per_day: administrations per day (0.5 = alternate days), NaN = unreadable. status: position in
    records.COURSE_STATUSES; indication: position in records.INDICATIONS. start, end: end exclusive, FAR = running.
    """

    row_id: Ints
    patient: Ints
    course_id: Texts
    drug: Texts
    indication: Codes
    dose: Floats
    per_kg: Bools
    per_day: Floats
    route: Texts
    status: Codes
    start: Ints
    end: Ints


@dataclass(frozen=True)
class Events(Table):
    """Events. event_id: text, unique within the cohort. kind, code, severity: CONTRACT words as text. end: exclusive,
    FAR = ongoing.
    """

    row_id: Ints
    patient: Ints
    event_id: Texts
    kind: Texts
    code: Texts
    detail: Texts
    severity: Texts
    start: Ints
    end: Ints


@dataclass(frozen=True)
class Cohort:
    """Everything the engine may know about these patients. Build it with `Cohort.of`, which sorts once."""

    patients: Patients
    results: Results
    courses: Courses
    events: Events
    restated: Restated = field(default_factory=Restated.none)

    @classmethod
    def of(cls, patients: Patients, results: Results, courses: Courses, events: Events) -> Cohort:
        """Sort the tables the way the engine needs them: by patient; results by patient, analyte, time, known, row."""
        order = _order(results)
        return cls(
            patients,
            results.take(order),
            courses.take(np.lexsort((courses.row_id, courses.start, courses.patient))),
            events.take(np.lexsort((events.row_id, events.start, events.patient))),
        )


def _order(r: Results) -> Ints:
    """Results by patient, analyte and time; rows of one instant by when they were known, then as they arrived.

    Patient, analyte and instant fit one int64 (22 + 7 + 34 bits), which sorts about four times faster than five
    columns.
    """
    keys = (r.patient.astype(np.int64) * 128 + r.analyte << 34) + (r.at + (1 << 33))
    order = np.argsort(keys, kind="stable")
    ordered = keys[order]
    tied = np.zeros(len(ordered), dtype=bool)
    tied[1:] = ordered[1:] == ordered[:-1]
    tied[:-1] |= tied[1:]
    some = np.flatnonzero(tied)
    if len(some):
        rows = order[some]
        order[some] = rows[np.lexsort((r.row_id[rows], r.known[rows], keys[rows]))]
    return order
