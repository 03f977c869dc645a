"""The oracle on doses, ages and courses: what a prescription comes to, and what is missing to tell."""

from __future__ import annotations

import pytest

from tests.oracle.stories import Fact, Said, course, patient, protocol, result

CHILD = "2020-05-01"


def judged(condition: str, *facts: Fact, on: str, phases: str = '["planned", "running"]', birth: str) -> Said:
    """What a rule with this one condition says of the patient."""
    rules = protocol(
        f"""
        [[rule]]
        id = "it"
        kind = "interval"
        category = "dose"
        fact = "dose"
        while = {phases}
        when = {{ all = [{condition}] }}
        priority = "medium"
        action = "review"
        """
    )
    return Said(patient(*facts, birth=birth), on, by=rules)


def answer(said: Said) -> str:
    """met, met (held: why), not met, or the reason why it cannot be told."""
    if said.alert("dose") is not None:
        return " ".join(["met", *said.held("dose")])
    return said.cannot_tell().get("it", "not met")


def adult(condition: str, *facts: Fact, on: str = "2026-03-10") -> str:
    return answer(judged(condition, *facts, on=on, birth="1966-03-02"))


def child(condition: str, *facts: Fact, on: str = "2026-03-10", born: str = CHILD) -> str:
    return answer(judged(condition, *facts, on=on, birth=born))


def test_a_dose_by_weight_is_the_dose_times_the_weight_that_stands() -> None:
    prescribed = course("2026-01-01", dose="2 mg/kg")
    below = '{ feature = "dose_mg", below = 20 }'
    assert child(below, prescribed, result("weight", "10", "2026-02-01")) == "not met"
    assert child(below, prescribed, result("weight", "9.9", "2026-02-01")) == "met"
    assert child(below, prescribed) == "missing_weight"


@pytest.mark.parametrize(
    ("per_day", "expected"), [(0.5, "not met"), (1.0, "not met"), (1 / 7, "not met"), (2.0, "met")]
)
def test_a_dosing_day_has_at_least_one_administration(per_day, expected) -> None:
    prescribed = course("2026-01-01", dose="4 mg/kg", per_day=per_day)
    assert adult('{ feature = "dosing_day_mg_per_kg", above = 4 }', prescribed) == expected


def test_milligrams_are_shared_out_over_the_weight() -> None:
    facts = course("2026-01-01", dose="100 mg", per_day=2.0), result("weight", "50", "2026-02-01")
    assert adult('{ feature = "dosing_day_mg_per_kg", from = 4 }', *facts) == "met"
    assert adult('{ feature = "dosing_day_mg", above = 199 }', *facts) == "met"
    assert adult('{ feature = "dose_mg", above = 100 }', *facts) == "not met"


def test_an_unreadable_dose_or_frequency_says_so_and_the_dose_comes_first() -> None:
    daily = '{ feature = "dosing_day_mg", above = 100 }'
    assert adult(daily, course("2026-01-01", dose="")) == "unknown_dose"
    assert adult(daily, course("2026-01-01", per_day=None)) == "unknown_frequency"
    assert adult(daily, course("2026-01-01", dose="", per_day=None)) == "unknown_dose"
    assert adult('{ feature = "dose_mg", above = 99 }', course("2026-01-01", per_day=None)) == "met"
    assert adult('{ feature = "doses_per_day", above = 1 }', course("2026-01-01", per_day=None)) == "unknown_frequency"


def test_of_two_doses_at_once_the_answer_must_hold_for_the_smaller_and_for_both_together() -> None:
    above = '{ feature = "dose_mg", above = 100 }'
    two = course("2026-01-01", dose="50 mg"), course("2026-02-01", dose="200 mg")
    assert adult(above, *two) == "unknown_dose"
    assert adult(above, two[0], course("2026-02-01", dose="51 mg")) == "unknown_dose"  # 50 to 101
    assert adult(above, two[0], course("2026-02-01", dose="50 mg")) == "not met"  # 50 to 100
    assert adult(above, course("2026-01-01", dose="101 mg"), course("2026-02-01", dose="101 mg")) == "met"
    often = '{ feature = "doses_per_day", above = 1 }'
    assert adult(often, course("2026-01-01"), course("2026-02-01", per_day=2.0)) == "unknown_frequency"
    assert adult(often, course("2026-01-01", per_day=0.5), course("2026-02-01", per_day=0.5)) == "not met"


