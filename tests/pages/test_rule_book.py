"""The rule book's screen: every rule found, read and proved; a number moved on trial, never in earnest."""

from __future__ import annotations

import pytest

from core.protocols.loader import load_protocols
from core.services import what_if as service
from core.services.demo import load_demo
from tests.pages.conftest import html_of, open_page
from tests.pages.test_worklist import table_of

RULES = len(load_protocols().drugs["anakinra"].rule)


def rule_book():
    from pages import rule_book

    rule_book.render()


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> str:
    url = f"sqlite:///{tmp_path_factory.mktemp('rule_book') / 'clinic.db'}"
    load_demo(url)
    return url


@pytest.fixture
def store(sample, monkeypatch):
    monkeypatch.setenv("NADIR_DB_URL", sample)
    service._KEPT.clear()
    return sample


def open_tab(tab: str, **query: str):
    screen = open_page(rule_book, **query)
    screen.session_state["rule_book.tabs"] = tab
    return screen.run()


def test_the_book_says_first_that_no_clinician_has_approved_it_and_which_rules_are_in_use(clinic):
    drawn = html_of(open_page(rule_book))
    assert "Awaiting clinical sign-off: no clinician has approved these rules." in drawn
    assert load_protocols().hashes["anakinra"] in drawn


def test_every_rule_is_listed_cards_and_switched_off_ones_too(clinic):
    screen = open_page(rule_book)
    assert not screen.exception
    assert f"showing {RULES} of {RULES}\u00a0rules" in html_of(screen)
    assert {row["state"] for row in table_of(screen)} == {"evaluated", "off until signed", "reference card"}


def test_a_search_finds_a_rule_by_its_words_and_says_how_many_it_hides(clinic):
    screen = open_page(rule_book)
    screen.text_input(key="rule_book.search").set_value("clearance every other day").run()
    names = [row["rule"] for row in table_of(screen)]
    assert "renal-frequency" in names
    assert f"showing {len(names)} of {RULES}" in html_of(screen)
    screen.text_input(key="rule_book.search").set_value("zzzz").run()
    assert any("No rule matches. Clear filters." in block.value for block in screen.markdown)


def test_the_address_of_a_rule_opens_it_with_its_authorities_side_by_side_and_its_stories(clinic):
    drawn = html_of(open_page(rule_book, rule="anakinra.neutrophils-stop"))
    card = drawn[drawn.index("anakinra.neutrophils-stop") :]
    assert "On the same fact, side by side" in card
    for said in ("neutrophils-stop (this rule)", "neutrophils-review", "neutrophils-guideline", "Sources disagree, C2"):
        assert said in card
    assert "data:image/svg+xml" in card
    assert "stories that prove it" in card


def test_an_address_of_no_rule_opens_the_first(clinic):
    screen = open_page(rule_book, rule="anakinra.<script>")
    assert not screen.exception
    assert "<script" not in html_of(screen)


def test_filters_narrow_by_category_authority_and_state(clinic):
    screen = open_page(rule_book, rules="off until signed")
    assert {row["state"] for row in table_of(screen)} == {"off until signed"}
    screen = open_page(rule_book, authority="BSR", category="neutropenia")
    rows = table_of(screen)
    assert rows
    assert all("BSR" in row["authority"] and row["category"] == "Neutropenia" for row in rows)


@pytest.mark.parametrize(
    ("tab", "said"), [("Where sources disagree", "Sources disagree, C1"), ("Documents", "Kineret")]
)
def test_disagreements_and_documents_have_a_place_of_their_own(clinic, tab, said):
    assert said in html_of(open_tab(tab))


def test_a_trial_shows_nothing_before_somebody_asks_and_never_with_the_number_in_use(store):
    screen = open_tab("What if", rule="anakinra.neutrophils-stop")
    assert "no rule changes" in html_of(screen)
    assert "Choose a trial value other than the number in use." in html_of(screen)
    assert screen.button(key="what_if.go").disabled


def try_limit(value: float):
    screen = open_tab("What if", rule="anakinra.neutrophils-stop")
    screen.number_input(key="what_if.value-anakinra.neutrophils-stop-1").set_value(value).run()
    return screen.button(key="what_if.go").click().run()


def test_a_moved_limit_shows_whom_it_gains_and_loses_with_a_way_to_each(store):
    drawn = html_of(screen := try_limit(2.0))
    assert "Trial, not a change: Neutrophils below 1.5" in drawn and "Rule id: anakinra.neutrophils-stop." in drawn
    assert "2 instead of 1.5" in drawn
    for said in ("gained", "lost", "unchanged", "Alerts per 100 patient-months", "Draws per patient-year"):
        assert said in drawn
    rows = table_of(screen)
    assert {(row["kind"], row["was"].partition(" 21-")[0]) for row in rows if row["kind"] != "changed"} == {
        ("gained", "did not fire"),
        ("newly told", "CANNOT TELL"),
    }
    assert f"showing {len(rows)} of" in drawn
    assert screen.query_params["replay"] == "anakinra.neutrophils-stop:1:2:365"


def test_the_trial_is_only_in_the_address_and_gone_with_another_value(store):
    screen = try_limit(2.0)
    screen.number_input(key="what_if.value-anakinra.neutrophils-stop-1").set_value(2.5).run()
    assert "Trial, not a change" not in html_of(screen)


def test_a_number_that_does_not_fit_is_refused_in_words(store):
    screen = open_tab("What if", rule="anakinra.neutrophils-low")
    screen.number_input(key="what_if.value-anakinra.neutrophils-low-1").set_value(9.0).run()
    screen.button(key="what_if.go").click().run()
    assert "Not possible." in html_of(screen)
    assert "does not fit this rule" in html_of(screen)


def test_a_rule_off_until_signed_can_be_tried_on(store):
    screen = open_tab("What if", rule="anakinra.neutrophils-duffy-null")
    screen.selectbox(key="what_if.number-anakinra.neutrophils-duffy-null").set_value(2).run()
    screen.button(key="what_if.go").click().run()
    assert "evaluated instead of off" in html_of(screen)


def test_a_copied_link_of_a_trial_shows_the_same_trial(store):
    link = {"rule": "anakinra.neutrophils-stop", "replay": "anakinra.neutrophils-stop:1:2:365"}
    drawn = html_of(open_tab("What if", **link))
    assert "2 instead of 1.5" in drawn
    assert "gained" in drawn


@pytest.mark.parametrize(
    "replay", ["anakinra.neutrophils-stop:1:nan:365", "x", ":::", "anakinra.neutrophils-stop:1:1e999:9"]
)
def test_a_mangled_link_of_a_trial_begins_with_the_number_in_use(store, replay):
    screen = open_tab("What if", rule="anakinra.neutrophils-stop", replay=replay)
    assert not screen.exception
    assert "Choose a trial value other than the number in use." in html_of(screen)


def test_an_empty_clinic_has_a_rule_book_and_a_trial_that_concerns_nobody(monkeypatch, tmp_path):
    monkeypatch.setenv("NADIR_DB_URL", f"sqlite:///{tmp_path / 'empty.db'}")
    assert f"showing {RULES} of {RULES}" in html_of(open_page(rule_book))
    screen = try_limit(2.0)
    assert not screen.exception
    assert "0\u00a0patients on the drug" in html_of(screen)
    assert "no treatment" in html_of(screen)
