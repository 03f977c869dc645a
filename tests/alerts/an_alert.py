"""Alerts small enough to read: a count's own story, told to the state machines without an engine."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from core.acts import Act
from core.alerts.house_rules import HouseRules, read_house_rules
from core.alerts.worsening import Rows, see_alert
from core.engine.standing import Alert, Basis, Evidence, Position, Source
from core.protocols.loader import load_protocols
from core.records import DAY

RULES: HouseRules = read_house_rules(load_protocols())
T0 = 20_000 * DAY + 9 * 3600  # nine in the morning of some day
SOURCE = Source("document", "section", "version", "choice")


def count(value: float | None, day: float = 0, row: int = 0, comparator: str = "", analyte: str = "neutrophils"):
    """One result; its row number is made of its day unless said otherwise."""
    at = T0 + int(day * DAY)
    return Evidence(row or 100 + int(day * 10), at, analyte, value, comparator, "10*9/L")


def event(name: str, day: float = 0) -> Evidence:
    return Evidence(7, T0 + int(day * DAY), event_id=name, event="infection")


def an_alert(*evidence: Evidence, **other: Any) -> Alert:
    """Neutropenia of one patient, resting on these facts; the gravest numbers make it high."""
    numbers = [one for one in evidence if one.analyte == "neutrophils" and one.value is not None]
    newest = max(numbers, key=lambda one: one.at, default=None)
    grave = newest is not None and newest.value is not None and newest.value < 1.0
    told: dict[str, Any] = {
        "alert_id": "a1", "patient_id": "P1", "drug": "anakinra", "category": "neutropenia", "fact": "neutrophils",
        "rule_id": "anakinra.neutrophils-low", "priority": "high" if grave else "medium",
        "action": "stop" if grave else "repeat_test", "title": "Neutrophils low", "advice": "",
        "opened_at": min((one.at for one in evidence), default=T0), "closed_at": None, "since": T0,
        "evidence": tuple(sorted(evidence, key=lambda one: (one.at, one.row_id))),
        "basis": Basis("<", 1.5, "10*9/L", newest.value if newest else None),
    }  # fmt: skip
    told |= other
    told.setdefault(
        "positions",
        (Position("LOCAL", told["rule_id"], told["action"], told["priority"], told["title"], "", SOURCE),),
    )
    return Alert(**told)


def done(kind: str, alert: Alert | None, number: int, day: float = 0, rows: Rows | None = None, **other: Any) -> Act:
    """An act as it is stored, on the alert as it was."""
    told: dict[str, Any] = {
        "by": "A. Reed", "role": "clinician", "patient_id": "P1", "key": f"k{number}", "act_id": number,
        "at": T0 + int(day * DAY),
    }  # fmt: skip
    if alert is not None:
        told |= {
            "alert_id": alert.alert_id, "drug": alert.drug, "category": alert.category, "fact": alert.fact,
            "seen": see_alert(alert, rows or Rows(), told["at"]),
        }  # fmt: skip
    if kind == "acknowledge":
        told["disposition"] = "will-monitor"
    if kind == "snooze":
        told |= {"comment": "away until then", "until": told["at"] + DAY}
    return Act(kind, **{**told, **other})  # type: ignore[arg-type]


def closed(alert: Alert, day: float) -> Alert:
    return replace(alert, closed_at=T0 + int(day * DAY))


def at(day: float) -> int:
    return T0 + int(day * DAY)
