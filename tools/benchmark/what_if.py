"""What one changed limit would do: everything that does not depend on the limit is kept, the rest judged anew.

A threshold rule is laid over the patients' phases once. What remains for another limit is one comparison per point and
the joining of neighbours; it is exact for every value the points can mean, and lasts as `find_episodes` says: a finding
ends when the rule is not met or its phase ends, unknown ends nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.engine.cohort import Bools, Cohort, Floats, Ints
from core.engine.evaluate import make_plan
from core.engine.features import Measurements
from core.engine.kernels import key, spread, starts
from core.engine.phases import Spans
from core.engine.rules.compiled import CompiledRule
from core.engine.timeline import Stretches
from core.protocols.kinds import Threshold
from core.protocols.loader import Protocols


@dataclass(frozen=True)
class Kept:
    """Points of one analyte within a rule's phase: what they can mean, when they begin and end, and where a phase does.

    low, high: NaN where the point says nothing (no result, lapsed, unreadable).
    """

    rule_id: str
    limit: float
    patient: Ints
    at: Ints
    until: Ints
    low: Floats
    high: Floats
    new_span: Bools

    @property
    def points(self) -> int:
        return len(self.at)


def keep_features(cohort: Cohort, protocols: Protocols, horizon: int) -> Kept:
    """Keep what the first plain low-side threshold rule rests on (one limit, one analyte, running)."""
    compiled = next(c for c in make_plan(cohort, protocols, horizon, None).rules if _is_plain(c))
    rule = compiled.rule
    assert isinstance(rule, Threshold)  # noqa: S101 - _is_plain said so
    measurements = Measurements(cohort, protocols.common, horizon)
    stretches = measurements.measured(rule.analyte).stretches
    spans, _ = measurements.courses(compiled.drug).on_course(rule, compiled.indications)
    return _lay(compiled.rule_id, float(rule.bands[0].below or 0.0), stretches, spans)


def _is_plain(compiled: CompiledRule) -> bool:
    rule = compiled.rule
    return (
        isinstance(rule, Threshold) and bool(rule.analyte) and rule.phases == ("running",) and len(rule.bands) == 2
        and rule.bands[0].below is not None and not (rule.lasting or rule.steady or rule.first_only or rule.sustained)
    )  # fmt: skip


def _lay(rule_id: str, limit: float, stretches: Stretches, spans: Spans) -> Kept:
    keys = key(stretches.patient, stretches.at)
    before = np.searchsorted(keys, key(spans.patient, spans.start), side="right") - 1
    stop = np.searchsorted(keys, key(spans.patient, spans.end), side="left")
    own = (before >= 0) & (stretches.patient[np.maximum(before, 0)] == spans.patient)
    point, span = spread(before, stop - before)
    new_span = starts(span)
    blank = new_span & ~own[span]
    point = np.maximum(point, 0)
    at = np.where(new_span, spans.start[span], stretches.at[point])
    until = spans.end[span].copy()
    until[:-1] = np.where(new_span[1:], until[:-1], at[1:])
    silent = blank | stretches.lapsed[point] | ~(np.isfinite(stretches.low[point]) | np.isfinite(stretches.high[point]))
    low, high = (np.where(silent, np.nan, side[point]) for side in (stretches.low, stretches.high))
    return Kept(rule_id, limit, spans.patient[span], at, until, low, high, new_span)


def rejudge(kept: Kept, limit: float) -> Ints:
    """Findings (patient, opened, closed) with another limit: below it is met.

    Only points that can be below the limit, and the stretch of points after each that cannot tell, are looked at.
    """
    met = kept.high < limit  # certainly; a NaN is not
    not_met = kept.low >= limit
    first = met.copy()
    first[1:] &= ~met[:-1] | kept.new_span[1:]
    candidates = np.flatnonzero(first)
    if not len(candidates):
        return np.empty((0, 3), dtype=np.int64)
    ends = np.flatnonzero(not_met | kept.new_span)  # where a finding that stands is over
    at_end = np.searchsorted(ends, candidates, side="right")
    stop = np.append(ends, len(kept.at))[at_end]
    opened = np.ones(len(candidates), dtype=bool)
    opened[1:] = stop[1:] != stop[:-1]  # met again after "cannot tell" is the same finding
    begin, last = candidates[opened], stop[opened] - 1
    return np.stack([kept.patient[begin], kept.at[begin], kept.until[last]], axis=1)
