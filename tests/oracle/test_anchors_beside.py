"""The oracle on what is planned while the drug is taken or held: judged by itself, before it begins."""

from __future__ import annotations

import pytest

from tests.oracle.stories import Fact, Said, course, event, patient, protocol, result

RULES = protocol(
    """
    [[rule]]
    id = "count-at-start"
    kind = "threshold"
    category = "contraindication"
    analyte = "neutrophils"
    while = ["planned"]
    bands = [{ below = 1.5, priority = "high", action = "do_not_start" }, { from = 1.5 }]

    [[rule]]
    id = "count"
    kind = "threshold"
    category = "neutropenia"
    analyte = "neutrophils"
    while = ["planned", "running"]
    bands = [{ below = 1.5, priority = "high", action = "stop" }, { from = 1.5 }]

    [[rule]]
    id = "dose-day"
    kind = "threshold"
    category = "dose"
    feature = "dosing_day_mg"
    while = ["planned", "running"]
    bands = [
      { below = 100, priority = "medium", action = "adjust_dose" },
      { from = 100, below_or_at = 100 },
      { above = 100, priority = "high", action = "review" },
    ]

    [[rule]]
    id = "too-often"
    kind = "course"
    category = "renal_dosing"
    fact = "frequency"
    while = ["planned", "running"]
    indications = ["RA"]
    doses_per_day_above = 0.5
    priority = "medium"
    action = "adjust_dose"

    [[rule]]
    id = "start-of-more"
    kind = "interval"
    category = "trend"
    fact = "start"
    while = ["planned", "running"]
    when = { all = [{ course = "starting" }, { feature = "dose_mg", above = 100 }] }
    priority = "low"
    action = "inform"

    [[rule]]
    id = "by-weight-twice"
    kind = "interval"
    category = "data_quality"
    fact = "by weight"
    while = ["planned", "running"]
    when = { all = [{ course = "per_kg" }, { feature = "doses_per_day", from = 2 }] }
    priority = "low"
    action = "inform"

    [[rule]]
    id = "length"
    kind = "interval"
    category = "information"
    fact = "length"
    while = ["planned"]
    when = { any = [{ course = "lasts_other_than", days = 10 }] }
    priority = "low"
    action = "inform"

    [[rule]]
    id = "ill-at-start"
    kind = "event"
    category = "infection"
    events = "illness"
    while = ["planned"]
    priority = "high"
    action = "do_not_start"

    [events.illness]
    any = [{ kind = "infection" }]
    """
)
TAKEN = course("2026-01-01")
HELD = course("2026-01-01", "2026-01-31"), course("2026-02-01", status="on-hold")
LOW = result("neutrophils", "1.0", "2026-01-15")


def ask(*facts: Fact, on: str = "2026-03-10", died: str = "") -> Said:
    return Said(patient(*facts, died=died), on, by=RULES)


# --- where a planned course is judged beside


@pytest.mark.parametrize("status", ["planned", "active"])
def test_a_dose_to_be_raised_is_told_while_the_old_one_is_taken(status) -> None:
    facts = course("2025-01-01"), course("2026-06-01", dose="200 mg", status=status)
    assert ask(*facts, on="2025-05-31").alert("dose") is None
    said = ask(*facts)
    assert said.positions("dose") == {("LOCAL", "review", "high")}
    assert said.opened("dose") == "2025-06-01"  # a year before it begins
    assert said.cannot_tell().get("dose-day") is None


def test_a_change_dated_later_is_judged_until_its_day_and_from_then_on_what_is_taken() -> None:
    facts = course("2025-01-01", "2026-05-31", dose="200 mg"), course("2026-06-01")
    assert ask(*facts, on="2026-05-31").opened("dose") == "2025-01-01"
    assert ask(*facts, on="2026-06-01").alert("dose") is None


def test_a_planned_change_is_judged_past_its_day_until_the_drug_is_taken_anew() -> None:
    facts = course("2025-01-01", "2026-07-31"), course("2026-06-01", "2026-06-10", dose="200 mg", status="planned")
    assert ask(*facts, on="2026-05-31").opened("dose") == "2025-06-01"
    assert ask(*facts, on="2026-06-01").opened("dose") == "2025-06-01"
    assert ask(*facts, on="2026-07-31").opened("dose") == "2025-06-01"
    for begun, answer in ("2026-05-31", "2025-06-01"), ("2026-06-01", ""), ("2026-06-20", ""):
        assert ask(*facts, course(begun), on="2026-06-20").opened("dose") == answer


