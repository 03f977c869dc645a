"""Several conditions at one time, and being on a course at all."""

from __future__ import annotations

from core.engine.conditions import Conditions
from core.engine.episodes import Found, find_episodes, nothing
from core.engine.phases import DrugCourses
from core.engine.rules.beside import conditions_on, judge_with_beside
from core.engine.rules.compiled import CompiledRule
from core.engine.timeline import always
from core.protocols.kinds import CourseRule, Interval


def evaluate_interval(compiled: CompiledRule, rule: Interval, courses: DrugCourses, conditions: Conditions) -> Found:
    """When the conditions hold together, while the rule applies."""

    def judge(some: DrugCourses) -> Found:
        certain, possible = some.on_course(rule, compiled.indications)
        if not (len(certain) or len(possible)):
            return nothing()
        asked = conditions_on(some, conditions)
        if asked.rules_out(rule.when):
            return nothing()
        window = certain.plus(possible) if len(possible) else certain
        timeline = asked.timeline_within(rule.when, window, is_whole=True)
        return find_episodes(compiled.number, timeline, certain, possible)

    return judge_with_beside(compiled, rule, courses, judge)


def evaluate_course(compiled: CompiledRule, rule: CourseRule, courses: DrugCourses) -> Found:
    """As long as the patient is on such a course."""

    def judge(some: DrugCourses) -> Found:
        return find_episodes(compiled.number, always(), *some.on_course(rule, compiled.indications))

    return judge_with_beside(compiled, rule, courses, judge)