def test_a_dose_written_twice_may_be_twice_the_dose() -> None:
    twice = course("2026-01-01"), course("2026-01-01")
    assert adult('{ feature = "dose_mg", above = 100 }', *twice) == "unknown_dose"
    assert adult('{ feature = "dose_mg", above = 200 }', *twice) == "not met"
    assert adult('{ feature = "dosing_day_mg", below = 150 }', *twice) == "unknown_dose"
    assert adult('{ feature = "doses_per_day", above = 1 }', *twice) == "unknown_frequency"
    weighed = course("2026-01-01", dose="2 mg/kg"), course("2026-02-01", dose="1 mg/kg")
    assert adult('{ feature = "dosing_day_mg_per_kg", above = 2 }', *weighed) == "unknown_dose"
    assert adult('{ feature = "dosing_day_mg_per_kg", above = 3 }', *weighed) == "not met"


@pytest.mark.parametrize(("above", "expected"), [(150, "not met"), (149, "unknown_dose"), (49, "met")])
def test_only_doses_that_are_there_together_by_their_dates_are_added_up(above, expected) -> None:
    days = ("2026-06-01", "2026-06-10", "100 mg"), ("2026-06-05", "2026-06-20", "50 mg"), ("2026-06-15", "", "100 mg")
    three = (course(start, end, dose=dose, status="planned") for start, end, dose in days)
    assert adult(f'{{ feature = "dose_mg", above = {above} }}', *three) == expected


def test_doses_planned_one_after_the_other_are_one_value() -> None:
    first = course("2026-06-01", "2026-06-10", status="planned")
    above = '{ feature = "dose_mg", above = 100 }'
    assert adult(above, first, course("2026-06-11", status="planned")) == "not met"
    assert adult(above, first, course("2026-06-10", status="planned")) == "unknown_dose"


def test_what_begins_after_death_is_not_added_up() -> None:
    rules = protocol(RULE_ON_DOSES)
    planned = course("2026-06-01", status="planned"), course("2026-07-01", status="planned")
    assert answer(Said(patient(*planned), "2026-03-10", by=rules)) == "unknown_dose"
    assert answer(Said(patient(*planned, died="2026-06-15"), "2026-03-10", by=rules)) == "not met"


RULE_ON_DOSES = """
    [[rule]]
    id = "it"
    kind = "threshold"
    category = "dose"
    feature = "dose_mg"
    while = ["planned", "running"]
    bands = [{ below_or_at = 100 }, { above = 100, priority = "medium", action = "review" }]
"""


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (0.5, 0.5, "unknown_frequency"),  # alternate days each, together perhaps every day
        (0.5, 1 / 7, "unknown_frequency"),
        (1 / 7, 1 / 7, "not met"),
        (0.5, 1.0, "met"),
        (0.5, None, "unknown_frequency"),
    ],
)
def test_courses_at_once_may_together_be_too_often(one, other, expected) -> None:
    often = protocol(
        """
        [[rule]]
        id = "it"
        kind = "course"
        category = "dose"
        fact = "often"
        while = ["planned", "running"]
        indications = ["RA"]
        doses_per_day_above = 0.5
        priority = "medium"
        action = "review"
        """
    )
    first = course("2026-01-01", per_day=one)
    assert answer(Said(patient(first, course("2026-02-01", per_day=other)), "2026-03-10", by=often)) == expected
    assert answer(Said(patient(first), "2026-03-10", by=often)) == "not met"
    elsewhere = course("2026-02-01", per_day=other, indication="SJIA")
    assert answer(Said(patient(first, elsewhere), "2026-03-10", by=often)) == "not met"
    if other is not None and other <= 0.5:
        over = course("2026-02-01", "2026-02-28", per_day=other)
        assert answer(Said(patient(first, over), "2026-03-10", by=often)) == "not met"
        ahead = (
            course(day, per_day=often, status="planned") for day, often in (("2026-06-01", one), ("2026-06-02", other))
        )
        assert answer(Said(patient(*ahead), "2026-03-10", by=often)) == "not met"


def test_nobody_asks_for_the_dose_of_a_held_drug() -> None:
    held = course("2026-01-01"), course("2026-03-01", "2026-03-20", status="on-hold")
    assert adult('{ feature = "dose_mg", above = 10 }', *held) == "not met"
    assert adult('{ feature = "dose_mg", above = 10 }', *held, on="2026-03-21") == "met"


def test_a_planned_dose_is_judged_before_its_start_and_beside_the_running_one_by_itself() -> None:
    above, below = '{ feature = "dose_mg", above = 100 }', '{ feature = "dose_mg", below = 50 }'
    running, planned = course("2026-01-01", dose="50 mg"), course("2026-06-01", dose="200 mg", status="planned")
    assert adult(above, planned) == "met"
    assert adult(above, running, planned) == "met"
    assert adult(below, running, planned) == "not met"
    assert adult(above, running, course("2026-06-01", dose="60 mg", status="planned")) == "not met"  # not 110


