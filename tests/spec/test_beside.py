"""Chapter: what is planned beside a drug that is taken or held: a dose to be changed, a restart."""

from __future__ import annotations

import pytest

from tests.spec.clinic import rules_of, tell

ADULT = "man born 1966-01-02\n2025-01-01 weight 80"
TAKEN = "2025-01-01 anakinra"
HELD = "2025-01-01 anakinra\n2026-02-15 anakinra on-hold"
SPARED = "man born 1966-01-02\n2025-03-05 weight 54\n2025-03-05 anakinra alternate days"  # clearance 30 at 176.8
BOTH = ["planned, ", ""]  # a row that says so, and one that is merely dated later


# --- a change of dose -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("said", BOTH)
@pytest.mark.parametrize(("dose", "answer"), [
    ("dose 200 mg", "medium adjust_dose"),
    ("dose 100 mg", "silent"),
    ("dose unreadable", "cannot tell: unknown_dose"),
    ("twice daily", "medium adjust_dose"),
])  # fmt: skip
def test_a_change_of_dose_is_judged_before_it_begins(said, dose, answer):
    assert tell(f"{ADULT}\n{TAKEN}\n2026-03-10 anakinra {said}{dose}", "2026-03-01").answer("dose-ra") == answer


def test_a_change_dated_later_is_judged_from_a_year_before_it_until_it_begins():
    story = f"{ADULT}\n2024-01-01 to 2027-03-09 anakinra\n2027-03-10 anakinra dose 200 mg"
    assert tell(story, "2026-03-09").answer("dose-ra") == "silent"
    assert tell(story, "2026-03-10").answer("dose-ra") == "medium adjust_dose"
    assert tell(story, "2027-03-09").answer("dose-ra") == "medium adjust_dose"


def test_a_planned_change_whose_date_has_passed_is_planned_for_today_until_the_drug_is_taken_anew():
    story = f"{ADULT}\n2024-01-01 anakinra\n2027-03-10 anakinra planned, dose 200 mg"
    assert tell(story, "2026-03-09").answer("dose-ra") == "silent"
    assert tell(story, "2026-03-10").answer("dose-ra") == "medium adjust_dose"
    assert tell(story, "2027-09-10").answer("dose-ra") == "medium adjust_dose"
    for begun, answer in [("2027-03-09", "medium adjust_dose"), ("2027-03-10", "silent"), ("2027-04-01", "silent")]:
        anew = story.replace("2024-01-01", "2024-01-01 to 2027-03-08")
        assert tell(f"{anew}\n{begun} anakinra", "2027-04-01").answer("dose-ra") == answer, begun


def test_a_hold_that_began_after_the_planned_date_lies_before_a_start_planned_for_today():
    story = "2025-01-01 to 2026-03-31 anakinra stopped\n2026-04-01 anakinra on-hold\n2026-03-10 anakinra planned"
    infected = f"{story}\n2026-05-05 infection serious"
    assert tell(infected, "2026-05-10").answer("infection-at-start") == "high do_not_start"
    later = infected.replace("anakinra planned", "anakinra completed")
    assert (
        tell(later.replace("2026-03-10 ", "2026-03-10 to 2026-03-31 "), "2026-05-10").answer("infection-at-start")
        == "silent"
    )


def test_what_is_taken_and_what_is_planned_are_never_mixed():
    wrong_now = f"{ADULT}\n2025-01-01 anakinra dose 200 mg\n2026-03-10 anakinra planned"
    assert tell(wrong_now, "2026-03-01").answer("dose-ra") == "medium adjust_dose"
    open_now = f"{ADULT}\n2025-01-01 anakinra dose unreadable\n2026-03-10 anakinra planned"
    assert tell(open_now, "2026-03-01").answer("dose-ra") == "cannot tell: unknown_dose"
    both = f"{ADULT}\n2025-01-01 anakinra dose 200 mg\n2026-03-10 anakinra planned, dose 300 mg"
    assert len(tell(both, "2026-03-01").alerts("dose")) == 1
    met_beside = f"{ADULT}\n2025-01-01 anakinra dose unreadable\n2026-03-10 anakinra planned, dose 300 mg"
    assert tell(met_beside, "2026-03-01").answer("dose-ra") == "medium adjust_dose, held: unknown_dose"


