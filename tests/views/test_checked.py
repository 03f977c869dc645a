"""What was judged for a drug and what was not: on hold most rules are paused, other drugs are not checked (HAZ-014)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.engine.standing import CannotTell
from core.views.checked import checked_line, paused_categories
from tests.views import example

PICTURE = example.patient()
HELD = replace(
    PICTURE,
    courses=(replace(PICTURE.courses[1], end=None),),
    alerts=(),
    cannot_tell=(),
    checked={"anakinra": ("neutropenia", "dose", "monitoring")},
)


def test_what_is_paused_while_on_hold_is_never_called_checked():
    checked, missing = checked_line(HELD, "anakinra")
    assert "dose" not in checked
    assert "Paused while on hold:" in missing and "dose" in missing


def test_what_goes_on_while_on_hold_is_still_called_checked():
    assert "dose" in paused_categories("anakinra", ("dose", "monitoring"))
    assert "monitoring" not in paused_categories("anakinra", ("dose", "monitoring"))
    assert "monitoring" in checked_line(HELD, "anakinra")[0]


def test_a_drug_taken_again_after_a_hold_is_not_called_paused():
    taken = replace(HELD, courses=(*HELD.courses, PICTURE.courses[2]))
    assert "Paused" not in checked_line(taken, "anakinra")[1]


def test_a_hold_within_a_course_that_still_runs_pauses_its_rules():
    """The rules about what is taken are silent: a count of 0.9 was not checked."""
    running = replace(HELD.courses[0], status="active", start=HELD.courses[0].start - 30 * 86_400)
    checked, missing = checked_line(replace(HELD, courses=(running, *HELD.courses)), "anakinra")
    assert "neutrophils" not in checked and "Paused while on hold: neutropenia" in missing


def test_an_alert_that_stands_while_on_hold_is_not_called_paused():
    dose = replace(PICTURE.alerts[0], category="dose")
    assert "dose" not in checked_line(replace(HELD, alerts=(dose,)), "anakinra")[1]


def test_a_verdict_names_the_other_drugs_of_which_nothing_is_checked():
    quiet = replace(PICTURE, alerts=(), cannot_tell=())
    assert "No rules of Nadir cover methotrexate: not checked." in checked_line(quiet, "anakinra")[1]


def test_a_drug_that_was_stopped_is_not_named_as_unchecked():
    stopped = replace(PICTURE.courses[3], end=example.day("2025-01-01"), status="stopped")
    alone = replace(PICTURE, courses=(*PICTURE.courses[:3], stopped), alerts=(), cannot_tell=())
    assert "methotrexate" not in checked_line(alone, "anakinra")[1]


def test_what_one_reason_leaves_unchecked_is_told_with_it_once():
    finding = CannotTell("SAMPLE-0001", "anakinra", "anakinra.a", "liver", "no_result", "Test it.", 0)
    several = (finding, replace(finding, category="cytopenia"), replace(finding, category="trend", reason="censored"))
    missing = checked_line(replace(PICTURE, cannot_tell=several, alerts=()), "anakinra")[1]
    assert missing.count("no result yet") == 1
    assert "liver and cytopenia (no result yet" in missing and "; trend (reported only as" in missing


LATER = replace(
    PICTURE, alerts=(), cannot_tell=(), checked={"anakinra": ("neutropenia", "liver", "cytopenia", "monitoring")}
)


def test_what_only_the_first_days_judge_is_not_called_checked_later():
    checked, missing = checked_line(LATER, "anakinra")
    assert "liver" not in checked and "Judged only in the first days of treatment: liver." in missing


def test_what_the_first_days_judge_is_called_checked_in_them():
    just_begun = replace(PICTURE.courses[2], start=example.day("2026-11-10"))
    begun = replace(LATER, courses=(just_begun,), series={**LATER.series, "alt": LATER.series["neutrophils"]})
    checked, missing = checked_line(begun, "anakinra")
    assert "liver" in checked and "first days" not in missing


@pytest.mark.parametrize("category", ["liver", "renal_function", "aki", "trend"])
def test_what_is_judged_on_results_alone_is_not_called_checked_without_one(category):
    just_begun = replace(PICTURE.courses[2], start=example.day("2026-11-10"))
    bare = replace(LATER, courses=(just_begun,), series={}, checked={"anakinra": (category, "monitoring")})
    checked, missing = checked_line(bare, "anakinra")
    assert checked == "Checked: monitoring."
    assert "(no result yet)" in missing


def test_a_cytopenia_judged_on_platelets_alone_says_so():
    assert "cytopenia (Platelets alone)" in checked_line(LATER, "anakinra")[0]
