"""The house's rules about alerts: how long one may be put off, what never may, who hears of one past its time.

They are data (house_rules.toml); a number that is clinical is fetched from the protocol rule that states it.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from core.acts import AUDIENCES, DECISIONS
from core.catalogue import ANALYTES
from core.engine.gather import value_interval
from core.errors import ProtocolFault
from core.protocols.conditions import Condition, Leaf, Neither, parts_of
from core.protocols.kinds import Interval, Rule, Threshold
from core.protocols.loader import Protocols
from core.records import PRIORITIES

FILE = Path(__file__).parent / "house_rules.toml"
#: On which side of a limit a value is worse; both: the rules ask for either, so that no change is surely harmless.
Side = Literal["low", "high", "both"]


@dataclass(frozen=True, slots=True)
class Floor:
    """A stretch of an analyte's values no snooze silences: [start, stop), canonical unit. rule: where it is from.
    closed_by: the decisions that may end an alert in it.
    """

    analyte: str
    start: float
    stop: float
    side: Side
    rule: str
    why: str
    closed_by: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Rung:
    """From so many days after its time, an unanswered alert of a tier is told to these people."""

    priority: str
    after_days: int
    to: str


@dataclass(frozen=True, slots=True)
class HouseRules:
    """snooze_days: tier -> longest snooze. sides: rule id -> analyte -> where it is worse, as the rule's bounds say.
    repeats: what an alert is about -> the test taken to repeat it, where that is another one; "" = no laboratory test.
    """

    snooze_days: Mapping[str, int]
    floors: tuple[Floor, ...]
    escalation: tuple[Rung, ...]
    sides: Mapping[str, Mapping[str, Side]]
    repeats: Mapping[str, str] = field(default_factory=dict)


def read_house_rules(protocols: Protocols, path: Path = FILE) -> HouseRules:
    """Read the house's rules and look up what they refer to.

    Raises: ProtocolFault (the rule owner mends the file).
    """
    by_id = {f"{drug}.{rule.id}": rule for drug, protocol in protocols.drugs.items() for rule in protocol.rules}
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
        days = {priority: int(content["snooze"][priority]["at_most_days"]) for priority in PRIORITIES}
        floors = tuple(_floor(entry, by_id) for entry in content["floor"] if _is_loaded(entry, protocols))
        rungs = tuple(Rung(**entry) for entry in content["escalation"])
        repeats = {str(fact): str(test) for fact, test in content.get("repeat", {}).items()}
    except (OSError, tomllib.TOMLDecodeError, KeyError, TypeError, ValueError) as error:
        raise ProtocolFault([f"{path.name}: {error}; mend the file and start again"]) from error
    if any(rung.to not in AUDIENCES or rung.priority not in PRIORITIES for rung in rungs) or min(days.values()) < 1:
        raise ProtocolFault([f"{path.name}: escalation names {', '.join(AUDIENCES)}; a snooze may last a day at least"])
    if not set(repeats.values()) <= {*ANALYTES, ""}:
        raise ProtocolFault([f"{path.name}: what is taken to repeat a fact is a test of the catalogue, or none"])
    return HouseRules(days, floors, rungs, {name: _sides_of(rule) for name, rule in by_id.items()}, repeats)


def _is_loaded(entry: Mapping[str, Any], protocols: Protocols) -> bool:
    """Whether the drug of a floor's rule has a protocol in use: a set of rules for another drug has other floors."""
    return str(entry["rule"]).partition(".")[0] in protocols.drugs


def _floor(entry: Mapping[str, Any], by_id: Mapping[str, Rule]) -> Floor:
    rule = by_id.get(entry["rule"])
    if not isinstance(rule, Threshold) or not rule.analyte:
        raise ValueError(f"floor {entry['rule']} is no threshold rule on an analyte")
    band = rule.bands[0] if rule.low_is_worse else rule.bands[-1]
    side: Side = "low" if rule.low_is_worse else "high"
    closed_by = tuple(entry["closed_by"])
    if not closed_by or not set(closed_by) <= set(DECISIONS):
        raise ValueError(f"floor {entry['rule']} is closed by some of {', '.join(DECISIONS)}")
    return Floor(rule.analyte, band.start, band.stop, side, entry["rule"], entry["why"], closed_by)


def _sides_of(rule: Rule) -> dict[str, Side]:
    sides: dict[str, Side] = {}
    if isinstance(rule, Threshold) and rule.analyte:
        sides[rule.analyte] = "low" if rule.low_is_worse else "high"
    for name, side in _asked(rule.when) if isinstance(rule, Interval) else ():
        sides[name] = side if sides.get(name, side) == side else "both"
    return sides


def _asked(node: Condition) -> Iterator[tuple[str, Side]]:
    """Analytes whose values a tree of conditions asks for, each with the side it finds worse."""
    if isinstance(node, Neither):
        return  # what must not hold is not what the alert is about
    if isinstance(node, Leaf) and node.analyte:
        if node.below is not None or node.below_or_at is not None or node.changed == "fall" or node.fallen_percent:
            yield node.analyte, "low"
        if node.from_ is not None or node.above is not None or node.changed == "rise":
            yield node.analyte, "high"
    for part in parts_of(node):
        yield from _asked(part)


def span_of(value: float | None, comparator: str) -> tuple[float, float] | None:
    """The closed interval of values a result can mean; None where it has no number. "<1.5" ends just below 1.5."""
    if value is None or value != value:
        return None
    return value_interval(value, comparator)
