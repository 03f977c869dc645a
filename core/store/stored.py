"""Stored rows as records again, each with the trail that leads back to its line in a file."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, Select, Table, select

from core.records import Course, Event, Fact, Kind, Patient, Result
from core.store import schema
from core.store.row_numbers import find_row
from core.store.rows import fetch_raw, in_portions, portions_of

TABLES: dict[Kind, Table] = {
    "patient": schema.patient, "result": schema.result, "medication": schema.course, "event": schema.event,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class StoredFact:
    """A fact as it is kept. key: the patient's stable number. superseded_at: None = current."""

    kind: Kind
    row_id: int
    key: int
    source: str
    file: str
    row: int
    known_at: int
    superseded_at: int | None
    fact: Fact


def list_facts(connection: Connection, kind: Kind, patient_ids: Collection[str] | None = None) -> Iterator[StoredFact]:
    """Give every stored fact of a kind (None: of everybody), overtaken ones included, in order of arrival.

    kind: patient, result, medication or event.
    """
    statement = select_facts(kind).order_by(TABLES[kind].c.row_id)
    for portion in portions_of(patient_ids):
        chosen = statement if portion is None else statement.where(schema.person.c.patient_id.in_(portion))
        yield from fetch_facts(connection, kind, chosen)


def list_patient_ids(connection: Connection, keys: Collection[int]) -> dict[int, str]:
    """Whom these stable numbers stand for; numbers nobody has are left out."""
    person = schema.person.c
    found: dict[int, str] = {}
    for portion in in_portions(keys):
        rows = connection.execute(select(person.key, person.patient_id).where(person.key.in_(portion)))
        found.update((row.key, row.patient_id) for row in rows)
    return found


def name_results(connection: Connection, row_ids: Collection[int]) -> dict[int, str]:
    """The identifiers of the engine's result rows that came with one; a derived one is named after its white cells."""
    kept = {number: find_row(number) for number in row_ids}
    found: dict[tuple[str, int], str] = {}
    for name, table in (("result", schema.result), ("quarantine", schema.quarantine)):
        for portion in in_portions({row for what, row in kept.values() if what == name}):
            rows = connection.execute(select(table.c.row_id, table.c.result_id).where(table.c.row_id.in_(portion)))
            found.update(((name, row.row_id), row.result_id) for row in rows if row.result_id)
    return {
        number: f"derived-from:{found[row]}" if number < 0 else found[row]
        for number, row in kept.items()
        if row in found
    }


def origins(
    connection: Connection, results: Collection[int], events: Collection[int]
) -> dict[tuple[str, int], tuple[str, int]]:
    """File and line of the engine's result and event rows, by ("result" or "event", number without its sign)."""
    kept = {("result", abs(number)): find_row(number) for number in results}
    asked: dict[tuple[str, int], tuple[str, int]] = {**kept, **{("event", row): ("event", row) for row in events}}
    found: dict[tuple[str, int], tuple[str, int]] = {}
    for table in (schema.result, schema.quarantine, schema.event):
        for portion in in_portions({row for what, row in asked.values() if what == table.name}):
            rows = connection.execute(
                select(table.c.row_id, table.c.file, table.c.row).where(table.c.row_id.in_(portion))
            )
            found.update(((table.name, row.row_id), (row.file, row.row)) for row in rows)
    return {number: found[row] for number, row in asked.items() if row in found}


def has_patient(connection: Connection, patient_id: str) -> bool:
    """Whether anybody has this identifier."""
    person = schema.person.c
    return connection.execute(select(person.key).where(person.patient_id == patient_id)).first() is not None


def select_facts(kind: Kind) -> Select[Any]:
    """The query behind `fetch_facts`, open for conditions on the kind's table and on `schema.person`."""
    return _SELECTS[kind]


def fetch_facts(connection: Connection, kind: Kind, statement: Select[Any]) -> Iterator[StoredFact]:
    """Run a query made from `select_facts` and rebuild its rows."""
    for batch in fetch_raw(connection, statement):
        for row in batch:
            row_id, key, source, file, line, known_at, superseded_at, *columns = row
            fact = _rebuild(kind, columns)
            yield StoredFact(kind, row_id, key, source, file, line, known_at, superseded_at, fact)


def as_decimal(number: float | None) -> Decimal | None:
    """The shortest decimal that the stored float stands for: what was written, up to 15 digits."""
    return None if number is None else Decimal(repr(number))


def _rebuild(kind: Kind, columns: list[Any]) -> Fact:
    match kind:
        case "patient":
            return Patient(*columns)
        case "result":
            for place in (4, 13, 14):  # value, ref_low, ref_high
                columns[place] = as_decimal(columns[place])
            return Result(*columns)
        case "medication":
            columns[3], columns[5] = bool(columns[3]), as_decimal(columns[5])
            return Course(*columns)
        case _:
            return Event(*columns)


def _select(table: Table, *names: str) -> Select[Any]:
    t = table.c
    trail = (t.row_id, t.patient, t.source, t.file, t.row, t.known_at, t.superseded_at)
    columns = (schema.person.c.patient_id if name == "patient_id" else t[name] for name in names)
    return select(*trail, *columns).join(schema.person)


#: Columns in the order of the record's own fields, so that a row becomes a record without naming each of them again.
_SELECTS: dict[Kind, Select[Any]] = {
    "patient": _select(
        schema.patient, "patient_id", "family_name", "given_name", "birth_date", "sex", "site", "consultant",
        "deceased_date",
    ),
    "result": _select(
        schema.result, "result_id", "patient_id", "analyte", "loinc", "value", "comparator", "coded", "unit",
        "value_as_given", "unit_as_given", "collected_at", "reported_at", "status", "ref_low", "ref_high",
    ),
    "medication": _select(
        schema.course, "course_id", "patient_id", "drug", "drug_known", "indication", "dose", "dose_unit",
        "dose_as_given", "frequency", "frequency_as_given", "route", "start_at", "end_at", "status", "reason",
    ),
    "event": _select(
        schema.event, "event_id", "patient_id", "kind", "start_at", "end_at", "code", "detail", "severity",
    ),
}  # fmt: skip


def facts_by_row(connection: Connection, kind: Kind, row_ids: Collection[int]) -> dict[int, StoredFact]:
    """Stored facts of a kind by their row numbers."""
    row_id = TABLES[kind].c.row_id
    found: dict[int, StoredFact] = {}
    for portion in portions_of(row_ids):
        chosen = select_facts(kind).where(row_id.in_(portion or []))
        found.update((kept.row_id, kept) for kept in fetch_facts(connection, kind, chosen))
    return found
