"""What people did about a patient, in a table: who, when, about what, how, and for whom a note is meant."""

from __future__ import annotations

import re

import pytest

from core.acts import Act
from core.views.acts_table import acts_table
from tests.views import example


def act(kind: str = "acknowledge", at: str = "2026-11-18", **more) -> Act:
    filled = {"drug": "anakinra", "category": "neutropenia", "alert_id": "a1", "at": example.day(at)} | more
    return Act(kind, "fennel", "reviewer", "SAMPLE-0001", "k", **filled)


def words_of(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html).replace("\u00a0", " "))


def test_the_newest_act_stands_first_and_they_are_counted():
    said = words_of(acts_table([act(at="2026-11-17"), act("snooze", until=example.day("2026-12-01"))]))
    assert said.index("Snooze") < said.index("Acknowledge") and "2 acts, newest first" in said
    assert "18-Nov-2026 fennel Snooze Neutropenia, anakinra until 01-Dec-2026" in said


def test_a_note_says_for_whom_it_is_meant():
    assert "please call (to the pharmacist)" in words_of(
        acts_table([act("note", comment="please call", audience="pharmacist")])
    )


def test_without_an_act_the_table_says_so():
    assert "No act is on record" in acts_table([])


@pytest.mark.parametrize("name", example.HOSTILE_NAMES)
def test_a_comment_that_looks_like_html_is_shown_as_it_is(name):
    html = acts_table([act("note", comment=name, owner=name)])
    assert "<img" not in html and "<a" not in html


def test_a_mere_look_is_no_line_of_its_own():
    assert "No act is on record" in acts_table([act("look", alert_id="", category="", drug="")])


def test_a_coded_reason_is_told_in_words_with_the_day_a_result_is_expected_by():
    said = words_of(acts_table([act(disposition="will-monitor", until=example.day("2026-11-22"))]))
    assert "Will watch and repeat the test, expected by 22-Nov-2026" in said
    assert "will-monitor" not in said
    assert "retired code" in words_of(acts_table([act(disposition="retired_code")]))  # no longer offered, still told
