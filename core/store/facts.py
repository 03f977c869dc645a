"""Writing what arrived. Facts are only appended; the one thing that changes about a stored row is that it ended."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal, Protocol

from sqlalchemy import Connection, Table, bindparam, case, or_, select

from core.records import Course, Event, Fact, Issue, Kind, Patient, ReadRow, Result, Trace
from core.store import schema
from core.store.rows import in_portions, insert_rows
from core.store.stored import TABLES

Key = tuple[str, ...]
Row = tuple[Any, ...]


class Ref(Protocol):
    """A stored row: a fact of some kind, or a row in quarantine."""

    @property
    def table(self) -> str: ...
    @property
    def kind(self) -> Kind: ...
    @property
    def row_id(self) -> int: ...


class SettledRow(Protocol):
    """What was decided about one incoming row (`core.ingest.identity.Settled` says what the fields mean)."""

    @property
    def row(self) -> ReadRow: ...
    @property
    def outcome(self) -> str: ...
    @property
    def supersedes(self) -> Sequence[Ref]: ...
    @property
    def superseded_at(self) -> int | None: ...
    @property
    def known_at(self) -> int | None: ...
    @property
    def issues(self) -> Sequence[Issue]: ...
    @property
    def trace(self) -> Trace | None: ...
    @property
    def repeated(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class Arrival:
    """The import the rows belong to. now: the clinic's instant, when rows without a date of knowledge became known."""

    batch_id: int
    source: str
    now: int
    recorded_at: int


@dataclass(frozen=True, slots=True)
class Naming:
    """How rows are told apart: the identity of a row (None where it has none), and the row word for word."""

    key_of: Callable[[ReadRow], Key | None]
    fingerprint_of: Callable[[ReadRow], Key]


def join_key(key: Key) -> str:
    """A key as one text; the separator cannot occur in a cell."""
    return "\x1f".join(key)


def append(connection: Connection, settled: Sequence[SettledRow], arrival: Arrival, naming: Naming) -> set[str]:
    """Write the rows to be kept and end the ones they overtake, in the caller's transaction.

    Returns: the patients whose picture changed: exactly those to evaluate again.
    """
    facts = [one for one in settled if one.outcome in ("stored", "superseded") and one.row.fact is not None]
    refused = [one for one in settled if one.outcome == "quarantined" and not one.repeated]
    touched = _end_overtaken(connection, settled, arrival.now)
    keys = _keys_of_people(connection, facts)
    for kind, table in TABLES.items():
        chosen = [one for one in facts if one.row.kind == kind]
        insert_rows(connection, table, (_fact_row(one, keys, arrival, naming) for one in chosen))
    insert_rows(connection, schema.quarantine, (_quarantine_row(one, arrival, naming) for one in refused))
    touched.update(one.row.fact.patient_id for one in facts if one.row.fact is not None)
    touched.update(one.trace.patient_id for one in refused if one.trace is not None)
    return touched & read_keys(connection, touched).keys()  # a refused row may name a patient nobody knows


def read_keys(connection: Connection, patient_ids: Iterable[str]) -> dict[str, int]:
    """The stable number of each of these patients that the store knows."""
    person = schema.person
    keys: dict[str, int] = {}
    for portion in in_portions(sorted(patient_ids)):
        found = connection.execute(select(person.c.patient_id, person.c.key).where(person.c.patient_id.in_(portion)))
        keys.update((row.patient_id, row.key) for row in found)
    return keys


def _keys_of_people(connection: Connection, facts: Sequence[SettledRow]) -> dict[str, int]:
    """Numbers for everybody the facts are about. Only a patient's own row makes a new person."""
    known = read_keys(connection, {one.row.fact.patient_id for one in facts if one.row.fact is not None})
    arrived = (one.row.fact.patient_id for one in facts if isinstance(one.row.fact, Patient))
    new = [patient_id for patient_id in dict.fromkeys(arrived) if patient_id not in known]
    insert_rows(connection, schema.person, ((patient_id,) for patient_id in new))
    return known | read_keys(connection, new)


