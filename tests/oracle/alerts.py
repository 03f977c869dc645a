"""Findings of one category on one fact become one alert: from the first moment any is met until none is."""

from __future__ import annotations

from typing import Any

from core.records import ACTIONS, AUTHORITIES, PRIORITIES
from tests.oracle.findings import Finding
from tests.oracle.spans import unite

Position = tuple[str, str, str, str]  # authority, rule id, action, priority


def positions_of(drug: str, rule: dict[str, Any], finding: Finding, indications: frozenset[str]) -> list[Position]:
    """Who says what about a finding that stands; a voice for some indications is silent for the others."""
    if finding.voice is None:
        return []
    priority, action = finding.voice
    return [
        (voice["authority"], f"{drug}.{rule['id']}", action, priority)
        for voice in rule["says"]
        if "indications" not in voice or indications & set(voice["indications"])
    ]


def _strictest(position: Position) -> tuple[int, int, int]:
    authority, _, action, priority = position
    return ACTIONS.index(action), PRIORITIES.index(priority), AUTHORITIES.index(authority)


def raise_alerts(
    at: int, patient_id: str, drug: str, spoken: list[tuple[dict[str, Any], Finding, list[Position]]]
) -> list[dict[str, Any]]:
    """Make the alerts open at the instant of all findings, past ones included (they say since when it stands)."""
    grouped: dict[tuple[str, str], list[tuple[Finding, list[Position]]]] = {}
    for rule, finding, positions in spoken:
        grouped.setdefault((rule["category"], finding.fact), []).append((finding, positions))
    alerts = []
    for (category, fact), members in grouped.items():
        positions = list(dict.fromkeys(position for _, own in members for position in own))  # in the order of the file
        if not positions:
            continue
        spans = unite(span for finding, _ in members for span in finding.spans)
        opened_at = next(start for start, end in spans if start <= at < end)
        first = min(positions, key=_strictest)
        unsure = [(own[0][1], finding.reason) for finding, own in members if own and finding.reason]
        unsure.sort(key=lambda each: each[0] != first[1])  # the rule whose name the alert has, then as in the file
        held = list(dict.fromkeys(reason for _, reason in unsure))
        alerts.append(
            {
                "patient_id": patient_id, "drug": drug, "category": category, "fact": fact, "rule_id": first[1],
                "priority": min((position[3] for position in positions), key=PRIORITIES.index), "action": first[2],
                "authorities": tuple(sorted({position[0] for position in positions}, key=AUTHORITIES.index)),
                "opened_at": opened_at, "positions": positions, "held": held,
            }
        )  # fmt: skip
    return alerts
