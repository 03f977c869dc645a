"""The numbers of a rule that may be moved in a trial: each by its place in the rule's data, none by its text.

Nothing here writes a file: a moved number makes new protocols in memory, checked as a file's would be.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

from pydantic import TypeAdapter, ValidationError

from core.errors import InputRefused
from core.protocols.conditions import Condition, Leaf, parts_of
from core.protocols.kinds import Card, Interval, Milestone, Overdue, Rule, Threshold, Visits
from core.protocols.loader import Protocols
from core.protocols.schema import Common, Protocol
from core.views.condition_words import say_condition
from core.views.names import analyte_name, analyte_unit, unit_text
from core.views.text import number_text
from core.views.words import words

Path = tuple[str | int, ...]
_RULE: TypeAdapter[Rule] = TypeAdapter(Rule)
_LEAF_KEYS = {
    "from_": ("from", "from this value"), "above": ("above", "above"), "below": ("below", "below"),
    "below_or_at": ("below_or_at", "at or below"), "by": ("by", "changed by at least"),
    "fallen_percent": ("fallen_percent", "fallen by per cent"), "within_days": ("within_days", "within days"),
    "not_within_days": ("not_within_days", "no result for days"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Number:
    """One number of one rule. place: what it is, in words; paths: where it stands in the rule's data (a boundary of two
    bands stands in both). whole: days, months and counts. switch: whether the rule is evaluated at all (1 or 0).
    """

    drug: str
    rule_id: str
    key: str
    place: str
    value: float
    unit: str
    paths: tuple[Path, ...]
    whole: bool = False
    switch: bool = False

    @property
    def text(self) -> str:
        """The number as it stands, with its unit."""
        if self.switch:
            return "evaluated" if self.value else "off"
        return f"{number_text(self.value)} {self.unit}".strip()


def numbers_of(rule: Rule, protocol: Protocol, common: Common) -> tuple[Number, ...]:
    """The movable numbers of one rule; a reference card has none."""
    if isinstance(rule, Card):
        return ()
    rule_id = f"{protocol.drug}.{rule.id}"
    found = [
        Number(protocol.drug, rule_id, str(place), said, float(value), unit, paths, whole)
        for place, (said, value, unit, paths, whole) in enumerate(_found(rule, common), start=1)
    ]
    on = Number(protocol.drug, rule_id, "0", "the rule", float(rule.enabled), "", (("enabled",),), True, True)
    return (*found, on)


_Found = tuple[str, float, str, tuple[Path, ...], bool]


def _found(rule: Rule, common: Common) -> Iterator[_Found]:
    match rule:
        case Threshold():
            yield from _boundaries(rule, common)
        case Interval():
            yield from _leaves(rule.when, ("when",), common)
        case Visits():
            yield from _dates(rule)
        case Overdue():
            for place, late in enumerate(rule.after_tolerances):
                said = f"{words(late.priority)}: so many tolerances after the due day"
                yield said, late.times, "", (("after_tolerances", place, "times"),), True
        case Milestone():
            for place, month in enumerate(rule.months):
                yield "months after the start", month, "months", (("months", place),), True
            yield "shown for", rule.open_days, "days", (("open_days",),), True
        case _:
            return


def _boundaries(rule: Threshold, common: Common) -> Iterator[_Found]:
    if rule.analyte and not analyte_unit(rule.analyte):
        return  # a coded result (negative, positive) has no number to move
    unit = unit_text(analyte_unit(rule.analyte)) if rule.analyte else common.features[rule.feature].unit
    name = analyte_name(rule.analyte) if rule.analyte else common.features[rule.feature].title
    for place, (lower, upper) in enumerate(pairwise(rule.bands)):
        end = "below" if lower.below is not None else "below_or_at"
        value = lower.below if lower.below is not None else lower.below_or_at
        if value is None:
            continue
        start = "from" if upper.from_ is not None else "above"
        said = f"{name}: below is {_grade(lower.priority)}, above is {_grade(upper.priority)}"
        yield said, value, unit, (("bands", place, end), ("bands", place + 1, start)), False


def _grade(priority: str | None) -> str:
    return words(priority) if priority else "clear"


def _leaves(node: Condition, path: Path, common: Common) -> Iterator[_Found]:
    if not isinstance(node, Leaf):
        name = next(name for name in ("all", "any", "none", "of") if getattr(node, name, None) is not None)
        for place, part in enumerate(parts_of(node)):
            yield from _leaves(part, (*path, name, place), common)
        return
    coded = bool(node.analyte) and not analyte_unit(node.analyte)
    for attribute, (key, said) in _LEAF_KEYS.items():
        value = getattr(node, attribute)
        if value is not None and not (coded and key not in ("within_days", "not_within_days")):
            days = "days" in key
            unit = "days" if days else "%" if "percent" in key else _unit_of(node, common)
            yield f"{say_condition(node, common)} ({said})", value, unit, ((*path, key),), days


def _unit_of(node: Leaf, common: Common) -> str:
    return unit_text(analyte_unit(node.analyte)) if node.analyte else common.features[node.feature].unit


def _dates(rule: Visits) -> Iterator[_Found]:
    yield "before the start, not older than", rule.baseline_days, "days", (("baseline_days",),), True
    for place, phase in enumerate(rule.phases):
        at: Path = ("phases", place)
        for nth, month in enumerate(phase.months):
            yield f"visit {nth + 1}: months after the start", month, "months", ((*at, "months", nth),), True
        for nth, day in enumerate(phase.days):
            yield f"visit {nth + 1}: days after the start", day, "days", ((*at, "days", nth),), True
        if phase.from_month is not None and phase.every_months is not None:
            yield "then every so many months", phase.every_months, "months", ((*at, "every_months"),), True
            yield "beginning with month", phase.from_month, "months", ((*at, "from_month"),), True
        yield f"tolerance of phase {place + 1}, each side", phase.tolerance_days, "days", (
            (*at, "tolerance_days"),), True  # fmt: skip


def find_rule(protocols: Protocols, rule_id: str) -> tuple[Protocol, Rule] | None:
    """A rule by its full id with its protocol; None where there is none."""
    for drug, protocol in protocols.drugs.items():
        for rule in protocol.rule:
            if f"{drug}.{rule.id}" == rule_id:
                return protocol, rule
    return None


def move_number(protocols: Protocols, number: Number, value: float) -> Protocols:
    """The same protocols with one number moved, in memory only.

    Raises: InputRefused (the moved number makes no sense in the rule; the user chooses another).
    """
    found = find_rule(protocols, number.rule_id)
    if found is None:
        raise InputRefused(f"There is no rule {number.rule_id}: choose one from the rule book.")
    protocol, rule = found
    told = rule.model_dump(by_alias=True)
    for path in number.paths:
        _put(told, path, bool(value) if number.switch else int(value) if number.whole else float(value))
    try:
        moved = _RULE.validate_python(told)
        rules = tuple(moved if one is rule else one for one in protocol.rule)
        changed = Protocol.model_validate({**_parts_of(protocol), "rule": rules})
    except ValidationError as error:
        said = str(error.errors()[0]["msg"]).removeprefix("Value error, ")
        raise InputRefused(f"{number_text(value)} does not fit this rule: {said}. Choose another number.") from error
    drugs: Mapping[str, Protocol] = {**protocols.drugs, protocol.drug: changed}
    return replace(protocols, drugs=drugs)


def _parts_of(protocol: Protocol) -> dict[str, Any]:
    return {name: getattr(protocol, name) for name in type(protocol).model_fields}


def _put(told: dict[str, Any], path: Path, value: float) -> None:
    """Set one number in nested data; a tuple on the way becomes a list."""
    place: Any = told
    for step, after in pairwise(path):
        held = place[step]
        if isinstance(after, int) and isinstance(held, tuple):
            held = place[step] = list(held)
        place = held
    place[path[-1]] = value
