"""Imports as they happened: when, from where, which files, and the whole report."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, func, select

from core.store.schema import batch


def open_batch(
    connection: Connection, source: str, mapping: str, files: Sequence[Mapping[str, str]], started_at: int
) -> int:
    """Begin an import; every row it stores will point at this number. files: name and sha256 of each."""
    arrived = batch.insert().values(
        source=source, mapping=mapping, files=json.dumps(files), started_at=started_at, report="{}"
    )
    done = connection.execute(arrived)
    return int(done.inserted_primary_key[0])  # type: ignore[index]


def keep_report(connection: Connection, batch_id: int, report: Mapping[str, Any]) -> None:
    """Keep the report of an import beside its rows."""
    connection.execute(batch.update().where(batch.c.batch_id == batch_id).values(report=json.dumps(report)))


def read_last_import(connection: Connection) -> int | None:
    """When the last import was made (UTC seconds); None = never."""
    return connection.execute(select(func.max(batch.c.started_at))).scalar()


def has_imported_from(connection: Connection, source: str) -> bool:
    """Whether anything was ever imported from this source."""
    return connection.execute(select(batch.c.batch_id).where(batch.c.source == source).limit(1)).first() is not None
