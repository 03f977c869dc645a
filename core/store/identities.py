"""Finding again what is stored under the identities of an incoming batch: a few bulk queries, never one per row.

A key is ("patient", "id", …), ("result", "id", result_id), ("result", "at", patient_id, analyte, collected_at),
("medication" or "event", "id", …), ("medication" or "event", "as", …its whole content) or ("row", …word for word).
All but a patient's hold within one source: two laboratories may number their results alike.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sqlalchemy import ColumnElement, Connection, Table, select, tuple_

from core.records import Course, Event, Fact, Kind, Patient, Result
from core.store import schema
from core.store.batches import has_imported_from
from core.store.facts import Key, join_key
from core.store.quarantine import StoredRefusal, fetch_refusals, select_refusals
from core.store.rows import in_portions
from core.store.stored import TABLES, StoredFact, fetch_facts, select_facts

_OWN_ID: dict[Kind, str] = {"result": "result_id", "medication": "course_id", "event": "event_id"}


def find_facts(connection: Connection, source: str, keys: Iterable[Key]) -> dict[Key, list[StoredFact]]:
    """Every stored fact under these keys, overtaken ones included, in order of arrival."""
    asked: dict[tuple[str, str], list[Key]] = {}
    for key in keys:
        asked.setdefault((key[0], key[1]), []).append(key)
    found: dict[Key, list[StoredFact]] = {}
    known_source = has_imported_from(connection, source)
    for (kind, how), some in asked.items():
        if kind in TABLES and (known_source or kind == "patient"):  # a source's first import cannot meet its own rows
            for key, stored in _find_kind(connection, source, kind, how, some):
                found.setdefault(key, []).append(stored)
    for several in found.values():
        several.sort(key=lambda stored: stored.row_id)
    return found


def find_refusals(connection: Connection, source: str, keys: Iterable[Key]) -> dict[Key, list[StoredRefusal]]:
    """Every row in quarantine under these keys (identity or wording), closed ones included, in order of arrival."""
    found: dict[Key, list[StoredRefusal]] = {}
    if not has_imported_from(connection, source):
        return found
    q = schema.quarantine.c
    for portion in in_portions(keys):
        texts = {join_key(key): key for key in portion}
        for column in (q.row_key, q.fingerprint):
            statement = select_refusals(column).where(column.in_(texts), q.source == source).order_by(q.row_id)
            for text, stored in fetch_refusals(connection, statement):
                found.setdefault(texts[text], []).append(stored)
    return found


def _find_kind(
    connection: Connection, source: str, kind: Kind, how: str, keys: list[Key]
) -> Iterator[tuple[Key, StoredFact]]:
    table = TABLES[kind]
    base = select_facts(kind) if kind == "patient" else select_facts(kind).where(table.c.source == source)
    for portion in in_portions(keys):
        if how != "as":
            for stored in fetch_facts(connection, kind, base.where(_matches(table, kind, how, portion))):
                yield _key(kind, how, stored.fact), stored
        else:
            texts = {join_key(key): key for key in portion}
            rows = connection.execute(select(table.c.row_id, table.c.content_key).where(table.c.content_key.in_(texts)))
            which = {row.row_id: texts[row.content_key] for row in rows}
            for stored in fetch_facts(connection, kind, base.where(table.c.row_id.in_(which))):
                yield which[stored.row_id], stored


def _matches(table: Table, kind: Kind, how: str, keys: list[Key]) -> ColumnElement[bool]:
    if kind == "patient":
        return schema.person.c.patient_id.in_([key[2] for key in keys])
    if how == "id":
        return table.c[_OWN_ID[kind]].in_([key[2] for key in keys])
    numbers = select(schema.person.c.key).where(schema.person.c.patient_id.in_({key[2] for key in keys}))
    moments = [(key[2], key[3], int(key[4])) for key in keys]
    at = tuple_(schema.person.c.patient_id, table.c.analyte, table.c.collected_at)
    return table.c.patient.in_(numbers) & at.in_(moments) & table.c.result_id.is_(None)


def _key(kind: Kind, how: str, fact: Fact) -> Key:
    """The key under which a fact was found, built from the fact itself."""
    match fact:
        case Result() if how == "at":
            return (kind, how, fact.patient_id, fact.analyte, str(fact.collected_at))
        case Patient():
            return (kind, how, fact.patient_id)
        case Result():
            return (kind, how, fact.result_id or "")
        case Course():
            return (kind, how, fact.course_id or "")
        case Event():
            return (kind, how, fact.event_id or "")
