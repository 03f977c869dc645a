"""Chapter: creatinine clearance and the dose (clinical reference 3.1 and anakinra 1.3, 1.10)."""

from __future__ import annotations

import pytest

from tests.spec.clinic import Said, tell

RENAL_RULES = ("renal-frequency", "renal-confirm", "renal-caution", "renal-restore")


def renal(*facts: str, person: str = "man born 1966-01-02", course: str = "anakinra", on: str = "2026-02-10") -> Said:
    """Sixty years old, 54 kg: a clearance of 30 at a creatinine of 176.8 and of 60 at 88.4."""
    if not any(" weight " in fact for fact in facts):
        facts = ("2025-12-01 weight 54", *facts)
    return tell("\n".join((person, f"2026-01-05 {course}", *facts)), on)


def clearance(said: Said) -> float:
    """The clearance a renal alert rests on."""
    return said.alert("renal_dosing").basis.value


@pytest.mark.parametrize(
    ("sex", "born", "weight", "creatinine", "expected"),
    [
        ("woman", "1954-01-01", "58", "95", 43.33),
        ("man", "1945-01-01", "70", "160", 31.69),
        ("woman", "1960-01-01", "48", "210", 17.65),
        ("man", "1968-01-01", "84", "300", 28.19),
    ],
)
def test_the_clearance_is_that_of_the_worked_examples(sex, born, weight, creatinine, expected):
    said = renal(f"2026-01-20 weight {weight}", f"2026-01-20 creatinine {creatinine}", person=f"{sex} born {born}")
    assert round(clearance(said), 2) == expected


@pytest.mark.parametrize(
    ("creatinine", "label", "confirm", "caution"),
    [
        ("176.9", "medium reduce_frequency", "medium repeat_test", "silent"),
        ("176.801", "medium reduce_frequency", "medium repeat_test", "silent"),  # 29.9998: not rounded to 30.0
        ("176.8", "silent", "silent", "low inform"),  # exactly 30
        ("88.401", "silent", "silent", "low inform"),
        ("88.4", "silent", "silent", "silent"),  # exactly 60
        ("70", "silent", "silent", "silent"),
    ],
)
def test_the_limits_of_the_clearance_are_exact(creatinine, label, confirm, caution):
    said = renal(f"2026-01-20 creatinine {creatinine}")
    assert tuple(said.answer(rule) for rule in RENAL_RULES[:3]) == (label, confirm, caution)


@pytest.mark.parametrize(
    ("weight", "creatinine", "answer"),
    [
        # Twenty years old: (140 - 20) x 42.3 / (72 x 2.35 mg/dL) is exactly 30, in binary a little less.
        ("42.3", "207.74", "silent"),
        ("42.3", "207.75", "medium reduce_frequency"),
        ("42.3", ">207.74", "medium reduce_frequency"),
        ("42.3", ">=207.74", "cannot tell: censored"),
        ("42.3", "<=207.74", "silent"),
        ("59.4", "291.72", "silent"),
        ("111.6", "548.08", "silent"),
    ],
)
def test_an_exact_30_is_30_whatever_its_binary_digits(weight, creatinine, answer):
    facts = (f"2026-01-20 weight {weight}", f"2026-01-20 creatinine {creatinine}")
    assert renal(*facts, person="man born 2006-01-02").answer("renal-frequency") == answer


def test_the_shown_clearance_is_never_rounded_across_its_limit():
    assert "29.9998" in renal("2026-01-20 creatinine 176.801").alert("renal_dosing").title


def test_a_height_makes_the_weight_the_adjusted_one_from_bmi_30_on():
    light = renal("2026-01-20 weight 91.8", "2026-01-20 height 175", "2026-01-20 creatinine 280")
    heavy = renal("2026-01-20 weight 91.9", "2026-01-20 height 175", "2026-01-20 creatinine 280")
    without = renal("2026-01-20 weight 91.9", "2026-01-20 creatinine 300.5")
    assert round(clearance(light), 2) == round(80 * 91.8 * 88.4 / 72 / 280, 2)
    assert round(clearance(heavy), 2) == round(80 * 79.039 * 88.4 / 72 / 280, 2)
    assert round(clearance(without), 2) == round(80 * 91.9 * 88.4 / 72 / 300.5, 2)


