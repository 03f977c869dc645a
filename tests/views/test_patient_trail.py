"""Under the acts stands who looked, exported and acted, newest first, with a count and nothing left unsaid."""

from __future__ import annotations

import re

from core.views.audit import Line
from core.views.patient_trail import MOST, trail_table


def line(number: int, what: str = "Looked", subject: str = "patient screen", why: str = "") -> Line:
    return Line(number, 1_760_000_000 + number, "Ann", what, None, "P1", subject, "", "", why)


def words_of(html: str) -> str:
    return re.sub(r"<[^>]+>", " ", html)


def test_who_when_and_what_are_told_for_each_entry():
    said = words_of(trail_table([line(2, "Exported", "patient report, PDF, 1 patient"), line(1)], ()))
    assert said.index("Exported") < said.index("Looked")
    assert "Ann" in said and "PDF, 1 patient" in said
    assert "showing 2 of 2" in said


def test_a_long_trail_says_how_much_is_left_and_where():
    said = words_of(trail_table([line(number) for number in range(MOST + 5, 0, -1)], ()))
    assert f"showing {MOST} of {MOST + 5}" in said and "stand on Audit" in said


def test_a_column_that_says_nothing_is_left_out_and_one_that_says_something_is_not():
    assert ">Why<" not in trail_table([line(1)], ())
    assert ">Why<" in trail_table([line(1), line(2, why="a reason")], ())


def test_a_reason_is_only_words():
    assert "<img" not in trail_table([line(1, why="<img src=x>")], ())


def test_nobody_having_looked_is_said():
    assert "nobody" in trail_table([], ())
