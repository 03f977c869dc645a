"""Who was promised a result, and which results came since."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection

from sqlalchemy import Connection, case, func, or_, select

from core.store.rows import fetch_raw, in_portions
from core.store.schema import act, person, result


def patients_promised(connection: Connection, dispositions: Collection[str]) -> set[str]:
    """Patients about whom somebody ever acted for one of these reasons."""
    return set(
        connection.execute(select(act.c.patient_id).where(act.c.disposition.in_(dispositions)).distinct()).scalars()
    )


def taken_since(
    connection: Connection, asked: Collection[tuple[str, str]], since: int, now: int
) -> dict[tuple[str, str], tuple[tuple[int, int], ...]]:
    """Of each (patient, analyte) asked for: when each readable result of it was taken from an instant on, and from when
    a result of that moment could first be known.

    A result corrected since was known when its first version was; one withdrawn is none.
    """
    r, found = result.c, defaultdict[tuple[str, str], list[tuple[int, int]]](list)
    current = or_(r.superseded_at.is_(None), r.superseded_at > now)
    readable = or_(r.value.is_not(None), r.coded.is_not(None))
    for portion in in_portions(sorted({patient_id for patient_id, _ in asked})):
        statement = (
            select(person.c.patient_id, r.analyte, r.collected_at, func.min(r.known_at))
            .join(person, person.c.key == r.patient)
            .where(person.c.patient_id.in_(portion), r.analyte.in_(sorted({test for _, test in asked})))
            .where(r.collected_at >= since, r.known_at <= now, readable)
            .group_by(person.c.patient_id, r.analyte, r.collected_at)
            .having(func.max(case((current, 1), else_=0)) == 1)
            .order_by(r.collected_at)
        )
        for batch in fetch_raw(connection, statement):
            for patient_id, analyte, at, known in batch:
                found[patient_id, analyte].append((at, known))
    return {pair: tuple(found[pair]) for pair in asked if pair in found}
