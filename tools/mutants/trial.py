"""Make every changed rule of a drug and see whether a story contradicts it."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from core.protocols.kinds import Card, Rule
from core.protocols.loader import FOLDER, Protocols, list_dangling, load_protocols
from core.protocols.schema import Common, EventGroup, Protocol
from tools.mutants.beside import REFUSED, change_background, judge_background
from tools.mutants.changes import Raw, change_group, change_rule, change_shared
from tools.mutants.witnesses import Witnesses, rules_with


@dataclass(frozen=True)
class Mutant:
    """place: the rule, or the table of the shared file. trial: the story that contradicts, "" if none does."""

    place: str
    what: str
    trial: Callable[[Witnesses], str]

    @property
    def name(self) -> str:
        return f"{self.place}: {self.what}"

    def killed_by(self, witnesses: Witnesses) -> str:
        try:
            return self.trial(witnesses)
        except ValidationError:
            return REFUSED


def list_mutants(drug: str = "anakinra") -> list[Mutant]:
    """Every change of every evaluated rule of a drug, of what the rules share, and of what is shown beside alerts."""
    raw = _read(f"{drug}.toml")
    shared = _read("common.toml")
    out = [
        Mutant(rule["id"], what, _judge_rule(changed, raw))
        for rule in raw["rule"] if rule.get("enabled", True) and rule["kind"] != "card"
        for what, changed in change_rule(rule)
    ]  # fmt: skip
    for name, group in {**shared["events"], **raw.get("events", {})}.items():
        if _who_asks(name, load_protocols()):
            out += [Mutant(f"events.{name}", w, _judge_group(name, changed)) for w, changed in change_group(group)]
    out += [Mutant("common.toml", what, _judge_shared(changed)) for what, changed in change_shared(shared)]
    days = raw["schedule"]["restart_after_days"]
    out += [
        Mutant("schedule", f"restart_after_days {days} becomes {days + by}", _judge_schedule(days + by))
        for by in (-1, 1)
    ]
    out += [Mutant("background.toml", what, _judge_beside(changed)) for what, changed in change_background()]
    return out


def list_unevaluated(drug: str = "anakinra") -> list[str]:
    """The rules and cards of a drug that raise nothing: switched off until signed, or only to be read."""
    protocol = load_protocols().drugs[drug]
    return [rule.id for rule in protocol.rule if rule not in protocol.rules]


def _read(name: str) -> Raw:
    return tomllib.loads((FOLDER / name).read_text(encoding="utf-8"))


def _rules(witnesses: Witnesses) -> tuple[Rule, ...]:
    return tuple(r for r in witnesses.shipped.drugs[witnesses.drug].rule if r.enabled and not isinstance(r, Card))


def _judge_rule(changed: Raw, raw: Raw) -> Callable[[Witnesses], str]:
    def trial(witnesses: Witnesses) -> str:
        others = [changed if one["id"] == changed["id"] else one for one in raw["rule"]]
        rules = Protocol.model_validate({**raw, "rule": others}).rules
        (rule,) = (one for one in rules if one.id == changed["id"])
        if any(list_dangling(rule, witnesses.shipped.common)):
            return REFUSED
        return witnesses.contradict(rules, among=_told_by(rule, rules))

    return trial


def _told_by(rule: Any, rules: Sequence[Rule]) -> list[str]:
    """The rule itself; for visits also those that wait for them, and the visits that follow."""
    if rule.kind != "visits":
        return [rule.id]
    tests = {rule.test} | {r.test for r in rules if getattr(r, "follows", "") == rule.test}  # type: ignore[union-attr]
    return [rule.id, *(r.id for r in rules if r is not rule and getattr(r, "test", "") in tests)]


def _judge_group(name: str, changed: Raw) -> Callable[[Witnesses], str]:
    def trial(witnesses: Witnesses) -> str:
        common = witnesses.shipped.common
        group = EventGroup.model_validate(changed)
        changed_common = common.model_copy(update={"events": {**common.events, name: group}})
        among = _who_asks(name, witnesses.shipped)
        return witnesses.contradict(_rules(witnesses), changed_common, among)

    return trial


def _who_asks(group: str, protocols: Protocols) -> list[str]:
    """The evaluated rules that ask about a group of events."""
    rules = [rule for protocol in protocols.drugs.values() for rule in protocol.rules]
    return rules_with(rules, group, protocols.common.steadiness.unless_events)


def _judge_shared(changed: Raw) -> Callable[[Witnesses], str]:
    def trial(witnesses: Witnesses) -> str:
        common = Common.model_validate(changed)
        events = {**witnesses.shipped.common.events, **common.events}
        return witnesses.contradict(_rules(witnesses), common.model_copy(update={"events": events}))

    return trial


def _judge_beside(changed: Raw) -> Callable[[Witnesses], str]:
    return lambda _witnesses: judge_background(changed)


def _judge_schedule(days: int) -> Callable[[Witnesses], str]:
    def trial(witnesses: Witnesses) -> str:
        from dataclasses import replace

        from tests.spec.edges import PAUSES, first_due_after_a_pause

        protocol = witnesses.shipped.drugs[witnesses.drug]
        moved = protocol.model_copy(
            update={"schedule": protocol.schedule.model_copy(update={"restart_after_days": days})}
        )
        rules = replace(witnesses.shipped, drugs={witnesses.drug: moved})
        wrong = [pause for pause, due in PAUSES.items() if first_due_after_a_pause(pause, rules) != due]
        return f"a pause of {wrong[0]} days" if wrong else ""

    return trial
