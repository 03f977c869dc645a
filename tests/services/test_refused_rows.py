"""A treatment, an event or a patient's own row that was refused never reads as "none", with or without a course."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.services import green_lane, mend_quarantine, review, whole_patient
from core.services.answer import answer_evaluate
from core.services.worklist import read_panel
from core.store.connect import open_store
from core.views.blind_spots import list_blind_spots
from core.views.checked import checked_line
from core.views.markup import Markup
from core.views.patient import verdicts
from core.views.worklist import list_patients
from tests.services.fresh_clinic import ANN_ID, COURSE, QUIET, patient_of, pin_clinic
from tests.services.test_import_preview import bring_in
from tests.store.small_clinic import ANN, BEN, NOW, files

BEN_ID = "0054321"
STOPPED = "C1,0012345,anakinra,AOSD,100,mg,once daily,SC,2026-09-20,2026-10-20,stopped,"
INFECTION = "E1,0012345,infection,20/11/2026,,,pneumonia,serious"
ETANERCEPT = "C2,0012345,etanercept,RA,50,mg,once weekly,SC,20/11/2026,,active,"
UNREADABLE = {  # the only row of a treatment, and what is wrong with it
    "soon": "C1,0012345,anakinra,RA,100,mg,once daily,SC,soon,,active,",
    "activ": "C1,0012345,anakinra,RA,100,mg,once daily,SC,2026-05-01,,activ,",
    "2026-11-31": "C1,0012345,anakinra,RA,100,mg,once daily,SC,2026-05-01,2026-11-31,active,",
    "stopped": "C1,0012345,anakinra,RA,100,mg,once daily,SC,2026-05-01,,stopped,",
}


@pytest.fixture
def settings(tmp_path, monkeypatch):
    return pin_clinic(tmp_path, monkeypatch, "2026-11-22")


@pytest.fixture
def store(settings):
    store = open_store(settings.db_url)
    bring_in(store, files(patients=[ANN], results=QUIET))
    return store


def row_of(settings, who=ANN_ID):
    return next(one for one in list_patients(review.clinic(settings.db_url)) if one.patient_id == who)


def screen_of(settings, who=ANN_ID) -> Markup:
    return verdicts(patient_of(settings, who))


def green_of(settings):
    return [one.patient_id for one in green_lane.read_green(settings.db_url, read_panel(settings.db_url, "Dr Ash"))]


def waiting_of(settings):
    return [one for one in list_blind_spots(review.clinic(settings.db_url)) if "was refused" in one.remedy]


@pytest.mark.parametrize(
    ("table", "line", "category", "said"),
    [
        ("events", INFECTION, "infection", "An infection row was refused: events.csv, row 2: infection"),
        ("medications", ETANERCEPT, "interaction", "A treatment row was refused: medications.csv, row 2: etanercept"),
        ("events", "E1,0012345,infectoin,2026-11-20,,,pneumonia,serious", "infection", "An event row was refused: "),
    ],
)
def test_a_refused_row_takes_a_patient_out_of_the_green_lane(settings, store, table, line, category, said):
    bring_in(store, files(medications=[COURSE]))
    assert row_of(settings).marks == ("in_limits",)
    assert green_of(settings) == [ANN_ID]
    panel = read_panel(settings.db_url, "Dr Ash")
    lane = green_lane.open_lane(settings.db_url, "Dr Ash", [row_of(settings).key], "lane")
    bring_in(store, files(**{table: [line]}))
    row = row_of(settings)
    assert row.marks == ("cannot_tell",)
    assert "row refused" in row.why
    assert row.why_detail.startswith(said)
    assert "Import › Quarantine" in row.why_detail
    assert green_of(settings) == []
    now = read_panel(settings.db_url, "Dr Ash")
    kept = green_lane.read_lane(settings.db_url, lane, "Dr Ash")
    assert green_lane.still_green(settings.db_url, kept, panel) != green_lane.still_green(settings.db_url, kept, now)
    assert green_lane.still_green(settings.db_url, kept, now) == ()
    shown = screen_of(settings)
    assert "Cannot tell whether to go on" in shown
    assert "Go on<" not in shown
    assert said in shown
    checked, missing = checked_line(patient_of(settings), "anakinra")
    assert category not in checked
    assert category in missing
    (spot,) = waiting_of(settings)
    assert (spot.patient_id, spot.drugs) == (ANN_ID, ("anakinra",))
    assert category in spot.categories
    assert spot.remedy.startswith(said)


@pytest.mark.parametrize("wrong", UNREADABLE)
def test_a_patient_whose_only_course_was_refused_is_named_on_every_list(settings, store, wrong):
    bring_in(store, files(medications=[UNREADABLE[wrong]]))
    row = row_of(settings)
    assert row.mark == "cannot_tell"
    assert "treatment row refused" in row.why
    assert wrong in row.why_detail
    shown = screen_of(settings)
    assert "Cannot tell whether to go on" in shown
    assert "No course on record" in shown
    assert "NOT CHECKED" not in shown
    assert "A treatment row was refused: medications.csv, row 2: anakinra" in shown
    (spot,) = waiting_of(settings)
    assert (spot.patient_id, spot.drugs) == (ANN_ID, ("anakinra",))
    assert "Mend it on Import › Quarantine" in spot.remedy


def test_what_is_refused_of_somebody_on_no_drug_with_rules_is_said_too(settings, store):
    bring_in(store, files(medications=[STOPPED], events=[INFECTION]))
    assert row_of(settings).mark == "cannot_tell"
    assert "No current course (anakinra until 20-Oct-2026)" in screen_of(settings)
    assert "An infection row was refused" in screen_of(settings)
    (spot,) = waiting_of(settings)
    assert spot.drugs == ("No drug with rules",)


def test_a_refused_course_of_another_drug_with_rules_has_a_card_beside_one_without(settings, store):
    other = "C9,0012345,lisinopril,OTHER,10,mg,once daily,PO,2026-01-01,,active,"
    bring_in(store, files(medications=[other, UNREADABLE["soon"]]))
    shown = screen_of(settings)
    assert shown.index("Cannot tell whether to go on") < shown.index("Nadir has no rules for")


def test_a_known_patients_own_refused_row_cannot_be_told(settings, store):
    bring_in(store, files(medications=[COURSE]))
    bring_in(store, files(patients=["0012345,ARDEN,Ann,1970-13-01,female,,,2026-11-01"]))
    assert row_of(settings).marks == ("cannot_tell",)
    assert "A row about the patient was refused: patients.csv, row 2: 1970-13-01" in screen_of(settings)
    assert green_of(settings) == []


def test_a_row_mended_dismissed_or_sent_again_readable_is_waited_for_no_more(settings, store):
    bring_in(store, files(medications=[COURSE], events=[INFECTION.replace("E1", own) for own in ("E1", "E2", "E3")]))
    first, second, _ = mend_quarantine.list_quarantine(settings.db_url).rows
    assert len(waiting_of(settings)) == 3
    cells = {**first.fields, "start_date": "2020-03-01", "end_date": "2020-03-10"}
    mend_quarantine.mend_row(settings, first.row_id, cells, by="Dr Ash")
    assert len(waiting_of(settings)) == 2
    mend_quarantine.dismiss_rows(settings, [second.row_id], "sent twice", by="Dr Ash")
    assert len(waiting_of(settings)) == 1
    bring_in(store, files(events=["E3,0012345,infection,2020-05-01,2020-05-09,,pneumonia,serious"]))
    assert waiting_of(settings) == []
    assert not [one for one in patient_of(settings).cannot_tell if "was refused" in one.remedy]


def test_nobody_else_is_concerned_and_nobody_who_died_is_asked_about(settings, store):
    bring_in(store, files(patients=[BEN], medications=[COURSE, UNREADABLE["soon"].replace("C1,0012345", "C5,0054321")]))
    assert row_of(settings).marks == ("in_limits",)
    assert row_of(settings, BEN_ID).marks == ("cannot_tell",)
    bring_in(store, files(patients=[BEN.removesuffix(",,,") + ",,,2026-11-01"]))
    assert row_of(settings, BEN_ID).marks == ("not_checked",)
    assert waiting_of(settings) == []


def test_the_contracts_answer_keeps_to_its_own_words(settings, store):
    bring_in(store, files(medications=[COURSE]))
    before = answer_evaluate(settings.db_url, NOW - 1, ())
    bring_in(store, files(medications=[ETANERCEPT], events=[INFECTION]))
    after = answer_evaluate(settings.db_url, NOW - 1, ())
    assert after["cannot_tell"] == before["cannot_tell"]
    assert after["alerts"] == before["alerts"]


def test_a_past_day_is_shown_with_what_waited_on_it(settings, store):
    bring_in(store, files(medications=[UNREADABLE["soon"]]))
    (row,) = mend_quarantine.list_quarantine(settings.db_url).rows
    mend_quarantine.dismiss_rows(replace(settings, as_of="2026-11-24"), [row.row_id], "sent twice", by="Dr Ash")
    key = review.clinic(settings.db_url).people[ANN_ID].key
    past = whole_patient.read_patient(settings.db_url, key, NOW - 40 * 86_400)
    assert "refused_treatment" in {one.reason for one in past.cannot_tell}
