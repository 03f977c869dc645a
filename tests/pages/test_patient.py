"""The patient screen: banner and body are one patient, whatever was opened before (P24, P21)."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import pytest

from core.errors import StoreFailed
from core.services import review
from core.views.words import MARKS
from tests.pages.conftest import html_of, open_page


def patient():
    from pages import patient

    patient.render()


def test_banner_verdict_chart_and_tables_are_of_the_patient_in_the_address(clinic):
    screen = open_page(patient, patient="3")
    html = html_of(screen)
    assert 'data-patient="3"' in html and "PATIENT3, Zephyrine" in html
    assert set(re.findall(r"SAMPLE-000\d|PATIENT\d", html)) == {"PATIENT3", "SAMPLE-0003"}
    assert "▲" in html and MARKS["high"].word in html
    assert not screen.exception


def test_the_next_patient_shares_no_widget_with_the_one_before(clinic):
    screen = open_page(patient, patient="1")
    screen.session_state["patient.tabs-1"] = "Alerts"
    screen.multiselect[0].set_value(["weight"]).run()
    first = screen.multiselect[0].proto.id
    screen.query_params["patient"] = "2"
    screen.run()
    assert "PATIENT2, Zephyrine" in html_of(screen) and "PATIENT1" not in html_of(screen)
    assert screen.multiselect[0].value == []
    assert screen.multiselect[0].proto.id != first


def test_the_chart_is_one_figure_with_words_for_those_who_do_not_see_it(clinic):
    screen = open_page(patient, patient="1")
    charts = screen.get("plotly_chart")
    figure = json.loads(charts[0].proto.spec)
    assert len(charts) == 1
    assert {"neutrophils", "creatinine_clearance", "creatinine", "crp"} <= {trace["name"] for trace in figure["data"]}
    assert charts[0].proto.alt.startswith("4\u00a0courses and 3\u00a0events over time. Neutrophils")


@pytest.mark.parametrize(
    ("tab", "words"),
    [
        ("Flowsheet", "showing 11 of 11\u00a0dates"),
        ("Alerts", "3\u00a0alerts open, 0 closed"),
        ("Schedule", "3\u00a0scheduled tests"),
        ("Doses and events", "4\u00a0courses, 3\u00a0events"),
        ("Good to know", "4\u00a0reference cards"),
        ("Chart as a table", "charted values"),
    ],
)
def test_each_tab_shows_its_own_table_with_its_count(clinic, tab, words):
    screen = open_page(patient, patient="1")
    screen.session_state["patient.tabs-1"] = tab
    screen.run()
    assert words in html_of(screen)
    assert not screen.exception


def test_a_tab_that_is_closed_is_not_drawn(clinic):
    assert "alerts open" not in html_of(open_page(patient, patient="1"))


@pytest.mark.parametrize("asked", ["", "abc", "-1", "1e3", "٣", "1;drop"])
def test_an_address_without_a_patient_says_where_to_choose_one_and_shows_nobody(clinic, asked):
    screen = open_page(patient, patient=asked) if asked else open_page(patient)
    assert "Choose one on the worklist." in screen.markdown[0].value
    assert "n-banner" not in html_of(screen) and not screen.get("plotly_chart")
    assert "SAMPLE CLINIC" in html_of(screen)


def test_an_unknown_patient_is_one_sentence_under_the_strip(clinic):
    screen = open_page(patient, patient="99999")
    assert "There is no such patient in this clinic" in html_of(screen) and "SAMPLE CLINIC" in html_of(screen)
    assert "n-banner" not in html_of(screen) and not screen.exception


def test_a_store_that_cannot_be_read_is_one_sentence(clinic, monkeypatch):
    def fail(url, key, as_of=None):
        raise StoreFailed("The store cannot be opened: ask your administrator.")

    monkeypatch.setattr(review, "patient", fail)
    screen = open_page(patient, patient="1")
    assert "The store cannot be opened" in html_of(screen) and not screen.exception


def test_a_patient_without_results_says_what_to_do_next(clinic):
    clinic["patients"][1] = replace(clinic["patients"][1], series={}, crcl=(), alerts=())
    screen = open_page(patient, patient="1")
    assert "No results yet." in screen.markdown[0].value and not screen.get("plotly_chart")
