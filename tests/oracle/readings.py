"""What a series or a feature answers at one instant: an interval of values, or why there is none."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from core.records import DAY
from tests.oracle.facts import DISPUTE, Chart, Point, day_of
from tests.oracle.reference import stale_after_days


@dataclass(frozen=True, slots=True)
class Reading:
    """kind: "value" (low to high; why it is an interval), "unreadable" (why), "absent" (why), "quiet" (not met).

    result_at: the instant of the result it rests on, None where there is none.
    """

    kind: str
    why: str = ""
    low: Decimal = Decimal(0)
    high: Decimal = Decimal(0)
    result_at: int | None = None


QUIET = Reading("quiet")


def read_point(point: Point, worse_end: str = "") -> Reading:
    """What one point says; with a worse end (low or high), a dispute between two values is that one."""
    if not point.readable:
        return Reading("unreadable", point.why, result_at=point.at)
    if worse_end and point.why == DISPUTE and point.low.is_finite() and point.high.is_finite():
        value = point.high if worse_end == "high" else point.low
        return Reading("value", "", value, value, point.at)
    return Reading("value", point.why, point.low, point.high, point.at)


def read_analyte(chart: Chart, analyte: str, at: int, lasting_days: int | None = None, worse_end: str = "") -> Reading:
    """What the standing point of a series says: its value until it is stale, or as long as it lasts."""
    point = chart.standing(analyte, at)
    if point is None:
        return Reading("absent", "no_result")
    if lasting_days is not None and at >= point.at + lasting_days * DAY:
        return QUIET
    if day_of(at) - day_of(point.at) > stale_after_days(analyte):
        return Reading("absent", "stale_result", result_at=point.at)
    return read_point(point, worse_end)
