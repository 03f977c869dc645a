"""Answers in time: for every patient, when a condition is met, not met, or cannot be told, and why.

A timeline is piecewise constant: each point holds from its instant to the next point of the same patient. Before a
patient's first point the timeline's default holds. Kleene's logic joins timelines; no operation turns "cannot tell"
into an answer.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache, cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.engine.cohort import Bools, Codes, Floats, Ints, Results
from core.engine.kernels import (
    NEVER,
    asof,
    column_of,
    distinct,
    everywhere,
    key,
    positions,
    somewhere,
    split_key,
    starts,
)
from core.engine.series import REASON, Series
from core.engine.table import table
from core.protocols.conditions import Band
from core.records import ACTIONS, DAY, PRIORITIES

NOT_MET, MET, CANNOT_TELL = 0, 1, 2


@table
class Timeline:
    """state: NOT_MET, MET, CANNOT_TELL. band: which band is met.

    reason: of a cannot-tell, or why "met" may be graver than its band. rows: the facts behind a point (results >= 0,
    events coded -2 - position, -1 none). value: the number judged. measured: instant of its sample.
    """

    patient: Ints
    at: Ints
    state: Codes
    band: Codes
    reason: Codes
    rows: Ints
    value: Floats
    measured: Ints
    default_state: int = CANNOT_TELL
    default_reason: int = REASON["no_result"]

    def __len__(self) -> int:
        return len(self.patient)

    @cached_property
    def keys(self) -> Ints:
        return key(self.patient, self.at)

    @property
    def is_never_met(self) -> bool:
        """Whether it says "not met" of everybody at every moment."""
        return self.default_state == NOT_MET and not somewhere(self.state)

    @property
    def is_ever_met(self) -> bool:
        """Whether it is met for anybody at any moment."""
        return self.default_state == MET or somewhere(self.state == MET)

    def take(self, rows: Ints) -> Timeline:
        """Only these points, in that order."""
        return Timeline(
            self.patient[rows], self.at[rows], self.state[rows], self.band[rows], self.reason[rows],
            self.rows[:, rows], self.value[rows], self.measured[rows], self.default_state, self.default_reason,
        )  # fmt: skip


def _gravity(band: Band) -> tuple[int, int]:
    """Order of bands from grave to mild: priority, then action."""
    if band.priority is None or band.action is None:
        return len(PRIORITIES), 0
    return PRIORITIES.index(band.priority), ACTIONS.index(band.action)


class BandTable:
    """Bands compiled for arrays: which band a number is in, and what an interval of numbers comes to.

    An interval that reaches over a limit cannot be told there (contract 3, Censored): between clear and not clear the
    rule cannot tell; between two grades it is met in the milder one (held: it may be graver), unless that is low.
    """

    def __init__(self, bands: tuple[Band, ...]) -> None:
        self.edges = np.array([band.start for band in bands[1:]])
        met = [band.priority is not None for band in bands]
        size = len(bands)
        self.state = np.full((size, size), CANNOT_TELL, dtype=np.int16)
        self.band = np.zeros((size, size), dtype=np.int16)
        self.open = np.zeros((size, size), dtype=bool)
        for low in range(size):
            for high in range(low, size):
                span = range(low, high + 1)
                if not any(met[i] for i in span):
                    self.state[low, high] = NOT_MET
                elif all(met[i] for i in span):
                    graded = {_gravity(bands[i]) for i in span}
                    mild = max(graded)[0] == PRIORITIES.index("low")
                    self.open[low, high] = len(graded) > 1
                    # A low alert could pass for reassurance while the value may be grave: nobody can tell.
                    self.state[low, high] = CANNOT_TELL if len(graded) > 1 and mild else MET
                self.band[low, high] = max(span, key=lambda i: (_gravity(bands[i]), -i))

    @classmethod
    @cache
    def of(cls, bands: tuple[Band, ...]) -> BandTable:
        """The table of these bands, made once per process."""
        return cls(bands)

    @classmethod
    @cache
    def at_limit(cls, limit: float, *, met_below: bool) -> BandTable:
        """One limit: met below it, or met at and above it."""
        met = {"priority": "high", "action": "review"}  # any: only whether it is met matters
        below, above = (met, {}) if met_below else ({}, met)
        return cls((Band.model_validate({"below": limit, **below}), Band.model_validate({"from": limit, **above})))

    def judge_exact(self, value: Floats) -> tuple[Codes, Codes]:
        """State and band of each number: an exact one is in one band, and nothing about it is open."""
        place = self.edges.searchsorted(value, side="right")
        return self.state[place, place], self.band[place, place]

    def judge(self, low: Floats, high: Floats) -> tuple[Codes, Codes, Bools]:
        """State and band of each interval of values, and whether it may be graver than that."""
        lower = self.edges.searchsorted(low, side="right")
        upper = self.edges.searchsorted(high, side="right")
        return self.state[lower, upper], self.band[lower, upper], self.open[lower, upper]


def until_stale(series: Series, days: int) -> Ints:
    """The first instant at which a point is older than so many days (calendar days)."""
    return (series.at // DAY + days + 1) * DAY


@table
class Stretches:
    """A series laid out in time for judging: each point, and the moment it lapses where nothing newer has come.

    lapsed: the rows that are such moments; what they carry besides patient and instant means nothing.
    """

    patient: Ints
    at: Ints
    low: Floats
    high: Floats
    reason: Codes
    lapsed: Bools
    rows: Ints
    value: Floats
    measured: Ints

    @cached_property
    def exact(self) -> bool:
        """Whether every point is one number."""
        return everywhere(self.low == self.high)

    @classmethod
    def of(cls, series: Series, expires: Ints) -> Stretches:
        """expires: the first instant at which each point no longer answers."""
        n = len(series)
        if not n:
            return cls(
                series.patient, series.at, series.low, series.high, series.reason, np.empty(0, bool), series.rows,
                series.number, series.measured,
            )  # fmt: skip
        lapses = expires < NEVER
        lapses[:-1] &= (series.patient[1:] != series.patient[:-1]) | (expires[:-1] < series.at[1:])
        point = np.arange(n).repeat(1 + lapses)  # every point, followed by its lapse where it has one
        lapsed = np.zeros(len(point), dtype=bool)
        np.equal(point[1:], point[:-1], out=lapsed[1:])
        at, rows, value = series.at[point], series.rows[:, point], series.number[point]
        at[lapsed], rows[:, lapsed], value[lapsed] = expires[lapses], -1, np.nan
        return cls(
            series.patient[point], at, series.low[point], series.high[point], series.reason[point], lapsed, rows, value,
            series.measured[point],
        )  # fmt: skip

    def worst_of_disputes(self, results: Results, *, worst_is_low: bool) -> Stretches:
        """Where rows of one instant disagree, their worst value stands: one positive bottle of two is enough.

        results: the cohort's, so that the row with that value is the one shown.
        """
        disputed = self.reason == REASON["conflicting_duplicate"]
        disputed &= np.isfinite(self.low) & np.isfinite(self.high)
        if not disputed.any():
            return self
        worst = self.low if worst_is_low else self.high
        low, high = np.where(disputed, worst, self.low), np.where(disputed, worst, self.high)
        value, reason = np.where(disputed & ~self.lapsed, worst, self.value), np.where(disputed, 0, self.reason)
        rows = self.rows.copy()
        end = results.low if worst_is_low else results.high
        for i in positions(disputed & ~self.lapsed).tolist():
            shown = rows[0, i]
            same = (results.patient == self.patient[i]) & (results.at == self.at[i]) & (end == worst[i])
            same &= results.analyte == results.analyte[shown]
            rows[0, i] = min(np.flatnonzero(same).tolist(), key=lambda row: (results.reason[row], row), default=shown)
        return replace(self, low=low, high=high, value=value, reason=reason.astype(np.int16, copy=False), rows=rows)

    def answering(self, low: Floats, high: Floats, reason: Codes) -> Stretches:
        """The same points and lapses with other answers, one for each point of the series, that rest on no fact."""
        point, n = (~self.lapsed).cumsum() - 1, len(self.lapsed)
        return Stretches(
            self.patient, self.at, low[point], high[point], reason[point], self.lapsed, _no_rows(1, n),
            column_of(np.nan, n, float), self.measured,
        )  # fmt: skip

    def judge(self, table: BandTable, *, absent_is_not_met: bool) -> Timeline:
        """Judge every point. absent_is_not_met: no result, or only a lapsed one, means "not met", not cannot-tell."""
        if self.exact:  # as most are
            state, band = table.judge_exact(self.low)
            reason = np.zeros(len(state), np.int16)
        else:
            state, band, graver = table.judge(self.low, self.high)
            reason = np.where((state == CANNOT_TELL) | graver, self.reason, 0).astype(np.int16, copy=False)
        gone = (NOT_MET, 0) if absent_is_not_met else (CANNOT_TELL, REASON["stale_result"])
        state[self.lapsed], band[self.lapsed], reason[self.lapsed] = gone[0], 0, gone[1]
        default = (NOT_MET, 0) if absent_is_not_met else (CANNOT_TELL, REASON["no_result"])
        return Timeline(self.patient, self.at, state, band, reason, self.rows, self.value, self.measured, *default)


def _weave(points: NDArray[Any], lapses: NDArray[Any] | float, keep: Bools) -> NDArray[Any]:
    out = np.empty(2 * len(points), dtype=points.dtype)
    out[0::2], out[1::2] = points, lapses
    return out[keep]


def from_intervals(patient: Ints, start: Ints, end: Ints, row: Ints) -> Timeline:
    """Met inside the intervals (sorted, disjoint per patient), not met outside. row: what each interval rests on."""
    if not len(patient):
        return _NEVER_MET
    keep = column_of(True, 2 * len(patient), bool)
    who, at = _weave(patient, patient, keep), _weave(start, end, keep)
    keep[1:-1:2] = (at[1:-1:2] != at[2::2]) | (who[1:-1:2] != who[2::2])  # an end that is the next start says nothing
    state, behind = _weave(column_of(MET, len(patient), np.int16), NOT_MET, keep), _weave(row, -1, keep)
    zero, at = np.zeros(len(state), np.int16), at[keep]
    return Timeline(
        who[keep], at, state, zero, zero, behind[None, :], column_of(np.nan, len(state), np.float64), at, NOT_MET, 0
    )


def _standing(timeline: Timeline, patient: Ints, at: Ints) -> Timeline:
    """What a timeline says at each (patient, instant), its default where it has no point yet."""
    if not len(timeline):
        return blank(timeline, patient, at)
    t, found = timeline, asof(timeline.keys, timeline.patient, patient, at)
    point, before = np.maximum(found, 0), positions(found < 0)
    state, band, reason, rows = t.state[point], t.band[point], t.reason[point], t.rows[:, point]
    value, measured = t.value[point], t.measured[point]
    if len(before):
        state[before], band[before], reason[before] = t.default_state, 0, t.default_reason
        rows[:, before], value[before], measured[before] = -1, np.nan, at[before]
    return Timeline(patient, at, state, band, reason, rows, value, measured, t.default_state, t.default_reason)


def standing_state(timeline: Timeline, patient: Ints, at: Ints) -> Codes:
    """The state of a timeline at each (patient, instant)."""
    if not len(timeline):
        return column_of(timeline.default_state, len(at), np.int16)
    found = asof(timeline.keys, timeline.patient, patient, at)
    state = timeline.state[np.maximum(found, 0)]
    state[found < 0] = timeline.default_state
    return state


def blank(timeline: Timeline, patient: Ints, at: Ints) -> Timeline:
    """Points at which a timeline says what it says of everybody before their first point."""
    n, width = len(at), len(timeline.rows)
    return Timeline(
        patient, at, column_of(timeline.default_state, n, np.int16), np.zeros(n, np.int16),
        column_of(timeline.default_reason, n, np.int16), _no_rows(width, n),
        column_of(np.nan, n, np.float64), at, timeline.default_state, timeline.default_reason,
    )  # fmt: skip


def _no_rows(width: int, n: int) -> Ints:
    """No facts behind any point. width: of how many each could have been."""
    return column_of(-1, width * n).reshape(width, n)


def _without_points(state: int) -> Timeline:
    none, few = np.empty(0, np.int64), np.empty(0, np.int16)
    return Timeline(none, none, few, few, few, np.empty((1, 0), np.int64), np.empty(0), none, state, 0)


_NEVER_MET, _ALWAYS_MET = _without_points(NOT_MET), _without_points(MET)


def always() -> Timeline:
    """Met for everybody at every moment."""
    return _ALWAYS_MET


def never() -> Timeline:
    """Not met for anybody at any moment."""
    return _NEVER_MET


def negate(timeline: Timeline) -> Timeline:
    """Met where it was not met, and the other way round; what cannot be told cannot be told. No fact speaks for it."""
    opposite = np.array([MET, NOT_MET, CANNOT_TELL], dtype=np.int16)
    n = len(timeline)
    return replace(
        timeline, state=opposite[timeline.state], rows=_no_rows(1, n), value=column_of(np.nan, n, float),
        reason=np.where(timeline.state == CANNOT_TELL, timeline.reason, 0).astype(np.int16),
        default_state=int(opposite[timeline.default_state]),
    )  # fmt: skip


def combine(parts: list[Timeline], need: str | int) -> Timeline:
    """Join conditions: "all" of them, "any", or at least so many. The reason of a cannot-tell is that of the first part
    that cannot tell.
    """
    if len(parts) == 1:
        return parts[0]
    wanted = len(parts) if need == "all" else 1 if need == "any" else int(need)
    keys = distinct(*(part.keys for part in parts))
    patient, at = split_key(keys)
    many, lost, reason = (np.zeros(len(at), dtype=np.int16) for _ in range(3))
    value, measured = column_of(np.nan, len(at), np.float64), at.copy()
    rows = []
    surely = perhaps = why = 0  # of what is said before anybody's first point
    for part in parts:
        surely += part.default_state == MET
        if part.default_state == CANNOT_TELL:
            why = why if perhaps else part.default_reason
            perhaps += 1
        if part.is_never_met:
            continue
        says = part if len(part) == len(keys) else _standing(part, patient, at)
        met, unknown = says.state == MET, says.state == CANNOT_TELL
        if somewhere(unknown):
            first = unknown & (lost == 0)
            reason[first] = says.reason[first]
            lost += unknown
        if somewhere(met):
            many += met
            take = np.isnan(value) & met & ~np.isnan(says.value)
            if somewhere(take):
                value, measured = np.where(take, says.value, value), np.where(take, says.measured, measured)
            if somewhere(part.rows != -1):
                rows.append(np.where(met, says.rows, -1))
    state = column_of(NOT_MET, len(at), np.int16)
    state[many + lost >= wanted] = CANNOT_TELL
    state[many >= wanted] = MET
    default = MET if surely >= wanted else CANNOT_TELL if surely + perhaps >= wanted else NOT_MET
    reason[state != CANNOT_TELL] = 0
    return Timeline(
        patient, at, state, np.zeros(len(at), np.int16), reason,
        np.concatenate(rows) if rows else _no_rows(1, len(at)), value, measured, default,
        why if default == CANNOT_TELL else 0,
    )  # fmt: skip


@dataclass(frozen=True)
class Gate:
    """Where a gate stands over a timeline's points: found once, used for every rule that judges the same points."""

    points: Timeline
    closed: Bools

    @classmethod
    def over(cls, base: Timeline, gate: Timeline) -> Gate:
        """base: any timeline with the points to be gated, its rows as positions in it."""
        positions = replace(base, rows=np.arange(len(base))[None, :])
        refined = refine(positions, gate)
        return cls(refined, standing_state(gate, refined.patient, refined.at) == MET)

    def apply(self, base: Timeline, state: int, reason: int) -> Timeline:
        """Where the gate is met, the base answers with this state and reason instead of its own."""
        points = self.points
        if not len(base):
            own = blank(base, points.patient, points.at)
        else:
            there, own = points.rows[0] >= 0, base.take(np.maximum(points.rows[0], 0))
            own.state[~there], own.band[~there], own.reason[~there] = base.default_state, 0, base.default_reason
            own.rows[:, ~there] = -1
        own.state[self.closed], own.reason[self.closed] = state, reason
        return Timeline(
            points.patient, points.at, own.state, own.band, own.reason, own.rows, points.value, points.measured,
            base.default_state, base.default_reason,
        )  # fmt: skip


