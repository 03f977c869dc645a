"""Chapter: when a test is due, done, overdue or missed; the test before the start; for whom, and which tests do."""

from __future__ import annotations

import numpy as np
import pytest

from core.engine.wording import iso_date
from tests.spec.clinic import taken, tell
from tests.spec.scheduled import said_by, scheduled

BASELINES = "2025-12-20 neutrophils 3\n2025-12-20 creatinine 80"


def test_a_visit_names_everybody_who_asks_for_it_and_the_narrowest_window():
    said = taken(BASELINES, on="2026-12-31")
    visits = {v.due: v for v in said.standing.schedule if v.test == "neutrophils"}
    asked = [visits[due].authorities for due in sorted(visits)]
    assert [set(names) for names in asked[:8]] == [
        {"EMA", "FDA", "BSR"}, {"EMA", "FDA", "BSR"}, {"EMA", "FDA", "BSR"}, {"EMA", "FDA", "BSR"}, {"EMA", "BSR"},
        {"EMA", "BSR"}, {"EMA", "FDA", "BSR"}, {"EMA", "FDA", "BSR"},
    ]  # fmt: skip
    assert said.windows("neutrophils")["2026-07-01"] == "2026-06-17 to 2026-07-15"  # FDA alone allows 30 days
    assert said.windows("neutrophils")["2026-10-01"] == "2026-09-01 to 2026-10-31"


def test_creatinine_is_due_whenever_a_count_is_and_under_its_own_authority():
    said = taken("", on="2026-12-31")
    assert said.visits("creatinine") == said.visits("neutrophils")
    assert said.windows("creatinine") == said.windows("neutrophils")
    assert {v.authorities for v in said.standing.schedule if v.test == "creatinine"} == {("LOCAL",)}


@pytest.mark.parametrize(
    ("on", "status"),
    [
        ("2026-01-17", "upcoming"),
        ("2026-01-18", "due"),  # 14 days before
        ("2026-02-01", "due"),
        ("2026-02-15", "due"),  # 14 days after
        ("2026-02-16", "overdue"),
    ],
)
def test_a_visit_is_due_for_its_whole_window_and_overdue_the_day_after(on, status):
    assert f"2026-02-01 {status}" in taken(BASELINES, on=on).visits("neutrophils")


@pytest.mark.parametrize(
    ("result", "status"),
    [
        ("2026-01-17", "overdue"),  # before the window: it answers no visit
        ("2026-01-18", "done"),
        ("2026-02-15T23:59", "done"),
        ("2026-02-16", "missed"),  # after it: the overdue is over, the visit was missed
    ],
)
def test_a_result_in_the_window_satisfies_the_visit_and_a_later_one_only_ends_the_overdue(result, status):
    said = taken(f"{BASELINES}\n{result} neutrophils 3", on="2026-02-16")
    assert f"2026-02-01 {status}" in said.visits("neutrophils")
    assert (said.answer("neutrophils-overdue") == "silent") == (status != "overdue")


def test_a_visit_already_done_stays_done_and_one_not_yet_open_is_upcoming():
    said = taken(f"{BASELINES}\n2026-01-30 neutrophils 3", on="2026-02-14")
    assert said.visits("neutrophils") == ["2026-01-01 done", "2026-02-01 done", "2026-03-01 upcoming"]


def test_the_schedule_ends_with_the_first_upcoming_visit_of_a_running_course():
    assert taken(BASELINES, on="2026-01-02").visits("neutrophils") == ["2026-01-01 done", "2026-02-01 upcoming"]


def test_an_unreadable_or_withdrawn_result_satisfies_nothing():
    said = taken(f"{BASELINES}\n2026-02-01 neutrophils !no_unit\n2026-02-02 neutrophils 3, until 2026-02-05",
                 on="2026-02-16")  # fmt: skip
    assert "2026-02-01 overdue" in said.visits("neutrophils")


def test_a_bound_is_a_result_as_far_as_the_schedule_goes():
    assert "2026-02-01 done" in taken(f"{BASELINES}\n2026-02-01 neutrophils <2.0").visits("neutrophils")


