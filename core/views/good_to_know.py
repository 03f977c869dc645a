"""Beside a drug's alerts: what is good to know, what is off, and whether a clinician has signed any of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from core.protocols.kinds import Card
from core.protocols.loader import load_protocols
from core.protocols.schema import Common, Protocol
from core.records import DAY
from core.views.marks import mark_tag
from core.views.markup import Markup, tag
from core.views.model import PatientPicture
from core.views.people import is_current
from core.views.rule_state import count_states, is_review_overdue, review_lines
from core.views.rule_words import KIND_WORDS, RuleText, Voice, say_rule
from core.views.source_words import checked_words, place_words
from core.views.text import capital, count_text
from core.views.words import words

_EPOCH = date(1970, 1, 1)


def good_to_know(picture: PatientPicture) -> Markup:
    """For each drug with rules that the patient takes or is to take: sign-off, cards, and rules that are off."""
    known = load_protocols()
    drugs = dict.fromkeys(one.drug for one in picture.courses if is_current(one, picture.as_of))
    covered = [known.drugs[drug] for drug in drugs if drug in known.drugs]
    if not covered:
        return tag("p", "No rules of Nadir cover a drug in use, so there is nothing to show here.")
    panels = (drug_panel(one, known.common, day_of(picture.as_of)) for one in covered)
    return tag("div", *panels, css="n-verdicts")


def reference_line(drug: str, as_of: int) -> str:
    """One line for a drug's verdict: nobody signed, review overdue, rules off, cards to read; "" for none of these."""
    protocol = load_protocols().drugs.get(drug)
    return "" if protocol is None else protocol_line(protocol, day_of(as_of))


def protocol_line(protocol: Protocol, today: date) -> str:
    """The same of a protocol at hand; "" where it is signed and in date, nothing is off and it has no cards."""
    said = [] if protocol.reviewed.signed else ["rules awaiting clinical sign-off"]
    said += ["REVIEW OF THE RULES OVERDUE"] if is_review_overdue(protocol, today) else []
    off = sum(not rule.enabled for rule in protocol.rule)
    said += [f"{count_text(off, 'rule')} off until signed"] if off else []
    cards = sum(card.enabled for card in protocol.cards)
    said += [count_text(cards, "reference card")] if cards else []
    line = "; ".join(said)
    return f"{capital(line)}: see Good to know." if line else ""


def day_of(instant: int) -> date:
    """The calendar day of an instant."""
    return _EPOCH + timedelta(days=instant // DAY)


def drug_panel(protocol: Protocol, common: Common, today: date) -> Markup:
    """One drug: whether its rules are signed and in date, its cards, and which of its rules are off.

    Args: today (an overdue review is said on that day).
    """
    told = [say_rule(rule, protocol, common) for rule in protocol.rule]
    cards = [one for one, rule in zip(told, protocol.rule, strict=True) if isinstance(rule, Card) and rule.enabled]
    off = [one for one in told if one.state.startswith("off")]
    return tag(
        "article",
        tag("h2", tag("b", protocol.title), " good to know"),
        *(tag("p", line, css="n-missing") for line in _loud(protocol, today)),
        *(tag("p", line, css="n-muted") for line in _quiet(protocol, today)),
        tag("p", count_states(protocol), css="n-muted"),
        *_cards(cards),
        *_off(off),
        css="n-card",
    )


def _loud(protocol: Protocol, today: date) -> list[str]:
    """What a reader must not miss: nobody signed, or a review is overdue."""
    signed, review = review_lines(protocol, today)
    return ([] if protocol.reviewed.signed else [signed]) + ([review] if is_review_overdue(protocol, today) else [])


def _quiet(protocol: Protocol, today: date) -> list[str]:
    return [line for line in review_lines(protocol, today) if line not in _loud(protocol, today)]


def _cards(cards: Sequence[RuleText]) -> list[Markup]:
    """The reference cards: each with its words, its reason and who says so."""
    if not cards:
        return [tag("p", "There are no reference cards for this drug.", css="n-muted")]
    return [tag("h3", count_text(len(cards), "reference card")), tag("dl", *_definitions(cards), css="n-reference")]


def _definitions(cards: Sequence[RuleText]) -> list[Markup]:
    return [
        part
        for one in cards
        for part in (
            tag("dt", one.title),
            tag("dd", one.advice, " ", tag("span", f"{one.why} ({_sources(one)})", css="n-muted")),
        )
    ]


def _off(off: Sequence[RuleText]) -> list[Markup]:
    """Rules written down but not evaluated: what they would look at, so that nobody takes them for a check."""
    if not off:
        return [tag("p", "No rule is off.", css="n-muted")]
    items = [
        tag("li", _would(one), tag("span", f" ({_named(one)})", css="n-muted"))
        for one in off
    ]  # fmt: skip
    head = tag("h3", mark_tag("not_checked"), f" {count_text(len(off), 'rule')} off until signed")
    return [head, tag("ul", *items, css="n-plain")]


def _would(one: RuleText) -> str:
    """What a rule that is off would say or look at; a title that only an alert can fill in is left out."""
    if one.kind == KIND_WORDS["card"]:
        return f"{one.title}: {one.advice}"
    return one.title if one.title and "…" not in one.title else f"{one.category}: {one.looks_at}"


def _named(one: RuleText) -> str:
    steps = "; ".join(f"{step.priority}, {words(step.action)}" for step in one.steps)
    return f"{steps + '; ' if steps else ''}{_sources(one)}; rule {one.id}"


def _sources(one: RuleText) -> str:
    return "; ".join(
        dict.fromkeys(
            ", ".join((voice.authority, place_words(_named_once(voice), voice.section), checked_words(voice.checked)))
            for voice in one.says
        )
    )


def _named_once(voice: Voice) -> str:
    """The document of a rule, "" where it bears its authority's name."""
    return "" if voice.document == voice.authority else voice.document
