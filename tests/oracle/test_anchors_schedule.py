"""The oracle against the schedule examples of the clinical reference (anakinra.md 1.4, 1.10) and the contract."""

from __future__ import annotations

import pytest

from tests.oracle.stories import Said, course, patient, result


def dues(said: Said, test: str = "neutrophils") -> list[tuple[str, str]]:
    return [(due, status) for due, _, _, status in said.visits(test)]


def test_a_start_on_31_january_makes_visits_on_the_last_days_of_shorter_months() -> None:
    said = Said(patient(course("2026-01-31")), "2026-04-20")
    assert [due for due, _ in dues(said)] == ["2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30", "2026-05-31"]


def test_a_start_on_31_january_of_a_leap_year_is_seen_on_29_february() -> None:
    said = Said(patient(course("2028-01-31")), "2028-02-20")
    assert said.visits("neutrophils")[1] == ("2028-02-29", "2028-02-15", "2028-03-14", "due")


def test_windows_are_14_days_in_the_monthly_and_30_in_the_quarterly_phase() -> None:
    windows = {
        due: (first, last)
        for due, first, last, _ in Said(patient(course("2026-01-01")), "2026-12-31").visits("neutrophils")
    }
    assert windows["2026-01-01"] == ("2025-12-04", "2026-01-01")
    assert windows["2026-07-01"] == ("2026-06-17", "2026-07-15")  # month 6: the narrowest of all who ask
    assert windows["2026-10-01"] == ("2026-09-01", "2026-10-31")


