"""Several conditions at one time, and single events: overlaps of what was measured, what happened and what is taken."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from core.calculators.choice import reaches
from core.engine.cohort import Cohort
from core.engine.episodes import Evidence, Findings, Found, find_episodes, nothing
from core.engine.features import Feature, Measurements
from core.engine.happenings import Happenings
from core.engine.kernels import overlaps
from core.engine.phases import DrugCourses, Spans
from core.engine.rules.compiled import CompiledRule
from core.engine.timeline import MET, NOT_MET, BandTable, Stretches, Timeline, combine, until_stale
from core.protocols.schema import Common, Condition, EventRule, Every, Interval, Leaf
from core.records import DAY


class Intervals:
    """Evaluates interval and event rules on one cohort."""

    def __init__(self, cohort: Cohort, common: Common, measurements: Measurements) -> None:
        self.cohort, self.common, self.measurements = cohort, common, measurements
        self._judged: dict[Condition, Timeline] = {}

    def evaluate_interval(self, compiled: CompiledRule, rule: Interval, courses: DrugCourses) -> Found:
        """When all or any of the conditions hold together, while the rule applies."""
        spans = courses.on_course(rule, compiled.indications)
        if not any(len(one) for one in spans):
            return nothing()
        return find_episodes(compiled.number, self._timeline(rule.when), *spans)

    def _timeline(self, node: Condition) -> Timeline:
        """When a condition holds; conditions that several rules share are judged once."""
        if node not in self._judged:
            if isinstance(node, Leaf):
                self._judged[node] = self._leaf(node)
            else:
                mode, parts = ("all", node.all) if isinstance(node, Every) else ("any", node.any)
                self._judged[node] = combine([self._timeline(part) for part in parts], mode)
        return self._judged[node]

    def _leaf(self, leaf: Leaf) -> Timeline:
        if leaf.events:
            return self.measurements.happened(self.common, leaf.events).timeline()
        measured = self.measurements.measured(leaf.analyte)
        if leaf.not_within_days is not None:
            return self._absence(leaf)
        stretches = measured.lasting(int(self.common.lasting[leaf.lasting])) if leaf.lasting else measured.stretches
        timeline = stretches.judge(_table(leaf), absent_is_not_met=bool(leaf.lasting))
        return timeline if leaf.fallen_percent is None else combine([timeline, self._fallen(leaf)], "all")

    def _absence(self, leaf: Leaf) -> Timeline:
        """No readable result in the last days: never cannot-tell, because absence is what is asked."""
        series = self.measurements.series(leaf.analyte)
        series = series.take(series.readable)
        again = until_stale(series, int(leaf.not_within_days or 0))
        everything = replace(
            series, low=np.zeros(len(series)), high=np.zeros(len(series)), rows=np.full((1, len(series)), -1)
        )
        present = Stretches.of(everything, again).judge(
            BandTable.at_limit(1.0, met_below=False), absent_is_not_met=True
        )
        lapsed = present.at != present.measured
        return replace(present, state=np.where(lapsed, MET, NOT_MET).astype(np.int16), default_state=MET)

    def _fallen(self, leaf: Leaf) -> Timeline:
        """Whether the value has fallen by so much from the previous readable one: certain, impossible, or unknown."""
        measured = self.measurements.measured(leaf.analyte)
        series, wanted = measured.series, leaf.fallen_percent or 0.0
        usable = np.flatnonzero(series.readable)
        points = series.take(usable)
        before = np.arange(len(points)) - 1
        recent = before >= 0
        if len(points):
            recent &= points.patient[before] == points.patient
            recent &= points.at // DAY - points.at[before] // DAY <= (leaf.within_days or 0)
        with np.errstate(all="ignore"):
            least = 100 * (points.low[before] - points.high) / points.low[before]
            most = 100 * (points.high[before] - points.low) / points.high[before]
        most = np.where(np.isposinf(points.high[before]) | np.isneginf(points.low), 100.0, most)
        certain = np.asarray(reaches(np.where(np.isfinite(least), least, -np.inf), wanted)) & recent
        possible = np.asarray(reaches(most, wanted)) & recent
        low, high = np.full(len(series), -np.inf), np.full(len(series), np.inf)
        low[usable], high[usable] = np.where(certain, 1.0, 0.0), np.where(possible, 1.0, 0.0)
        reason = series.reason.copy()
        reason[usable] = np.where(points.reason > 0, points.reason, np.where(recent, points.reason[before], 0))
        fall = Feature(replace(series, low=low, high=high, reason=reason), measured.expires)
        fallen = fall.stretches.judge(BandTable.at_limit(1.0, met_below=False), absent_is_not_met=False)
        return replace(fallen, rows=np.full((1, len(fallen)), -1), value=np.full(len(fallen), np.nan))

    def evaluate_event(self, compiled: CompiledRule, rule: EventRule, courses: DrugCourses) -> Found:
        """Every event of the group that overlaps the rule's phase: a finding of its own, or about the named fact."""
        certain, possible = courses.on_course(rule, compiled.indications)
        events = self.measurements.happened(self.common, rule.events, but=rule.except_events)
        if not len(events.row) or not (len(certain) or len(possible)):
            return nothing()
        if rule.fact:
            return find_episodes(compiled.number, events.timeline(), certain, possible)
        findings, evidence = _meet(compiled.number, events, certain)
        return findings, nothing()[1], evidence


def _meet(number: int, events: Happenings, spans: Spans) -> tuple[Findings, Evidence]:
    """The stretches in which each event and the phase overlap."""
    i, j = overlaps(events.patient, events.start, events.end, spans.patient, spans.start, spans.end)
    n, row = len(i), events.row[i]
    opened, closed = np.maximum(events.start[i], spans.start[j]), np.minimum(events.end[i], spans.end[j])
    one, nothing_measured = np.ones(n, np.int64), np.full(n, np.nan)
    findings = Findings(
        events.patient[i], np.full(n, number), np.zeros(n, np.int16), row,
        opened, closed, one, nothing_measured, events.start[i], nothing_measured, np.arange(n, dtype=np.int64), one,
    )  # fmt: skip
    return findings, Evidence(-2 - row, opened, nothing_measured, events.start[i])


def _table(leaf: Leaf) -> BandTable:
    if leaf.below is not None:
        return BandTable.at_limit(leaf.below, met_below=True)
    return BandTable.at_limit(leaf.from_ or 0.0, met_below=False)
