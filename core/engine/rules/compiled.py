"""A rule as the engine runs it: one condition with the authorities that speak on it for one group of indications."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from core.catalogue import ANALYTES
from core.engine.phases import limited_to
from core.protocols.conditions import leaves_of
from core.protocols.kinds import (
    Baseline,
    CourseRule,
    EventRule,
    Interaction,
    Interval,
    Milestone,
    OnCourse,
    Overdue,
    Rule,
    Says,
    Threshold,
    Treated,
    Visits,
)
from core.protocols.schema import FeatureText, Protocol
from core.records import AUTHORITIES

#: House safety rules stay on whatever authorities a clinic chooses: contract 4.
ALWAYS = "LOCAL"


@dataclass(frozen=True)
class CompiledRule:
    """number: its position in the engine's tables. indications: codes it is limited to, None = all."""

    number: int
    drug: str
    rule: Rule
    says: tuple[Says, ...]
    indications: frozenset[int] | None
    tests: tuple[str, ...] = ()

    @property
    def rule_id(self) -> str:
        return f"{self.drug}.{self.rule.id}"

    @property
    def fact(self) -> str:
        """What an alert of this rule is about ("" = the event, or the pair of drugs, itself)."""
        match self.rule:
            case Threshold():
                return self.rule.subject
            case Interval() | EventRule() | CourseRule() | Milestone():
                return self.rule.fact
            case Baseline():
                return self.rule.fact or self.rule.test
            case Overdue() | Visits():
                return self.rule.test
            case Interaction() | _:
                return ""

    @property
    def authorities(self) -> tuple[str, ...]:
        return tuple(says.authority for says in self.says)


def compile_rules(
    protocol: Protocol, features: Mapping[str, FeatureText], authorities: frozenset[str] | None, first: int
) -> list[CompiledRule]:
    """The rules on which a chosen authority (None: any) speaks, numbered from `first`.

    An authority that speaks for fewer indications than the rule covers gets a compiled rule of its own.
    """
    out: list[CompiledRule] = []
    for rule in protocol.rules:
        groups: dict[tuple[str, ...], list[Says]] = {}
        for says in rule.says:
            if authorities is None or says.authority in authorities or says.authority == ALWAYS:
                groups.setdefault(says.indications, []).append(says)
        for wanted, speaking in groups.items():
            limit = limited_to(wanted, ()) if wanted else None
            if isinstance(rule, OnCourse | Treated):
                own = limited_to(rule.indications, rule.not_indications)
                limit = own if limit is None else limit if own is None else own & limit
            speaking.sort(key=lambda s: AUTHORITIES.index(s.authority))
            out.append(
                CompiledRule(first + len(out), protocol.drug, rule, tuple(speaking), limit, _tests_of(rule, features))
            )
    return out


def _tests_of(rule: Rule, features: Mapping[str, FeatureText]) -> tuple[str, ...]:
    """The analytes a rule rests on, those of its features included."""
    match rule:
        case Threshold():
            return (rule.analyte,) if rule.analyte else features[rule.feature].inputs
        case Interval():
            names = [rule.fact] if rule.fact in ANALYTES else []
            for leaf in leaves_of(rule.when):
                names += [leaf.analyte] if leaf.analyte else features[leaf.feature].inputs if leaf.feature else []
            return tuple(dict.fromkeys(names))
        case Visits() | Baseline() | Overdue():
            return (rule.test,)
        case _:
            return ()
