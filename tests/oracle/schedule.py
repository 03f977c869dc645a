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
from tests.oracle.spans import Span, holds, subtract
from tests.oracle.treatments import Beginning, Treatment, is_heard, is_meant, planned_beginnings

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
    indications: frozenset[str]  # what the treatment is for
    asked_by: frozenset[str]  # the visit rules


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
        self.chosen: tuple[str, ...] | None = protocol["chosen"]
        self.rules = [rule for rule in protocol["rule"] if rule["kind"] == "visits"]
        self.treatments = [treatment for treatment in chart.treatments if treatment.start <= chart.at]
        under_treatment = holds([(each.start, each.end) for each in self.treatments], chart.at)
        beginnings = planned_beginnings(courses, protocol["schedule"]["restart_after_days"])
        self.planned = [] if under_treatment else beginnings
        self.tests = list(dict.fromkeys(rule["test"] for rule in self.rules))
        self.results = {test: self._results_of(test) for test in self.tests}
        self.visits = {test: self._make_visits(test) for test in self.tests}
        self.belonging = {test: self._assign_results(test) for test in self.tests}

    def _results_of(self, test: str) -> list[Point]:
        """Readable results of the test, or of those that do as well, by time, then by when known."""
        others = (other for rule in self.rules if rule["test"] == test for other in rule.get("or_tests", []))
        tests = dict.fromkeys((test, *others))
        found = (point for each in tests for point in self.chart.readable(each))
        return sorted(found, key=lambda point: (point.at, point.known, point.row_id))

    def _make_visits(self, test: str) -> list[Visit]:
        made: list[Visit] = []
        for treatment in self.treatments:
            grid = self._grid(test, treatment.start, treatment.indications)
            made += [visit for visit in grid if visit.due * DAY < treatment.end]
        for beginning in self.planned:
            grid = self._grid(test, beginning.start, beginning.indications)
            made += [visit for visit in grid if visit.is_baseline]
        return sorted(made, key=lambda visit: (visit.due, visit.beginning))

    def rules_of(self, test: str, indications: frozenset[str]) -> list[dict[str, Any]]:
        """The visit rules of a test that hold for such a treatment, with those who speak on it.

        Where none of the chosen authorities asks for the test, everybody's rules stand in the house's name.
        """
        found, everybody, is_asked = [], [], self.chosen is None
        for rule in self.rules:
            if rule["test"] != test or not is_meant(rule, indications):
                continue
            everybody.append(rule | {"says": [{"authority": "LOCAL"}]})
            says = [voice for voice in rule["says"] if is_heard(voice, indications)]
            if self.chosen is not None:
                is_asked = is_asked or any(voice["authority"] in self.chosen for voice in says)
                says = [voice for voice in says if voice["authority"] in (*self.chosen, "LOCAL")]
            if says:
                found.append(rule | {"says": says})
        return found if is_asked else everybody

    def _grid(self, test: str, start: int, indications: frozenset[str]) -> list[Visit]:
        """One visit per due day: the narrowest window, everybody who asks for it."""
        asked: dict[int, list[tuple[int, int, frozenset[str], str]]] = {}
        for rule in self.rules_of(test, indications):
            own = frozenset(voice["authority"] for voice in rule["says"])
            if "follows" in rule:
                followed = self._grid(rule["follows"], start, indications)
                for visit in followed:
                    asked.setdefault(visit.due, []).append((visit.first, visit.last, own, rule["id"]))
                if followed:
                    continue
            baseline = day_of(start)
            asked.setdefault(baseline, []).append((baseline - rule["baseline_days"], baseline, own, rule["id"]))
            for phase in rule.get("phases", []):
                tolerance = phase["tolerance_days"]
                dues = [baseline + days for days in phase.get("days", [])]
                if "days" not in phase:
                    for month in _months(phase, start, self.chart.at + AHEAD_DAYS * DAY):
                        dues.append(day_of(instant_of(add_months(date_of(start), month))))
                for due in dues:
                    asked.setdefault(due, []).append((due - tolerance, due + tolerance, own, rule["id"]))
        return [
            Visit(
                test, due, max(first for first, _, _, _ in asks), min(last for _, last, _, _ in asks),
                frozenset().union(*(own for _, _, own, _ in asks)), start, due == day_of(start), indications,
                frozenset(name for _, _, _, name in asks),
            )
            for due, asks in sorted(asked.items())
        ]  # fmt: skip

    def _assign_results(self, test: str) -> dict[Visit, Point]:
        """The earliest result that belongs to each visit."""
        belonging: dict[Visit, Point] = {}
        for point in self.results[test]:
            day = day_of(point.at)
            holding = [visit for visit in self.visits[test] if visit.first <= day <= visit.last]
            if holding:
                nearest = min(holding, key=lambda visit: (abs(visit.due - day), visit.due, visit.beginning))
                belonging.setdefault(nearest, point)
        return belonging

    def status(self, visit: Visit) -> str:
        """How the visit stands on the day of the horizon."""
        today = day_of(self.chart.at)
        if self.satisfying(visit) is not None:
            return "done"
        if today < visit.first:
            return "upcoming"
        if today <= visit.last:
            return "due"
        return "missed" if self._first_after(visit) is not None else "overdue"

    def satisfying(self, visit: Visit) -> Point | None:
        """The result that belongs to the visit; for a baseline else any in its window, the earliest."""
        own = self.belonging[visit.test].get(visit)
        if own is not None or not visit.is_baseline:
            return own
        within = (point for point in self.results[visit.test] if visit.first <= day_of(point.at) <= visit.last)
        return next(within, None)

    def _first_after(self, visit: Visit) -> int | None:
        return min((point.at for point in self.results[visit.test] if day_of(point.at) > visit.last), default=None)

    def rows(self) -> Iterator[tuple[Visit, str, int | None]]:
        """The visits to show: each treatment standing now up to its first upcoming one, and planned baselines."""
        running = {each.start for each in self.treatments if each.start <= self.chart.at < each.end}
        ahead = {each.start for each in self.planned if holds(each.spans, self.chart.at)}
        for test in self.tests:
            for start in sorted(running | ahead):
                for visit in self.visits[test]:
                    if visit.beginning != start or (start not in running and not visit.is_baseline):
                        continue
                    status = self.status(visit)
                    satisfying = self.satisfying(visit)
                    yield visit, status, satisfying.row_id if satisfying else None
                    if status == "upcoming":
                        break

    def overdue_findings(self, rule: dict[str, Any]) -> list[tuple[Finding, frozenset[str]]]:
        """Visits whose window closed without a result, tier by tier, until a result comes or the treatment ends."""
        found = []
        for treatment in self.treatments:
            finding, voices = Finding(rule["test"]), []
            for visit in self.visits.get(rule["test"], []):
                belongs = visit in self.belonging[rule["test"]]
                if visit.beginning != treatment.start or visit.is_baseline or belongs:
                    continue
                if "of" in rule and not visit.asked_by & set(rule["of"]):
                    continue
                after = self._first_after(visit)
                until = treatment.end if after is None else min(treatment.end, after)
                for tier in rule["after_tolerances"]:
                    opened = (visit.due + tier["times"] * (visit.last - visit.due) + 1) * DAY
                    if opened < until and opened <= self.chart.at:
                        finding.spans.append((opened, until))
                        if self.chart.at < until:
                            voices.append((tier["priority"], tier["action"]))
            finding.voice = min(voices, key=lambda voice: gravity(*voice), default=None)
            if is_meant(rule, treatment.indications):
                found.append((finding, treatment.indications))
        return found

    def _narrowest_baseline(self, test: str, indications: frozenset[str]) -> int | None:
        """Days before the start in which a result answers; None where nobody asks for the test there."""
        return min((rule["baseline_days"] for rule in self.rules_of(test, indications)), default=None)

    def baseline_findings(self, rule: dict[str, Any]) -> list[tuple[Finding, frozenset[str]]]:
        """Beginnings without a result of the test in the days before them."""
        found = []
        for treatment in self.treatments:
            spans = self._missing_before_treatment(rule["test"], treatment)
            found.append((Finding(rule.get("fact", rule["test"]), spans), treatment.indications))
        for beginning in self.planned:
            days = self._narrowest_baseline(rule["test"], beginning.indications)
            if beginning.spans and days is not None:
                spans = self._missing_before_beginning(rule["test"], beginning, days)
                found.append((Finding(rule.get("fact", rule["test"]), spans), beginning.indications))
        kept = []
        for finding, indications in found:
            finding.spans = [span for span in finding.spans if span[0] < span[1] and span[0] <= self.chart.at]
            if holds(finding.spans, self.chart.at):
                finding.voice = rule["priority"], rule["action"]
            if is_meant(rule, indications):
                kept.append((finding, indications))
        return kept

    def _missing_before_beginning(self, test: str, beginning: Beginning, days: int) -> list[Span]:
        """While the start is ahead and no result lies in the days before it; one said to be planned slips with today,
        so that each result answers only as long as a start on that day would find it recent enough."""
        until = max(end for _, end in beginning.spans)
        first_day = day_of(beginning.written) - days
        results = [point.at for point in self.results[test] if day_of(point.at) >= first_day]
        if not beginning.is_said:
            in_window = (at for at in results if day_of(at) <= day_of(beginning.start))
            return [(beginning.spans[0][0], min([until, *in_window]))]
        begun = [start for start, _ in beginning.spans if start <= self.chart.at]
        if not begun:
            return []
        has_slipped = day_of(beginning.written) < day_of(self.chart.at)
        since = begun[-1] if has_slipped else begun[0]
        return subtract([(since, until)], [(at, (day_of(at) + days + 1) * DAY) for at in results])

    def _missing_before_treatment(self, test: str, treatment: Treatment) -> list[Span]:
        days = self._narrowest_baseline(test, treatment.indications)
        if days is None:
            return []
        first_day = day_of(treatment.start) - days
        later = [point for point in self.results[test] if day_of(point.at) >= first_day]
        if later and day_of(later[0].at) <= day_of(treatment.start):
            return []
        return [(treatment.start, min([treatment.end, *(point.at for point in later[:1])]))]

    def milestone_findings(self, rule: dict[str, Any]) -> list[tuple[Finding, frozenset[str]]]:
        """So many months after a start, for some days, while the treatment lasts."""
        found = []
        for treatment in self.treatments:
            if not is_meant(rule, treatment.indications) or (rule.get("of") == "restart" and not treatment.is_restart):
                continue
            finding = Finding(rule["fact"])
            for months in rule["months"]:
                start = instant_of(add_months(date_of(treatment.start), months))
                span = (start, min(start + rule["open_days"] * DAY, treatment.end))
                if span[0] < span[1] and span[0] <= self.chart.at:
                    finding.spans.append(span)
            if holds(finding.spans, self.chart.at):
                finding.voice = rule["priority"], rule["action"]
            found.append((finding, treatment.indications))
        return found
