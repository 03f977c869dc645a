"""Several conditions at one time, and being on a course at all."""

from __future__ import annotations

from core.engine.conditions import Conditions
from core.engine.episodes import Found, find_episodes, nothing
from core.engine.phases import DrugCourses
from core.engine.rules.compiled import CompiledRule
from core.engine.timeline import always
from core.protocols.kinds import CourseRule, Interval


def evaluate_interval(compiled: CompiledRule, rule: Interval, courses: DrugCourses, conditions: Conditions) -> Found:
    """When the conditions hold together, while the rule applies."""
    spans = courses.on_course(rule, compiled.indications)
    if not any(len(one) for one in spans):
        return nothing()
    certain, possible = spans
    window = certain.plus(possible) if len(possible) else certain
    return find_episodes(compiled.number, conditions.timeline_within(rule.when, window), certain, possible)


def evaluate_course(compiled: CompiledRule, rule: CourseRule, courses: DrugCourses) -> Found:
    """As long as the patient is on such a course."""
    return find_episodes(compiled.number, always(), *courses.on_course(rule, compiled.indications))
