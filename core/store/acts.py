"""Acts as they are kept: appended, read back in order, never changed."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from typing import Any

from sqlalchemy import Connection, func, select

from core.acts import Act, Seen
from core.store.rows import fetch_raw, portions_of
from core.store.schema import act

_COLUMNS = (
    "kind", "by", "role", "patient_id", "key", "alert_id", "drug", "category", "fact", "disposition", "comment",
    "audience", "owner", "until", "decision", "seen", "shown", "at", "recorded_at", "act_id",
)  # fmt: skip


def append(connection: Connection, done: Act) -> int:
    """Keep one act in the caller's transaction; its number."""
    kept = {name: getattr(done, name) for name in _COLUMNS if name != "act_id"}
    kept["seen"] = None if done.seen is None else done.seen.to_json()
    kept["shown"] = json.dumps(done.shown)
    number = connection.execute(act.insert().values(**kept)).inserted_primary_key
    return int(number[0])  # type: ignore[index]


def list_acts(connection: Connection, patient_ids: Collection[str] | None = None) -> list[Act]:
    """Every act on these patients (None: on anybody), oldest first."""
    statement = select(*(act.c[name] for name in _COLUMNS))
    found: list[Act] = []
    for portion in portions_of(patient_ids):
        chosen = statement if portion is None else statement.where(act.c.patient_id.in_(portion))
        found.extend(map(_read, _rows(connection, chosen)))
    return sorted(found, key=lambda one: one.act_id)


def find_by_key(connection: Connection, key: str) -> Act | None:
    """The act a client already sent under this key."""
    found = connection.execute(select(*(act.c[name] for name in _COLUMNS)).where(act.c.key == key)).first()
    return None if found is None else _read(tuple(found))


def newest_instant(connection: Connection) -> int | None:
    """When the last act was done, on the clinic's wall clock; None = nobody has done anything."""
    newest = select(func.max(act.c.act_id)).scalar_subquery()
    return connection.execute(select(act.c.at).where(act.c.act_id == newest)).scalar()


def count_acts(connection: Connection) -> int:
    """The number of the last act of the clinic: it changes whenever a life may have."""
    return connection.execute(select(func.max(act.c.act_id))).scalar() or 0


def last_looks(connection: Connection, by: str, patient_id: str | None = None) -> dict[str, int]:
    """When somebody last looked at each patient (None: every patient they ever looked at)."""
    statement = (
        select(act.c.patient_id, func.max(act.c.at))
        .where(act.c.by == by, act.c.kind.in_(("look", "sign_off")))
        .group_by(act.c.patient_id)
    )
    if patient_id is not None:
        statement = statement.where(act.c.patient_id == patient_id)
    return {name: int(at) for name, at in connection.execute(statement)}


def _rows(connection: Connection, statement: Any) -> Iterator[tuple[Any, ...]]:
    for batch in fetch_raw(connection, statement):
        yield from batch


def _read(row: tuple[Any, ...]) -> Act:
    kept = dict(zip(_COLUMNS, row, strict=True))
    kept["seen"] = None if kept["seen"] is None else Seen.from_json(kept["seen"])
    kept["shown"] = tuple(json.loads(kept["shown"]))
    return Act(**kept)
