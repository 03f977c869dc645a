"""One analyte of every patient as points in time: what each sample can mean, with disputes and traces settled."""

from __future__ import annotations

from functools import cached_property

import numpy as np

from core.catalogue import ANALYTES
from core.engine.cohort import Codes, Floats, Ints, Results
from core.engine.kernels import asof, column_of, everywhere, key, positions, somewhere, starts
from core.engine.table import table
from core.records import CANNOT_TELL_REASONS, FAR

REASON = {name: code for code, name in enumerate(CANNOT_TELL_REASONS)}
#: "No upper bound" where infinity would read as unreadable: beyond any measurement, small enough to multiply.
BOUNDLESS = 1e150
#: How evidence names a row: results >= 0, -1 none, events -2 - position, courses COURSE_ROW - position.
COURSE_ROW = -(1 << 40)
ANALYTE_CODE = {name: code for code, name in enumerate(ANALYTES)}


@table
class Series:
    """Points sorted by patient and instant, at most one per instant.

    low, high: closed interval of values (-inf, inf for an unreadable one). reason: why the point cannot be judged where
    the interval straddles a limit (0 for an exact value). rows: positions in the cohort's results the point rests on
    (first axis: creatinine, weight, height for a clearance), -1 none. measured: instant of the underlying sample.
    """

    patient: Ints
    at: Ints
    low: Floats
    high: Floats
    reason: Codes
    rows: Ints
    measured: Ints

    def __len__(self) -> int:
        return len(self.patient)

    @cached_property
    def keys(self) -> Ints:
        return key(self.patient, self.at)

    @cached_property
    def readable(self) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
        """Points that say something about the value."""
        return np.isfinite(self.low) | np.isfinite(self.high)

    @cached_property
    def number(self) -> Floats:
        """One number for each point: the value, the known end of an interval, NaN where nothing is known."""
        bounded = np.isfinite(self.low)
        if everywhere(bounded):
            return self.low
        return np.where(bounded, self.low, np.where(np.isfinite(self.high), self.high, np.nan))

    @cached_property
    def answers(self) -> Series:
        """Only the readable points."""
        return self if everywhere(self.readable) else self.take(self.readable)

    def take(self, rows: np.ndarray[tuple[int], np.dtype[np.generic]]) -> Series:
        return Series(
            self.patient[rows], self.at[rows], self.low[rows], self.high[rows], self.reason[rows],
            self.rows[:, rows], self.measured[rows],
        )  # fmt: skip

    def standing(self, patient: Ints, at: Ints) -> Ints:
        """Position of the point that stands for each (patient, instant): the latest at or before it, -1 if none."""
        return asof(self.keys, self.patient, patient, at)


def read_series(results: Results, analyte: str) -> Series:
    """The points of one analyte. Rows of one instant are merged: two values are a dispute, a trace beside a value is
    dropped.

    Returns: for a dispute the interval from the smallest to the largest possible value, reason conflicting_duplicate;
    for a comparator its interval, reason censored; for a trace everything, with the trace's own reason.
    """
    index = positions(results.analyte == ANALYTE_CODE[analyte])
    if not len(index):
        return _NOT_MEASURED
    patient, at = results.patient[index].astype(np.int64, copy=False), results.at[index]
    low, high = (end[index].astype(np.float64, copy=False) for end in (results.low, results.high))
    given = results.reason[index]
    troubled = somewhere(given)  # a trace or a disputed value: few analytes of few patients have any
    trace = (given != 0) & (given != REASON["conflicting_duplicate"]) if troubled else given.astype(bool)
    if troubled:
        low, high = np.where(trace, -np.inf, low), np.where(trace, np.inf, high)
    reason = np.where(low != high, REASON["censored"], 0).astype(np.int16)
    if troubled:
        reason = np.where(given != 0, given, reason).astype(np.int16)
    first = starts(patient, at)
    if troubled or not everywhere(first):
        group = np.cumsum(first) - 1
        solid = np.zeros(len(first), dtype=bool)  # groups with a readable row; by itself a disputed value says nothing
        solid[group[given == 0]] = True
        alone = ~solid[group]
        low, high = np.where(alone, -np.inf, low), np.where(alone, np.inf, high)
        keep = ~trace | alone
        index, patient, at, low, high, reason, given, alone = (
            c[keep] for c in (index, patient, at, low, high, reason, given, alone)
        )
        begin = positions(starts(patient, at))
        last = np.append(begin[1:], len(at)) - 1
        lowest, highest = np.minimum.reduceat(low, begin), np.maximum.reduceat(high, begin)
        agree = (np.maximum.reduceat(low, begin) == lowest) & (np.minimum.reduceat(high, begin) == highest)
        # Rows that agree are one value seen twice; rows that differ are a dispute, whatever each of them says.
        settled = np.where(given[last] == 0, reason[last], reason[begin])
        why = np.where(alone[last], reason[last], np.where(agree, settled, REASON["conflicting_duplicate"]))
        solid_rows = np.where(given == 0, np.arange(len(given)), len(given))
        shown = np.minimum(
            np.minimum.reduceat(solid_rows, begin), last
        )  # the first readable row stands for the instant
        # Two bounds that leave everything open are still a reading, unlike a trace: kept finite at one end.
        highest = np.where(~alone[last] & np.isneginf(lowest) & np.isposinf(highest), BOUNDLESS, highest)
        index, patient, at, low, high, reason = (
            index[shown],
            patient[last],
            at[last],
            lowest,
            highest,
            why.astype(np.int16),
        )
    return Series(patient, at, low, high, reason, index[None, :].astype(np.int64, copy=False), at)


def _no_points() -> Series:
    i, f = np.empty(0, np.int64), np.empty(0)
    return Series(i, i, f, f, np.empty(0, np.int16), np.empty((1, 0), np.int64), i)


_NOT_MEASURED = _no_points()


def first_from(results: Series, patient: Ints, instant: Ints) -> Ints:
    """The first point of each patient at or after an instant, FAR where there is none."""
    if not len(results):
        return column_of(FAR, len(patient))
    found = results.keys.searchsorted(key(patient, instant), side="left")
    index = np.minimum(found, len(results) - 1)
    there = (found < len(results)) & (results.patient[index] == patient)
    return np.where(there, results.at[index], FAR)
