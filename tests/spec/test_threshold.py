"""Chapter: a measured value against bands."""

from __future__ import annotations

import pytest

from tests.spec.clinic import rules_of, taken, tell

DEPTHS = [
    # count       EMA               FDA              BSR              house rule
    ("0.00",  ("high stop",     "high review",   "medium review", "high stop")),
    ("0.49",  ("high stop",     "high review",   "medium review", "high stop")),
    ("0.50",  ("high stop",     "high review",   "medium review", "high stop")),
    ("0.99",  ("high stop",     "high review",   "medium review", "high stop")),
    ("1.00",  ("high stop",     "medium review", "medium review", "medium repeat_test")),
    ("1.49",  ("high stop",     "medium review", "medium review", "medium repeat_test")),
    ("1.50",  ("silent",        "silent",        "medium review", "medium repeat_test")),
    ("1.59",  ("silent",        "silent",        "medium review", "medium repeat_test")),
    ("1.60",  ("silent",        "silent",        "silent",        "low inform")),
    ("1.99",  ("silent",        "silent",        "silent",        "low inform")),
    ("2.00",  ("silent",        "silent",        "silent",        "silent")),
    ("9.90",  ("silent",        "silent",        "silent",        "silent")),
]  # fmt: skip
NEUTROPHIL_RULES = ("neutrophils-stop", "neutrophils-review", "neutrophils-guideline", "neutrophils-low")


@pytest.mark.parametrize(("count", "answers"), DEPTHS)
def test_a_count_on_treatment_means_what_its_band_says(count, answers):
    said = taken(f"2026-02-20 neutrophils {count}")
    assert tuple(said.answer(rule) for rule in NEUTROPHIL_RULES) == answers


#: Two rules with one limit: at and above it, and strictly above it.
EDGES = rules_of("""
    [[rule]]
    id = "from"
    kind = "threshold"
    category = "infection"
    analyte = "crp"
    bands = [{ below = 10 }, { from = 10, priority = "low", action = "review" }]

    [[rule]]
    id = "above"
    kind = "threshold"
    category = "infection"
    analyte = "crp"
    bands = [{ below_or_at = 10 }, { above = 10, priority = "low", action = "review" }]
""")


@pytest.mark.parametrize(
    ("crp", "at_and_above", "strictly_above"),
    [
        ("9.99", "silent", "silent"),
        ("10", "low review", "silent"),
        ("10.01", "low review", "low review"),
        # What a comparator leaves open is told only where all of it lies on one side.
        ("<10", "silent", "silent"),
        ("<=10", "cannot tell: censored", "silent"),
        (">=10", "low review", "cannot tell: censored"),
        (">10", "low review", "low review"),
        (">9.99", "cannot tell: censored", "cannot tell: censored"),
    ],
)
def test_from_holds_its_number_and_above_does_not(crp, at_and_above, strictly_above):
    said = taken(f"2026-02-20 crp {crp}", rules=EDGES)
    assert (said.answer("from"), said.answer("above")) == (at_and_above, strictly_above)


@pytest.mark.parametrize(
    ("count", "ema", "house"),
    [
        ("<0.5", "high stop", "high stop"),
        ("<=0.5", "high stop", "high stop"),  # both bands it reaches into say the same
        ("<1.0", "high stop", "high stop"),
        # Certainly low, perhaps graver: the mildest band it reaches into, and the alert says that it is held.
        ("<=1.0", "high stop", "medium repeat_test, held: censored"),
        ("<1.5", "high stop", "medium repeat_test, held: censored"),
        ("<1.6", "cannot tell: censored", "medium repeat_test, held: censored"),
        ("<=1.5", "cannot tell: censored", "medium repeat_test, held: censored"),
        # But a low alert could pass for reassurance.
        ("<2.0", "cannot tell: censored", "cannot tell: censored"),
        # Perhaps low, perhaps not: nobody can tell.
        ("<=2.0", "cannot tell: censored", "cannot tell: censored"),
        (">1.0", "cannot tell: censored", "cannot tell: censored"),
        (">=1.5", "silent", "cannot tell: censored"),
        (">1.99", "silent", "cannot tell: censored"),
        (">=2.0", "silent", "silent"),
    ],
)
def test_a_bound_is_judged_by_all_the_numbers_it_can_be(count, ema, house):
    said = taken(f"2026-02-20 neutrophils {count}")
    assert (said.answer("neutrophils-stop"), said.answer("neutrophils-low")) == (ema, house)


def test_a_result_answers_until_the_next_one_and_at_most_until_it_is_stale():
    said = taken(
        """
        2026-02-05  neutrophils 1.4
        2026-02-12  neutrophils 0.9
        2026-02-19T10:30  neutrophils 3.0
        """,
        on="2027-03-01",
    )
    assert said.life("neutrophils-low") == [
        "2026-01-01 cannot tell: no_result",
        "2026-02-05 medium repeat_test",
        "2026-02-12 high stop",
        "2026-02-19T10:30:00 silent",
        "2027-02-20 cannot tell: stale_result",
    ]


def test_a_rule_may_say_that_an_absent_result_is_no_reason_to_speak():
    said = taken("")
    assert said.answer("neutrophils-stop") == "cannot tell: no_result"
    assert said.answer("infection-fever") == "silent"


