"""Met, not met, cannot tell: bands, leaves and trees of conditions at one instant (Kleene's logic)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from core.records import ACTIONS, PRIORITIES
from tests.oracle.clearance import read_clearance, read_weight_age
from tests.oracle.facts import Chart, day_of
from tests.oracle.happenings import spans_of_group
from tests.oracle.kidney_injury import read_creatinine_without_history, read_stage
from tests.oracle.readings import Reading, read_analyte
from tests.oracle.spans import holds

MET, NOT_MET, CANNOT_TELL = "met", "not met", "cannot tell"

FEATURES: dict[str, Callable[[Chart, int], Reading]] = {
    "creatinine_clearance": read_clearance,
    "aki_nhse": lambda chart, at: read_stage(chart, "aki_nhse", at),
    "aki_kdigo": lambda chart, at: read_stage(chart, "aki_kdigo", at),
    "creatinine_without_history": read_creatinine_without_history,
    "weight_age": read_weight_age,
}


@dataclass(frozen=True, slots=True)
class Answer:
    """What a rule says at one instant. priority, action: when met. reason: when it cannot tell, or met may be graver.

    result_at: the result it rests on. ends: a cannot-tell that ends the finding all the same.
    """

    state: str
    reason: str = ""
    priority: str = ""
    action: str = ""
    result_at: int | None = None
    ends: bool = False


def gravity(priority: str, action: str) -> tuple[int, int]:
    """Smallest is gravest: by priority, then by action."""
    return PRIORITIES.index(priority), ACTIONS.index(action)


def _touches(band: dict[str, Any], reading: Reading) -> bool:
    return not (
        ("from" in band and reading.high < band["from"])
        or ("above" in band and reading.high <= band["above"])
        or ("below" in band and reading.low >= band["below"])
        or ("below_or_at" in band and reading.low > band["below_or_at"])
    )


def judge(reading: Reading, bands: list[dict[str, Any]], absent_is_not_met: bool) -> Answer:
    """Hold a reading against the bands of a threshold rule."""
    if reading.kind == "quiet" or (reading.kind == "absent" and absent_is_not_met):
        return Answer(NOT_MET, result_at=reading.result_at)
    if reading.kind in ("absent", "unreadable"):
        return Answer(CANNOT_TELL, reading.why, result_at=reading.result_at)
    touched = [band for band in bands if _touches(band, reading)]
    speaking = [band for band in touched if "priority" in band]
    if not speaking:
        return Answer(NOT_MET, result_at=reading.result_at)
    if len(speaking) < len(touched):
        return Answer(CANNOT_TELL, reading.why, result_at=reading.result_at)
    voices = {(band["priority"], band["action"]) for band in speaking}
    priorities = {priority for priority, _ in voices}
    if len(priorities) > 1 and "low" in priorities:  # a low alert could pass for reassurance
        return Answer(CANNOT_TELL, reading.why, result_at=reading.result_at)
    priority, action = max(voices, key=lambda voice: gravity(*voice))  # the mildest is certain; it may be graver
    return Answer(MET, reading.why if len(voices) > 1 else "", priority, action, reading.result_at)


def _lasting_days(leaf: dict[str, Any], common: dict[str, Any]) -> int | None:
    return common["lasting"][leaf["lasting"]] if "lasting" in leaf else None


def threshold_answer(chart: Chart, rule: dict[str, Any], common: dict[str, Any], at: int) -> Answer:
    """A threshold rule's value against its bands, before any condition on runs, events or phases."""
    if rule.get("steady") and holds(chart.unsteady, at):
        return Answer(CANNOT_TELL, "unsteady_creatinine", ends=True)
    if "feature" in rule:
        reading = FEATURES[rule["feature"]](chart, at)
    else:
        reading = read_analyte(chart, rule["analyte"], at, _lasting_days(rule, common))
    return judge(reading, rule["bands"], rule.get("absent") == "not met")


def _fall_answer(chart: Chart, leaf: dict[str, Any], at: int) -> Answer:
    """Has the standing value fallen so far from the readable one before it, and within so many days?

    A fall from p to n is at least x per cent where p x (100 - x) >= 100 x n; from nothing there is no fall.
    """
    now = chart.standing(leaf["analyte"], at)
    if now is None:
        return Answer(NOT_MET)
    if not now.readable:
        return Answer(CANNOT_TELL, now.why)
    earlier = chart.earlier(leaf["analyte"], now)
    if not earlier or day_of(now.at) - day_of(earlier[-1].at) > leaf["within_days"]:
        return Answer(NOT_MET)
    before, left = earlier[-1], 100 - leaf["fallen_percent"]
    if before.high <= 0 or before.high * left < 100 * now.low:
        return Answer(NOT_MET)
    if before.low > 0 and before.low * left >= 100 * now.high:
        return Answer(MET)
    return Answer(CANNOT_TELL, now.why or before.why)


def _leaf_answer(chart: Chart, leaf: dict[str, Any], common: dict[str, Any], at: int) -> Answer:
    if "events" in leaf:
        return Answer(MET if holds(spans_of_group(chart, leaf["events"], common), at) else NOT_MET)
    if "not_within_days" in leaf:
        recent = [
            point
            for point in chart.points(leaf["analyte"])
            if point.readable and point.at <= at and day_of(at) - day_of(point.at) <= leaf["not_within_days"]
        ]
        return Answer(NOT_MET if recent else MET)
    if "fallen_percent" in leaf:
        return _all_of([_band_answer(chart, leaf, common, at), _fall_answer(chart, leaf, at)])
    return _band_answer(chart, leaf, common, at)


def _band_answer(chart: Chart, leaf: dict[str, Any], common: dict[str, Any], at: int) -> Answer:
    """Does the standing value lie within the leaf's own band?"""
    reading = read_analyte(chart, leaf["analyte"], at, _lasting_days(leaf, common))
    if reading.kind == "quiet" or (reading.kind == "absent" and "lasting" in leaf):
        return Answer(NOT_MET)
    if reading.kind != "value":
        return Answer(CANNOT_TELL, reading.why)
    outside = [band for band in _outside(leaf) if _touches(band, reading)]
    if not outside:
        return Answer(MET)
    return Answer(CANNOT_TELL, reading.why) if _touches(leaf, reading) else Answer(NOT_MET)


def _outside(leaf: dict[str, Any]) -> list[dict[str, Any]]:
    """The bands around a leaf's own."""
    around = []
    if "from" in leaf:
        around.append({"below": leaf["from"]})
    if "below" in leaf:
        around.append({"from": leaf["below"]})
    return around


def tree_answer(chart: Chart, node: dict[str, Any], common: dict[str, Any], at: int) -> Answer:
    """A tree of conditions: `all`, `any`, or a leaf."""
    word = next((word for word in ("all", "any") if word in node), None)
    if word is None:
        return _leaf_answer(chart, node, common, at)
    parts = [tree_answer(chart, part, common, at) for part in node[word]]
    return _all_of(parts) if word == "all" else _combine(parts, MET, NOT_MET)


def _all_of(parts: list[Answer]) -> Answer:
    return _combine(parts, NOT_MET, MET)


def _combine(parts: list[Answer], deciding: str, otherwise: str) -> Answer:
    """One deciding part is enough; else the first that cannot tell; else the rest agree."""
    if any(part.state == deciding for part in parts):
        return Answer(deciding)
    unknown = next((part for part in parts if part.state == CANNOT_TELL), None)
    return Answer(otherwise) if unknown is None else Answer(CANNOT_TELL, unknown.reason)
