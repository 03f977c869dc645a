"""In which second a fact that the engine names was stored, whatever day it is of."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Connection, and_, func, select

from core.catalogue import ANALYTES
from core.store import schema
from core.store.derived import BANDS, FRACTION, PERCENT, REPORTED, WBC
from core.store.row_numbers import find_row
from core.store.rows import fetch_where

_PARTS = tuple(ANALYTES[code] for code in (WBC, PERCENT, FRACTION, BANDS, REPORTED))


def when_stored(connection: Connection, facts: Collection[tuple[str, int]]) -> dict[tuple[str, int], int]:
    """UTC seconds of storing, by the fact's table and the engine's number of it (core/store/row_numbers.py).

    A count derived from others came in with the last result of its sample that it is made of, or that stood before it.
    """
    places = {fact: find_row(fact[1]) if fact[0] == "result" else fact for fact in facts}
    stored: dict[tuple[str, int], int] = {}
    for name in {name for name, _ in places.values()}:
        t = schema.metadata.tables[name].c
        rows = {row for kept, row in places.values() if kept == name}
        found = fetch_where(connection, select(t.row_id, t.recorded_at), t.row_id, rows)
        stored.update(((name, row), at) for row, at in found)
    derived = {place[1] for (_, number), place in places.items() if number < 0 and place[0] == "result"}
    of_samples = _samples_stored(connection, derived) if derived else {}
    return {
        fact: max(stored[place], of_samples.get(place[1], 0) if fact[1] < 0 else 0)
        for fact, place in places.items()
        if place in stored
    }


def _samples_stored(connection: Connection, white_cells: Collection[int]) -> dict[int, int]:
    """The same of the samples of these white cell counts (rows)."""
    cells, part = schema.result.alias().c, schema.result.c
    beside = and_(part.patient == cells.patient, part.analyte.in_(_PARTS), part.collected_at == cells.collected_at)
    newest = select(cells.row_id, func.max(part.recorded_at)).where(beside).group_by(cells.row_id)
    return dict(map(tuple, fetch_where(connection, newest, cells.row_id, white_cells)))


def first_stored(connection: Connection, patient_ids: Collection[str] | None = None) -> dict[str, int]:
    """UTC seconds at which each of these patients (None: everybody) was first stored, by identifier.

    A patient's first row says it: nothing else of them is stored before it or without it.
    """
    p, person = schema.patient.c, schema.person.c
    statement = select(person.patient_id, func.min(p.recorded_at)).join_from(schema.patient, schema.person)
    found = fetch_where(connection, statement.group_by(person.patient_id), person.patient_id, patient_ids)
    return {name: int(at) for name, at in found}
