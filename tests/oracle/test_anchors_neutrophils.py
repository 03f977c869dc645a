"""The oracle against the boundary examples of the clinical reference (anakinra.md 1.5, 1.6, 1.10): neutrophils."""

from __future__ import annotations

import pytest

from tests.oracle.facts import PatientFacts
from tests.oracle.stories import Fact, Said, course, event, patient, result


def on_treatment(*facts: Fact, **about: str) -> PatientFacts:
    return patient(course("2026-01-05"), *facts, **about)


def with_count(value: str) -> Said:
    return Said(on_treatment(result("neutrophils", value, "2026-02-05")), "2026-02-05")


STOP, LOCAL_STOP = ("EMA", "stop", "high"), ("LOCAL", "stop", "high")
REVIEW_TODAY, REVIEW_SOON = ("FDA", "review", "high"), ("FDA", "review", "medium")
GUIDELINE, REPEAT, WATCH = ("BSR", "review", "medium"), ("LOCAL", "repeat_test", "medium"), ("LOCAL", "inform", "low")


@pytest.mark.parametrize(
    ("value", "positions"),
    [
        ("0.49", {STOP, REVIEW_TODAY, GUIDELINE, LOCAL_STOP}),
        ("0.50", {STOP, REVIEW_TODAY, GUIDELINE, LOCAL_STOP}),
        ("0.99", {STOP, REVIEW_TODAY, GUIDELINE, LOCAL_STOP}),
        ("1.00", {STOP, REVIEW_SOON, GUIDELINE, REPEAT}),
        ("1.49", {STOP, REVIEW_SOON, GUIDELINE, REPEAT}),
        ("1.50", {GUIDELINE, REPEAT}),
        ("1.60", {WATCH}),
        ("1.99", {WATCH}),
        ("2.00", set()),
    ],
)
def test_each_count_is_judged_as_the_table_of_counts_says(value, positions) -> None:
    assert with_count(value).positions("neutropenia") == positions


def test_a_count_said_to_be_below_1_5_satisfies_the_limit_1_5() -> None:
    said = with_count("<1.5")
    assert ("EMA", "stop", "high") in said.positions("neutropenia")
    assert "neutrophils-stop" not in said.cannot_tell()


def test_a_count_said_to_be_below_2_may_be_grave_and_earns_no_low_alert() -> None:
    said = with_count("<2.0")
    assert said.alert("neutropenia") is None
    assert {said.cannot_tell()[rule] for rule in ("neutrophils-stop", "neutrophils-low")} == {"censored"}


def test_a_count_said_to_be_below_2_1_tells_nothing() -> None:
    said = with_count("<2.1")
    assert said.alert("neutropenia") is None
    assert said.cannot_tell()["neutrophils-low"] == "censored"


def test_a_count_below_a_limit_speaks_for_the_mildest_band_and_says_that_it_may_be_graver() -> None:
    said = with_count("<1.5")
    assert said.positions("neutropenia") == {STOP, GUIDELINE, REVIEW_SOON, REPEAT}
    assert said.held("neutropenia") == ["censored"]
    assert not {rule for rule in said.cannot_tell() if rule.startswith("neutrophils-")}


def test_a_count_below_1_is_graver_than_any_doubt_between_bands_of_one_voice() -> None:
    said = with_count("<1.0")
    assert said.positions("neutropenia") == {STOP, REVIEW_TODAY, GUIDELINE, LOCAL_STOP}
    assert "neutrophils-low" not in said.cannot_tell()


def test_the_strictest_position_leads_and_everyone_is_named() -> None:
    alert = with_count("1.4").alert("neutropenia")
    assert (alert["rule_id"], alert["action"], alert["priority"]) == ("anakinra.neutrophils-stop", "stop", "high")
    assert alert["authorities"] == ("EMA", "FDA", "BSR", "LOCAL")


def test_a_worsening_count_is_the_same_alert() -> None:
    facts = on_treatment(result("neutrophils", "1.4", "2026-02-05"), result("neutrophils", "0.4", "2026-02-12"))
    assert Said(facts, "2026-02-12").opened("neutropenia") == "2026-02-05"


def test_a_recovered_count_closes_and_the_next_fall_opens_anew() -> None:
    facts = on_treatment(
        result("neutrophils", "1.4", "2026-02-05"),
        result("neutrophils", "2.4", "2026-02-12"),
        result("neutrophils", "1.4", "2026-03-05"),
    )
    assert Said(facts, "2026-02-12").alert("neutropenia") is None
    assert Said(facts, "2026-03-05").opened("neutropenia") == "2026-03-05"


def test_an_unreadable_count_closes_nothing_and_is_named_by_the_alert() -> None:
    facts = on_treatment(
        result("neutrophils", "1.4", "2026-02-05"), result("neutrophils", "", "2026-02-12", reason="unknown_unit")
    )
    said = Said(facts, "2026-02-12")
    assert ("EMA", "stop", "high") in said.positions("neutropenia")
    assert said.held("neutropenia") == ["unknown_unit"]
    assert "neutrophils-stop" not in said.cannot_tell()


