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
from core.calculators.change import change_limits
from core.calculators.renal import ADULT_FROM_YEARS as ADULT_YEARS
from core.calculators.renal import AGE_LIMIT_YEARS, cockcroft_gault
from core.catalogue import analyte
from core.catalogue.drugs import drugs
from core.engine import dosing
from core.engine.age import age, age_months, completed_months
from core.engine.cohort import Bools, Cohort, Floats, Ints
from core.engine.feature import NEVER, Feature
from core.engine.happenings import EventWords, Happenings, pick
from core.engine.kernels import distinct, key, overlaps, positions, split_key, starts, window_reduce
from core.engine.phases import DrugCourses, Spans
from core.engine.series import REASON, Series, read_series
from core.engine.timeline import until_stale
from core.engine.upper_limits import FEMALE, MALE, UNKNOWN_SEX, alt_of_upper_limit, ast_of_upper_limit, upper_limits
from core.protocols.schema import Common
from core.records import DAY, FAR, LONG_AGO

DECIMALS = 9  # of a clearance: what differs by less is the binary rounding of an exact 30, and is 30


class Measurements:
    """The series, events and other drugs of one cohort, each read once. horizon: what starts later is planned."""

    def __init__(self, cohort: Cohort, common: Common, horizon: int) -> None:
        self.cohort, self.common, self.horizon = cohort, common, horizon
        self._series: dict[str, Series] = {}
        self._features: dict[str, Feature] = {}
        self._measured: dict[str, Feature] = {}
        self._happened: dict[tuple[str, str], Happenings] = {}
        self._courses: dict[str, DrugCourses] = {}
        self._taken: dict[tuple[str, ...], Spans] = {}

    def series(self, name: str) -> Series:
        if name not in self._series:
            self._series[name] = read_series(self.cohort.results, name)
        return self._series[name]

    def happened(self, name: str, *, but: str = "") -> Happenings:
        """The events of a named group (but not those of another), picked once."""
        if (name, but) not in self._happened:
            self._happened[name, but] = pick(self.cohort, self._words, self.common, name, horizon=self.horizon, but=but)
        return self._happened[name, but]

    @cached_property
    def _words(self) -> EventWords:
        return EventWords(self.cohort.events)

    def courses(self, drug: str) -> DrugCourses:
        """The courses of one drug, monitored or not."""
        if drug not in self._courses:
            self._courses[drug] = DrugCourses.of(self.cohort, drug, self.horizon, self.common.planning)
        return self._courses[drug]

    def drugs(self, words: tuple[str, ...]) -> list[str]:
        """The drugs that these patients have courses of and that are one of these: by name, class or group."""
        known = drugs()
        return [d for d in self._drugs if d in known and any(known[d].is_a(word) for word in words)]

    @cached_property
    def _drugs(self) -> list[str]:
        return sorted(set(self.cohort.courses.drug.tolist()))

    def taken(self, words: tuple[str, ...]) -> Spans:
        """When any such drug is taken and not held."""
        if words not in self._taken:
            self._taken[words] = Spans.none().plus(*(self.courses(drug).running for drug in self.drugs(words)))
        return self._taken[words]

    def change_limit(self, name: str, side: str) -> float:
        """By how many per cent an analyte must fall or rise before it is more than chance; positive."""
        variation = analyte(name).variation
        if variation is None:
            raise ValueError(f"the catalogue knows no variation of {name}")  # refused when protocols are read
        limits = change_limits(variation.cvi, variation.cva)
        return -limits.down if side == "fall" else limits.up

    @cached_property
    def creatinines(self) -> _Window:
        """The readable creatinines with what came before each."""
        return _Window.of(self.series("creatinine"))

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


#: Mean days in a year. Away from a birthday by more than the calendar's drift, dividing by it tells the age.
_YEAR_DAYS, _NEAR = 365.2425, 0.012


