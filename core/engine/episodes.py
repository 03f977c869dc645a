"""From answers in time to findings: when a rule was met while it applied, and when nobody could tell.

Unknown closes nothing: a finding that was met lasts through cannot-tell until it is not met or its phase ends. The
one exception is `unsteady_creatinine`, which ends it (contract 3, Renal dosing).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.engine.cohort import Bools, Codes, Floats, Ints
from core.engine.kernels import column_of, everywhere, positions, somewhere, spread, starts
from core.engine.phases import Spans
from core.engine.series import REASON
from core.engine.table import table
from core.engine.timeline import CANNOT_TELL, MET, NOT_MET, Timeline, from_intervals, refine, standing_state
from core.protocols.kinds import Sustained
from core.records import DAY


@table
class Columns:
    """Columns of equal length that can be stacked."""

    def __len__(self) -> int:
        return len(next(iter(self.__dict__.values())))  # of the first column; asked too often for fields()


@table
class Findings(Columns):
    """Stretches during which one band of one rule was met for one patient.

    rule: number of the compiled rule; fact: -1 the rule's own, else position of the event; opened, closed: half-open;
    value, measured: the last number judged and its sample's instant; worst: the gravest number; n: samples.
    evidence_first, evidence_count: where the facts behind it stand in History.evidence.
    """

    patient: Ints
    rule: Ints
    band: Codes
    fact: Ints
    opened: Ints
    closed: Ints
    n: Ints
    value: Floats
    measured: Ints
    worst: Floats
    evidence_first: Ints
    evidence_count: Ints


@table
class Unknowns(Columns):
    """Stretches during which a rule applied and could not be judged."""

    patient: Ints
    rule: Ints
    reason: Codes
    opened: Ints
    closed: Ints


@table
class Evidence(Columns):
    """Facts behind findings: row of the cohort's results (>= 0) or events (-2 - position), from when it counts.

    value, measured: the number judged from then on and its sample's instant.
    """

    row: Ints
    at: Ints
    value: Floats
    measured: Ints


Found = tuple[Findings, Unknowns, Evidence]


@table
class _Projection:
    """A timeline laid over the intervals of a rule's phase: one row per point inside, and one for what stood at the
    start.
    """

    span: Ints
    point: Ints
    at: Ints
    until: Ints
    state: Codes
    reason: Codes
    new_span: Bools


def _project(timeline: Timeline, spans: Spans) -> _Projection:
    if not len(timeline):
        return _project_default(timeline, spans)
    keys = timeline.keys
    before = keys.searchsorted(spans.start_keys, side="right") - 1
    stop = keys.searchsorted(spans.end_keys, side="left")
    if len(spans) == 1 and before[0] >= 0 and timeline.patient[before[0]] == spans.patient[0]:  # one stretch is a slice
        return _slice(timeline, spans, int(before[0]), int(stop[0]))
    own = before >= 0
    own &= timeline.patient[np.maximum(before, 0)] == spans.patient
    position, span = spread(before, stop - before)
    new_span = starts(span)
    begin = positions(new_span)
    index = np.maximum(position, 0)
    at, state, reason = timeline.at[index], timeline.state[index], timeline.reason[index]
    at[begin] = spans.start[span[begin]]
    until = spans.end[span]
    until[:-1] = np.where(new_span[1:], until[:-1], at[1:])
    if everywhere(own):
        return _Projection(span, position, at, until, state, reason, new_span)
    without = begin[~own]
    position[without], state[without], reason[without] = -1, timeline.default_state, timeline.default_reason
    return _Projection(span, position, at, until, state, reason, new_span)


def _slice(timeline: Timeline, spans: Spans, first: int, stop: int) -> _Projection:
    """The points of a timeline from the one that stands at the start of the only span."""
    inside, n = slice(first, stop), stop - first
    at, until, new_span = timeline.at[inside].copy(), np.empty(n, np.int64), np.zeros(n, bool)
    at[0], new_span[0] = spans.start[0], True
    until[:-1], until[-1] = at[1:], spans.end[0]
    state, reason = timeline.state[inside], timeline.reason[inside]
    return _Projection(np.zeros(n, np.int64), np.arange(first, stop), at, until, state, reason, new_span)


def _project_default(timeline: Timeline, spans: Spans) -> _Projection:
    """Of a timeline without points: one stretch for each interval."""
    n = len(spans)
    return _Projection(
        np.arange(n), column_of(-1, n), spans.start, spans.end, column_of(timeline.default_state, n, np.int16),
        column_of(timeline.default_reason, n, np.int16), column_of(True, n, bool),
    )  # fmt: skip


def _sustain(p: _Projection, timeline: Timeline, spans: Spans, need: Sustained) -> Codes:
    """Take back "met" until enough samples since the phase began agree for long enough."""
    known = positions(p.state != CANNOT_TELL)
    if not len(known):
        return p.state
    span, state = p.span[known], p.state[known]
    point = np.maximum(p.point[known], 0)
    sample = np.where(p.point[known] >= 0, timeline.measured[point], -(1 << 40))
    run = starts(span, state)
    counts = (sample >= spans.start[span]) & (run | starts(span, sample))
    total = np.cumsum(counts)
    begin = np.maximum.accumulate(np.where(run, np.arange(len(run)), 0))
    n = total - total[begin] + counts[begin]
    samples = positions(counts)
    ordinal = total - 1  # position in `samples` of the latest counted one
    first = np.where(n > 0, sample[samples[np.clip(ordinal - n + 1, 0, len(samples) - 1)]] if len(samples) else 0, 0)
    latest = np.where(n > 0, sample[samples[np.maximum(ordinal, 0)]] if len(samples) else 0, 0)
    enough = (n >= need.results) & (latest // DAY - first // DAY >= need.days)
    out = p.state.copy()
    out[known[(state == MET) & ~enough]] = NOT_MET
    return out


def find_episodes(
    rule: int, timeline: Timeline, certain: Spans, possible: Spans, *, sustained: Sustained | None = None,
    worst_is_low: bool = True,
) -> Found:  # fmt: skip
    """Findings and unknowns of one rule while it applies.

    certain: when it applies; possible: when an unreadable frequency leaves open whether it does: there a met condition
    becomes a cannot-tell, which ends nothing that stood before.
    """
    if timeline.is_never_met:
        return nothing()
    spans = certain
    if len(possible):
        left_open = from_intervals(possible.patient, possible.start, possible.end, np.full(len(possible), -1))
        timeline, spans = refine(timeline, left_open), certain.plus(possible)
    p = _project(timeline, spans)
    if not len(p.span):
        return nothing()
    state = p.state if sustained is None else _sustain(p, timeline, spans, sustained)
    if len(possible):
        doubted = (standing_state(left_open, spans.patient[p.span], p.at) == MET) & (state == MET)
        p = replace(p, reason=np.where(doubted, REASON["unknown_frequency"], p.reason))
        state = np.where(doubted, CANNOT_TELL, state)
    if not somewhere(state):  # not met, all along
        return nothing()
    unknowns = _unknowns(rule, p, state, spans)
    if not somewhere(state == MET):
        return nothing()[0], unknowns, nothing()[2]
    index = np.arange(len(state))
    settled = (state != CANNOT_TELL) | (p.reason == REASON["unsteady_creatinine"])
    last = np.maximum.accumulate(np.where(settled | p.new_span, index, 0))
    met = state[last] == MET
    point = np.maximum(p.point[last], 0)
    band = np.where(met, timeline.band[point] if len(timeline) else 0, -1)
    run = starts(p.span, band)
    first = positions(run & met)
    final = _final(run, first)
    evidence, evidence_first, evidence_count, n, worst = _gather(p, timeline, state, first, final, worst_is_low)
    tail, judged = point[final], p.point[last][final] >= 0
    count = len(first)
    findings = Findings(
        spans.patient[p.span[first]], column_of(rule, count), band[first].astype(np.int16), column_of(-1, count),
        p.at[first], p.until[final], n,
        np.where(judged, timeline.value[tail], np.nan) if len(timeline) else column_of(np.nan, count, float),
        np.where(judged, timeline.measured[tail], p.at[first]) if len(timeline) else p.at[first],
        worst, evidence_first, evidence_count,
    )  # fmt: skip
    return findings, unknowns, evidence


def _final(run: Bools, first: Ints) -> Ints:
    """The last row of each run that begins at one of these rows."""
    begins = positions(run)
    following = begins.searchsorted(first, side="right")
    ends = np.empty(len(begins) + 1, np.int64)
    ends[:-1], ends[-1] = begins, len(run)
    last: Ints = ends[following] - 1
    return last


def _gather(
    p: _Projection, timeline: Timeline, state: Codes, first: Ints, final: Ints, worst_is_low: bool
) -> tuple[Evidence, Ints, Ints, Ints, Floats]:
    """The facts of the met points of each stretch, each once, with the stretch's sample count and gravest number."""
    position, owner = spread(first, final - first + 1)
    keep = (state[position] == MET) & (p.point[position] >= 0)
    position, owner = position[keep], owner[keep]
    point = p.point[position]
    count = len(first)
    worst = column_of(np.nan, count, float)
    n = np.zeros(count, dtype=np.int64)
    if not len(point):
        empty = np.empty(0, dtype=np.int64)
        return (
            Evidence(empty, empty, np.empty(0), empty),
            np.zeros(count, np.int64),
            np.zeros(count, np.int64),
            n,
            worst,
        )
    value = timeline.value[point]
    (np.fmin if worst_is_low else np.fmax).at(worst, owner, value)
    np.add.at(n, owner, starts(owner, timeline.measured[point]).astype(np.int64))
    width = len(timeline.rows)
    rows = timeline.rows[:, point].T.reshape(-1)
    owners, at = owner.repeat(width), p.at[position].repeat(width)
    real = rows != -1
    rows, owners, at = rows[real], owners[real], at[real]
    numbers, sampled = value.repeat(width)[real], timeline.measured[point].repeat(width)[real]
    order = np.lexsort((at, rows, owners))
    once = starts(owners[order], rows[order]) if len(order) else np.zeros(0, dtype=bool)
    order = order[once]
    order = order[np.lexsort((rows[order], at[order], owners[order]))]
    counts = np.bincount(owners[order], minlength=count).astype(np.int64, copy=False)
    facts = Evidence(rows[order], at[order], numbers[order], sampled[order])
    return facts, counts.cumsum() - counts, counts, n, worst


