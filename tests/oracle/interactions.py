"""Another drug taken, or meant to be taken, together with this one: one finding for each pair."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from core.records import DAY
from tests.oracle.facts import Chart, CourseRow
from tests.oracle.findings import Finding
from tests.oracle.phases import DrugCourses, courses_of, last_of, may_satisfy
from tests.oracle.reference import is_one_of
from tests.oracle.spans import clip, subtract, unite


@dataclass(frozen=True)
class Intake:
    """A stretch in which a drug is meant to be taken, from when that is judged, and for what."""

    judged_from: int
    start: int
    end: int
    indication: str


def _intakes(courses: DrugCourses, rule: dict[str, Any] | None, at: int) -> list[Intake]:
    """Taken, planned (and just ended) stretches; with a rule, only those it asks for."""

    def is_asked(phase: str, course: CourseRow) -> bool:
        return rule is None or (phase in rule["while"] and may_satisfy(course, rule))

    later = [course for course in courses.planned if course.status != "planned"]
    held = courses.held_spans() + [(course.start, course.end) for course in later if course.status == "on-hold"]
    taken = courses.taken + [course for course in later if course.status != "on-hold"]
    running = subtract([(course.start, course.end) for course in taken], held)
    found = []
    for course in taken + [course for course in courses.planned if course.status == "planned"]:
        is_said, is_ahead = course.status == "planned", course in courses.planned
        if not is_asked("planned" if is_ahead else "running", course):
            continue
        lead = courses.planned_from_days if is_said else courses.dated_later_from_days
        in_the_way = running + [span for span in unite(held) if span[0] > course.start] if is_said else held
        left = subtract([(course.start, courses.meant_end(course))], in_the_way)
        for start, end in clip(left, courses.died):
            is_to_come = start > at or (is_said and start == course.start)  # whatever cut it
            judged_from = start - lead * DAY if is_to_come else start
            found.append(Intake(judged_from, start, end, course.indication))
    for chain in courses.chains() if rule is not None else []:
        last = last_of(chain)
        if is_asked("ended", last):
            ended = subtract(courses.ended(chain), held + running)  # also by what is dated later
            found += [Intake(start, start, end, last.indication) for start, end in ended]
    return found


def interaction_findings(
    chart: Chart, own: DrugCourses, drug: str, rule: dict[str, Any], common: dict[str, Any]
) -> list[tuple[Finding, frozenset[str]]]:
    """Each other drug the rule is about, while both are meant to be taken; and for which indications at the horizon."""
    found = []
    words, excepted = tuple(rule["drugs"]), tuple(rule.get("except_drugs", ()))
    for other in dict.fromkeys(course.drug for course in chart.facts.courses):
        if other == drug or not is_one_of(other, words) or is_one_of(other, excepted):
            continue
        finding, indications = Finding(f"with:{other}"), set()
        for mine in _intakes(own, rule, chart.at):
            for theirs in _intakes(courses_of(chart, other, common), None, chart.at):
                if max(mine.start, theirs.start) >= min(mine.end, theirs.end):
                    continue
                since = max(mine.judged_from, theirs.judged_from)
                until = min(mine.end, theirs.end)
                if since <= chart.at:
                    finding.spans.append((since, until))
                if since <= chart.at < until:
                    finding.voice = rule["priority"], rule["action"]
                    indications.add(mine.indication)
        found.append((finding, frozenset(indications)))
    return found
