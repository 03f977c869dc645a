"""Walk a patient's change instants up to the horizon and keep, rule by rule, whether it is met, held or neither.

Nothing is computed at once over time: at each instant at which something may change, the rule is asked again.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.oracle.conditions import (
    CANNOT_TELL,
    MET,
    NOT_MET,
    Answer,
    instants_of_leaf,
    leaves_of,
    threshold_answer,
    tree_answer,
)
from tests.oracle.facts import Chart, day_of
from tests.oracle.happenings import is_in_group, span_of, spans_of_group
from tests.oracle.phases import RulePhase
from tests.oracle.spans import Span, holds


@dataclass
class Finding:
    """One rule on one fact: the spans in which it was met or held, and how it stands at the horizon.

    voice: priority and action where it is met or held at the horizon. reason: why it cannot tell there; with a
    voice, why it is held or may be graver. event_id: the event it is about, if each has one of its own.
    """

    fact: str
    spans: list[Span] = field(default_factory=list)
    voice: tuple[str, str] | None = None
    reason: str = ""
    event_id: str = ""


def _change_instants(chart: Chart, rule: dict[str, Any], phase: RulePhase, common: dict[str, Any]) -> list[int]:
    """Every instant at which the answer of the rule may change."""
    found = {edge for span in phase.spans + phase.sure for edge in span}
    if rule.get("steady"):
        found.update(edge for span in chart.unsteady for edge in span)
    for leaf in leaves_of(rule["when"]) if "when" in rule else [rule]:
        found.update(instants_of_leaf(chart, leaf, common))
    if "unless_events" in rule:
        found.update(edge for span in spans_of_group(chart, rule["unless_events"], common) for edge in span)
    return sorted(instant for instant in found if instant <= chart.at)


def _never_applies(chart: Chart, phase: RulePhase) -> bool:
    return all(start > chart.at for start, _ in phase.spans)


def _walk(
    finding: Finding, chart: Chart, phase: RulePhase, instants: list[int], answer_at: Callable[[int, int], Answer]
) -> Finding:
    """Ask the rule at every change instant of each of its phases; what was met stays open until it is not met."""
    for start, end in phase.spans:
        if start > chart.at:
            continue
        opened: int | None = None
        voice: tuple[str, str] | None = None
        answer = Answer(NOT_MET)
        for instant in [start, *instants[bisect_right(instants, start) : bisect_left(instants, end)]]:
            answer = answer_at(instant, start)
            if answer.state == MET and not holds(phase.sure, instant):
                answer = Answer(CANNOT_TELL, "unknown_frequency")
            if answer.state == MET:
                opened = instant if opened is None else opened
                voice = answer.priority, answer.action
            elif (answer.state == NOT_MET or answer.ends) and opened is not None:
                finding.spans.append((opened, instant))
                opened = voice = None
        if opened is not None:
            finding.spans.append((opened, end))
        if end > chart.at:
            finding.voice = voice
            finding.reason = answer.reason
    return finding


def threshold_finding(
    chart: Chart,
    rule: dict[str, Any],
    phase: RulePhase,
    common: dict[str, Any],
    replacing: list[dict[str, Any]] | None = None,
) -> Finding:
    """One analyte or feature against bands, with what runs, standing events and rules in its place make of it."""
    fact = rule.get("fact", rule.get("analyte", rule.get("feature")))
    if _never_applies(chart, phase):
        return Finding(fact)
    own_instants = _change_instants(chart, rule, phase, common)
    others = {
        instant
        for other in replacing or []
        for leaf in leaves_of(other["when"])
        for instant in instants_of_leaf(chart, leaf, common)
        if instant <= chart.at
    }
    instants = sorted({*own_instants, *others})
    unless = spans_of_group(chart, rule["unless_events"], common) if "unless_events" in rule else []
    known: dict[int, Answer] = {}

    def value_at(instant: int) -> Answer:
        if instant not in known:
            answer = threshold_answer(chart, rule, common, instant)
            known[instant] = Answer(NOT_MET) if is_replaced(answer, instant) else answer
        return known[instant]

    def is_replaced(answer: Answer, instant: int) -> bool:
        return not answer.ends and any(
            tree_answer(chart, other["when"], common, instant).state == MET for other in replacing or []
        )

    def run_of_met_results(at: int, since: int | None) -> list[int]:
        run: list[int] = []
        for instant in instants[: bisect_right(instants, at)]:
            if since is not None and instant < since:
                continue
            answer = value_at(instant)
            if answer.state == NOT_MET:
                run = []
            elif answer.state == MET and answer.result_at is not None and answer.result_at not in run:
                run.append(answer.result_at)
        return run if since is None else [result_at for result_at in run if result_at >= since]

    def answer_at(instant: int, phase_start: int) -> Answer:
        answer = value_at(instant)
        if holds(unless, instant) and not answer.ends:
            return Answer(NOT_MET)
        if answer.state != MET:
            return answer
        if rule.get("first_only") and len(run_of_met_results(instant, None)) > 1:
            return Answer(NOT_MET)
        if "sustained" in rule:
            run = run_of_met_results(instant, phase_start)
            enough = len(run) >= rule["sustained"]["results"]
            if not enough or day_of(run[-1]) - day_of(run[0]) < rule["sustained"]["days"]:
                return Answer(NOT_MET)
        return answer

    return _walk(Finding(fact), chart, phase, instants, answer_at)


def interval_finding(chart: Chart, rule: dict[str, Any], phase: RulePhase, common: dict[str, Any]) -> Finding:
    """A tree of conditions on several facts at once."""

    def answer_at(instant: int, _: int) -> Answer:
        answer = tree_answer(chart, rule["when"], common, instant)
        return Answer(answer.state, answer.reason, rule["priority"], rule["action"], ends=answer.ends)

    if _never_applies(chart, phase):
        return Finding(rule["fact"])
    instants = _change_instants(chart, rule, phase, common)
    return _walk(Finding(rule["fact"]), chart, phase, instants, answer_at)


def event_findings(chart: Chart, rule: dict[str, Any], phase: RulePhase, common: dict[str, Any]) -> list[Finding]:
    """Each event of the group, while it holds and the rule applies."""
    found: list[Finding] = []
    if _never_applies(chart, phase):
        return found
    for event in chart.events:
        excepted = "except_events" in rule and is_in_group(event, rule["except_events"], common)
        if excepted or not is_in_group(event, rule["events"], common):
            continue
        span = span_of(event, rule["events"], common, chart.at)

        def answer_at(instant: int, _: int, span: Span = span) -> Answer:
            return Answer(MET, "", rule["priority"], rule["action"]) if holds([span], instant) else Answer(NOT_MET)

        edges = {edge for each in (span, *phase.spans, *phase.sure) for edge in each}
        instants = sorted(edge for edge in edges if edge <= chart.at)
        finding = Finding(rule.get("fact", f"event:{event.event_id}"), event_id=event.event_id)
        found.append(_walk(finding, chart, phase, instants, answer_at))
    return found


def course_finding(chart: Chart, rule: dict[str, Any], phase: RulePhase) -> Finding:
    """Being on such a course at all."""
    instants = sorted(edge for span in phase.spans + phase.sure for edge in span if edge <= chart.at)
    answer = Answer(MET, "", rule["priority"], rule["action"])
    return _walk(Finding(rule["fact"]), chart, phase, instants, lambda *_: answer)
