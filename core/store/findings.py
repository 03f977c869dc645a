"""What the last evaluation of each patient led to, beside the facts it follows from.

Replaced as a whole whenever facts of the patient change: no record of earlier evaluations. No screen, list or file
reads it, for time alone changes what stands; only whose alert an id is, is looked up here (docs/decisions.md D20, D49).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from itertools import chain
from typing import NamedTuple

from sqlalchemy import Connection, select

from core.store import schema
from core.store.rows import delete_rows, fetch_raw, insert_rows


class FindingRow(NamedTuple):
    """One stretch [opened, resolved) in which one band of one rule is met for one patient and drug.

    fact: what the alert is about (analyte, event id; empty for a pair of drugs). alert_opened: start of the alert this
    belongs to. first_row, last_row: the store's rows of its evidence (None where the finding rests on absence). value,
    worst: last and worst value judged (None without one). reason: always empty; why a rule cannot tell is UnknownRow's.
    """

    patient_id: str
    drug: str
    rule_id: str
    band: int
    category: str
    fact: str
    opened: int
    resolved: int
    alert_opened: int
    n: int
    first_row: int | None
    last_row: int | None
    value: float | None
    worst: float | None
    reason: str = ""


class UnknownRow(NamedTuple):
    """One stretch in which a rule cannot tell. reason: CONTRACT code, or "not_evaluated" if the evaluation failed."""

    patient_id: str
    drug: str
    rule_id: str
    category: str
    reason: str
    opened: int
    resolved: int


class VisitRow(NamedTuple):
    """One due test of one treatment.

    satisfied_by: the store's row, None = none. overdue_from: FAR = never overdue; overdue_to: FAR = still overdue.
    """

    patient_id: str
    drug: str
    test: str
    due: int
    window_start: int
    window_end: int
    authorities: str
    satisfied_by: int | None
    overdue_from: int
    overdue_to: int
    treatment_start: int
    treatment_end: int


class FindingRows(NamedTuple):
    """What is stored about some patients: findings, unknowns, visits."""

    findings: list[FindingRow]
    unknowns: list[UnknownRow]
    visits: list[VisitRow]


class Opening(NamedTuple):
    """What an alert is named after (core/engine/assemble.py), and when this finding of it opened."""

    patient_id: str
    drug: str
    category: str
    fact: str
    alert_opened: int
    opened: int


def replace(
    connection: Connection,
    patient_ids: Collection[str],
    findings: Iterable[tuple[object, ...]],
    unknowns: Iterable[tuple[object, ...]],
    visits: Iterable[tuple[object, ...]],
) -> None:
    """Throw away what was derived for these patients and keep this instead, in the caller's transaction."""
    for table, rows in ((schema.finding, findings), (schema.unknown, unknowns), (schema.visit, visits)):
        delete_rows(connection, table, "patient_id", patient_ids)
        insert_rows(connection, table, rows)


def list_openings(connection: Connection) -> Iterator[Opening]:
    """Every finding kept, by what its alert is named after; those that differ in nothing else once."""
    f = schema.finding.c
    named = select(f.patient_id, f.drug, f.category, f.fact, f.alert_opened, f.opened).distinct()
    return map(Opening._make, chain.from_iterable(fetch_raw(connection, named)))
