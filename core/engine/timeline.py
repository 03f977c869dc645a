"""Answers in time: for every patient, when a condition is met, not met, or cannot be told, and why.

A timeline is piecewise constant: each point holds from its instant to the next point of the same patient. Before a
patient's first point the timeline's default holds. Kleene's logic joins timelines; no operation turns "cannot tell"
into an answer.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.engine.cohort import Bools, Codes, Floats, Ints
from core.engine.kernels import asof, distinct, key, split_key, starts
from core.engine.series import REASON, Series
from core.protocols.schema import Band
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

    @property
    def keys(self) -> Ints:
        return key(self.patient, self.at)


def _gravity(band: Band) -> tuple[int, int]:
    """Order of bands from grave to mild: priority, then action."""
    if band.priority is None or band.action is None:
        return len(PRIORITIES), 0
    return PRIORITIES.index(band.priority), ACTIONS.index(band.action)


class BandTable:
    """Bands compiled for arrays: which band a number is in, and what an interval of numbers comes to.

    An interval that reaches over a limit cannot be told there (contract 3, Censored): between clear and not clear the
    rule cannot tell; between two grades it is met in the milder one, and it stays open whether it is graver.
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
                    self.state[low, high] = MET
                    self.open[low, high] = len({_gravity(bands[i]) for i in span}) > 1
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
        lower = np.searchsorted(self.edges, low, side="right")
        upper = np.searchsorted(self.edges, high, side="right")
        return self.state[lower, upper], self.band[lower, upper], self.open[lower, upper]


def until_stale(series: Series, days: int) -> Ints:
    """The first instant at which a point is older than so many days (calendar days)."""
    return (series.at // DAY + days + 1) * DAY


@dataclass(frozen=True)
class Stretches:
    """A series laid out in time for judging: each point, and the moment it lapses where nothing newer has come."""

    series: Series
    keep: Bools
    patient: Ints
    at: Ints
    rows: Ints
    value: Floats
    measured: Ints

    @classmethod
    def of(cls, series: Series, expires: Ints) -> Stretches:
        """expires: the first instant at which each point no longer answers."""
        n = len(series)
        following = np.full(n, np.iinfo(np.int64).max)
        if n:
            following[:-1] = np.where(series.patient[1:] == series.patient[:-1], series.at[1:], following[:-1])
        keep = np.ones(2 * n, dtype=bool)
        keep[1::2] = expires < following
        value = np.where(np.isfinite(series.low), series.low, np.where(np.isfinite(series.high), series.high, np.nan))
        return cls(
            series, keep, _weave(series.patient, series.patient, keep), _weave(series.at, expires, keep),
            np.stack([_weave(rows, -1, keep) for rows in series.rows]), _weave(value, np.nan, keep),
            _weave(series.measured, series.measured, keep),
        )  # fmt: skip

    def judge(self, table: BandTable, *, absent_is_not_met: bool) -> Timeline:
        """Judge every point. absent_is_not_met: no result, or only a lapsed one, means "not met" instead of cannot-
        tell.
        """
        state, band, graver = table.judge(self.series.low, self.series.high)
        gone = (NOT_MET, 0) if absent_is_not_met else (CANNOT_TELL, REASON["stale_result"])
        reason = np.where((state == CANNOT_TELL) | graver, self.series.reason, 0).astype(np.int16)
        return Timeline(
            self.patient, self.at, _weave(state, gone[0], self.keep), _weave(band, 0, self.keep),
            _weave(reason, gone[1], self.keep), self.rows, self.value, self.measured,
            *((NOT_MET, 0) if absent_is_not_met else (CANNOT_TELL, REASON["no_result"])),
        )  # fmt: skip


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
        who[keep], at[keep], state.astype(np.int16), zero, zero, behind[None, :], np.full(len(state), np.nan), at[keep],
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
    there, index = found >= 0, np.maximum(found, 0)
    return replace(
        timeline, patient=patient, at=at,
        state=np.where(there, timeline.state[index], state).astype(np.int16),
        band=np.where(there, timeline.band[index], 0).astype(np.int16),
        reason=np.where(there, timeline.reason[index], reason).astype(np.int16),
        rows=np.where(there, timeline.rows[:, index], -1),
        value=np.where(there, timeline.value[index], np.nan),
        measured=np.where(there, timeline.measured[index], at),
    )  # fmt: skip


def standing_state(timeline: Timeline, patient: Ints, at: Ints) -> Codes:
    """The state of a timeline at each (patient, instant)."""
    return _standing(timeline, patient, at).state


def combine(parts: list[Timeline], mode: str) -> Timeline:
    """Join conditions: mode "all" or "any". The reason of a cannot-tell is that of the first part that cannot tell."""
    if len(parts) == 1:
        return parts[0]
    patient, at = split_key(distinct(*(part.keys for part in parts)))
    settles, other = (NOT_MET, MET) if mode == "all" else (MET, NOT_MET)
    settled, unknown = np.zeros(len(at), dtype=bool), np.zeros(len(at), dtype=bool)
    reason = np.zeros(len(at), dtype=np.int16)
    value, measured = np.full(len(at), np.nan), at.copy()
    rows = []
    for part in parts:
        says = _standing(part, patient, at)
        met, lost = says.state == MET, says.state == CANNOT_TELL
        settled |= says.state == settles
        reason = np.where(lost & ~unknown, says.reason, reason).astype(np.int16)
        unknown |= lost
        take = np.isnan(value) & met & ~np.isnan(says.value)
        value, measured = np.where(take, says.value, value), np.where(take, says.measured, measured)
        rows.append(np.where(met, says.rows, -1))
    state = np.where(settled, settles, np.where(unknown, CANNOT_TELL, other)).astype(np.int16)
    defaults = [part.default_state for part in parts]
    default = settles if settles in defaults else CANNOT_TELL if CANNOT_TELL in defaults else other
    why = next((part.default_reason for part in parts if part.default_state == CANNOT_TELL), 0)
    return Timeline(
        patient, at, state, np.zeros(len(at), np.int16), np.where(state == CANNOT_TELL, reason, 0).astype(np.int16),
        np.concatenate(rows), value, measured, default, why if default == CANNOT_TELL else 0,
    )  # fmt: skip


def override(base: Timeline, gate: Timeline, state: int, reason: int) -> Timeline:
    """Where the gate is met, the base answers with this state and reason instead of its own."""
    if not len(gate):
        return base
    refined = refine(base, gate)
    closed = _standing(gate, refined.patient, refined.at).state == MET
    return replace(
        refined,
        state=np.where(closed, state, refined.state).astype(np.int16),
        reason=np.where(closed, reason, refined.reason).astype(np.int16),
    )


def refine(base: Timeline, other: Timeline) -> Timeline:
    """The same answers with further points, wherever another timeline has one."""
    return _standing(base, *split_key(distinct(base.keys, other.keys)))


def only_first(timeline: Timeline) -> Timeline:
    """Met only while the unbroken run of met samples has one. Points that cannot tell neither count nor break."""
    known = np.flatnonzero(timeline.state != CANNOT_TELL)
    patient, state, sample = timeline.patient[known], timeline.state[known], timeline.measured[known]
    run = starts(patient, state)
    fresh = run | starts(patient, sample)
    count = np.cumsum(fresh)
    begin = np.maximum.accumulate(np.where(run, np.arange(len(run)), 0))
    repeated = (count - count[begin] + 1 > 1) & (state == MET) if len(run) else np.zeros(0, dtype=bool)
    new = timeline.state.copy()
    new[known[repeated]] = NOT_MET
    return replace(timeline, state=new)
