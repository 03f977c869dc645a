"""The dose a patient is on, and the weight it is reckoned with: what is given at a time, on a dosing day, by weight.

Several current courses of the drug may be one prescription written twice, or all be taken: together they are an
interval from the smallest dose to the sum, and an interval that reaches over a limit cannot be told.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from core.calculators.renal import ADULT_FROM_YEARS
from core.catalogue import analyte
from core.engine.age import YEAR, reaches_months
from core.engine.cohort import Bools, Codes, Floats, Ints
from core.engine.feature import Feature, first_asked
from core.engine.kernels import NEVER, column_of, distinct, key, positions, somewhere, split_key, spread, starts
from core.engine.phases import DrugCourses
from core.engine.series import COURSE_ROW, REASON, Series
from core.engine.timeline import Stretches, until_stale
from core.records import FAR, LONG_AGO

if TYPE_CHECKING:
    from core.engine.features import Measurements

DECIMALS = 9  # of a product: what differs by less is binary rounding


def dosing_weight(m: Measurements) -> Feature:
    """The weight that stands for a dose: an adult's for ever, a child's until it is too old to go by.

    Returns: kg; missing_weight before the first one; stale_result once a child's has lapsed, even after the 18th
    birthday.
    Source:  docs/semantics.md (Features). Hazard: HAZ-001.
    """
    weight = m.series("weight")
    limits = analyte("weight")
    lapse = until_stale(weight, limits.child_stale_after_days or limits.stale_after_days)
    birth = m.cohort.patients.birth[weight.patient]
    unborn = birth == LONG_AGO
    adult_from = reaches_months(np.where(unborn, 0, birth), np.full(len(birth), ADULT_FROM_YEARS * YEAR))
    expires = np.where(~unborn & (adult_from <= lapse), NEVER, lapse)
    patient, at = first_asked(m.cohort)
    without = weight.standing(patient, at) < 0
    patient, at = patient[without], at[without]
    n = len(patient)
    order = np.argsort(np.concatenate([weight.keys, key(patient, at)]), kind="stable")
    series = Series(
        np.concatenate([weight.patient, patient])[order],
        np.concatenate([weight.at, at])[order],
        np.concatenate([weight.low, np.full(n, -np.inf)])[order],
        np.concatenate([weight.high, np.full(n, np.inf)])[order],
        np.concatenate([weight.reason, np.full(n, REASON["missing_weight"], np.int16)])[order],
        np.concatenate([weight.rows, np.full((1, n), -1)], axis=1)[:, order],
        np.concatenate([weight.measured, at])[order],
    )
    return Feature(series, np.concatenate([expires, np.full(n, NEVER)])[order])


def dose_feature(name: str, m: Measurements, courses: DrugCourses) -> Feature:
    """What a drug's current courses come to: one of DOSE_FEATURES.

    Args:    courses: of one drug; the taken ones count, the planned ones where none is taken or held.
    Returns: mg, mg/d, mg/kg/d or administrations a day; an interval where courses or the weight leave room. Rows: the
             course of the smallest value, coded below COURSE_ROW, and its weight. In the gaps between courses, where
             nobody asks, a point that says nothing.
    Source:  docs/semantics.md (Features). Hazard: HAZ-001.
    """
    series = _together(_values(name, courses, _cut(name, m, courses)), name)
    return Feature(series, column_of(NEVER, len(series)))


@dataclass(frozen=True)
class _Segments:
    """Stretches of single courses over which the weight, where it matters, is one. course: position in DrugCourses.

    weight_low, weight_high, weight_reason, weight_row, weighed: the weight that stands; weight_row -1 where none does
    or none matters.
    """

    course: Ints
    patient: Ints
    start: Ints
    end: Ints
    weight_low: Floats
    weight_high: Floats
    weight_reason: Codes
    weight_row: Ints
    weighed: Ints


@dataclass(frozen=True)
class _Doses:
    """The value of each segment, and the facts it rests on: rows and measured as in Series. begun, ended: of the course
    as it is written.
    """

    patient: Ints
    start: Ints
    end: Ints
    low: Floats
    high: Floats
    reason: Codes
    row: Ints
    weight_row: Ints
    measured: Ints
    begun: Ints
    ended: Ints


def _cut(name: str, m: Measurements, courses: DrugCourses) -> _Segments:
    """The pieces of the current courses, cut wherever a weight they are reckoned with changes or lapses."""
    parts = (courses.taken_pieces, courses.planned_pieces)
    course, patient, start, end = (
        np.concatenate([getattr(part, column) for part in parts]) for column in ("course", "patient", "start", "end")
    )
    order = np.lexsort((start, patient))
    course, patient, start, end = course[order], patient[order], start[order], end[order]
    weighed = _needs_weight(name, courses)[course]
    if not somewhere(weighed):
        none, nan = column_of(-1, len(course)), column_of(np.nan, len(course), np.float64)
        return _Segments(course, patient, start, end, nan, nan, none.astype(np.int16), none, start)
    weights = m.feature("dosing_weight").stretches
    keys = key(weights.patient, weights.at)
    first = keys.searchsorted(key(patient, start), side="right")
    last = keys.searchsorted(key(patient, end), side="left")
    position, piece = spread(first - 1, np.where(weighed, np.maximum(last - first, 0), 0) + 1)
    begins = starts(piece)
    cut_start = np.where(begins, start[piece], weights.at[np.maximum(position, 0)])
    cut_end = np.append(cut_start[1:], 0)
    cut_end = np.where(np.append(begins[1:], True), end[piece], cut_end)
    return _Segments(
        course[piece], patient[piece], cut_start, cut_end, *_weights(weights, position, patient[piece], weighed[piece])
    )


def _needs_weight(name: str, courses: DrugCourses) -> Bools:
    """Courses whose value of this name is reckoned with a weight."""
    if name == "doses_per_day":
        return np.zeros(len(courses.patient), dtype=bool)
    by_weight = ~courses.per_kg if name == "dosing_day_mg_per_kg" else courses.per_kg
    readable = ~np.isnan(courses.dose)
    if name != "dose_mg":
        readable &= ~np.isnan(courses.per_day)
    return np.asarray(by_weight & readable)


def _weights(
    weights: Stretches, position: Ints, patient: Ints, matters: Bools
) -> tuple[Floats, Floats, Codes, Ints, Ints]:
    """The weight of each segment; a weight is above zero, whatever "<50" leaves open."""
    index = np.maximum(position, 0)
    there = matters & (position >= 0) & (weights.patient[index] == patient)
    lapsed = weights.lapsed[index]
    silent = ~there | lapsed | (np.isneginf(weights.low[index]) & np.isposinf(weights.high[index]))
    low = np.where(silent, -np.inf, np.maximum(weights.low[index], 0.0))
    high = np.where(silent, np.inf, weights.high[index])
    reason = np.where(lapsed, REASON["stale_result"], weights.reason[index])
    reason = np.where(there, reason, REASON["missing_weight"]).astype(np.int16)
    used = there & ~lapsed
    row = np.where(used, weights.rows[0][index], -1)
    return low, high, reason, row, np.where(row >= 0, weights.measured[index], LONG_AGO)


def _values(name: str, courses: DrugCourses, s: _Segments) -> _Doses:
    """The interval of each segment, and why it is one: the dose, the frequency, then the weight."""
    dose, per_kg, per_day = courses.dose[s.course], courses.per_kg[s.course], courses.per_day[s.course]
    matters = _needs_weight(name, courses)[s.course]
    times = np.maximum(per_day, 1.0)
    if name == "doses_per_day":
        low = high = per_day
    elif name == "dosing_day_mg_per_kg":
        day = _product(dose, times)
        low, high = (np.where(per_kg, day, _quotient(day, w)) for w in (s.weight_high, s.weight_low))
    else:
        low, high = (np.where(per_kg, _product(dose, w), dose) for w in (s.weight_low, s.weight_high))
        if name == "dosing_day_mg":
            low, high = _product(low, times), _product(high, times)
    no_dose = np.isnan(dose) if name != "doses_per_day" else np.zeros(len(dose), dtype=bool)
    no_frequency = np.isnan(per_day) if name != "dose_mg" else np.zeros(len(dose), dtype=bool)
    no_weight = matters & np.isneginf(s.weight_low)
    lost = no_dose | no_frequency | no_weight
    low, high = np.where(lost, -np.inf, low), np.where(lost, np.inf, high)
    why = np.where(
        no_dose, REASON["unknown_dose"], np.where(no_frequency, REASON["unknown_frequency"], s.weight_reason)
    )
    reason = np.where(low == high, 0, why).astype(np.int16)
    start = courses.start[s.course]
    return _Doses(
        s.patient, s.start, s.end, low, high, reason, COURSE_ROW - courses.row[s.course],
        np.where(matters, s.weight_row, -1), np.where(matters, np.maximum(start, s.weighed), start),
        start, courses.end[s.course],
    )  # fmt: skip


def _product(a: Floats, b: Floats) -> Floats:
    """Nothing times anything is nothing, even where the other has no bound."""
    with np.errstate(invalid="ignore"):
        out: Floats = np.where((a == 0) | (b == 0), 0.0, np.round(a * b, DECIMALS))
    return out


def _quotient(a: Floats, b: Floats) -> Floats:
    with np.errstate(invalid="ignore", divide="ignore"):
        out: Floats = np.where(a == 0, 0.0, np.round(a / b, DECIMALS))
    return out


def _together(d: _Doses, name: str) -> Series:
    """At every moment one interval, from the smallest value of the courses that are current then to their sum."""
    ends = d.end < FAR
    moments = distinct(key(d.patient, d.start), key(d.patient[ends], d.end[ends]))
    patient, at = split_key(moments)
    n = len(moments)
    low, high, measured = column_of(-np.inf, n, np.float64), column_of(np.inf, n, np.float64), at.copy()
    reason, rows = column_of(REASON["unknown_dose"], n, np.int16), column_of(-1, 2 * n).reshape(2, n)
    first = moments.searchsorted(key(d.patient, d.start), side="left")
    moment, segment = spread(first, moments.searchsorted(key(d.patient, d.end), side="left") - first)
    several = somewhere(moment[1:] <= moment[:-1])  # two courses at once: of each moment the smallest value first
    if several:
        order = np.lexsort((_rank(d.reason)[segment], d.low[segment], moment))
        moment, segment = moment[order], segment[order]
    if len(moment):
        begin = positions(starts(moment))
        shown, place = segment[begin], moment[begin]
        low[place], high[place], reason[place] = d.low[shown], d.high[shown], d.reason[shown]
        rows[0, place], rows[1, place], measured[place] = d.row[shown], d.weight_row[shown], d.measured[shown]
        if several:
            count = np.diff(np.append(begin, len(moment)))
            high[place] = _largest_sums(d, segment, begin, count)
            disputed = REASON["unknown_frequency" if name == "doses_per_day" else "unknown_dose"]
            # One that says nothing tells why, in the order of reasons; else nobody knows which are taken.
            told = (count > 1) & ~np.isneginf(low[place]) & (low[place] < high[place])
            reason[place] = np.where(told, disputed, reason[place])
    return Series(patient, at, low, high, reason, rows, measured)


def _largest_sums(d: _Doses, segment: Ints, begin: Ints, count: Ints) -> Floats:
    """The most that is taken at once of the courses of each moment, by their written dates."""
    many = np.flatnonzero(count > 1)
    one, group = spread(begin[many], count[many])
    other, pair = spread(begin[many][group], count[many][group])
    mine, theirs = segment[one][pair], segment[other]
    at_once = (mine == theirs) | ((d.begun[theirs] <= d.begun[mine]) & (d.begun[mine] < d.ended[theirs]))
    total = np.bincount(pair, weights=np.where(at_once, d.high[theirs], 0.0), minlength=len(one))
    out: Floats = d.high[segment[begin]].copy()
    if len(many):
        out[many] = np.maximum.reduceat(np.round(total, DECIMALS), np.flatnonzero(starts(group)))
    return out


def _rank(reason: Codes) -> Codes:
    """Of courses that all say nothing, which reason is named: the dose's, the frequency's, then the weight's."""
    first, second = reason == REASON["unknown_dose"], reason == REASON["unknown_frequency"]
    return np.where(first, 0, np.where(second, 1, 2)).astype(np.int16)
