"""Who sends files, and when they last did. Rows mended by hand (`files` is empty then) are no sign of life."""

from __future__ import annotations

from sqlalchemy import Connection, select

from core.store.schema import batch

NO_FILES = "[]"


def list_arrivals(connection: Connection, newest: int) -> dict[str, list[int]]:
    """When each source's newest imports were made (UTC seconds, newest first), by source."""
    statement = select(batch.c.source, batch.c.started_at).where(batch.c.files != NO_FILES)
    found: dict[str, list[int]] = {}
    for source, at in connection.execute(statement.order_by(batch.c.batch_id.desc())):
        seen = found.setdefault(source, [])
        if len(seen) < newest:
            seen.append(int(at))
    return found
