"""The rule book's cards and pictures: drawn from the rules and their stories alone, whole, and honest about gaps."""

from __future__ import annotations

from urllib.parse import unquote
from xml.etree import ElementTree

import pytest

from core.protocols.loader import load_protocols
from core.services.rule_screen import open_book, read_stories
from core.views.case_picture import choose_stories, describe_story, draw_story
from core.views.palette import DARK, LIGHT
from core.views.rule_cards import Choice, book_banner, document_table, narrow, rule_card, stories_line, story_figures
from tests.views import example

DRUG = "anakinra"


@pytest.fixture(scope="module")
def book():
    return open_book(load_protocols(), DRUG, example.AS_OF)


def entry_of(book, name: str):
    return next(one for one in book.entries if one.name == name)


def letters(address: str) -> list[str]:
    """The words written in a picture."""
    svg = unquote(address.removeprefix("data:image/svg+xml,"))
    return [text.text or "" for text in ElementTree.fromstring(svg).iter("{http://www.w3.org/2000/svg}text")]  # noqa: S314


def test_every_rule_of_the_file_has_a_card_with_its_id_source_and_sign_off(book):
    assert {one.rule.id for one in book.entries} == {rule.id for rule in book.protocol.rule}
    for one in book.entries:
        card = rule_card(one, book.review[0], book.entries)
        assert one.told.id in card
        assert "Awaiting clinical sign-off" in card
        for says in one.told.says:
            assert says.document.replace("'", "&#x27;") in card


def test_a_rule_that_is_off_or_a_card_says_so_in_its_heading(book):
    off = entry_of(book, "neutrophils-duffy-null")
    assert "off until signed" in rule_card(off, "").split("</h2>")[0]
    card = next(one for one in book.entries if one.state == "reference card")
    assert "reference card" in rule_card(card, "").split("</h2>")[0]


def test_every_story_of_every_rule_can_be_drawn_and_said(book):
    drawn = 0
    for one in book.entries:
        for story, told in one.stories:
            for colours in (LIGHT, DARK):
                assert letters(draw_story(story, one.rule, colours))
            assert told.said in describe_story(story, told)
            drawn += 1
    assert drawn > 250


def test_every_story_on_file_is_shown_by_some_rule_or_compares_only_what_is_absent(book):
    shown = {story.name for one in book.entries for story, _ in one.stories}
    unshown = [story for story in read_stories(DRUG) if story.name not in shown]
    assert all(not story.alerts and not story.cannot_tell and not story.silent for story in unshown)


def test_a_picture_writes_the_limit_and_each_number_as_it_was_reported(book):
    one = entry_of(book, "neutrophils-stop")
    story, _ = next(pair for pair in one.stories if pair[0].name.startswith("a count of 1.49"))
    said = letters(draw_story(story, one.rule, LIGHT))
    assert "1.49" in said
    assert "1.5 limit" in said
    assert "01-Mar-2026" in said


def test_a_bound_and_an_unreadable_result_are_drawn_as_what_they_are(book):
    one = entry_of(book, "neutrophils-stop")
    pictures = {story.name: draw_story(story, one.rule, LIGHT) for story, _ in one.stories}
    bound = next(address for name, address in pictures.items() if "bound" in name)
    assert any(text.startswith("<") for text in letters(bound))
    unread = next(address for name, address in pictures.items() if name.startswith("an unreadable count after a low"))
    assert "no unit" in letters(unread)
    assert "stroke-dasharray" in unread


def test_the_first_pictures_show_one_of_each_kind(book):
    kinds = [told.kind for _, told in entry_of(book, "neutrophils-stop").stories]
    assert set(kinds[:3]) == {"fires", "cannot tell", "silent"}


def test_a_rule_without_a_story_says_so(book):
    one = entry_of(book, "neutrophils-duffy-null")
    assert stories_line(one, 0) == "No story of its own: no case shows this rule yet."


def test_a_figure_carries_the_picture_in_words_for_whoever_cannot_see_it(book):
    one = entry_of(book, "neutrophils-stop")
    figures = story_figures(one, LIGHT, 2)
    assert figures.count("<figure") == 2
    assert figures.count('alt="') == 2
    assert "Neutrophils 1.49" in figures.replace("\u00a0", " ")


def test_authorities_on_one_fact_stand_side_by_side_with_their_own_limits(book):
    card = rule_card(entry_of(book, "neutrophils-stop"), "", book.entries).replace("\u00a0", " ")
    beside = card[card.index("On the same fact") :]
    for authority, limit in (("EMA", "below 1.5"), ("BSR", "below 1.6"), ("Nadir default", "below 2")):
        assert authority in beside
        assert limit in beside


def test_a_card_is_headed_in_words_and_names_what_it_silences_in_words_with_the_id_after(book):
    heading = rule_card(entry_of(book, "neutrophils-stop"), "", book.entries).split("</h2>")[0].replace("\u00a0", " ")
    assert "Neutrophils below 1.5 ×10⁹/L" in heading and "neutrophils-stop" not in heading
    one = next(one for one in book.entries if one.told.replaces)
    silenced = next(other for other in book.entries if other.told.id == one.told.replaces[0])
    card = rule_card(one, "", book.entries)
    assert f"{silenced.told.title} ({silenced.told.id})" in card


def test_a_search_needs_every_word_and_filters_say_what_they_mean(book):
    assert {one.name for one in narrow(book.entries, Choice(text="neutrophils-stop"))} >= {"neutrophils-stop"}
    assert narrow(book.entries, Choice(text="neutrophils zebra")) == ()
    assert {one.state for one in narrow(book.entries, Choice(states=frozenset({"reference card"})))} == {
        "reference card"
    }
    assert narrow(book.entries, Choice()) == book.entries


def test_the_banner_says_sign_off_and_hash_and_each_document_says_how_it_was_checked(book):
    banner = book_banner(book.protocol.title, book.review, book.states, book.digest)
    assert "no clinician has approved" in banner
    assert book.digest in banner
    documents = document_table(book.protocol)
    assert documents.count("<tr>") == len(book.protocol.documents) + 1
    assert "not yet read at the source" in documents and "unchecked" not in documents


def test_a_rule_of_another_drug_finds_no_story_here(book):
    rule = entry_of(book, "neutrophils-stop").rule.model_copy(update={"id": "nobody-knows-me"})
    assert choose_stories(read_stories(DRUG), rule) == ()
