"""What Nadir must say of one patient at one instant: a plain reading of the protocol, apart from the engine.

Slow and obvious on purpose, and by another hand. It shares with the engine the input columns, the vocabularies and the
data files, no code.
Meaning: docs/semantics.md.
"""

from __future__ import annotations

from typing import Any

from core.records import DAY
from tests.oracle.alerts import positions_of, raise_alerts
from tests.oracle.beside import JUDGED_BESIDE, Spoken, chart_beside, join
from tests.oracle.facts import Chart, PatientFacts, chart_as_known
from tests.oracle.findings import (
    course_finding,
    event_findings,
    interval_finding,
    threshold_finding,
)
from tests.oracle.happenings import spans_of_group
from tests.oracle.interactions import interaction_findings
from tests.oracle.kidney_injury import spans_of_injury
from tests.oracle.phases import DrugCourses, RulePhase, courses_of, phase_beside, phase_of
from tests.oracle.reference import keep_authorities, parts_by_indication
from tests.oracle.schedule import Schedule
from tests.oracle.spans import Span, unite
from tests.oracle.treatments import treatments_of


def evaluate_patient(
    facts: PatientFacts,
    protocol: dict[str, Any],
    common: dict[str, Any],
    *,
    at: int,
    authorities: tuple[str, ...] | None = None,
) -> dict[str, list[dict[str, Any]]]:
    """Say what stands for one patient and one drug at one instant: alerts, what cannot be told, the schedule."""
    spoken = keep_authorities(protocol, authorities)
    drug = spoken["drug"]
    common = common | {"events": common["events"] | protocol.get("events", {})}
    chart = chart_as_known(facts, at)
    courses = courses_of(chart, drug, common)
    chart.restart_after_days = protocol["schedule"]["restart_after_days"]
    chart.own, chart.treatments = courses, treatments_of(courses, chart.restart_after_days)
    chart.unsteady = _spans_of_kidney_injury(chart, common)
    ahead = chart_beside(chart)
    schedule = Schedule(chart, courses, spoken)
    replaced = _replaced_by(spoken)
    members = []
    cannot_tell = []
    for rule in spoken["rule"]:
        findings: Spoken = []
        for part in parts_by_indication(rule):
            found = _findings_of(part, chart, courses, schedule=schedule, common=common, replaced=replaced)
            beside = _findings_beside(part, ahead, common, replaced) if ahead else []
            members += [
                (part, finding, positions_of(drug, part, finding, indications))
                for finding, indications in join(found, beside)
            ]
            findings += found + beside
        reason = next((finding.reason for finding, _ in findings if finding.reason), "")
        if reason and all(finding.voice is None for finding, _ in findings):  # met or held is never cannot-tell too
            entry = {"patient_id": facts.patient_id, "drug": drug, "rule_id": f"{drug}.{rule['id']}", "reason": reason}
            cannot_tell.append(entry)
    return {
        "alerts": raise_alerts(at, facts.patient_id, drug, members),
        "cannot_tell": cannot_tell,
        "schedule": [
            {
                "patient_id": facts.patient_id, "drug": drug, "test": visit.test, "due": visit.due * DAY,
                "window_start": visit.first * DAY, "window_end": visit.last * DAY,
                "authorities": frozenset(visit.authorities), "status": status, "satisfied_by": row_id,
            }
            for visit, status, row_id in schedule.rows()
        ],
    }  # fmt: skip


def _spans_of_kidney_injury(chart: Chart, common: dict[str, Any]) -> list[Span]:
    """While an AKI stage stands by any algorithm, whoever was chosen to speak and whatever is taken."""
    spared = spans_of_group(chart, common["steadiness"]["unless_events"], common)
    return unite(span for stage in common["steadiness"]["stages"] for span in spans_of_injury(chart, stage, spared))


def _replaced_by(protocol: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """Threshold rule to the rules that silence it."""
    found: dict[str, list[dict[str, Any]]] = {}
    for rule in protocol["rule"]:
        for name in rule.get("replaces", []):
            found.setdefault(name, []).append(rule)
    return found


def _findings_of(
    rule: dict[str, Any],
    chart: Chart,
    courses: DrugCourses,
    *,
    schedule: Schedule,
    common: dict[str, Any],
    replaced: dict[str, list[dict[str, Any]]],
) -> Spoken:
    match rule["kind"]:
        case "visits":
            return []
        case "overdue":
            return schedule.overdue_findings(rule)
        case "baseline":
            return schedule.baseline_findings(rule)
        case "milestone":
            return schedule.milestone_findings(rule)
        case "interaction":
            return interaction_findings(chart, courses, courses.drug, rule, common)
    return _findings_in(phase_of(chart, courses, rule), rule, chart, common, replaced)


def _findings_beside(
    rule: dict[str, Any], ahead: Chart, common: dict[str, Any], replaced: dict[str, list[dict[str, Any]]]
) -> Spoken:
    """What the rule says of a planned change or restart, as if it stood alone."""
    if rule["kind"] not in JUDGED_BESIDE:
        return []
    assert ahead.own is not None
    phase = phase_beside(ahead, ahead.own, rule)
    return _findings_in(phase, rule, ahead, common, replaced) if phase.spans else []


def _findings_in(
    phase: RulePhase,
    rule: dict[str, Any],
    chart: Chart,
    common: dict[str, Any],
    replaced: dict[str, list[dict[str, Any]]],
) -> Spoken:
    """What a rule that is judged over its phase says."""
    match rule["kind"]:
        case "threshold":
            found = [threshold_finding(chart, rule, phase, common, replaced.get(rule["id"]))]
        case "interval":
            found = [interval_finding(chart, rule, phase, common)]
        case "event":
            found = event_findings(chart, rule, phase, common)
        case "course":
            found = [course_finding(chart, rule, phase)]
        case kind:
            raise ValueError(f"{rule['id']}: no such rule kind: {kind}")
    return [(finding, phase.indications) for finding in found]
