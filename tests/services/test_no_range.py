"""A newest result that no range can be held against cannot be told of that test: never "in limits" (HAZ-014)."""

from __future__ import annotations

import pytest

from core.services import green_lane, review, whole_patient
from core.services.worklist import read_panel
from core.store.connect import open_store
from core.views.blind_spots import list_blind_spots
from core.views.patient import verdicts
from core.views.worklist import list_patients
from tests.services.fresh_clinic import pin_clinic
from tests.services.test_import_preview import bring_in
from tests.store.small_clinic import ANN, files, result

CHILD = ANN.replace("1970-01-01", "2019-01-01")
UNKNOWN = ANN.replace("female", "unknown")
COURSE = "C1,0012345,anakinra,sJIA,100,mg,once daily,SC,2026-09-20,,active,"
CRP = {"analyte": "crp", "unit": "mg/L"}
PLATELETS = {"analyte": "platelets", "unit": "10*9/L"}
ALT = {"analyte": "alt", "unit": "U/L"}
RANGE = {"ref_low": "0", "ref_high": "5"}
DAY = "2026-12-10"
REASON = "missing_reference_range"


@pytest.fixture
def clinic(tmp_path, monkeypatch):
    """Bring a clinic in and give what is said of it for want of a range, with the picture and its address."""
    url = pin_clinic(tmp_path, monkeypatch, "2026-12-12").db_url

    def bring(*results, person=CHILD, courses=(COURSE,)):
        bring_in(open_store(url), files(patients=[person], medications=courses, results=results))
        picture = review.clinic(url)
        return picture, [one for one in picture.standing.cannot_tell if one.rule_id.endswith(REASON)], url

    return bring


def test_a_childs_result_without_a_range_cannot_be_told_on_any_screen(clinic):
    picture, (told,), url = clinic(result("R1", "3", DAY, **CRP), result("R2", "250", DAY, **PLATELETS))
    assert (told.drug, told.reason, told.category) == ("anakinra", REASON, "range_of_results")
    assert (
        told.remedy == "No range for this age was sent with platelets and C-reactive protein: send it, or look at them."
    )
    (row,) = list_patients(picture)
    assert "cannot_tell" in row.marks and "in_limits" not in row.marks
    (spot,) = (one for one in list_blind_spots(picture) if one.remedy == told.remedy)
    assert spot.reason == REASON
    said = verdicts(whole_patient.read_patient(url, row.key))
    assert "range of results (no reference range since 10-Dec-2026)" in said and "Go on<" not in said
    assert green_lane.read_green(url, read_panel(url, "Dr Ash")) == ()


def test_many_tests_without_a_range_are_one_line_of_a_patient_and_a_drug(clinic):
    tests = ("crp", "mg/L"), ("platelets", "10*9/L"), ("alt", "U/L"), ("neutrophils", "10*9/L")
    lines = [result(name, "20", DAY, analyte=name, unit=unit) for name, unit in tests]
    picture, told, _ = clinic(*lines)
    assert len(told) == 1
    assert sum(one.remedy == told[0].remedy for one in list_blind_spots(picture)) == 1


@pytest.mark.parametrize("own", [RANGE, {"ref_high": "5"}])
def test_a_range_sent_with_the_result_answers(clinic, own):
    assert clinic(result("R1", "3", DAY, **CRP, **own))[1] == []


def test_the_half_of_a_range_that_says_nothing_of_the_danger_answers_nothing(clinic):
    assert len(clinic(result("R1", "3", DAY, **CRP, ref_low="0"))[1]) == 1


def test_a_test_that_no_rule_watches_cannot_be_told_either(clinic):
    _, (told,), _ = clinic(result("R1", "58", DAY, analyte="haemoglobin", unit="g/L", ref_high="150"))
    assert "haemoglobin" in told.remedy


def test_a_newer_result_with_its_range_answers_and_a_newer_one_without_asks_again(clinic):
    first, second = result("R1", "3", "2026-12-01", **CRP), result("R2", "3", "2026-12-05", **CRP, **RANGE)
    assert clinic(first, second)[1] == []
    assert len(clinic(result("R3", "3", DAY, **CRP))[1]) == 1


def test_an_adult_is_held_against_the_usual_range(clinic):
    assert clinic(result("R1", "3", DAY, **CRP), result("R2", "250", DAY, **PLATELETS), person=ANN)[1] == []


def test_where_the_usual_range_differs_between_the_sexes_an_unknown_sex_cannot_be_told(clinic):
    _, (told,), _ = clinic(result("R1", "3", DAY, **CRP), result("R2", "20", DAY, **ALT), person=UNKNOWN)
    assert "ALT" in told.remedy and "record the sex" in told.remedy
    assert "C-reactive" not in told.remedy


@pytest.mark.parametrize(
    ("given", "courses"),
    [
        (result("R1", "3", "2025-01-01", **CRP), (COURSE,)),  # too old to answer anything: not for want of a range
        (result("R1", "36.9", DAY, analyte="temperature", unit="Cel"), (COURSE,)),  # taken at the bedside
        (result("R1", "20", DAY, analyte="weight", unit="kg"), (COURSE,)),  # has no usual range at all
        (result("R1", "3", DAY, **CRP), ()),  # nobody watches this patient
        (result("R1", "3", DAY, **CRP), (COURSE.replace("anakinra", "etanercept"),)),  # nor on a drug without rules
        (result("R1", "0.4", DAY), (COURSE,)),  # an alert speaks of it
        (result("R1", "3", DAY, **{**CRP, "unit": ""}), (COURSE,)),  # its unit is what is missing
    ],
)
def test_nothing_is_said_where_a_range_would_answer_nothing(clinic, given, courses):
    assert clinic(given, courses=courses)[1] == []


def test_nobody_who_died_is_asked_about(clinic):
    dead = CHILD.rsplit(",", 1)[0] + ",2026-12-11"
    assert clinic(result("R1", "3", DAY, **CRP), person=dead)[1] == []


def test_what_a_rule_cannot_tell_for_another_reason_is_not_said_again(clinic):
    creatinine = {"analyte": "creatinine", "unit": "umol/L"}  # one alone has nothing to be compared with
    first = result("R1", "40", "2026-12-09", **creatinine), result("R2", "3", DAY, **CRP)
    assert "creatinine" not in clinic(*first)[1][0].remedy
    assert "creatinine" in clinic(result("R3", "41", DAY, **creatinine))[1][0].remedy