def test_a_childs_weight_answers_for_90_days_an_adults_for_ever() -> None:
    weighed = course("2026-01-01", dose="2 mg/kg"), result("weight", "9", "2026-01-10")
    below = '{ feature = "dosing_weight", below = 10 }'
    assert child(below, *weighed, on="2026-04-10") == "met"
    assert child(below, *weighed, on="2026-04-11") == "met stale_result"  # held: it was met
    assert child(below, course("2026-04-11"), weighed[1], on="2026-04-11") == "stale_result"
    assert adult(below, course("2026-01-01"), result("weight", "9", "2019-01-10")) == "met"
    assert child(below, course("2026-04-11"), weighed[1], on="2026-04-11", born="") == "stale_result"


def test_a_childs_old_weight_does_not_answer_again_on_the_eighteenth_birthday() -> None:
    born, taken = "2008-03-01", course("2026-01-01")
    asked = '{ feature = "dosing_weight", from = 1 }'
    assert child(asked, taken, result("weight", "60", "2025-11-29"), born=born) == "met stale_result"  # lapsed 28 Feb
    assert child(asked, taken, result("weight", "60", "2025-11-30"), born=born) == "met"  # would lapse on 1 Mar


def test_a_missing_weight_is_told_where_the_dose_is_by_weight() -> None:
    asked = '{ course = "per_kg" }, { feature = "dosing_weight", missing = true }'
    assert adult(asked, course("2026-01-01", dose="2 mg/kg")) == "met"
    assert (
        adult(asked, course("2026-01-01", dose="2 mg/kg"), result("weight", "", "2026-01-02", reason="no_unit"))
        == "met"
    )
    assert adult(asked, course("2026-01-01", dose="2 mg/kg"), result("weight", "60", "2019-01-02")) == "not met"
    assert adult(asked, course("2026-01-01")) == "not met"


def test_a_weight_with_a_range_gives_a_dose_with_a_range() -> None:
    prescribed = course("2026-01-01", dose="2 mg/kg")
    below = '{ feature = "dose_mg", below = 20 }'
    assert child(below, prescribed, result("weight", "<9.9", "2026-02-01")) == "met"
    assert child(below, prescribed, result("weight", "<=10.1", "2026-02-01")) == "censored"


@pytest.mark.parametrize(
    ("born", "on", "expected"),
    [
        ("2025-07-31", "2026-03-30", "met"),
        ("2025-07-31", "2026-03-31", "not met"),
        ("2025-06-30", "2026-02-28", "met"),  # there is no 30 February
        ("2025-06-30", "2026-03-01", "not met"),
        ("", "2026-03-01", "missing_birth_date"),
    ],
)
def test_months_are_completed_on_the_day(born, on, expected) -> None:
    assert child('{ feature = "age_months", below = 8 }', course("2025-12-01"), on=on, born=born) == expected


def test_age_65_begins_on_the_birthday() -> None:
    asked = '{ feature = "age", from = 65 }'
    assert child(asked, course("2026-01-01"), on="2026-03-09", born="1961-03-10") == "not met"
    said = judged(asked, course("2026-01-01"), on="2026-05-10", birth="1961-03-10")
    assert said.opened("dose") == "2026-03-10"


def test_a_dose_is_the_starting_dose_while_planned_and_for_28_days() -> None:
    starting = '{ course = "starting" }'
    assert adult(starting, course("2026-02-10"), on="2026-03-09") == "met"
    assert adult(starting, course("2026-02-10"), on="2026-03-10") == "not met"
    assert adult(starting, course("2026-12-01", status="planned")) == "met"
    resumed = course("2026-01-01", "2026-01-31"), course("2026-02-10")  # 10 days without: the same treatment
    assert adult(starting, *resumed, on="2026-02-11") == "not met"


@pytest.mark.parametrize(
    ("end", "on", "expected"),
    [
        ("2026-03-10", "2026-03-05", "not met"),  # ten days, the last included
        ("2026-03-09", "2026-03-05", "met"),
        ("2026-03-11", "2026-03-01", "met"),
        ("", "2026-03-10", "not met"),
        ("", "2026-03-11", "met"),
    ],
)
def test_a_course_of_another_length_is_told_from_when_it_is_known(end, on, expected) -> None:
    assert adult('{ course = "lasts_other_than", days = 10 }', course("2026-03-01", end), on=on) == expected