def test_a_hold_to_come_is_no_change() -> None:
    assert ask(TAKEN, course("2026-06-01", dose="200 mg", status="on-hold")).alert("dose") is None


def test_a_rule_on_starting_judges_a_restart_and_no_change() -> None:
    planned = course("2026-04-01", status="planned")
    assert ask(TAKEN, planned, LOW).alert("contraindication") is None
    assert ask(*HELD, planned, LOW).opened("contraindication") == "2026-02-01"
    assert ask(*HELD, LOW).alert("contraindication") is None


@pytest.mark.parametrize("planned", ["2026-01-10", "2026-01-31", "2026-02-01", "2026-03-10", "2026-08-01"])
def test_every_hold_lies_before_a_restart_planned_for_today_or_later(planned) -> None:
    assert ask(*HELD, LOW, course(planned, status="planned")).opened("contraindication") == "2026-02-01"


def test_a_restart_planned_for_today_is_judged_until_the_drug_is_taken_anew() -> None:
    hold = course("2026-02-01", status="on-hold")
    facts = course("2026-01-01", "2026-01-31"), LOW, course("2026-02-10", status="planned")
    assert ask(*facts, hold, course("2026-03-01", "2026-03-02"), on="2026-02-28").opened("contraindication") != ""
    again = course("2026-03-04", status="on-hold")
    assert ask(*facts, hold, again, course("2026-03-01", "2026-03-02")).alert("contraindication") is None


def test_holds_that_touch_are_one() -> None:
    later, planned = course("2026-02-01", status="on-hold"), course("2026-01-25", status="planned")
    touching = course("2026-01-20", "2026-01-31", status="on-hold")
    apart = course("2026-01-20", "2026-01-30", status="on-hold")
    assert ask(LOW, TAKEN, touching, later, planned).opened("contraindication") == "2026-01-20"
    assert ask(LOW, TAKEN, apart, later, planned).opened("contraindication") == "2026-02-01"


def test_a_restart_said_to_be_planned_stays_so_and_one_with_a_date_ends_the_hold() -> None:
    assert ask(*HELD, LOW, course("2026-02-10", status="planned")).opened("contraindication") == "2026-02-01"
    dated = course("2026-02-10")
    assert ask(*HELD, LOW, dated, on="2026-02-09").opened("contraindication") == "2026-02-01"
    assert ask(*HELD, LOW, dated, on="2026-02-10").alert("contraindication") is None


def test_after_death_nothing_is_planned() -> None:
    facts = *HELD, LOW, course("2026-04-01", status="planned")
    assert ask(*facts, died="2026-03-10").all == {"alerts": [], "cannot_tell": [], "schedule": []}
    assert ask(*facts, died="2026-03-11").alert("contraindication") is not None


def test_an_illness_on_hold_stands_against_the_restart() -> None:
    ill = event("infection", "2026-01-20")
    assert ask(*HELD, ill, course("2026-04-01", status="planned")).opened("infection") == "2026-02-01"
    assert ask(*HELD, ill).alert("infection") is None
    assert ask(TAKEN, ill, course("2026-04-01", status="planned")).alert("infection") is None


# --- as if it stood alone


@pytest.mark.parametrize(
    ("taken", "planned", "expected"),
    [
        ({"indication": "SJIA"}, {"indication": "RA"}, "met"),
        ({"indication": "SJIA", "per_day": 0.5}, {"indication": "SJIA"}, "not met"),
        ({"per_day": 0.5}, {"indication": "RA"}, "met"),
        ({"per_day": 0.5}, {"per_day": 0.5}, "not met"),  # not both together: the one comes after the other
        ({"per_day": 0.5}, {"per_day": None}, "unknown_frequency"),
        ({"per_day": 0.5}, {"per_day": None, "indication": "SJIA"}, "not met"),
    ],
)
def test_its_own_indication_and_frequency_decide_whom_the_rule_is_about(taken, planned, expected) -> None:
    said = ask(course("2026-01-01", **taken), course("2026-04-01", status="planned", **planned))
    answer = "met" if said.alert("renal_dosing") else said.cannot_tell().get("too-often", "not met")
    assert answer == expected


