"""What stands, as the contract's JSON: names, keys and forms exactly as the outside relies on them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from core.engine.standing import Alert, CannotTell, Evidence, Position, Source, Standing, Visit
from core.engine.wording import iso, iso_date
from core.records import RESPOND_WITHIN_DAYS

Json = dict[str, Any]


def standing_to_json(
    standing: Standing, authorities: Iterable[str], result_ids: Mapping[int, str], closed: Iterable[Alert] = ()
) -> Json:
    """The answer of `evaluate`. result_ids: store row -> identifier of the result, for evidence and visits."""
    return {
        "as_of": iso_date(standing.as_of),
        "authorities": list(authorities),
        "protocols": dict(standing.protocols),
        "alerts": [alert_to_json(alert, result_ids) for alert in (*standing.alerts, *closed)],
        "cannot_tell": [cannot_tell_to_json(one) for one in standing.cannot_tell],
        "schedule": [visit_to_json(visit, result_ids) for visit in standing.schedule],
    }


def alert_to_json(alert: Alert, result_ids: Mapping[int, str]) -> Json:
    """One alert with its positions and evidence."""
    basis = alert.basis
    return {
        "alert_id": alert.alert_id, "patient_id": alert.patient_id, "drug": alert.drug, "rule_id": alert.rule_id,
        "category": alert.category, "fact": alert.fact, "priority": alert.priority, "action": alert.action,
        "respond_within_days": RESPOND_WITHIN_DAYS[alert.priority], "title": alert.title, "advice": alert.advice,
        "authority": list(alert.authorities),
        "sources": [dict(s) for s in dict.fromkeys(tuple(source_to_json(p.source).items()) for p in alert.positions)],
        "positions": [_position(p) for p in alert.positions],
        "opened_at": iso(alert.opened_at), "closed_at": None if alert.closed_at is None else iso(alert.closed_at),
        "state": "resolved" if alert.closed_at is not None else alert.state,
        "held": alert.held or None,
        "evidence": [evidence_to_json(one, result_ids) for one in alert.evidence],
        "basis": {
            "operator": basis.operator, "threshold": basis.threshold, "unit": basis.unit, "value": basis.value,
            "inputs": dict(basis.inputs), "equation": basis.equation,
        },
    }  # fmt: skip


def source_to_json(source: Source) -> Json:
    return {
        "document": source.document, "section": source.section, "version": source.version,
        "checked": source.checked, "signed": source.signed,
    }  # fmt: skip


def _position(position: Position) -> Json:
    return {
        "authority": position.authority, "rule_id": position.rule_id, "action": position.action,
        "priority": position.priority, "title": position.title, "advice": position.advice,
        "source": source_to_json(position.source),
    }  # fmt: skip


def evidence_to_json(one: Evidence, result_ids: Mapping[int, str]) -> Json:
    """A result, an event or a course, with the way back to the store's row."""
    if one.drug:
        return {
            "event_id": one.event_id, "course_id": one.event_id, "kind": "medication", "drug": one.drug,
            "detail": one.detail,
            "start_date": iso_date(one.at), "end_date": None if one.end is None else iso_date(one.end - 1),
            "row_id": one.row_id,
        }  # fmt: skip
    if one.event:
        return {
            "event_id": one.event_id, "kind": one.event, "detail": one.detail, "start_date": iso_date(one.at),
            "end_date": None if one.end is None else iso_date(one.end - 1), "row_id": one.row_id,
        }  # fmt: skip
    return {
        "result_id": result_ids.get(one.row_id, f"row-{one.row_id}"), "analyte": one.analyte, "value": one.value,
        "comparator": one.comparator or None, "unit": one.unit, "collected_at": iso(one.at), "derived": one.derived,
        "preliminary": one.preliminary, "row_id": one.row_id,
    }  # fmt: skip


def cannot_tell_to_json(one: CannotTell) -> Json:
    return {
        "patient_id": one.patient_id, "drug": one.drug, "rule_id": one.rule_id, "category": one.category,
        "reason": one.reason, "remedy": one.remedy, "since": iso(one.since),
    }  # fmt: skip


def visit_to_json(visit: Visit, result_ids: Mapping[int, str]) -> Json:
    row = visit.satisfied_by
    return {
        "patient_id": visit.patient_id, "drug": visit.drug, "test": visit.test, "due_date": iso_date(visit.due),
        "authority": list(visit.authorities), "window_start": iso_date(visit.window_start),
        "window_end": iso_date(visit.window_end), "status": visit.status,
        "satisfied_by": None if row is None else result_ids.get(row, f"row-{row}"),
    }  # fmt: skip


def rows_named(standing: Standing, closed: Iterable[Alert] = ()) -> set[int]:
    """The store's result rows an answer refers to."""
    alerts = (*standing.alerts, *closed)
    rows = {one.row_id for alert in alerts for one in alert.evidence if not one.event}
    return rows | {visit.satisfied_by for visit in standing.schedule if visit.satisfied_by is not None}
