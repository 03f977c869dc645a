"""What rules judge besides single analytes: clearance, stages of kidney injury, the age of a weight.

Each feature is a `Series` like an analyte's, with an interval of possible values where its inputs leave room, and says
until when each point answers.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np

from core.calculators.aki import TWO_DAYS, WEEK_DAYS, YEAR_DAYS, is_very_high, kdigo_stage, nhse_stage
from core.calculators.body_size import OBESE_FROM_BMI, dosing_weight
from core.calculators.renal import ADULT_FROM_YEARS as ADULT_YEARS
from core.calculators.renal import AGE_LIMIT_YEARS, cockcroft_gault
from core.catalogue import analyte
from core.engine.cohort import Bools, Cohort, Floats, Ints
from core.engine.happenings import Happenings, pick
from core.engine.kernels import distinct, key, split_key, window_reduce
from core.engine.series import REASON, Series, read_series
from core.engine.timeline import Stretches, until_stale
from core.protocols.schema import Common
from core.records import DAY, LONG_AGO, SEXES

FEMALE, MALE, UNKNOWN_SEX = (SEXES.index(s) for s in ("female", "male", "unknown"))

NEVER = 1 << 33  # later than any instant
DECIMALS = 9  # of a clearance: what differs by less is the binary rounding of an exact 30, and is 30


@dataclass(frozen=True)
class Feature:
    """A computed series and the first instant at which each point no longer answers."""

    series: Series
    expires: Ints
    _lasting: dict[int, Stretches] = field(default_factory=dict, repr=False, compare=False)

    @cached_property
    def stretches(self) -> Stretches:
        return Stretches.of(self.series, self.expires)

    def lasting(self, days: int) -> Stretches:
        """Each point answering for so many days from its instant and no longer."""
        if days not in self._lasting:
            self._lasting[days] = Stretches.of(self.series, self.series.at + days * DAY)
        return self._lasting[days]


class Measurements:
    """The series of one cohort, each read once."""

    def __init__(self, cohort: Cohort) -> None:
        self.cohort = cohort
        self._series: dict[str, Series] = {}
        self._features: dict[str, Feature] = {}
        self._measured: dict[str, Feature] = {}
        self._happened: dict[tuple[str, str], Happenings] = {}

    def series(self, name: str) -> Series:
        if name not in self._series:
            self._series[name] = read_series(self.cohort.results, name)
        return self._series[name]

    def happened(self, common: Common, name: str, *, but: str = "") -> Happenings:
        """The events of a named group (but not those of another), picked once."""
        if (name, but) not in self._happened:
            self._happened[name, but] = pick(self.cohort, common, name, but=but)
        return self._happened[name, but]

    def measured(self, name: str) -> Feature:
        """An analyte as it was measured, with its staleness."""
        if name not in self._measured:
            series = self.series(name)
            self._measured[name] = Feature(series, until_stale(series, analyte(name).stale_after_days))
        return self._measured[name]

    def feature(self, name: str) -> Feature:
        if name not in self._features:
            self._features[name] = FEATURES[name](self)
        return self._features[name]


def completed_years(birth: Ints, at: Ints) -> Ints:
    """Age in completed years on the day of an instant; birthdays on 29 February are reached on 1 March."""
    born, now = (
        birth.astype("datetime64[s]").astype("datetime64[D]"),
        at.astype("datetime64[s]").astype("datetime64[D]"),
    )
    born_month, now_month = born.astype("datetime64[M]"), now.astype("datetime64[M]")
    months = (now_month - born_month).astype(np.int64)
    before_day = (now - now_month).astype(np.int64) < (born - born_month).astype(np.int64)
    years: Ints = (months - before_day) // 12
    return years


def creatinine_clearance(m: Measurements) -> Feature:
    """Cockcroft-Gault with the creatinine, weight and height that stand at each moment any of them changes.

    Returns: mL/min, not indexed; an interval where creatinine, weight or sex leave room.
    Source:  clinical reference 3.1; docs/semantics.md (Features). Hazard: HAZ-001, HAZ-007.
    """
    people = m.cohort.patients
    creatinine, weight, height = m.series("creatinine"), m.series("weight"), m.series("height")
    with_creatinine = np.zeros(len(people), dtype=bool)
    with_creatinine[creatinine.patient] = True
    patient, at = _moments([creatinine, *(s.take(with_creatinine[s.patient]) for s in (weight, height))])
    at_creatinine = creatinine.standing(patient, at)
    keep = at_creatinine >= 0
    patient, at, at_creatinine = patient[keep], at[keep], at_creatinine[keep]
    at_weight, at_height = weight.standing(patient, at), height.standing(patient, at)
    stale = until_stale(creatinine, analyte("creatinine").stale_after_days)[at_creatinine]
    sampled = creatinine.at[at_creatinine]
    birth = people.birth[patient]
    age = np.where(birth == LONG_AGO, np.nan, completed_years(np.maximum(birth, LONG_AGO // 2), sampled))
    kilograms = _standing_interval(weight, at_weight)
    centimetres = np.where(at_height >= 0, _exact(height)[np.maximum(at_height, 0)] if len(height) else np.nan, np.nan)
    sex = people.sex[patient]
    low, high = np.full(len(patient), np.inf), np.full(len(patient), -np.inf)
    for code in (FEMALE, MALE):
        possible = (sex == code) | (sex == UNKNOWN_SEX)
        female = np.full(len(patient), code == FEMALE)
        lightest, heaviest = _dosing_weights(*kilograms, centimetres, female)
        least = _clearance(age, female, lightest, creatinine.high[at_creatinine])
        most = _clearance(age, female, heaviest, creatinine.low[at_creatinine])
        low, high = np.where(possible, np.fmin(low, least), low), np.where(possible, np.fmax(high, most), high)
    low = _settle(low, creatinine.high[at_creatinine], kilograms[0])
    high = _settle(high, creatinine.low[at_creatinine], kilograms[1])
    creatinine_reason = creatinine.reason[at_creatinine]
    unreadable = ~creatinine.readable[at_creatinine]
    weight_reason = np.where(
        at_weight >= 0, weight.reason[np.maximum(at_weight, 0)] if len(weight) else 0, REASON["missing_weight"]
    )
    weight_unreadable = at_weight < 0
    if len(weight):
        weight_unreadable |= ~weight.readable[np.maximum(at_weight, 0)]
    blocks = [
        (unreadable, creatinine_reason),
        (np.isnan(age), np.full(len(age), REASON["missing_birth_date"])),
        ((age < ADULT_YEARS) | (age >= AGE_LIMIT_YEARS), np.full(len(age), REASON["out_of_scope_age"])),
        (weight_unreadable, weight_reason),
    ]
    blocked = np.zeros(len(patient), dtype=bool)
    reason = np.where(
        creatinine_reason > 0,
        creatinine_reason,
        np.where(weight_reason > 0, weight_reason, np.where(sex == UNKNOWN_SEX, REASON["missing_sex"], 0)),
    )
    for test, why in blocks:
        reason = np.where(test & ~blocked, why, reason)
        blocked |= test
    low, high = np.where(blocked, -np.inf, low), np.where(blocked, np.inf, high)
    rows = np.stack([_row(creatinine, at_creatinine), _row(weight, at_weight), _row(height, at_height)])
    series = Series(patient, at, low, high, reason.astype(np.int16), rows, sampled)
    live = at < stale  # a weight taken after the creatinine went stale changes nothing
    return Feature(series.take(live), stale[live])


def _settle(clearance: Floats, *ends: Floats) -> Floats:
    """Without binary rounding, where it comes from recorded numbers: the end of "<177" is the float beside one."""
    recorded = np.all([end == np.round(end, DECIMALS) for end in ends], axis=0)
    return np.where(recorded, np.round(clearance, DECIMALS), clearance)


def _dosing_weights(low: Floats, high: Floats, height: Floats, female: Bools) -> tuple[Floats, Floats]:
    """Smallest and largest weight for dosing over an interval of weights: it drops where the adjusted one sets in."""
    with np.errstate(all="ignore"):
        ends = [np.where(np.isfinite(w), dosing_weight(w, height, female), w) for w in (low, high)]
        step = OBESE_FROM_BMI * (height / 100) ** 2
        crosses = (low < step) & (step <= high)
        adjusted = dosing_weight(step, height, female)
    return np.where(crosses, np.fmin(ends[0], adjusted), ends[0]), np.where(crosses, np.fmax(ends[1], step), ends[1])


def _clearance(age: Floats, female: Bools, weight: Floats, creatinine: Floats) -> Floats:
    """Clearance at the ends of what weight and creatinine can be: none without weight, boundless without creatinine."""
    with np.errstate(all="ignore"):
        value = np.asarray(cockcroft_gault(age, female, weight, creatinine))
    value = np.where((weight <= 0) | np.isposinf(creatinine), 0.0, value)
    return np.where(np.isposinf(weight) | (creatinine <= 0), np.inf, value)


def _moments(series: list[Series]) -> tuple[Ints, Ints]:
    return split_key(distinct(*(s.keys for s in series)))


def _row(series: Series, position: Ints) -> Ints:
    return (
        np.where(position >= 0, series.rows[0][np.maximum(position, 0)], -1)
        if len(series)
        else np.full(len(position), -1)
    )


def _exact(series: Series) -> Floats:
    return np.where(series.low == series.high, series.low, np.nan)


def _standing_interval(series: Series, position: Ints) -> tuple[Floats, Floats]:
    if not len(series):
        nothing = np.full(len(position), np.nan)
        return nothing, nothing
    index = np.maximum(position, 0)
    return np.where(position >= 0, series.low[index], np.nan), np.where(position >= 0, series.high[index], np.nan)


def _stages(m: Measurements, staged: Callable[[_Window, Floats, Floats, Floats, Bools], Floats]) -> Feature:
    """Stage each readable creatinine against the earlier readable ones; unreadable points cannot be staged."""
    creatinine = m.series("creatinine")
    readable = creatinine.readable
    usable = np.flatnonzero(readable)
    points = creatinine.take(usable)
    window = _Window.of(points)
    limit_low, limit_high = _upper_limits(m, points)
    birth = m.cohort.patients.birth[points.patient]
    unborn = birth == LONG_AGO
    child = ~unborn & (completed_years(np.maximum(birth, LONG_AGO // 2), points.at) < ADULT_YEARS)
    lowest = np.maximum(points.low, np.nextafter(0, 1))  # a creatinine is above zero, whatever "<60" leaves open
    ages = (child, child | unborn) if unborn.any() else (child,)  # without a birth date both readings are possible
    with np.errstate(all="ignore"):
        stage_low = np.minimum.reduce([staged(window, lowest, points.high, limit_high, age) for age in ages])
        stage_high = np.maximum.reduce([staged(window, points.high, lowest, limit_low, age) for age in ages])
    without = window.low_365 == window.index
    reason = _why_open(points, window, unborn)
    low = np.full(len(creatinine), -np.inf)
    high = np.full(len(creatinine), np.inf)
    why = creatinine.reason.copy()
    low[usable] = np.where(without, -np.inf, stage_low)
    high[usable] = np.where(without, np.inf, stage_high)
    why[usable] = np.where(low[usable] == high[usable], 0, np.where(without, REASON["missing_baseline"], reason))
    series = replace(creatinine, low=low, high=high, reason=why.astype(np.int16))
    return Feature(series, until_stale(series, analyte("creatinine").stale_after_days))


def _why_open(points: Series, window: _Window, unborn: Bools) -> Ints:
    """Why a stage is an interval: the creatinine itself, the latest uncertain earlier one, the age, or the sex."""
    position = np.maximum.accumulate(np.where(points.reason > 0, np.arange(len(points)), -1))
    earlier = np.concatenate([[-1], position[:-1]]) if len(points) else position
    theirs = np.where(earlier >= window.low_365, points.reason[np.maximum(earlier, 0)], 0)
    rest = np.where(unborn, REASON["missing_birth_date"], REASON["missing_sex"])
    return np.where(points.reason > 0, points.reason, np.where(theirs > 0, theirs, rest))


@dataclass(frozen=True)
class _Window:
    """For every point, where the earlier points of 2, 7 and 365 calendar days before it begin (they end at the
    point).
    """

    index: Ints
    low_2: Ints
    low_7: Ints
    low_365: Ints

    @classmethod
    def of(cls, points: Series) -> _Window:
        keys, today = points.keys, points.at // DAY
        return cls(
            np.arange(len(points), dtype=np.int64),
            *(
                np.searchsorted(keys, key(points.patient, (today - days) * DAY), side="left")
                for days in (TWO_DAYS, WEEK_DAYS, YEAR_DAYS)
            ),
        )


def _nhse(w: _Window, now: Floats, before: Floats, limit: Floats, child: Bools) -> Floats:
    """NHS England's algorithm, the higher ratio deciding: clinical reference 3.6, notes a and b."""
    week, year = window_reduce(before, w.low_7, w.index, "min"), window_reduce(before, w.low_365, w.low_7, "median")
    two_days = window_reduce(before, w.low_2, w.index, "min")
    return np.asarray(nhse_stage(now, week, year, two_days, is_very_high(now, child, limit)))


