"""The oracle against the clinical reference: clearance, AKI (calculators.md 3.1, 3.6), renal dosing (anakinra.md)."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from tests.oracle.clearance import clearance, dosing_weight
from tests.oracle.stories import Fact, Said, course, event, patient, result

SIXTY_YEARS_OLD = "1966-01-02"


@pytest.mark.parametrize(
    ("sex", "age", "weight", "creatinine", "expected"),
    [
        ("female", 72, "58", "95", "43.33"),
        ("male", 81, "70", "160", "31.69"),
        ("female", 45, "102", "60", "168.54"),
        ("male", 30, "110", "80", "185.70"),
        ("female", 66, "48", "210", "17.65"),
        ("male", 58, "84", "300", "28.19"),
    ],
)
def test_clearance_is_that_of_the_worked_examples(sex, age, weight, creatinine, expected) -> None:
    assert round(clearance(age, sex, Decimal(weight), Decimal(creatinine)), 2) == Decimal(expected)


@pytest.mark.parametrize(
    ("sex", "weight", "height", "expected"),
    [
        ("male", "91.874", "175", "91.874"),  # BMI just below 30
        ("male", "91.875", "175", "79.029"),  # BMI exactly 30
        ("female", "78", "160", "62.629"),
        ("female", "102", "168", "76.576"),
        ("male", "70", "183", "70"),
        ("female", "102", None, "102"),
    ],
)
def test_the_adjusted_weight_is_used_from_bmi_30_on(sex, weight, height, expected) -> None:
    used = dosing_weight(sex, Decimal(weight), Decimal(height) if height else None)
    assert round(used, 3) == Decimal(expected)


def renal(creatinine: str, *facts: Fact, weight: str = "54", per_day: float | None = 1.0, **about: str) -> Said:
    about = {"sex": "male", "birth": SIXTY_YEARS_OLD} | about
    old = result("creatinine", creatinine, "2026-01-20")
    facts = (course("2026-01-05", per_day=per_day), result("weight", weight, "2026-01-20"), old, *facts)
    return Said(patient(*facts, **about), "2026-02-10")


def test_a_clearance_of_exactly_30_earns_the_european_caution_alone() -> None:
    assert renal("176.8").positions("renal_dosing") == {("EMA", "inform", "low")}


def test_a_clearance_just_below_30_on_daily_dosing_asks_for_alternate_days() -> None:
    assert renal("176.801").positions("renal_dosing") == {
        ("FDA", "reduce_frequency", "medium"), ("EMA", "reduce_frequency", "medium"), ("LOCAL", "repeat_test", "medium")
    }  # fmt: skip


def test_a_clearance_of_60_earns_nothing() -> None:
    assert renal("88.4").alert("renal_dosing") is None


def test_on_alternate_days_a_low_clearance_asks_for_nothing() -> None:
    assert renal("200", per_day=0.5).alert("renal_dosing") is None


def test_known_kidney_disease_or_a_second_result_needs_no_confirmation() -> None:
    label = {("FDA", "reduce_frequency", "medium"), ("EMA", "reduce_frequency", "medium")}
    assert renal("200", event("ckd", "2020-01-01")).positions("renal_dosing") == label
    assert renal("200", result("creatinine", "201", "2026-02-01")).positions("renal_dosing") == label


def test_dialysis_asks_for_alternate_days_whatever_the_creatinine() -> None:
    assert ("FDA", "reduce_frequency", "medium") in renal("80", event("dialysis", "2026-01-30")).positions(
        "renal_dosing"
    )


def test_two_good_clearances_7_days_apart_on_alternate_days_ask_whether_daily_can_be_restored() -> None:
    restore = ("LOCAL", "restore_frequency", "medium")
    week = renal("100", result("creatinine", "101", "2026-01-27"), per_day=0.5)
    less = renal("100", result("creatinine", "101", "2026-01-26"), per_day=0.5)
    assert restore in week.positions("renal_dosing")
    assert restore not in less.positions("renal_dosing")


def test_an_unreadable_frequency_turns_a_met_condition_into_cannot_tell() -> None:
    said = renal("200", per_day=None)
    assert said.cannot_tell()["renal-frequency"] == "unknown_frequency"
    assert said.alert("renal_dosing") is None
    assert "renal-frequency" not in renal("80", per_day=None).cannot_tell()


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        (renal("200", birth=""), "missing_birth_date"),
        (renal("200", birth="2010-01-01"), "out_of_scope_age"),
        (renal("<200"), "censored"),
        (renal("163", sex="unknown"), "missing_sex"),
    ],
)
def test_what_is_missing_for_the_clearance_is_named(said, reason) -> None:
    assert said.cannot_tell()["renal-frequency"] == reason


@pytest.mark.parametrize("analyte", ["weight", "creatinine"])
def test_an_unreadable_weight_or_creatinine_alone_is_told_with_its_own_reason(analyte) -> None:
    values = {"weight": "54", "creatinine": "200"}
    readable = [result(other, value, "2026-01-20") for other, value in values.items() if other != analyte]
    trace = result(analyte, "", "2026-01-20", reason="implausible")
    said = Said(patient(course("2026-01-05"), trace, *readable, sex="male", birth=SIXTY_YEARS_OLD), "2026-02-10")
    assert said.cannot_tell()["renal-frequency"] == "implausible"


def test_no_weight_is_told_and_unknown_sex_does_not_matter_far_from_the_limit() -> None:
    facts = patient(course("2026-01-05"), result("creatinine", "200", "2026-01-20"))
    assert Said(facts, "2026-02-10").cannot_tell()["renal-frequency"] == "missing_weight"
    assert "renal-frequency" not in renal("80", sex="unknown").cannot_tell()


def test_an_adults_old_weight_is_used_and_earns_a_low_alert_on_day_366() -> None:
    def said(on: str) -> Said:
        facts = (result("weight", "54", "2025-02-10"), result("creatinine", "200", "2026-01-20"))
        return Said(patient(course("2026-01-05"), *facts, sex="male", birth=SIXTY_YEARS_OLD), on)

    assert said("2026-02-10").alert("data_quality") is None
    assert said("2026-02-11").positions("data_quality") == {("LOCAL", "request_test", "low")}
    assert ("FDA", "reduce_frequency", "medium") in said("2026-02-11").positions("renal_dosing")


#: calculators.md 3.6, the series form: day and creatinine, the last is the index; None: no stage, flag HIGH.
NHSE_EXAMPLES = {
    "A1": ([(0, "130")], None),
    "A2": ([(0, "80"), (100, "84"), (170, "76"), (200, "120")], 1),
    "A3": ([(0, "80"), (100, "84"), (170, "76"), (200, "119")], 0),
    "A4": ([(0, "90"), (55, "70"), (60, "145")], 2),
    "A5": ([(0, "98"), (89, "100"), (90, "127")], 1),
    "A6": ([(0, "98"), (89, "100"), (90, "126")], 0),
    "A7": ([(0, "240"), (280, "230"), (300, "360")], 3),
    "A8": ([(0, "110"), (400, "250")], None),
    "A9": ([(0, "120"), (1, "60"), (8, "130")], 2),
    "A10": ([(0, "50"), (3, "151")], 3),
}


def with_creatinines(series: list[tuple[int, str]], **about: str) -> Said:
    days = [(str(date(2025, 1, 6) + timedelta(days=day)), value) for day, value in series]
    facts = [result("creatinine", value, day, ref_high="84") for day, value in days]
    return Said(patient(course("2024-12-02"), *facts, **about), days[-1][0], ("NHSE",))


@pytest.mark.parametrize("name", NHSE_EXAMPLES)
def test_the_nhs_england_stage_is_that_of_the_worked_example(name) -> None:
    series, stage = NHSE_EXAMPLES[name]
    said = with_creatinines(series)
    expected = {
        1: {("NHSE", "repeat_test", "medium")},
        2: {("NHSE", "review", "high")},
        3: {("NHSE", "review", "high")},
    }
    assert said.positions("aki") == expected.get(stage, set())
    assert ("aki-nhse" in said.cannot_tell()) == (stage is None)


@pytest.mark.parametrize("name", ["A1", "A8"])
def test_a_high_creatinine_without_history_asks_for_a_repeat_and_tells_no_stage(name) -> None:
    said = with_creatinines(NHSE_EXAMPLES[name][0])
    assert said.positions("renal_function") == {("LOCAL", "repeat_test", "low")}
    assert said.cannot_tell()["aki-nhse"] == "missing_baseline"


def test_kdigo_counts_a_rise_of_exactly_26_5_within_48_hours() -> None:
    def said(value: str) -> Said:
        facts = [result("creatinine", "100.1", "2026-02-01"), result("creatinine", value, "2026-02-03")]
        return Said(patient(course("2026-01-05"), *facts), "2026-02-03", ("KDIGO",))

    assert said("126.6").positions("aki") == {("KDIGO", "repeat_test", "medium")}
    assert said("126.5").alert("aki") is None


def test_while_a_stage_stands_renal_dosing_is_unsteady_and_silent() -> None:
    said = renal("100", result("creatinine", "200", "2026-02-01"))
    assert said.positions("aki") != set()
    assert said.alert("renal_dosing") is None
    assert said.cannot_tell()["renal-frequency"] == "unsteady_creatinine"


def test_known_kidney_disease_hides_no_unsteady_creatinine() -> None:
    injured = result("creatinine", "200", "2026-02-01")
    ckd = renal("100", injured, event("ckd", "2020-01-01"))
    assert ckd.cannot_tell()["renal-confirm"] == "unsteady_creatinine"


def test_what_stood_stays_open_when_the_frequency_becomes_unreadable() -> None:
    courses = course("2026-01-05", "2026-01-31"), course("2026-02-01", per_day=None)
    said = Said(patient(*courses, event("dialysis", "2026-01-10")), "2026-02-10")
    assert said.positions("renal_dosing") == {(who, "reduce_frequency", "medium") for who in ("FDA", "EMA")}
    assert said.held("renal_dosing") == ["unknown_frequency"]
    assert "renal-dialysis" not in said.cannot_tell()


def test_a_stage_from_an_uncertain_earlier_value_is_told_with_the_reason_of_the_latest_such() -> None:
    facts = [
        result("creatinine", "<100", "2026-01-20"), result("creatinine", "90", "2026-01-25"),
        result("creatinine", "60", "2026-01-25"), result("creatinine", "120", "2026-02-01"),
    ]  # fmt: skip
    said = Said(patient(course("2026-01-05"), *facts), "2026-02-01", ("NHSE",))
    assert said.cannot_tell()["aki-nhse"] == "conflicting_duplicate"


def test_without_a_birth_date_stage_3_is_judged_as_of_an_adult_and_of_a_child() -> None:
    said = with_creatinines([(0, "200"), (30, "300")], birth="")
    assert said.positions("aki") == {("NHSE", "repeat_test", "medium")}
    assert said.held("aki") == ["missing_birth_date"]
    assert "aki-nhse" not in said.cannot_tell()


def test_what_stood_is_held_by_a_later_unreadable_weight_or_creatinine() -> None:
    for analyte, reason in (("weight", "implausible"), ("creatinine", "not_numeric")):
        said = renal("200", result(analyte, "", "2026-02-01", reason=reason))
        assert ("FDA", "reduce_frequency", "medium") in said.positions("renal_dosing")
        assert said.held("renal_dosing") == [reason]
        assert "renal-frequency" not in said.cannot_tell()


def test_an_unreadable_weight_has_no_age() -> None:
    old = result("weight", "", "2024-02-01", reason="no_unit")
    said = Said(patient(course("2026-01-05"), old, result("creatinine", "80", "2026-01-20")), "2026-02-10")
    assert said.alert("data_quality") is None


def test_on_dialysis_no_stage_is_told() -> None:
    said = renal("100", result("creatinine", "200", "2026-02-01"), event("dialysis", "2026-01-30"))
    assert said.alert("aki") is None and "aki-nhse" not in said.cannot_tell()


def test_an_open_end_next_to_a_limit_lies_on_it() -> None:
    facts = course("2026-01-01"), result("creatinine", "84.1", "2026-03-01")
    said = Said(patient(*facts, result("creatinine", ">110.1", "2026-03-02")), "2026-03-02")
    assert said.cannot_tell()["aki-nhse"] == "censored"
    assert (
        "aki-nhse"
        not in Said(patient(*facts, result("creatinine", ">110.2", "2026-03-02")), "2026-03-02").cannot_tell()
    )
