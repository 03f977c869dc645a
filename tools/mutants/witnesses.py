"""What a changed rule is judged by: the stories beside the protocol and the rows of the spec chapters."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Protocol as Shape

from core.protocols.cases import Case, read_cases
from core.protocols.conditions import leaves_of
from core.protocols.kinds import Baseline, Interval, Overdue, Rule, Visits
from core.protocols.loader import FOLDER, Protocols, load_protocols
from core.protocols.schema import Common
from core.services.check_protocols import run_case


class Row(Shape):
    """A story about one rule and the answer it must come to."""

    @property
    def rule(self) -> str: ...
    @property
    def expected(self) -> str: ...
    @property
    def name(self) -> str: ...
    def ask(self, rules: Protocols | None = None) -> str: ...


@dataclass(frozen=True)
class Witnesses:
    """Everything that can contradict a rule of one drug. broken: rows that contradict the rules as they are."""

    drug: str
    shipped: Protocols
    rows: tuple[Row, ...]
    stories: tuple[Case, ...]

    @cached_property
    def by_rule(self) -> dict[str, list[Row]]:
        out: dict[str, list[Row]] = {}
        for row in self.rows:
            out.setdefault(row.rule, []).append(row)
        return out

    def contradict(self, changed: Sequence[Rule], common: Common | None = None, among: Iterable[str] = ()) -> str:
        """The first story that does not come out under these rules, "" if all do.

        among: the rules whose answers may differ (none: all); nothing else is asked.
        """
        ids = set(among) or {rule.id for rule in changed}
        return self._by_row(changed, common, ids) or self._by_story(changed, common, ids)

    def comes_out(self, row: Row, rules: Sequence[Rule]) -> bool:
        """Whether a row gets its answer from its own rule and the visits that rests on."""
        return row.ask(self._only(rules, None, lambda rule: rule.id == row.rule)) == row.expected

    def _by_row(self, changed: Sequence[Rule], common: Common | None, ids: set[str]) -> str:
        for name in sorted(ids, key=lambda one: len(self.by_rule.get(one, ()))):
            rows = self.by_rule.get(name, ())
            rules = self._only(changed, common, lambda rule, name=name: rule.id == name) if rows else None
            for row in rows:
                if row.ask(rules) != row.expected:
                    return row.name
        return ""

    def _by_story(self, changed: Sequence[Rule], common: Common | None, ids: set[str]) -> str:
        categories = {rule.category for rule in changed if rule.id in ids}
        visited = any(isinstance(rule, Visits) and rule.id in ids for rule in changed)
        for story in self.stories:
            about = set(story.about)
            if about & categories or (visited and (story.schedule is not None or "monitoring" in about)):
                rules = self._only(changed, common, lambda rule, about=about: rule.category in about)
                if run_case(story, self.drug, rules):
                    return story.name
        return ""

    def _only(self, changed: Sequence[Rule], common: Common | None, asked) -> Protocols:  # type: ignore[no-untyped-def]
        """The rules asked, with the visits they rest on."""
        some = [rule for rule in changed if asked(rule)]
        dated = any(isinstance(rule, Visits | Baseline | Overdue) for rule in some)
        kept = tuple(rule for rule in changed if rule in some or (dated and isinstance(rule, Visits)))
        protocol = self.shipped.drugs[self.drug].model_copy(update={"rule": kept})
        return Protocols(common or self.shipped.common, {self.drug: protocol}, {self.drug: "sha256:mutant"})


def gather_witnesses(drug: str = "anakinra") -> Witnesses:
    """The rows of the spec chapters and the stories beside the protocol."""
    from tests.spec import edges, edges_more, subjects

    rows: tuple[Row, ...] = (*edges.ROWS, *edges_more.ROWS, *subjects.ROWS)
    return Witnesses(drug, load_protocols(), rows, read_cases(FOLDER / f"{drug}.cases.toml"))


def drop_broken(witnesses: Witnesses) -> tuple[Witnesses, list[str]]:
    """Those that come out under the shipped rules, and the names of those that do not: they could not tell."""
    shipped = witnesses.shipped.drugs[witnesses.drug].rules
    rows = {row: witnesses.comes_out(row, shipped) for row in witnesses.rows}
    stories = [(story, not run_case(story, witnesses.drug, witnesses.shipped)) for story in witnesses.stories]
    broken = [row.name for row, well in rows.items() if not well]
    broken += [story.name for story, well in stories if not well]
    good = tuple(row for row, well in rows.items() if well)
    return replace(witnesses, rows=good, stories=tuple(story for story, well in stories if well)), broken


def rules_with(rules: Iterable[Rule], group: str, unless: str) -> list[str]:
    """The rules that ask about a group of events; with those that wait for steady kidneys if the group ends that."""
    out = []
    for rule in rules:
        named = {getattr(rule, name, "") for name in ("events", "except_events", "unless_events")}
        steady = getattr(rule, "steady", False)
        if isinstance(rule, Interval):
            leaves = list(leaves_of(rule.when))
            named |= {leaf.events for leaf in leaves}
            steady = any(leaf.steady for leaf in leaves)
        if group in named or (steady and group == unless):
            out.append(rule.id)
    return out