def test_a_result_belongs_to_the_nearer_due_day_and_on_a_tie_to_the_earlier_visit():
    def told(result: str) -> list[str]:
        story = f"2027-01-28 anakinra\n2027-01-28 neutrophils 3\n{result} neutrophils 3"
        return tell(story, "2027-04-20").visits("neutrophils")[1:3]

    # Due 28 Feb and 28 Mar: both windows hold 14 March.
    assert told("2027-03-13") == ["2027-02-28 done", "2027-03-28 overdue"]
    assert told("2027-03-14") == ["2027-02-28 done", "2027-03-28 overdue"]
    assert told("2027-03-15") == ["2027-02-28 missed", "2027-03-28 done"]


def test_a_visit_is_satisfied_by_the_earliest_result_that_belongs_to_it():
    said = taken(f"{BASELINES}\n2026-02-03 neutrophils 3\n2026-01-25 neutrophils 3")
    (visit,) = [v for v in said.standing.schedule if v.test == "neutrophils" and v.status == "done"][1:]
    assert visit.satisfied_by == 4  # the fourth row told


def test_overdue_visits_in_a_row_are_one_alert_from_the_first():
    said = taken(BASELINES, on="2026-06-01")
    alert = next(a for a in said.alerts("monitoring") if a.fact == "neutrophils")
    assert said.life("neutrophils-overdue")[0] == "2026-02-16 medium request_test"
    assert (alert.opened_at - said.standing.as_of) // 86_400 == -106  # since 16 February
    assert alert.priority == "high"


def test_a_late_result_ends_the_overdue_and_the_next_visit_begins_its_own():
    said = taken(f"{BASELINES}\n2026-02-20 neutrophils 3", on="2026-03-20")
    assert said.life("neutrophils-overdue") == ["2026-02-16 medium request_test", "2026-02-20 silent"]
    assert said.visits("neutrophils")[1:3] == ["2026-02-01 missed", "2026-03-01 done"]


def test_an_old_result_that_arrives_late_answers_its_own_visit_and_no_other():
    story = f"{BASELINES}\n2026-02-03 neutrophils 3, known 2026-03-25"
    assert "2026-02-01 overdue" in taken(story, on="2026-03-24").visits("neutrophils")
    after = taken(story, on="2026-03-25")
    assert "2026-02-01 done" in after.visits("neutrophils")
    assert "2026-03-01 overdue" in after.visits("neutrophils")


def test_the_baseline_is_due_on_the_start_and_counts_from_28_days_before():
    def said(result: str):
        return tell(f"2026-05-01 anakinra\n{result} neutrophils 3", "2026-05-01")

    assert said("2026-04-03").windows("neutrophils")["2026-05-01"] == "2026-04-03 to 2026-05-01"
    for inside in ("2026-04-03", "2026-05-01"):
        assert said(inside).visits("neutrophils")[0] == "2026-05-01 done"
        assert said(inside).answer("neutrophils-baseline") == "silent"
    assert said("2026-04-02").answer("neutrophils-baseline") == "medium request_test"


def test_a_missing_baseline_is_told_from_the_start_until_the_first_result():
    said = tell("2026-05-01 anakinra\n2026-05-06T07:00 neutrophils 3", "2026-05-20")
    assert said.life("neutrophils-baseline") == ["2026-05-01 medium request_test", "2026-05-06T07:00:00 silent"]


def test_a_missing_baseline_ends_with_the_treatment():
    said = tell("2026-05-01 to 2026-05-10 anakinra stopped", "2026-05-20")
    assert said.life("neutrophils-baseline") == ["2026-05-01 medium request_test", "2026-05-11 silent"]


def test_a_planned_start_has_its_baseline_and_nothing_else():
    said = tell("2026-05-01 anakinra planned", "2026-04-20")
    assert said.visits("neutrophils") == ["2026-05-01 due"]
    assert said.answer("neutrophils-baseline") == "medium request_test"
    assert said.answer("neutrophils-overdue") == "silent"
    done = tell("2026-05-01 anakinra planned\n2026-04-10 neutrophils 3", "2026-04-20")
    assert done.visits("neutrophils") == ["2026-05-01 done"]
    assert done.answer("neutrophils-baseline") == "silent"


