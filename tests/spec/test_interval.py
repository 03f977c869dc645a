"""Chapter: several conditions at one time."""

from __future__ import annotations

import pytest

from tests.spec.clinic import rules_of, taken

BOTH_AND_EITHER = rules_of("""
    [[rule]]
    id = "both"
    kind = "interval"
    category = "infection"
    fact = "crp"
    when = { all = [{ analyte = "crp", from = 10 }, { analyte = "platelets", below = 100 }] }
    priority = "low"
    action = "review"

    [[rule]]
    id = "either"
    kind = "interval"
    category = "cytopenia"
    fact = "platelets"
    when = { any = [{ analyte = "crp", from = 10 }, { analyte = "platelets", below = 100 }] }
    priority = "low"
    action = "review"
""")
MET, NOT_MET = "low review", "silent"


@pytest.mark.parametrize(
    ("crp", "platelets", "both", "either"),
    [
        ("20", "80", MET, MET),
        ("20", "200", NOT_MET, MET),
        ("4", "80", NOT_MET, MET),
        ("4", "200", NOT_MET, NOT_MET),
        ("20", "!no_unit", "cannot tell: no_unit", MET),
        ("!no_unit", "80", "cannot tell: no_unit", MET),
        ("4", "!no_unit", NOT_MET, "cannot tell: no_unit"),
        ("!no_unit", "200", NOT_MET, "cannot tell: no_unit"),
        # Where several parts cannot tell, the first of the file gives the reason.
        ("!no_unit", "!implausible", "cannot tell: no_unit", "cannot tell: no_unit"),
        ("<12", ">90", "cannot tell: censored", "cannot tell: censored"),
    ],
)
def test_all_and_any_of_two_conditions_that_may_be_unknown(crp, platelets, both, either):
    said = taken(f"2026-02-20 crp {crp}\n2026-02-20 platelets {platelets}", rules=BOTH_AND_EITHER)
    assert (said.answer("both"), said.answer("either")) == (both, either)


def test_conditions_are_joined_in_time_not_row_by_row():
    said = taken(
        """
        2026-02-03  crp 20
        2026-02-05  platelets 80
        2026-02-08  crp 4
        2026-02-10  crp 20
        2026-02-12  platelets 200
        """,
        rules=BOTH_AND_EITHER,
    )
    assert said.life("both")[1:] == [
        "2026-02-05 low review", "2026-02-08 silent", "2026-02-10 low review", "2026-02-12 silent"
    ]  # fmt: skip


NESTED = rules_of("""
    [[rule]]
    id = "nested"
    kind = "interval"
    category = "infection"
    fact = "crp"
    when = { all = [
      { any = [{ analyte = "crp", from = 10 }, { all = [{ analyte = "esr", from = 30 }, { events = "known_ckd" }] }] },
      { analyte = "platelets", below = 100 },
    ] }
    priority = "low"
    action = "review"
""")


@pytest.mark.parametrize(
    ("facts", "answer"),
    [
        ("platelets 80; crp 20; esr 5", MET),
        ("platelets 80; crp 4; esr 40", NOT_MET),  # no kidney disease on file: that much is known
        ("platelets 80; crp 4; esr 40; ckd", MET),
        ("platelets 80; crp 4; esr !no_unit", NOT_MET),
        ("platelets 80; crp 4; esr !no_unit; ckd", "cannot tell: no_unit"),
        ("platelets 200; crp !no_unit; esr !no_unit; ckd", NOT_MET),
        ("platelets !implausible; crp !not_numeric; esr !no_unit; ckd", "cannot tell: not_numeric"),
    ],
)
def test_conditions_nest(facts, answer):
    story = "\n".join(f"2026-02-20 {fact}" for fact in facts.split("; "))
    assert taken(story, rules=NESTED).answer("nested") == answer


FEVER = "2026-02-20 temperature 38.4\n"


