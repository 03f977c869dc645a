"""The patient screen: banner and body are one patient, whatever was opened before (P24, P21)."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import date

import pytest

from core.acts import Act
from core.errors import StoreFailed
from core.services import acts, trail, whole_patient
from core.services.demo import load_demo
from core.services.trail import list_trail
from core.views.patient import order_alerts
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
    screen = open_page(patient, patient="1", tab=tab.lower().replace(" ", "-"))
    assert words in html_of(screen)
    assert not screen.exception


def test_a_tab_that_is_closed_is_not_drawn(clinic):
    assert "alerts open" not in html_of(open_page(patient, patient="1"))


def test_where_nobody_is_stored_the_patient_screen_leads_to_the_files(clinic):
    clinic["clinic"] = replace(clinic["clinic"], people={})
    screen = open_page(patient)
    assert not screen.exception
    said = " ".join(one.value for one in screen.markdown) + html_of(screen)
    assert "Choose one on the worklist" not in said and "your own" in said.lower()


@pytest.mark.parametrize("asked", ["", "abc", "-1", "1e3", "٣", "1;drop", "9" * 24])
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

    monkeypatch.setattr(whole_patient, "read_patient", fail)
    screen = open_page(patient, patient="1")
    assert "The store cannot be opened" in html_of(screen) and not screen.exception


def test_a_patient_without_results_says_what_to_do_next(clinic):
    clinic["patients"][1] = replace(clinic["patients"][1], series={}, crcl=(), alerts=())
    screen = open_page(patient, patient="1")
    assert "No results yet." in screen.markdown[0].value and not screen.get("plotly_chart")


@pytest.fixture(scope="module")
def sample(tmp_path_factory):
    url = f"sqlite:///{tmp_path_factory.mktemp('sample') / 'clinic.db'}"
    load_demo(url)
    return url


@pytest.fixture
def sample_clinic(sample, monkeypatch):
    for name in ("NADIR_AS_OF", "NADIR_AUTHORITIES", "NADIR_ZONE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("NADIR_DB_URL", sample)


def drawn(screen, analyte: str) -> list[float | None]:
    figure = json.loads(screen.get("plotly_chart")[0].proto.spec)
    return next(one["y"] for one in figure["data"] if one["name"] == analyte and one["mode"] == "lines+markers")


def press(screen, label: str):
    return next(one for one in screen.button if one.label == label).click().run()


def test_who_looked_at_a_patient_stands_in_the_trail_once_for_each_day_they_turn_to(sample, sample_clinic):
    before = len(list_trail(sample))
    screen = open_page(patient, patient="18")
    screen.run()
    screen.query_params["as_of"] = "2026-11-17"
    screen.run()
    new = [entry for _, entry in list_trail(sample)[: len(list_trail(sample)) - before]]
    assert [(one.what, one.subject) for one in new] == [
        ("view", "patient screen as of 17-Nov-2026"), ("view", "patient screen"),
    ]  # fmt: skip
    assert len({one.patient_id for one in new}) == 1


def test_what_cannot_be_noted_in_the_trail_is_not_shown(clinic, monkeypatch):
    def fail(*told, **more):
        raise StoreFailed("The trail cannot be written: ask your administrator.")

    monkeypatch.setattr(trail, "record", fail)
    screen = open_page(patient, patient="1")
    assert "The trail cannot be written" in html_of(screen) and "n-banner" not in html_of(screen)


def test_a_past_day_in_the_address_is_shown_as_such_and_one_press_leads_back(sample_clinic):
    screen = open_page(patient, patient="18", as_of="2026-11-17")
    assert "Past day: 17-Nov-2026, 3\u00a0days ago." in html_of(screen) and MARKS["high"].word in html_of(screen)
    assert drawn(screen, "neutrophils")[-1] == 0.8
    press(screen, "Back to today")
    assert "Past day" not in html_of(screen) and "as_of" not in screen.query_params
    assert drawn(screen, "neutrophils")[-1] == 2.8


def test_the_steps_and_the_slider_put_the_day_into_the_address(sample_clinic):
    screen = open_page(patient, patient="18")
    press(screen, "Earlier")
    assert screen.query_params["as_of"] == "2026-11-18" and "Past day: 18-Nov-2026" in html_of(screen)
    screen.slider[0].set_value(date(2026, 9, 1)).run()
    assert screen.query_params["as_of"] == "2026-09-01" and "Past day: 01-Sep-2026" in html_of(screen)
    press(screen, "Later")
    assert screen.query_params["as_of"] > "2026-09-01"


@pytest.mark.parametrize("nonsense", ["tomorrow", "2026-02-30", "<script>", "2026-11-21", "9999-12-31", "0001-01-01"])
def test_a_day_that_is_none_shows_today_and_says_so(sample_clinic, nonsense):
    html = html_of(open_page(patient, patient="18", as_of=nonsense))
    assert "The address names no day that can be shown: this is today." in html
    assert "Past day" not in html and "script" not in html


def test_the_address_holds_day_tab_scale_and_proof_and_never_who_the_patient_is(sample_clinic):
    screen = open_page(patient, patient="7")
    press(screen, "Earlier")
    screen.segmented_control[0].set_value("limit").run()
    screen.pills[0].set_value(whole_patient.read_patient(*_asked(screen)).alerts[0].alert_id).run()
    address = dict(screen.query_params.items())
    assert set(address) == {"patient", "as_of", "scale", "proof"}
    assert not re.search(r"SAMPLE|OAKMOSS|Zephyrine", str(address))
    again = open_page(patient, **{name: str(value) for name, value in address.items()})
    assert "Past day" in html_of(again) and "Would clear it" in html_of(again)
    assert again.segmented_control[0].value == "limit"


def _asked(screen):
    from core.settings import read_settings
    from core.views.as_of import read_day

    return read_settings().db_url, int(screen.query_params["patient"]), read_day(screen.query_params["as_of"])


def test_the_proof_is_one_press_from_the_verdict_and_starts_closed(sample_clinic):
    screen = open_page(patient, patient="7")
    assert "Would clear it" not in html_of(screen)
    screen.pills[0].set_value(next(iter(_ids(7)))).run()
    assert "Would clear it" in html_of(screen) and "0.9 is below 1.5" in html_of(screen)


def _ids(key: int) -> list[str]:
    from core.settings import read_settings

    return [one.alert_id for one in order_alerts(whole_patient.read_patient(read_settings().db_url, key).alerts)]


def test_a_proof_of_somebody_else_in_the_address_shows_nothing_of_them(sample_clinic):
    html = html_of(open_page(patient, patient="7", proof=_ids(5)[0]))
    assert "Would clear it" not in html and "SAMPLE-0005" not in html


def test_a_pressed_point_leads_to_its_line_and_only_to_one_of_this_patient(sample_clinic):
    from core.settings import read_settings

    mine = whole_patient.read_patient(read_settings().db_url, 7)
    theirs = whole_patient.read_patient(read_settings().db_url, 5)
    screen = open_page(patient, patient="7")
    key = f"patient.chart-7-{mine.version}-{mine.as_of}"
    for points, shown in ((mine.series["neutrophils"], True), (theirs.series["neutrophils"], False)):
        pressed = {"points": [{"customdata": points[-1].row_id}], "point_indices": [], "box": [], "lasso": []}
        screen.session_state[key] = {"selection": pressed}
        screen.run()
        assert ("Source of the pressed value" in html_of(screen)) is shown
    assert "SAMPLE-0005" not in html_of(screen)


@pytest.mark.parametrize(("tab", "words"), [
    ("dosing", "Not a recommendation"), ("jurisdictions", "on which any authority speaks"),
    ("acts-and-audit", "act"),
])  # fmt: skip
def test_the_parts_that_are_asked_for_are_drawn_when_their_tab_is_open(sample_clinic, tab, words):
    assert words not in html_of(open_page(patient, patient="7")) or tab == "acts-and-audit"
    screen = open_page(patient, patient="7", tab=tab)
    assert words in html_of(screen) and not screen.exception


def test_fast_switching_between_patients_and_days_never_mixes_them(sample_clinic):
    screen = open_page(patient, patient="1")
    visits = [(7, "", "dosing"), (18, "2026-11-17", "alerts"), (5, "", "jurisdictions"), (37, "2026-10-01", "")]
    for key, day, tab in visits:
        screen.query_params["patient"] = str(key)
        for word, value in (("as_of", day), ("tab", tab)):
            if value:
                screen.query_params[word] = value
            elif word in screen.query_params:
                del screen.query_params[word]
        screen.run()
        html = html_of(screen)
        assert set(re.findall(r'data-patient="(\d+)"', html)) == {str(key)}
        assert set(re.findall(r"SAMPLE-\d{4}", html)) == {f"SAMPLE-{key:04d}"}
        assert ("Past day" in html) is bool(day)


def test_a_patient_with_nothing_is_shown_calmly(clinic):
    nothing = replace(
        clinic["patients"][1], series={}, crcl=(), alerts=(), courses=(), events=(), schedule=(), cannot_tell=(),
        limits=(),
    )  # fmt: skip
    clinic["patients"][1] = nothing
    for tab in ("", "alerts", "schedule", "doses-and-events", "good-to-know", "chart-as-a-table"):
        screen = open_page(patient, patient="1", tab=tab)
        assert not screen.exception and "No course on record." in html_of(screen)
    assert "No result to list. Import a file with results." in html_of(open_page(patient, patient="1"))


def test_acts_and_audit_shows_the_trail_of_this_patient_to_administrators_alone(sample_clinic, monkeypatch):
    def drawn_for(roles: str) -> str:
        monkeypatch.setenv("NADIR_LOCAL_ROLES", roles)
        return html_of(open_page(patient, patient="7", tab="acts-and-audit"))

    assert "Audit trail of this patient" in drawn_for("viewer,clinician,admin")
    told = drawn_for("viewer")
    assert "Audit trail of this patient" not in told and "which administrators read" in told


def test_an_answered_alert_says_so_in_the_verdict_and_on_its_card_and_not_on_a_day_before(
    sample_clinic, monkeypatch, tmp_path
):
    monkeypatch.setenv("NADIR_DB_URL", url := f"sqlite:///{tmp_path / 'clinic.db'}")
    load_demo(url)
    picture = whole_patient.read_patient(url, 7)
    alert = order_alerts(picture.alerts)[0]
    asked = Act("acknowledge", "Ann Moss", "clinician", picture.person.patient_id, "k1", alert.alert_id)
    acts.act(url, replace(asked, disposition="patient-informed"))
    html = html_of(open_page(patient, patient="7", tab="alerts"))
    said = "Acknowledged by Ann Moss on 20-Nov-2026: Patient told what to do."
    assert said in html and "patient-informed" not in html
    assert html.index("Stop or withhold") < html.index(said)  # it stands as grave as it did
    assert "· acknowledged ·" in html
    assert said not in html_of(open_page(patient, patient="7", as_of="2026-11-19"))
