"""A measured or computed value against bands."""

from __future__ import annotations

import numpy as np

from core.engine.cohort import Cohort
from core.engine.episodes import Found, find_episodes, nothing
from core.engine.features import Measurements
from core.engine.phases import DrugCourses
from core.engine.rules.compiled import CompiledRule
from core.engine.series import REASON
from core.engine.timeline import CANNOT_TELL, NOT_MET, BandTable, Gate, Timeline, combine, only_first, override
from core.protocols.schema import Common, Threshold

#: A rule with `steady` waits while either of these stages stands.
_STAGES = ("aki_nhse", "aki_kdigo")


class Thresholds:
    """Evaluates threshold rules on one cohort; what several rules share is computed once."""

    def __init__(self, cohort: Cohort, common: Common, measurements: Measurements) -> None:
        self.cohort, self.common, self.measurements = cohort, common, measurements
        self._unsteady: Timeline | None = None
        self._gates: dict[str, Gate] = {}

    def evaluate(self, compiled: CompiledRule, rule: Threshold, courses: DrugCourses) -> Found:
        """Findings of one rule: where the value lies in a band with a priority while the rule applies."""
        spans = courses.on_course(rule, compiled.indications)
        if not any(len(one) for one in spans):
            return nothing()
        timeline = self.timeline(rule)
        return find_episodes(
            compiled.number, timeline, *spans, sustained=rule.sustained, worst_is_low=rule.low_is_worse
        )

    def timeline(self, rule: Threshold) -> Timeline:
        """When the rule's condition holds, whatever the course."""
        source = self.measurements.feature(rule.feature) if rule.feature else self.measurements.measured(rule.analyte)
        stretches = source.lasting(int(self.common.lasting[rule.lasting])) if rule.lasting else source.stretches
        absent = bool(rule.lasting) or rule.absent == "not met"
        timeline = stretches.judge(BandTable.of(rule.bands), absent_is_not_met=absent)
        timeline = self._while_steady(rule, timeline)
        if rule.first_only:
            timeline = only_first(timeline)
        if rule.unless_events:
            excused = self.measurements.happened(self.common, rule.unless_events).timeline()
            timeline = self._while_steady(rule, override(timeline, excused, NOT_MET, 0), refined=True)
        return timeline

    def _while_steady(self, rule: Threshold, timeline: Timeline, *, refined: bool = False) -> Timeline:
        """While an injury stands a rule that needs a steady creatinine cannot tell, whatever else holds."""
        if not rule.steady:
            return timeline
        if self._unsteady is None:
            self._unsteady = combine(self._injuries(), "any")
        if not refined and rule.feature not in self._gates:  # rules of one feature judge the same points
            self._gates[rule.feature] = Gate.over(timeline, self._unsteady)
        gate = Gate.over(timeline, self._unsteady) if refined else self._gates[rule.feature]
        return gate.apply(timeline, CANNOT_TELL, REASON["unsteady_creatinine"])

    def _injuries(self) -> list[Timeline]:
        """When an acute kidney injury stands, by each algorithm."""
        on_dialysis = self.measurements.happened(self.common, "dialysis").timeline()
        stages = BandTable.at_limit(1, met_below=False)
        standing = []
        for name in _STAGES:
            known = self.measurements.feature(name).stretches.judge(stages, absent_is_not_met=False)
            standing.append(_held(override(known, on_dialysis, NOT_MET, 0)))
        return standing


def _held(timeline: Timeline) -> Timeline:
    """An injury stands until a later creatinine shows that it is over: unknown does not end it."""
    known = timeline.state != CANNOT_TELL
    index = np.arange(len(timeline))
    new = np.ones(len(timeline), dtype=bool)
    new[1:] = timeline.patient[1:] != timeline.patient[:-1]
    last = np.maximum.accumulate(np.where(known | new, index, 0))
    return Timeline(
        timeline.patient, timeline.at, timeline.state[last], timeline.band, timeline.reason, timeline.rows,
        timeline.value, timeline.measured, timeline.default_state, timeline.default_reason,
    )  # fmt: skip
