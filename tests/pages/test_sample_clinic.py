"""The screens over the real sample store: all patients open, each screen is about that one alone (P24)."""

from __future__ import annotations

import json
import re

import pytest

from core.records import DAY
from core.services import review, whole_patient
from core.services.demo import load_demo
from core.views import as_of, records_tables
from core.views import patient as patient_view
from core.views.alert_card import alert_card
from core.views.blind_spots import NO_DRUG, list_blind_spots
from core.views.flowsheet import flowsheet
from core.views.palette import LIGHT
from core.views.patient_chart import draw
from core.views.preview import preview
from core.views.text import plain
from core.views.worklist import count_marks, list_patients
from tests.pages.conftest import html_of, open_page


@pytest.fixture(scope="module")
def url(tmp_path_factory):
    url = f"sqlite:///{tmp_path_factory.mktemp('sample') / 'clinic.db'}"
    load_demo(url)
    return url


@pytest.fixture(autouse=True)
def settings(url, monkeypatch):
    for name in ("NADIR_AS_OF", "NADIR_AUTHORITIES", "NADIR_ZONE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("NADIR_DB_URL", url)


def test_everybody_of_the_sample_clinic_is_on_the_worklist_once_with_a_mark(url):
    picture = review.clinic(url)
    rows = list_patients(picture)
    assert {row.patient_id for row in rows} == set(picture.people)
    assert sum(1 for _ in rows) == len(picture.people) > 100
    counts = count_marks(rows)
    assert all(counts[mark] for mark in ("high", "medium", "low", "cannot_tell", "overdue", "in_limits"))
    assert all(row.why and preview(picture, row) for row in rows)


def test_in_limits_on_the_worklist_means_no_finding_but_what_is_only_to_be_known(url):
    picture = review.clinic(url)
    clear = {row.patient_id for row in list_patients(picture) if row.mark == "in_limits"}
    standing = picture.standing
    told = [one for one in standing.alerts if (one.priority, one.action) != ("low", "inform") or about_a_result(one)]
    found = {one.patient_id for one in (*told, *standing.cannot_tell)}
    late = {one.patient_id for one in standing.schedule if one.status == "overdue"}
    assert clear.isdisjoint(found | late)


def about_a_result(alert):
    return any(fact.analyte for fact in alert.evidence)


def test_every_cannot_tell_is_among_the_blind_spots(url):
    picture = review.clinic(url)
    spots = {
        (one.patient_id, drug, one.reason, category)
        for one in list_blind_spots(picture)
        for drug in one.drugs
        for category in one.categories
    }
    told = picture.standing.cannot_tell
    assert {(one.patient_id, plain(one.drug) or NO_DRUG, one.reason, one.category) for one in told} <= spots


def test_every_patient_can_be_opened_and_every_part_is_about_that_patient(url):
    clinic = review.clinic(url)
    everybody = set(clinic.people)
    for name, person in clinic.people.items():
        picture = whole_patient.read_patient(url, person.key)
        chart = draw(picture, LIGHT, list(picture.series))
        parts = [
            patient_view.banner(picture), patient_view.verdicts(picture), flowsheet(picture, most_dates=None).table,
            records_tables.schedule_table(picture), records_tables.courses_table(picture),
            records_tables.events_table(picture), json.dumps(chart.figure),
            *(alert_card(one, picture) for one in (*picture.alerts, *picture.closed_alerts)),
        ]  # fmt: skip
        assert set(re.findall(r"SAMPLE-\d{4}", "".join(parts))) & everybody == {name}
        assert len(records_tables.chart_columns(picture)["Test"]) == sum(
            sum(value is not None for value in trace["x"])
            for trace in draw(picture, LIGHT).figure["data"]
            if trace["yaxis"] != "y"
        )


def test_the_worst_of_the_clinic_says_the_same_on_list_and_screen(url):
    row = list_patients(review.clinic(url))[0]

    def patient():
        from pages import patient

        patient.render()

    screen = open_page(patient, patient=str(row.key))
    assert not screen.exception
    assert all(part.replace("<", "&lt;") in html_of(screen) for part in row.why.split(" · "))
    assert f'data-patient="{row.key}"' in html_of(screen)


@pytest.mark.parametrize("days_back", [3, 30, 95])
def test_a_past_day_reads_for_everybody_as_the_server_of_that_day_said(url, monkeypatch, days_back):
    today = review.clinic(url)
    day = as_of.read_day(as_of.day_word(today.as_of - days_back * DAY))
    keys = [one.key for one in today.people.values()]
    looked_back = {key: said_of(whole_patient.read_patient(url, key, day)) for key in keys}
    monkeypatch.setenv("NADIR_AS_OF", as_of.day_word(day))
    differ = [key for key in keys if said_of(whole_patient.read_patient(url, key)) != looked_back[key]]
    assert not differ


def said_of(picture):
    return str(patient_view.verdicts(picture)), str(flowsheet(picture).table)
