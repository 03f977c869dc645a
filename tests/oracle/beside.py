"""What is planned while the drug is taken or held: judged by itself, and told together with what is judged today."""

from __future__ import annotations

from dataclasses import replace

from tests.oracle.facts import Chart
from tests.oracle.findings import Finding

Spoken = list[tuple[Finding, frozenset[str]]]  # each with the indications it is about, where it stands
#: The kinds of rules that are judged over a phase; the calendar and other drugs look ahead by themselves.
JUDGED_BESIDE = ("threshold", "interval", "event", "course")


def chart_beside(chart: Chart) -> Chart | None:
    """The same patient with only the planned changes and restarts as courses; None without any by now."""
    own = chart.own
    assert own is not None
    spans = [span for course in own.planned for span in own.changing(course) + own.restarting(course)]
    if all(start > chart.at for start, _ in spans):
        return None
    return replace(chart, own=replace(own, beside=True), notes=dict(chart.notes))  # no note on courses yet


def join(ordinary: Spoken, beside: Spoken) -> Spoken:
    """One finding of both judgements of a rule on each fact: the ordinary one speaks first."""
    if not beside:
        return ordinary
    left = {(finding.fact, finding.event_id): (finding, indications) for finding, indications in beside}
    joined: Spoken = []
    for finding, indications in ordinary:
        other, theirs = left.pop((finding.fact, finding.event_id), (Finding(finding.fact), indications))
        both = replace(
            finding,
            spans=finding.spans + other.spans,
            voice=finding.voice or other.voice,
            reason=finding.reason or other.reason,
        )
        joined.append((both, indications if finding.voice else theirs))
    return joined + list(left.values())
