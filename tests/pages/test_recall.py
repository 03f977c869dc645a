"""The recall screen: who did not come first, filters that announce themselves, overrides by name, nobody mixed up."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.services.recall import read_recall
from core.services.recall_files import make_file
from core.services.trail import list_trail
from core.views.recall import Choice
from tests.pages.conftest import html_of, open_page
from tests.pages.test_worklist import keys_of, table_of
from tests.paper.papers import read_text
from tests.views import example


def recall():
    from pages import recall

    recall.render()


@pytest.fixture
def store(clinic, monkeypatch, tmp_path):
    """The example clinic's people in a store of their own, so that overrides have somewhere to be kept."""
    from core.store import schema
    from core.store.connect import open_store

    url = f"sqlite:///{tmp_path / 'clinic.db'}"
    monkeypatch.setenv("NADIR_DB_URL", url)
    with open_store(url).writing() as connection:
        for person in clinic["clinic"].people.values():
            connection.execute(schema.person.insert().values(key=person.key, patient_id=person.patient_id))
    return url


@pytest.fixture
def asked(clinic, store):
    """Three patients with tests to take: one late, one due with two tests, one in two months."""
    picture = clinic["clinic"]
    visits = (
        example.visit("SAMPLE-0001", "2026-08-01", "done"),
        example.visit("SAMPLE-0001", "2026-09-01", "overdue"),
        example.visit("SAMPLE-0001", "2026-10-01", "overdue"),
        example.visit("SAMPLE-0002", "2026-10-25", "done"),
        example.visit("SAMPLE-0002", "2026-11-25", "due"),
        example.visit("SAMPLE-0002", "2026-11-28", "due", "creatinine"),
        example.visit("SAMPLE-0003", "2027-01-02", "upcoming"),
    )
    clinic["clinic"] = replace(picture, standing=replace(picture.standing, schedule=visits))
    return store


def test_who_did_not_come_stands_first_with_both_counts(asked):
    screen = open_page(recall)
    assert not screen.exception
    assert "showing 2 of 3\u00a0patients · 0 late or never tested hidden" in html_of(screen)
    rows = table_of(screen)
    assert [row["patient"].split(",")[0] for row in rows] == ["OAKMOSS", "BRACKEN"]
    assert rows[0]["mark"] == ["◆ SECOND MISSED"]
    assert rows[1]["tests"] == "Neut, Creat"


def test_a_filter_says_whom_of_those_who_did_not_come_it_hides(asked):
    screen = open_page(recall)
    screen.pills(key="recall.states").set_value(["due"]).run()
    assert [row["patient"].split(",")[0] for row in table_of(screen)] == ["BRACKEN"]
    assert "showing 1 of 3\u00a0patients · hidden: 1 SECOND MISSED" in html_of(screen)
    assert screen.query_params["state"] == "due"
    assert not any("SAMPLE" in str(value) or "OAK" in str(value) for value in screen.query_params.values())


def test_who_could_not_be_evaluated_is_missed_aloud_and_an_empty_list_then_promises_nothing(asked, clinic):
    picture = clinic["clinic"]
    unsure = replace(picture.standing.cannot_tell[0], patient_id="SAMPLE-0003", reason="not_evaluated")
    clinic["clinic"] = replace(picture, standing=replace(picture.standing, cannot_tell=(unsure,)))
    said = html_of(open_page(recall))
    assert "1\u00a0patient could not be evaluated" in said and 'role="alert"' in said
    clinic["clinic"] = replace(picture, standing=replace(picture.standing, cannot_tell=(unsure,), schedule=()))
    screen = open_page(recall)
    assert "could not be evaluated" in html_of(screen)
    assert not any("No test is asked" in block.value for block in screen.markdown)


def test_a_copied_link_names_the_patient_chosen_by_an_opaque_number(asked):
    screen = open_page(recall, of="2")
    assert "BRACKEN" in html_of(screen).split("n-name")[1]
    assert "OAKMOSS" in html_of(open_page(recall, of="nobody")).split("n-name")[1]


def test_a_refresh_keeps_the_filters_of_the_address_and_drops_unknown_words(asked):
    screen = open_page(recall, state="due", ahead="56", test="nonsense")
    assert "showing 1 of 3" in html_of(screen)
    screen = open_page(recall, ahead="56")
    assert "showing 3 of 3" in html_of(screen)
    assert "showing 2 of 3" in html_of(open_page(recall, ahead="nonsense"))


def test_no_match_says_what_to_do_next(asked):
    screen = open_page(recall)
    screen.text_input(key="recall.search").set_value("zzz").run()
    assert any("No patient matches. Clear filters" in block.value for block in screen.markdown)


def test_a_clinic_of_whom_no_test_is_asked_says_so(clinic, store):
    clinic["clinic"] = replace(clinic["clinic"], standing=replace(clinic["clinic"].standing, schedule=()))
    screen = open_page(recall)
    assert any("No test is asked of anybody" in block.value for block in screen.markdown)


