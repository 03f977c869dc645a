"""Chapter: what is prescribed. A dose in milligrams or per kilogram, how often, for which weight."""

from __future__ import annotations

import pytest

from tests.spec.clinic import tell

ADULT = "woman born 1962-03-12"
CHILD = "person born 2016-05-05"


@pytest.mark.parametrize(("story", "answer"), [
    # The dose of a day is what is given on a day with a dose, however seldom such a day is.
    ("2026-01-01 weight 40\n2025-01-01 anakinra dose 8 mg/kg, for CAPS", "silent"),
    ("2026-01-01 weight 40\n2025-01-01 anakinra dose 8.01 mg/kg, alternate days, for CAPS", "medium adjust_dose"),
    (
        "2026-01-01 weight 40\n2026-01-01 creatinine 400\n2025-01-01 anakinra dose 320 mg, alternate days, for CAPS",
        "silent",
    ),
    ("2026-01-01 weight 40\n2025-01-01 anakinra dose 160.1 mg, twice daily, for CAPS", "medium adjust_dose"),
    # A dose per kilogram needs no weight to be compared per kilogram.
    ("2025-01-01 anakinra dose 9 mg/kg, for CAPS", "medium adjust_dose"),
    ("2025-01-01 anakinra dose 400 mg, for CAPS", "cannot tell: missing_weight"),
    ("2026-01-01 weight !implausible\n2025-01-01 anakinra dose 400 mg, for CAPS", "cannot tell: implausible"),
    ("2026-01-01 weight >40\n2025-01-01 anakinra dose 400 mg, for CAPS", "cannot tell: censored"),
    ("2026-01-01 weight >50\n2025-01-01 anakinra dose 400 mg, for CAPS", "silent"),
    ("2026-01-01 weight <40\n2025-01-01 anakinra dose 400 mg, for CAPS", "medium adjust_dose"),
    # Two courses at once that differ: nobody can say which is taken.
    ("2025-01-01 anakinra dose 9 mg/kg, for CAPS\n2025-01-01 anakinra dose 2 mg/kg, for CAPS",
     "cannot tell: unknown_dose"),
    ("2025-01-01 anakinra dose 9 mg/kg, for CAPS\n2025-01-01 anakinra dose 10 mg/kg, for CAPS", "medium adjust_dose"),
    # What is on hold is not taken; what is planned is judged before it begins.
    ("2025-01-01 anakinra on-hold, dose 9 mg/kg, for CAPS", "silent"),
    ("2026-03-20 anakinra dose 9 mg/kg, for CAPS", "medium adjust_dose"),
    ("2026-03-20 anakinra dose 2 mg/kg, for CAPS", "silent"),
])  # fmt: skip
def test_at_most_8_mg_per_kg_on_a_dosing_day(story, answer):
    assert tell(f"{ADULT}\n{story}", "2026-03-01").answer("dose-caps-dira") == answer


def test_a_finding_on_the_dose_begins_with_the_course_or_with_the_weight_that_shows_it():
    of_course = tell(f"{ADULT}\n2025-01-01 weight 40\n2026-02-01 anakinra dose 400 mg, for CAPS", "2026-03-01")
    of_weight = tell(f"{ADULT}\n2026-01-01 anakinra dose 400 mg, for CAPS\n2026-02-10 weight 40", "2026-03-01")
    assert of_course.life("dose-caps-dira") == ["2026-02-01 medium adjust_dose"]
    assert of_weight.life("dose-caps-dira")[-1] == "2026-02-10 medium adjust_dose"


@pytest.mark.parametrize(("day", "answer"), [
    ("2026-04-01", "silent"),
    ("2026-04-02", "cannot tell: stale_result"),  # 90 days after the weight
])  # fmt: skip
def test_a_childs_weight_answers_for_90_days(day, answer):
    said = tell(f"{CHILD}\n2026-01-01 weight 30\n2026-01-01 anakinra dose 100 mg, for CAPS", day)
    assert said.answer("dose-caps-dira") == answer


def test_who_turns_18_does_not_get_an_old_weight_back():
    story = "person born 2008-02-20\n2025-10-01 weight 60\n2025-01-01 anakinra dose 1 mg/kg, for FMF"
    assert tell(story, "2026-02-19").answer("weight-missing-for-dose") == "medium request_test"
    assert tell(story, "2026-02-20").answer("weight-missing-for-dose") == "medium request_test"


@pytest.mark.parametrize(("start", "day", "answer"), [
    ("2026-02-01", "2026-02-28", "medium adjust_dose"),
    ("2026-02-01", "2026-03-01", "silent"),
    ("2026-03-10", "2026-03-01", "medium adjust_dose"),
])  # fmt: skip
def test_the_starting_dose_is_judged_before_the_start_and_for_28_days(start, day, answer):
    said = tell(f"{ADULT}\n2026-01-01 weight 50\n{start} anakinra dose 3 mg/kg, for NOMID", day)
    assert said.answer("dose-caps-dira") == answer