def override(base: Timeline, gate: Timeline, state: int, reason: int) -> Timeline:
    """Where the gate is met, the base answers with this state and reason instead of its own."""
    return Gate.over(base, gate).apply(base, state, reason) if gate.is_ever_met else base


def refine(base: Timeline, other: Timeline) -> Timeline:
    """The same answers with further points, wherever another timeline has one."""
    return _standing(base, *split_key(distinct(base.keys, other.keys)))


def without_repeats(timeline: Timeline) -> Timeline:
    """The same answers without points that only say again "not met", or "cannot tell" for the same reason: nobody asks
    what those rest on.
    """
    state, reason = timeline.state, timeline.reason
    if not len(state):
        return timeline
    before_state, before_reason = np.empty_like(state), np.empty_like(reason)
    before_state[1:], before_reason[1:] = state[:-1], reason[:-1]
    first = starts(timeline.patient)
    before_state[first], before_reason[first] = timeline.default_state, timeline.default_reason
    keep = (state == MET) | (state != before_state) | ((state == CANNOT_TELL) & (reason != before_reason))
    if keep.all():
        return timeline
    return timeline.take(positions(keep))


def only_turns(timeline: Timeline) -> Timeline:
    """The points at which the state becomes another: enough for whoever asks only whether it holds."""
    state = timeline.state
    if not len(state):
        return timeline
    before = np.where(starts(timeline.patient), timeline.default_state, np.roll(state, 1))
    return timeline.take(positions(state != before))


