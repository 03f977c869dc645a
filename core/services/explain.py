"""The proof of one alert: facts with their source rows, the comparison, what each authority says, what did not fire,
and what would clear it. One structure, printed as JSON or read as text."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from core.engine.assemble import comparison
from core.engine.history import History
from core.engine.rules.compiled import CompiledRule
from core.engine.standing import Alert
from core.engine.wording import number
from core.protocols.schema import Threshold
from core.services import contract_json
from core.services.clearing import say_what_clears

Origins = Mapping[tuple[str, int], tuple[str, int]]


def explain_alert(alert: Alert, history: History, result_ids: Mapping[int, str], origins: Origins) -> dict[str, Any]:
    """Everything behind an alert. origins: ("result" or "event", store row) -> (file, row)."""
    told = contract_json.alert_to_json(alert, result_ids)
    for one, fact in zip(alert.evidence, told["evidence"], strict=True):
        file, row = origins.get(("event" if one.event else "result", abs(one.row_id)), ("", 0))
        fact["file"], fact["row"] = file or None, row or None
    spoken = {position.rule_id for position in alert.positions}
    fact = "" if alert.fact.startswith("event:") else alert.fact
    related = [c for c in history.rules if (c.drug, c.rule.category, c.fact) == (alert.drug, alert.category, fact)]
    return {
        "alert": told,
        "clauses": [_clause(c, alert, fired=c.rule_id in spoken) for c in related],
        "would_clear": say_what_clears(alert, related),
        "protocol": {"drug": alert.drug, "hash": history.protocols.hashes[alert.drug], "signed":
        history.protocols.drugs[alert.drug].reviewed.signed},
    }  # fmt: skip


def _clause(compiled: CompiledRule, alert: Alert, *, fired: bool) -> dict[str, Any]:
    """One rule on the same fact: its limits and whether it was met."""
    rule = compiled.rule
    limits = []
    if isinstance(rule, Threshold):
        limits = [
            {"operator": comparison(rule, band)[0], "threshold": comparison(rule, band)[1], "priority": band.priority,
            "action": band.action}
            for band in rule.bands
            if band.priority is not None
        ]  # fmt: skip
    return {
        "rule_id": compiled.rule_id, "keys": list(rule.keys), "kind": rule.kind, "authority":
        list(compiled.authorities),
        "met": fired, "limits": limits, "why": rule.why, "value": alert.basis.value if limits else None,
    }  # fmt: skip


def to_text(told: Mapping[str, Any]) -> str:
    """The same structure for reading."""
    alert = told["alert"]
    lines = [
        f"{alert['priority'].upper()}  {alert['title']}",
        f"  {alert['advice']}",
        f"  patient {alert['patient_id']}, {alert['drug']}, {alert['category']}, open since {alert['opened_at']}"
        + (f", closed {alert['closed_at']}" if alert["closed_at"] else ""),
    ]
    if alert["held"]:
        lines.append(f"  held open: the newest result could not be judged ({alert['held']})")
    lines.append("Facts")
    for fact in alert["evidence"]:
        place = f"{fact['file'] or 'computed'}{' row ' + str(fact['row']) if fact['row'] else ''}"
        lines.append(f"  {_fact_text(fact)}  [{place}]")
    basis = alert["basis"]
    if basis["operator"]:
        value = number(basis["value"]) if basis["value"] is not None else "?"
        lines += [
            "Comparison",
            f"  {value} {basis['operator']} {number(basis['threshold'])} {basis['unit'] or ''}".rstrip(),
        ]
    if basis["equation"]:
        inputs = ", ".join(f"{name} {_input(value)}" for name, value in basis["inputs"].items())
        lines.append(f"  by {basis['equation']} from {inputs}")
    lines.append("Who says so")
    for position in alert["positions"]:
        source = position["source"]
        state = "" if source["signed"] else ", awaiting clinical sign-off"
        lines.append(f"  {position['authority']}: {position['action']} ({position['priority']}) - {position['advice']}")
        lines.append(f"      {source['document']} {source['section']} [{source['checked']}{state}]")
    silent = [c for c in told["clauses"] if not c["met"]]
    if silent:
        lines.append("Did not fire")
        lines += [f"  {c['rule_id']} ({', '.join(c['authority'])})" for c in silent]
    lines += ["Would clear it", f"  {told['would_clear']}"]
    return "\n".join(lines)


def _fact_text(fact: Mapping[str, Any]) -> str:
    if "kind" in fact:
        return f"{fact['kind']} {fact['detail']} from {fact['start_date']}"
    value = f"{fact['comparator'] or ''}{number(fact['value'])} {fact['unit']}"
    return f"{fact['analyte']} {value} on {fact['collected_at']}"


def _input(value: object) -> str:
    if isinstance(value, Mapping):
        return f"{value['comparator'] or ''}{number(float(value['value']))} {value['unit']} ({value['collected_at']})"
    return str(value)
