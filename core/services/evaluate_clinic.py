"""Evaluate stored patients: answer "as of" any day from what was known then, and hide nobody whose evaluation fails."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace

import numpy as np
from sqlalchemy import Connection

from core.engine.cohort import Cohort, Ints
from core.engine.evaluate import cut, evaluate, without
from core.engine.history import History
from core.engine.kernels import starts
from core.engine.known import as_known_at, as_stands
from core.engine.standing import CannotTell, Standing
from core.engine.wording import remedy
from core.protocols.loader import load_protocols
from core.records import NOT_EVALUATED
from core.services.faults import log_fault
from core.services.uncollected import uncollected
from core.store import load
from core.store.connect import Store


def find_unjudged(connection: Connection, patient_ids: Collection[str], now: int) -> Mapping[str, str]:
    """Evaluate these patients as they stand in the caller's transaction; nothing of it is kept.

    Returns: whom a fault of ours kept from being evaluated (identifier -> reference in the log).
    Hazard:  HAZ-001.
    """
    return evaluate_safely(as_stands(load.cohort(connection, patient_ids)), now).failed


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