@pytest.mark.parametrize(("result", "on", "answer"), [
    ("2026-04-02", "2026-05-01", "medium request_test"),  # 29 days before the planned start
    ("2026-04-03", "2026-05-01", "silent"),
    ("2026-05-20", "2026-05-19", "medium request_test"),
    ("2026-05-20", "2026-05-20", "silent"),  # after the planned start, and nobody recorded that it came
    ("2026-05-20", "2026-06-17", "silent"),
    ("2026-05-20", "2026-06-18", "medium request_test"),  # too old for any start from now on
    ("2026-04-03", "2026-05-02", "medium request_test"),  # in time for the start once planned, not for one today
])  # fmt: skip
def test_a_planned_start_whose_date_has_passed_is_planned_for_today(result, on, answer):
    said = tell(f"2026-05-01 anakinra planned\n{result} neutrophils 3", on)
    assert said.answer("neutrophils-baseline") == answer
    day = max(on, "2026-05-01")
    assert said.visits("neutrophils") == [f"{day} {'done' if answer == 'silent' else 'due'}"]
    assert said.windows("neutrophils")[day].endswith(f"to {day}")


def test_a_baseline_of_a_start_that_slips_opens_anew_when_its_result_has_aged_and_closes_with_the_next():
    results = "2026-04-10T08:00 neutrophils 3\n2026-05-20 neutrophils 3\n2026-06-01 neutrophils 3"
    said = tell(f"2026-05-01 anakinra planned\n{results}", "2026-08-01")
    assert said.life("neutrophils-baseline") == [
        "2025-05-01 medium request_test", "2026-04-10T08:00:00 silent", "2026-05-09 medium request_test",
        "2026-05-20 silent", "2026-06-30 medium request_test",
    ]  # fmt: skip
    [standing] = [
        a for a in said.standing.alerts if any(p.rule_id.endswith("neutrophils-baseline") for p in a.positions)
    ]
    assert iso_date(standing.opened_at) == "2026-06-30"
    [visit] = said.windows("neutrophils").items()
    assert visit == ("2026-08-01", "2026-07-04 to 2026-08-01")


def test_a_baseline_done_late_names_the_result_that_did_it():
    said = tell("2026-05-01 anakinra planned\n2026-04-10 neutrophils 3\n2026-05-20 neutrophils 3", "2026-05-25")
    [visit] = [v for v in said.standing.schedule if v.test == "neutrophils"]
    [late] = [row for row, at in zip(*(getattr(said.history.cohort.results, n).tolist() for n in ("row_id", "at")),
              strict=True) if iso_date(at) == "2026-05-20"]  # fmt: skip
    assert (visit.status, visit.satisfied_by) == ("done", late)


def test_the_real_start_counts_once_it_is_recorded():
    late = "2026-05-20 neutrophils 3"
    assert tell(f"2026-05-01 anakinra planned\n{late}", "2026-06-20").answer("neutrophils-baseline") != "silent"
    assert tell(f"2026-06-10 anakinra\n{late}", "2026-06-20").answer("neutrophils-baseline") == "silent"
    begun = tell(f"2026-05-01 anakinra\n{late}", "2026-05-25")
    assert begun.life("neutrophils-baseline") == ["2026-05-01 medium request_test", "2026-05-20 silent"]
    assert "2026-05-01 missed" in begun.visits("neutrophils")


def test_a_start_merely_dated_later_is_not_moved():
    said = tell("2026-05-01 anakinra\n2026-04-03 neutrophils 3", "2026-04-30")
    assert said.visits("neutrophils") == ["2026-05-01 done"]
    assert said.answer("neutrophils-baseline") == "silent"


def test_what_carried_on_is_a_restart_once_it_has_slipped_far_enough():
    story = "2025-01-01 to 2026-04-20 anakinra completed\n2026-05-01 anakinra planned"
    assert tell(story, "2026-05-18").visits("neutrophils") == []
    assert tell(story, "2026-05-18").answer("neutrophils-baseline") == "silent"
    slipped = tell(story, "2026-05-19")  # 28 days after the last
    assert slipped.visits("neutrophils") == ["2026-05-19 due"]
    assert slipped.answer("neutrophils-baseline") == "medium request_test"


