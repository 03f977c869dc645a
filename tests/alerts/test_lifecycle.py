"""Where an alert stands between the engine and the people: what brings it back, what ends it, whose it is."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.alerts.lifecycle import life_of, match_acts
from core.alerts.worsening import Rows
from core.records import DAY
from tests.alerts.an_alert import RULES, an_alert, at, closed, count, done, event

MILD = an_alert(count(1.3))


def life(alert, *acts, day=1.0, rows=None):
    return life_of(alert, acts, at(day), RULES, rows or Rows())


def test_an_alert_nobody_touched_is_open_without_an_owner():
    told = life(MILD)
    assert (told.state, told.owner, told.why, told.last_act_id) == ("open", "", "", 0)


def test_acknowledged_it_stays_acknowledged_however_often_it_is_evaluated():
    again = replace(MILD, advice="told in other words")
    told = life(again, done("acknowledge", MILD, 1, disposition="acted-on"), day=300)
    assert (told.state, told.owner, told.acted_by, told.disposition) == (
        "acknowledged", "A. Reed", "A. Reed", "acted-on",
    )  # fmt: skip


@pytest.mark.parametrize("kind", ["acknowledge", "snooze", "decide", "close"])
def test_a_worse_value_brings_it_back_whatever_was_done(kind):
    act = done(kind, MILD, 1, decision="dose_held", comment="told to pause", until=at(9))
    worse = an_alert(count(1.3), count(1.2, 2))
    before, after = life(MILD, act, day=1), life(worse, act, day=3)
    assert before.state != "open"
    assert (after.state, after.pierced_by, after.raised_at) == ("open", "worse_value", at(2))
    assert "1.2" in after.why
    assert "A. Reed" in after.why


@pytest.mark.parametrize("kind", ["acknowledge", "snooze", "close"])
def test_a_better_value_never_brings_it_back(kind):
    act = done(kind, MILD, 1, until=at(9))
    better = an_alert(count(1.3), count(1.4, 2))
    assert life(better, act, day=3).state == life(MILD, act, day=1).state != "open"


def test_what_came_back_stays_back_though_the_next_value_is_better():
    act = done("acknowledge", MILD, 1)
    assert life(an_alert(count(1.3), count(1.1, 2), count(1.4, 4)), act, day=5).state == "open"


def test_dealt_with_again_it_is_held_against_what_was_seen_then():
    worse = an_alert(count(1.3), count(1.1, 2))
    acts = done("acknowledge", MILD, 1), done("acknowledge", worse, 2, 3)
    assert life(worse, *acts, day=4).state == "acknowledged"


def test_a_snooze_ends_at_its_end_and_the_clock_starts_anew():
    act = done("snooze", MILD, 1, until=at(5))
    assert life(MILD, act, day=4.99).state == "snoozed"
    after = life(MILD, act, day=5)
    assert (after.state, after.pierced_by, after.raised_at) == ("open", "end_of_time", at(5))


def test_below_the_floor_nothing_is_snoozed_even_if_a_snooze_was_stored():
    grave = an_alert(count(0.4))
    told = life(grave, done("snooze", grave, 1, until=at(9)))
    assert (told.state, told.pierced_by, told.unsnoozable) == ("open", "floor", True)


def test_a_correction_for_the_worse_reopens_an_acknowledged_alert():
    rows = Rows({100: "R1", 900: "R1"}, {100: at(0), 900: at(2)})
    seen = an_alert(count(1.3, 0, row=100))
    corrected = an_alert(count(1.1, 0, row=900))
    told = life(corrected, done("acknowledge", seen, 1, rows=rows), day=3, rows=rows)
    assert (told.state, told.pierced_by, told.raised_at) == ("open", "correction", at(2))


def test_a_correction_for_the_better_does_not():
    seen, corrected = an_alert(count(1.1, 0, row=100)), an_alert(count(1.3, 0, row=900))
    assert life(corrected, done("acknowledge", seen, 1), day=3).state == "acknowledged"


def test_a_new_analyte_or_event_brings_it_back():
    act = done("acknowledge", MILD, 1)
    assert life(an_alert(count(1.3), count(38.4, 2, analyte="temperature")), act, day=3).pierced_by == "new_analyte"
    assert life(an_alert(count(1.3), event("E9", 2)), act, day=3).pierced_by == "new_event"


def test_a_higher_priority_or_a_stricter_action_brings_it_back_without_any_new_fact():
    act = done("acknowledge", MILD, 1)
    assert life(replace(MILD, priority="high"), act).pierced_by == "higher_priority"
    assert life(replace(MILD, action="stop"), act).pierced_by == "stricter_action"


def test_it_has_one_owner_the_first_who_takes_it_on_and_changes_hands_openly():
    acts = [
        done("note", MILD, 1, by="Nobody"),
        done("acknowledge", MILD, 2, by="A. Reed"),
        done("decide", MILD, 3, by="B. Fox", decision="no_change", comment="agreed"),
        done("hand_over", MILD, 4, by="A. Reed", owner="C. Lee", comment="on leave"),
    ]
    assert [life(MILD, *acts[:n]).owner for n in range(5)] == ["", "", "A. Reed", "A. Reed", "C. Lee"]


def test_notes_and_assignments_change_nothing_but_themselves():
    acts = done("acknowledge", MILD, 1), done("note", MILD, 2), done("assign", MILD, 3, owner="B. Fox")
    assert life(MILD, *acts).state == "acknowledged"


def test_reopened_it_is_open_and_its_time_starts_anew():
    acts = done("acknowledge", MILD, 1), done("reopen", MILD, 2, 3, comment="not settled after all")
    told = life(MILD, *acts, day=4)
    assert (told.state, told.pierced_by, told.raised_at) == ("open", None, at(3))


def test_closed_by_decision_it_says_so_and_whose():
    told = life(MILD, done("close", MILD, 1, decision="no_change", comment="usual for her"))
    assert (told.state, told.ended_by, told.acted_by, told.decision) == (
        "resolved", "decision", "A. Reed", "no_change",
    )  # fmt: skip


def test_ended_on_evidence_it_is_unseen_until_somebody_looks_at_it_as_ended():
    over = closed(MILD, 4)
    looked_before = done("look", None, 1, 3)
    assert (life(over, looked_before, day=5).ended_by, life(over, looked_before, day=5).seen) == ("evidence", False)
    assert not life(over, done("note", MILD, 1, 3), day=5).seen
    assert life(over, done("look", None, 2, 5, shown=("a1",)), day=6).seen
    assert life(over, done("note", over, 2, 5), day=6).seen


def test_before_its_end_was_reached_it_stands_as_it_stood():
    assert life(closed(MILD, 4), done("acknowledge", MILD, 1), day=3).state == "acknowledged"


def test_life_at_an_instant_knows_no_later_act():
    acts = done("acknowledge", MILD, 1, 1), done("reopen", MILD, 2, 3, comment="x"), done("note", MILD, 3, 9)
    assert [life(MILD, *acts, day=day).state for day in (0.5, 2, 4)] == ["open", "acknowledged", "open"]
    assert life(MILD, *acts, day=2).acts == acts[:1]


def test_its_time_runs_from_when_it_could_be_known():
    told = life_of(replace(MILD, known_at=at(2)), (), at(3), RULES)  # collected on day 0, reported on day 2
    assert told.raised_at == at(2)
    assert told.due_by == (at(2) // DAY + 7) * DAY + DAY - 1


# ---- whose act it is when an alert's opening moved ------------------------------------------------------------------


def test_a_late_result_that_moves_the_opening_keeps_the_acts():
    act = done("acknowledge", MILD, 1, 1)
    moved = an_alert(count(1.4, -3), count(1.3), alert_id="a2")
    found = match_acts([moved], [act])
    assert found.of == {"a2": (act,)}
    assert life(moved, *found.of["a2"], day=2).state == "acknowledged"


def test_a_late_result_worse_than_any_seen_moves_and_reopens():
    act = done("acknowledge", MILD, 1, 1)
    moved = an_alert(count(1.1, -3), count(1.3), alert_id="a2")
    assert life(moved, *match_acts([moved], [act]).of["a2"], day=2).pierced_by == "worse_value"


def test_a_fact_that_recurs_is_a_new_alert_that_nobody_dealt_with():
    act = done("acknowledge", MILD, 1, 1)
    again = an_alert(count(1.3, 30), alert_id="a2")
    found = match_acts([closed(MILD, 5), again], [act])
    assert found.of == {"a1": (act,)}
    late = done("acknowledge", MILD, 2, 31)  # done while the result that ended the first was not yet known
    assert match_acts([again], [late]).orphaned == (late,)


def test_acts_about_a_withdrawn_fact_are_orphaned_and_never_dropped():
    act, note = done("acknowledge", MILD, 1, 1), done("note", MILD, 2, 2)
    other = an_alert(count(0.9, 0), alert_id="b", category="cytopenia")
    assert match_acts([other], [act, note]).orphaned == (act, note)
    assert match_acts([], [act]).orphaned == (act,)


def test_an_act_goes_to_one_alert_only_the_nearest():
    far, near = an_alert(count(1.3), count(1.2, -9), alert_id="far"), an_alert(count(1.3), alert_id="near")
    assert list(match_acts([far, near], [done("acknowledge", MILD, 1, 1)]).of) == ["near"]


def test_another_patients_alert_never_takes_the_act():
    theirs = an_alert(count(1.3), alert_id="a2", patient_id="P2")
    assert match_acts([theirs], [done("acknowledge", MILD, 1, 1)]).of == {}


def test_a_missing_test_is_known_again_by_its_absence():
    missing = an_alert(opened_at=at(0), fact="igra")
    moved = replace(missing, alert_id="a2", opened_at=at(-2))
    act = done("acknowledge", missing, 1, 1)
    assert life(moved, *match_acts([moved], [act]).of["a2"], day=2).state == "acknowledged"
