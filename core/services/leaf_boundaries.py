"""Both sides of every range of an analyte in a combined condition, each tried on a whole made-up patient.

All other conditions of the rule are set so that this one decides: its neighbours' values and events are searched for
until the answer turns at the limit. Conditions on computed values or on the course itself are left to the stories.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from itertools import product

from core.catalogue import analyte
from core.protocols.cases import Case
from core.protocols.conditions import AtLeast, Condition, Every, Leaf, Neither, Some, leaves_of, parts_of
from core.protocols.kinds import Interval, Rule
from core.protocols.loader import Protocols
from core.protocols.schema import Protocol
from core.records import CODED_NUMBERS, INDICATIONS
from core.services.case_stories import tell_case

#: One made-up patient: the value of each analyte (None: never measured) and the groups of events that hold.
Values = dict[str, float | None]
_ON, _MEASURED = "2026-03-01", "2026-02-28"


def check_leaf_boundaries(protocol: Protocol, protocols: Protocols) -> Iterator[str]:
    """For each limit of an analyte in an interval rule: just below, exactly, just above. Yields "" where it holds."""
    for rule in protocol.rules:
        if not isinstance(rule, Interval):
            continue
        leaves = list(leaves_of(rule.when))
        if any(leaf.feature or leaf.course for leaf in leaves):
            continue
        for leaf in leaves:
            limit = _limit(leaf)
            compared = any(other.changed and other.analyte == leaf.analyte for other in leaves)
            if limit is None or leaf.newly or leaf.fallen_percent is not None:
                continue
            step = step_of(leaf.analyte)
            beside = tuple(round(limit + by, 6) for by in (-step, 0.0, step))
            found = _deciding(rule, leaf, beside)
            if found is None and compared:
                continue  # it decides beside an earlier result only: left to the stories
            if found is None:
                yield f"rule {rule.id}: nothing makes {leaf.analyte} {limit:g} decide"
                continue
            values, groups = found
            alone = only(rule, protocol, protocols)
            for value in beside:
                yield _try(rule, protocol.drug, alone, {**values, leaf.analyte: value}, groups)


def only(rule: Rule, protocol: Protocol, protocols: Protocols) -> Protocols:
    """A clinic with one rule: what is tried a hundred times need not ask the others each time."""
    alone = protocol.model_copy(update={"rule": (rule,)})
    return Protocols(protocols.common, {protocol.drug: alone}, {protocol.drug: protocols.hashes[protocol.drug]})


def step_of(name: str) -> float:
    """One reported digit of an analyte; half the way between absent and present of a coded one."""
    return 0.5 if analyte(name).kind == "coded" else 10.0 ** -analyte(name).decimals


def _limit(leaf: Leaf) -> float | None:
    if not leaf.analyte:
        return None
    return next((x for x in (leaf.from_, leaf.above, leaf.below, leaf.below_or_at) if x is not None), None)


def _deciding(rule: Interval, leaf: Leaf, beside: tuple[float, ...]) -> tuple[Values, frozenset[str]] | None:
    """Values of the other analytes and groups of events with which the rule's answer turns at the leaf's limit."""
    leaves = list(leaves_of(rule.when))
    others: dict[str, list[float | None]] = {}
    for other in leaves:
        if other.analyte and other.analyte != leaf.analyte:
            limit = _limit(other)
            step = step_of(other.analyte)
            near: list[float | None] = [None] if limit is None else [round(limit - step, 6), round(limit + step, 6)]
            others.setdefault(other.analyte, []).extend(near)
    groups = sorted({other.events for other in leaves if other.events})
    for picked in product(*others.values()):
        for bits in product((False, True), repeat=len(groups)):
            values: Values = dict(zip(others, picked, strict=True))
            held = frozenset(name for name, bit in zip(groups, bits, strict=True) if bit)
            if len({holds(rule.when, {**values, leaf.analyte: value}, held) for value in beside}) > 1:
                return values, held
    return None


def holds(node: Condition, values: Values, groups: frozenset[str]) -> bool:
    """Whether a condition is met for somebody with one result of each analyte and no other drug."""
    if isinstance(node, Leaf):
        return _leaf_holds(node, values, groups)
    parts = [holds(part, values, groups) for part in parts_of(node)]
    match node:
        case Every():
            return all(parts)
        case Some():
            return any(parts)
        case Neither():
            return not any(parts)
        case AtLeast():
            return sum(parts) >= node.at_least


def _leaf_holds(leaf: Leaf, values: Values, groups: frozenset[str]) -> bool:
    if leaf.events:
        return leaf.events in groups
    value = values.get(leaf.analyte)
    if leaf.not_within_days is not None:
        return value is None
    # A change and a fall need an earlier result, news an earlier answer, another drug a course: none is here.
    if value is None or leaf.changed or leaf.fallen_percent is not None or leaf.newly or leaf.drugs:
        return False
    return (
        (leaf.from_ is None or value >= leaf.from_)
        and (leaf.above is None or value > leaf.above)
        and (leaf.below is None or value < leaf.below)
        and (leaf.below_or_at is None or value <= leaf.below_or_at)
    )


def _try(rule: Interval, drug: str, protocols: Protocols, values: Values, groups: frozenset[str]) -> str:
    planned = "running" not in rule.phases
    indications = rule.indications or tuple(i for i in INDICATIONS if i not in rule.not_indications)
    story = Case.model_validate({
        "name": rule.id, "as_of": _ON, "about": (rule.category,),
        "results": tuple((_MEASURED, name, _text(name, value)) for name, value in values.items() if value is not None),
        "courses": ({"start": "2026-03-10" if planned else "2026-01-01", "indication": indications[0]},),
        "events": tuple(_event(name, protocols, drug) for name in groups),
    })  # fmt: skip
    said = {(p.priority, p.action) for a in tell_case(story, drug, protocols).alerts for p in a.positions
            if p.rule_id == f"{drug}.{rule.id}"}  # fmt: skip
    want = {(rule.priority, rule.action)} if holds(rule.when, values, groups) else set()
    told = ", ".join(f"{name} {value:g}" for name, value in values.items() if value is not None)
    return "" if said == want else f"rule {rule.id} at {told}: expected {sorted(want)}, found {sorted(said)}"


def _text(name: str, value: float) -> str:
    if analyte(name).kind == "coded":
        return next((word for word, number in CODED_NUMBERS.items() if number == value), f"{Decimal(str(value)):f}")
    return f"{Decimal(str(value)):f}"


def _event(group: str, protocols: Protocols, drug: str) -> dict[str, str]:
    """An event of a group on the day of the results, made from the group's first entry."""
    entry = {**protocols.common.events, **protocols.drugs[drug].events}[group].any[0]
    return {
        "kind": entry.kind, "start": _MEASURED, "code": next(iter(entry.code), ""),
        "severity": next(iter(entry.severity), ""), "detail": next(iter(entry.words), ""),
    }  # fmt: skip
