"""A rule on the screen: its words, the authorities side by side, where sources disagree, its stories as pictures."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from core.engine.rules.compiled import CompiledRule
from core.protocols.cases import Case
from core.protocols.disagreements import Disagreement, disagreements_on
from core.protocols.kinds import Rule
from core.protocols.schema import Common, Protocol
from core.records import CATEGORIES
from core.views.case_picture import Outcome, choose_stories, describe_story, draw_story
from core.views.markup import Markup, join, tag
from core.views.palette import Palette
from core.views.rule_titles import title_of
from core.views.rule_words import RuleText, say_rule
from core.views.source_words import CHECKED_WORDS, section_words
from core.views.text import count_text
from core.views.words import MARKS, title_words, words

_WORD = re.compile(r"[^\W_]+")
_SHRINKS = "grid-template-columns:minmax(0,1fr)"  # so that a wide table scrolls inside its card
_UNITS = (("x10^9/L", "×10⁹/L"), ("umol/L", "µmol/L"))  # as the notes on disagreements spell them -> as every card does
_PRIORITY_ORDER = ("high", "medium", "low", "")


@dataclass(frozen=True, slots=True)
class Entry:
    """One rule in the book. state: evaluated, off until signed, reference card. priority: the gravest it can reach, ""
    for a schedule. fact: what its alerts are about, "" = each event or pair of drugs on its own.
    """

    rule: Rule
    drug: str
    told: RuleText
    category: str
    state: str
    priority: str
    authorities: tuple[str, ...]
    stories: tuple[tuple[Case, Outcome], ...]
    disagreements: tuple[Disagreement, ...]
    fact: str
    searched: frozenset[str] = field(repr=False)

    @property
    def name(self) -> str:
        return self.told.id.removeprefix(f"{self.drug}.")


@dataclass(frozen=True, slots=True)
class Choice:
    """What the book is narrowed to; an empty set narrows nothing."""

    categories: frozenset[str] = frozenset()
    authorities: frozenset[str] = frozenset()
    states: frozenset[str] = frozenset()
    text: str = ""


def list_entries(protocol: Protocol, common: Common, stories: Sequence[Case]) -> tuple[Entry, ...]:
    """Every rule of a drug, by category, in the file's order within one."""
    entries = [_entry(rule, protocol, common, stories) for rule in protocol.rule]
    return tuple(sorted(entries, key=lambda one: CATEGORIES.index(one.category)))


def _entry(rule: Rule, protocol: Protocol, common: Common, stories: Sequence[Case]) -> Entry:
    told = say_rule(rule, protocol, common)
    grades = {step.priority for step in told.steps} or {""}
    says = [f"{one.authority} {one.document} {one.section}" for one in told.says]
    text = " ".join((told.id, *told.keys, told.title, told.looks_at, told.advice, told.why, told.category, *says,
                     *(said for _, said in told.conditions)))  # fmt: skip
    return Entry(
        rule, protocol.drug, told, rule.category, told.state or "evaluated",
        min(grades, key=_PRIORITY_ORDER.index), tuple(dict.fromkeys(one.authority for one in told.says)),
        choose_stories(stories, rule), disagreements_on(protocol.drug, told.keys),
        CompiledRule(0, protocol.drug, rule, rule.says, None).fact, frozenset(list_words(text)),
    )  # fmt: skip


def list_words(text: str) -> list[str]:
    """The words of a text as a search compares them."""
    return [word.casefold() for word in _WORD.findall(text)]


def narrow(entries: Iterable[Entry], choice: Choice) -> tuple[Entry, ...]:
    """The rules that match every filter and hold every word."""
    wanted = list_words(choice.text)
    return tuple(
        one
        for one in entries
        if (not choice.categories or one.category in choice.categories)
        and (not choice.authorities or not choice.authorities.isdisjoint(one.authorities))
        and (not choice.states or one.state in choice.states)
        and all(any(found.startswith(word) for found in one.searched) for word in wanted)
    )


