"""The newest result of each test is held against the range that came with it; what nobody can judge is not within."""

from __future__ import annotations

import pytest

from core.services.outside_range import list_outside
from core.store import load
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