def test_of_several_starts_whose_date_has_passed_one_is_planned_for_today_and_the_first_says_for_what():
    story = "2026-03-01 to 2026-03-14 anakinra planned, for CAPS\n2026-05-01 anakinra planned, for RA"
    ahead = tell(story, "2026-02-20", rules=FOR_SOME).visits("neutrophils")
    assert sorted(ahead) == ["2026-03-01 due", "2026-05-01 upcoming"]
    passed = tell(story, "2026-06-20", rules=FOR_SOME)
    assert passed.windows("neutrophils") == {"2026-06-20": "2026-06-06 to 2026-06-20"}  # CAPS: 14 days
    assert passed.answer("missing") == "low request_test"


def test_nothing_is_planned_for_the_dead():
    said = tell(
        "woman born 1962-03-12 died 2026-06-01\n2026-05-01 anakinra planned\n2026-04-10 neutrophils 3", "2026-08-01"
    )
    assert said.standing.schedule == ()
    assert said.life("neutrophils-baseline")[-2:] == ["2026-05-09 medium request_test", "2026-06-01 silent"]


def test_a_stopped_course_has_no_schedule():
    said = tell("2026-01-01 to 2026-03-01 anakinra stopped", "2026-03-02")
    assert said.standing.schedule == ()
    assert said.answer("neutrophils-overdue") == "silent"


def test_visits_due_on_or_after_the_last_day_are_not_made():
    said = tell("2026-01-01 to 2026-02-28 anakinra", "2026-02-20")
    assert [visit[:10] for visit in said.visits("neutrophils")] == ["2026-01-01", "2026-02-01"]
    longer = tell("2026-01-01 to 2026-03-01 anakinra", "2026-02-20")
    assert [visit[:10] for visit in longer.visits("neutrophils")] == ["2026-01-01", "2026-02-01", "2026-03-01"]


def test_a_hold_is_part_of_the_treatment_and_does_not_restart_its_clock():
    said = tell("2026-01-01 anakinra\n2026-02-01 to 2026-04-15 anakinra on-hold", "2026-04-20")
    assert said.visits("neutrophils")[0][:10] == "2026-01-01"
    assert "2026-03-01 overdue" in said.visits("neutrophils")


def test_a_patient_with_no_result_ever_is_overdue_all_the_same():
    said = taken("", on="2026-06-01")
    alerts = {a.fact: a for a in said.alerts("monitoring")}
    assert alerts["neutrophils"].priority == "high"
    assert {p.rule_id for p in alerts["neutrophils"].positions} == {
        "anakinra.neutrophils-baseline", "anakinra.neutrophils-overdue"
    }  # fmt: skip
    assert said.cannot_tell()["neutrophils-stop"] == "no_result"


def test_a_result_dated_after_the_day_asked_about_answers_nothing_yet():
    said = taken(f"{BASELINES}\n2026-05-01 neutrophils 3", on="2026-03-01")
    assert "2026-02-01 overdue" in said.visits("neutrophils")


def test_without_an_authority_its_visits_do_not_exist():
    assert taken(BASELINES, on="2026-06-30", authorities=("FDA",)).visits("neutrophils")[-2:] == [
        "2026-07-01 due", "2026-10-01 upcoming"
    ]  # fmt: skip


@pytest.mark.parametrize("authorities", [("NICE",), ("NHSE", "KDIGO"), ()])
def test_nobody_goes_unwatched_because_no_chosen_authority_says_when_to_test(authorities):
    said, everybody = taken(BASELINES, on="2026-06-30", authorities=authorities), taken(BASELINES, on="2026-06-30")
    assert said.windows("neutrophils") == everybody.windows("neutrophils")
    assert {v.authorities for v in said.standing.schedule} == {("LOCAL",)}
    assert said.answer("neutrophils-overdue") == "high request_test"


