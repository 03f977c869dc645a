"""The proof of one alert: facts with their source rows, the comparison, what each authority says, what did not fire,
and what would clear it. One structure, printed as JSON or read as text.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from core.engine.history import History
from core.engine.standing import Alert
from core.engine.wording import iso, iso_date
from core.errors import InputRefused
from core.services import contract_json
from core.services.acts import lives_in
from core.services.clearing import say_what_clears
from core.services.evaluate_clinic import Asked, evaluate_as_of
from core.services.jurisdictions import conflicts_on, positions_on
from core.services.proof.beside import (
    hepatitis_b_beside,
    infection_beside,
    is_about_hepatitis_b,
    marker_rows,
    own_baseline,
)
from core.services.proof.clauses import list_clauses, related_rules
from core.services.proof.comparison import compare
from core.services.proof.facts import Given, list_facts, read_given, rows_behind
from core.services.proof.notes import list_notes
from core.services.proof.record import Record
from core.services.proof.speech import spaced
from core.services.proof.text import to_text
from core.store import stored
from core.store.connect import Store, open_store
from core.views.rule_state import is_review_overdue
from core.views.sentences import response_line

Origins = Mapping[tuple[str, int], tuple[str, int]]


def prove_alert(url: str, alert_id: str, as_of: int, authorities: tuple[str, ...]) -> dict[str, Any]:
    """The full derivation of one alert, open or closed at an instant, from what was known then.

    Raises: InputRefused (no such alert; the user takes an id from `evaluate`); StoreFailed.
    """
    store = open_store(url, must_exist=True)
    alert, history = _find_alert(store, alert_id, Asked(as_of, authorities))
    return prove_within(store, alert, history, as_of)


def prove_within(store: Store, alert: Alert, history: History, at: int) -> dict[str, Any]:
    """The same for an alert that was found already. history: of its own patient; at: the instant asked about.

    Raises: StoreFailed.
    """
    record = Record.behind(alert, history)
    with store.reading() as connection:
        wanted = rows_behind(alert, record)
        markers = {int(record.cohort.results.row_id[row]) for row in marker_rows(record).values()}
        names = stored.name_results(connection, wanted)
        events = {one.row_id for one in alert.evidence if one.table == "event"}
        origins = dict(stored.origins(connection, wanted, events))
        courses = {one.row_id for one in alert.evidence if one.table == "course"}
        for row, kept in stored.facts_by_row(connection, "medication", courses).items():
            origins["course", row] = (kept.file, kept.row)
        given = read_given(connection, alert.patient_id, wanted | markers)
        alert = replace(alert, state=lives_in(connection, [alert], at)[alert.alert_id].state)
    return explain_alert(alert, history, names, origins, given)


def _find_alert(store: Store, alert_id: str, asked: Asked) -> tuple[Alert, History]:
    """An alert within the history of its own patient alone; an id tells nobody whose it is, so the clinic is judged."""
    owner = evaluate_as_of(store, asked).history.owner_of(alert_id)
    if owner is not None:
        history = evaluate_as_of(store, replace(asked, patient_id=owner)).history
        alert = history.explain(alert_id, asked.at)
        if alert is not None:
            return alert, history
    raise InputRefused(
        f"No alert has the id {alert_id!r} on that day: take one from `evaluate --all`, or give --as-of."
    )


def explain_alert(
    alert: Alert,
    history: History,
    result_ids: Mapping[int, str],
    origins: Origins,
    given: Mapping[int, Given] | None = None,
) -> dict[str, Any]:
    """Everything behind an alert.

    Args: origins: ("result", "event" or "course", store row) -> (file, row); given: how result rows arrived (None: not
          asked for).
    """
    record = Record.behind(alert, history)
    rules = list(related_rules(alert, record))
    lines = given or {}
    told = contract_json.alert_to_json(alert, result_ids)
    told["evidence"] = list_facts(alert, record, result_ids, origins, lines)
    return {
        "alert": told,
        "since": iso(alert.since),
        "respond": spaced(response_line(alert, record.at)),
        "comparison": compare(alert, record, rules),
        "clauses": list_clauses(alert, record),
        "would_clear": say_what_clears(alert, rules, record),
        "notes": list_notes(alert, record),
        "baseline": own_baseline(alert, record),
        "infection": infection_beside(alert, record),
        "hepatitis_b": hepatitis_b_beside(record, lines) if is_about_hepatitis_b(alert, record) else None,
        "jurisdictions": positions_on(alert, record),
        "disagreements": conflicts_on(alert, rules),
        "protocol": _protocol(record),
    }


def _protocol(record: Record) -> dict[str, Any]:
    """The file that spoke: its fingerprint, who signed it, and whether its review is overdue."""
    reviewed = record.protocol.reviewed
    return {
        "drug": record.drug, "hash": record.history.protocols.hashes[record.drug], "signed": reviewed.signed,
        "version": record.protocol.version, "reviewed_by": reviewed.by or None, "reviewed_on": reviewed.on or None,
        "next_review": reviewed.next or None,
        "review_overdue": is_review_overdue(record.protocol, date.fromisoformat(iso_date(record.history.horizon))),
    }  # fmt: skip


__all__ = ["explain_alert", "prove_alert", "to_text"]
