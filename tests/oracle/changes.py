"""Has a result changed beyond what biology and the laboratory explain, against the one before or the usual one?"""

from __future__ import annotations

from decimal import Decimal
from statistics import median
from typing import Any

from tests.oracle.clearance import NOTHING
from tests.oracle.doses import NINE_DECIMALS
from tests.oracle.facts import Chart, Point, day_of
from tests.oracle.reference import change_factors


def _compared(chart: Chart, leaf: dict[str, Any], now: Point) -> tuple[Decimal, Decimal, str] | None:
    """Lowest and highest of what the value is compared with and why that is not exact; None without any."""
    earlier = chart.earlier(leaf["analyte"], now)
    against = leaf.get("against", "previous")
    if against == "previous":
        earlier = earlier[-1:]
    else:
        until = now.at if against == "median" else _first_given_at(chart)
        if until is None or until > now.at:
            return None
        earlier = [
            point for point in earlier if point.at < until and day_of(until) - day_of(point.at) <= leaf["within_days"]
        ]
    if not earlier:
        return None
    why = next((point.why for point in reversed(earlier) if point.why), "")
    return median(max(point.low, NOTHING) for point in earlier), median(point.high for point in earlier), why


def _first_given_at(chart: Chart) -> int | None:
    """When the patient's first course of the drug began, taken or held; None if none has begun."""
    assert chart.own is not None
    return min((course.start for course in chart.own.taken + chart.own.held), default=None)


def _rounded(difference: Decimal) -> Decimal:
    return difference if difference.is_infinite() else difference.quantize(NINE_DECIMALS)


def judge_change(chart: Chart, leaf: dict[str, Any], now: Point) -> tuple[str, str]:
    """met, not met or cannot tell, and why: for the readable point that stands.

    Beyond the limit is beyond `before` times a factor, and `by` away from it; both ask the more of `now` the higher
    (for a fall: the lower) `before` is, so the ends of the two decide. Nothing that is measured is below nothing, and
    from nothing there is no fall.
    """
    compared = _compared(chart, leaf, now)
    if compared is None:
        return "not met", ""
    lowest, highest, why = compared
    if highest <= 0:
        return "not met", ""
    to_fall, to_rise = change_factors(leaf["analyte"])
    by = Decimal(leaf.get("by", 0))
    if leaf["changed"] == "rise":

        def passes(before: Decimal, after: Decimal) -> bool:
            return after > 0 and after >= before * to_rise and _rounded(after - before) >= by

        certain, possible = passes(highest, now.low), passes(lowest, now.high)
    else:

        def passes(before: Decimal, after: Decimal) -> bool:
            return before > 0 and after <= before * to_fall and _rounded(before - after) >= by

        certain, possible = passes(lowest, now.high), passes(highest, max(now.low, NOTHING))
    if certain:
        return "met", ""
    return ("cannot tell", now.why or why) if possible else ("not met", "")
