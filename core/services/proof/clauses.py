"""Every rule on the same fact, and why each that did not fire is silent: its limit, a condition, a phase, or a gap."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from core.catalogue.drugs import drugs
from core.engine.assemble import comparison
from core.engine.rules.compiled import CompiledRule
from core.engine.standing import Alert
from core.protocols.kinds import (
    EventRule,
    Interaction,
    Says,
    Threshold,
    Visits,
)
from core.services.proof.record import Record
from core.services.proof.silence import Silence, looked_at, why_silent

PAIR, EVENT = "with:", "event:"  # how the fact of an alert names the other drug of a pair, or an event


def list_clauses(alert: Alert, record: Record) -> list[dict[str, Any]]:
    """Every rule on the alert's drug, category and fact, fired or not, those switched off or not chosen included."""
    asked = [c for c in record.history.rules if is_about(c, alert, record)]
    spoken = {(c.rule_id, authority) for c in asked for authority in c.authorities}
    out = [_clause(c, alert, record, _state_of(c, alert, record)) for c in asked]
    for c in record.all_rules:
        left = tuple(says for says in c.says if (c.rule_id, says.authority) not in spoken)
        if left and is_about(c, alert, record) and not isinstance(c.rule, Visits):
            other = CompiledRule(c.number, c.drug, c.rule, left, c.indications, c.tests)
            out.append(_clause(other, alert, record, _not_asked(other, record)))
    return out


def is_about(compiled: CompiledRule, alert: Alert, record: Record) -> bool:
    """Whether a rule could speak on the alert: its drug, its category, its fact."""
    if compiled.drug != alert.drug or isinstance(compiled.rule, Visits):
        return False
    if any(position.rule_id == compiled.rule_id for position in alert.positions):
        return True
    if compiled.rule.category != alert.category:
        return False
    return compiled.fact == alert.fact or (not compiled.fact and _has_own_facts(alert, compiled, record))


def _has_own_facts(alert: Alert, compiled: CompiledRule, record: Record) -> bool:
    """Whether an alert is about one event, or one pair of drugs, that a rule names."""
    if isinstance(compiled.rule, EventRule):
        happened = record.measurements.happened(compiled.rule.events)
        return alert.fact in {f"{EVENT}{record.cohort.events.event_id[row]}" for row in happened.row}
    if not isinstance(compiled.rule, Interaction) or not alert.fact.startswith(PAIR):
        return False
    other = drugs().get(alert.fact.removeprefix(PAIR))
    return other is not None and any(other.is_a(word) for word in compiled.rule.drugs)


def _state_of(compiled: CompiledRule, alert: Alert, record: Record) -> Silence:
    if any(p.rule_id == compiled.rule_id and p.authority in compiled.authorities for p in alert.positions):
        return Silence("fired", "", *looked_at(compiled, record))
    return why_silent(compiled, record, record.unknown(compiled))


def _not_asked(compiled: CompiledRule, record: Record) -> Silence:
    seen = looked_at(compiled, record)
    if not _is_enabled(compiled, record):
        return Silence("switched off", "written down, switched off until a clinician signs it", *seen)
    return Silence("authority not chosen", "the clinic has not chosen this authority", *seen)


def _is_enabled(compiled: CompiledRule, record: Record) -> bool:
    return next(rule for rule in record.protocol.rule if rule.id == compiled.rule.id).enabled


def _clause(compiled: CompiledRule, alert: Alert, record: Record, silence: Silence) -> dict[str, Any]:
    """One rule: its limits, whether it fired, and if not, why."""
    rule = compiled.rule
    limits = []
    if isinstance(rule, Threshold):
        limits = [
            {"operator": comparison(rule, band)[0], "threshold": comparison(rule, band)[1], "priority": band.priority,
            "action": band.action}
            for band in rule.bands
            if band.priority is not None
        ]  # fmt: skip
    value = silence.value
    if silence.verdict == "fired" and limits and compiled.rule_id == alert.rule_id:
        value = alert.basis.value
    return {
        "rule_id": compiled.rule_id, "keys": list(rule.keys), "kind": rule.kind,
        "authority": list(compiled.authorities), "met": silence.verdict == "fired", "limits": limits, "why": rule.why,
        "value": value if limits else None, "unit": silence.unit if limits else None, "verdict": silence.verdict,
        "because": silence.because, "advice": rule.advice,
        "enabled": _is_enabled(compiled, record),
        "sources": [_source(says, record) for says in compiled.says],
    }  # fmt: skip


def _source(says: Says, record: Record) -> dict[str, Any]:
    cited = record.protocol.documents[says.document]
    return {
        "authority": says.authority, "document": cited.document, "section": says.section, "version": cited.version,
        "checked": says.checked, "signed": record.protocol.reviewed.signed,
    }  # fmt: skip


def related_rules(alert: Alert, record: Record) -> Sequence[CompiledRule]:
    """The rules of the chosen authorities that speak, or could speak, on an alert."""
    return [c for c in record.history.rules if is_about(c, alert, record)]
