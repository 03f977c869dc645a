"""What a creatinine was compared with when a stage of acute kidney injury was told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from core.calculators.aki import TWO_DAYS, WEEK_DAYS, YEAR_DAYS
from core.catalogue import analyte
from core.engine.series import Series
from core.engine.wording import date, iso, number
from core.protocols.kinds import Threshold
from core.records import DAY
from core.services.proof.record import Record

#: The features that stage an injury, with what each compares first and second (docs/semantics.md, Features).
ALGORITHMS = {"aki_nhse": "NHS England", "aki_kdigo": "KDIGO"}
_RATIO_DECIMALS = 2


@dataclass(frozen=True, slots=True)
class _Earlier:
    days: int
    value: float
    at: int


def compare_creatinine(record: Record, rules: list[Threshold]) -> list[dict[str, Any]]:
    """For each algorithm among the rules: the creatinine judged, the earlier one, the ratio or rise, and the window.

    Bounds and unreadable results are left out of the comparison shown; the alert itself judged what they can mean.
    """
    features = dict.fromkeys(rule.feature for rule in rules if rule.feature in ALGORITHMS)
    series = record.measurements.series("creatinine")
    known = np.flatnonzero((series.at <= record.at) & series.readable)
    exact = known[series.low[known] == series.high[known]]
    if not len(exact) or exact[-1] != known[-1]:
        return []  # the newest is only a bound: no one ratio stands behind the stage
    index = int(exact[-1])
    now, at = float(series.low[index]), int(series.at[index])
    earlier = [_earlier(series, int(row), at) for row in exact[:-1]]
    earlier = [one for one in earlier if one.days <= YEAR_DAYS]
    if not earlier:
        return []
    return [_compare(feature, record, now, at, earlier) for feature in features]


def _earlier(series: Series, row: int, at: int) -> _Earlier:
    return _Earlier(at // DAY - int(series.at[row]) // DAY, float(series.low[row]), int(series.at[row]))


def _compare(feature: str, record: Record, now: float, at: int, earlier: list[_Earlier]) -> dict[str, Any]:
    candidates = [_lowest(earlier, WEEK_DAYS)]
    older = [one for one in earlier if one.days > WEEK_DAYS]
    if feature == "aki_nhse":
        candidates.append(_median(older))
    elif candidates[0] is None:
        candidates.append(_lowest(earlier, YEAR_DAYS))
    found = [one for one in candidates if one is not None]
    chosen = max(found, key=lambda one: now / one["value"])
    ratio = now / chosen["value"]
    two_days = _lowest(earlier, TWO_DAYS)
    rise = None if two_days is None else {**two_days, "rise": round(now - two_days["value"], 9)}
    stage = record.reading(feature=feature)
    where = f" on {date(chosen['instant'])}" if chosen["instant"] is not None else ""
    unit = analyte("creatinine").unit_display
    sentence = (
        f"{ALGORITHMS[feature]}: creatinine {number(now)} {unit} on {date(at)} is "
        f"{number(ratio, _RATIO_DECIMALS)} times {number(chosen['value'])}{where}, {chosen['what']}"
    )
    if rise is not None:
        sentence += f"; {number(rise['rise'])} more than {number(rise['value'])}, {rise['what']}"
    return {
        "algorithm": ALGORITHMS[feature], "feature": feature, "value": now, "collected_at": iso(at),
        "stage": None if stage is None else stage.exact, "ratio": ratio, "compared_with": _plain(chosen),
        "rise": None if rise is None else _plain(rise), "sentence": f"{sentence}.",
    }  # fmt: skip


def _plain(one: dict[str, Any]) -> dict[str, Any]:
    at = one.pop("instant")
    return {**one, "collected_at": None if at is None else iso(at)}


def _lowest(earlier: list[_Earlier], days: int) -> dict[str, Any] | None:
    within = [one for one in earlier if one.days <= days]
    if not within:
        return None
    least = min(within, key=lambda one: (one.value, -one.at))
    what = f"the lowest of the {len(within)} in the {days} days before"
    return {"what": what, "window_days": days, "count": len(within), "value": least.value, "instant": least.at}


def _median(older: list[_Earlier]) -> dict[str, Any] | None:
    if not older:
        return None
    value = float(np.median([one.value for one in older]))
    what = f"the median of the {len(older)} from {WEEK_DAYS + 1} to {YEAR_DAYS} days before"
    instant = older[0].at if len(older) == 1 else None
    return {"what": what, "window_days": YEAR_DAYS, "count": len(older), "value": value, "instant": instant}
