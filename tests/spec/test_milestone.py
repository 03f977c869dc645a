"""Chapter: what is to be thought of so many months after a treatment began."""

from __future__ import annotations

import pytest

from core.engine.wording import iso_date
from tests.spec.clinic import tell
from tests.spec.scheduled import scheduled


def review(more: str = "months = [3, 6]"):
    return scheduled(f"""
        [[rule]]
        id = "review"
        kind = "milestone"
        fact = "treatment_review"
        open_days = 28
        priority = "medium"
        action = "review"
        {more}
    """)


def told(story: str, on: str = "2027-12-31", **how: str) -> list[str]:
    return tell(story, on, rules=review(**how)).life("review")


def test_a_milestone_opens_on_its_day_and_stays_for_its_days():
    assert told("2026-01-31 anakinra") == [
        "2026-04-30 medium review", "2026-05-28 silent",  # clamped to the month's end
        "2026-07-31 medium review", "2026-08-28 silent",
    ]  # fmt: skip


def test_its_alert_is_about_its_own_fact_and_names_the_day_it_was_reached():
    said = tell("2026-01-01 anakinra", "2026-04-10", rules=review())
    (alert,) = said.alerts("monitoring")
    assert (alert.fact, iso_date(alert.opened_at), alert.evidence) == ("treatment_review", "2026-04-01", ())
    assert [iso_date(int(day)) for day in said.history.findings.measured] == ["2026-04-01", "2026-07-01"]


@pytest.mark.parametrize(
    ("last_day", "life"),
    [
        ("2026-04-10", ["2026-04-01 medium review", "2026-04-11 silent"]),
        ("2026-04-01", ["2026-04-01 medium review", "2026-04-02 silent"]),
        ("2026-03-31", []),
    ],
)
def test_a_milestone_ends_with_the_treatment(last_day, life):
    assert told(f"2026-01-01 to {last_day} anakinra stopped") == life


def test_a_hold_does_not_move_a_milestone():
    held = "2026-01-01 anakinra\n2026-03-01 to 2026-04-10 anakinra on-hold"
    assert told(held)[0] == "2026-04-01 medium review"


def test_a_milestone_of_restarts_is_silent_about_the_first_treatment():
    story = "2026-01-01 to 2026-06-30 anakinra stopped\n2026-09-01 anakinra"
    restart = 'months = [1]\nof = "restart"'
    assert told(story, more=restart) == ["2026-10-01 medium review", "2026-10-29 silent"]
    assert told("2026-01-01 anakinra", more=restart) == []
    assert told("2026-01-01 to 2026-06-30 anakinra stopped\n2026-07-20 anakinra", more=restart) == []  # no restart


def test_a_restart_for_another_reason_is_a_restart_all_the_same():
    story = "2026-01-01 to 2026-06-30 anakinra stopped, for RA\n2026-09-01 anakinra for CAPS"
    only = 'months = [1]\nof = "restart"\nindications = ["CAPS"]'
    assert told(story, more=only) == ["2026-10-01 medium review", "2026-10-29 silent"]


@pytest.mark.parametrize(
    ("limit", "speaks"),
    [('indications = ["CAPS"]', True), ('indications = ["RA"]', False), ('not_indications = ["CAPS"]', False)],
)
def test_a_milestone_is_about_treatments_whose_first_course_has_its_indication(limit, speaks):
    story = "2026-01-01 to 2026-01-31 anakinra completed, for CAPS\n2026-02-01 anakinra for RA"
    assert bool(told(story, more=f"months = [3]\n{limit}")) == speaks


def test_a_treatment_still_ahead_has_its_milestones_on_the_line_of_time_and_a_mere_plan_has_none():
    ahead = tell("2026-05-01 anakinra", "2026-04-01", rules=review())
    assert [iso_date(int(day)) for day in ahead.history.findings.opened] == ["2026-08-01", "2026-11-01"]
    assert ahead.standing.alerts == ()
    assert len(tell("2026-05-01 anakinra planned", "2026-04-01", rules=review()).history.findings) == 0