def only_new(timeline: Timeline, lapsed: Bools) -> Timeline:
    """Met only after a point that was not: not where a patient's first known answer is met already, until it ends.

    lapsed: points that are no result, only the end of one.
    """
    known = positions((timeline.state != CANNOT_TELL) & ~lapsed)
    patient, state = timeline.patient[known], timeline.state[known]
    ever = np.maximum.accumulate(np.where(starts(patient) | (state == NOT_MET), np.arange(len(known)), 0))
    old = (state == MET) & (state[ever] == MET) if len(known) else np.zeros(0, dtype=bool)
    new = timeline.state.copy()
    new[known[old]] = NOT_MET
    return replace(timeline, state=new)


def outlast(timeline: Timeline, days: int) -> Timeline:
    """Each met point holds for so many days from its instant, whatever follows; of several the last one speaks."""
    met = positions(timeline.state == MET)
    if not len(met):
        return timeline
    patient, start = timeline.patient[met], timeline.at[met]
    end = start + days * DAY
    follows = patient[1:] == patient[:-1]
    end[:-1] = np.where(follows, np.minimum(end[:-1], start[1:]), end[:-1])
    holds = from_intervals(patient, start, end, met)
    told = refine(timeline, holds)
    speaks = _standing(holds, told.patient, told.at).rows[0]
    held = speaks >= 0
    source = np.maximum(speaks, 0)
    return replace(
        told,
        state=np.where(held, MET, told.state).astype(np.int16, copy=False),
        band=np.where(held, timeline.band[source], told.band),
        reason=np.where(held, timeline.reason[source], told.reason),
        rows=np.where(held, timeline.rows[:, source], told.rows),
        value=np.where(held, timeline.value[source], told.value),
        measured=np.where(held, timeline.measured[source], told.measured),
    )


def only_first(timeline: Timeline) -> Timeline:
    """Met only while the unbroken run of met samples has one. Points that cannot tell neither count nor break."""
    known = positions(timeline.state != CANNOT_TELL)
    patient, state, sample = timeline.patient[known], timeline.state[known], timeline.measured[known]
    run = starts(patient, state)
    fresh = run | starts(patient, sample)
    count = np.cumsum(fresh)
    begin = np.maximum.accumulate(np.where(run, np.arange(len(run)), 0))
    repeated = (count - count[begin] + 1 > 1) & (state == MET) if len(run) else np.zeros(0, dtype=bool)
    new = timeline.state.copy()
    new[known[repeated]] = NOT_MET
    return replace(timeline, state=new)
