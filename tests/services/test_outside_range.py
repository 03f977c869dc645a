"""The newest result of each test is held against the range that came with it; what nobody can judge is not within."""

from __future__ import annotations

import pytest

from core.services.outside_range import list_outside
from core.store import load
from tests.spec.clinic import Clinic, end_of, instant
from tests.store.small_clinic import ANN, NOW, bring_in, make_store, result

CRP = {"analyte": "crp", "unit": "mg/L"}
CHILD = "0012345,ARDEN,Ann,2019-01-01,female,,,"


def outside(tmp_path, *results, person=ANN):
    store = make_store(tmp_path)
    bring_in(store, patients=[person], results=results)
    with store.reading() as connection:
        cohort = load.cohort(connection)
    found = list_outside(cohort, ["0012345"], NOW)
    return [(one.analyte, one.value, one.unread) for one in found.get("0012345", ())]


@pytest.mark.parametrize(
    ("value", "own", "expected"),
    [
        ("12", {}, True),  # above the usual adult range
        ("4", {}, False),
        ("5", {}, False),  # the limit itself lies within
        ("8", {"ref_low": "0", "ref_high": "10"}, False),  # the report's own range goes before the usual one
        ("4", {"ref_high": "3"}, True),
        (">4", {"ref_high": "5"}, True),  # may lie beyond: nobody can say that it does not
        ("<4", {"ref_high": "5"}, False),
    ],
)
def test_a_result_is_held_against_its_own_range_first(tmp_path, value, own, expected):
    assert bool(outside(tmp_path, result("R1", value, **CRP, **own))) is expected


@pytest.mark.parametrize(
    ("given", "own", "expected"),
    [
        ("58", {"ref_high": "150"}, [("haemoglobin", 58.0, "")]),  # the lower side is the usual one
        ("58", {"ref_low": "12O", "ref_high": "150"}, [("haemoglobin", 58.0, "")]),  # an O is no nought
        ("170", {"ref_low": "115"}, [("haemoglobin", 170.0, "")]),
        ("118", {"ref_low": "115"}, []),
        ("135", {"ref_high": "150"}, []),
    ],
)
def test_the_side_a_report_leaves_out_is_the_usual_one(tmp_path, given, own, expected):
    assert outside(tmp_path, result("R1", given, analyte="haemoglobin", unit="g/L", **own)) == expected


def test_half_a_range_of_a_child_does_not_answer_for_the_other_half(tmp_path):
    half = {"analyte": "haemoglobin", "unit": "g/L", "ref_high": "150"}
    assert outside(tmp_path, result("R1", "58", **half), person=CHILD) == [("haemoglobin", 58.0, "")]


@pytest.mark.parametrize(("first", "last", "expected"), [("80", "3", []), ("3", "80", [("crp", 80.0, "")])])
def test_only_the_newest_result_of_a_test_counts(tmp_path, first, last, expected):
    given = result("R1", first, "2026-03-01", **CRP), result("R2", last, "2026-04-01", **CRP)
    assert outside(tmp_path, *given) == expected


def test_a_newest_result_that_cannot_be_read_is_not_within(tmp_path):
    (found,) = outside(tmp_path, result("R1", "3.1"), result("R2", "2.9", "2026-04-01", unit=""))
    assert found[2] == "no_unit"


def test_a_child_without_a_range_of_the_report_is_not_judged_by_an_adults(tmp_path):
    assert [one[0] for one in outside(tmp_path, result("R1", "3", **CRP), person=CHILD)] == ["crp"]


def test_a_test_without_a_usual_range_keeps_nobody_out(tmp_path):
    assert outside(tmp_path, result("R1", "70", analyte="weight", unit="kg")) == []


def test_nobody_is_looked_at_who_was_not_asked_about(tmp_path):
    store = make_store(tmp_path)
    bring_in(store, patients=[ANN], results=[result("R1", "80", **CRP)])
    with store.reading() as connection:
        assert list_outside(load.cohort(connection), [], NOW) == {}


HIGH_TODAY = "2026-03-01T08:00 crp 80, known 2026-03-01T10:00"
LATER = end_of("2026-03-02")


@pytest.mark.parametrize(
    ("beside", "at", "expected"),
    [
        ("2026-03-09 crp 3, known 2026-02-01", LATER, [80]),  # dated ahead: it masks nothing before its day
        ("2026-03-09 crp 3, known 2026-02-01", end_of("2026-03-09"), []),
        ("2026-03-02T08:00 crp 3, known 2026-03-03", LATER, [80]),  # reported later: nobody could know it yet
        ("2026-03-02T08:00 crp 3, known 2026-03-03", end_of("2026-03-03"), []),
        ("2026-03-02T08:00 crp 3, until 2026-03-02T12:00", LATER, [80]),  # replaced by then: it says nothing more
        ("2026-03-02T08:00 crp 3, until 2026-03-02T12:00", instant("2026-03-02T11:59"), []),
        ("2026-03-02T08:00 crp 3, until 2026-03-02T12:00", instant("2026-03-02T12:00"), [80]),
        ("2026-03-01T08:00 crp 3, known 2026-03-01T11:00", LATER, [80]),  # of one instant: the one outside is enough
        ("2026-03-01T08:00 crp 3, known 2026-03-01T09:00", LATER, [80]),
        ("2026-03-02T08:00 crp 3", LATER, []),
    ],
)
def test_only_what_stood_at_that_instant_can_mask_a_result_outside(beside, at, expected):
    cohort = Clinic.of(f"2026-01-01 anakinra\n{HIGH_TODAY}\n{beside}").cohort()
    assert [one.value for one in list_outside(cohort, ["A"], at).get("A", ())] == expected


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        (instant("2026-03-01T09:59"), []),  # collected, not yet reported
        (instant("2026-03-01T10:00"), [80]),
    ],
)
def test_a_result_keeps_nobody_out_before_it_could_be_known(at, expected):
    cohort = Clinic.of(f"2026-01-01 anakinra\n{HIGH_TODAY}").cohort()
    assert [one.value for one in list_outside(cohort, ["A"], at).get("A", ())] == expected


@pytest.mark.parametrize("story", ["2026-03-01 crp 80, until 2026-03-02", "2026-03-09 crp 80, known 2026-02-01"])
def test_a_result_outside_that_no_longer_or_not_yet_counts_keeps_nobody_out(story):
    cohort = Clinic.of(f"2026-01-01 anakinra\n2026-02-20 crp 3\n{story}").cohort()
    assert list_outside(cohort, ["A"], LATER) == {}


@pytest.mark.parametrize("order", [("A", "B"), ("B", "A")])
def test_the_newest_of_one_patient_masks_nothing_of_another(order):
    high, normal = order
    told = {high: "2026-03-01 crp 80", normal: "2026-03-02 crp 3"}
    story = "\n".join(f"{name}: woman born 1970-01-01\n{told[name]}" for name in "AB")
    assert list(list_outside(Clinic.of(story).cohort(), ["A", "B"], LATER)) == [high]


@pytest.mark.parametrize("other", ["neutrophils 3.4", "alt 20", "ferritin 100", "temperature 37"])
def test_the_newest_of_one_test_masks_nothing_of_another(other):
    cohort = Clinic.of(f"2026-03-01 crp 80\n2026-03-02 {other}").cohort()
    assert [one.analyte for one in list_outside(cohort, ["A"], LATER)["A"]] == ["crp"]