def completed_years(birth: Ints, at: Ints) -> Ints:
    """Age in completed years on the day of an instant; birthdays on 29 February are reached on 1 March."""
    lived = (at // DAY - birth // DAY) / _YEAR_DAYS
    years: Ints = np.floor(lived).astype(np.int64)
    close = positions(np.abs(lived - np.round(lived)) < _NEAR)
    years[close] = completed_months(birth[close], at[close]) // 12
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
    exact = creatinine.low[at_creatinine] == creatinine.high[at_creatinine]
    exact &= (kilograms[0] == kilograms[1]) & (sex != UNKNOWN_SEX)
    with np.errstate(all="ignore"):
        one = dosing_weight(kilograms[0], centimetres, sex == FEMALE)
    certain = _clearance(age, sex == FEMALE, one, creatinine.low[at_creatinine])
    for code in () if exact.all() else (FEMALE, MALE):
        possible = (sex == code) | (sex == UNKNOWN_SEX)
        female = np.full(len(patient), code == FEMALE)
        lightest, heaviest = _dosing_weights(*kilograms, centimetres, female)
        least = _clearance(age, female, lightest, creatinine.high[at_creatinine])
        most = _clearance(age, female, heaviest, creatinine.low[at_creatinine])
        low, high = np.where(possible, np.fmin(low, least), low), np.where(possible, np.fmax(high, most), high)
    low, high = np.where(exact, certain, low), np.where(exact, certain, high)
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


def _stages(m: Measurements, staged: Callable[[_Window, Floats, str, Floats, Bools], Floats]) -> Feature:
    """Stage each readable creatinine against the earlier readable ones; unreadable points cannot be staged."""
    creatinine, window = m.series("creatinine"), m.creatinines
    usable, points = window.usable, window.points
    limit_low, limit_high = upper_limits(m, "creatinine", points)
    birth = m.cohort.patients.birth[points.patient]
    unborn = birth == LONG_AGO
    child = ~unborn & (completed_years(np.maximum(birth, LONG_AGO // 2), points.at) < ADULT_YEARS)
    ages = (child, child | unborn) if unborn.any() else (child,)  # without a birth date both readings are possible
    plain = not unborn.any() and bool(
        (window.floor == points.high).all() and np.array_equal(limit_low, limit_high, True)
    )
    with np.errstate(all="ignore"):
        stage_low = np.minimum.reduce([staged(window, window.floor, "high", limit_high, age) for age in ages])
        stage_high = stage_low
        if not plain:
            stage_high = np.maximum.reduce([staged(window, points.high, "floor", limit_low, age) for age in ages])
    without = window.begins[YEAR_DAYS] == window.index
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
    theirs = np.where(earlier >= window.begins[YEAR_DAYS], points.reason[np.maximum(earlier, 0)], 0)
    rest = np.where(unborn, REASON["missing_birth_date"], REASON["missing_sex"])
    return np.where(points.reason > 0, points.reason, np.where(theirs > 0, theirs, rest))


@dataclass(frozen=True)
class _Window:
    """The readable creatinines, and for every one where the earlier ones of 2, 7 and 365 calendar days before it begin
    (they end at the point). usable: their positions among all.
    """

    usable: Ints
    points: Series
    index: Ints
    begins: dict[int, Ints]
    _lowest: dict[tuple[str, int], Floats] = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def of(cls, series: Series) -> _Window:
        usable = positions(series.readable)
        points = series.take(usable)
        keys, today = points.keys, points.at // DAY
        begins = {
            days: keys.searchsorted(key(points.patient, (today - days) * DAY), side="left")
            for days in (TWO_DAYS, WEEK_DAYS, YEAR_DAYS)
        }
        return cls(usable, points, np.arange(len(points), dtype=np.int64), begins)

    @cached_property
    def floor(self) -> Floats:
        """The lowest each creatinine can be: above zero, whatever "<60" leaves open."""
        return np.maximum(self.points.low, np.nextafter(0, 1))

    def before(self, end: str) -> Floats:
        """What the earlier creatinines can be at one end: "floor" or "high"."""
        return self.points.high if end == "high" else self.floor

    def lowest(self, end: str, days: int) -> Floats:
        """The lowest creatinine of so many days before each point; both algorithms ask for the same."""
        if (end, days) not in self._lowest:
            self._lowest[end, days] = window_reduce(self.before(end), self.begins[days], self.index, "min")
        return self._lowest[end, days]


def _nhse(w: _Window, now: Floats, end: str, limit: Floats, child: Bools) -> Floats:
    """NHS England's algorithm, the higher ratio deciding: clinical reference 3.6, notes a and b."""
    week = w.lowest(end, WEEK_DAYS)
    year = window_reduce(w.before(end), w.begins[YEAR_DAYS], w.begins[WEEK_DAYS], "median")
    return np.asarray(nhse_stage(now, week, year, w.lowest(end, TWO_DAYS), is_very_high(now, child, limit)))


def _kdigo(w: _Window, now: Floats, end: str, _limit: Floats, _child: Bools) -> Floats:
    """KDIGO 2012 by creatinine: baseline the lowest of 7 days, else of 365 (contract 5)."""
    week = w.lowest(end, WEEK_DAYS)
    baseline = np.where(np.isnan(week), w.lowest(end, YEAR_DAYS), week)
    return np.asarray(kdigo_stage(now, baseline, w.lowest(end, TWO_DAYS)))


def creatinine_without_history(m: Measurements) -> Feature:
    """Creatinine over its upper limit where there is no earlier result within a year; 0 where there is one."""
    creatinine = m.series("creatinine")
    window = m.creatinines
    usable, points = window.usable, window.points
    first = window.begins[YEAR_DAYS] == window.index
    limit_low, limit_high = upper_limits(m, "creatinine", points)
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
    people, weight = m.cohort.patients, m.series("weight")
    birth = people.birth[weight.patient]
    adult = (birth != LONG_AGO) & (completed_years(np.maximum(birth, LONG_AGO // 2), weight.at) >= ADULT_YEARS)
    limit = analyte("weight").stale_after_days
    turning, until = until_stale(weight, limit), _until_next(weight)
    old = positions(adult & weight.readable & (turning < until))  # an unreadable weight is in no clearance
    used = _in_date(m)
    i, j = overlaps(weight.patient[old], turning[old], until[old], used.patient, used.start, used.end)
    begin, end = np.maximum(turning[old][i], used.start[j]), np.minimum(until[old][i], used.end[j])
    # Every stretch begins with "more than a year" and ends with 0, unless the next one begins there.
    source = np.repeat(old[i], 2)
    at = np.stack([begin, end], axis=1).reshape(-1)
    days = np.tile([limit + 1.0, 0.0], len(i))
    keep = at < FAR
    keep[1:-1:2] &= (at[1:-1:2] != at[2::2]) | (source[1:-1:2] != source[2::2])
    source, at, days = source[keep], at[keep], days[keep]
    order = np.lexsort((days, at, weight.patient[source]))
    source, at, days = source[order], at[order], days[order]
    last = np.append(starts(weight.patient[source], at)[1:], True) if len(at) else np.zeros(0, dtype=bool)
    source, at, days = source[last], at[last], days[last]
    rows, none = weight.rows[:1, source], np.zeros(len(at), np.int16)
    series = Series(weight.patient[source], at, days, days, none, rows, weight.at[source])
    return Feature(series, np.full(len(at), NEVER))


def _until_next(series: Series) -> Ints:
    """When the next point of the same patient comes, FAR if none does."""
    until = np.full(len(series), FAR)
    until[:-1] = np.where(series.patient[1:] == series.patient[:-1], series.at[1:], FAR)
    return until


def _in_date(m: Measurements) -> Spans:
    """When a readable creatinine is in date."""
    creatinine = m.series("creatinine")
    fresh = until_stale(creatinine, analyte("creatinine").stale_after_days)
    end = np.where(creatinine.readable, np.minimum(fresh, _until_next(creatinine)), creatinine.at)
    new = starts(creatinine.patient)
    new[1:] |= end[:-1] < creatinine.at[1:]
    begin = positions(new)
    if not len(begin):
        return Spans.none()
    last = np.append(begin[1:], len(end)) - 1
    return Spans.of(creatinine.patient[begin], creatinine.at[begin], end[last])


FEATURES: dict[str, Callable[[Measurements], Feature]] = {
    "creatinine_clearance": creatinine_clearance,
    "aki_nhse": lambda m: _stages(m, _nhse),
    "aki_kdigo": lambda m: _stages(m, _kdigo),
    "creatinine_without_history": creatinine_without_history,
    "weight_age": weight_age,
    "age": age,
    "age_months": age_months,
    "dosing_weight": dosing.dosing_weight,
    "alt_of_upper_limit": alt_of_upper_limit,
    "ast_of_upper_limit": ast_of_upper_limit,
}