def test_the_draws_per_week_stand_as_a_chart_and_as_a_table(asked):
    screen = open_page(recall)
    screen.session_state["recall.tabs"] = "Draws per week"
    screen.run()
    assert screen.get("plotly_chart")
    assert "2\u00a0draws in all" in html_of(screen)


def key_of(screen, begins: str) -> str:
    return next(one.key for one in (*screen.text_input, *screen.button) if (one.key or "").startswith(begins))


def set_first(screen, reason: str):
    screen.text_input(key=key_of(screen, "recall.reason-")).set_value(reason).run()
    return screen.button(key=key_of(screen, "recall.set-")).click().run()


def test_an_override_is_set_under_the_users_name_for_the_patient_shown(asked):
    screen = set_first(open_page(recall), "stable for two years")
    assert "The interval is set" in html_of(screen)
    (held,) = read_recall(asked).in_force
    assert (held.key, held.by, held.reason, held.test) == (1, "local user", "stable for two years", "neutrophils")
    assert list_trail(asked, newest=1)[0][1].patient_id == "SAMPLE-0001"
    screen.session_state["recall.tabs"] = "Overrides"
    screen.run()
    assert "1\u00a0override in force" in html_of(screen)
    assert "stable for two years" in html_of(screen)


def test_an_override_is_ended_with_a_reason_and_shown_as_over(asked):
    screen = set_first(open_page(recall), "stable for two years")
    screen.session_state["recall.tabs"] = "Overrides"
    screen.run()
    screen.button(key="recall.end").click().run()
    assert "Say why the override ends" in html_of(screen)
    reason = next(one.key for one in screen.text_input if (one.key or "").startswith("recall.end-reason-"))
    screen.text_input(key=reason).set_value("counts fell").run()
    screen.button(key="recall.end").click().run()
    assert "No override is in force." in html_of(screen)
    assert read_recall(asked).in_force == ()


def test_a_viewer_reads_the_list_and_sets_nothing(asked, monkeypatch):
    monkeypatch.setenv("NADIR_LOCAL_ROLES", "viewer")
    screen = open_page(recall)
    assert "showing 2 of 3" in html_of(screen)
    assert not any((one.key or "").startswith("recall.set-") for one in screen.button)


def test_without_a_role_nothing_is_shown(asked, monkeypatch):
    monkeypatch.setenv("NADIR_LOCAL_ROLES", "")
    screen = open_page(recall)
    assert not html_of(screen)
    assert screen.error


def test_the_card_below_belongs_to_the_row_that_was_chosen_and_never_survives_a_filter(asked):
    screen = open_page(recall)
    name = keys_of(screen).split("-", 2)[2]
    screen.session_state[name] = {"selection": {"rows": [], "columns": [], "cells": [(1, "patient")]}}
    screen.run()
    assert "BRACKEN" in html_of(screen).split("n-preview")[1]
    screen.pills(key="recall.states").set_value(["second"]).run()
    assert "OAKMOSS" in html_of(screen).split("n-preview")[1]
    assert "BRACKEN" not in html_of(screen)


def test_everything_shown_can_be_taken_away_in_four_forms(asked):
    labels = [one.proto.label for one in open_page(recall).get("download_button")]
    assert labels == ["CSV", "Excel", "Calendar", "Letters"]


def test_no_label_holds_a_name_since_labels_are_read_as_markdown(asked, clinic):
    picture = clinic["clinic"]
    name = example.HOSTILE_NAMES[1]
    people = {**picture.people, "SAMPLE-0001": replace(picture.people["SAMPLE-0001"], family_name=name)}
    clinic["clinic"] = replace(picture, people=people)
    screen = set_first(open_page(recall), "stable")
    screen.session_state["recall.tabs"] = "Overrides"
    screen.run()
    labels = [one.label for one in (*screen.text_input, *screen.button, *screen.selectbox, *screen.expander)]
    assert labels
    assert not any(name in label for label in labels)
    assert not any(name in block.value for block in screen.markdown)


def test_an_administrator_names_the_clinic_and_its_letters_bear_the_name(asked):
    screen = open_page(recall)
    screen.text_input(key="recall.letterhead").set_value("Harbour Rheumatology").run()
    screen.button(key="recall.letterhead-keep").click().run()
    assert "Kept: the next letters bear it" in html_of(screen)
    found = read_recall(asked)
    made = make_file(asked, "Letters", found.lines, found.picture, choice=Choice(), filters="", total=3, by="x")
    assert "HarbourRheumatology" in read_text(made)


@pytest.mark.parametrize("roles", ["viewer", "viewer,clinician"])
def test_nobody_else_is_offered_to_name_it(asked, monkeypatch, roles):
    monkeypatch.setenv("NADIR_LOCAL_ROLES", roles)
    screen = open_page(recall)
    assert not [one for one in screen.button if one.key == "recall.letterhead-keep"] and not screen.exception