def _kdigo(w: _Window, now: Floats, before: Floats, _limit: Floats, _child: Bools) -> Floats:
    """KDIGO 2012 by creatinine: baseline the lowest of 7 days, else of 365 (contract 5)."""
    week = window_reduce(before, w.low_7, w.index, "min")
    baseline = np.where(np.isnan(week), window_reduce(before, w.low_365, w.index, "min"), week)
    return np.asarray(kdigo_stage(now, baseline, window_reduce(before, w.low_2, w.index, "min")))


def _upper_limits(m: Measurements, points: Series) -> tuple[Floats, Floats]:
    """Upper limit of creatinine for each point: the report's own, else the catalogue's by sex (both where unknown)."""
    own = m.cohort.results.ref_high[points.rows[0]]
    female, male = (
        np.nan if limit is None else float(limit)
        for limit in (analyte("creatinine").ref(s)[1] for s in ("female", "male"))
    )
    sex = m.cohort.patients.sex[points.patient]
    low = np.where(sex == FEMALE, female, np.where(sex == MALE, male, min(female, male)))
    high = np.where(sex == UNKNOWN_SEX, max(female, male), low)
    given = ~np.isnan(own)
    return np.where(given, own, low), np.where(given, own, high)


def creatinine_without_history(m: Measurements) -> Feature:
    """Creatinine over its upper limit where there is no earlier result within a year; 0 where there is one."""
    creatinine = m.series("creatinine")
    usable = np.flatnonzero(creatinine.readable)
    points = creatinine.take(usable)
    window = _Window.of(points)
    first = window.low_365 == window.index
    limit_low, limit_high = _upper_limits(m, points)
    missing = np.isnan(limit_low)
    low = np.where(first, np.where(missing, -np.inf, points.low / limit_high), 0.0)
    high = np.where(first, np.where(missing, np.inf, points.high / limit_low), 0.0)
    why = np.where(
        missing, REASON["missing_reference_range"], np.where(points.reason > 0, points.reason, REASON["missing_sex"])
    )
    all_low, all_high, all_why = (
        np.full(len(creatinine), -np.inf),
        np.full(len(creatinine), np.inf),
        creatinine.reason.copy(),
    )
    all_low[usable], all_high[usable] = low, high
    all_why[usable] = np.where(low == high, 0, why)
    series = replace(creatinine, low=all_low, high=all_high, reason=all_why.astype(np.int16))
    return Feature(series, until_stale(series, analyte("creatinine").stale_after_days))


