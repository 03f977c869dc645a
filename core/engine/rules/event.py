"""Something that happened or holds."""

from __future__ import annotations

import numpy as np

from core.engine.cohort import Cohort
from core.engine.episodes import Evidence, Findings, Found, find_episodes, nothing
from core.engine.features import Measurements
from core.engine.happenings import Happenings
from core.engine.kernels import overlaps
from core.engine.phases import DrugCourses, Spans
from core.engine.rules.beside import judge_with_beside
from core.engine.rules.compiled import CompiledRule
from core.protocols.kinds import EventRule


def evaluate_event(compiled: CompiledRule, rule: EventRule, courses: DrugCourses, measurements: Measurements) -> Found:
    """Every event of the group that overlaps the rule's phase: a finding of its own, or about the named fact."""

    def judge(some: DrugCourses) -> Found:
        certain, possible = some.on_course(rule, compiled.indications)
        if not (len(certain) or len(possible)):
            return nothing()
        events = measurements.happened(rule.events, but=rule.except_events)
        if not len(events.row):
            return nothing()
        if rule.fact:
            return find_episodes(compiled.number, events.timeline(), certain, possible)
        return _meet(compiled.number, events, certain, measurements.cohort)

    return judge_with_beside(compiled, rule, courses, judge)


def _meet(number: int, events: Happenings, spans: Spans, cohort: Cohort) -> Found:
    """The stretches in which each event and the phase overlap."""
    i, j = overlaps(events.patient, events.start, events.end, spans.patient, spans.start, spans.end)
    opened, closed = np.maximum(events.start[i], spans.start[j]), np.minimum(events.end[i], spans.end[j])
    real = opened < closed
    i, opened, closed = i[real], opened[real], closed[real]
    n, row = len(i), events.row[i]
    happened = cohort.events.start[row]
    one, nothing_measured = np.ones(n, np.int64), np.full(n, np.nan)
    findings = Findings(
        events.patient[i], np.full(n, number), np.zeros(n, np.int16), row,
        opened, closed, one, nothing_measured, happened, nothing_measured, np.arange(n, dtype=np.int64), one,
    )  # fmt: skip
    return findings, nothing()[1], Evidence(-2 - row, opened, nothing_measured, happened)