FOR_SOME = scheduled(f"""
    [[rule]]
    kind = "visits"
    test = "neutrophils"
    baseline_days = 28
    phases = [{{ months = [1, 2], tolerance_days = 7 }}]
    {said_by(EMA=[], BSR=["RA"])}
    [[rule]]
    kind = "visits"
    test = "neutrophils"
    baseline_days = 14
    phases = [{{ months = [2, 3], tolerance_days = 3 }}]
    indications = ["CAPS"]
    {said_by(FDA=[])}
    [[rule]]
    kind = "visits"
    test = "creatinine"
    baseline_days = 28
    follows = "neutrophils"
    [[rule]]
    kind = "visits"
    test = "crp"
    baseline_days = 28
    phases = [{{ months = [1], tolerance_days = 7 }}]
    not_indications = ["RA"]
    [[rule]]
    id = "missing"
    kind = "baseline"
    test = "neutrophils"
    indications = ["CAPS"]
    [[rule]]
    id = "late"
    kind = "overdue"
    test = "neutrophils"
    not_indications = ["CAPS"]
    after_tolerances = [{{ times = 1, priority = "low", action = "request_test" }}]
""")


@pytest.mark.parametrize(
    ("indication", "asked"),
    [
        ("RA", {"2026-01-01": "EMA BSR", "2026-02-01": "EMA BSR", "2026-03-01": "EMA BSR"}),
        ("CAPS", {"2026-01-01": "EMA FDA", "2026-02-01": "EMA", "2026-03-01": "EMA FDA", "2026-04-01": "FDA"}),
        ("AOSD", {"2026-01-01": "EMA", "2026-02-01": "EMA", "2026-03-01": "EMA"}),
    ],
)
def test_a_treatment_has_the_visits_that_hold_for_its_indication_and_names_who_asks_for_it(indication, asked):
    said = tell(f"2026-01-01 anakinra for {indication}", "2026-06-30", rules=FOR_SOME)
    visits = [v for v in said.standing.schedule if v.test == "neutrophils"]
    assert {iso_date(v.due): " ".join(v.authorities) for v in visits} == asked
    assert said.windows("creatinine").keys() == asked.keys()


def test_the_narrowest_window_is_the_narrowest_of_the_rules_that_hold():
    caps = tell("2026-01-01 anakinra for CAPS", "2026-06-30", rules=FOR_SOME).windows("neutrophils")
    ra = tell("2026-01-01 anakinra for RA", "2026-06-30", rules=FOR_SOME).windows("neutrophils")
    assert (caps["2026-01-01"], ra["2026-01-01"]) == ("2025-12-18 to 2026-01-01", "2025-12-04 to 2026-01-01")
    assert (caps["2026-03-01"], ra["2026-03-01"]) == ("2026-02-26 to 2026-03-04", "2026-02-22 to 2026-03-08")
    copied = tell("2026-01-01 anakinra for CAPS", "2026-06-30", rules=FOR_SOME).windows("creatinine")
    assert copied["2026-03-01"] == caps["2026-03-01"]


def test_a_test_that_nobody_asks_of_an_indication_is_never_due():
    assert tell("2026-01-01 anakinra for RA", "2026-06-30", rules=FOR_SOME).visits("crp") == []
    assert tell("2026-01-01 anakinra for CAPS", "2026-06-30", rules=FOR_SOME).visits("crp") != []


def test_a_treatment_keeps_the_indication_of_its_first_course():
    said = tell("2026-01-01 to 2026-01-31 anakinra completed, for CAPS\n2026-02-01 anakinra for RA", "2026-06-30",
                rules=FOR_SOME)  # fmt: skip
    assert "2026-04-01 overdue" in said.visits("neutrophils")
    held = tell("2026-01-01 to 2026-01-31 anakinra on-hold, for CAPS\n2026-02-01 anakinra for RA", "2026-06-30",
                rules=FOR_SOME)  # fmt: skip
    assert held.visits("neutrophils") == said.visits("neutrophils")
    together = tell("2026-01-01 to 2026-01-31 anakinra completed, for CAPS\n2026-01-01 anakinra for RA", "2026-06-30",
                    rules=FOR_SOME)  # fmt: skip
    assert together.visits("neutrophils") == said.visits("neutrophils")  # of two on one day, the one filed first