def _end_overtaken(connection: Connection, settled: Sequence[SettledRow], now: int) -> set[str]:
    """Set when overtaken rows stopped counting (never later than they already did); the patients they belong to."""
    ended: dict[Kind | Literal["quarantine"], dict[int, int]] = {}
    for one in settled:
        known_at = now if one.known_at is None else one.known_at
        for ref in one.supersedes:
            rows = ended.setdefault("quarantine" if ref.table == "quarantine" else ref.kind, {})
            rows[ref.row_id] = min(known_at, rows.get(ref.row_id, known_at))
    touched: set[str] = set()
    for name, rows in ended.items():
        table = schema.quarantine if name == "quarantine" else TABLES[name]
        earlier = table.c.superseded_at
        at = bindparam("at", type_=earlier.type)
        statement = table.update().where(table.c.row_id == bindparam("which"))
        statement = statement.values(superseded_at=case((or_(earlier.is_(None), earlier > at), at), else_=earlier))
        connection.execute(statement, [{"which": row_id, "at": instant} for row_id, instant in rows.items()])
        touched |= _people_of(connection, table, rows)
    return touched


def _people_of(connection: Connection, table: Table, row_ids: Iterable[int]) -> set[str]:
    who = select(table.c.patient_id) if table is schema.quarantine else select(schema.person.c.patient_id).join(table)
    found: set[str] = set()
    for portion in in_portions(row_ids):
        found.update(connection.execute(who.where(table.c.row_id.in_(portion))).scalars())
    return found - {None}  # a refused row may name nobody


def _fact_row(one: SettledRow, keys: dict[str, int], arrival: Arrival, naming: Naming) -> Row:
    fact: Fact | None = one.row.fact
    if fact is None:  # `append` kept only rows with facts
        raise TypeError(f"a {one.row.kind} row to be stored carries no fact")
    origin = one.row.origin
    known_at = arrival.now if one.known_at is None else one.known_at
    where = (arrival.source, arrival.batch_id, origin.file, origin.row)
    when = (known_at, one.superseded_at, arrival.recorded_at)
    return (keys[fact.patient_id], *_columns(fact, one.row, naming), *where, *when)


def _columns(fact: Fact, row: ReadRow, naming: Naming) -> Row:
    """A fact in its table's column order, without patient and trail."""
    match fact:
        case Patient():
            return (fact.family_name, fact.given_name, fact.birth_date, fact.sex, fact.site, fact.consultant,
                    fact.deceased_date)  # fmt: skip
        case Result():
            return (fact.result_id, fact.analyte, fact.loinc, _float(fact.value), fact.comparator, fact.coded,
                    fact.unit, fact.value_as_given, fact.unit_as_given, fact.collected_at,
                    fact.reported_at, fact.status, _float(fact.ref_low), _float(fact.ref_high))  # fmt: skip
        case Course():
            return (fact.course_id, fact.drug, fact.drug_known, fact.indication, _float(fact.dose), fact.dose_unit,
                    fact.dose_as_given, fact.frequency, fact.frequency_as_given, fact.route, fact.start, fact.end,
                    fact.status, fact.reason, _content_key(fact.course_id, row, naming))  # fmt: skip
        case Event():
            return (fact.event_id, fact.kind, fact.start, fact.end, fact.code, fact.detail, fact.severity,
                    _content_key(fact.event_id, row, naming))  # fmt: skip


def _content_key(own: str | None, row: ReadRow, naming: Naming) -> str | None:
    key = None if own else naming.key_of(row)
    return join_key(key) if key else None


def _quarantine_row(one: SettledRow, arrival: Arrival, naming: Naming) -> Row:
    row, trace, key = one.row, one.trace, naming.key_of(one.row)
    issue = next((i for i in (*one.issues, *row.issues) if i.outcome == "quarantined"), None)
    said = (issue.column, issue.reason, issue.value, issue.message) if issue else ("", "", "", "")
    mark: Row = (None, None, None, None, "", None, "", None)
    if trace is not None:
        known_at = trace.collected_at if trace.reported_at is None else trace.reported_at
        mark = (trace.patient_id, trace.analyte, trace.collected_at, known_at, trace.reason, _float(trace.value),
                trace.comparator, trace.result_id)  # fmt: skip
    where = (arrival.source, arrival.batch_id, row.origin.file, row.origin.row)
    names = (join_key(key) if key else None, join_key(naming.fingerprint_of(row)))
    fields = json.dumps(row.fields, ensure_ascii=False)
    return (row.kind, *said, fields, *mark, *where, one.superseded_at, arrival.recorded_at, *names)


def _float(number: Decimal | None) -> float | None:
    return None if number is None else float(number)
