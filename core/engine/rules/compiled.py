"""A rule as the engine runs it: one condition with the authorities that speak on it for one group of indications."""

from __future__ import annotations

from dataclasses import dataclass

from core.engine.phases import limited_to
from core.protocols.schema import (
    Baseline,
    EventRule,
    Interval,
    OnCourse,
    Overdue,
    Protocol,
    Rule,
    Says,
    Threshold,
    Visits,
    analytes_of,
)
from core.records import AUTHORITIES

#: What each computed feature is made of, the chief input first.
INPUTS = {
    "creatinine_clearance": ("creatinine", "weight"),
    "aki_nhse": ("creatinine",),
    "aki_kdigo": ("creatinine",),
    "creatinine_without_history": ("creatinine",),
    "weight_age": ("weight",),
}
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

    @property
    def rule_id(self) -> str:
        return f"{self.drug}.{self.rule.id}"

    @property
    def fact(self) -> str:
        """What an alert of this rule is about ("" = the event itself)."""
        match self.rule:
            case Threshold():
                return self.rule.subject
            case Interval() | EventRule():
                return self.rule.fact
            case Baseline() | Overdue() | Visits():
                return self.rule.test

    @property
    def tests(self) -> tuple[str, ...]:
        """The tests the rule needs, the chief one first, for naming what to request or to mend."""
        match self.rule:
            case Threshold():
                return (self.rule.analyte,) if self.rule.analyte else INPUTS[self.rule.feature]
            case Interval():
                return tuple(dict.fromkeys((self.rule.fact, *(a for a in analytes_of(self.rule.when) if a))))
            case _:
                return (self.fact or "result",)

    @property
    def authorities(self) -> tuple[str, ...]:
        return tuple(says.authority for says in self.says)


def compile_rules(protocol: Protocol, authorities: frozenset[str] | None, first: int) -> list[CompiledRule]:
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
            if isinstance(rule, OnCourse):
                own = limited_to(rule.indications, rule.not_indications)
                limit = own if limit is None else limit if own is None else own & limit
            speaking.sort(key=lambda s: AUTHORITIES.index(s.authority))
            out.append(CompiledRule(first + len(out), protocol.drug, rule, tuple(speaking), limit))
    return out