def _unknowns(rule: int, p: _Projection, state: Codes, spans: Spans) -> Unknowns:
    unknown = (state == CANNOT_TELL) | ((state == MET) & (p.reason > 0))
    if not somewhere(unknown):
        return nothing()[1]
    reason = np.where(unknown, p.reason, -1)
    run = starts(p.span, reason)
    first = positions(run & unknown)
    return Unknowns(
        spans.patient[p.span[first]], column_of(rule, len(first)), reason[first].astype(np.int16),
        p.at[first], p.until[_final(run, first)],
    )  # fmt: skip


def _make_nothing() -> Found:
    i, c, f = np.empty(0, np.int64), np.empty(0, np.int16), np.empty(0)
    return Findings(i, i, c, i, i, i, i, f, i, f, i, i), Unknowns(i, i, c, i, i), Evidence(i, i, f, i)


_NOTHING = _make_nothing()  # most rules say nothing of most patients


def nothing() -> Found:
    """No finding, no unknown."""
    return _NOTHING


def stack(parts: list[Found]) -> Found:
    """Join the findings of several rules or blocks; evidence positions are moved along."""
    parts = [one for one in parts if one is not _NOTHING and (len(one[0].patient) or len(one[1].patient))]
    if len(parts) < 2:
        return parts[0] if parts else nothing()
    found, unknowns, evidence = zip(*parts, strict=True)
    joined = Findings(*join_columns(found))
    facts = np.array([len(behind.row) for behind in evidence])
    moved = (facts.cumsum() - facts).repeat([len(one.patient) for one in found])
    return (
        replace(joined, evidence_first=joined.evidence_first + moved),
        Unknowns(*join_columns(unknowns)),
        Evidence(*join_columns(evidence)),
    )


def join_columns(tables: Sequence[Columns]) -> Iterator[NDArray[Any]]:
    """Each column of several tables of one kind, one after the other; at least one table, without columns of its own
    making."""
    return (np.concatenate(column) for column in zip(*(table.__dict__.values() for table in tables), strict=True))