@pytest.mark.parametrize("said", BOTH)
@pytest.mark.parametrize(("frequency", "answer"), [
    ("once daily", "medium reduce_frequency"),
    ("alternate days", "silent"),
    ("unreadable", "cannot tell: unknown_frequency"),
])  # fmt: skip
def test_daily_doses_planned_with_a_low_clearance_are_told_before_they_begin(said, frequency, answer):
    story = f"{SPARED}\n2026-03-10 anakinra {said}{frequency}\n2025-12-20 creatinine 250\n2026-02-20 creatinine 250"
    assert tell(story, "2026-03-01").answer("renal-frequency") == answer


def test_a_change_of_indication_is_judged_by_the_rules_of_the_new_one():
    child = "person born 2016-05-05\n2026-02-20 weight 30\n2025-01-01 anakinra dose 2 mg/kg, for CAPS"
    story = f"{child}\n2026-03-10 anakinra planned"
    assert tell(story, "2026-03-01").answer("population-ra") == "medium review"


def test_start_rules_judge_no_change_of_dose_because_the_drug_is_started():
    change = f"{ADULT}\n{TAKEN}\n2026-03-10 anakinra planned, dose 200 mg"
    story = f"{change}\n2026-02-20 neutrophils 1.2\n2026-02-25 infection serious"
    said = tell(story, "2026-03-01")
    assert said.answer("neutrophils-contraindication") == said.answer("infection-at-start") == "silent"
    assert said.alert("infection").action == "stop"
    assert said.answer("neutrophils-stop") == "high stop"


@pytest.mark.parametrize(("begun", "answer"), [
    ("2026-02-11", "medium adjust_dose"),
    ("2026-02-10", "silent"),  # 28 days before the change
    ("2025-01-01", "silent"),  # a maintenance dose may be above the starting dose
])  # fmt: skip
def test_a_change_is_a_starting_dose_only_in_the_first_days_of_the_treatment(begun, answer):
    story = f"{ADULT}\n{begun} anakinra dose 2 mg/kg, for NOMID\n2026-03-10 anakinra planned, dose 3 mg/kg, for NOMID"
    assert tell(story, "2026-03-01").answer("dose-caps-dira") == answer


# --- a restart after a hold -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("said", ["planned", "active"])
@pytest.mark.parametrize(("fact", "rule"), [
    ("2026-02-20 neutrophils 1.2", "neutrophils-contraindication"),
    ("2026-02-20 infection mild", "infection-at-start"),
    ("2026-02-28 temperature 38.4", "fever-at-start"),
    ("2026-02-20 hbsag positive", "hbsag-positive-at-start"),
    ("2025-02-20 allergy anakinra", "allergy-at-start"),
    ("2026-02-14 symptom anaphylaxis", "hypersensitivity-at-start"),
    ("2025-08-14 symptom urticaria", "hypersensitivity-at-start"),  # half a year ago, and the drug was given
])  # fmt: skip
def test_a_planned_restart_is_judged_as_a_start_while_the_drug_is_held(said, fact, rule):
    assert (
        tell(f"{ADULT}\n{HELD}\n2026-03-10 anakinra {said}\n{fact}", "2026-03-01").answer(rule) == "high do_not_start"
    )
    assert tell(f"{ADULT}\n{HELD}\n{fact}", "2026-03-01").answer(rule) == "silent"


def test_the_dose_of_a_planned_restart_is_judged_while_the_drug_is_held():
    story = f"{ADULT}\n{HELD}\n2026-03-10 anakinra planned, dose 200 mg"
    assert tell(story, "2026-02-14").answer("dose-ra") == "medium adjust_dose"  # still a change of what is taken
    assert tell(story, "2026-03-01").answer("dose-ra") == "medium adjust_dose"
    assert tell(story, "2026-03-20").answer("dose-ra") == "medium adjust_dose"  # until a row says otherwise


def test_a_plan_older_than_the_hold_is_no_restart():
    story = f"{ADULT}\n2025-01-01 anakinra planned, dose 200 mg\n{HELD}\n2026-02-20 neutrophils 1.2"
    assert tell(story, "2026-03-01").answer("neutrophils-contraindication") == "silent"
    assert tell(story, "2026-03-01").answer("dose-ra") == "silent"
    same_day = story.replace("2025-01-01 anakinra planned", "2026-02-15 anakinra planned")
    assert tell(same_day, "2026-03-01").answer("neutrophils-contraindication") == "high do_not_start"


