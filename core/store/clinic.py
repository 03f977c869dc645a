"""What holds for the whole clinic: whether its people are made up, its zone and clock, how often its facts changed."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, select

from core.store.schema import clinic

SAMPLE_SOURCE = "sample"  # the one source whose rows are made-up people; it never shares a store with real ones


@dataclass(frozen=True, slots=True)
class Clinic:
    """One clinic's standing facts. sample: its people are made up, None = nothing imported yet. zone: IANA name of the
    wall clock all instants are on, "" = nothing imported yet. clock: pinned ISO date, "" = the real clock.

    version: grows with every change of facts.
    """

    sample: bool | None = None
    zone: str = ""
    clock: str = ""
    version: int = 0


def read_clinic(connection: Connection) -> Clinic:
    """Read what holds for the clinic."""
    kept = {row.name: row.value for row in connection.execute(select(clinic.c.name, clinic.c.value))}
    return Clinic(
        sample=kept["sample"] == "yes" if "sample" in kept else None,
        zone=kept.get("zone", ""),
        clock=kept.get("clock", ""),
        version=int(kept.get("version", 0)),
    )


def claim(connection: Connection, *, sample: bool, zone: str) -> None:
    """Say with the first import, and for good, whether the people are made up and on whose wall clock they live."""
    if read_clinic(connection).sample is None:
        _keep(connection, "sample", "yes" if sample else "no")
        _keep(connection, "zone", zone)


def pin_clock(connection: Connection, day: str) -> None:
    """Stop the clinic's clock at the end of an ISO date: the sample clinic's day never passes."""
    _keep(connection, "clock", day)


def raise_version(connection: Connection) -> int:
    """Tell every screen that what it shows may have changed; the new version."""
    version = read_clinic(connection).version + 1
    _keep(connection, "version", str(version))
    return version


def _keep(connection: Connection, name: str, value: str) -> None:
    # update, else insert: no server's own upsert; the caller holds the only write transaction
    if not connection.execute(clinic.update().where(clinic.c.name == name).values(value=value)).rowcount:
        connection.execute(clinic.insert().values(name=name, value=value))
