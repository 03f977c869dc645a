"""The rows in quarantine that nobody has mended yet, and closing one."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from core.store import schema
from core.store.quarantine import StoredRefusal, fetch_refusals, select_refusals
from core.store.rows import in_portions, portions_of


@dataclass(frozen=True, slots=True)
class OpenRefusal:
    """A row in quarantine. mapping: by which its file was read. recorded_at: UTC seconds of its arrival."""

    kept: StoredRefusal
    mapping: str
    recorded_at: int


def list_open(connection: Connection, row_ids: Collection[int] | None = None) -> Iterator[OpenRefusal]:
    """Every open row in order of arrival, or those of these row numbers that are still open."""
    q = schema.quarantine.c
    trails: Mapping[int, tuple[str, int]] = {
        row_id: (mapping, recorded_at)
        for row_id, mapping, recorded_at in connection.execute(
            select(q.row_id, schema.batch.c.mapping, q.recorded_at)
            .join_from(schema.quarantine, schema.batch)
            .where(q.superseded_at.is_(None))
        )
    }
    statement = select_refusals(q.row_key).where(q.superseded_at.is_(None)).order_by(q.row_id)
    for portion in [None] if row_ids is None else in_portions(sorted(row_ids)):
        chosen = statement if portion is None else statement.where(q.row_id.in_(portion))
        for _, kept in fetch_refusals(connection, chosen):
            yield OpenRefusal(kept, *trails[kept.row_id])


def list_unmarked(
    connection: Connection, kind: str = "", past: int | None = None, patient_id: str = ""
) -> Iterator[tuple[int, StoredRefusal]]:
    """Rows that left no mark on a patient's analyte and wait now (past: waited at that instant), in order of arrival.

    Args: kind ("" = any); patient_id (rows that cannot name this patient may be left out; "" = leave nothing out).
    Returns: UTC seconds of its arrival, and the row.
    """
    q = schema.quarantine.c
    waiting = q.superseded_at.is_(None) if past is None else q.superseded_at.is_(None) | (q.superseded_at > past)
    statement = select_refusals(q.recorded_at).where(waiting, q.patient_id.is_(None)).order_by(q.row_id)
    if kind:
        statement = statement.where(q.kind == kind)
    if patient_id and patient_id.isalnum() and patient_id.isascii():  # kept as JSON, which writes no other letter as is
        statement = statement.where(q.fields.contains(patient_id))
    for recorded_at, kept in fetch_refusals(connection, statement):
        yield int(recorded_at), kept


def list_wordless(
    connection: Connection, past: int | None = None, patient_ids: Collection[str] | None = None
) -> Iterator[StoredRefusal]:
    """Rows whose mark says "not numeric", which stands for several causes; those of these patients (None: of everybody)
    that wait now (past: waited at that instant).
    """
    q = schema.quarantine.c
    waiting = q.superseded_at.is_(None) if past is None else q.superseded_at.is_(None) | (q.superseded_at > past)
    statement = select_refusals(q.row_id).where(waiting, q.cannot_tell == "not_numeric", q.patient_id.is_not(None))
    for portion in portions_of(patient_ids):
        chosen = statement if portion is None else statement.where(q.patient_id.in_(portion))
        for _, kept in fetch_refusals(connection, chosen):
            yield kept


def count_refusals(connection: Connection) -> tuple[int, int]:
    """How many rows are open, and how many were ever refused."""
    q = schema.quarantine.c
    still_open = connection.execute(
        select(func.count()).where(q.superseded_at.is_(None)).select_from(schema.quarantine)
    )
    ever = connection.execute(select(func.count()).select_from(schema.quarantine))
    return int(still_open.scalar_one()), int(ever.scalar_one())


def close_row(connection: Connection, row_id: int, at: int) -> bool:
    """End an open row at an instant without putting anything in its place; whether it was open."""
    q = schema.quarantine
    statement = q.update().where(q.c.row_id == row_id, q.c.superseded_at.is_(None)).values(superseded_at=at)
    return bool(connection.execute(statement).rowcount)
