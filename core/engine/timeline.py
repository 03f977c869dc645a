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

from core.engine.cohort import Bools, Codes, Floats, Ints
from core.engine.kernels import NEVER, asof, distinct, key, positions, split_key, starts
from core.engine.series import REASON, Series
from core.protocols.conditions import Band
from core.records import ACTIONS, DAY, PRIORITIES

NOT_MET, MET, CANNOT_TELL = 0, 1, 2


@dataclass(frozen=True)
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

    def judge(self, low: Floats, high: Floats) -> tuple[Codes, Codes, Bools]:
        """State and band of each interval of values, and whether it may be graver than that."""
        lower = self.edges.searchsorted(low, side="right")
        upper = self.edges.searchsorted(high, side="right")
        return self.state[lower, upper], self.band[lower, upper], self.open[lower, upper]


def until_stale(series: Series, days: int) -> Ints:
    """The first instant at which a point is older than so many days (calendar days)."""
    return (series.at // DAY + days + 1) * DAY


@dataclass(frozen=True)
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

    @classmethod
    def of(cls, series: Series, expires: Ints) -> Stretches:
        """expires: the first instant at which each point no longer answers."""
        n = len(series)
        lapses = expires < NEVER
        lapses[:-1] &= (series.patient[1:] != series.patient[:-1]) | (expires[:-1] < series.at[1:])
        # Every point, followed by its lapse where it has one: the position of each point among both.
        place = np.arange(n) + np.cumsum(lapses) - lapses
        source = np.repeat(np.arange(n), 1 + lapses)
        lapsed = np.ones(len(source), dtype=bool)
        lapsed[place] = False
        low, high = series.low[source], series.high[source]
        value = np.where(np.isfinite(low), low, np.where(np.isfinite(high), high, np.nan))
        return cls(
            series.patient[source], np.where(lapsed, expires[source], series.at[source]), low, high,
            series.reason[source], lapsed, np.where(lapsed, -1, series.rows[:, source]),
            np.where(lapsed, np.nan, value), series.measured[source],
        )  # fmt: skip

    def judge(self, table: BandTable, *, absent_is_not_met: bool) -> Timeline:
        """Judge every point. absent_is_not_met: no result, or only a lapsed one, means "not met", not cannot-tell."""
        state, band, graver = table.judge(self.low, self.high)
        gone = (NOT_MET, 0) if absent_is_not_met else (CANNOT_TELL, REASON["stale_result"])
        reason = np.where((state == CANNOT_TELL) | graver, self.reason, 0).astype(np.int16, copy=False)
        state[self.lapsed], band[self.lapsed], reason[self.lapsed] = gone[0], 0, gone[1]
        default = (NOT_MET, 0) if absent_is_not_met else (CANNOT_TELL, REASON["no_result"])
        return Timeline(self.patient, self.at, state, band, reason, self.rows, self.value, self.measured, *default)


def _weave(points: NDArray[Any], lapses: NDArray[Any] | float, keep: Bools) -> NDArray[Any]:
    out = np.empty(2 * len(points), dtype=points.dtype)
    out[0::2], out[1::2] = points, lapses
    return out[keep]


def from_intervals(patient: Ints, start: Ints, end: Ints, row: Ints) -> Timeline:
    """Met inside the intervals (sorted, disjoint per patient), not met outside. row: what each interval rests on."""
    always = np.ones(2 * len(patient), dtype=bool)
    who, at = _weave(patient, patient, always), _weave(start, end, always)
    keep = always
    keep[1:-1:2] = (at[1:-1:2] != at[2::2]) | (who[1:-1:2] != who[2::2])  # an end that is the next start says nothing
    state, behind = _weave(np.full(len(patient), MET), NOT_MET, keep), _weave(row, -1, keep)
    zero = np.zeros(len(state), np.int16)
    return Timeline(
        who[keep], at[keep], state.astype(np.int16), zero, zero, behind[None, :], np.full(len(state), np.nan),
        at[keep],
        NOT_MET, 0,
    )  # fmt: skip


def _standing(timeline: Timeline, patient: Ints, at: Ints) -> Timeline:
    """What a timeline says at each (patient, instant), its default where it has no point yet."""
    n = len(at)
    state, reason = timeline.default_state, timeline.default_reason
    if not len(timeline):
        return replace(
            timeline, patient=patient, at=at, state=np.full(n, state, np.int16), band=np.zeros(n, np.int16),
            reason=np.full(n, reason, np.int16), rows=np.full((len(timeline.rows), n), -1), value=np.full(n, np.nan),
            measured=at,
        )  # fmt: skip
    found = asof(timeline.keys, timeline.patient, patient, at)
    told = timeline.take(np.maximum(found, 0))
    before = positions(found < 0)
    if len(before):
        told.state[before], told.band[before], told.reason[before] = state, 0, reason
        told.rows[:, before], told.value[before], told.measured[before] = -1, np.nan, at[before]
    return replace(told, patient=patient, at=at)


def standing_state(timeline: Timeline, patient: Ints, at: Ints) -> Codes:
    """The state of a timeline at each (patient, instant)."""
    return _standing(timeline, patient, at).state


def always() -> Timeline:
    """Met for everybody at every moment."""
    none, few = np.empty(0, np.int64), np.empty(0, np.int16)
    return Timeline(none, none, few, few, few, np.empty((1, 0), np.int64), np.empty(0), none, MET, 0)


def negate(timeline: Timeline) -> Timeline:
    """Met where it was not met, and the other way round; what cannot be told cannot be told. No fact speaks for it."""
    opposite = np.array([MET, NOT_MET, CANNOT_TELL], dtype=np.int16)
    n = len(timeline)
    return replace(
        timeline, state=opposite[timeline.state], rows=np.full((1, n), -1), value=np.full(n, np.nan),
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
    many, lost = np.zeros(len(at), dtype=np.int16), np.zeros(len(at), dtype=np.int16)
    reason = np.zeros(len(at), dtype=np.int16)
    value, measured = np.full(len(at), np.nan), at.copy()
    rows = []
    for part in parts:
        if not len(part) and part.default_state == NOT_MET:
            continue
        says = part if len(part) == len(keys) else _standing(part, patient, at)
        met, unknown = says.state == MET, says.state == CANNOT_TELL
        many += met
        if unknown.any():
            reason = np.where(unknown & (lost == 0), says.reason, reason)
            lost += unknown
        take = np.isnan(value) & met & ~np.isnan(says.value)
        if take.any():
            value, measured = np.where(take, says.value, value), np.where(take, says.measured, measured)
        if (part.rows != -1).any():
            rows.append(np.where(met, says.rows, -1))
    state = np.where(many >= wanted, MET, np.where(many + lost >= wanted, CANNOT_TELL, NOT_MET)).astype(np.int16)
    surely = sum(part.default_state == MET for part in parts)
    perhaps = surely + sum(part.default_state == CANNOT_TELL for part in parts)
    default = MET if surely >= wanted else CANNOT_TELL if perhaps >= wanted else NOT_MET
    why = next((part.default_reason for part in parts if part.default_state == CANNOT_TELL), 0)
    return Timeline(
        patient, at, state, np.zeros(len(at), np.int16), np.where(state == CANNOT_TELL, reason, 0).astype(np.int16),
        np.concatenate(rows) if rows else np.full((1, len(at)), -1), value, measured, default,
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
        if not len(base):
            known = self.points
        else:
            position = self.points.rows[0]
            there, index = position >= 0, np.maximum(position, 0)
            known = replace(
                self.points,
                state=np.where(there, base.state[index], base.default_state).astype(np.int16, copy=False),
                band=np.where(there, base.band[index], 0).astype(np.int16, copy=False),
                reason=np.where(there, base.reason[index], base.default_reason).astype(np.int16, copy=False),
                rows=np.where(there, base.rows[:, index], -1),
                default_state=base.default_state,
                default_reason=base.default_reason,
            )
        return replace(
            known,
            rows=known.rows if len(base) else np.full((len(base.rows), len(known)), -1),
            state=np.where(self.closed, state, known.state).astype(np.int16, copy=False),
            reason=np.where(self.closed, reason, known.reason).astype(np.int16, copy=False),
        )


def override(base: Timeline, gate: Timeline, state: int, reason: int) -> Timeline:
    """Where the gate is met, the base answers with this state and reason instead of its own."""
    return Gate.over(base, gate).apply(base, state, reason) if len(gate) else base


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
