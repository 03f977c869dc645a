"""What time it is for a clinic: the day its clock was pinned to, else now on its wall clock."""

from __future__ import annotations

from sqlalchemy import Connection

from core.clock import read_clock
from core.settings import Settings, read_settings
from core.store.clinic import Clinic, read_clinic


def read_now(connection: Connection, settings: Settings | None = None) -> int:
    """The instant it is for the clinic of a store. settings: None = those in use."""
    return tell_now(read_clinic(connection), settings)


def tell_now(held: Clinic, settings: Settings | None = None) -> int:
    """The same for a clinic already read. Where its clock is pinned, a setting goes before what the store says."""
    said = settings or read_settings()
    return read_clock(held.zone or said.zone, said.as_of or held.clock)


def is_pinned(held: Clinic) -> bool:
    """Whether the clock stands still: the sample clinic's, or one pinned by a setting."""
    return bool(read_settings().as_of or held.clock)