def test_an_unreadable_count_alone_is_told_with_its_own_reason() -> None:
    said = Said(on_treatment(result("neutrophils", "", "2026-02-12", reason="no_unit")), "2026-02-12")
    assert said.positions("neutropenia") == set()
    assert said.cannot_tell()["neutrophils-stop"] == "no_unit"


def test_two_counts_of_one_instant_are_a_dispute_only_where_they_differ_on_the_limit() -> None:
    facts = on_treatment(result("neutrophils", "1.45", "2026-02-05"), result("neutrophils", "1.55", "2026-02-05"))
    said = Said(facts, "2026-02-05")
    assert said.cannot_tell() | {"neutrophils-stop": "conflicting_duplicate"} == said.cannot_tell()
    assert "neutrophils-guideline" not in said.cannot_tell()


def test_a_correction_counts_from_when_it_was_known() -> None:
    facts = on_treatment(
        result("neutrophils", "1.4", "2026-02-05", superseded="2026-02-20"),
        result("neutrophils", "2.4", "2026-02-05", known="2026-02-20"),
    )
    assert ("EMA", "stop", "high") in Said(facts, "2026-02-19").positions("neutropenia")
    assert Said(facts, "2026-02-20").alert("neutropenia") is None


def test_a_planned_start_is_contraindicated_below_1_5_and_not_at_1_5() -> None:
    planned = course("2026-03-01")
    low = Said(patient(planned, result("neutrophils", "1.4", "2026-02-05")), "2026-02-10")
    limit = Said(patient(planned, result("neutrophils", "1.5", "2026-02-05")), "2026-02-10")
    assert low.positions("contraindication") == {("EMA", "do_not_start", "high")}
    assert limit.positions("contraindication") == set()
    assert low.positions("neutropenia") == set()


def test_on_hold_pauses_the_on_treatment_bands() -> None:
    facts = patient(
        course("2026-01-05"), course("2026-02-01", status="on-hold"), result("neutrophils", "0.4", "2026-02-05")
    )
    said = Said(facts, "2026-02-10")
    assert said.alert("neutropenia") is None and "neutrophils-stop" not in said.cannot_tell()


def test_what_is_taken_again_ends_a_hold_that_nobody_ended() -> None:
    low = result("neutrophils", "0.9", "2026-02-20")
    hold = course("2026-01-01", status="on-hold")
    again = patient(course("2025-10-01", "2025-12-31"), hold, course("2026-02-01"), low)
    before = patient(course("2025-10-01"), hold, low)
    same_day = patient(course("2026-01-01"), hold, low)
    assert STOP in Said(again, "2026-03-01").positions("neutropenia")
    assert Said(before, "2026-03-01").alert("neutropenia") is None
    assert STOP in Said(same_day, "2026-03-01").positions("neutropenia")


def test_a_count_answers_for_365_days_and_then_cannot_tell() -> None:
    facts = on_treatment(result("neutrophils", "2.4", "2026-01-10"))
    assert "neutrophils-stop" not in Said(facts, "2027-01-10").cannot_tell()
    assert Said(facts, "2027-01-11").cannot_tell()["neutrophils-stop"] == "stale_result"


def test_fever_on_a_low_count_is_one_alert_with_the_stricter_action() -> None:
    facts = on_treatment(result("neutrophils", "0.4", "2026-02-05"), result("temperature", "38.0", "2026-02-06"))
    said = Said(facts, "2026-02-06")
    assert said.positions("neutropenic_infection") == {("LOCAL", "withhold", "high"), ("LOCAL", "stop", "high")}
    assert said.alert("neutropenic_infection")["rule_id"] == "anakinra.neutropenic-emergency"


def test_a_temperature_of_37_9_is_no_fever() -> None:
    facts = on_treatment(result("neutrophils", "0.4", "2026-02-05"), result("temperature", "37.9", "2026-02-06"))
    assert Said(facts, "2026-02-06").alert("neutropenic_infection") is None


def test_a_count_below_1_that_fell_by_exactly_a_fifth_within_14_days_is_an_emergency_with_fever() -> None:
    fever = result("temperature", "38.4", "2026-02-06")
    fallen = on_treatment(
        result("neutrophils", "1.2", "2026-01-23"), result("neutrophils", "0.96", "2026-02-06"), fever
    )
    less = on_treatment(result("neutrophils", "1.2", "2026-01-23"), result("neutrophils", "0.97", "2026-02-06"), fever)
    slower = on_treatment(
        result("neutrophils", "1.2", "2026-01-22"), result("neutrophils", "0.96", "2026-02-06"), fever
    )
    emergency = ("LOCAL", "stop", "high")
    assert emergency in Said(fallen, "2026-02-06").positions("neutropenic_infection")
    assert emergency not in Said(less, "2026-02-06").positions("neutropenic_infection")
    assert emergency not in Said(slower, "2026-02-06").positions("neutropenic_infection")