def test_every_authority_that_asks_for_a_visit_is_named() -> None:
    said = Said(patient(course("2026-01-01")), "2026-12-31")
    rows = {row["due"] // 86_400: row["authorities"] for row in said.all["schedule"] if row["test"] == "neutrophils"}
    names = [rows[due] for due in sorted(rows)]
    assert names[1:7] == [{"EMA", "FDA", "BSR"}] * 3 + [{"EMA", "BSR"}] * 2 + [{"EMA", "FDA", "BSR"}]


def test_a_finished_label_schedule_adds_no_row() -> None:
    said = Said(patient(course("2024-01-01")), "2026-06-01", ("FDA",))
    assert [due for due, _ in dues(said)][-1] == "2025-01-01"


def test_a_result_belongs_to_the_nearer_due_date_and_on_a_tie_to_the_earlier() -> None:
    baseline = result("neutrophils", "3", "2026-01-31")
    tie = Said(patient(course("2026-01-31"), baseline, result("neutrophils", "3", "2026-03-14")), "2026-05-20")
    assert dues(tie)[:4] == [
        ("2026-01-31", "done"), ("2026-02-28", "done"), ("2026-03-31", "overdue"), ("2026-04-30", "overdue")
    ]  # fmt: skip
    later = Said(patient(course("2027-01-28"), result("neutrophils", "3", "2027-03-14")), "2027-04-20")
    assert dues(later)[1:3] == [("2027-02-28", "done"), ("2027-03-28", "overdue")]


def test_the_last_day_of_a_window_is_still_due_and_the_next_is_overdue() -> None:
    facts = patient(course("2026-01-01"), result("neutrophils", "3", "2026-01-01"))
    assert dues(Said(facts, "2026-02-15"))[1] == ("2026-02-01", "due")
    assert dues(Said(facts, "2026-02-16"))[1] == ("2026-02-01", "overdue")
    assert Said(facts, "2026-02-15").alert("monitoring", "neutrophils") is None
    assert Said(facts, "2026-02-16").positions("monitoring", "neutrophils") == {("LOCAL", "request_test", "medium")}


def test_a_count_overdue_by_twice_the_tolerance_is_high() -> None:
    facts = patient(course("2026-01-01"), result("neutrophils", "3", "2026-01-01"))
    assert Said(facts, "2026-03-01").alert("monitoring", "neutrophils")["priority"] == "medium"
    assert Said(facts, "2026-03-02").alert("monitoring", "neutrophils")["priority"] == "high"
    assert Said(facts, "2026-03-02").opened("monitoring", "neutrophils") == "2026-02-16"


def test_a_late_result_ends_the_overdue_and_leaves_the_visit_missed() -> None:
    facts = patient(
        course("2026-01-01"), result("neutrophils", "3", "2026-01-01"), result("neutrophils", "3", "2026-02-20")
    )
    said = Said(facts, "2026-02-20")
    assert dues(said)[1:3] == [("2026-02-01", "missed"), ("2026-03-01", "done")]
    assert said.alert("monitoring", "neutrophils") is None


def test_a_pause_of_27_days_keeps_the_clock_and_one_of_28_restarts_it() -> None:
    short = patient(course("2026-01-01", "2026-03-01"), course("2026-03-29"))
    restart = patient(course("2026-01-01", "2026-03-01"), course("2026-03-30"))
    assert dues(Said(short, "2026-04-01"))[0][0] == "2026-01-01"
    assert dues(Said(restart, "2026-04-01"))[0][0] == "2026-03-30"


def test_a_stopped_course_has_no_schedule_and_a_planned_one_its_baseline_only() -> None:
    stopped = Said(patient(course("2026-01-01", "2026-03-01", status="stopped")), "2026-03-02")
    planned = Said(patient(course("2026-05-01")), "2026-04-20")
    assert stopped.all["schedule"] == []
    assert planned.visits("neutrophils") == [("2026-05-01", "2026-04-03", "2026-05-01", "due")]
    assert planned.visits("creatinine") == [("2026-05-01", "2026-04-03", "2026-05-01", "due")]


def test_a_baseline_is_missing_from_planning_on_until_a_result_comes_within_28_days_of_the_start() -> None:
    nothing = Said(patient(course("2026-05-01")), "2026-04-20")
    in_time = Said(patient(course("2026-05-01"), result("neutrophils", "3", "2026-04-03")), "2026-04-20")
    too_old = Said(patient(course("2026-05-01"), result("neutrophils", "3", "2026-04-02")), "2026-04-20")
    assert {who for who, _, _ in nothing.positions("monitoring", "neutrophils")} == {"EMA", "FDA", "BSR"}
    assert in_time.alert("monitoring", "neutrophils") is None
    assert too_old.alert("monitoring", "neutrophils") is not None


def test_a_missing_baseline_stands_since_a_year_before_a_start_said_to_be_planned_or_dated_later() -> None:
    planned = patient(course("2026-05-01", status="planned"))
    dated = patient(course("2026-05-01"))
    assert Said(planned, "2025-06-01").opened("monitoring", "neutrophils") == "2025-05-01"
    assert Said(planned, "2026-04-20").opened("monitoring", "neutrophils") == "2025-05-01"
    assert Said(dated, "2026-04-20").opened("monitoring", "neutrophils") == "2025-05-01"
    assert Said(dated, "2025-04-30").all == {"alerts": [], "cannot_tell": [], "schedule": []}


@pytest.mark.parametrize(
    ("counted", "on", "opened"),
    [
        ("2026-04-02", "2026-05-01", "2025-05-01"),  # 29 days before the start: it answers nothing, then or later
        ("2026-04-03", "2026-05-01", ""),
        ("2026-04-03", "2026-05-02", "2026-05-02"),  # in time for the start as planned, too old for one today
        ("2026-05-02", "2026-05-30", ""),
        ("2026-05-02", "2026-05-31", "2026-05-31"),
        ("2026-05-02", "2026-06-20", "2026-05-31"),
    ],
)
def test_a_planned_start_gone_by_asks_for_a_count_that_would_do_for_a_start_today(counted, on, opened) -> None:
    facts = patient(course("2026-05-01", status="planned"), result("neutrophils", "3", counted))
    said = Said(facts, on)
    assert said.opened("monitoring", "neutrophils") == opened
    [(due, _, last, status)] = said.visits("neutrophils")
    assert (due, last, status) == (on, on, "due" if opened else "done")


def test_a_planned_start_gone_by_carries_on_until_it_is_28_days_after_the_last_treatment() -> None:
    counted = result("neutrophils", "3", "2026-01-01"), result("neutrophils", "3", "2026-04-20")
    facts = patient(course("2026-01-01", "2026-04-30"), course("2026-05-10", status="planned"), *counted)
    assert Said(facts, "2026-05-28").visits("neutrophils") == []
    assert Said(facts, "2026-05-29").visits("neutrophils") == [("2026-05-29", "2026-05-01", "2026-05-29", "due")]
    assert Said(facts, "2026-05-29").opened("monitoring", "neutrophils") == "2026-05-19"  # 29 days after the count


def test_of_two_starts_gone_by_there_is_one_baseline_foreseen_since_the_first() -> None:
    two = course("2026-05-01", status="planned"), course("2026-03-01", "2026-03-02", status="planned")
    said = Said(patient(*two), "2026-06-01")
    assert said.visits("neutrophils") == [("2026-06-01", "2026-05-04", "2026-06-01", "due")]
    assert said.opened("monitoring", "neutrophils") == "2025-03-01"


def test_a_start_gone_by_leads_up_to_one_planned_soon_after_today_though_its_written_end_has_passed() -> None:
    ahead = course("2026-07-20", status="planned")
    gone_by = Said(patient(course("2026-05-01", "2026-05-10", status="planned"), ahead), "2026-06-01")
    assert [due for due, *_ in gone_by.visits("neutrophils")] == ["2026-06-01"]
    with_an_end = Said(patient(course("2026-05-01", "2026-06-10", status="planned"), ahead), "2026-06-01")
    assert [due for due, *_ in with_an_end.visits("neutrophils")] == ["2026-06-01", "2026-07-20"]


def test_while_a_treatment_stands_a_planned_start_is_no_beginning() -> None:
    counted = result("neutrophils", "3", "2026-01-01"), result("creatinine", "80", "2026-01-01")
    said = Said(patient(course("2026-01-01"), course("2026-09-01", status="planned"), *counted), "2026-01-10")
    assert said.alert("monitoring", "neutrophils") is None
    assert "2026-09-01" not in [due for due, *_ in said.visits("neutrophils")]


def test_a_planned_start_after_a_treatment_lacks_its_baseline_since_it_was_foreseen() -> None:
    facts = patient(
        course("2028-02-01", "2028-03-12"), course("2028-05-12"), result("neutrophils", "3", "2028-02-15T08:00")
    )
    assert Said(facts, "2028-03-15").opened("monitoring", "neutrophils") == "2027-05-13"


def test_a_course_dated_ahead_carries_the_treatment_on() -> None:
    facts = patient(course("2026-01-01", "2026-02-20"), course("2026-03-01"))
    assert dues(Said(facts, "2026-02-25"))[-1] == ("2026-04-01", "upcoming")


def test_without_an_authority_that_dates_counts_the_grid_of_all_stands_in_the_houses_name() -> None:
    counted = result("neutrophils", "3", "2026-01-31"), result("creatinine", "80", "2026-01-31")
    facts = patient(course("2026-01-31"), *counted)
    unheard, heard = Said(facts, "2026-03-20", ("NHSE",)), Said(facts, "2026-03-20")
    assert unheard.visits("neutrophils") == heard.visits("neutrophils") == unheard.visits("creatinine")
    assert {row["authorities"] for row in unheard.all["schedule"]} == {frozenset({"LOCAL"})}
    assert unheard.positions("monitoring", "neutrophils") == {("LOCAL", "request_test", "medium")}


def test_one_authority_that_dates_counts_is_enough_to_keep_the_others_silent() -> None:
    said = Said(patient(course("2024-01-01")), "2026-06-01", ("FDA", "NHSE"))
    assert {row["authorities"] for row in said.all["schedule"] if row["test"] == "neutrophils"} == {frozenset({"FDA"})}


def test_a_visit_is_satisfied_by_the_readable_row_known_first_and_never_by_a_disputed_trace() -> None:
    late = result("neutrophils", "3", "2026-01-01", known="2026-01-03")
    early = result("neutrophils", "4", "2026-01-01", known="2026-01-02")
    said = Said(patient(course("2026-01-01"), late, early), "2026-01-05", ("FDA",))
    first = next(visit for visit in said.all["schedule"] if visit["test"] == "neutrophils")
    assert first["satisfied_by"] == early.row_id
    trace = result("neutrophils", "3", "2026-01-01", reason="conflicting_duplicate")
    alone = Said(patient(course("2026-01-01"), trace), "2026-01-05")
    assert dues(alone)[0] == ("2026-01-01", "overdue")
    assert alone.cannot_tell()["neutrophils-stop"] == "conflicting_duplicate"


def test_a_started_course_without_a_baseline_is_told_until_the_first_count() -> None:
    facts = patient(course("2026-05-01"), result("neutrophils", "3", "2026-05-06"))
    assert Said(facts, "2026-05-05").opened("monitoring", "neutrophils") == "2026-05-01"
    assert Said(facts, "2026-05-06").alert("monitoring", "neutrophils") is None


def test_a_restart_has_its_baseline_though_the_count_belongs_to_a_visit_of_the_treatment_before() -> None:
    facts = patient(course("2025-08-14", "2025-11-17"), course("2025-12-16"), result("neutrophils", "3", "2025-11-23"))
    said = Said(facts, "2026-01-10")
    assert said.alert("monitoring", "neutrophils") is None
    assert dues(said)[0] == ("2025-12-16", "done")


def test_a_dispute_that_may_be_any_number_is_still_a_count_that_was_made() -> None:
    disputed = result("neutrophils", "<0.8", "2026-01-30"), result("neutrophils", ">1.01", "2026-01-30")
    said = Said(patient(course("2026-01-01"), *disputed), "2026-02-20")
    assert dues(said)[1] == ("2026-02-01", "done")
    assert said.cannot_tell()["neutrophils-stop"] == "conflicting_duplicate"


def test_two_starts_ahead_a_long_pause_apart_each_have_their_baseline() -> None:
    facts = patient(course("2026-08-15", "2027-03-10"), course("2027-10-31", "2027-11-04"), course("2028-01-01"))
    assert dues(Said(facts, "2027-09-23")) == [("2027-10-31", "upcoming"), ("2028-01-01", "upcoming")]


def test_a_dead_patient_has_neither_alerts_nor_visits() -> None:
    facts = patient(course("2026-01-01"), result("neutrophils", "0.4", "2026-02-01"), died="2026-02-10")
    assert Said(facts, "2026-02-09").alert("neutropenia") is not None
    after = Said(facts, "2026-02-10").all
    assert after == {"alerts": [], "cannot_tell": [], "schedule": []}


def test_creatinine_is_due_whenever_a_count_is() -> None:
    said = Said(patient(course("2026-01-31")), "2026-04-20")
    assert said.visits("creatinine") == said.visits("neutrophils")
