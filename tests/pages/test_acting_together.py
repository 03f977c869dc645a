"""One press for all open alerts of a patient: one act each, and never about what must not wait (HAZ-008)."""

from __future__ import annotations

from dataclasses import replace

from core.alerts.lifecycle import life_of
from core.views.acting import left_out_words, promise_words
from core.views.text import date_text
from pages.parts.acting_subject import Subject
from tests.alerts.an_alert import RULES, an_alert, at, count, done

EMERGENCY = an_alert(count(0.3), alert_id="e")
MILD, OTHER = (an_alert(count(1.3), alert_id=name) for name in ("m", "o"))


def subject(*alerts, acts=()):
    lives = {a.alert_id: life_of(a, [one for one in acts if one.alert_id == a.alert_id], at(1), RULES) for a in alerts}
    return Subject("place", 1, alerts, lives, at(1))


def test_one_press_acknowledges_every_open_alert_but_the_one_that_must_not_wait():
    told = subject(EMERGENCY, MILD, OTHER)
    assert told.meant_by_all("acknowledge") == [MILD, OTHER]
    assert told.meant_by_all("note") == [EMERGENCY, MILD, OTHER]


def test_what_is_dealt_with_already_is_not_meant_again():
    seen = done("acknowledge", MILD, 1, 0.5)
    assert subject(MILD, OTHER, acts=[seen]).meant_by_all("acknowledge") == [OTHER]


def test_who_presses_is_told_what_is_left_out():
    assert left_out_words(1).startswith("1 open alert is not among these")
    assert left_out_words(2).startswith("2 open alerts are not among these")


def test_a_promise_says_by_when_before_it_is_made():
    said = promise_words(replace(MILD, priority="medium"), at(1), RULES)
    assert date_text(at(1 + RULES.snooze_days["medium"])) in said and "open again" in said
    assert "14\u00a0days (medium)" in promise_words(None, at(1), RULES)
