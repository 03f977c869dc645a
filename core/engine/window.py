"""Only where it matters: an answer in time cut down to the stretches in which a rule could still be met."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from core.engine.cohort import Bools
from core.engine.feature import Feature
from core.engine.kernels import positions, somewhere, spread, starts
from core.engine.phases import Spans
from core.engine.timeline import NOT_MET, Timeline, blank


def restrict(timeline: Timeline, window: Spans) -> Timeline:
    """The same answers inside a window: what stands at each of its starts, and every point inside. Outside it the
    result says nothing.
    """
    n = len(window)
    if not len(timeline):
        return blank(timeline, window.patient, window.start)
    keys = timeline.keys
    before = keys.searchsorted(window.start_keys, side="right") - 1
    stop = keys.searchsorted(window.end_keys, side="left")
    if n == 1 and before[0] >= 0 and timeline.patient[before[0]] == window.patient[0]:  # one stretch is a slice
        inside = slice(before[0], stop[0])
        at = timeline.at[inside].copy()
        at[0] = window.start[0]
        return Timeline(
            timeline.patient[inside], at, timeline.state[inside], timeline.band[inside], timeline.reason[inside],
            timeline.rows[:, inside], timeline.value[inside], timeline.measured[inside], timeline.default_state,
            timeline.default_reason,
        )  # fmt: skip
    own = before >= 0
    own &= timeline.patient[np.maximum(before, 0)] == window.patient
    point, span = spread(before, stop - before)
    first = starts(span) if n else np.zeros(0, dtype=bool)
    absent = positions(first)[~own]
    point = np.maximum(point, 0)
    at = timeline.at[point]
    at[first] = window.start
    columns = {name: getattr(timeline, name)[point] for name in ("state", "band", "reason", "value", "measured")}
    rows = timeline.rows[:, point]
    if len(absent):
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
    open_ = timeline.state != NOT_MET
    if not somewhere(open_):
        return Spans.none()
    span = window.start_keys.searchsorted(timeline.keys, side="right")
    run = starts(span, open_)
    first = positions(run)
    ends = window.end[span[first] - 1]  # of a stretch that reaches its window's end
    ends[:-1] = np.where(span[first[1:]] == span[first[:-1]], timeline.at[first[1:]], ends[:-1])
    wide = open_[first]
    return Spans(timeline.patient[first[wide]], timeline.at[first[wide]], ends[wide])


def points_within(source: Feature, window: Spans) -> Bools:
    """Which points of a series stand at some moment of a window."""
    keys = source.series.keys
    wanted = np.zeros(len(keys), dtype=bool)
    first = np.maximum(keys.searchsorted(window.start_keys, side="right") - 1, 0)
    stop = keys.searchsorted(window.end_keys, side="left")
    point, _ = spread(first, np.maximum(stop - first, 0))
    wanted[point] = True
    return wanted
