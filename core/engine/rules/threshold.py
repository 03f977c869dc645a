"""A measured or computed value against bands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from core.engine.conditions import Conditions
from core.engine.episodes import Found, find_episodes, nothing
from core.engine.phases import DrugCourses
from core.engine.rules.beside import conditions_on, judge_with_beside
from core.engine.rules.compiled import CompiledRule
from core.engine.steadiness import Steadiness
from core.engine.timeline import NOT_MET, BandTable, Timeline, only_first, outlast, override
from core.protocols.kinds import Interval, Threshold


def evaluate_threshold(
    compiled: CompiledRule, rule: Threshold, courses: DrugCourses, conditions: Conditions,
    replaced: Mapping[str, list[Interval]],
) -> Found:  # fmt: skip
    """Findings of one rule: where the value lies in a band with a priority while the rule applies.

    replaced: rule ids of the protocol that keep silent while others are met, with those others.
    """

    def judge(some: DrugCourses) -> Found:
        certain, possible = some.on_course(rule, compiled.indications)
        if not (len(certain) or len(possible)):
            return nothing()
        timeline = judge_threshold(rule, conditions_on(some, conditions), replaced.get(rule.id, ()))
        return find_episodes(
            compiled.number, timeline, certain, possible, sustained=rule.sustained, worst_is_low=rule.low_is_worse
        )

    return judge_with_beside(compiled, rule, courses, judge)


def judge_threshold(rule: Threshold, conditions: Conditions, replacing: Sequence[Interval] = ()) -> Timeline:
    """When the rule's condition holds, whatever the course. replacing: rules that silence it while they are met."""
    m, steadiness = conditions.measurements, conditions.steadiness
    source = conditions.source(rule.analyte, rule.feature)
    days = int(m.common.lasting[rule.lasting]) if rule.lasting else 0
    stretches = source.lasting(days) if rule.lasting else source.stretches
    if rule.whatever_follows:
        stretches = stretches.worst_of_disputes(m.cohort.results, worst_is_low=rule.low_is_worse)
    absent = bool(rule.lasting) or rule.absent == "not met"
    timeline = stretches.judge(BandTable.of(rule.bands), absent_is_not_met=absent)
    if rule.whatever_follows:
        timeline = outlast(timeline, days)
    timeline = _while_steady(rule, timeline, steadiness, rule.feature)
    for other in replacing:
        timeline = override(timeline, conditions.timeline(other.when), NOT_MET, 0)
    if rule.first_only:
        timeline = only_first(timeline)
    if rule.unless_events:
        excused = m.happened(rule.unless_events).timeline()
        timeline = _while_steady(rule, override(timeline, excused, NOT_MET, 0), steadiness, "")
    return timeline


def _while_steady(rule: Threshold, timeline: Timeline, steadiness: Steadiness, points: str) -> Timeline:
    return steadiness.wait(timeline, points) if rule.steady else timeline
