"""Chapter: planned, running, held; when a rule applies to somebody at all."""

from __future__ import annotations

import pytest

from tests.spec.clinic import rules_of, taken, tell

PHASES = rules_of("""
    [[rule]]
    id = "planned"
    kind = "threshold"
    category = "infection"
    analyte = "crp"
    while = ["planned"]
    bands = [{ below = 10 }, { from = 10, priority = "low", action = "do_not_start" }]

    [[rule]]
    id = "running"
    kind = "threshold"
    category = "liver"
    analyte = "crp"
    while = ["running"]
    bands = [{ below = 10 }, { from = 10, priority = "low", action = "review" }]

    [[rule]]
    id = "held"
    kind = "threshold"
    category = "trend"
    analyte = "crp"
    while = ["held"]
    bands = [{ below = 10 }, { from = 10, priority = "low", action = "inform" }]
""")
RAISED = "2024-12-01 crp 20\n2025-10-01 crp 20"


def phase_of(courses: str, on: str) -> str:
    """Which of the three applies on a day."""
    said = tell(f"{courses}\n{RAISED}", on, rules=PHASES)
    return " ".join(rule for rule in ("planned", "running", "held") if said.answer(rule) != "silent") or "none"


@pytest.mark.parametrize(
    ("courses", "on", "phase"),
    [
        ("2026-01-01 anakinra", "2026-01-01", "running"),
        ("2026-01-01 anakinra", "2025-12-31", "planned"),
        ("2026-01-01 to 2026-02-28 anakinra", "2026-02-28", "running"),  # the last day is a day of treatment
        ("2026-01-01 to 2026-02-28 anakinra", "2026-03-01", "none"),
        ("2026-01-01 to 2026-02-28 anakinra stopped", "2026-02-28", "running"),  # stopped: it was taken until then
        ("2026-01-01 to 2026-02-28 anakinra completed", "2026-02-28", "running"),
        ("2026-01-01 to 2026-01-01 anakinra", "2026-01-01", "running"),  # a single dose
        ("2026-01-01 anakinra on-hold", "2026-01-05", "held"),
        ("2026-01-01 anakinra on-hold", "2025-12-31", "planned"),  # dated ahead: nothing is taken or held yet
        ("2026-01-01 anakinra planned", "2025-12-31", "planned"),
        ("2026-01-01 anakinra planned", "2026-02-01", "planned"),  # until a row says otherwise
        # A hold inside a course, and a course inside a hold.
        ("2026-01-01 anakinra\n2026-02-01 to 2026-02-10 anakinra on-hold", "2026-01-31", "running"),
        ("2026-01-01 anakinra\n2026-02-01 to 2026-02-10 anakinra on-hold", "2026-02-01", "held"),
        ("2026-01-01 anakinra\n2026-02-01 to 2026-02-10 anakinra on-hold", "2026-02-10", "held"),
        ("2026-01-01 anakinra\n2026-02-01 to 2026-02-10 anakinra on-hold", "2026-02-11", "running"),
        # A hold that nobody ended is over when the drug is taken again.
        (
            "2025-10-01 to 2025-12-31 anakinra\n2026-01-01 anakinra on-hold\n2026-01-05 to 2026-01-06 anakinra",
            "2026-01-04",
            "planned held",  # and until then what is dated ahead is a planned restart
        ),
        (
            "2025-10-01 to 2025-12-31 anakinra\n2026-01-01 anakinra on-hold\n2026-02-01 anakinra",
            "2026-02-01",
            "running",
        ),
        ("2026-01-01 anakinra on-hold\n2026-01-01 anakinra", "2026-01-01", "running"),
        # No start rule judges a change of what is running; each judges the restart of what is held.
        ("2026-01-01 anakinra\n2026-03-01 anakinra planned", "2026-02-01", "running"),
        ("2026-01-01 anakinra on-hold\n2026-03-01 anakinra planned", "2026-02-01", "planned held"),
        ("2026-01-01 to 2026-01-31 anakinra\n2026-03-01 anakinra planned", "2026-02-01", "planned"),
        # Another drug's course is nobody's phase.
        ("2026-01-01 methotrexate, once weekly", "2026-02-01", "none"),
    ],
)
def test_the_phase_of_a_day(courses, on, phase):
    assert phase_of(courses, on) == phase


@pytest.mark.parametrize("course", ["2027-01-01 anakinra planned", "2027-01-01 anakinra"])
def test_a_course_ahead_is_judged_as_planned_from_a_year_before_its_start(course):
    assert tell(course, "2026-01-01", rules=PHASES).life("planned") == ["2026-01-01 cannot tell: no_result"]
    assert tell(course, "2025-12-31", rules=PHASES).life("planned") == []