@pytest.mark.parametrize(("born", "years"), [("1966-01-20", 60), ("1966-01-21", 59), ("1965-01-21", 60)])
def test_the_age_is_that_of_the_birthday_reached_on_the_day_of_the_creatinine(born, years):
    said = renal("2026-01-20 creatinine 200", person=f"man born {born}")
    assert round(clearance(said), 4) == round((140 - years) * 54 * 88.4 / 72 / 200, 4)
    assert said.alert("renal_dosing").basis.inputs["age"] == years


def test_the_clearance_changes_when_the_weight_does():
    said = renal("2026-01-20 weight 54", "2026-01-20 creatinine 170", "2026-02-01 weight 50")
    assert said.life("renal-frequency")[-1] == "2026-02-01 medium reduce_frequency"
    assert round(clearance(said), 4) == round(80 * 50 * 88.4 / 72 / 170, 4)


def test_the_inputs_of_the_equation_stand_with_their_dates():
    inputs = renal("2025-06-01 weight 54", "2026-01-20 creatinine 200").alert("renal_dosing").basis.inputs
    assert inputs["weight"]["value"], inputs["weight"]["collected_at"] == (54.0, "2025-06-01")
    assert (inputs["creatinine"]["value"], inputs["creatinine"]["collected_at"]) == (200.0, "2026-01-20")
    assert inputs["sex"] == "male"


@pytest.mark.parametrize(
    ("person", "facts", "reason"),
    [
        ("man born 1966-01-02", "", "no_result"),
        ("man born 1966-01-02", "creatinine !no_unit", "no_unit"),
        ("man born unknown", "creatinine 200", "missing_birth_date"),
        ("man born 2009-01-21", "creatinine 200", "out_of_scope_age"),  # 18 tomorrow
        ("person born 1966-01-02", "creatinine 163", "missing_sex"),  # 32.5 for a man, 27.7 for a woman
        ("man born 1966-01-02", "creatinine >170", "censored"),
        ("man born 1966-01-02", "creatinine 200; weight !implausible", "implausible"),
        ("man born 1966-01-02", "creatinine 176; weight >50", "censored"),
        ("man born 1966-01-02", "creatinine 200; creatinine 100", "conflicting_duplicate"),
        # Several things missing: creatinine, birth date, age, weight, sex, in this order.
        ("man born unknown", "creatinine !no_unit; weight !implausible", "no_unit"),
        ("man born unknown", "creatinine 200; weight !implausible", "missing_birth_date"),
        ("man born 2012-01-21", "creatinine 200; weight !implausible", "out_of_scope_age"),
        ("person born 1966-01-02", "creatinine 163; weight !implausible", "implausible"),
        ("person born 1966-01-02", "creatinine <=163", "censored"),
    ],
)
def test_what_is_missing_for_the_clearance_is_named(person, facts, reason):
    lines = [f"2026-01-20 {fact}" for fact in facts.split("; ") if fact]
    assert renal(*lines, person=person).cannot_tell()["renal-frequency"] == reason


def test_without_any_weight_the_reason_is_the_weight():
    said = tell("man born 1966-01-02\n2026-01-05 anakinra\n2026-01-20 creatinine 200", "2026-02-10")
    assert said.cannot_tell()["renal-frequency"] == "missing_weight"


@pytest.mark.parametrize(
    ("person", "facts", "answer"),
    [
        ("person born 1966-01-02", "creatinine 80", "silent"),  # above 30 for either sex
        ("person born 1966-01-02", "creatinine 220", "medium reduce_frequency"),  # below 30 for either
        ("man born 1966-01-02", "creatinine >200", "medium reduce_frequency"),
        ("man born 1966-01-02", "creatinine <100", "silent"),
        ("man born 1966-01-02", "creatinine 200; creatinine 220", "medium reduce_frequency"),
        ("man born 2008-01-20", "creatinine 400", "medium reduce_frequency"),  # 18 today
    ],
)
def test_what_is_missing_does_not_matter_where_every_possibility_comes_to_the_same(person, facts, answer):
    lines = [f"2026-01-20 {fact}" for fact in facts.split("; ")]
    assert renal(*lines, person=person).answer("renal-frequency") == answer


