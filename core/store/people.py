"""Who is under the clinic's care, by identifier."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from sqlalchemy import Connection, func, select

from core.store import schema
from core.store.rows import fetch_raw

Known = TypeVar("Known")


def read_identities(connection: Connection, make: Callable[[int, str, str, int | None], Known]) -> dict[str, Known]:
    """Everybody's identifier and whom it stands for now, made from birth date, names and date of death."""
    p, person = schema.patient.c, schema.person.c
    statement = select(person.patient_id, p.birth_date, p.family_name, p.given_name, p.deceased_date)
    statement = statement.join_from(schema.patient, schema.person).where(p.superseded_at.is_(None))
    return {name: make(*known) for batch in fetch_raw(connection, statement) for name, *known in batch}


def count_people(connection: Connection) -> int:
    """How many people the store has ever heard of."""
    return int(connection.execute(select(func.count()).select_from(schema.person)).scalar_one())
