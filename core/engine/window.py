"""Only where it matters: an answer in time cut down to the stretches in which a rule could still be met."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from core.engine.cohort import Bools
from core.engine.feature import Feature
from core.engine.kernels import key, spread, starts
from core.engine.phases import Spans
from core.engine.timeline import NOT_MET, Timeline


def restrict(timeline: Timeline, window: Spans) -> Timeline:
    """The same answers inside a window: what stands at each of its starts, and every point inside. Outside it the
    result says nothing.
    """
    n = len(window)
    if not len(timeline):
        return replace(
            timeline, patient=window.patient, at=window.start, state=np.full(n, timeline.default_state, np.int16),
            band=np.zeros(n, np.int16), reason=np.full(n, timeline.default_reason, np.int16),
            rows=np.full((len(timeline.rows), n), -1), value=np.full(n, np.nan), measured=window.start,
        )  # fmt: skip
    keys = timeline.keys
    before = np.searchsorted(keys, key(window.patient, window.start), side="right") - 1
    stop = np.searchsorted(keys, key(window.patient, window.end), side="left")
    own = before >= 0
    own &= timeline.patient[np.maximum(before, 0)] == window.patient
    point, span = spread(before, stop - before)
    first = starts(span) if n else np.zeros(0, dtype=bool)
    absent = np.flatnonzero(first)[~own]
    point = np.maximum(point, 0)
    at = timeline.at[point]
    at[first] = window.start
    columns = {name: getattr(timeline, name)[point] for name in ("state", "band", "reason", "value", "measured")}
    rows = timeline.rows[:, point]
    for name, value in (
        ("state", timeline.default_state), ("band", 0), ("reason", timeline.default_reason), ("value", np.nan),
        ("measured", at[absent]),
    ):  # fmt: skip
        columns[name][absent] = value
    rows[:, absent] = -1
    return replace(timeline, patient=window.patient[span], at=at, rows=rows, **columns)


def narrow(timeline: Timeline, window: Spans) -> Spans:
    """The part of a window in which a restricted timeline does not rule the condition out."""
    if not len(timeline):
        return Spans.none()
    span = np.searchsorted(key(window.patient, window.start), timeline.keys, side="right") - 1
    until = window.end[span]
    until[:-1] = np.where(span[1:] == span[:-1], timeline.at[1:], until[:-1])
    open_ = timeline.state != NOT_MET
    return Spans.of(timeline.patient[open_], timeline.at[open_], until[open_])


def points_within(source: Feature, window: Spans) -> Bools:
    """Which points of a series stand at some moment of a window."""
    keys = source.series.keys
    wanted = np.zeros(len(keys), dtype=bool)
    first = np.searchsorted(keys, key(window.patient, window.start), side="right") - 1
    stop = np.searchsorted(keys, key(window.patient, window.end), side="left")
    point, _ = spread(np.maximum(first, 0), np.maximum(stop - np.maximum(first, 0), 0))
    wanted[point] = True
    return wanted
