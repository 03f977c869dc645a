"""Evaluate stored patients: replace the findings beside their facts, and answer "as of" any day from what was known
then.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace

import numpy as np
from sqlalchemy import Connection

from core.engine.cohort import Cohort, Ints
from core.engine.evaluate import cut, evaluate, without
from core.engine.history import History
from core.engine.kernels import spread, starts
from core.engine.known import as_known_at, as_stands
from core.engine.standing import CannotTell, Standing
from core.engine.wording import remedy
from core.protocols.loader import load_protocols
from core.records import CANNOT_TELL_REASONS, FAR, LONG_AGO, NOT_EVALUATED
from core.services.faults import log_fault
from core.services.uncollected import uncollected
from core.store import findings, load
from core.store.connect import Store


def refresh(connection: Connection, patient_ids: Collection[str] | None, now: int) -> list[str]:
    """Evaluate these patients (None: everybody) and replace their findings, in the caller's transaction.

    Returns: the patients who could not be evaluated; each stands among the cannot-tell findings as "not_evaluated".
    """
    cohort = as_stands(load.cohort(connection, patient_ids))
    judged = evaluate_safely(cohort, now)
    rows = rows_of(judged.history)
    failed = [findings.UnknownRow(name, "", "", "data_quality", NOT_EVALUATED, LONG_AGO, FAR) for name in judged.failed]
    whom = cohort.patients.patient_id.tolist() if patient_ids is None else patient_ids
    findings.replace(connection, whom, rows.findings, [*rows.unknowns, *failed], rows.visits)
    return list(judged.failed)


@dataclass(frozen=True)
class Judged:
    """A history, and the patients whom a fault of ours kept out of it (identifier -> reference in the log)."""

    history: History
    failed: Mapping[str, str]

    def at(self, instant: int) -> Standing:
        """What stands at an instant; a patient who could not be evaluated stands among the cannot-tells."""
        standing = self.history.at(instant)
        lost = tuple(
            CannotTell(
                name, drug, f"{drug}.{NOT_EVALUATED}", "data_quality", NOT_EVALUATED,
                f"{remedy(NOT_EVALUATED, ())} Reference {reference}.", instant,
            )
            for name, reference in self.failed.items()
            for drug in self.history.protocols.drugs
        )  # fmt: skip
        return replace(standing, cannot_tell=standing.cannot_tell + lost)

    def awaiting(self, instant: int) -> Standing:
        """The same for lists of a whole clinic: of visits that were answered only those which a waiting one is counted
        from. Most visits of a clinic lie years back, and no list shows them.
        """
        visits = self.history.visits.take(_awaited(self.history, instant))
        with uncollected():
            return replace(self, history=replace(self.history, visits=visits)).at(instant)


def evaluate_safely(cohort: Cohort, horizon: int, authorities: Iterable[str] | None = None) -> Judged:
    """Evaluate everybody so that a patient whose evaluation fails hides nobody else, nor themselves.

    Hazard: HAZ-001.
    """
    protocols = load_protocols()
    chosen = None if authorities is None else tuple(authorities)
    try:
        with uncollected():
            return Judged(evaluate(cohort, protocols, horizon=horizon, authorities=chosen), {})
    except Exception:  # whatever a rule may raise: found out patient by patient below
        failed: dict[int, str] = {}
        for patient in range(len(cohort.patients)):
            try:
                evaluate(cut(cohort, patient, patient + 1).cohort, protocols, horizon=horizon, authorities=chosen)
            except Exception as error:  # this patient's evaluation, and nobody else's
                failed[patient] = log_fault(error)
        names = cohort.patients.patient_id
        rest = evaluate(without(cohort, failed), protocols, horizon=horizon, authorities=chosen)
        return Judged(rest, {str(names[patient]): reference for patient, reference in failed.items()})


def _awaited(history: History, instant: int) -> Ints:
    """Visits that wait for a result, ahead, due or overdue; for each the one before it, and of each test of each
    patient the last that was answered or missed.
    """
    v = history.visits
    tests = {named: code for code, named in enumerate(dict.fromkeys((d, g.test) for d, g in history.grids))}
    test = np.array([tests[drug, grid.test] for drug, grid in history.grids] or [0], dtype=np.int64)[v.grid]
    standing = np.flatnonzero((v.treatment_start <= instant) & (instant < v.treatment_end))
    order = standing[np.lexsort((v.closes[standing], v.due[standing], test[standing], v.patient[standing]))]
    over = (v.opens <= instant) & (
        ((v.satisfied_row >= 0) & (v.satisfied_at <= instant)) | ((v.closes <= instant) & (v.answered_at <= instant))
    )
    settled = over[order]
    group = starts(v.patient[order], test[order])
    first = np.maximum.accumulate(np.where(group, np.arange(len(order)), 0))
    last_of_group = np.append(group[1:], True)[: len(order)]
    same_day = starts(v.patient[order], test[order], v.due[order])
    before = np.maximum.accumulate(np.where(same_day, np.arange(len(order)), 0)) - 1  # the last with an earlier due
    keep = ~settled
    needed = before[~settled]
    keep[needed[needed >= first[~settled]]] = True
    newest = np.maximum.accumulate(np.where(settled, np.arange(len(order)), -1))[last_of_group]
    keep[newest[newest >= first[last_of_group]]] = True
    return np.sort(order[keep])


def rows_of(history: History) -> findings.FindingRows:
    """A history as the rows that replace its patients' in the store. No screen reads them (docs/decisions.md D49)."""
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
        )
        for p, r, band, fact, opened, closed, began, n, one, other, value, worst in zip(
            *(
                c.tolist()
                for c in (
                    f.patient, f.rule, f.band, f.fact, f.opened, f.closed, history.alert_opened, f.n, first, last,
                    f.value, f.worst,
                )
            ),
            strict=True,
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


@dataclass(frozen=True)
class Asked:
    """A question to the whole clinic or one patient: as of which instant, by whose rules."""

    at: int
    authorities: Iterable[str] | None = None
    patient_id: str | None = None


def evaluate_as_of(store: Store, asked: Asked) -> Judged:
    """Everything the chosen authorities' rules say from what was known at an instant.

    Raises: InputRefused (unknown patient); StoreFailed.
    """
    with store.reading() as connection:
        cohort = load.cohort(connection, None if asked.patient_id is None else [asked.patient_id])
    return evaluate_safely(as_known_at(cohort, asked.at), asked.at, asked.authorities)