def test_a_planned_course_of_another_length_is_told_only_when_its_end_is_known() -> None:
    asked = '{ course = "lasts_other_than", days = 10 }'
    assert adult(asked, course("2026-06-01", "2026-06-05", status="planned")) == "met"
    assert adult(asked, course("2026-01-01", status="planned")) == "not met"


@pytest.mark.parametrize(
    ("value", "ref_high", "sex", "expected"),
    [
        ("120", "40", "female", "met"),
        ("119.9", "40", "female", "not met"),
        ("<120", "40", "female", "not met"),
        ("<=120", "40", "female", "censored"),
    ],
)
def test_alt_is_held_against_the_upper_limit_of_its_own_report(value, ref_high, sex, expected) -> None:
    taken = course("2026-01-01"), result("alt", value, "2026-03-01", ref_high=ref_high)
    assert adult('{ feature = "alt_of_upper_limit", from = 3 }', *taken) == expected


def test_a_clearance_during_kidney_injury_cannot_be_told_and_ends_what_was_met() -> None:
    facts = (
        course("2026-01-01"), result("weight", "54", "2026-01-20"), result("creatinine", "60", "2026-02-01"),
        result("creatinine", "130", "2026-03-01"),
    )  # fmt: skip
    text = """
        [[rule]]
        id = "it"
        kind = "interval"
        category = "dose"
        fact = "dose"
        while = ["running"]
        when = { all = [{ feature = "creatinine_clearance", from = 30, steady = true }] }
        priority = "medium"
        action = "review"

        [[rule]]
        id = "aki"
        kind = "threshold"
        category = "aki"
        feature = "aki_nhse"
        while = ["running"]
        bands = [{ below = 1 }, { from = 1, priority = "medium", action = "repeat_test" }]
        """
    before = Said(patient(*facts), "2026-02-28", by=protocol(text))
    assert answer(before) == "met"
    assert answer(Said(patient(*facts), "2026-03-01", by=protocol(text))) == "unsteady_creatinine"


def test_the_label_dose_in_rheumatoid_arthritis_is_100_mg_a_day() -> None:
    usual = Said(patient(course("2026-01-01"), result("creatinine", "80", "2026-03-01")), "2026-03-10")
    assert usual.alert("dose", "dose") is None
    more = Said(patient(course("2026-01-01", dose="100.5 mg")), "2026-03-10")
    assert more.alert("dose", "dose") is not None


def test_the_months_of_an_adult_are_those_of_the_last_birthday() -> None:
    asked, taken = '{ feature = "age_months", from = 721 }', course("2026-01-01")
    assert child(asked, taken, on="2027-03-01", born="1966-03-02") == "not met"  # 720 at 60 years, 732 at 61
    assert child(asked, taken, on="2027-03-02", born="1966-03-02") == "met"
    said = judged(asked, taken, on="2027-05-10", birth="1966-03-02")
    assert said.opened("dose") == "2027-03-02"


def test_a_treatment_dated_later_is_starting_as_soon_as_it_is_foreseen() -> None:
    assert adult('{ course = "starting" }', course("2026-12-01")) == "met"
    again = course("2024-01-01", "2024-12-31"), course("2027-01-01")
    said = judged('{ course = "starting" }', *again, on="2026-03-10", birth="1966-03-02")
    assert said.opened("dose") == "2026-01-01"


def test_a_treatment_dated_later_of_another_length_is_told_when_it_is_foreseen() -> None:
    asked = '{ course = "lasts_other_than", days = 10 }'
    assert adult(asked, course("2026-06-01", "2026-06-05")) == "met"
    assert adult(asked, course("2026-06-01", "2026-06-10")) == "not met"
    parts = course("2026-06-01", "2026-06-05"), course("2026-06-06", "2026-06-10")
    assert adult(asked, *parts) == "not met"  # together they last ten days
    planned = (course("2026-06-01", "2026-06-05", status="planned"), course("2026-06-06", "2026-06-10"))
    assert adult(asked, *planned) == "met"  # one said to be planned stands by itself


def test_what_one_of_several_courses_does_not_say_is_not_told_the_dose_first() -> None:
    daily = '{ feature = "dosing_day_mg", above = 100 }'
    assert adult(daily, course("2026-01-01", per_day=None), course("2026-02-01", dose="")) == "unknown_dose"
    assert adult(daily, course("2026-01-01", dose="2 mg/kg"), course("2026-02-01", per_day=None)) == "unknown_frequency"
    assert adult(daily, course("2026-01-01", dose="2 mg/kg"), course("2026-02-01")) == "missing_weight"
