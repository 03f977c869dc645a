"""Since when Nadir knows each patient: nobody could answer an alert here before, so no time to answer begins earlier.

Hazard: HAZ-008.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace

from sqlalchemy import Connection

from core.engine.standing import Alert
from core.services.now import is_pinned
from core.services.patient_points import on_wall_clock
from core.store.clinic import read_clinic
from core.store.when_stored import first_stored


def read_met(connection: Connection, patient_ids: Collection[str] | None, now: int) -> dict[str, int]:
    """When these patients (None: everybody) were first stored, on the clinic's wall clock; nobody where its clock is
    pinned, for what was stored then came after the day it shows.

    Args:    now: the instant asked about; whom Nadir met only later counts as met at it, so that nobody was late then.
    Returns: patient identifier -> instant, no later than `now`.
    """
    held = read_clinic(connection)
    if is_pinned(held):
        return {}
    stored = first_stored(connection, patient_ids)
    on_clock = {utc: on_wall_clock(utc, held.zone) or 0 for utc in set(stored.values())}  # few: one to an import
    return {name: min(now, on_clock[utc]) for name, utc in stored.items()}


def ask_from_met(alerts: Iterable[Alert], met: Mapping[str, int]) -> tuple[Alert, ...]:
    """These alerts, none asking for its answer before its patient was met; `since` stays the clinical date."""
    return tuple(
        replace(one, known_at=met[one.patient_id]) if one.asks_since < met.get(one.patient_id, one.asks_since) else one
        for one in alerts
    )
