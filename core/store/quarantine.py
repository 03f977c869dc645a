"""Rows that were refused, kept word for word until somebody mends them: a screen, never a log."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Select, literal, select

from core.records import Issue, Origin, ReadRow, Trace
from core.store import schema
from core.store.rows import fetch_raw, portions_of
from core.store.stored import as_decimal

_NAMES = (
    "row_id", "superseded_at", "known_at", "source", "kind", "file", "row", "column", "reason", "given", "message",
    "fields", "patient_id", "analyte", "collected_at", "cannot_tell", "value",
    "comparator", "result_id",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class StoredRefusal:
    """A row in quarantine: as it was read (with its mark on a patient's analyte, if any), and what was said about it.

    closed_at: from when a readable row stands in its place, None = still open.
    """

    row_id: int
    source: str
    row: ReadRow
    issue: Issue
    closed_at: int | None

    @property
    def unread_because(self) -> str:
        """Why its mark cannot be read: what was wrong with the row, where the mark's reason only stands for it."""
        mark = self.row.trace
        if mark is None or (mark.reason == "not_numeric" and self.issue.reason != "bad_number"):
            return self.issue.reason
        return mark.reason


def list_refusals(connection: Connection, patient_ids: Collection[str] | None = None) -> Iterator[StoredRefusal]:
    """Give every row in quarantine, closed ones too, in order of arrival (of some patients: those with a mark)."""
    statement = select_refusals(literal("")).order_by(schema.quarantine.c.row_id)
    for portion in portions_of(patient_ids):
        chosen = statement if portion is None else statement.where(schema.quarantine.c.patient_id.in_(portion))
        yield from (stored for _, stored in fetch_refusals(connection, chosen))


def select_refusals(led_by: Any) -> Select[Any]:
    """The query behind `fetch_refusals`; `led_by` is a column handed back beside each row."""
    return select(led_by, *(schema.quarantine.c[name] for name in _NAMES))


def fetch_refusals(connection: Connection, statement: Select[Any]) -> Iterator[tuple[str, StoredRefusal]]:
    """Run a query made from `select_refusals` and rebuild its rows."""
    for batch in fetch_raw(connection, statement):
        for led_by, *columns in batch:
            yield led_by, _rebuild(dict(zip(_NAMES, columns, strict=True)))


def _rebuild(kept: dict[str, Any]) -> StoredRefusal:
    origin = Origin(kept["file"], kept["row"])
    issue = Issue(
        origin.file, origin.row, kept["column"], kept["reason"], kept["given"], "quarantined", kept["message"]
    )
    cells = tuple((name, text) for name, text in json.loads(kept["fields"]))
    read = ReadRow(kept["kind"], origin, "quarantined", issues=(issue,), trace=_mark(kept), fields=cells)
    return StoredRefusal(kept["row_id"], kept["source"], read, issue, kept["superseded_at"])


def _mark(kept: dict[str, Any]) -> Trace | None:
    if kept["patient_id"] is None:
        return None
    reported_at = kept["known_at"] if kept["known_at"] != kept["collected_at"] else None
    return Trace(
        kept["patient_id"], kept["analyte"], kept["collected_at"], reported_at, kept["cannot_tell"], kept["result_id"],
        as_decimal(kept["value"]), kept["comparator"],
    )  # fmt: skip
