"""What was decided stands in words wherever an answer is told, and no answered alert asks to be decided (HAZ-008)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.acts import Act, Life
from core.views import patient
from core.views.acting import done_line
from core.views.acts_table import acts_table
from core.views.answered import answer_words
from core.views.hand_over import _answered
from tests.views import example
from tests.views.test_patient_answers import ACKNOWLEDGED, COUNT, INFECTION
from tests.views.test_patient_screen import PICTURE, words_of

CLOSED = Life(
    COUNT.alert_id, "resolved", ended_by="decision", owner="A. Reed", acted_by="A. Reed", acted="close",
    acted_at=example.AS_OF, decision="test_requested", disposition="acted-on",
)  # fmt: skip
SNOOZED = replace(ACKNOWLEDGED, state="snoozed", acted="snooze", snoozed_until=example.day("2026-11-22"))
ASKED = "for a clinician to decide"


def said_of(*lives):
    return words_of(patient.verdicts(PICTURE, lives={one.alert_id: one for one in lives}))


@pytest.mark.parametrize(
    ("life", "said"),
    [
        (CLOSED, "decided 20-Nov-2026: test requested"),
        (replace(CLOSED, state="acknowledged", ended_by="", acted="decide", decision="dose_held"),
         "decided 20-Nov-2026: dose held"),
        (replace(ACKNOWLEDGED, acted_at=example.AS_OF, disposition="will-monitor", decision="dose_held"),
         "acknowledged 20-Nov-2026: Will watch and repeat the test"),
        (SNOOZED, "snoozed until 22-Nov-2026"),
    ],
)  # fmt: skip
def test_what_is_proposed_says_how_it_was_answered_and_asks_nobody_any_more(life, said):
    lives = [replace(life, alert_id=one.alert_id) for one in PICTURE.alerts]
    told = said_of(*lives)
    assert f"· {said}" in told and "Proposed: stop" in told and ASKED not in told


def test_one_that_came_back_waits_for_a_clinician_again():
    back = replace(CLOSED, state="open", ended_by="", pierced_by="not_repeated")
    assert answer_words(back) == "" and answer_words(None) == ""
    assert f"· {ASKED} today" in said_of(back)


def test_an_answer_to_the_gravest_alert_does_not_speak_for_the_next_one():
    told = said_of(CLOSED)
    assert told.index("· decided 20-Nov-2026: test requested") < told.index("Still to answer: ") < told.index(ASKED)
    waiting = said_of(replace(CLOSED, alert_id=INFECTION.alert_id))
    assert "Still to answer" not in waiting and f"· {ASKED} today" in waiting


def test_the_table_of_acts_the_message_and_the_hand_over_say_what_was_decided():
    act = Act("close", "A. Reed", "clinician", "p", "k", comment="FBC Monday", decision="test_requested",
              at=example.AS_OF, until=example.day("2026-11-23"))  # fmt: skip
    assert "test requested, expected by 23-Nov-2026" in words_of(acts_table([act]))
    assert "The alert is closed by decision: test requested." in words_of(done_line("close", CLOSED))
    assert "closed by decision (test requested), with A. Reed" in _answered(COUNT, CLOSED)
