"""Which row of the clinical reference each rule carries, whether it is on, and the story that shows it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from core.protocols.kinds import Card, Overdue, Rule, Threshold, Visits
from core.protocols.schema import Protocol
from core.records import PRIORITIES
from core.views.rule_book import table
from core.views.rule_words import KIND_WORDS, OFF, rule_state
from core.views.text import count_text
from core.views.words import words

#: A rule's id, as an alert carries it, an authority, a priority and an action ("" twice for a schedule).
Grade = tuple[str, str, str, str]
#: A grade -> the name of a story that shows it.
Shown = Mapping[Grade, str]
NONE_YET = "**none yet**"


@dataclass(frozen=True, slots=True)
class Carried:
    """One rule that carries a row. positions: (priority, action) of each of its grades; empty for a schedule.

    stories: for each grade the story that shows it, "" for none.
    """

    rule_id: str
    kind: str
    category: str
    state: str
    positions: tuple[tuple[str, str], ...]
    stories: tuple[str, ...]


def list_rows(protocol: Protocol, shown: Shown) -> dict[tuple[str, str], tuple[Carried, ...]]:
    """Every row of the reference (its key and an authority) with the rules that carry it, in file order."""
    rows: dict[tuple[str, str], list[Carried]] = {}
    for rule in protocol.rule:
        name = f"{protocol.drug}.{rule.id}"
        for key in rule.keys:
            for says in rule.says:
                positions = positions_of(rule)
                stories = tuple(shown.get((name, says.authority, *one), "") for one in positions or (("", ""),))
                carried = Carried(name, rule.kind, rule.category, rule_state(rule), positions, stories)
                rows.setdefault((key, says.authority), []).append(carried)
    return {row: tuple(rules) for row, rules in rows.items()}


def positions_of(rule: Rule) -> tuple[tuple[str, str], ...]:
    """Every priority with its action that a rule can reach; none for a schedule, which alerts nobody."""
    match rule:
        case Threshold():
            found = [(one.priority, one.action) for one in rule.bands if one.priority and one.action]
        case Overdue():
            found = [(one.priority, one.action) for one in rule.after_tolerances]
        case Visits():
            found = []
        case _:
            found = [(rule.priority, rule.action)]
    return tuple(dict.fromkeys(found))


def print_coverage(protocol: Protocol, shown: Shown) -> str:
    """The ticked table of one drug as Markdown."""
    rows = list_rows(protocol, shown)
    lines = [
        f"# {protocol.title}: the clinical reference, row by row\n",
        "Printed by `python -m core protocols book --out docs`; never edited by hand. One line for each row of the "
        "reference (a key and an authority). ✓ on: evaluated. ✓ card: nothing a file set holds could trigger it, so it "
        "is shown beside the drug. ○ off: written down, never evaluated until a clinician signs it. The story is a "
        "case beside the protocol in which that authority speaks; a rule without one says so.\n",
        _summary(protocol, rows) + "\n",
        table(
            ("Key", "Authority", "Category", "Priority: action", "Rule", "Kind", "State", "Story"),
            [
                (
                    key, authority, _each(words(one.category) for one in rules),
                    _each(_positions(one) for one in rules), "<br>".join(_linked(one) for one in rules),
                    _each(KIND_WORDS[one.kind] for one in rules), _each(_state(one) for one in rules),
                    _story(rules),
                )
                for (key, authority), rules in sorted(rows.items(), key=_natural)
            ],
        ),
    ]  # fmt: skip
    return "\n".join(lines).rstrip() + "\n"


def _summary(protocol: Protocol, rows: Mapping[tuple[str, str], tuple[Carried, ...]]) -> str:
    on = sum(any(not one.state for one in rules) for rules in rows.values())
    card = sum(all(one.state and one.state != OFF for one in rules) for rules in rows.values())
    off = sum(all(one.state == OFF for one in rules) for rules in rows.values())
    told = sum(any(filter(None, (story for one in rules for story in one.stories))) for rules in rows.values())
    cards = f"{count_text(sum(isinstance(one, Card) for one in protocol.rule), 'card')} in the file"
    return (
        f"{count_text(len(rows), 'row')}: {on:,} on, {card:,} only on a reference card ({cards}), {off:,} off until "
        f"signed. {told:,} of the {on:,} that are on are shown by a story."
    )


def _natural(item: tuple[tuple[str, str], object]) -> tuple[str, int, str]:
    """ANK-ANC2 before ANK-ANC11."""
    key, authority = item[0]
    head = key.rstrip("0123456789")
    return head, int(key[len(head) :] or 0), authority


def _each(said: Iterable[str]) -> str:
    return "<br>".join(dict.fromkeys(said))


def _positions(one: Carried) -> str:
    ordered = sorted(one.positions, key=lambda position: PRIORITIES.index(position[0]))
    return "; ".join(f"{priority}: {words(action)}" for priority, action in ordered) or "schedule"


def _linked(one: Carried) -> str:
    return f"[{one.rule_id.partition('.')[2]}](rulebook.md#{one.rule_id})"


def _state(one: Carried) -> str:
    return "○ off" if one.state == OFF else "✓ card" if one.state else "✓ on"


def _story(rules: tuple[Carried, ...]) -> str:
    """The stories of a row, each after the grade it shows where a rule has several; a grade without one says so."""
    if all(one.state for one in rules):
        return "off: none" if rules[0].state == OFF else "card: none"
    told: dict[str, None] = {}
    for one in (one for one in rules if not one.state):
        for story, position in zip(one.stories, one.positions or (("", ""),), strict=True):
            grade = f"{position[0]}, {words(position[1])}: " if len(one.positions) > 1 else ""
            told[f"{grade}{story or NONE_YET}"] = None
    return "<br>".join(told)
