"""What acts say about who was touched lately, without reading every act of the clinic."""

from __future__ import annotations

from sqlalchemy import Connection, func, select

from core.store.schema import act


def touched_since(connection: Connection, act_id: int) -> set[str]:
    """Patients somebody acted on after an act: only their alerts' lives may have changed."""
    return set(connection.execute(select(act.c.patient_id).where(act.c.act_id > act_id).distinct()).scalars())


def last_sign_offs(connection: Connection) -> dict[str, int]:
    """When each patient was last signed off by anybody (patient identifier -> instant)."""
    statement = select(act.c.patient_id, func.max(act.c.at)).where(act.c.kind == "sign_off").group_by(act.c.patient_id)
    return {name: int(at) for name, at in connection.execute(statement)}


def first_act_at(connection: Connection) -> int | None:
    """When people began to act in this clinic; None = nobody has. What ended before never was anybody's to see."""
    return connection.execute(select(func.min(act.c.at))).scalar()
