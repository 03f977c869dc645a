"""What stands beside a drug's alerts: its cards, the rules that are off, and that nobody signed them."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from datetime import date

import pytest

from core.protocols.loader import load_protocols
from core.protocols.schema import Protocol, Reviewed
from core.views import patient
from core.views.good_to_know import day_of, drug_panel, good_to_know, protocol_line
from tests.views import example

PROTOCOLS = load_protocols()
PROTOCOL = PROTOCOLS.drugs["anakinra"]
PICTURE = example.patient(1, "OAKMOSS")
TODAY = date(2026, 11, 20)


def words_of(markup: str) -> str:
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", markup)))


def signed(next_on: str = "2027-01-01") -> Protocol:
    return PROTOCOL.model_copy(update={"reviewed": Reviewed(by="Dr A. Fennel", on="2026-01-01", next=next_on)})


def test_every_card_that_is_on_is_shown_with_its_words_reason_and_source():
    said = words_of(good_to_know(PICTURE))
    cards = [card for card in PROTOCOL.cards if card.enabled]
    assert cards
    for card in cards:
        assert card.title in said and card.advice in said and card.why in said
        assert PROTOCOL.documents[card.says[0].document].document in said


def test_every_rule_that_is_off_is_named_under_one_mark_that_says_not_checked():
    said = words_of(drug_panel(PROTOCOL, PROTOCOLS.common, TODAY))
    head, _, off = said.partition("NOT CHECKED")
    names = [f"rule anakinra.{rule.id})" for rule in PROTOCOL.rule if not rule.enabled]
    assert names and all(name in off for name in names) and not any(name in head for name in names)
    assert f"{len(names)} rules off until signed" in off


def test_a_card_that_is_off_is_not_shown_as_a_card():
    said = words_of(drug_panel(PROTOCOL, PROTOCOLS.common, TODAY)).partition("NOT CHECKED")[0]
    assert [card.title for card in PROTOCOL.cards if not card.enabled and card.title in said] == []


def test_unsigned_rules_say_so_and_signed_ones_name_who_and_when():
    assert "no clinician has approved these rules" in words_of(drug_panel(PROTOCOL, PROTOCOLS.common, TODAY))
    said = words_of(drug_panel(signed(), PROTOCOLS.common, TODAY))
    assert "Signed by Dr A. Fennel on 01-Jan-2026." in said and "Awaiting" not in said


@pytest.mark.parametrize(("next_on", "overdue"), [("2026-11-19", True), ("2026-11-20", False)])
def test_an_overdue_review_is_loud_on_the_panel_and_on_the_drugs_verdict(next_on, overdue):
    panel = drug_panel(signed(next_on), PROTOCOLS.common, TODAY)
    assert bool(re.search(r'class="n-missing">REVIEW OVERDUE', panel)) == overdue
    assert ("REVIEW OF THE RULES OVERDUE" in protocol_line(signed(next_on), TODAY)) == overdue


def test_the_verdict_of_a_drug_says_that_its_rules_are_unsigned_and_how_many_are_off():
    off = sum(not rule.enabled for rule in PROTOCOL.rule)
    said = words_of(patient.verdicts(PICTURE))
    cards = sum(card.enabled for card in PROTOCOL.cards)
    line = f"Rules awaiting clinical sign-off; {off}\u00a0rules off until signed; {cards}\u00a0reference cards"
    assert f"{line}: see Good to know.".replace("\u00a0", " ") in said


def test_a_protocol_in_order_adds_no_line():
    kept = tuple(rule for rule in PROTOCOL.rule if rule.enabled and rule.kind != "card")
    whole = signed().model_copy(update={"rule": kept})
    assert protocol_line(whole, TODAY) == ""


def test_a_patient_on_no_covered_drug_is_told_that_there_is_nothing_to_show():
    said = words_of(good_to_know(replace(PICTURE, courses=())))
    assert said.strip() == "No rules of Nadir cover a drug in use, so there is nothing to show here."


def test_the_last_second_of_a_day_is_still_that_day():
    assert day_of(PICTURE.as_of) == TODAY
