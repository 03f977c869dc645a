"""Rules with one number moved by one reported digit, or one inequality turned: each must make a story fail (P22)."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

from core.catalogue import analyte

Raw = dict[str, Any]
Where = tuple[str | int, ...]
#: How far a number is moved where it is no analyte's: the smallest step that could matter to anybody.
FEATURE_STEPS = {
    "creatinine_clearance": 0.01, "aki_nhse": 1, "aki_kdigo": 1, "creatinine_without_history": 0.01, "weight_age": 1,
}  # fmt: skip
STEPS = {"doses_per_day_above": 0.5, "doses_per_day_at_most": 0.5, "fallen_percent": 1}
LIMITS = ("from", "above", "below", "below_or_at")
TURNED = {"below": "below_or_at", "below_or_at": "below", "from": "above", "above": "from"}


def find_numbers(node: Any, where: Where = ()) -> Iterator[tuple[Where, float]]:
    """Every number of a rule and where it stands, band limits left to `list_limits`."""
    if isinstance(node, bool) or (where and where[0] == "bands"):
        return
    if isinstance(node, int | float):
        yield where, node
    elif isinstance(node, dict):
        for name, part in node.items():
            yield from find_numbers(part, (*where, name))
    elif isinstance(node, list):
        for place, part in enumerate(node):
            yield from find_numbers(part, (*where, place))


def step_of(rule: Raw, where: Where) -> float:
    """The smallest change of a number: one digit of its analyte, one day, one month, one result."""
    if where[-1] in LIMITS:
        holder: Any = rule
        for part in where[:-1]:
            holder = holder[part]
        return float(10.0 ** -analyte(holder["analyte"]).decimals)
    return STEPS.get(str(where[-1]), 1)


def put(rule: Raw, where: Where, value: float) -> Raw:
    changed = copy.deepcopy(rule)
    holder: Any = changed
    for part in where[:-1]:
        holder = holder[part]
    holder[where[-1]] = value
    return changed


def move_limit(rule: Raw, limit: float, by: float) -> Raw:
    """A band limit moved on both of its sides, so that the bands still tile the line."""
    changed = copy.deepcopy(rule)
    for band in changed["bands"]:
        for end in LIMITS:
            if band.get(end) == limit:
                band[end] = round(limit + by, 6)
    return changed


def turn_limit(rule: Raw, limit: float) -> Raw:
    """The number itself given to the other band."""
    changed = copy.deepcopy(rule)
    changed["bands"] = [
        {(TURNED[name] if name in TURNED and value == limit else name): value for name, value in band.items()}
        for band in changed["bands"]
    ]
    return changed


def list_mutants(rule: Raw) -> Iterator[tuple[str, Raw]]:
    """Name and rule of every mutant."""
    bands = rule.get("bands", [])
    step = (
        10.0 ** -analyte(rule["analyte"]).decimals if "analyte" in rule else FEATURE_STEPS.get(rule.get("feature", ""))
    )
    for limit in sorted({band[end] for band in bands for end in LIMITS if end in band}):
        for by in (-step, step):
            yield f"{rule['id']}: limit {limit} becomes {round(limit + by, 6)}", move_limit(rule, limit, by)
        yield f"{rule['id']}: {limit} itself changes sides", turn_limit(rule, limit)
    for where, number in find_numbers(rule):
        for sign in (-1, 1):
            value = round(number + sign * step_of(rule, where), 6)
            name = ".".join(str(part) for part in where)
            yield f"{rule['id']}: {name} {number} becomes {value}", put(rule, where, value)


def list_shared_mutants(shared: Raw) -> Iterator[tuple[str, Raw]]:
    """How long a finding lasts, a day shorter and a day longer."""
    for name, days in shared["lasting"].items():
        if isinstance(days, int):
            for by in (-1, 1):
                changed = copy.deepcopy(shared)
                changed["lasting"][name] = days + by
                yield f"lasting: {name} {days} becomes {days + by}", changed