def test_a_course_that_has_begun_has_no_planned_phase_any_more():
    story = "2026-03-01 anakinra\n2026-02-20 crp 20"
    assert tell(story, "2026-02-28", rules=PHASES).answer("planned") == "low do_not_start"
    begun = tell(story, "2026-03-01", rules=PHASES)
    assert (begun.answer("planned"), begun.answer("running")) == ("silent", "low review")
    assert begun.life("planned") == []


def test_everything_ends_when_the_patient_dies():
    story = "woman born 1962-03-12 died 2026-02-10\n2026-01-01 anakinra\n2026-02-01 neutrophils 0.4"
    assert tell(story, "2026-02-09").answer("neutrophils-stop") == "high stop"
    after = tell(story, "2026-02-10").standing
    assert (after.alerts, after.cannot_tell, after.schedule) == ((), (), ())


def test_a_planned_start_after_the_patients_death_is_not_judged():
    story = "woman born 1962-03-12 died 2026-02-10\n2026-05-01 anakinra planned\n2026-02-01 neutrophils 0.4"
    assert tell(story, "2026-02-09").answer("neutrophils-contraindication") == "high do_not_start"
    after = tell(story, "2026-02-10").standing
    assert (after.alerts, after.cannot_tell, after.schedule) == ((), (), ())


def test_a_finding_ends_with_the_course():
    said = tell("2026-01-01 to 2026-02-28 anakinra stopped\n2026-02-20 neutrophils 1.2", "2026-03-10")
    assert said.life("neutrophils-stop") == [
        "2026-01-01 cannot tell: no_result", "2026-02-20 high stop", "2026-03-01 silent"
    ]  # fmt: skip


def test_a_count_taken_before_the_start_counts_from_the_start():
    said = tell("2026-01-01 anakinra\n2025-12-20 neutrophils 1.2", "2026-01-10")
    assert said.life("neutrophils-stop") == ["2026-01-01 high stop"]


def test_a_dose_change_is_no_interruption():
    said = tell(
        """
        2026-01-01 to 2026-01-31  anakinra
        2026-02-01                anakinra alternate days
        2026-01-20                neutrophils 1.2
        """,
        "2026-02-10",
    )
    assert said.life("neutrophils-stop")[1:] == ["2026-01-20 high stop"]
    assert said.alert("neutropenia").opened_at < said.standing.as_of - 20 * 86_400


def test_a_gap_of_one_day_between_courses_ends_a_finding_and_begins_another():
    said = tell(
        """
        2026-01-01 to 2026-01-31  anakinra
        2026-02-02                anakinra
        2026-01-20                neutrophils 1.2
        """,
        "2026-02-10",
    )
    assert said.life("neutrophils-stop")[1:] == ["2026-01-20 high stop", "2026-02-01 silent", "2026-02-02 high stop"]


def test_overlapping_courses_are_one_treatment():
    said = tell("2026-01-01 to 2026-02-10 anakinra\n2026-02-01 anakinra\n2026-01-20 neutrophils 1.2", "2026-02-20")
    assert said.life("neutrophils-stop")[1:] == ["2026-01-20 high stop"]


LOW_CLEARANCE = """
    man born 1966-01-02
    2026-01-01  anakinra {how}
    2025-12-20  creatinine 250
    2026-01-20  creatinine 250
    2026-01-20  weight 54
"""


@pytest.mark.parametrize(
    ("frequency", "answer"),
    [
        ("three times daily", "medium reduce_frequency"),
        ("twice daily", "medium reduce_frequency"),
        ("once daily", "medium reduce_frequency"),
        ("alternate days", "silent"),
        ("once weekly", "silent"),
        ("unreadable", "cannot tell: unknown_frequency"),
    ],
)
def test_renal_dosing_fires_for_any_frequency_above_alternate_days(frequency, answer):
    assert tell(LOW_CLEARANCE.format(how=frequency), "2026-02-10").answer("renal-frequency") == answer


def test_an_unreadable_frequency_matters_only_where_the_condition_is_met():
    healthy = LOW_CLEARANCE.format(how="unreadable").replace("250", "80")
    assert tell(healthy, "2026-02-10").answer("renal-frequency") == "silent"
    assert tell(LOW_CLEARANCE.format(how="unreadable"), "2026-02-10").answer("renal-caution") == "silent"


def test_an_unreadable_frequency_beside_a_readable_one_leaves_nothing_open():
    both = LOW_CLEARANCE.format(how="unreadable") + "2026-01-15 anakinra once daily"
    assert tell(both, "2026-02-10").answer("renal-frequency") == "medium reduce_frequency"


def test_on_hold_pauses_what_speaks_on_treatment_and_not_the_schedule_or_the_kidneys():
    said = taken(
        """
        2026-02-15 anakinra on-hold
        2026-02-10 neutrophils 0.9
        2026-01-01 creatinine 80
        2026-02-20 creatinine 170
        """,
    )
    assert said.answer("neutrophils-stop") == "silent"
    assert said.answer("aki-kdigo") == "high review"
    assert said.visits("neutrophils")[-1].endswith(("due", "upcoming"))
