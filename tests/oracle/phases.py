"""When a drug is planned, taken or held by one patient, and during which of that a rule applies."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from core.records import DAY
from tests.oracle.facts import Chart, CourseRow
from tests.oracle.spans import Span, clip, holds, subtract, unite


@dataclass(frozen=True)
class DrugCourses:
    """The courses of one drug as they stand at the horizon."""

    drug: str
    taken: list[CourseRow]
    held: list[CourseRow]
    planned: list[CourseRow]
    died: int
    planned_from_days: int  # how long before its start a course is ahead of the patient: said to be planned,
    dated_later_from_days: int  # or merely dated later
    ended_for_days: int  # how long after its end a treatment has just ended

    def running(self, courses: list[CourseRow] | None = None) -> list[Span]:
        """Where these (or all) taken courses are being taken."""
        own = self.taken if courses is None else courses
        spans = [(course.start, course.end) for course in own]
        return clip(subtract(spans, [(course.start, course.end) for course in self.held]), self.died)

    def held_spans(self) -> list[Span]:
        return clip([(course.start, course.end) for course in self.held], self.died)

    def planning(self, courses: list[CourseRow]) -> list[Span]:
        """Where these planned courses are ahead of the patient, and the drug is neither taken nor held."""
        spans = [
            (course.start - self.planned_from_days * DAY, self.died)
            if course.status == "planned"
            else (course.start - self.dated_later_from_days * DAY, course.start)
            for course in courses
        ]
        return clip(subtract(spans, self.running() + self.held_spans()), self.died)

    def chains(self) -> list[list[CourseRow]]:
        """Taken courses that overlap or touch, chain by chain."""
        found: list[list[CourseRow]] = []
        for course in sorted(self.taken, key=lambda course: course.start):
            if found and course.start <= max(other.end for other in found[-1]):
                found[-1].append(course)
            else:
                found.append([course])
        return found

    def ended(self, chain: list[CourseRow]) -> list[Span]:
        """The days after a chain's end in which the drug is neither taken again nor held."""
        end = max(course.end for course in chain)
        span = (end, end + self.ended_for_days * DAY)
        return clip(subtract([span], self.running() + self.held_spans()), self.died)

    def current(self, at: int) -> list[CourseRow]:
        """The courses that say how much is taken: those being taken, else those planned (none while held)."""
        if at >= self.died or holds(self.held_spans(), at):
            return []
        now = [course for course in self.taken if course.start <= at < course.end]
        return now or [course for course in self.planned if holds(self.planning([course]), at)]


def _end_hold(hold: CourseRow, taken: list[CourseRow]) -> CourseRow:
    """A restart ends a hold: the first taken course that starts on or after the hold's own start."""
    restarts = [course.start for course in taken if course.start >= hold.start]
    return replace(hold, end=min([hold.end, *restarts]))


def courses_of(chart: Chart, drug: str, common: dict[str, Any]) -> DrugCourses:
    """Sort the patient's courses of one drug into taken, held and planned, as of the chart's instant."""
    own = [course for course in chart.facts.courses if course.drug == drug]
    taken = [course for course in own if course.status not in ("on-hold", "planned")]
    own = [_end_hold(course, taken) if course.status == "on-hold" else course for course in own]
    begun = [course for course in own if course.start <= chart.at and course.status != "planned"]
    return DrugCourses(
        drug=drug,
        taken=[course for course in begun if course.status != "on-hold"],
        held=[course for course in begun if course.status == "on-hold"],
        planned=[course for course in own if course not in begun],
        died=chart.facts.died,
        planned_from_days=common["planning"]["planned_from_days"],
        dated_later_from_days=common["planning"]["dated_later_from_days"],
        ended_for_days=common["planning"]["ended_for_days"],
    )


def last_of(chain: list[CourseRow]) -> CourseRow:
    """The course of a chain that ends last; of several, the one begun last."""
    return max(chain, key=lambda course: (course.end, course.start))


@dataclass(frozen=True)
class RulePhase:
    """Where a rule applies; where a readable frequency makes that sure; for which indications at the horizon."""

    spans: list[Span]
    sure: list[Span]
    indications: frozenset[str]


def may_satisfy(course: CourseRow, rule: dict[str, Any]) -> bool:
    return (
        course.indication in rule.get("indications", [course.indication])
        and course.indication not in rule.get("not_indications", [])
        and (course.per_day is None or _frequency_fits(course, rule))
    )


def _frequency_fits(course: CourseRow, rule: dict[str, Any]) -> bool:
    if "doses_per_day_above" not in rule and "doses_per_day_at_most" not in rule:
        return True
    if course.per_day is None:
        return False
    return course.per_day > rule.get("doses_per_day_above", -1) and course.per_day <= rule.get(
        "doses_per_day_at_most", float("inf")
    )


def phase_of(chart: Chart, courses: DrugCourses, rule: dict[str, Any]) -> RulePhase:
    """Find where the rule applies to this patient."""
    spans: list[Span] = []
    sure: list[Span] = []
    indications: set[str] = set()
    for phase, own in (("planned", courses.planned), ("running", courses.taken), ("held", courses.held)):
        if phase not in rule["while"]:
            continue
        for course in own:
            if not may_satisfy(course, rule):
                continue
            if phase == "held":
                found = clip([(course.start, course.end)], courses.died)
            else:
                found = courses.running([course]) if phase == "running" else courses.planning([course])
            spans += found
            if _frequency_fits(course, rule):
                sure += found
            if holds(found, chart.at):
                indications.add(course.indication)
    for chain in courses.chains() if "ended" in rule["while"] else []:
        last = last_of(chain)
        if may_satisfy(last, rule):
            found = courses.ended(chain)
            spans += found
            if _frequency_fits(last, rule):
                sure += found
            if holds(found, chart.at):
                indications.add(last.indication)
    return RulePhase(unite(spans), unite(sure), frozenset(indications))
