"""From when each result row the engine names could be known."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Connection, Table, select

from core.store import schema
from core.store.row_numbers import find_row
from core.store.rows import fetch_raw, in_portions


def known_from(connection: Connection, numbers: Collection[int]) -> dict[int, int]:
    """The instant from which each result (the engine's number; a derived one has that of its white cells) was known."""
    kept = {number: find_row(number) for number in numbers}
    found: dict[tuple[str, int], int] = {}
    for name, table in (("result", schema.result), ("quarantine", schema.quarantine)):
        rows = {row for what, row in kept.values() if what == name}
        found.update({(name, row): known for row, known in _read(connection, table, rows).items()})
    return {number: found[row] for number, row in kept.items() if row in found}


def _read(connection: Connection, table: Table, rows: Collection[int]) -> dict[int, int]:
    known: dict[int, int] = {}
    for portion in in_portions(sorted(rows)):
        statement = select(table.c.row_id, table.c.known_at).where(table.c.row_id.in_(portion))
        for batch in fetch_raw(connection, statement):
            known.update((row, at) for row, at in batch if at is not None)
    return known
