"""The oracle against the schedule examples of the clinical reference (anakinra.md 1.4, 1.10) and the contract."""

from __future__ import annotations

from tests.oracle.stories import Said, course, patient, result


def dues(said: Said, test: str = "neutrophils") -> list[tuple[str, str]]:
    return [(due, status) for due, _, _, status in said.visits(test)]


def test_a_start_on_31_january_makes_visits_on_the_last_days_of_shorter_months():
    said = Said(patient(course("2026-01-31")), "2026-04-20")
    assert [due for due, _ in dues(said)] == ["2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30", "2026-05-31"]


def test_a_start_on_31_january_of_a_leap_year_is_seen_on_29_february():
    said = Said(patient(course("2028-01-31")), "2028-02-20")
    assert said.visits("neutrophils")[1] == ("2028-02-29", "2028-02-15", "2028-03-14", "due")


def test_windows_are_14_days_in_the_monthly_and_30_in_the_quarterly_phase():
    windows = {
        due: (first, last)
        for due, first, last, _ in Said(patient(course("2026-01-01")), "2026-12-31").visits("neutrophils")
    }
    assert windows["2026-01-01"] == ("2025-12-04", "2026-01-01")
    assert windows["2026-07-01"] == ("2026-06-17", "2026-07-15")  # month 6: the narrowest of all who ask
    assert windows["2026-10-01"] == ("2026-09-01", "2026-10-31")


def test_every_authority_that_asks_for_a_visit_is_named():
    said = Said(patient(course("2026-01-01")), "2026-12-31")
    rows = {row["due"] // 86_400: row["authorities"] for row in said.all["schedule"] if row["test"] == "neutrophils"}
    names = [rows[due] for due in sorted(rows)]
    assert names[1:7] == [{"EMA", "FDA", "BSR"}] * 3 + [{"EMA", "BSR"}] * 2 + [{"EMA", "FDA", "BSR"}]


def test_a_finished_label_schedule_adds_no_row():
    said = Said(patient(course("2024-01-01")), "2026-06-01", ("FDA",))
    assert [due for due, _ in dues(said)][-1] == "2025-01-01"


def test_a_result_belongs_to_the_nearer_due_date_and_on_a_tie_to_the_earlier():
    baseline = result("neutrophils", "3", "2026-01-31")
    tie = Said(patient(course("2026-01-31"), baseline, result("neutrophils", "3", "2026-03-14")), "2026-05-20")
    assert dues(tie)[:4] == [
        ("2026-01-31", "done"), ("2026-02-28", "done"), ("2026-03-31", "overdue"), ("2026-04-30", "overdue")
    ]  # fmt: skip
    later = Said(patient(course("2027-01-28"), result("neutrophils", "3", "2027-03-14")), "2027-04-20")
    assert dues(later)[1:3] == [("2027-02-28", "done"), ("2027-03-28", "overdue")]


def test_the_last_day_of_a_window_is_still_due_and_the_next_is_overdue():
    facts = patient(course("2026-01-01"), result("neutrophils", "3", "2026-01-01"))
    assert dues(Said(facts, "2026-02-15"))[1] == ("2026-02-01", "due")
    assert dues(Said(facts, "2026-02-16"))[1] == ("2026-02-01", "overdue")
    assert Said(facts, "2026-02-15").alert("monitoring", "neutrophils") is None
    assert Said(facts, "2026-02-16").positions("monitoring", "neutrophils") == {("LOCAL", "request_test", "medium")}


def test_a_count_overdue_by_twice_the_tolerance_is_high():
    facts = patient(course("2026-01-01"), result("neutrophils", "3", "2026-01-01"))
    assert Said(facts, "2026-03-01").alert("monitoring", "neutrophils")["priority"] == "medium"
    assert Said(facts, "2026-03-02").alert("monitoring", "neutrophils")["priority"] == "high"
    assert Said(facts, "2026-03-02").opened("monitoring", "neutrophils") == "2026-02-16"


def test_a_late_result_ends_the_overdue_and_leaves_the_visit_missed():
    facts = patient(
        course("2026-01-01"), result("neutrophils", "3", "2026-01-01"), result("neutrophils", "3", "2026-02-20")
    )
    said = Said(facts, "2026-02-20")
    assert dues(said)[1:3] == [("2026-02-01", "missed"), ("2026-03-01", "done")]
    assert said.alert("monitoring", "neutrophils") is None


def test_a_pause_of_27_days_keeps_the_clock_and_one_of_28_restarts_it():
    short = patient(course("2026-01-01", "2026-03-01"), course("2026-03-29"))
    restart = patient(course("2026-01-01", "2026-03-01"), course("2026-03-30"))
    assert dues(Said(short, "2026-04-01"))[0][0] == "2026-01-01"
    assert dues(Said(restart, "2026-04-01"))[0][0] == "2026-03-30"


def test_a_stopped_course_has_no_schedule_and_a_planned_one_its_baseline_only():
    stopped = Said(patient(course("2026-01-01", "2026-03-01", status="stopped")), "2026-03-02")
    planned = Said(patient(course("2026-05-01")), "2026-04-20")
    assert stopped.all["schedule"] == []
    assert planned.visits("neutrophils") == [("2026-05-01", "2026-04-03", "2026-05-01", "due")]
    assert planned.visits("creatinine") == [("2026-05-01", "2026-04-03", "2026-05-01", "due")]


def test_a_baseline_is_missing_from_planning_on_until_a_result_comes_within_28_days_of_the_start():
    nothing = Said(patient(course("2026-05-01")), "2026-04-20")
    in_time = Said(patient(course("2026-05-01"), result("neutrophils", "3", "2026-04-03")), "2026-04-20")
    too_old = Said(patient(course("2026-05-01"), result("neutrophils", "3", "2026-04-02")), "2026-04-20")
    assert {who for who, _, _ in nothing.positions("monitoring", "neutrophils")} == {"EMA", "FDA", "BSR"}
    assert in_time.alert("monitoring", "neutrophils") is None
    assert too_old.alert("monitoring", "neutrophils") is not None


def test_a_started_course_without_a_baseline_is_told_until_the_first_count():
    facts = patient(course("2026-05-01"), result("neutrophils", "3", "2026-05-06"))
    assert Said(facts, "2026-05-05").opened("monitoring", "neutrophils") == "2026-05-01"
    assert Said(facts, "2026-05-06").alert("monitoring", "neutrophils") is None


def test_a_dead_patient_has_neither_alerts_nor_visits():
    facts = patient(course("2026-01-01"), result("neutrophils", "0.4", "2026-02-01"), died="2026-02-10")
    assert Said(facts, "2026-02-09").alert("neutropenia") is not None
    after = Said(facts, "2026-02-10").all
    assert after == {"alerts": [], "cannot_tell": [], "schedule": []}


def test_creatinine_is_due_whenever_a_count_is():
    said = Said(patient(course("2026-01-31")), "2026-04-20")
    assert said.visits("creatinine") == said.visits("neutrophils")