def weight_age(m: Measurements) -> Feature:
    """Days since an adult's weight was taken, told only as 0 or "more than a year", while a creatinine is in date."""
    people = m.cohort.patients
    weight = m.series("weight")
    creatinine = m.series("creatinine")
    fresh_until = until_stale(creatinine, analyte("creatinine").stale_after_days)
    birth = people.birth[weight.patient]
    adult = (birth != LONG_AGO) & (completed_years(np.maximum(birth, LONG_AGO // 2), weight.at) >= ADULT_YEARS)
    counts = adult & weight.readable  # an unreadable weight is not used in any clearance
    limit = analyte("weight").stale_after_days
    turning = until_stale(weight, limit)
    # Moments at which the answer may change: a weight, its anniversary, a creatinine, its lapse.
    lapses = [key(weight.patient, turning), key(creatinine.patient, fresh_until)]
    patient, at = split_key(distinct(weight.keys, creatinine.keys, *lapses))
    mine, theirs = weight.standing(patient, at), creatinine.standing(patient, at)
    keep = mine >= 0
    patient, at, mine, theirs = patient[keep], at[keep], mine[keep], theirs[keep]
    in_date = theirs >= 0
    if len(creatinine):
        in_date &= (at < fresh_until[np.maximum(theirs, 0)]) & creatinine.readable[np.maximum(theirs, 0)]
    old = in_date & counts[mine] & (at >= turning[mine]) if len(weight) else np.zeros(0, dtype=bool)
    days = np.where(old, limit + 1.0, 0.0)
    series = Series(patient, at, days, days, np.zeros(len(at), np.int16), _row(weight, mine)[None, :], weight.at[mine])
    return Feature(series, np.full(len(at), NEVER))


FEATURES: dict[str, Callable[[Measurements], Feature]] = {
    "creatinine_clearance": creatinine_clearance,
    "aki_nhse": lambda m: _stages(m, _nhse),
    "aki_kdigo": lambda m: _stages(m, _kdigo),
    "creatinine_without_history": creatinine_without_history,
    "weight_age": weight_age,
}