@pytest.mark.parametrize(
    ("counts", "answer"),
    [
        ("02-06 1.2, 02-20 0.96", "high stop"),  # a fall of exactly 20 % in exactly 14 days
        ("02-06 1.2, 02-20 0.97", "silent"),  # 19.2 %
        ("02-05 1.2, 02-20 0.96", "silent"),  # 15 days
        ("02-06 1.25, 02-20 1.0", "silent"),  # fallen enough, but not below 1.0
        ("02-06 3.0, 02-13 1.0, 02-20 0.96", "silent"),  # the fall is from the previous result
        ("02-06 1.2, 02-13 !no_unit, 02-20 0.96", "high stop"),  # the previous one that can be read
        # From or to a bound: a fall where every value it can be has fallen enough, none where none has.
        ("02-06 >1.2, 02-20 0.96", "high stop"),
        ("02-06 <2.0, 02-20 0.96", "cannot tell: censored"),
        ("02-06 <1.19, 02-20 0.96", "silent"),
        ("02-06 <=1.2, 02-20 0.96", "cannot tell: censored"),
        ("02-06 1.2, 02-20 <0.97", "cannot tell: censored"),
        ("02-06 1.2, 02-20 <=0.96", "high stop"),  # perhaps below 0.5 too: one of the two is enough
        ("02-20 0.96", "silent"),  # nothing to have fallen from
        ("02-20 0.49", "high stop"),  # low enough by itself
        ("02-20 0.50", "silent"),
    ],
)
def test_a_count_that_fell_by_a_fifth_within_a_fortnight_is_an_emergency_with_fever(counts, answer):
    story = "\n".join(f"2026-{one.replace(' ', ' neutrophils ', 1)}" for one in counts.split(", "))
    assert taken(FEVER + story, on="2026-02-21").answer("neutropenic-emergency") == answer


def test_an_unreadable_count_with_fever_is_never_no_emergency():
    said = taken(FEVER + "2026-02-06 neutrophils 3.0\n2026-02-20 neutrophils !not_numeric", on="2026-02-21")
    assert said.answer("neutropenic-emergency") == "cannot tell: not_numeric"
    assert said.answer("neutropenic-fever") == "cannot tell: not_numeric"


def test_without_fever_an_unreadable_count_raises_no_question_of_neutropenic_fever():
    assert taken("2026-02-20 neutrophils !not_numeric").answer("neutropenic-fever") == "silent"


def test_an_unreadable_temperature_on_a_low_count_is_never_no_fever():
    said = taken("2026-02-20 neutrophils 0.4\n2026-02-27 temperature !implausible")
    assert said.answer("neutropenic-fever") == "cannot tell: implausible"


def test_fever_reported_by_the_patient_counts_like_fever_measured():
    reported = taken("2026-02-20 neutrophils 1.4\n2026-02-22 symptom fever")
    assert reported.life("neutropenic-fever")[-2:] == ["2026-02-22 high withhold", "2026-03-01 silent"]


def test_feeling_unwell_makes_an_emergency_of_a_very_low_count_but_not_a_neutropenic_fever():
    said = taken("2026-02-20 neutrophils 0.4\n2026-02-27 symptom unwell")
    assert said.answer("neutropenic-emergency") == "high stop"
    assert said.answer("neutropenic-fever") == "silent"


ABSENT = rules_of("""
    [[rule]]
    id = "absent"
    kind = "interval"
    category = "monitoring"
    fact = "crp"
    when = { all = [{ analyte = "crp", not_within_days = 180 }] }
    priority = "low"
    action = "request_test"
""")


def test_absence_is_met_from_the_first_day_on_which_the_last_result_is_too_old():
    said = taken("2026-01-05T16:00 crp 4", on="2026-12-31", rules=ABSENT)
    assert said.life("absent") == [
        "2026-01-01 low request_test", "2026-01-05T16:00:00 silent", "2026-07-05 low request_test"
    ]  # fmt: skip


def test_an_unreadable_result_does_not_end_an_absence():
    assert taken("2026-02-20 crp !no_unit", rules=ABSENT).answer("absent") == "low request_test"


def test_a_bound_is_a_result_as_far_as_absence_goes():
    assert taken("2026-02-20 crp <5", rules=ABSENT).answer("absent") == "silent"


def test_the_evidence_of_a_conjunction_is_what_held_together_and_nothing_later():
    said = taken(
        """
        2026-02-10  neutrophils 1.4
        2026-02-11  temperature 38.4
        2026-02-13  neutrophils 1.3
        2026-02-14  temperature 36.8
        2026-02-20  neutrophils 1.2
        """
    )
    (over,) = [a for a in said.history.closed_before(said.standing.as_of) if a.category == "neutropenic_infection"]
    assert [(e.analyte, e.value) for e in over.evidence] == [
        ("neutrophils", 1.4), ("temperature", 38.4), ("neutrophils", 1.3)
    ]  # fmt: skip
