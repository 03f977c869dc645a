"""Nobody is signed off unread whose new result lies outside the laboratory's own range."""

from __future__ import annotations

import pytest

from core.views.green_lane import Outside, keep_out, kept_out_line, kept_out_table, lane_words, outside_line
from tests.views import example
from tests.views.test_worklist_states import ROWS

CLOVER = "SAMPLE-0006"
ROW = next(row for row in ROWS if row.patient_id == CLOVER)
AT = example.day("2026-11-18")
CRP = Outside("crp", AT, AT, 12.0, "", None, 5.0)


def test_a_new_result_outside_its_range_keeps_a_patient_out():
    news = keep_out([ROW], {CLOVER: [CRP]})
    assert (news.green, news.kept_out, news.outside) == ((), (ROW,), {CLOVER: (CRP,)})
    assert "1\u00a0patient without an alert" in kept_out_line(news) and "C-reactive protein 12" in kept_out_table(news)


def test_nobody_is_kept_out_where_every_newest_result_lies_within_its_range():
    news = keep_out([ROW], {})
    assert (news.green, news.kept_out, kept_out_line(news)) == ((ROW,), (), "")


@pytest.mark.parametrize(
    ("outside", "said"),
    [
        (CRP, "C-reactive protein 12\u00a0mg/L on 18-Nov-2026, range up to 5"),
        (Outside("wbc", AT, AT, 3.1, "<", 4.0, 11.0), "<3.1\u00a0×10⁹/L on 18-Nov-2026, range 4–11"),
        (Outside("alt", AT, AT, 70.0), "70\u00a0U/L on 18-Nov-2026, no range to judge it by"),
        (Outside("alt", AT, AT, None, unread="no_unit"), "on 18-Nov-2026: no unit"),
    ],
)
def test_the_result_is_told_with_its_date_and_its_range(outside, said):
    assert outside_line(outside).endswith(said)


@pytest.mark.parametrize(
    ("left", "said"),
    [
        (None, "34 patients"),
        (34, "34 patients"),
        (2, "began with 34 patients, 2 left to sign off"),
        (0, "began with 34 patients, nobody left to sign off"),
    ],
)
def test_a_lane_never_calls_those_waiting_who_are_signed_off(left, said):
    assert lane_words(34, left).replace("\u00a0", " ") == said
