"""The oracle on other drugs: taken, held, planned or just over, beside the drug that is judged."""

from __future__ import annotations

import pytest

from tests.oracle.stories import Fact, Said, course, event, patient, protocol

RULES = protocol(
    """
    [[rule]]
    id = "blockers"
    kind = "interaction"
    category = "interaction"
    drugs = ["tnf_inhibitor", "bdmard"]
    except_drugs = ["tocilizumab"]
    while = ["planned", "running"]
    priority = "high"
    action = "avoid"

    [[rule]]
    id = "narrow"
    kind = "interaction"
    category = "interaction"
    drugs = ["warfarin"]
    while = ["planned", "running", "ended"]
    priority = "medium"
    action = "request_test"

    [[rule]]
    id = "alone"
    kind = "interval"
    category = "information"
    fact = "methotrexate"
    while = ["running"]
    when = { none = [{ drugs = ["methotrexate"] }] }
    priority = "low"
    action = "inform"

    [[rule]]
    id = "just-ended"
    kind = "course"
    category = "monitoring"
    fact = "stop"
    while = ["ended"]
    indications = ["RA"]
    priority = "low"
    action = "inform"
    """
)


def said(*facts: Fact, on: str, died: str = "") -> Said:
    return Said(patient(*facts, died=died), on, by=RULES)


def other(drug: str, start: str, end: str = "", status: str = "active") -> Fact:
    return course(start, end, status=status, drug=drug)


def test_two_drugs_taken_at_once_are_one_finding_from_the_later_start() -> None:
    both = course("2026-01-01"), other("etanercept", "2026-02-01", "2026-02-28")
    assert said(*both, on="2026-02-28").opened("interaction", "with:etanercept") == "2026-02-01"
    assert said(*both, on="2026-03-01").alert("interaction") is None


def test_drugs_one_after_the_other_do_not_meet() -> None:
    assert said(course("2026-03-01"), other("etanercept", "2026-01-01", "2026-02-28"), on="2026-03-02").alert(
        "interaction"
    ) is None  # fmt: skip


@pytest.mark.parametrize("drug", ["anakinra", "tocilizumab", "methotrexate", "something new"])
def test_the_drug_itself_an_excepted_one_another_class_and_an_unknown_one_are_no_interaction(drug) -> None:
    assert said(course("2026-01-01"), other(drug, "2026-01-10"), on="2026-02-01").alert("interaction") is None


def test_a_drug_on_hold_is_not_taken() -> None:
    held = course("2026-01-01"), other("etanercept", "2026-01-01"), other("etanercept", "2026-02-01", "", "on-hold")
    assert said(*held, on="2026-01-31").alert("interaction") is not None
    assert said(*held, on="2026-02-01").alert("interaction") is None


def test_a_planned_start_on_a_running_drug_is_told_a_year_ahead() -> None:
    ahead = other("etanercept", "2025-01-01"), course("2027-01-10", status="planned")
    assert said(*ahead, on="2026-01-09").alert("interaction") is None
    assert said(*ahead, on="2026-01-10").opened("interaction", "with:etanercept") == "2026-01-10"


def test_a_planned_start_after_the_other_drug_has_ended_is_none() -> None:
    ahead = other("etanercept", "2025-01-01", "2026-08-31"), course("2026-09-01", status="planned")
    assert said(*ahead, on="2026-06-01").alert("interaction") is None


def test_both_planned_are_told_where_they_will_meet() -> None:
    ahead = other("etanercept", "2026-08-01", "2026-09-10", "planned"), course("2026-09-01")
    assert said(*ahead, on="2026-06-01").opened("interaction", "with:etanercept") == "2025-09-01"
    apart = other("etanercept", "2026-08-01", "2026-08-31", "planned"), course("2026-09-01")
    assert said(*apart, on="2026-06-01").alert("interaction") is None


def test_two_courses_dated_later_are_judged_from_a_year_before_the_later_one() -> None:
    ahead = course("2026-08-01"), other("etanercept", "2026-09-01")
    assert said(*ahead, on="2026-01-10").opened("interaction", "with:etanercept") == "2025-09-01"


