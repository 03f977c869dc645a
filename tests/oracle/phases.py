"""When a drug is planned, taken or held by one patient, and during which of that a rule applies."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any

from core.records import DAY, FAR
from tests.oracle.facts import Chart, CourseRow, day_of
from tests.oracle.spans import Span, clip, common_to, holds, subtract, unite


@dataclass(frozen=True)
class DrugCourses:
    """The courses of one drug as they stand at the horizon.

    beside: only what is planned is asked about, as if it stood alone, while the drug is taken or held.
    """

    drug: str
    taken: list[CourseRow]
    held: list[CourseRow]
    planned: list[CourseRow]
    died: int
    at: int  # the instant asked about: what is planned begins no earlier
    planned_from_days: int  # how long before its start a course is ahead of the patient: said to be planned,
    dated_later_from_days: int  # or merely dated later
    ended_for_days: int  # how long after its end a treatment has just ended
    beside: bool = False
    notes: dict[Any, list[Span]] = field(default_factory=dict, compare=False)  # what is already worked out

    def _once(self, what: str, courses: list[CourseRow], find: Callable[[], list[Span]]) -> list[Span]:
        key = what, *map(id, courses)
        if key not in self.notes:
            self.notes[key] = find()
        return self.notes[key]

    def running(self, courses: list[CourseRow] | None = None) -> list[Span]:
        """Where these (or all) taken courses are being taken."""
        own = self.taken if courses is None else courses

        def find() -> list[Span]:
            return clip(subtract([(course.start, course.end) for course in own], self.held_spans()), self.died)

        return self._once("running", own, find)

    def held_spans(self) -> list[Span]:
        """Where the drug is on hold."""
        spans = ((course.start, course.end) for course in self.held)
        return self._once("held", self.held, lambda: clip(spans, self.died))

    def planning(self, courses: list[CourseRow]) -> list[Span]:
        """Where these planned courses are ahead of the patient, and the drug is neither taken nor held."""

        def find() -> list[Span]:
            spans = [
                (course.start - self._lead(course), self.died if course.status == "planned" else course.start)
                for course in courses
            ]
            return clip(subtract(spans, self.running() + self.held_spans()), self.died)

        return self._once("planning", courses, find)

    def _lead(self, course: CourseRow) -> int:
        """Seconds before its start from which a planned course is judged."""
        return DAY * (self.planned_from_days if course.status == "planned" else self.dated_later_from_days)

    def meant_start(self, course: CourseRow) -> int:
        """When the course begins as far as anybody knows: one said to be planned not before today."""
        if course.status != "planned":
            return course.start
        return max(day_of(course.start), day_of(min(self.at, self.died - 1))) * DAY

    def meant_end(self, course: CourseRow) -> int:
        """When the course ends: the written end of one said to be planned counts until it has come."""
        return FAR if course.status == "planned" and course.end <= self.at else course.end

    def _ahead_until(self, course: CourseRow) -> int:
        """When a planned course is ahead of nobody any more: once it begins, or is begun by another row."""
        if course.status != "planned":
            return min(course.start, self.died)
        return min([self.died, *(other.start for other in self.taken if other.start >= course.start)])

    def changing(self, course: CourseRow) -> list[Span]:
        """Where this planned course is ahead of a patient who takes the drug: it will change what is taken."""
        if course.status == "on-hold":
            return []
        span = course.start - self._lead(course), self._ahead_until(course)
        return self._once("changing", [course], lambda: common_to([span], self.running()))

    def restarting(self, course: CourseRow) -> list[Span]:
        """Where this planned course is ahead of a patient on hold: it will end the hold, if that began before it."""
        if course.status == "on-hold":
            return []
        span = course.start - self._lead(course), self._ahead_until(course)
        latest = max(course.start, self.at) if course.status == "planned" else course.start
        holds_before = (held for held in self.held_spans() if held[0] <= latest)
        return self._once("restarting", [course], lambda: common_to([span], holds_before))

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
        """The courses that say how much is taken: those being taken, else those planned (none while held).

        Beside what is taken or held: those that will change or restart it.
        """
        if self.beside:
            return [one for one in self.planned if holds(self.changing(one) + self.restarting(one), at)]
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
        at=chart.at,
        planned_from_days=common["planning"]["planned_from_days"],
        dated_later_from_days=common["planning"]["dated_later_from_days"],
        ended_for_days=common["planning"]["ended_for_days"],
    )


def last_of(chain: list[CourseRow]) -> CourseRow:
    """The course of a chain that ends last; of several, the one begun last; of several, the last row."""
    return max(reversed(chain), key=lambda course: (course.end, course.start))


@dataclass(frozen=True)
class RulePhase:
    """Where a rule applies; where a readable frequency makes that sure; for which indications at the horizon."""

    spans: list[Span]
    sure: list[Span]
    indications: frozenset[str]


def _is_meant_for(course: CourseRow, rule: dict[str, Any]) -> bool:
    return course.indication in rule.get("indications", [course.indication]) and course.indication not in rule.get(
        "not_indications", []
    )


def may_satisfy(course: CourseRow, rule: dict[str, Any]) -> bool:
    """Is the course for what the rule is about, and may its frequency be as the rule asks?"""
    return _is_meant_for(course, rule) and (course.per_day is None or _frequency_fits(course, rule))


def _frequency_fits(course: CourseRow, rule: dict[str, Any]) -> bool:
    if "doses_per_day_above" not in rule and "doses_per_day_at_most" not in rule:
        return True
    if course.per_day is None:
        return False
    return course.per_day > rule.get("doses_per_day_above", -1) and course.per_day <= rule.get(
        "doses_per_day_at_most", float("inf")
    )


def _often_together(courses: DrugCourses, rule: dict[str, Any]) -> list[tuple[CourseRow, list[Span]]]:
    """Courses taken at once, none often enough alone, and where they may together be."""
    found: list[tuple[CourseRow, list[Span]]] = []
    if "doses_per_day_above" not in rule or len(courses.taken) == 1:
        return found
    pieces = [(course, courses.running([course])) for course in courses.taken if _is_meant_for(course, rule)]
    edges = sorted({edge for _, spans in pieces for span in spans for edge in span})
    for start, end in pairwise(edges):
        now = [course for course, spans in pieces if holds(spans, start)]
        known = [course.per_day for course in now if course.per_day is not None]
        if len(known) < len(now) or any(_frequency_fits(course, rule) for course in now):
            continue
        if sum(known) > rule["doses_per_day_above"]:
            found += [(course, [(start, end)]) for course in now] if len(now) > 1 else []
    return found


def _unite_phase(chart: Chart, rule: dict[str, Any], found: list[tuple[CourseRow, list[Span]]]) -> RulePhase:
    """The phase of a rule from the courses it is about and where each counts."""
    return RulePhase(
        unite(span for _, spans in found for span in spans),
        unite(span for course, spans in found if _frequency_fits(course, rule) for span in spans),
        frozenset(course.indication for course, spans in found if holds(spans, chart.at)),
    )


def phase_of(chart: Chart, courses: DrugCourses, rule: dict[str, Any]) -> RulePhase:
    """Find where the rule applies to this patient."""
    found: list[tuple[CourseRow, list[Span]]] = []
    if "planned" in rule["while"]:
        found += [(course, courses.planning([course])) for course in courses.planned]
    if "running" in rule["while"]:
        found += [(course, courses.running([course])) for course in courses.taken]
    if "held" in rule["while"]:
        found += [(course, clip([(course.start, course.end)], courses.died)) for course in courses.held]
    if "ended" in rule["while"]:
        found += [(last_of(chain), courses.ended(chain)) for chain in courses.chains()]
    found = [(course, spans) for course, spans in found if may_satisfy(course, rule)]
    if "running" in rule["while"]:
        found += _often_together(courses, rule)
    return _unite_phase(chart, rule, found)


def phase_beside(chart: Chart, courses: DrugCourses, rule: dict[str, Any]) -> RulePhase:
    """Find where the rule applies to what is planned while the drug is taken or held: changes and restarts."""
    found = []
    for course in courses.planned if "planned" in rule["while"] else []:
        changing = courses.changing(course) if "running" in rule["while"] else []
        if may_satisfy(course, rule):
            found.append((course, courses.restarting(course) + changing))
    return _unite_phase(chart, rule, found)
