"""When and by which import a patient's results came in: the last step from a number on a screen to its source line."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import Connection, Table, select

from core.store import schema
from core.store.row_numbers import TRACE_ROW


class Arrival(NamedTuple):
    """batch_id: the import's number. recorded_at: UTC seconds of storing. result_id: the sender's, or ""."""

    batch_id: int
    recorded_at: int
    result_id: str


def read_arrivals(connection: Connection, key: int, patient_id: str) -> dict[int, Arrival]:
    """The arrival of each result row of one patient; keyed by the engine's numbers (row_numbers.py).

    Args: key (the patient's stable number); patient_id (rows in quarantine know only this one).
    """
    q, r = schema.quarantine, schema.result
    stored = _read(connection, r, r.c.patient == key)
    refused = _read(connection, q, q.c.patient_id == patient_id)
    return {**stored, **{TRACE_ROW + row_id: one for row_id, one in refused.items()}}


def _read(connection: Connection, table: Table, condition: object) -> dict[int, Arrival]:
    t = table.c
    rows = connection.execute(
        select(t.row_id, t.batch_id, t.recorded_at, t.result_id).where(condition)  # type: ignore[arg-type]
    )
    return {row.row_id: Arrival(row.batch_id, row.recorded_at, row.result_id or "") for row in rows}