def test_what_concerns_the_stop_is_told_for_28_days_after_it() -> None:
    stopped = course("2026-01-01", "2026-03-31"), other("warfarin", "2026-04-10")
    assert said(*stopped, on="2026-04-10").opened("interaction", "with:warfarin") == "2026-04-10"
    assert said(*stopped, on="2026-04-28").alert("interaction") is not None
    assert said(*stopped, on="2026-04-29").alert("interaction") is None
    assert said(course("2026-01-01", "2026-03-31"), other("etanercept", "2026-04-10"), on="2026-04-10").alert(
        "interaction"
    ) is None  # fmt: skip


def test_the_phase_after_the_end_stands_until_a_restart_and_not_after_death() -> None:
    over = course("2026-01-01", "2026-03-31")
    assert said(over, on="2026-04-28").opened("monitoring", "stop") == "2026-04-01"
    assert said(over, on="2026-04-29").alert("monitoring", "stop") is None
    assert said(over, course("2026-04-05"), on="2026-04-06").alert("monitoring", "stop") is None
    assert said(over, on="2026-04-06", died="2026-04-01").alert("monitoring", "stop") is None
    other_last = course("2026-02-01", "2026-04-10", indication="AOSD")  # the chain ends for another indication
    assert said(over, other_last, on="2026-04-12").alert("monitoring", "stop") is None


def test_a_drug_is_missed_while_none_of_its_courses_is_taken() -> None:
    facts = course("2026-01-01"), other("methotrexate", "2026-02-01", "2026-02-28"), event("note", "2026-01-01")
    assert said(*facts, on="2026-01-31").opened("information") == "2026-01-01"
    assert said(*facts, on="2026-02-10").alert("information") is None
    assert said(*facts, on="2026-03-02").opened("information") == "2026-03-01"


def test_what_is_taken_again_after_a_hold_to_come_is_foreseen() -> None:
    cut = other("etanercept", "2026-01-01"), other("etanercept", "2026-05-01", "2026-06-10", "on-hold")
    ahead = course("2026-06-20", status="planned")
    assert said(ahead, *cut, on="2026-03-10").opened("interaction", "with:etanercept") == "2025-06-20"
    own = course("2026-01-01")
    held_now = course("2026-02-01", "2026-03-20", status="on-hold")
    standing = other("warfarin", "2026-01-15", "2026-06-30")
    assert said(own, held_now, standing, on="2026-03-10").opened("interaction", "with:warfarin") == "2026-01-15"
    planned = (
        other("etanercept", "2025-12-01", "", "planned"),
        other("etanercept", "2026-02-01", "2026-04-30", "on-hold"),
    )
    assert said(own, *planned, on="2026-03-10").opened("interaction", "with:etanercept") == "2026-01-01"


def test_a_course_planned_in_a_hold_that_began_before_it_is_meant_to_be_taken() -> None:
    own, planned = course("2026-01-01"), other("etanercept", "2026-02-01", "", "planned")
    before, after = other("etanercept", "2026-02-01", "", "on-hold"), other("etanercept", "2026-02-02", "", "on-hold")
    assert said(own, planned, before, on="2026-03-10").opened("interaction", "with:etanercept") == "2026-01-01"
    assert said(own, planned, after, on="2026-03-10").alert("interaction") is None
    held = course("2026-01-01", "2026-01-31"), course("2026-02-01", status="on-hold")
    taken = other("etanercept", "2026-02-10")
    assert said(*held, taken, on="2026-03-10").alert("interaction") is None
    restart = course("2026-04-01", status="planned")
    assert said(*held, restart, taken, on="2026-03-10").opened("interaction", "with:etanercept") == "2026-02-10"


def test_a_hold_to_come_ends_what_is_just_over() -> None:
    over = course("2026-01-01", "2026-02-28"), course("2026-03-11", status="on-hold")
    assert said(*over, other("warfarin", "2026-03-12"), on="2026-03-10").alert("interaction", "with:warfarin") is None
    assert said(over[0], other("warfarin", "2026-03-12"), on="2026-03-10").alert("interaction", "with:warfarin")
