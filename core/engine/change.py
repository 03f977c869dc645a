"""Whether a value has fallen or risen by so much: certain, impossible, or unknown, for every point of a series."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from core.calculators.choice import reaches
from core.engine.cohort import Bools, Codes, Floats, Ints
from core.engine.feature import Feature
from core.engine.kernels import column_of, key, positions, somewhere, window_reduce
from core.engine.series import Series
from core.engine.timeline import BandTable, Timeline
from core.records import DAY


@dataclass(frozen=True)
class Change:
    """For each point of a series whether it has changed enough: 1 certain, 0 impossible, an interval where open.

    reason: why it is open. compared: the points that were compared with something; earlier_low, earlier_high: with
    what; smallest, largest: the change in per cent of it, positive in the direction asked for.
    """

    source: Feature
    low: Floats
    high: Floats
    reason: Codes
    compared: Ints
    earlier_low: Floats
    earlier_high: Floats
    smallest: Floats
    largest: Floats

    def judge(self, *, absent_is_not_met: bool) -> Timeline:
        """Met where the change is certain. Neither rows nor value: those are the value's own."""
        table = BandTable.at_limit(1.0, met_below=False)
        answers = self.source.stretches.answering(self.low, self.high, self.reason)
        return answers.judge(table, absent_is_not_met=absent_is_not_met)

    @property
    def before_low(self) -> Floats:
        """The least that each point is compared with; NaN where there was nothing to compare with, or nobody asked."""
        return self._of_points(self.earlier_low)

    @property
    def before_high(self) -> Floats:
        """The most that each point is compared with, NaN as above."""
        return self._of_points(self.earlier_high)

    @property
    def least(self) -> Floats:
        """The smallest change it can be, per cent, NaN as above."""
        return self._of_points(self.smallest)

    @property
    def most(self) -> Floats:
        """The largest change it can be, per cent, NaN as above."""
        return self._of_points(self.largest)

    def _of_points(self, values: Floats) -> Floats:
        out = column_of(np.nan, len(self.low), np.float64)
        out[self.compared] = values
        return out


def find_change(
    source: Feature, side: str, percent: float, *, against: str, within_days: int | None, by: float | None = None,
    asked: Bools | None = None, begun: Ints | None = None,
) -> Change:  # fmt: skip
    """Judge each readable point against the previous one, or against the median of the days before it.

    Args:  side: "fall" or "rise"; percent: of the earlier value (positive); by: and at least so much, in its unit;
           within_days: calendar days the comparison looks back (None: however far). Nothing to compare with: no change.
           asked: the points of the series that matter; the others are said not to have changed.
           begun: when each patient was first given the drug (FAR: never), against what was before_treatment.
    """
    series = source.series
    unbounded = np.isneginf(series.low) & series.readable
    if somewhere(unbounded):  # "<5" begins at nothing
        series = replace(series, low=np.where(unbounded, 0.0, series.low))
    usable = positions(series.readable)
    every = series.answers
    open_ = column_of(True, len(usable), bool) if asked is None else asked[usable]
    if by is not None and side == "rise":  # from nothing at least, so nothing smaller can have risen by as much
        open_ = open_ & _reaches(every.high, by)
    wanted = positions(open_)
    low, high = column_of(-np.inf, len(series), np.float64), column_of(np.inf, len(series), np.float64)
    low[usable] = high[usable] = 0.0
    if not len(wanted):
        none = np.empty(0)
        return Change(source, low, high, series.reason, wanted, none, none, none, none)
    points = every.take(wanted)
    if against == "previous":
        before = _previous(every, wanted, within_days)
    else:
        until = points.at if begun is None else np.minimum(begun[points.patient], points.at)
        before = _median(every, points.patient, until, within_days or 0)
        if begun is not None:
            before = (*before[:2], before[2] & (begun[points.patient] <= points.at), before[3])
    low_before, high_before, there, reason_before = before
    with np.errstate(all="ignore"):
        if side == "fall":
            least, most = low_before - points.high, high_before - points.low
            least_percent, most_percent = 100 * least / low_before, 100 * most / high_before
            most_percent = np.where(np.isposinf(high_before) | np.isneginf(points.low), 100.0, most_percent)
        else:
            least, most = points.low - high_before, points.high - low_before
            least_percent, most_percent = 100 * least / high_before, 100 * most / low_before
            most_percent = np.where(np.isposinf(points.high) | (low_before <= 0), np.inf, most_percent)
    comparable = there & (high_before > 0)  # what cannot have been above 0 compares with nothing
    certain = comparable & _reaches(least_percent, percent)
    possible = comparable & _reaches(most_percent, percent)
    if by is not None:
        certain, possible = certain & _reaches(least, by), possible & _reaches(most, by)
    usable = usable[wanted]
    low[usable], high[usable] = certain, possible
    reason = series.reason.copy()
    reason[usable] = np.where(points.reason > 0, points.reason, np.where(there, reason_before, 0))
    some = positions(comparable)
    compared = (column[some] for column in (low_before, high_before, least_percent, most_percent))
    return Change(source, low, high, reason, usable[some], *compared)


def _reaches(value: Floats, limit: float) -> Bools:
    known = np.where(np.isnan(value), -np.inf, value)
    return np.asarray(reaches(known, limit), dtype=bool)


_Before = tuple[Floats, Floats, Bools, Codes]


def _previous(points: Series, wanted: Ints, within_days: int | None) -> _Before:
    """What the point before each wanted one says, and whether there is one in time."""
    before = wanted - 1
    there = before >= 0
    if len(points):
        there &= points.patient[before] == points.patient[wanted]
        if within_days is not None:
            there &= points.at[wanted] // DAY - points.at[before] // DAY <= within_days
    return points.low[before], points.high[before], there, points.reason[before]


def _median(points: Series, patient: Ints, until: Ints, days: int) -> _Before:
    """The median of the points of so many calendar days before an instant of a patient, those at it not counted."""
    first = points.keys.searchsorted(key(patient, (until // DAY - days) * DAY), side="left")
    index = points.keys.searchsorted(key(patient, until), side="left")
    low = window_reduce(points.low, first, index, "median")
    high = window_reduce(points.high, first, index, "median")
    there = first < index
    return np.where(there, low, 1.0), np.where(there, high, 1.0), there, _latest_reason(points, first, index)


def _latest_reason(points: Series, first: Ints, index: Ints) -> Codes:
    """Why the latest compared point that is not exact is none."""
    if not len(points):
        return np.empty(0, np.int16)
    everywhere = np.arange(len(points), dtype=np.int64)
    position = np.maximum.accumulate(np.where(points.reason > 0, everywhere, -1))
    earlier = np.where(index > 0, position[np.maximum(index - 1, 0)], -1)
    return np.where(earlier >= first, points.reason[np.maximum(earlier, 0)], 0).astype(np.int16)