def columns(entries: Sequence[Entry]) -> dict[str, list[object]]:
    """The rules as the table's columns."""
    return {
        "category": [title_words(one.category) for one in entries],
        "rule": [one.name for one in entries],
        "mark": [[str(MARKS[one.priority])] if one.priority else [] for one in entries],
        "looks_at": [one.told.looks_at for one in entries],
        "authority": [", ".join(one.authorities) for one in entries],
        "state": [one.state for one in entries],
        "stories": [len(one.stories) for one in entries],
        "checked": ["; ".join(dict.fromkeys(_checked(says.checked) for says in one.told.says)) for one in entries],
    }


def rule_card(one: Entry, signed: str, others: Sequence[Entry] = ()) -> Markup:
    """One rule in full. signed: the sign-off of the drug's rules in a sentence; others: the rules of the same drug."""
    told = one.told
    state = tag("b", f" · {told.state}") if told.state else None
    rows: list[tuple[str, Markup | str]] = [
        ("Looks at", _looks_at(told)),
        ("For whom, when", told.applies),
        *([("Silences", "; ".join(_in_words(name, others) for name in told.replaces))] if told.replaces else []),
        ("Cannot tell when", "; ".join(told.unknown) or "never: an empty record proves nothing"),
        ("Advice", told.advice),
        ("Why", told.why),
        *([("Due", "; ".join(f"{when} ({window})" for when, window in told.dates))] if told.dates else []),
    ]
    facts = [part for name, said in rows for part in (tag("dt", name), tag("dd", said))]
    return tag(
        "div",
        tag("h2", tag("b", title_of(told)), state),
        tag("div", f"{told.id} · {told.kind} · reference {', '.join(told.keys)} · {signed}", css="n-muted"),
        tag("dl", join(facts), css="n-proof"),
        _grades(told),
        _voices(told),
        _beside(one, others),
        *(_disagreement(each) for each in one.disagreements),
        css="n-card n-preview",
        style=_SHRINKS,
    )


def _in_words(rule_id: str, others: Sequence[Entry]) -> str:
    """Another rule of the drug: its title, its id after it."""
    known = next((title_of(one.told) for one in others if one.told.id == rule_id), "")
    return f"{known} ({rule_id})" if known else rule_id


def _looks_at(told: RuleText) -> Markup:
    lines = [tag("div", f"{'– ' * depth}{said}") for depth, said in told.conditions]
    return tag("span", told.looks_at, join(lines))


def _grades(told: RuleText) -> Markup | None:
    if not told.steps:
        return None
    rows = [
        (one.when or "whenever it is met", str(MARKS[one.priority]), words(one.action), one.advice)
        for one in told.steps
    ]
    return table(("When", "Priority", "Action named", "In its own words"), rows)


def _voices(told: RuleText) -> Markup:
    rows = [
        (one.authority + (f" (only {one.only_for})" if one.only_for else ""), one.document,
         section_words(one.section), one.version, _checked(one.checked)) for one in told.says
    ]  # fmt: skip
    return table(("Authority", "Document", "Section", "Version", "Value"), rows)


def _beside(one: Entry, others: Sequence[Entry]) -> Markup | None:
    """Who else speaks on the same fact: the authorities side by side, each with its own limit and action."""
    same = [
        other for other in others
        if one.fact and (other.category, other.fact) == (one.category, one.fact) and other.told.steps
    ]  # fmt: skip
    if len(same) < 2:
        return None
    rows = [
        (", ".join(other.authorities), _named(other, one), _whole(other.told), _stance(other), other.told.applies)
        for other in same
    ]
    said = table(("Authority", "Rule", "Looks at", "Says", "For whom, when"), rows)
    return tag("div", tag("b", "On the same fact, side by side (one alert, the strictest leads):"), said)


def _named(other: Entry, one: Entry) -> str:
    if other.told.id == one.told.id:
        return f"{other.name} (this rule)"
    return other.name if other.state == "evaluated" else f"{other.name} ({other.state})"


