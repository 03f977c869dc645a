"""The oracle on cultures that no later bottle undoes (infection.md 4.1), and on what nobody wrote or can read."""

from __future__ import annotations

import pytest

from tests.oracle.facts import ResultRow
from tests.oracle.stories import Said, course, event, patient, protocol, result

TAKEN = course("2026-01-01")
POSITIVE = ("1", "2026-02-20T09:00")


def bottles(*taken: tuple[str, str]) -> list[ResultRow]:
    """Blood cultures: 1 is positive, 0 negative, 0.5 indeterminate."""
    return [result("blood_culture", value, at) for value, at in taken]


def opened(said: Said) -> str:
    return said.opened("infection", "blood_culture")


@pytest.mark.parametrize("status", ["active", "planned"])
@pytest.mark.parametrize(
    "others",
    [
        [],
        [("0", "2026-02-20T09:00")],
        [("0.5", "2026-02-20T09:00")],
        [("0", "2026-02-20T09:05")],
        [("0", "2026-02-20T08:55"), ("0.5", "2026-02-28")],
    ],
)
def test_a_positive_culture_counts_14_days_whatever_is_beside_it_or_follows(others, status) -> None:
    facts = patient(course("2026-01-01", status=status), *bottles(POSITIVE, *others))
    assert opened(Said(facts, "2026-03-05")) == "2026-02-20"
    assert Said(facts, "2026-03-05").cannot_tell().get("blood-culture-positive") is None
    assert opened(Said(facts, "2026-03-06")) == ""  # at nine o'clock it has stopped counting


def test_of_two_positive_cultures_the_later_one_counts_its_own_14_days() -> None:
    facts = patient(TAKEN, *bottles(POSITIVE, ("0", "2026-02-21"), ("1", "2026-03-01"), ("0", "2026-03-02")))
    assert opened(Said(facts, "2026-03-14")) == "2026-02-20"
    assert opened(Said(facts, "2026-03-15")) == ""


def test_a_culture_nobody_can_read_undoes_no_positive_one_and_speaks_for_itself_afterwards() -> None:
    unreadable = result("blood_culture", "", "2026-03-01", reason="not_numeric")
    said = Said(patient(TAKEN, *bottles(POSITIVE), unreadable), "2026-03-05")
    assert opened(said) == "2026-02-20"
    assert said.held("infection", "blood_culture") == []
    alone = Said(patient(TAKEN, unreadable), "2026-03-05")
    assert alone.cannot_tell()["blood-culture-positive"] == "not_numeric"
    after = Said(patient(TAKEN, *bottles(POSITIVE), unreadable), "2026-03-08")
    assert after.held("infection", "blood_culture") == ["not_numeric"]  # what was met stays open through it


LOW_COUNTS = protocol(
    """
    [[rule]]
    id = "low"
    kind = "threshold"
    category = "cytopenia"
    fact = "platelets"
    analyte = "platelets"
    lasting = "fever"
    whatever_follows = true
    absent = "not met"
    while = ["running"]
    bands = [
      { below = 100, priority = "high", action = "stop" },
      { from = 100, below = 150, priority = "medium", action = "review" },
      { from = 150 },
    ]
    """
)


@pytest.mark.parametrize(
    ("first", "second", "says"),
    [
        ("120", "200", {("LOCAL", "review", "medium")}),
        ("99", "200", {("LOCAL", "stop", "high")}),
        ("120", "99", {("LOCAL", "stop", "high")}),
        ("150", "200", set()),
        ("120", "<200", set()),  # one that may be any number below 200 decides nothing
    ],
)
def test_where_high_is_clear_the_lower_of_two_decides(first, second, says) -> None:
    two = [result("platelets", value, "2026-02-20") for value in (first, second)]
    said = Said(patient(TAKEN, *two), "2026-02-21", by=LOW_COUNTS)
    assert said.positions("cytopenia") == says
    assert said.cannot_tell() == ({"low": "conflicting_duplicate"} if second == "<200" else {})


def test_the_latest_result_that_counts_speaks() -> None:
    graver_first = [result("platelets", value, at) for value, at in (("99", "2026-02-20"), ("120", "2026-02-21"))]
    said = Said(patient(TAKEN, *graver_first, result("platelets", "300", "2026-02-22")), "2026-02-23", by=LOW_COUNTS)
    assert said.positions("cytopenia") == {("LOCAL", "review", "medium")}


@pytest.mark.parametrize("status", ["active", "planned"])
def test_a_course_for_nobody_knows_what_is_asked_about_and_not_called_off_label(status) -> None:
    said = Said(patient(course("2026-01-01", status=status, indication="UNKNOWN")), "2026-03-01")
    asked = said.alert("data_quality", "indication")
    assert asked is not None
    assert {(position[1], position[3]) for position in asked["positions"]} == {
        ("anakinra.indication-unknown", "medium")
    }
    assert said.alert("information", "indication") is None
    other = Said(patient(course("2026-01-01", status=status, indication="OTHER")), "2026-03-01")
    assert other.alert("data_quality", "indication") is None
    assert other.alert("information", "indication") is not None


@pytest.mark.parametrize(
    ("severity", "asked"), [("unreadable", True), ("", False), ("mild", False), ("serious", False)]
)
def test_only_a_severity_that_nobody_can_read_is_asked_about(severity, asked) -> None:
    ill = event("infection", "2026-02-20", detail="pneumonia", severity=severity)
    said = Said(patient(TAKEN, ill), "2026-03-01")
    assert (said.alert("data_quality", f"event:{ill.event_id}") is not None) == asked
    assert said.alert("infection", f"event:{ill.event_id}") is not None
