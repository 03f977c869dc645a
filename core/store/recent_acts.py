"""What acts say about who was touched lately, without reading every act of the clinic."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, func, select

from core.store.schema import act


def touched_since(connection: Connection, act_id: int) -> set[str]:
    """Patients somebody acted on after an act: only their alerts' lives may have changed."""
    return set(connection.execute(select(act.c.patient_id).where(act.c.act_id > act_id).distinct()).scalars())


def looks_until(connection: Connection, by: str, act_id: int) -> dict[str, int]:
    """When somebody last looked at each patient, as it stood after an act of the clinic."""
    return _newest(connection, by, ("look", "sign_off"), act_id)


def last_sign_offs(connection: Connection) -> dict[str, int]:
    """When each patient was last signed off by anybody (patient identifier -> instant)."""
    return _newest(connection, None, ("sign_off",), None)


def _newest(connection: Connection, by: str | None, kinds: Sequence[str], act_id: int | None) -> dict[str, int]:
    statement = select(act.c.patient_id, func.max(act.c.at)).where(act.c.kind.in_(kinds)).group_by(act.c.patient_id)
    if by is not None:
        statement = statement.where(act.c.by == by)
    if act_id is not None:
        statement = statement.where(act.c.act_id <= act_id)
    return {name: int(at) for name, at in connection.execute(statement)}


def first_act_at(connection: Connection) -> int | None:
    """When people began to act in this clinic; None = nobody has. What ended before never was anybody's to see."""
    return connection.execute(select(func.min(act.c.at))).scalar()
