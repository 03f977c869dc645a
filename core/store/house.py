"""What a clinic has settled for itself: texts by name, beside its standing facts. What they mean is not known here."""

from __future__ import annotations

from sqlalchemy import Connection, select

from core.store.schema import clinic


def read_text(connection: Connection, name: str) -> str:
    """The text kept under a name, "" if there is none."""
    return str(connection.execute(select(clinic.c.value).where(clinic.c.name == name)).scalar() or "")


def list_texts(connection: Connection, prefix: str) -> dict[str, str]:
    """Every text whose name begins so, by the rest of its name, in the order of the names."""
    named = clinic.c.name.startswith(prefix, autoescape=True)
    found = connection.execute(select(clinic.c.name, clinic.c.value).where(named).order_by(clinic.c.name))
    return {name.removeprefix(prefix): value for name, value in found}


def keep_text(connection: Connection, name: str, text: str) -> None:
    """Keep a text under a name, instead of the one before."""
    if not connection.execute(clinic.update().where(clinic.c.name == name).values(value=text)).rowcount:
        connection.execute(clinic.insert().values(name=name, value=text))
