"""A past day: which one the address names, what of the records was known then, and that nobody takes it for today."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from core.records import DAY
from core.views import as_of, patient
from tests.views import example

PICTURE = example.patient()
NOVEMBER = example.day("2026-11-10") + DAY - 1


def past(at: int = NOVEMBER):
    return replace(PICTURE, as_of=at, today=example.AS_OF, news=tuple(map(example.day, ("2026-10-01", "2026-11-12"))))


def words_of(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html).replace("\u00a0", " "))


def test_a_day_in_the_address_is_its_last_instant():
    assert as_of.read_day("2026-11-10") == NOVEMBER
    assert as_of.day_word(NOVEMBER) == "2026-11-10"


@pytest.mark.parametrize(
    "text", ["", "yesterday", "2026-02-30", "20261110", "1066-10-14", "2026-11-10T00:00", "٢٠٢٦-١١-١٠"]
)
def test_what_is_no_day_is_not_guessed_at(text):
    assert as_of.read_day(text) is None


def test_a_course_stopped_since_was_still_running_that_day_and_nobody_knew_its_end():
    stopped = replace(PICTURE.courses[0], status="stopped", end=NOVEMBER + 5 * DAY, reason="neutropenia")
    then = as_of.course_on(stopped, NOVEMBER)
    assert (then.status, then.end, then.reason) == ("active", None, "")
    assert as_of.course_on(replace(stopped, end=NOVEMBER - DAY), NOVEMBER).status == "stopped"


def test_a_course_that_had_not_begun_was_planned():
    later = replace(PICTURE.courses[2], start=NOVEMBER + DAY)
    assert as_of.course_on(later, NOVEMBER).status == "planned"


def test_a_hold_that_came_later_was_not_planned():
    assert as_of.course_on(replace(PICTURE.courses[1], start=NOVEMBER + DAY), NOVEMBER) is None


def test_an_event_that_began_later_is_absent_unless_it_was_foreseen():
    later = replace(PICTURE.events[0], start=NOVEMBER + DAY, end=None)
    assert as_of.event_on(later, NOVEMBER) is None
    assert as_of.event_on(replace(later, kind="surgery"), NOVEMBER) is not None


def test_an_infection_that_lasted_that_day_has_no_end_yet():
    infection = replace(PICTURE.events[0], start=NOVEMBER - DAY, end=NOVEMBER + 9 * DAY)
    assert as_of.event_on(infection, NOVEMBER).end is None
    assert as_of.event_on(PICTURE.events[0], NOVEMBER).end == PICTURE.events[0].end


def test_a_past_day_says_so_and_what_it_leaves_out():
    said = words_of(as_of.past_banner(past()))
    assert "Past day: 10-Nov-2026, 10 days ago." in said
    assert "results that arrived later, and later corrections, are not shown" in said


def test_today_carries_no_such_banner():
    assert as_of.past_banner(PICTURE) is None
    assert as_of.past_banner(replace(PICTURE, today=PICTURE.as_of)) is None


def test_the_steps_lead_to_the_days_with_news_and_at_last_to_today():
    day = example.day
    assert as_of.neighbours(past()) == (day("2026-10-01"), day("2026-11-12"))
    assert as_of.neighbours(past(day("2026-11-12") + 5)) == (day("2026-10-01"), day("2026-11-20"))
    assert as_of.neighbours(past(day("2026-10-01") + 5))[0] is None


def test_the_verdict_of_a_past_day_is_about_the_drug_that_was_taken_then():
    stopped = replace(PICTURE.courses[0], status="stopped", end=NOVEMBER + 5 * DAY)
    then = replace(past(), courses=(as_of.course_on(stopped, NOVEMBER),), alerts=(), cannot_tell=(), schedule=())
    assert "No current course" not in words_of(patient.verdicts(then))


def test_a_hold_noted_ahead_of_its_day_is_not_called_held_already():
    drug = PICTURE.courses[0]
    ahead = replace(drug, course_id="AHEAD", status="on-hold", start=PICTURE.as_of + 3 * DAY, end=None)
    said = words_of(str(patient.verdicts(replace(PICTURE, courses=(ahead,)))))
    assert "held from" in said
    assert "held since" not in said