def test_two_planned_changes_are_judged_together_and_without_what_is_taken() -> None:
    more, less = course("2026-04-01", dose="200 mg", status="planned"), course("2026-05-01", dose="50 mg")
    assert ask(course("2026-01-01"), more, less).cannot_tell()["dose-day"] == "unknown_dose"  # 50 to 250
    low = course("2026-04-01", "2026-04-10", dose="60 mg"), less
    assert ask(TAKEN, *low).positions("dose") == {("LOCAL", "adjust_dose", "medium")}  # 50 to 60: never at once


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ((course("2026-03-01"), course("2026-03-28", dose="200 mg", status="planned")), True),  # 27 days into it
        ((course("2026-03-01"), course("2026-03-29", dose="200 mg", status="planned")), False),
        ((course("2025-01-01", "2026-03-31"), course("2026-04-28", dose="200 mg")), False),  # 27 days without
        ((course("2025-01-01", "2026-03-31"), course("2026-04-29", dose="200 mg")), True),
        ((*HELD, course("2026-04-01", dose="200 mg", status="planned")), False),  # the hold is part of the treatment
        ((course("2026-01-01", dose="200 mg"), course("2026-06-01", status="planned")), False),
    ],
)
def test_a_change_is_a_start_unless_it_carries_on_what_has_long_begun(facts, expected) -> None:
    assert (ask(*facts).alert("trend") is not None) == expected


def test_its_dose_by_weight_and_its_frequency_are_not_mixed_with_what_is_taken() -> None:
    planned = {"status": "planned", "per_day": 2.0}
    assert ask(TAKEN, course("2026-06-01", dose="1 mg/kg", **planned)).alert("data_quality") is not None
    assert ask(course("2026-01-01", dose="1 mg/kg"), course("2026-06-01", **planned)).alert("data_quality") is None


def test_how_long_a_restart_lasts_is_not_asked_beside_a_hold() -> None:
    short = course("2026-06-01", "2026-06-05", status="planned")
    assert ask(short).alert("information") is not None
    assert ask(*HELD, short).alert("information") is None


# --- memory, and one rule to the reader


def test_what_cannot_be_told_when_the_hold_begins_was_never_met_before_a_restart() -> None:
    unclear = result("neutrophils", "", "2026-01-31", reason="no_unit")
    said = ask(*HELD, LOW, unclear, course("2026-04-01", status="planned"))
    assert said.alert("contraindication") is None
    assert said.cannot_tell()["count-at-start"] == "no_unit"


def test_a_change_and_the_restart_it_becomes_are_one_span() -> None:
    unclear = result("neutrophils", "", "2026-02-05", reason="no_unit")
    said = ask(*HELD, LOW, unclear, course("2026-04-01", status="planned"))
    assert said.opened("neutropenia") == "2026-01-15"
    assert said.held("neutropenia") == ["no_unit"]
    assert "count" not in said.cannot_tell()


def test_of_two_reasons_why_it_cannot_be_told_the_one_of_today_is_given() -> None:
    unread, often = course("2026-01-01", dose=""), course("2026-01-01", per_day=None)
    assert ask(unread, course("2026-06-01", per_day=None)).cannot_tell()["dose-day"] == "unknown_dose"
    assert ask(often, course("2026-06-01", dose="")).cannot_tell()["dose-day"] == "unknown_frequency"
    assert ask(TAKEN, course("2026-06-01", per_day=None)).cannot_tell()["dose-day"] == "unknown_frequency"


def test_a_rule_that_speaks_on_either_is_not_among_those_that_cannot_tell() -> None:
    ahead = ask(course("2026-01-01", dose=""), course("2026-06-01", dose="200 mg"))
    today = ask(course("2026-01-01", dose="200 mg"), course("2026-06-01", dose=""))
    for said in (ahead, today):
        assert said.positions("dose") == {("LOCAL", "review", "high")}
        assert "dose-day" not in said.cannot_tell()
        assert said.held("dose") == ["unknown_dose"]  # of the other


