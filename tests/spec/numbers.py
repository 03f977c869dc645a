"""Every number of every rule, and the nearest values that would mean something else to somebody."""

from __future__ import annotations

import copy
import tomllib
from collections.abc import Iterator
from typing import Any

from pydantic import TypeAdapter, ValidationError

from core.catalogue import analyte, find_frequency
from core.protocols.kinds import Rule
from core.protocols.loader import FOLDER, Protocols, load_protocols
from tests.spec.clinic import DRUG

Raw = dict[str, Any]
Where = tuple[str | int, ...]
LIMITS = ("from", "above", "below", "below_or_at")
#: The smallest step of a computed value that could matter to anybody.
FEATURE_STEPS = {
    "creatinine_clearance": 0.01, "aki_nhse": 1, "aki_kdigo": 1, "creatinine_without_history": 0.01, "weight_age": 1,
    "alt_of_upper_limit": 0.01, "ast_of_upper_limit": 0.01, "age": 1, "age_months": 1, "dosing_weight": 0.1,
    "dose_mg": 1, "dosing_day_mg": 1, "dosing_day_mg_per_kg": 0.01,
}  # fmt: skip
#: Administrations a day that can be written at all: there is nothing between two of them.
FREQUENCIES = sorted(
    float(find_frequency(name).per_day)  # type: ignore[union-attr]
    for name in ("once weekly", "twice weekly", "three times weekly", "alternate days", "once daily", "twice daily",
                 "three times daily", "four times daily")
)  # fmt: skip
RAW: list[Raw] = tomllib.loads((FOLDER / f"{DRUG}.toml").read_text(encoding="utf-8"))["rule"]
EVALUATED: list[Raw] = [rule for rule in RAW if rule.get("enabled", True) and rule["kind"] != "card"]
_RULE: TypeAdapter[Rule] = TypeAdapter(Rule)


def numbers_of(node: Any, where: Where = ()) -> Iterator[tuple[Where, float]]:
    """Every number of a rule and where it stands."""
    if isinstance(node, bool):
        return
    if isinstance(node, int | float):
        yield where, node
    elif isinstance(node, dict):
        for name, part in node.items():
            yield from numbers_of(part, (*where, name))
    elif isinstance(node, list):
        for place, part in enumerate(node):
            yield from numbers_of(part, (*where, place))


def neighbours(rule: Raw, where: Where, number: float) -> tuple[float, float]:
    """The next number below and above: one digit, one day, one month, the next frequency."""
    holder = _holder(rule, where)
    subject = rule if where[0] == "bands" else holder
    asked = str(where[-1])
    if asked.startswith("doses_per_day") or (asked in LIMITS and subject.get("feature") == "doses_per_day"):
        place = FREQUENCIES.index(number)
        return FREQUENCIES[place - 1], FREQUENCIES[place + 1]
    step = 1.0
    if asked in (*LIMITS, "by"):
        name = subject.get("analyte", "")
        step = FEATURE_STEPS[subject["feature"]] if not name else digit(name)
    return round(number - step, 6), round(number + step, 6)


def digit(name: str) -> float:
    """One reported digit of an analyte; of a coded one half the way between absent and present."""
    return 0.5 if analyte(name).kind == "coded" else 10.0 ** -analyte(name).decimals


def moved(rule: Raw, where: Where, value: float) -> Raw:
    """The rule with one number changed; a band's limit on both of its sides."""
    changed = copy.deepcopy(rule)
    number = _holder(rule, where)[where[-1]]
    if where[0] == "bands":
        for band in changed["bands"]:
            band.update({end: value for end in LIMITS if band.get(end) == number})
    else:
        _holder(changed, where)[where[-1]] = int(value) if isinstance(number, int) and value == int(value) else value
    return changed


def rules_with(changed: Raw) -> Protocols | None:
    """A clinic with this one rule and all visits, or None where the rule is refused."""
    shipped = load_protocols()
    protocol = shipped.drugs[DRUG]
    try:
        rule = _RULE.validate_python(changed)
    except ValidationError:
        return None
    beside = tuple(r for r in protocol.rule if r.kind == "visits" and r.id != rule.id)
    alone = protocol.model_copy(update={"rule": (rule, *beside)})
    return Protocols(shipped.common, {DRUG: alone}, {DRUG: "sha256:moved"})


def _holder(rule: Raw, where: Where) -> Any:
    holder: Any = rule
    for part in where[:-1]:
        holder = holder[part]
    return holder