@pytest.mark.parametrize(
    ("earlier", "later", "falls"),
    [
        (">1.2", "0.96", "met"),  # whatever it was, a fifth is gone
        (">1.2", "<0.97", "censored"),
        ("1.2", "<0.97", "censored"),
        ("1.2", "<0.96", "met"),
        ("<1.2", "0.97", "not met"),
        ("<1.2", "0.8", "censored"),  # 1.1 would be enough, 0.9 would not
        ("1.2", ">=0.97", "censored below 1"),
    ],
)
def test_a_fall_from_or_to_an_uncertain_count_is_judged_by_all_it_can_mean(earlier, later, falls) -> None:
    facts = on_treatment(
        result("neutrophils", earlier, "2026-02-01"), result("neutrophils", later, "2026-02-06"),
        result("temperature", "38.4", "2026-02-06"),
    )  # fmt: skip
    said = Said(facts, "2026-02-06")
    emergency = ("LOCAL", "stop", "high") in said.positions("neutropenic_infection")
    assert emergency == (falls == "met")
    assert said.cannot_tell().get("neutropenic-emergency", "") == ("censored" if falls == "censored" else "")


def test_a_fall_over_an_unreadable_count_is_one_from_the_last_readable_count() -> None:
    facts = on_treatment(
        result("neutrophils", "1.2", "2026-02-01"), result("neutrophils", "", "2026-02-03", reason="no_unit"),
        result("neutrophils", "0.96", "2026-02-06"), result("temperature", "38.4", "2026-02-06"),
    )  # fmt: skip
    assert ("LOCAL", "stop", "high") in Said(facts, "2026-02-06").positions("neutropenic_infection")


def test_fever_without_a_count_in_the_last_7_days_asks_for_one() -> None:
    fever = result("temperature", "38.4", "2026-02-12")
    recent = Said(on_treatment(result("neutrophils", "3.4", "2026-02-05"), fever), "2026-02-12")
    older = Said(on_treatment(result("neutrophils", "3.4", "2026-02-04"), fever), "2026-02-12")
    assert recent.alert("neutropenic_infection") is None
    assert older.positions("neutropenic_infection") == {("LOCAL", "request_test", "high")}


def test_fever_lasts_7_days_or_until_a_lower_temperature() -> None:
    facts = on_treatment(result("temperature", "38.4", "2026-02-12T10:00"))
    better = on_treatment(
        result("temperature", "38.4", "2026-02-12T10:00"), result("temperature", "37.0", "2026-02-14")
    )
    assert Said(facts, "2026-02-18").alert("infection") is not None
    assert Said(facts, "2026-02-19").alert("infection") is None
    assert Said(better, "2026-02-14").alert("infection") is None


def test_a_serious_infection_stops_in_arthritis_and_is_weighed_in_nomid() -> None:
    serious = event("infection", "2026-02-05", severity="serious")
    arthritis = Said(patient(course("2026-01-05"), serious), "2026-02-06")
    nomid = Said(patient(course("2026-01-05", indication="NOMID"), serious), "2026-02-06")
    still = Said(patient(course("2026-01-05", indication="AOSD"), serious), "2026-02-06")
    fever = Said(patient(course("2026-01-05", indication="FMF"), serious), "2026-02-06")
    assert arthritis.positions("infection") == {(who, "stop", "high") for who in ("FDA", "EMA", "LOCAL")}
    assert nomid.positions("infection") == {(who, "review", "high") for who in ("FDA", "EMA", "LOCAL")}
    assert still.positions("infection") == {("LOCAL", "stop", "high")}
    assert fever.positions("infection") == {(who, "review", "high") for who in ("EMA", "LOCAL")}


def test_an_infection_before_a_planned_start_says_do_not_start_until_it_has_ended() -> None:
    facts = patient(course("2026-03-01"), event("infection", "2026-02-01", "2026-02-10"))
    assert Said(facts, "2026-02-10").positions("infection") == {
        (who, "do_not_start", "high") for who in ("FDA", "EMA", "LOCAL")
    }
    assert Said(facts, "2026-02-11").alert("infection") is None


def test_an_antibiotic_without_an_end_counts_for_14_days_and_prophylaxis_never() -> None:
    facts = on_treatment(event("antibiotic", "2026-02-05", detail="amoxicillin"))
    prophylaxis = on_treatment(event("antibiotic", "2026-02-05", detail="co-trimoxazole prophylaxis"))
    assert Said(facts, "2026-02-18").positions("infection") == {("LOCAL", "withhold", "high")}
    assert Said(facts, "2026-02-19").alert("infection") is None
    assert Said(prophylaxis, "2026-02-06").alert("infection") is None
