"""What a store holds of its patients' findings, read for tests alone: the program shows none of it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Table, select

from core.store import schema
from core.store.connect import Store
from core.store.findings import FindingRow, FindingRows, UnknownRow, VisitRow


def read_findings(store: Store, patient_id: str | None = None) -> FindingRows:
    """Everything kept of one patient (None: of everybody), in the order in which it was written."""
    with store.reading() as connection:

        def read(table: Table) -> list[tuple[Any, ...]]:
            asked = select(*table.columns)
            chosen = asked if patient_id is None else asked.where(table.c.patient_id == patient_id)
            return [tuple(row) for row in connection.execute(chosen)]

        return FindingRows(
            [FindingRow(*row) for row in read(schema.finding)],
            [UnknownRow(*row) for row in read(schema.unknown)],
            [VisitRow(*row) for row in read(schema.visit)],
        )
