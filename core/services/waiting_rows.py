"""Rows of known patients that wait in quarantine without a mark in any series.

Hazard: HAZ-001 (a row that waits must be known to every screen that would read it).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection

from core.services.patient_points import on_wall_clock
from core.store import open_refusals
from core.store.quarantine import StoredRefusal


@dataclass(frozen=True, slots=True)
class WaitingRow:
    """A refused row of a known patient. cells: as written; arrived: instant on the clinic's clock."""

    patient_id: str
    kept: StoredRefusal
    cells: Mapping[str, str]
    arrived: int


def list_waiting(
    connection: Connection, kind: str, people: Collection[str], zone: str, *, pinned: bool, past: int | None
) -> Iterator[WaitingRow]:
    """Every such row of these patients that waits now, or waited at a past instant, in order of arrival.

    Args: pinned (the clock in use is: arrivals are not told by that clock, so none is later than its instant).
    """
    only = next(iter(people)) if len(people) == 1 else ""
    for recorded_at, one in open_refusals.list_unmarked(connection, kind, past, only):
        cells = {name: given.strip() for name, given in one.row.fields}
        who, arrived = cells.get("patient_id", ""), on_wall_clock(recorded_at, zone) or 0
        if who in people and (past is None or pinned or arrived <= past):
            yield WaitingRow(who, one, cells, arrived)
