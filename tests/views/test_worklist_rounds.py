"""Whom a round goes through, who is in the green lane, and what is handed over at the end."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.acts import Act
from core.views.green_lane import draw_sample, list_green
from core.views.hand_over import list_sheets, sheet_rows, sheet_table, summary_line
from core.views.round import lane_of, list_queue, progress_line, time_lanes
from core.views.worklist import arrange
from tests.views import example
from tests.views.test_worklist_states import ACKNOWLEDGED, BRACKEN, OAKMOSS, PICTURE, ROWS, lives_of, states_of

CLOVER = "SAMPLE-0006"  # in limits, a test upcoming
NEWS = dict.fromkeys(PICTURE.people, example.AS_OF - 86_400)


def green(picture=None, states=None, signed=None):
    picture = picture or replace(PICTURE, newest_known=NEWS)
    rows = ROWS if picture is None else [row for row in ROWS if row.patient_id in picture.people]
    return [row.patient_id for row in list_green(picture, rows, states or states_of(), signed or {})]


def test_a_round_shows_everybody_but_the_clear_gravest_first():
    queue = list_queue(arrange(ROWS, states_of(), ()), states_of())
    assert [row.mark for row in queue] == ["high", "medium", "cannot_tell", "low", "low", "overdue"]


def test_who_was_dealt_with_is_in_no_round_until_it_comes_back():
    settled = {"p1_neutropenia": ACKNOWLEDGED, "p1_infection": ACKNOWLEDGED}
    assert OAKMOSS not in {row.patient_id for row in list_queue(ROWS, states_of(**settled))}
    settled["p1_neutropenia"] = {"pierced_by": "worse_value"}
    assert OAKMOSS in {row.patient_id for row in list_queue(ROWS, states_of(**settled))}


def test_an_acknowledged_alert_never_takes_a_blind_spot_out_of_the_round():
    row = replace(ROWS[0], marks=("high", "cannot_tell"))
    states = states_of(p1_neutropenia=ACKNOWLEDGED, p1_infection=ACKNOWLEDGED)
    assert lane_of(row, states[OAKMOSS]) == "look"


@pytest.mark.parametrize(
    ("mark", "lane"),
    [("high", "flagged"), ("medium", "flagged"), ("low", "look"), ("cannot_tell", "look"), ("overdue", "look"),
     ("held", "look"), ("in_limits", "clear")],
)  # fmt: skip
def test_each_mark_has_its_lane(mark, lane):
    assert lane_of(replace(ROWS[0], mark=mark, marks=(mark,))) == lane


def test_the_time_of_a_round_is_its_readers_and_its_machines():
    lanes = {one.name: one for one in time_lanes(ROWS, states_of(), {"flagged": 0.5})}
    assert (lanes["flagged"].patients, lanes["flagged"].reading, lanes["flagged"].machine) == (2, 240.0, 1.0)
    assert sum(one.patients for one in lanes.values()) == len(ROWS)


def test_the_progress_says_where_and_how_fast():
    line = progress_line(12, 48, 11, [4.0, 8.0])
    assert "12 of 48" in line and "6 s per patient" in line and "11\u00a0patients looked at" in line


def test_only_who_is_in_limits_with_news_and_nothing_due_is_in_the_green_lane():
    assert green() == [CLOVER]


@pytest.mark.parametrize("status", ["due", "overdue"])
def test_a_test_that_is_due_keeps_a_patient_out_of_the_green_lane(status):
    visits = (*PICTURE.standing.schedule, example.visit(CLOVER, "2026-11-18", status))
    due = replace(PICTURE, newest_known=NEWS, standing=replace(PICTURE.standing, schedule=visits))
    assert green(due) == []


def test_a_patient_signed_off_is_not_in_the_lane_again_before_a_new_result():
    assert green(signed={CLOVER: NEWS[CLOVER]}) == []
    assert green(signed={CLOVER: NEWS[CLOVER] - 1}) == [CLOVER]


def test_without_a_result_there_is_nothing_to_sign_off():
    assert green(replace(PICTURE, newest_known={})) == []


@pytest.mark.parametrize(("count", "drawn"), [(0, 0), (1, 1), (20, 1), (21, 2), (100, 5), (4_000, 200)])
def test_one_in_twenty_is_drawn_and_at_least_one(count, drawn):
    keys = list(range(1, count + 1))
    sample = draw_sample(keys, "seed")
    assert len(sample) == len(set(sample)) == drawn and set(sample) <= set(keys)
    assert sample == draw_sample(list(reversed(keys)), "seed")


def test_another_seed_draws_others():
    keys = list(range(1, 1_001))
    assert draw_sample(keys, "a") != draw_sample(keys, "b")


def sheets(seen=(1,)):
    act = Act("snooze", "A. Reed", "clinician", BRACKEN, "k", comment="<b>later</b>", until=example.AS_OF, at=1)
    rows = [row for row in ROWS if row.patient_id in (OAKMOSS, BRACKEN, "SAMPLE-0004")]
    lives = lives_of(p2_renal_dosing={"state": "snoozed"})
    return list_sheets(PICTURE, rows, lives, {BRACKEN: (act,)}, seen, dict.fromkeys(seen, 42.0))


def test_the_sheet_tells_what_was_done_and_what_is_left():
    by_name = {one.who.split(",")[0]: one for one in sheets()}
    assert by_name["BRACKEN"].done[0].startswith("Snoozed until 20-Nov-2026 by A. Reed")
    assert by_name["BRACKEN"].left == ()
    assert by_name["OAKMOSS"].left[0].startswith("▲ HIGH: Stop or withhold")
    assert by_name["TEASEL"].left == ("◌ CANNOT TELL: Renal dosing: no usable weight",)


def test_the_sheet_counts_who_was_looked_at_and_who_still_waits():
    assert summary_line(sheets()) == (
        "1 of 3\u00a0patients looked at (42 s each), 2 not; 1 acted on. "
        "Of all 3: something is still open for 2, an unanswered high alert for 1."
    )


def test_a_comment_on_the_sheet_stays_what_it_was_written_as():
    assert "&lt;b&gt;later&lt;/b&gt;" in sheet_table(sheets())
    assert sheet_rows(sheets())[1]["done"].endswith("<b>later</b>.")
