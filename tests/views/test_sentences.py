"""The lines beside an alert: how soon, what next, and that a routine date never answers an alert that asks to stop."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.engine.standing import Alert, Evidence
from core.views.sentences import proposal_line, response_line, routine_line
from tests.views import example

COUNT = example.neutropenia("P1")


def surgery(on: str, priority: str = "medium") -> Alert:
    evidence = (Evidence(1, example.day(on), event_id="s1", event="surgery", detail="hip replacement"),)
    return replace(COUNT, category="surgery", priority=priority, action="withhold", evidence=evidence)


@pytest.mark.parametrize(
    ("on", "said"),
    [
        ("2026-11-21", "before the surgery on 21-Nov-2026, in 1 day"),
        ("2026-11-27", "before the surgery on 27-Nov-2026, in 7 days"),
        ("2026-11-28", "within 7 days (surgery on 28-Nov-2026, in 8 days)"),
        ("2026-11-20", "within 7 days"),
        ("2026-11-10", "within 7 days"),
    ],
)
def test_a_week_to_respond_never_outlasts_the_day_of_an_operation(on: str, said: str):
    assert response_line(surgery(on), example.AS_OF).replace("\u00a0", " ") == said


def test_what_must_be_answered_today_is_not_put_off_to_the_day_of_an_operation():
    said = response_line(surgery("2026-11-25", "high"), example.AS_OF)
    assert said.replace("\u00a0", " ") == "today (surgery on 25-Nov-2026, in 5 days)"


def test_an_alert_without_a_response_time_still_ends_with_the_operation():
    assert response_line(surgery("2026-12-25", "low"), example.AS_OF).startswith("before the surgery on 25-Dec-2026")


def test_an_alert_proposes_and_a_clinician_decides():
    said = proposal_line(COUNT, example.AS_OF)
    assert said.startswith(f"Proposed: {COUNT.action} (") and said.endswith("for a clinician to decide today")
    assert all(one.authority in said for one in COUNT.positions if one.action == COUNT.action)


@pytest.mark.parametrize("action", ["stop", "withhold", "do_not_start"])
def test_a_routine_date_beside_a_stop_holds_only_if_the_treatment_goes_on(action: str):
    said = routine_line([replace(COUNT, action=action)], "next: Neutrophils 02-Mar-2027")
    assert said == "Routine schedule, only if the treatment goes on: next: Neutrophils 02-Mar-2027"


def test_a_routine_date_beside_no_alert_stands_alone():
    assert routine_line([], "next: Neutrophils 02-Mar-2027") == "Next: Neutrophils 02-Mar-2027"
    assert routine_line([replace(COUNT, action="review")], "no test is scheduled.").startswith("Routine schedule: ")
