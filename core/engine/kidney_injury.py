"""Stages of acute kidney injury: each creatinine against the earlier ones of two days, a week and a year."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import field, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from core.calculators.aki import TWO_DAYS, WEEK_DAYS, YEAR_DAYS, is_very_high, kdigo_stage, nhse_stage
from core.calculators.renal import ADULT_FROM_YEARS
from core.catalogue import analyte
from core.engine.age import completed_years
from core.engine.cohort import Bools, Floats, Ints
from core.engine.feature import Feature
from core.engine.kernels import key, positions, window_reduce
from core.engine.series import REASON, Series
from core.engine.table import table
from core.engine.timeline import until_stale
from core.engine.upper_limits import upper_limits
from core.records import DAY, LONG_AGO

if TYPE_CHECKING:
    from core.engine.features import Measurements


@table
class Creatinines:
    """The readable creatinines, and for every one where the earlier ones of 2, 7 and 365 calendar days before it begin
    (they end at the point). usable: their positions among all.
    """

    usable: Ints
    points: Series
    index: Ints
    begins: dict[int, Ints]
    _lowest: dict[tuple[str, int], Floats] = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def of(cls, series: Series) -> Creatinines:
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


def aki_nhse(m: Measurements) -> Feature:
    """Stages of acute kidney injury as NHS England's algorithm tells them."""
    return _stages(m, _nhse)


def aki_kdigo(m: Measurements) -> Feature:
    """Stages of acute kidney injury as KDIGO defines them."""
    return _stages(m, _kdigo)


def _stages(m: Measurements, staged: Callable[[Creatinines, Floats, str, Floats, Bools], Floats]) -> Feature:
    """Stage each readable creatinine against the earlier readable ones; unreadable points cannot be staged."""
    creatinine, window = m.series("creatinine"), m.creatinines
    usable, points = window.usable, window.points
    limit_low, limit_high = upper_limits(m, "creatinine", points)
    birth = m.cohort.patients.birth[points.patient]
    unborn = birth == LONG_AGO
    child = ~unborn & (completed_years(np.maximum(birth, LONG_AGO // 2), points.at) < ADULT_FROM_YEARS)
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


def _why_open(points: Series, window: Creatinines, unborn: Bools) -> Ints:
    """Why a stage is an interval: the creatinine itself, the latest uncertain earlier one, the age, or the sex."""
    position = np.maximum.accumulate(np.where(points.reason > 0, np.arange(len(points)), -1))
    earlier = np.concatenate([[-1], position[:-1]]) if len(points) else position
    theirs = np.where(earlier >= window.begins[YEAR_DAYS], points.reason[np.maximum(earlier, 0)], 0)
    rest = np.where(unborn, REASON["missing_birth_date"], REASON["missing_sex"])
    return np.where(points.reason > 0, points.reason, np.where(theirs > 0, theirs, rest))


def _nhse(w: Creatinines, now: Floats, end: str, limit: Floats, child: Bools) -> Floats:
    """NHS England's algorithm, the higher ratio deciding: clinical reference 3.6, notes a and b."""
    week = w.lowest(end, WEEK_DAYS)
    year = window_reduce(w.before(end), w.begins[YEAR_DAYS], w.begins[WEEK_DAYS], "median")
    return np.asarray(nhse_stage(now, week, year, w.lowest(end, TWO_DAYS), is_very_high(now, child, limit)))


def _kdigo(w: Creatinines, now: Floats, end: str, _limit: Floats, _child: Bools) -> Floats:
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
