"""Overrides of an interval as they are kept: appended, taken back by a further row, never changed or removed."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from core.store.answers import is_answer
from core.store.schema import interval_override, person, result


@dataclass(frozen=True, slots=True)
class KeptOverride:
    """One row. patient: key of the person. at, expires: instants, expires the last day; ends: the row taken back."""

    row_id: int
    patient: int
    drug: str
    test: str
    interval_days: int
    reason: str
    owner: str
    by: str
    at: int
    expires: int
    ends: int | None


_COLUMNS = ("row_id", "patient", "drug", "test", "interval_days", "reason", "owner", "by", "at", "expires", "ends")


def append(connection: Connection, kept: KeptOverride, recorded_at: int) -> int:
    """Keep one row in the caller's transaction; its number. kept.row_id is not looked at."""
    values = {name: getattr(kept, name) for name in _COLUMNS if name != "row_id"}
    number = connection.execute(interval_override.insert().values(**values, recorded_at=recorded_at))
    return int(number.inserted_primary_key[0])  # type: ignore[index]


def list_overrides(connection: Connection, patient: int | None = None) -> list[KeptOverride]:
    """Every row (of one patient), oldest first."""
    statement = select(*(interval_override.c[name] for name in _COLUMNS)).order_by(interval_override.c.row_id)
    if patient is not None:
        statement = statement.where(interval_override.c.patient == patient)
    return [KeptOverride(*row) for row in connection.execute(statement)]


def list_in_force(rows: Collection[KeptOverride], at: int) -> list[KeptOverride]:
    """Those that hold at an instant: the newest of each patient, drug and test, unless it is taken back or over.

    An older one does not come back when a newer one ends: what it said was replaced.
    """
    newest: dict[tuple[int, str, str], KeptOverride] = {}
    for row in rows:
        if row.at <= at:
            newest[row.patient, row.drug, row.test] = row
    return [row for row in newest.values() if row.ends is None and at <= row.expires]


def last_results(connection: Connection, patients: Collection[int], at: int) -> dict[tuple[int, str], int]:
    """When each test of these patients was last answered by a current result by an instant: (key, test) -> instant."""
    if not patients:
        return {}
    r = result.c
    statement = (
        select(r.patient, r.analyte, func.max(r.collected_at))
        .where(r.patient.in_(list(patients)), r.superseded_at.is_(None), r.collected_at <= at, r.known_at <= at)
        .where(is_answer(r))
        .group_by(r.patient, r.analyte)
    )
    return {(int(key), str(test)): int(when) for key, test, when in connection.execute(statement)}


def name_patient(connection: Connection, key: int) -> str | None:
    """The identifier of a patient's number, None where nobody has it."""
    return connection.execute(select(person.c.patient_id).where(person.c.key == key)).scalar()
