"""What rules judge: analytes as measured, and what is computed from several; each read once for a cohort.

Each feature is a `Series` like an analyte's, with an interval of possible values where its inputs leave room, and says
until when each point answers.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, cached_property

import numpy as np

from core.calculators.change import change_limits
from core.calculators.renal import ADULT_FROM_YEARS
from core.catalogue import analyte
from core.catalogue.drugs import drugs
from core.engine import dosing
from core.engine.age import age, age_months, completed_years
from core.engine.clearance import creatinine_clearance
from core.engine.cohort import Cohort, Ints
from core.engine.feature import Feature
from core.engine.happenings import EventWords, Happenings, pick
from core.engine.kernels import NEVER, overlaps, positions, starts
from core.engine.kidney_injury import Creatinines, aki_kdigo, aki_nhse, creatinine_without_history
from core.engine.phases import DrugCourses, Spans
from core.engine.series import Series, read_series
from core.engine.timeline import until_stale
from core.engine.upper_limits import alt_of_upper_limit, ast_of_upper_limit
from core.protocols.schema import Common
from core.records import FAR, LONG_AGO


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
        return [drug for drug in self._drugs if drug in known and _is_any(drug, words)]

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
    def creatinines(self) -> Creatinines:
        """The readable creatinines with what came before each."""
        return Creatinines.of(self.series("creatinine"))

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


@cache
def _is_any(drug: str, words: tuple[str, ...]) -> bool:
    """Whether a drug of the catalogue is one of these: by name, class or group."""
    return any(drugs()[drug].is_a(word) for word in words)


def weight_age(m: Measurements) -> Feature:
    """Days since an adult's weight was taken, told only as 0 or "more than a year", while a creatinine is in date."""
    people, weight = m.cohort.patients, m.series("weight")
    birth = people.birth[weight.patient]
    adult = (birth != LONG_AGO) & (completed_years(np.maximum(birth, LONG_AGO // 2), weight.at) >= ADULT_FROM_YEARS)
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
    "aki_nhse": aki_nhse,
    "aki_kdigo": aki_kdigo,
    "creatinine_without_history": creatinine_without_history,
    "weight_age": weight_age,
    "age": age,
    "age_months": age_months,
    "dosing_weight": dosing.dosing_weight,
    "alt_of_upper_limit": alt_of_upper_limit,
    "ast_of_upper_limit": ast_of_upper_limit,
}