def test_a_planned_start_has_the_baseline_of_the_planned_course():
    said = tell("2025-01-01 to 2025-03-01 anakinra completed, for RA\n2026-05-01 anakinra planned, for CAPS",
                "2026-04-20", rules=FOR_SOME)  # fmt: skip
    assert said.windows("neutrophils") == {"2026-05-01": "2026-04-17 to 2026-05-01"}
    assert said.answer("missing") == "low request_test"
    ra = tell("2026-05-01 anakinra planned, for RA", "2026-04-20", rules=FOR_SOME)
    assert ra.visits("neutrophils") == ["2026-05-01 due"]
    assert ra.answer("missing") == "silent"


@pytest.mark.parametrize(("indication", "missing", "late"), [("CAPS", True, False), ("RA", False, True)])
def test_a_baseline_or_an_overdue_rule_speaks_only_of_its_indications(indication, missing, late):
    said = tell(f"2026-01-01 anakinra for {indication}", "2026-04-30", rules=FOR_SOME)
    assert (said.answer("missing") != "silent", said.answer("late") != "silent") == (missing, late)


def test_a_result_between_treatments_belongs_to_one_visit_and_does_for_any_baseline_that_looks_back_so_far():
    def done(first: str, start: str, then: str, result: str) -> list[str]:
        story = f"2026-01-01 to 2026-02-05 anakinra completed, for {first}\n{start} anakinra for {then}"
        history = tell(f"{story}\n{result} neutrophils 3", "2026-06-30", rules=FOR_SOME).history
        v = history.visits
        neutrophils = np.array([history.grids[g][1].test == "neutrophils" for g in v.grid])
        return [iso_date(int(due)) for due in v.due[neutrophils & (v.satisfied_row >= 0)]]

    assert done("RA", "2026-03-10", "CAPS", "2026-02-24") == ["2026-03-10"]  # the 14 days before the restart
    assert done("RA", "2026-03-10", "CAPS", "2026-02-08") == ["2026-02-01"]
    # Both windows hold it: 6 days after the one, 27 before the other, which as a baseline is done by any in its window.
    assert sorted(done("CAPS", "2026-03-06", "RA", "2026-02-07")) == ["2026-02-01", "2026-03-06"]


BY_DAYS = scheduled(f"""
    [[rule]]
    kind = "visits"
    test = "neutrophils"
    baseline_days = 28
    phases = [{{ months = [1, 3], tolerance_days = 14 }}]
    {said_by(EMA=[])}
    [[rule]]
    kind = "visits"
    test = "neutrophils"
    baseline_days = 28
    phases = [{{ days = [10, 28], tolerance_days = 2 }}]
    {said_by(FDA=[])}
    [[rule]]
    id = "late"
    kind = "overdue"
    test = "neutrophils"
    after_tolerances = [{{ times = 1, priority = "low", action = "request_test" }}]
""")


def test_a_visit_may_be_due_so_many_days_after_the_start():
    windows = tell("2026-01-01 anakinra", "2026-06-30", rules=BY_DAYS).windows("neutrophils")
    assert list(windows) == ["2026-01-01", "2026-01-11", "2026-01-29", "2026-02-01", "2026-04-01"]
    assert windows["2026-01-11"] == "2026-01-09 to 2026-01-13"


def test_a_day_and_a_month_that_fall_on_one_day_are_one_visit():
    said = tell("2026-02-01 anakinra", "2026-06-30", rules=BY_DAYS)
    assert said.windows("neutrophils") == {
        "2026-02-01": "2026-01-04 to 2026-02-01", "2026-02-11": "2026-02-09 to 2026-02-13",
        "2026-03-01": "2026-02-27 to 2026-03-03", "2026-05-01": "2026-04-17 to 2026-05-15",
    }  # fmt: skip
    asked = {iso_date(v.due): v.authorities for v in said.standing.schedule}
    assert asked["2026-03-01"] == ("EMA", "FDA")
    late = said.history.findings
    assert [iso_date(int(day)) for day in sorted(late.measured)] == ["2026-02-11", "2026-03-01", "2026-05-01"]


