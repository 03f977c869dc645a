"""Chapter: both sides of every number, the last day of every window, month ends, leap days, and reference 1.10."""

from __future__ import annotations

import pytest

from core.records import PRIORITIES
from tests.spec.clinic import days_after, taken, tell
from tests.spec.edges import PAUSES, ROWS, D, first_due_after_a_pause
from tests.spec.numbers import EVALUATED, moved, neighbours, numbers_of, rules_with


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_either_side_of_a_number(row):
    assert row.ask() == row.expected


def test_every_rule_has_a_row_in_which_it_speaks_and_one_in_which_it_is_silent():
    said = {rule["id"]: {row.expected for row in ROWS if row.rule == rule["id"]} for rule in EVALUATED}
    tests = {rule["id"] for rule in EVALUATED if rule["kind"] == "visits"}  # these answer with dates
    assert [rule for rule, answers in said.items() if rule not in tests and "silent" not in answers] == []
    assert [rule for rule, answers in said.items() if not any(a[0].isdigit() or a.split()[0] in PRIORITIES
                                                              for a in answers)] == []  # fmt: skip


#: Moved numbers that nobody could tell from the rule, and why.
NO_DIFFERENCE = {
    ("weight-out-of-date", "bands.0.below_or_at", 364.0): "the age told is 0 or 366: the catalogue says when it is old",
    ("weight-out-of-date", "bands.1.above", 364.0): "the age told is 0 or 366: the catalogue says when it is old",
    ("dose-fmf-still", "when.any.1.all.0.below", 50.1): "100 mg at 50 kg is 2 mg/kg: either half of the label says so",
    ("alt-visits-still", "baseline_days", 29.0): "the narrowest of the rules on one test counts",
    ("alt-visits-still-week-2", "baseline_days", 29.0): "the narrowest of the rules on one test counts",
}


@pytest.mark.parametrize("rule", EVALUATED, ids=lambda rule: rule["id"])
def test_every_number_of_a_rule_has_a_row_on_either_side(rule):
    rows = [row for row in ROWS if row.rule == rule["id"]]
    assert [row.name for row in rows if row.ask(rules_with(rule)) != row.expected] == []
    unseen = []
    for where, number in numbers_of(rule):
        for value in neighbours(rule, where, number):
            rules = rules_with(moved(rule, where, value))
            if rules is not None and all(row.ask(rules) == row.expected for row in rows):
                unseen.append((rule["id"], ".".join(map(str, where)), float(value)))
    assert unseen == [excused for excused in NO_DIFFERENCE if excused[0] == rule["id"]]


def test_windows_of_days_count_calendar_days_whatever_the_hour():
    late = taken("2026-02-13T00:01 neutrophils 3\n2026-02-20T23:59 temperature 38.2", on=D)
    early = taken("2026-02-12T23:59 neutrophils 3\n2026-02-20T00:01 temperature 38.2", on=D)
    assert late.answer("fever-without-count") == "silent"
    assert early.answer("fever-without-count") == "high request_test"


@pytest.mark.parametrize(
    ("start", "due"),
    [
        ("2026-01-31", "2026-02-28 2026-03-31 2026-04-30 2026-05-31"),  # reference 1.10
        ("2026-01-30", "2026-02-28 2026-03-30 2026-04-30 2026-05-30"),
        ("2026-01-29", "2026-02-28 2026-03-29 2026-04-29 2026-05-29"),
        ("2026-01-28", "2026-02-28 2026-03-28 2026-04-28 2026-05-28"),
        ("2028-01-31", "2028-02-29 2028-03-31 2028-04-30 2028-05-31"),
        ("2028-01-29", "2028-02-29 2028-03-29 2028-04-29 2028-05-29"),
        ("2028-02-29", "2028-03-29 2028-04-29 2028-05-29 2028-06-29"),
        ("2026-02-28", "2026-03-28 2026-04-28 2026-05-28 2026-06-28"),  # not the last day of each month
        ("2026-08-31", "2026-09-30 2026-10-31 2026-11-30 2026-12-31"),
        ("2026-12-31", "2027-01-31 2027-02-28 2027-03-31 2027-04-30"),
        ("2027-11-30", "2027-12-30 2028-01-30 2028-02-29 2028-03-30"),
    ],
)
def test_months_are_calendar_months_clamped_to_their_end(start, due):
    visits = [visit[:10] for visit in tell(f"{start} anakinra", days_after(start, 110)).visits("neutrophils")]
    assert visits[1:5] == due.split()


def test_the_29_february_comes_again_after_twelve_months_as_the_28th_and_after_48_as_the_29th():
    said = tell("2028-02-29 anakinra", "2032-02-20", authorities=("EMA",))
    due = [visit[:10] for visit in said.visits("neutrophils")]
    assert "2029-02-28" in due and "2032-02-29" in due and "2029-03-01" not in due


@pytest.mark.parametrize(("sampled", "years"), [("2026-02-28", 61), ("2026-03-01", 62), ("2028-02-29", 64)])
def test_who_was_born_on_29_february_is_a_year_older_on_1_march_of_a_common_year(sampled, years):
    said = tell(f"man born 1964-02-29\n2025-01-01 anakinra\n{sampled} weight 54\n{sampled} creatinine 250", sampled)
    assert said.alert("renal_dosing").basis.inputs["age"] == years


@pytest.mark.parametrize(("days", "first_due"), PAUSES.items())
def test_a_pause_of_28_days_begins_the_schedule_anew_and_a_shorter_one_does_not(days, first_due):
    assert first_due_after_a_pause(days) == first_due


@pytest.mark.parametrize(
    ("creatinine", "positions"),
    [
        ("176.8", {"EMA low inform"}),  # CrCl exactly 30.0: EMA caution only
        ("176.85", {"EMA medium reduce_frequency", "FDA medium reduce_frequency", "LOCAL medium repeat_test"}),  # 29.99
    ],
)
def test_the_examples_of_the_reference_on_the_clearance(creatinine, positions):
    said = tell(f"man born 1966-01-02\n2026-01-05 anakinra\n{D} weight 54\n{D} creatinine {creatinine}", D)
    assert said.positions("renal_dosing") == positions


@pytest.mark.parametrize(
    ("count", "ema", "bsr"),
    [
        ("1.50", "silent", "medium review"),
        ("1.60", "silent", "silent"),
        ("1.49", "high stop", "medium review"),
        ("<1.5", "high stop", "medium review"),
        ("<2.0", "cannot tell: censored", "cannot tell: censored"),
    ],
)
def test_the_examples_of_the_reference_on_the_count(count, ema, bsr):
    said = taken(f"{D} neutrophils {count}", on=D)
    assert (said.answer("neutrophils-stop"), said.answer("neutrophils-guideline")) == (ema, bsr)
