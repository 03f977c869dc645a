"""One patient's results as points: everything known by an instant, the unreadable and the overtaken among it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import numpy as np
from sqlalchemy import Connection

from core.catalogue import ANALYTES, analyte
from core.engine.cohort import Cohort
from core.engine.features import Measurements
from core.records import CANNOT_TELL_REASONS, COMPARATORS, WITHDRAWN, Result
from core.store import quarantine, stored
from core.store.arrivals import Arrival
from core.store.row_numbers import TRACE_ROW
from core.views.model import Point


def read_points(
    connection: Connection, name: str, at: int, arrivals: Mapping[int, Arrival], zone: str
) -> dict[str, tuple[Point, ...]]:
    """Every result and every unreadable one known by an instant, by analyte, oldest first."""
    out: dict[str, list[Point]] = {}
    for kept in stored.list_facts(connection, "result", [name]):
        r = kept.fact
        if (
            not isinstance(r, Result)
            or kept.known_at > at
            or (r.status in WITHDRAWN and r.value is None and not r.coded)
        ):
            continue
        struck = r.status in WITHDRAWN or (kept.superseded_at is not None and kept.superseded_at <= at)
        arrival = arrivals.get(kept.row_id)
        out.setdefault(r.analyte, []).append(
            Point(
                row_id=kept.row_id,
                at=r.collected_at,
                value=None if r.value is None else float(r.value),
                comparator=r.comparator,
                coded=r.coded or "",
                unit=r.unit,
                value_as_given=r.value_as_given,
                unit_as_given=r.unit_as_given,
                reason="",
                preliminary=r.status == "preliminary",
                superseded=struck,
                ref_low=None if r.ref_low is None else float(r.ref_low),
                ref_high=None if r.ref_high is None else float(r.ref_high),
                file=kept.file,
                row=kept.row,
                feed=kept.source,
                import_number=arrival.batch_id if arrival else 0,
                imported_at=on_wall_clock(arrival.recorded_at if arrival else None, zone),
                known_at=kept.known_at,
                status=r.status,
            )
        )
    for refused in quarantine.list_refusals(connection, [name]):
        mark = refused.row.trace
        known_at = None if mark is None else mark.collected_at if mark.reported_at is None else mark.reported_at
        if mark is None or known_at is None or known_at > at:
            continue
        if refused.closed_at is not None and refused.closed_at <= at:
            continue
        given = dict(refused.row.fields)
        number = TRACE_ROW + refused.row_id
        arrival = arrivals.get(number)
        out.setdefault(mark.analyte, []).append(
            Point(
                row_id=number,
                at=mark.collected_at,
                value=None if mark.value is None else float(mark.value),
                comparator=mark.comparator,
                coded="",
                unit=analyte(mark.analyte).unit,
                value_as_given=given.get("value", refused.issue.value),
                unit_as_given=given.get("unit", ""),
                reason=refused.unread_because,
                preliminary=False,
                superseded=False,
                ref_low=None,
                ref_high=None,
                file=refused.row.origin.file,
                row=refused.row.origin.row,
                feed=refused.source,
                import_number=arrival.batch_id if arrival else 0,
                imported_at=on_wall_clock(arrival.recorded_at if arrival else None, zone),
                known_at=known_at,
                status="quarantined",
            )
        )
    return {
        key: _named_successors(tuple(sorted(points, key=lambda p: (p.at, p.row_id))), arrivals)
        for key, points in sorted(out.items(), key=_in_order)
    }


def _named_successors(points: tuple[Point, ...], arrivals: Mapping[int, Arrival]) -> tuple[Point, ...]:
    """The points, each overtaken one naming the row that took its place: same sender's number, else same moment."""

    def follows(old: Point, new: Point) -> bool:
        if new.row_id <= old.row_id or not new.file:
            return False
        mine, theirs = arrivals.get(old.row_id), arrivals.get(new.row_id)
        if mine and theirs and mine.result_id and theirs.result_id:
            return mine.result_id == theirs.result_id and old.feed == new.feed
        return old.at == new.at and old.feed == new.feed

    return tuple(
        replace(one, replaced_by=min((new.row_id for new in points if follows(one, new)), default=None))
        if one.superseded
        else one
        for one in points
    )


def add_derived(series: Mapping[str, tuple[Point, ...]], known: Cohort) -> dict[str, tuple[Point, ...]]:
    """The series with the counts that were computed from others, each marked as such: the rules use them too."""
    r = known.results
    out = {name: list(points) for name, points in series.items()}
    for i in np.flatnonzero(r.derived).tolist():
        name = ANALYTES[int(r.analyte[i])]
        value = float(r.value[i])
        out.setdefault(name, []).append(
            Point(
                row_id=int(r.row_id[i]),
                at=int(r.at[i]),
                value=None if np.isnan(value) else value,
                comparator=COMPARATORS[int(r.comparator[i])],
                coded="",
                unit=analyte(name).unit,
                value_as_given="",
                unit_as_given="",
                reason=CANNOT_TELL_REASONS[int(r.reason[i])],
                preliminary=bool(r.preliminary[i]),
                superseded=False,
                ref_low=None,
                ref_high=None,
                file="",
                row=0,
                status="derived",
            )
        )
    return {
        key: tuple(sorted(points, key=lambda p: (p.at, p.row_id))) for key, points in sorted(out.items(), key=_in_order)
    }


def _in_order(item: tuple[str, object]) -> int:
    return ANALYTES.index(item[0])


def list_clearance(measurements: Measurements) -> tuple[tuple[int, float], ...]:
    """Creatinine clearance at each moment it changed, where it could be computed exactly."""
    series = measurements.feature("creatinine_clearance").series
    exact = np.flatnonzero(series.low == series.high)
    return tuple((int(series.at[i]), float(series.low[i])) for i in exact)


def on_wall_clock(utc: int | None, zone: str) -> int | None:
    """A moment of the trail (UTC) as the clinic's clock showed it."""
    if utc is None:
        return None
    wall = datetime.fromtimestamp(utc, ZoneInfo(zone or "UTC"))
    return int(wall.replace(tzinfo=UTC).timestamp())
