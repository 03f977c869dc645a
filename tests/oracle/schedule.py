"""Treatments, the visits due in them, which result belongs to which visit, and what is missing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from core.records import DAY
from tests.oracle.conditions import gravity
from tests.oracle.facts import Chart, Point, add_months, date_of, day_of, instant_of
from tests.oracle.findings import Finding
from tests.oracle.phases import DrugCourses
from tests.oracle.spans import Span, holds, unite

#: Visits are made this far past the horizon: enough for the first upcoming one of any grid.
AHEAD_DAYS = 400


@dataclass(frozen=True, slots=True)
class Visit:
    """One due test; days are day numbers, `last` is the last day of the window."""

    test: str
    due: int
    first: int
    last: int
    authorities: frozenset[str]
    beginning: int  # instant at which its treatment starts or is planned to start
    is_baseline: bool


def treatments_of(courses: DrugCourses, at: int, restart_after_days: int) -> list[Span]:
    """Chains of taken and held courses without an interruption long enough to begin anew, those that have begun.

    A course dated later than the instant continues a treatment as one dated earlier does; one said to be planned never.
    """
    chains: list[Span] = []
    dated = courses.taken + courses.held + [course for course in courses.planned if course.status != "planned"]
    for course in sorted((one for one in dated if one.start < courses.died), key=lambda course: course.start):
        if chains and course.start - chains[-1][1] < restart_after_days * DAY:
            chains[-1] = (chains[-1][0], max(chains[-1][1], course.end))
        else:
            chains.append((course.start, course.end))
    return [(start, min(end, courses.died)) for start, end in chains if start <= at]


def planned_beginnings(courses: DrugCourses, restart_after_days: int) -> dict[int, list[Span]]:
    """Planned starts that no other course leads up to, each with the spans in which it is ahead."""
    everything = courses.taken + courses.held + courses.planned
    found: dict[int, list[Span]] = {}
    for course in courses.planned:
        if course.start >= courses.died:
            continue
        leading = [other for other in everything if other.start < course.start]
        leading += [other for other in courses.taken + courses.held if other.start == course.start]
        if not any(course.start - other.end < restart_after_days * DAY for other in leading):
            found[course.start] = unite(found.get(course.start, []) + courses.planning([course]))
    return found


def _months(phase: dict[str, Any], start: int, until: int) -> Iterator[int]:
    """Months after the start at which the phase asks for a visit, until the instant."""
    if "months" in phase:
        yield from phase["months"]
        return
    month = phase["from_month"]
    while instant_of(add_months(date_of(start), month)) <= until:
        yield month
        month += phase["every_months"]


class Schedule:
    """The visits of one drug for one patient as of the chart's instant."""

    def __init__(self, chart: Chart, courses: DrugCourses, protocol: dict[str, Any]) -> None:
        self.chart = chart
        self.rules = [rule for rule in protocol["rule"] if rule["kind"] == "visits"]
        restart_after_days = protocol["schedule"]["restart_after_days"]
        self.treatments = treatments_of(courses, chart.at, restart_after_days)
        under_treatment = holds(self.treatments, chart.at)
        self.planned = {} if under_treatment else planned_beginnings(courses, restart_after_days)
        self.tests = list(dict.fromkeys(rule["test"] for rule in self.rules))
        self.visits = {test: self._make_visits(test) for test in self.tests}
        self.belonging = {test: self._assign_results(test) for test in self.tests}

    def _make_visits(self, test: str) -> list[Visit]:
        made: list[Visit] = []
        for start, end in self.treatments:
            made += [visit for visit in self._grid(test, start) if visit.due * DAY < end]
        for start in self.planned:
            made += [visit for visit in self._grid(test, start) if visit.is_baseline]
        return sorted(made, key=lambda visit: (visit.due, visit.beginning))

    def _grid(self, test: str, start: int) -> list[Visit]:
        """One visit per due day: the narrowest window, everybody who asks for it."""
        asked: dict[int, list[tuple[int, int, frozenset[str]]]] = {}
        for rule in self.rules:
            if rule["test"] != test:
                continue
            own = frozenset(voice["authority"] for voice in rule["says"])
            if "follows" in rule:
                followed = self._grid(rule["follows"], start)
                for visit in followed:
                    asked.setdefault(visit.due, []).append((visit.first, visit.last, own))
                if followed:
                    continue
            baseline = day_of(start)
            asked.setdefault(baseline, []).append((baseline - rule["baseline_days"], baseline, own))
            for phase in rule.get("phases", []):
                for month in _months(phase, start, self.chart.at + AHEAD_DAYS * DAY):
                    due = day_of(instant_of(add_months(date_of(start), month)))
                    tolerance = phase["tolerance_days"]
                    asked.setdefault(due, []).append((due - tolerance, due + tolerance, own))
        return [
            Visit(
                test, due, max(first for first, _, _ in asks), min(last for _, last, _ in asks),
                frozenset().union(*(own for _, _, own in asks)), start, due == day_of(start),
            )
            for due, asks in sorted(asked.items())
        ]  # fmt: skip

    def readable(self, test: str) -> list[Point]:
        return [point for point in self.chart.points(test) if point.readable and point.at <= self.chart.at]

    def _assign_results(self, test: str) -> dict[Visit, Point]:
        """The earliest result that belongs to each visit."""
        belonging: dict[Visit, Point] = {}
        for point in self.readable(test):
            day = day_of(point.at)
            holding = [visit for visit in self.visits[test] if visit.first <= day <= visit.last]
            if holding:
                nearest = min(holding, key=lambda visit: (abs(visit.due - day), visit.due, visit.beginning))
                belonging.setdefault(nearest, point)
        return belonging

    def status(self, visit: Visit) -> str:
        """How the visit stands on the day of the horizon."""
        today = day_of(self.chart.at)
        if visit in self.belonging[visit.test]:
            return "done"
        if today < visit.first:
            return "upcoming"
        if today <= visit.last:
            return "due"
        return "missed" if self._first_after(visit) is not None else "overdue"

    def _first_after(self, visit: Visit) -> int | None:
        return min((point.at for point in self.readable(visit.test) if day_of(point.at) > visit.last), default=None)

    def rows(self) -> Iterator[tuple[Visit, str, int | None]]:
        """The visits to show: each treatment standing now up to its first upcoming one, and planned baselines."""
        running = {start for start, end in self.treatments if start <= self.chart.at < end}
        ahead = {start for start, spans in self.planned.items() if holds(spans, self.chart.at)}
        for test in self.tests:
            for start in sorted(running | ahead):
                for visit in self.visits[test]:
                    if visit.beginning != start or (start not in running and not visit.is_baseline):
                        continue
                    status = self.status(visit)
                    satisfying = self.belonging[test].get(visit)
                    yield visit, status, satisfying.row_id if satisfying else None
                    if status == "upcoming":
                        break

    def overdue_finding(self, rule: dict[str, Any]) -> Finding:
        """Visits whose window closed without a result, tier by tier, until a result comes or the treatment ends."""
        finding = Finding(rule["test"])
        voices = []
        for visit in self.visits.get(rule["test"], []):
            if visit.is_baseline or visit in self.belonging[rule["test"]]:
                continue
            end = next(end for start, end in self.treatments if start == visit.beginning)
            after = self._first_after(visit)
            until = end if after is None else min(end, after)
            for tier in rule["after_tolerances"]:
                opened = (visit.due + tier["times"] * (visit.last - visit.due) + 1) * DAY
                if opened < until and opened <= self.chart.at:
                    finding.spans.append((opened, until))
                    if self.chart.at < until:
                        voices.append((tier["priority"], tier["action"]))
        finding.voice = min(voices, key=lambda voice: gravity(*voice), default=None)
        return finding

    def baseline_finding(self, rule: dict[str, Any], baseline_days: int) -> Finding:
        """Beginnings without a result of the test in the days before them."""
        finding = Finding(rule["test"])
        for start, end in self.treatments:
            first_day = day_of(start) - baseline_days
            later = [point for point in self.readable(rule["test"]) if day_of(point.at) >= first_day]
            if not later or day_of(later[0].at) > day_of(start):
                finding.spans.append((start, min([end, *(point.at for point in later[:1])])))
        for start, spans in self.planned.items():
            days = range(day_of(start) - baseline_days, day_of(start) + 1)
            in_window = [point.at for point in self.readable(rule["test"]) if day_of(point.at) in days]
            if spans:
                finding.spans.append((spans[0][0], min([max(end for _, end in spans), *in_window])))
        finding.spans = [span for span in finding.spans if span[0] < span[1] and span[0] <= self.chart.at]
        if holds(finding.spans, self.chart.at):
            finding.voice = rule["priority"], rule["action"]
        return finding