def test_a_creatinine_out_of_date_answers_nothing_and_an_old_weight_still_does():
    said = renal("2024-01-01 weight 54", "2026-01-20 creatinine 200", on="2027-01-21")
    assert said.life("renal-frequency") == [
        "2026-01-05 cannot tell: no_result", "2026-01-20 medium reduce_frequency",
        "2027-01-21 medium reduce_frequency, held: stale_result",
    ]  # fmt: skip


def test_confirmation_is_asked_for_once_and_not_with_known_kidney_disease():
    first = renal("2026-01-20 creatinine 200")
    second = renal("2026-01-20 creatinine 200", "2026-02-01 creatinine 201")
    known = renal("2026-01-20 creatinine 200", "2020-01-01 ckd")
    reweighed = renal("2026-01-20 creatinine 200", "2026-01-20 weight 54", "2026-02-01 weight 53.5")
    assert first.answer("renal-confirm") == "medium repeat_test"
    assert second.answer("renal-confirm") == "silent"
    assert known.answer("renal-confirm") == "silent"
    assert reweighed.answer("renal-confirm") == "medium repeat_test"  # a new weight is no new creatinine


@pytest.mark.parametrize(
    ("series", "answer"),
    [
        ("01-10 100, 01-17 100", "medium restore_frequency"),
        ("01-10 100, 01-16 100", "silent"),
        ("01-10 100", "silent"),
        ("01-10 100, 01-13 190, 01-14 150, 01-21 150", "medium restore_frequency"),
        ("2025-12-30 100, 01-10 100", "silent"),  # one of the two was before this frequency began
    ],
)
def test_daily_dosing_is_worth_restoring_after_two_good_clearances_a_week_apart(series, answer):
    facts = ["2026-" * (not one.startswith("2025")) + one.replace(" ", " creatinine ", 1) for one in series.split(", ")]
    assert (
        renal("2025-12-01 creatinine 150", *facts, course="anakinra alternate days").answer("renal-restore") == answer
    )


def test_dialysis_asks_for_alternate_days_whatever_the_creatinine_says():
    said = renal("2026-01-20 creatinine 80", "2026-01-30 dialysis")
    assert said.answer("renal-dialysis") == "medium reduce_frequency"
    assert renal("2026-01-30 dialysis", course="anakinra alternate days").answer("renal-dialysis") == "silent"


def test_the_dose_is_judged_before_a_planned_start_too():
    said = renal("2026-01-20 creatinine 200", course="anakinra planned")
    assert said.answer("renal-frequency") == "medium reduce_frequency"


@pytest.mark.parametrize(("weighed", "answer"), [("2025-02-10", "silent"), ("2025-02-09", "low request_test")])
def test_an_adults_weight_earns_a_low_alert_on_its_366th_day(weighed, answer):
    assert renal(f"{weighed} weight 54", "2026-01-20 creatinine 80").answer("weight-out-of-date") == answer


@pytest.mark.parametrize(
    ("person", "facts", "answer"),
    [
        ("man born 1966-01-02", "2024-01-01 weight 54; 2026-01-20 creatinine 80", "low request_test"),
        ("man born 1966-01-02", "2024-01-01 weight 54; 2026-01-20 creatinine 80; 2026-02-01 weight 55", "silent"),
        ("man born 1966-01-02", "2024-01-01 weight 54; 2026-01-20 creatinine 80; 2026-02-01 weight !no_unit",
         "silent"),  # the newest cannot be read: the older one is not used either
        ("man born 1966-01-02", "2024-01-01 weight 54", "silent"),  # used for nothing
        ("man born 1966-01-02", "2024-01-01 weight 54; 2024-12-01 creatinine 80", "silent"),  # nor here: out of date
        ("man born 2006-01-02", "2023-12-01 weight 54; 2026-01-20 creatinine 80", "silent"),  # a child's weight
        ("man born 2006-01-02", "2024-01-02 weight 54; 2026-01-20 creatinine 80", "low request_test"),
        ("man born unknown", "2024-01-01 weight 54; 2026-01-20 creatinine 80", "silent"),
    ],
)  # fmt: skip
def test_an_old_weight_is_told_only_where_it_is_used_and_only_an_adults(person, facts, answer):
    assert renal(*facts.split("; "), person=person).answer("weight-out-of-date") == answer
