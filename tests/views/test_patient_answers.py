"""The verdict of a drug that is not taken, and what people answered to an alert, beside the alert that stands on."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from core.acts import Act, Life
from core.views import patient
from core.views.alert_card import alert_card
from core.views.answered import answer_line, tell_states
from core.views.patient import verdict_words
from tests.views import example
from tests.views.test_patient_screen import PICTURE, words_of

RUNNING = PICTURE.courses[2]
PLANNED = replace(RUNNING, status="planned", start=example.day("2026-12-01"))
HELD = replace(RUNNING, status="on-hold", start=example.day("2026-11-19"))
COUNT, INFECTION = PICTURE.alerts[0], PICTURE.alerts[1]
WHY = "Acknowledged by A. Reed on 18-Nov-2026: Will watch and repeat the test; expected by 22-Nov-2026."
ACT = Act("acknowledge", "A. Reed", "clinician", "p", "k", at=example.AS_OF, disposition="will-monitor", act_id=1)
ACKNOWLEDGED = Life(
    COUNT.alert_id, "acknowledged", owner="A. Reed", acted_by="A. Reed", acted="acknowledge", why=WHY, acts=(ACT,)
)


def answers_of(courses, actions, cannot_tell=()):
    alerts = tuple(replace(COUNT, action=action, alert_id=action) for action in actions)
    picture = replace(PICTURE, courses=courses, alerts=alerts, cannot_tell=cannot_tell, schedule=(), limits=())
    return re.findall(r'class="n-answer">([^<]+)<', patient.verdicts(picture))


@pytest.mark.parametrize("action", ["stop", "withhold", "do_not_start"])
@pytest.mark.parametrize(
    ("courses", "said"),
    [
        ((RUNNING,), "Stop or withhold"),
        ((PLANNED,), "Do not start"),
        ((replace(PLANNED, start=example.day("2026-11-01")),), "Do not start"),  # planned for a day that has passed
        ((replace(RUNNING, start=example.day("2026-12-01")),), "Do not start"),  # written as active, dated ahead
        ((HELD,), "Do not restart"),
        ((HELD, PLANNED), "Do not restart"),
        ((RUNNING, PLANNED), "Stop or withhold"),  # a change of dose planned beside what is taken
    ],
)
def test_what_is_not_taken_is_not_to_be_stopped(courses, action, said):
    assert answers_of(courses, [action]) == [said]


@pytest.mark.parametrize(
    ("courses", "untold", "onward"),
    [
        ((RUNNING,), "Cannot tell whether to go on", ["Go on"]),
        ((PLANNED,), "Cannot tell whether to start", ["No alert against the start"]),
        ((HELD,), "Cannot tell whether to restart", []),  # the mark says that it is held
    ],
)
def test_what_cannot_be_told_of_a_planned_or_held_drug_is_about_its_start(courses, untold, onward):
    assert answers_of(courses, [], PICTURE.cannot_tell) == [untold]
    assert answers_of(courses, []) == onward


def test_a_start_rule_alone_never_says_stop_whoever_asks():
    alert = replace(COUNT, action="do_not_start")
    assert verdict_words([alert], "high") == "Do not start"
    assert verdict_words([alert, COUNT], "high") == "Stop or withhold"


def test_a_drug_that_is_only_planned_has_no_day_of_treatment():
    for start in ("2026-12-01", "2026-11-01"):
        said = words_of(patient.verdicts(replace(PICTURE, courses=(replace(PLANNED, start=example.day(start)),))))
        assert re.search(r"planned from \d\d-\w{3}-2026 \(not started\)", said), said
        assert "since" not in said.split("CANNOT")[0].split("HIGH")[0] and "(day" not in said


def test_a_dose_dated_ahead_is_not_told_as_begun():
    ahead = replace(RUNNING, course_id="n", start=example.day("2026-12-01"))
    said = words_of(patient.verdicts(replace(PICTURE, courses=(*PICTURE.courses, ahead))))
    assert "this dose from 01-Dec-2026" in said and "since 01-Dec-2026" not in said


def test_a_verdict_says_who_answered_when_and_how_and_stays_as_grave():
    said = words_of(patient.verdicts(PICTURE, lives={COUNT.alert_id: ACKNOWLEDGED}))
    assert WHY in said
    assert "▲ HIGH Stop or withhold" in said  # an answer takes nothing away
    assert "Proposed: stop" in said


def test_nothing_is_said_of_an_alert_nobody_answered():
    quiet = words_of(patient.verdicts(PICTURE))
    fresh = {one.alert_id: Life(one.alert_id, "open", breached=True, due_by=0) for one in PICTURE.alerts}
    assert words_of(patient.verdicts(PICTURE, lives=fresh)) == quiet


def test_those_behind_more_are_counted_by_whether_they_wait():
    said = words_of(patient.verdicts(PICTURE, lives={COUNT.alert_id: ACKNOWLEDGED}))
    assert "+2 more (none answered), see Alerts" in said
    lives = {one.alert_id: replace(ACKNOWLEDGED, alert_id=one.alert_id) for one in PICTURE.alerts}
    assert "+2 more (all answered), see Alerts" in words_of(patient.verdicts(PICTURE, lives=lives))
    lives.pop(INFECTION.alert_id)
    assert "+2 more (1 not answered), see Alerts" in words_of(patient.verdicts(PICTURE, lives=lives))


def test_an_alert_below_what_cannot_be_told_keeps_its_answer():
    low = replace(INFECTION, priority="low", action="review")
    life = replace(ACKNOWLEDGED, alert_id=low.alert_id)
    said = words_of(patient.verdicts(replace(PICTURE, alerts=(low,)), lives={low.alert_id: life}))
    assert said.index("CANNOT TELL") < said.index("● LOW") < said.index(WHY)


def test_an_alert_that_was_only_assigned_says_to_whom():
    act = Act("assign", "A. Reed", "clinician", "p", "k", owner="B. Moss", at=example.AS_OF, act_id=1)
    life = Life(COUNT.alert_id, "open", owner="B. Moss", acts=(act,))
    assert answer_line(life) == "Assigned to B. Moss by A. Reed on 20-Nov-2026."
    assert answer_line(replace(ACKNOWLEDGED, owner="B. Moss")).endswith("22-Nov-2026. Owner: B. Moss.")


def test_a_newer_note_is_told_a_look_is_not_and_a_long_comment_ends():
    note = Act("note", "C. Fern", "clinician", "p", "n", comment="Called, no answer", at=example.AS_OF, act_id=2)
    assert answer_line(replace(ACKNOWLEDGED, acts=(ACT, note))).endswith(
        "Noted by C. Fern on 20-Nov-2026: Called, no answer."
    )
    look = replace(note, kind="look", comment="")
    assert answer_line(Life(COUNT.alert_id, "open", acts=(look,))) == ""
    long = answer_line(replace(ACKNOWLEDGED, why="word " * 900))
    assert len(long) < 250 and long.endswith("word…")


def test_an_alert_card_says_where_the_alert_stands():
    told = tell_states(PICTURE, {COUNT.alert_id: ACKNOWLEDGED})
    assert "· acknowledged ·" in words_of(alert_card(told.alerts[0], told))
    assert "· open ·" in words_of(alert_card(told.alerts[1], told))
