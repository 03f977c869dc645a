"""Evaluate stored patients: keep their findings beside the facts, and answer "as of" any day from what was known
then.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

import numpy as np
from sqlalchemy import Connection

from core.clock import read_clock
from core.engine.cohort import Ints
from core.engine.evaluate import evaluate
from core.engine.history import History
from core.engine.kernels import spread
from core.engine.known import as_known_at, as_stands
from core.protocols.loader import load_protocols
from core.records import CANNOT_TELL_REASONS, FAR
from core.settings import read_settings
from core.store import clinic, findings, load
from core.store.connect import Store


def fingerprint_of_rules() -> str:
    """One text that changes whenever any protocol does."""
    return " ".join(f"{drug}={digest}" for drug, digest in sorted(load_protocols().hashes.items()))


def refresh(connection: Connection, patient_ids: Collection[str] | None = None) -> None:
    """Evaluate these patients (None: everybody) and replace their findings, in the caller's transaction.

    Hazard: HAZ-001 (whoever calls decides what to do when it raises; import_data isolates the patient).
    """
    standing = clinic.read_clinic(connection)
    now = read_clock(standing.zone or "UTC", read_settings().as_of or standing.clock)
    cohort = as_stands(load.cohort(connection, patient_ids))
    history = evaluate(cohort, load_protocols(), horizon=now)
    rows = rows_of(history)
    whom = cohort.patients.patient_id.tolist() if patient_ids is None else patient_ids
    findings.replace(connection, whom, rows.findings, rows.unknowns, rows.visits)
    clinic.note_evaluation(connection, fingerprint_of_rules(), now)


def rows_of(history: History) -> findings.FindingRows:
    """A history as the store keeps it."""
    who = history.cohort.patients.patient_id
    f, u, v = history.findings, history.unknowns, history.visits
    rules = history.rules
    row_ids = history.cohort.results.row_id
    event_ids = history.cohort.events.event_id
    first, last = _ends_of_evidence(history)

    def store_row(position: int) -> int | None:
        return int(row_ids[position]) if position >= 0 else None

    kept = [
        findings.FindingRow(
            who[p], rules[r].drug, rules[r].rule_id, band, rules[r].rule.category,
            f"event:{event_ids[fact]}" if fact >= 0 else rules[r].fact, opened, closed, began, n,
            store_row(one), store_row(other), None if value != value else value, None if worst != worst else worst,
            "", measured, ",".join(rules[r].authorities), evidence,
        )
        for p, r, band, fact, opened, closed, began, n, one, other, measured, value, worst, evidence in zip(
            *(
                c.tolist()
                for c in (
                    f.patient, f.rule, f.band, f.fact, f.opened, f.closed, history.alert_opened, f.n, first, last,
                    f.measured, f.value, f.worst,
                )
            ),
            _newest_facts(history), strict=True,
        )
    ]  # fmt: skip
    unknown = [
        findings.UnknownRow(
            who[p], rules[r].drug, rules[r].rule_id, rules[r].rule.category, CANNOT_TELL_REASONS[reason], opened, closed
        )
        for p, r, reason, opened, closed in zip(
            *(c.tolist() for c in (u.patient, u.rule, u.reason, u.opened, u.closed)), strict=True
        )
    ]
    late_from = np.where(v.satisfied_row >= 0, FAR, v.closes)
    visits = [
        findings.VisitRow(
            who[p], history.grids[g][0], history.grids[g][1].test, due, opens, closes,
            ",".join(history.grids[g][1].entries[entry].authorities), store_row(row), late, answered, start, end,
        )
        for p, g, entry, due, opens, closes, row, late, answered, start, end in zip(
            *(
                c.tolist()
                for c in (
                    v.patient, v.grid, v.entry, v.due, v.opens, v.closes, v.satisfied_row, late_from, v.answered_at,
                    v.treatment_start, v.treatment_end,
                )
            ),
            strict=True,
        )
    ]  # fmt: skip
    return findings.FindingRows(kept, unknown, visits)


def _ends_of_evidence(history: History) -> tuple[Ints, Ints]:
    """First and last result row behind each finding, -1 where it rests on an event or on absence."""
    f, rows = history.findings, history.evidence.row
    position, owner = spread(f.evidence_first, f.evidence_count)
    row = rows[position]
    first, last = np.full(len(f), -1, dtype=np.int64), np.full(len(f), -1, dtype=np.int64)
    measured = row >= 0
    last[owner[measured]] = row[measured]  # the last assignment to a finding stays
    first[owner[measured][::-1]] = row[measured][::-1]
    return first, last


def _newest_facts(history: History) -> list[str]:
    """The newest fact of each analyte, and each event, behind every finding: what a worklist says it rests on."""
    f, rows, results, events = history.findings, history.evidence.row, history.cohort.results, history.cohort.events
    out = []
    for first, count in zip(f.evidence_first.tolist(), f.evidence_count.tolist(), strict=True):
        newest: dict[str, str] = {}
        for row in rows[first : first + count].tolist():
            if row >= 0:
                newest[f"analyte {results.analyte[row]}"] = f"r{results.row_id[row]}"
            else:
                newest[f"event {row}"] = f"e{events.row_id[-2 - row]}"
        out.append(" ".join(newest.values()))
    return out


@dataclass(frozen=True)
class Asked:
    """A question to the whole clinic or one patient: as of which instant, by whose rules."""

    at: int
    authorities: Iterable[str] | None = None
    patient_id: str | None = None


def evaluate_as_of(store: Store, asked: Asked) -> History:
    """Everything the chosen authorities' rules say from what was known at an instant.

    Raises: InputRefused (unknown patient); StoreFailed.
    """
    with store.reading() as connection:
        cohort = load.cohort(connection, None if asked.patient_id is None else [asked.patient_id])
    return evaluate(as_known_at(cohort, asked.at), load_protocols(), horizon=asked.at, authorities=asked.authorities)