def test_fever_lasts_seven_days_to_the_second_unless_a_lower_temperature_comes():
    alone = taken("2026-02-10T08:00 temperature 38.0")
    better = taken("2026-02-10T08:00 temperature 38.0\n2026-02-12T07:00 temperature 37.9")
    renewed = taken("2026-02-10T08:00 temperature 38.0\n2026-02-17T07:59:59 temperature 38.2")
    assert alone.life("infection-fever") == ["2026-02-10T08:00:00 high withhold", "2026-02-17T08:00:00 silent"]
    assert better.life("infection-fever") == ["2026-02-10T08:00:00 high withhold", "2026-02-12T07:00:00 silent"]
    assert renewed.life("infection-fever") == ["2026-02-10T08:00:00 high withhold", "2026-02-24T07:59:59 silent"]


FIRST = rules_of("""
    [[rule]]
    id = "first"
    kind = "threshold"
    category = "infection"
    analyte = "crp"
    first_only = true
    unless_events = "known_ckd"
    bands = [{ below = 10 }, { from = 10, priority = "low", action = "repeat_test" }]
""")


def test_first_only_speaks_on_the_first_result_of_a_run_and_again_after_the_run_was_broken():
    said = taken(
        """
        2026-01-05  crp 12
        2026-01-12  crp 15
        2026-01-19  crp 4
        2026-01-26  crp 11
        """,
        rules=FIRST,
    )
    assert said.life("first") == [
        "2026-01-01 cannot tell: no_result", "2026-01-05 low repeat_test", "2026-01-12 silent",
        "2026-01-26 low repeat_test",
    ]  # fmt: skip


def test_an_unreadable_result_neither_counts_in_a_run_nor_breaks_it():
    said = taken("2026-01-05 crp 12\n2026-01-12 crp !no_unit\n2026-01-19 crp 15", rules=FIRST)
    assert said.life("first") == [
        "2026-01-01 cannot tell: no_result", "2026-01-05 low repeat_test",
        "2026-01-12 low repeat_test, held: no_unit", "2026-01-19 silent",
    ]  # fmt: skip


def test_two_rows_of_one_instant_are_one_result_of_a_run():
    said = taken("2026-01-05 crp 12\n2026-01-05 crp 12", rules=FIRST)
    assert said.answer("first") == "low repeat_test"


def test_unless_events_silences_for_as_long_as_the_event_holds():
    said = taken("2026-01-05 crp 12\n2026-01-10 to 2026-01-19 ckd", rules=FIRST)
    assert said.life("first")[1:] == [
        "2026-01-05 low repeat_test", "2026-01-10 silent", "2026-01-20 low repeat_test"
    ]  # fmt: skip


SUSTAINED = rules_of("""
    [[rule]]
    id = "sustained"
    kind = "threshold"
    category = "infection"
    analyte = "crp"
    sustained = { results = 2, days = 7 }
    bands = [{ below = 10 }, { from = 10, priority = "low", action = "review" }]
""")


@pytest.mark.parametrize(
    ("series", "opens"),
    [
        ("01-10 12, 01-17 12", "2026-01-17"),  # exactly seven days
        ("01-10 12, 01-16 12", None),  # six
        ("01-10 12, 01-16 12, 01-17 12", "2026-01-17"),
        ("01-10 12", None),  # one result, however long ago
        ("01-10 12, 01-13 9, 01-17 12", None),  # the run was broken
        ("01-10 12, 01-13 !no_unit, 01-17 12", "2026-01-17"),  # an unreadable one breaks nothing
        ("01-10 12, 01-17 !no_unit", None),  # and counts for nothing
        ("2025-12-20 12, 01-10 12", None),  # the first lies before the course
        ("2025-12-20 12, 01-10 12, 01-17 12", "2026-01-17"),
        ("01-10T23:00 12, 01-17T01:00 12", "2026-01-17T01:00:00"),  # calendar days, not hours
    ],
)
def test_sustained_needs_so_many_results_so_far_apart_since_the_course_began(series, opens):
    lines = [when if when.startswith("2025") else f"2026-{when}" for when in series.split(", ")]
    said = taken("\n".join(line.replace(" ", " crp ", 1) for line in lines), rules=SUSTAINED)
    met = [line for line in said.life("sustained") if line.endswith("low review")]
    assert met == ([f"{opens} low review"] if opens else [])


def test_a_sustained_finding_ends_with_the_first_result_that_disagrees():
    said = taken("2026-01-10 crp 12\n2026-01-17 crp 12\n2026-01-20 crp 9", rules=SUSTAINED)
    assert said.life("sustained")[-2:] == ["2026-01-17 low review", "2026-01-20 silent"]


def test_the_title_names_the_newest_value_its_unit_its_day_and_the_limit_it_crossed():
    said = taken("2026-02-10 neutrophils 1.4\n2026-02-20 neutrophils 1.27")
    assert said.alert("neutropenia").title == "Neutrophils 1.27 ×10⁹/L on 20-Feb-2026, below 1.5"
    bound = taken("2026-02-20 neutrophils <0.5")
    assert bound.alert("neutropenia").title == "Neutrophils <0.5 ×10⁹/L on 20-Feb-2026, below 1.5"


def test_the_basis_is_the_comparison_a_reader_can_redo():
    basis = taken("2026-02-20 neutrophils 1.27").alert("neutropenia").basis
    assert (basis.value, basis.operator, basis.threshold, basis.unit) == (1.27, "<", 1.5, "10*9/L")
    fever = taken("2026-02-28 temperature 38.0").alert("infection").basis
    assert (fever.value, fever.operator, fever.threshold, fever.unit) == (38.0, ">=", 38.0, "Cel")


def test_a_rule_of_another_drug_is_not_judged():
    said = tell("2026-01-01 methotrexate, once weekly\n2026-02-20 neutrophils 0.4", "2026-03-01")
    assert (said.standing.alerts, said.standing.cannot_tell, said.standing.schedule) == ((), (), ())
