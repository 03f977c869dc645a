"""What Nadir must say of one patient at one instant: a plain reading of the protocol, apart from the engine.

Slow and obvious on purpose, and by another hand. It shares with the engine the input columns, the vocabularies and the
data files, no code.
Meaning: docs/semantics.md.
"""

from __future__ import annotations

from typing import Any

from core.records import DAY
from tests.oracle.alerts import positions_of, raise_alerts
from tests.oracle.facts import Chart, PatientFacts, chart_as_known
from tests.oracle.findings import Finding, event_findings, interval_finding, threshold_finding
from tests.oracle.happenings import spans_of_group
from tests.oracle.kidney_injury import spans_of_injury
from tests.oracle.phases import DrugCourses, courses_of, phase_of
from tests.oracle.reference import keep_authorities
from tests.oracle.schedule import Schedule
from tests.oracle.spans import Span, unite

NO_INDICATION: frozenset[str] = frozenset()


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
    chart = chart_as_known(facts, at)
    courses = courses_of(chart, drug, common)
    schedule = Schedule(chart, courses, spoken)
    chart.unsteady = _spans_of_kidney_injury(chart, protocol, common)
    members = []
    cannot_tell = []
    for rule in spoken["rule"]:
        findings, indications = _findings_of(rule, chart, courses, schedule=schedule, protocol=protocol, common=common)
        members += [(rule, finding, positions_of(drug, rule, finding, indications)) for finding in findings]
        reason = next((finding.reason for finding in findings if finding.reason), "")
        if reason and all(finding.voice is None for finding in findings):  # met or held is never cannot-tell as well
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


def _spans_of_kidney_injury(chart: Chart, protocol: dict[str, Any], common: dict[str, Any]) -> list[Span]:
    """While an AKI stage stands by any algorithm, whoever was chosen to speak and whatever is taken."""
    spans: list[Span] = []
    for rule in protocol["rule"]:
        if rule.get("feature", "").startswith("aki_"):
            spared = spans_of_group(chart, rule["unless_events"], common) if "unless_events" in rule else []
            spans += spans_of_injury(chart, rule["feature"], spared)
    return unite(spans)


def _findings_of(
    rule: dict[str, Any],
    chart: Chart,
    courses: DrugCourses,
    *,
    schedule: Schedule,
    protocol: dict[str, Any],
    common: dict[str, Any],
) -> tuple[list[Finding], frozenset[str]]:
    kind = rule["kind"]
    if kind == "visits":
        return [], NO_INDICATION
    if kind == "overdue":
        return [schedule.overdue_finding(rule)], NO_INDICATION
    if kind == "baseline":
        visits = (other for other in protocol["rule"] if other["kind"] == "visits" and other["test"] == rule["test"])
        return [schedule.baseline_finding(rule, next(visits)["baseline_days"])], NO_INDICATION
    phase = phase_of(chart, courses, rule)
    if kind == "threshold":
        return [threshold_finding(chart, rule, phase, common)], phase.indications
    if kind == "interval":
        return [interval_finding(chart, rule, phase, common)], phase.indications
    if kind == "event":
        return event_findings(chart, rule, phase, common), phase.indications
    raise ValueError(f"{rule['id']}: no such rule kind: {kind}")