BY_SOME = protocol(
    """
    [[rule]]
    id = "it"
    kind = "threshold"
    category = "dose"
    feature = "dosing_day_mg"
    while = ["planned", "running"]
    bands = [{ below_or_at = 100 }, { above = 100, priority = "medium", action = "review" }]
    says = [
      { authority = "FDA", document = "NADIR", section = "1", checked = "choice", indications = ["CAPS"] },
      { authority = "EMA", document = "NADIR", section = "1", checked = "choice", indications = ["RA"] },
    ]
    """
)


def test_a_rule_whose_voices_are_for_some_indications_is_asked_voice_by_voice() -> None:
    today, ahead = course("2026-01-01", dose=""), course("2026-06-01", per_day=None, indication="CAPS")
    assert Said(patient(today, ahead), "2026-03-10", by=BY_SOME).cannot_tell() == {"it": "unknown_frequency"}
    today, ahead = course("2026-01-01", dose="", indication="CAPS"), course("2026-06-01", per_day=None)
    assert Said(patient(today, ahead), "2026-03-10", by=BY_SOME).cannot_tell() == {"it": "unknown_dose"}


def test_of_two_bands_met_the_one_of_today_is_shown() -> None:
    said = ask(course("2026-01-01", dose="50 mg"), course("2026-06-01", dose="200 mg"))
    assert said.positions("dose") == {("LOCAL", "adjust_dose", "medium")}
    other = ask(course("2026-01-01", dose="200 mg"), course("2026-06-01", dose="50 mg"))
    assert other.positions("dose") == {("LOCAL", "review", "high")}


# --- the drug's own rules


def test_a_later_negative_blood_test_does_not_undo_a_positive_one() -> None:
    def screened(*values: str) -> Said:
        days = ("2025-06-01", "2026-02-01")
        return Said(patient(TAKEN, *(result("igra", *pair) for pair in zip(values, days, strict=True))), "2026-03-10")

    assert screened("1", "0").positions("screening", "igra") == {("LOCAL", "review", "high")}
    assert screened("1", "0").opened("screening", "igra") == "2026-01-01"
    assert screened("0.5", "0").alert("screening", "igra") is None  # what was unclear is settled
    assert screened("0", "0").alert("screening", "igra") is None


def test_a_withdrawn_positive_blood_test_was_none() -> None:
    wrong = result("igra", "1", "2025-06-01", superseded="2025-06-05")
    said = Said(patient(TAKEN, wrong, result("igra", "0", "2026-02-01")), "2026-03-10")
    assert said.alert("screening", "igra") is None


def test_a_severe_reaction_stands_against_any_start_for_28_days() -> None:
    reaction = event("symptom", "2026-03-01", act=True, code="anaphylaxis")
    planned = course("2026-06-01", status="planned")
    said = Said(patient(planned, reaction), "2026-03-28")
    assert said.positions("contraindication", "hypersensitivity") == {("LOCAL", "do_not_start", "high")}
    assert said.opened("contraindication", "hypersensitivity") == "2026-03-01"
    assert Said(patient(planned, reaction), "2026-03-29").alert("contraindication", "hypersensitivity") is None


def test_a_severe_reaction_of_one_who_had_the_drug_stands_against_every_restart() -> None:
    before = course("2024-04-01", "2024-05-01"), event("symptom", "2024-04-30", act=True, code="anaphylaxis")
    planned = course("2026-06-01", status="planned")
    said = Said(patient(*before, planned), "2026-03-10")
    assert said.opened("contraindication", "hypersensitivity") == "2025-06-01"
    assert Said(patient(before[1], planned), "2026-03-10").alert("contraindication", "hypersensitivity") is None


def test_a_severe_reaction_stands_against_the_end_of_a_hold_and_not_against_a_change() -> None:
    reaction, planned = event("symptom", "2026-01-05", act=True, code="angioedema"), course("2026-04-01")
    held = Said(patient(*HELD, reaction, planned), "2026-03-10")
    assert held.opened("contraindication", "hypersensitivity") == "2026-02-01"
    running = Said(patient(TAKEN, reaction, course("2026-04-01", dose="50 mg", status="planned")), "2026-03-10")
    assert running.alert("contraindication", "hypersensitivity") is None
