"""What may be done and how a refusal says what to do instead."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.acts import Act
from core.alerts.dispositions import COUNTS_AS, dispositions
from core.alerts.lifecycle import life_of
from core.alerts.requests import check_fits, check_form
from core.errors import ActedMeanwhile, InputRefused
from tests.alerts.an_alert import RULES, an_alert, at, closed, count, done

MILD, GRAVE = an_alert(count(1.3)), an_alert(count(0.9))


def ask(kind, **other):
    told = {"by": "B. Fox", "role": "clinician", "patient_id": "P1", "key": "k", "alert_id": "a1", **other}
    return Act(kind, **told)


WHOLE = {
    "acknowledge": {"disposition": "will-monitor"},
    "assign": {"owner": "C. Lee"},
    "hand_over": {"owner": "C. Lee", "comment": "on leave"},
    "snooze": {"comment": "repeat booked", "until": at(1)},
    "note": {"comment": "see the letter", "audience": "rheumatologist"},
    "decide": {"decision": "dose_held", "comment": "phoned"},
    "reopen": {"comment": "not settled"},
    "close": {"decision": "no_change", "comment": "usual for her"},
}


@pytest.mark.parametrize("kind", WHOLE)
def test_a_whole_form_passes(kind):
    check_form(ask(kind, **WHOLE[kind]))


WRONG = [
    ("acknowledge", {}, "Choose a reason"),
    ("acknowledge", {"disposition": "because"}, "Unknown reason"),
    ("acknowledge", {"disposition": "other"}, "add a comment"),
    ("assign", {"owner": " "}, "Name the one person"),
    ("hand_over", {"owner": "C. Lee"}, "Write a comment"),
    ("snooze", {"until": at(1)}, "Say why"),
    ("note", {}, "Write a comment"),
    ("note", {"comment": "x", "audience": "public"}, "Unknown audience"),
    ("note", {"comment": "x" * 4001}, "too long"),
    ("decide", {"decision": "dose_held"}, "in words"),
    ("decide", {"comment": "phoned"}, "what was decided"),
    ("decide", {"decision": "dose_doubled", "comment": "x"}, "Unknown decision"),
    ("reopen", {}, "Write a comment"),
    ("erase", {}, "choose acknowledge"),
    ("note", {"comment": "x", "by": " "}, "name of who"),
    ("note", {"comment": "x", "key": ""}, "key of its own"),
    ("note", {"comment": "x", "role": "viewer"}, "may read and not act"),
    ("note", {"comment": "x", "role": "VIEWER"}, "may read and not act"),
    ("note", {"comment": "x", "role": "viewer "}, "may read and not act"),
    ("note", {"comment": "x", "role": ""}, "may read and not act"),
    ("note", {"comment": "x", "role": "root"}, "may read and not act"),
    ("note", {"comment": "x", "alert_id": ""}, "about one alert"),
    ("look", {}, "about a patient"),
]


@pytest.mark.parametrize(("kind", "other", "told"), WRONG)
def test_an_incomplete_form_is_refused_with_what_is_missing(kind, other, told):
    with pytest.raises(InputRefused, match=told):
        check_form(ask(kind, **other))


def fits(act, alert, *acts, day=1.0):
    check_fits(replace(act, at=at(day)), alert, life_of(alert, acts, at(day), RULES), RULES)


def refused(act, alert, *acts, day=1.0):
    with pytest.raises(InputRefused) as told:
        fits(act, alert, *acts, day=day)
    return str(told.value)


def test_the_loser_is_told_who_did_what_when():
    first = done("acknowledge", MILD, 7, 0.5)
    told = refused(ask("snooze", **WHOLE["snooze"]), MILD, first)
    assert "Acknowledged by A. Reed on" in told
    assert "Nothing was recorded" in told
    fits(ask("snooze", until=at(2), comment="x", expects=7), MILD, first)


def test_an_alert_that_changed_since_it_was_seen_is_not_acted_on_unseen():
    seen = life_of(MILD, (), at(1), RULES).mark
    worse = an_alert(count(1.3), count(0.9, 1), title="Neutrophils 0.9")
    assert "Neutrophils 0.9" in refused(ask("acknowledge", disposition="will-monitor", saw=seen), worse)
    fits(ask("acknowledge", disposition="will-monitor", saw=seen), MILD)


def test_only_what_happened_meanwhile_asks_for_a_new_look():
    seen = life_of(MILD, (), at(1), RULES).mark
    worse = an_alert(count(1.3), count(0.9, 1), title="Neutrophils 0.9")
    for act, alert, acts in (
        (ask("snooze", **WHOLE["snooze"]), MILD, [done("acknowledge", MILD, 7, 0.5)]),
        (ask("acknowledge", disposition="will-monitor", saw=seen), worse, []),
    ):
        with pytest.raises(ActedMeanwhile):
            fits(act, alert, *acts)
    with pytest.raises(InputRefused) as told:
        fits(ask("reopen", comment="x"), MILD)
    assert not isinstance(told.value, ActedMeanwhile)


def test_a_note_is_never_refused_for_what_others_did():
    fits(ask("note", comment="x"), MILD, done("acknowledge", MILD, 7, 0.5))
    fits(ask("note", comment="x"), closed(MILD, 0.7))


def test_looks_of_others_refuse_nobody():
    fits(ask("acknowledge", disposition="will-monitor"), MILD, done("look", None, 3, 0.5, shown=("a1",)))


@pytest.mark.parametrize("kind", [kind for kind in WHOLE if kind != "note"])
def test_what_ended_on_evidence_takes_notes_alone(kind):
    assert "ended on evidence" in refused(ask(kind, **WHOLE[kind]), closed(MILD, 0.5))


def test_no_alert_ends_without_evidence_or_a_decision_in_words():
    for alert in (MILD, GRAVE):
        assert "documented decision" in refused(ask("close", disposition="not-relevant"), alert)
        fits(ask("close", decision="no_change", comment="usual for her"), alert)
    decided = done("decide", GRAVE, 1, 0.5, decision="stopped", comment="phoned")
    fits(ask("close", expects=1), GRAVE, decided)


def test_a_decision_made_before_it_came_back_ends_nothing():
    decided = done("decide", MILD, 1, 0.5, decision="no_change", comment="usual")
    worse = an_alert(count(1.3), count(1.1, 1))
    assert "documented decision" in refused(ask("close", expects=1), worse, decided, day=2)
    back = done("reopen", MILD, 2, 0.6, comment="x")
    assert "documented decision" in refused(ask("close", expects=2), MILD, decided, back)


def test_an_owner_changes_hands_openly():
    assert "assign it" in refused(ask("hand_over", **WHOLE["hand_over"]), MILD)
    owned = done("assign", MILD, 1, 0.5, owner="C. Lee")
    assert "hand it over" in refused(ask("assign", owner="B. Fox", expects=1), MILD, owned)
    assert "already" in refused(ask("hand_over", owner="C. Lee", comment="x", expects=1), MILD, owned)
    fits(ask("hand_over", owner="B. Fox", comment="x", expects=1), MILD, owned)


def test_only_what_is_not_open_can_be_reopened_and_what_is_closed_must_be():
    assert "open already" in refused(ask("reopen", comment="x"), MILD)
    over = done("close", MILD, 1, 0.5, decision="no_change", comment="x")
    assert "reopen it first" in refused(ask("acknowledge", disposition="will-monitor", expects=1), MILD, over)
    fits(ask("reopen", comment="x", expects=1), MILD, over)


def test_every_reason_is_a_coding_that_cds_hooks_can_carry():
    for code, one in dispositions().items():
        assert one.to_coding() == {"code": code, "system": "urn:nadir:override-reasons", "display": one.display}
        assert one.counts_as in COUNTS_AS
    assert {one.counts_as for one in dispositions().values()} == set(COUNTS_AS)