def _whole(told: RuleText) -> str:
    return " ".join((told.looks_at, "; ".join(said for _, said in told.conditions))).strip()


def _stance(one: Entry) -> str:
    return "; ".join(dict.fromkeys(f"{MARKS[step.priority]} {words(step.action)}" for step in one.told.steps))


def _disagreement(one: Disagreement) -> Markup:
    sides = table(
        ("Who", "Says", "Value"), [(side.who, _spelt(side.says), _checked(side.checked)) for side in one.sides]
    )
    note = tag("div", _spelt(one.note), css="n-muted") if one.note else None
    return tag("div", tag("div", tag("b", f"Sources disagree, {one.id}: "), _spelt(one.topic)), sides, note)


def _checked(code: str) -> str:
    return CHECKED_WORDS.get(code, code)


def _spelt(text: str) -> str:
    for given, said in _UNITS:
        text = text.replace(given, said)
    return text


def disagreement_list(found: Sequence[Disagreement]) -> Markup:
    """Every topic on which the sources differ, each side in our own words."""
    return tag(
        "div",
        *(tag("div", _disagreement(one), css="n-card n-preview", style=_SHRINKS) for one in found),
        css="n-preview",
    )


def table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> Markup:
    """A plain table; a column without a word in it is left out."""
    kept = [place for place in range(len(heads)) if any(row[place] for row in rows)]
    head = tag("tr", *(tag("th", heads[place], scope="col") for place in kept))
    body = [tag("tr", *(tag("td", row[place]) for place in kept)) for row in rows]
    return tag(
        "div", tag("table", tag("thead", head), tag("tbody", join(body)), css="n-table"), css="n-scroll", tabindex=0
    )


def stories_line(one: Entry, shown: int) -> str:
    """How many stories prove a rule, by what they show."""
    kinds = [told.kind for _, told in one.stories]
    if not kinds:
        return "No story of its own: no case shows this rule yet."
    said = {"fires": "fires", "cannot tell": "cannot tell", "silent": "must stay silent", "schedule": "dates"}
    counts = ", ".join(f"{kinds.count(kind)} {spoken}" for kind, spoken in said.items() if kind in kinds)
    return f"showing {shown:,} of {count_text(len(kinds), 'story', 'stories')} that prove it: {counts}"


def story_figures(one: Entry, colours: Palette, most: int) -> Markup:
    """The stories as pictures with what each expects, the first `most` of them."""
    figures = [
        tag(
            "figure", tag("figcaption", tag("b", told.said), tag("div", story.name)),
            tag("img", src=draw_story(story, one.rule, colours), alt=describe_story(story, told),
                style="max-width:100%"),
            style="margin:0;padding:8px 16px;border:1px solid var(--n-line);border-radius:6px;max-width:552px",
        ) for story, told in one.stories[:most]
    ]  # fmt: skip
    return tag("div", *figures, css="n-verdicts")


def book_banner(title: str, review: Sequence[str], states: str, digest: str) -> Markup:
    """Whose rules these are: sign-off, review, how many are on, off or cards, and the hash that stands in every answer.

    Hazard: HAZ-014 (a rule nobody approved must not look approved).
    """
    return tag(
        "div", tag("span", title, css="n-name"), tag("b", " ".join(review)), tag("span", states),
        tag("span", f"rules {digest[:19]}…", css="n-muted", title=digest), css="n-row n-card",
    )  # fmt: skip


def document_table(protocol: Protocol) -> Markup:
    """The documents the rules rest on, with how many rules cite each and how each citation was checked."""
    rows = []
    for key, document in protocol.documents.items():
        cited = [says for rule in protocol.rule for says in rule.says if says.document == key]
        checked = [f"{count} {_checked(how)}" for how, count in Counter(says.checked for says in cited).most_common()]
        rows.append((document.document, document.version, count_text(len(cited), "citation"), "; ".join(checked)))
    return table(("Document", "Version", "Cited", "Values"), rows)