def test_a_restart_at_the_dose_of_before_is_no_starting_dose():
    held = "2025-01-01 to 2026-02-14 anakinra dose 3 mg/kg, for NOMID\n2026-02-15 anakinra on-hold, for NOMID"
    again = "2026-03-10 anakinra planned, dose 3 mg/kg, for NOMID"
    assert tell(f"{ADULT}\n{held}\n{again}", "2026-03-01").answer("dose-caps-dira") == "silent"


def test_a_combination_with_a_planned_restart_is_told_while_the_drug_is_held():
    story = f"{ADULT}\n{HELD}\n2026-03-10 anakinra planned\n2026-02-20 adalimumab"
    assert tell(story, "2026-03-01").answer("interaction-tnf") == "high avoid"
    old_plan = f"{ADULT}\n2025-01-01 anakinra planned\n{HELD}\n2026-02-20 adalimumab"
    assert tell(old_plan, "2026-03-01").answer("interaction-tnf") == "silent"


def test_nothing_is_planned_for_the_dead():
    story = f"man born 1966-01-02 died 2026-02-25\n{HELD}\n2026-03-10 anakinra planned\n2026-02-20 neutrophils 1.2"
    assert tell(story, "2026-02-24").answer("neutrophils-contraindication") == "high do_not_start"
    assert tell(story, "2026-02-25").standing.alerts == ()


# --- bands, and memory ------------------------------------------------------------------------------------------------

BANDS = rules_of("""
    [[rule]]
    id = "dose"
    kind = "threshold"
    category = "dose"
    feature = "dose_mg"
    while = ["planned", "running"]
    bands = [{ below_or_at = 100 }, { above = 100, below = 200, priority = "low", action = "inform" },
             { from = 200, priority = "high", action = "adjust_dose" }]
""")


@pytest.mark.parametrize(("now", "then", "answer"), [
    (100, 150, "low inform"), (100, 200, "high adjust_dose"), (200, 100, "high adjust_dose"), (100, 100, "silent"),
    (150, 200, "low inform"),  # where both are met, what is taken speaks
])  # fmt: skip
def test_a_limit_on_the_dose_is_asked_of_both(now, then, answer):
    story = f"2025-01-01 anakinra dose {now} mg\n2026-03-10 anakinra planned, dose {then} mg"
    assert tell(story, "2026-03-01", rules=BANDS).answer("dose") == answer


# --- two courses at one time ------------------------------------------------------------------------------------------


def test_two_rows_of_one_dose_are_one_prescription_or_two():
    twice = f"{ADULT}\n{TAKEN}\n2026-01-01 anakinra"
    assert tell(twice, "2026-03-01").answer("dose-ra") == "cannot tell: unknown_dose"
    assert (
        tell(f"{ADULT}\n2025-01-01 to 2025-12-31 anakinra\n2026-01-01 anakinra", "2026-03-01").answer("dose-ra")
        == "silent"
    )


@pytest.mark.parametrize(("second", "answer"), [
    ("alternate days", "cannot tell: unknown_frequency"),  # one every other day, or one on every day
    ("once daily", "medium reduce_frequency"),
    ("once weekly", "cannot tell: unknown_frequency"),
])  # fmt: skip
def test_two_rows_of_alternate_days_may_be_a_dose_on_every_day(second, answer):
    story = f"{SPARED}\n2026-01-01 anakinra {second}\n2025-12-20 creatinine 250\n2026-02-20 creatinine 250"
    assert tell(story, "2026-03-01").answer("renal-frequency") == answer


def test_rarely_twice_is_still_rarely():
    weekly = f"{SPARED.replace('alternate days', 'once weekly')}\n2026-01-01 anakinra once weekly"
    story = f"{weekly}\n2025-12-20 creatinine 250\n2026-02-20 creatinine 250"
    assert tell(story, "2026-03-01").answer("renal-frequency") == "silent"


def test_an_unreadable_tuberculosis_test_after_a_positive_one_clears_nothing():
    story = f"{ADULT}\n{TAKEN}\n2025-12-01 igra positive\n2026-02-20 igra !not_numeric"
    assert tell(story, "2026-03-01").answer("tb-screen-not-negative") == "high review, held: not_numeric"
    later = tell(f"{story}\n2026-02-25 igra negative", "2026-03-01")
    assert later.answer("tb-screen-earlier-positive") == "high review"
