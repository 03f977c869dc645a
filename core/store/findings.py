"""Derived findings: kept so that a screen opens at once, thrown away and rebuilt whenever a
patient's facts change."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from itertools import chain
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Table, and_, select, true

from core.store import schema
from core.store.rows import delete_rows, fetch_raw, in_portions, insert_rows


class FindingRow(NamedTuple):
    """One stretch [opened, resolved) in which one band of one rule is met for one patient and drug.

    fact: what the alert is about (analyte, event id, pair of drugs). alert_opened: start of the alert this belongs to.
    first_row, last_row: the store's rows of its evidence (None where the finding rests on absence). value, worst: last
    and worst value judged (None without one). reason: why the newest result could not be judged while it stays open.
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


def standing_rows(connection: Connection, at: int, patient_ids: Collection[str] | None = None) -> FindingRows:
    """Give findings and unknowns open at an instant (opened <= at < resolved), and visits of treatments not over."""
    finding, unknown, visit = schema.finding.c, schema.unknown.c, schema.visit.c
    return _read(
        connection,
        patient_ids,
        and_(finding.opened <= at, finding.resolved > at),
        and_(unknown.opened <= at, unknown.resolved > at),
        visit.treatment_end > at,
    )


def of_patient(connection: Connection, patient_id: str) -> FindingRows:
    """Give everything derived for one patient, open and closed."""
    return _read(connection, [patient_id], true(), true(), true())


def _read(
    connection: Connection,
    patient_ids: Collection[str] | None,
    findings_where: ColumnElement[bool],
    unknowns_where: ColumnElement[bool],
    visits_where: ColumnElement[bool],
) -> FindingRows:
    def read(table: Table, where: ColumnElement[bool]) -> Iterator[tuple[Any, ...]]:
        statement = select(*table.columns).where(where)
        if patient_ids is None:
            return chain.from_iterable(fetch_raw(connection, statement))
        of = table.c.patient_id
        portions = (fetch_raw(connection, statement.where(of.in_(some))) for some in in_portions(patient_ids))
        return chain.from_iterable(chain.from_iterable(portions))

    return FindingRows(
        [FindingRow(*row) for row in read(schema.finding, findings_where)],
        [UnknownRow(*row) for row in read(schema.unknown, unknowns_where)],
        [VisitRow(*row) for row in read(schema.visit, visits_where)],
    )