def test_a_result_belongs_to_a_wide_window_although_a_narrow_visit_lies_between():
    said = tell("2026-01-01 anakinra\n2026-01-26 neutrophils 3", "2026-06-30", rules=BY_DAYS)
    # Three days before the visit of 29 January, whose window opens on the 27th; six before that of 1 February.
    assert said.visits("neutrophils")[2:4] == ["2026-01-29 overdue", "2026-02-01 done"]


EITHER = scheduled("""
    [[rule]]
    kind = "visits"
    test = "igra"
    or_tests = ["crp"]
    baseline_days = 365
    [[rule]]
    id = "screen"
    kind = "baseline"
    test = "igra"
    fact = "latent_tuberculosis"
    [[rule]]
    kind = "visits"
    test = "neutrophils"
    or_tests = ["wbc"]
    baseline_days = 28
    phases = [{ months = [1], tolerance_days = 7 }]
    [[rule]]
    id = "late"
    kind = "overdue"
    test = "neutrophils"
    after_tolerances = [{ times = 1, priority = "low", action = "request_test" }]
""")


def test_without_phases_there_is_the_baseline_and_nothing_else():
    assert tell("2026-01-01 anakinra", "2027-06-30", rules=EITHER).visits("igra") == ["2026-01-01 overdue"]


@pytest.mark.parametrize(("story", "answer"), [
    ("", "low request_test"),
    ("2025-12-01 igra negative", "silent"),
    ("2025-12-01 crp 3", "silent"),
    ("2025-12-01 crp !no_unit", "low request_test"),
    ("2025-12-01 neutrophils 3", "low request_test"),
])  # fmt: skip
def test_a_baseline_is_answered_by_any_test_that_does_as_well(story, answer):
    assert tell(f"2026-01-01 anakinra\n{story}", "2026-02-01", rules=EITHER).answer("screen") == answer


def test_a_missing_baseline_may_be_about_something_else_than_the_test():
    said = tell("2026-01-01 anakinra", "2026-02-01", rules=EITHER)
    assert [a.fact for a in said.alerts("monitoring")] == ["latent_tuberculosis"]


def test_a_visit_takes_the_earliest_result_of_its_tests_and_one_instant_the_result_known_first():
    def satisfied(results: str) -> int | None:
        said = tell(f"2026-01-01 anakinra\n{results}", "2026-03-01", rules=EITHER)
        (visit,) = [v for v in said.standing.schedule if v.test == "neutrophils" and iso_date(v.due) == "2026-02-01"]
        return visit.satisfied_by

    assert satisfied("2026-02-02 neutrophils 3\n2026-02-01 wbc 5") == 2
    assert satisfied("2026-02-02 neutrophils 3\n2026-02-03 wbc 5") == 1
    assert satisfied("2026-02-02 neutrophils 3, known 2026-02-05\n2026-02-02 wbc 5, known 2026-02-03") == 2
    assert satisfied("2026-02-02 neutrophils 3\n2026-02-02 wbc 5") == 1
    assert satisfied("2026-02-02 wbc 3\n2026-02-02 neutrophils 5") == 1


def test_an_overdue_visit_is_over_with_a_later_result_of_any_of_its_tests():
    said = tell("2026-01-01 anakinra\n2026-02-20 wbc 5", "2026-03-01", rules=EITHER)
    assert said.life("late") == ["2026-02-09 low request_test", "2026-02-20 silent"]
    assert "2026-02-01 missed" in said.visits("neutrophils")


@pytest.mark.parametrize(("day", "words"), [
    ("2026-09-30", "before the start on 01-Oct-2026"),
    ("2026-11-22", "before the start on 22-Nov-2026 (planned for 01-Oct-2026)"),  # September is too long ago
])  # fmt: skip
def test_a_count_too_old_for_a_start_today_is_not_said_to_be_missing_before_the_day_once_planned(day, words):
    done = "" if day < "2026-10" else "2026-09-20 neutrophils 3\n"
    said = tell(f"{done}2026-10-01 anakinra planned", day)
    assert [one.title for one in said.alerts("monitoring") if "neutrophil" in one.title] == [
        f"No neutrophil count in the 28 days {words}"
    ]
