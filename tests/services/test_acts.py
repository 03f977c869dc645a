"""Acting on a patient of a real store: facts come in as files, the engine judges, people act, and nobody is lost."""

from __future__ import annotations

import sqlite3
import threading
from dataclasses import replace

import pytest

from core.acts import Act
from core.errors import ActedMeanwhile, InputRefused, StoreFailed
from core.records import DAY
from core.services import acts, trail
from core.services.answer import answer_evaluate, list_found
from core.services.evaluate_clinic import Asked, evaluate_as_of
from core.store import audit as kept_audit
from tests.store.small_clinic import ANN, BEN, NOW, bring_in, make_store, result

COURSE = "C1,0012345,anakinra,RA,100,mg,once daily,SC,2026-06-01,,active,"
MILD = result("R1", "1.55", "2026-12-10")  # medium; below 1.5 it is high


@pytest.fixture
def clock(monkeypatch):
    """The clinic's day, set by the test."""

    def set_to(day: str) -> None:
        monkeypatch.setenv("NADIR_AS_OF", day)

    set_to("2026-12-13")
    return set_to


@pytest.fixture
def clinic(tmp_path, clock):
    store = make_store(tmp_path)
    bring_in(store, patients=[ANN, BEN], results=[MILD], medications=[COURSE])
    return store


def url_of(store):
    return f"sqlite:///{store.name}"


def add(store, *lines):
    assert bring_in(store, results=lines)["stored"] == len(lines)


def alerts(store, at=NOW + DAY - 1, *, closed=False):
    judged = evaluate_as_of(store, Asked(at))
    return [*judged.at(at).alerts, *(judged.history.closed_before(at) if closed else [])]


def neutropenia(store, at=NOW + DAY - 1, **told):
    return next(one for one in alerts(store, at, **told) if one.category == "neutropenia")


def ask(store, kind, alert=None, **told):
    alert = alert or neutropenia(store)
    told = {"by": "A. Reed", "role": "clinician", "key": f"{kind}-{len(told)}", **told}
    if kind == "acknowledge":
        told.setdefault("disposition", "will-monitor")
    return Act(kind, patient_id=alert.patient_id, alert_id=alert.alert_id, **told)


def life(store, alert=None, at=None):
    alert = alert or neutropenia(store, at or NOW + DAY - 1)
    return acts.lives(url_of(store), [alert], at)[alert.alert_id]


def test_acknowledged_it_stays_so_in_every_later_evaluation_and_export(clinic):
    told = acts.act(url_of(clinic), ask(clinic, "acknowledge"))
    assert (told.state, told.owner) == ("acknowledged", "A. Reed")
    assert life(clinic).state == "acknowledged"
    at = NOW + DAY - 1
    answer = answer_evaluate(url_of(clinic), at, ("EMA", "LOCAL"))
    states = {one["category"]: one["state"] for one in answer["alerts"]}
    assert states["neutropenia"] == "acknowledged"
    assert set(states.values()) == {"acknowledged", "open"}
    exported = list_found(url_of(clinic), "alerts", at, ("EMA", "LOCAL"))
    assert [one["state"] for one in exported if one["category"] == "neutropenia"] == ["acknowledged"]


def test_the_day_before_the_act_it_stood_open(clinic):
    acts.act(url_of(clinic), ask(clinic, "acknowledge"))
    before = answer_evaluate(url_of(clinic), NOW - 1, ("EMA", "LOCAL"))
    assert {one["state"] for one in before["alerts"]} == {"open"}


def test_a_worse_result_pierces_a_snooze_and_a_better_one_does_not(clinic, clock):
    snooze = ask(clinic, "snooze", comment="repeat booked", until=NOW + 2 * DAY)
    acts.act(
        url_of(clinic),
        replace(snooze, until=min(snooze.until, acts.latest_snooze(url_of(clinic), neutropenia(clinic)))),
    )
    assert life(clinic).state == "snoozed"
    add(clinic, result("R2", "1.58", "2026-12-11"))
    assert life(clinic).state == "snoozed"
    add(clinic, result("R3", "0.9", "2026-12-12"))
    back = life(clinic)
    assert (back.state, back.pierced_by) == ("open", "higher_priority")
    assert "0.9" in neutropenia(clinic).title


def test_a_count_below_the_floor_is_never_snoozed(clinic):
    add(clinic, result("R2", "0.4", "2026-12-12"))
    with pytest.raises(InputRefused, match="cannot be snoozed"):
        acts.act(url_of(clinic), ask(clinic, "snooze", comment="later", until=NOW + DAY))
    assert acts.acts_version(url_of(clinic)) == 0


def test_a_correction_for_the_worse_reopens_it_and_for_the_better_does_not(clinic):
    add(clinic, result("R2", "1.52", "2026-12-11"))
    acts.act(url_of(clinic), ask(clinic, "acknowledge"))
    add(clinic, result("R2", "1.57", "2026-12-11", status="corrected", reported_at="2026-12-12"))
    assert life(clinic).state == "acknowledged"
    add(clinic, result("R1", "1.51", "2026-12-10", status="corrected", reported_at="2026-12-13"))
    back = life(clinic)
    assert (back.state, back.pierced_by) == ("open", "correction")


def test_a_late_earlier_result_moves_the_opening_and_the_act_finds_its_alert(clinic):
    first = neutropenia(clinic)
    acts.act(url_of(clinic), ask(clinic, "acknowledge"))
    add(clinic, result("R0", "1.58", "2026-12-08"))
    moved = neutropenia(clinic)
    assert moved.alert_id != first.alert_id
    assert life(clinic, moved).state == "acknowledged"


def test_acts_on_a_withdrawn_fact_are_orphaned_and_listed(clinic):
    acts.act(url_of(clinic), ask(clinic, "acknowledge"))
    add(clinic, result("R1", "", "2026-12-10", status="entered-in-error", reported_at="2026-12-12"))
    story = acts.read_story(url_of(clinic), "0012345", alerts(clinic, closed=True))
    assert [one.kind for one in story.orphaned] == ["acknowledge"]
    assert acts.list_acts(url_of(clinic), "0012345") == story.acts == story.orphaned


def test_recovered_and_low_again_it_is_a_new_alert(clinic):
    acts.act(url_of(clinic), ask(clinic, "acknowledge"))
    add(clinic, result("R2", "3.4", "2026-12-11"), result("R3", "1.55", "2026-12-12"))
    assert life(clinic).state == "open"
    over = next(one for one in alerts(clinic, closed=True) if one.closed_at and one.category == "neutropenia")
    ended = life(clinic, over)
    assert (ended.state, ended.ended_by, ended.seen) == ("resolved", "evidence", False)
    assert over in acts.ended_unseen(url_of(clinic), alerts(clinic, closed=True))
    acts.look(url_of(clinic), "B. Fox", "viewer", "0012345", [over.alert_id])
    assert life(clinic, over).seen
    assert over not in acts.ended_unseen(url_of(clinic), alerts(clinic, closed=True))


def test_a_double_click_is_one_act_and_one_line_in_the_trail(clinic):
    asked = ask(clinic, "acknowledge")
    assert acts.act(url_of(clinic), asked).state == acts.act(url_of(clinic), asked).state == "acknowledged"
    assert len(acts.list_acts(url_of(clinic), "0012345")) == 1
    assert [entry.what for _, entry in trail.list_trail(url_of(clinic))] == ["act", "import"]
    with pytest.raises(InputRefused, match="same key") as told:
        acts.act(url_of(clinic), replace(asked, disposition="not-relevant"))
    assert not isinstance(told.value, ActedMeanwhile)  # the form is at fault, not what the person saw


def test_every_act_and_every_look_is_in_the_trail_with_before_after_and_why(clinic):
    acts.act(url_of(clinic), ask(clinic, "acknowledge", comment="phoned"))
    acts.look(url_of(clinic), "B. Fox", "viewer", "0012345")
    (_, view), (_, act) = trail.list_trail(url_of(clinic), patient_id="0012345")
    assert (view.what, view.by) == ("view", "B. Fox")
    assert (act.what, act.by, act.why) == ("act", "A. Reed", "will-monitor; phoned")
    assert ('"state": "open"' in act.before, '"state": "acknowledged"' in act.after) == (True, True)
    assert trail.verify_trail(url_of(clinic), trail.read_head(url_of(clinic))).state == "intact"


@pytest.mark.parametrize("deed", ["act", "look", "sign_off"])
def test_if_the_trail_cannot_be_written_nothing_happened(clinic, monkeypatch, deed):
    def fail(*_):
        raise sqlite3.OperationalError("disk I/O error")

    monkeypatch.setattr(kept_audit, "append", fail)
    url = url_of(clinic)
    with pytest.raises(StoreFailed):
        match deed:
            case "act":
                acts.act(url, ask(clinic, "acknowledge"))
            case "look":
                acts.look(url, "B", "viewer", "0012345")
            case _:
                acts.sign_off(url, "B", "clinician", ["0054321"], "round")
    assert acts.acts_version(url) == 0
    assert life(clinic).state == "open"


def test_of_two_who_act_at_once_one_is_kept_and_the_other_is_told(clinic):
    people, outcomes = ["A. Reed", "B. Fox", "C. Lee", "D. Orr"], {}
    start = threading.Barrier(len(people))
    asked = {who: ask(clinic, "acknowledge", by=who, key=who) for who in people}

    def run(who):
        start.wait()
        try:
            outcomes[who] = acts.act(url_of(clinic), asked[who]).owner
        except InputRefused as refused:
            outcomes[who] = str(refused)

    threads = [threading.Thread(target=run, args=(who,)) for who in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    [winner] = [who for who, told in outcomes.items() if told == who]
    assert all(f"Acknowledged by {winner}" in told for who, told in outcomes.items() if who != winner)
    assert [one.by for one in acts.list_acts(url_of(clinic), "0012345")] == [winner]


def test_notes_made_at_once_are_all_kept(clinic):
    asked = [ask(clinic, "note", comment=f"note {n}", key=f"n{n}") for n in range(6)]
    threads = [threading.Thread(target=acts.act, args=(url_of(clinic), one)) for one in asked]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {one.comment for one in acts.list_acts(url_of(clinic), "0012345")} == {one.comment for one in asked}
    assert trail.verify_trail(url_of(clinic)).state == "intact"


def test_an_alert_that_got_worse_unseen_is_not_acknowledged_unseen(clinic):
    seen = life(clinic)
    asked = ask(clinic, "acknowledge", saw=seen.mark, expects=seen.last_act_id)
    add(clinic, result("R2", "0.9", "2026-12-12"))
    with pytest.raises(InputRefused, match=r"changed since you looked: Neutrophils 0\.9"):
        acts.act(url_of(clinic), asked)
    assert life(clinic).state == "open"


def test_nothing_is_written_into_the_past(clinic, clock):
    acts.act(url_of(clinic), ask(clinic, "acknowledge"))
    clock("2026-12-11")
    with pytest.raises(InputRefused, match="into the past") as told:
        acts.act(url_of(clinic), ask(clinic, "note", comment="x", key="other"))
    assert not isinstance(told.value, ActedMeanwhile)  # a new look would show the same


def test_an_alert_whose_facts_were_corrected_away_asks_for_a_new_look(clinic):
    with pytest.raises(ActedMeanwhile, match="no alert has the id"):
        acts.act(url_of(clinic), replace(ask(clinic, "acknowledge"), alert_id="gone"))


def test_a_patient_with_an_open_high_alert_is_not_signed_off_with_the_others(clinic):
    assert acts.sign_off(url_of(clinic), "B. Fox", "clinician", ["0054321", "0012345"], "round 1") == 2
    assert acts.sign_off(url_of(clinic), "B. Fox", "clinician", ["0054321", "0012345"], "round 1") == 0
    add(clinic, result("R2", "0.9", "2026-12-12"))
    with pytest.raises(InputRefused, match="open alert of high priority"):
        acts.sign_off(url_of(clinic), "B. Fox", "clinician", ["0054321", "0012345"], "round 2")
    assert acts.acts_version(url_of(clinic)) == 2


def test_each_persons_last_look_is_their_own(clinic):
    url = url_of(clinic)
    acts.look(url, "B. Fox", "viewer", "0012345")
    assert acts.last_looked(url, "B. Fox", "0012345") == NOW + DAY - 1
    assert acts.last_looked(url, "A. Reed", "0012345") is None
    assert acts.last_looks(url, "B. Fox") == {"0012345": NOW + DAY - 1}


def test_the_breach_list_holds_what_nobody_answered_in_its_time(clinic, clock):
    add(clinic, result("R2", "0.9", "2026-12-12"))
    at = NOW + DAY - 1
    late = [one for one in acts.breaches(url_of(clinic), alerts(clinic), at) if one.priority == "high"]
    assert [one.patient_id for one in late] == ["0012345"]
    acts.act(url_of(clinic), ask(clinic, "acknowledge"))
    assert [one for one in acts.breaches(url_of(clinic), alerts(clinic), at) if one.priority == "high"] == []


@pytest.mark.parametrize("other", [{"alert_id": "gone"}, {"patient_id": "nobody"}])
def test_what_is_not_there_is_told_and_nothing_is_kept(clinic, other):
    with pytest.raises(InputRefused):
        acts.act(url_of(clinic), replace(ask(clinic, "acknowledge"), **other))
    with pytest.raises(InputRefused):
        acts.look(url_of(clinic), "B", "viewer", "nobody")
    assert [entry.what for _, entry in trail.list_trail(url_of(clinic))] == ["import"]


def test_a_line_of_its_own_can_be_written_into_the_trail(clinic):
    trail.record(url_of(clinic), "A. Reed", "export", subject="alerts, 12 of 14", why="clinic meeting")
    [(number, entry)] = trail.list_trail(url_of(clinic), newest=1)
    assert (number, entry.what, entry.subject) == (2, "export", "alerts, 12 of 14")


def test_a_promised_repeat_keeps_a_day_and_is_one_act_however_often_it_is_sent(clinic, clock):
    asked = ask(clinic, "acknowledge")
    told = acts.act(url_of(clinic), asked)
    assert told.acts[-1].until == acts.latest_snooze(url_of(clinic), neutropenia(clinic))
    assert acts.act(url_of(clinic), asked).last_act_id == told.last_act_id
    clock("2026-12-28")
    late = life(clinic, at=NOW + 15 * DAY)
    assert (late.state, late.pierced_by, late.breached) == ("open", "not_repeated", True)
    [breach] = [
        one
        for one in acts.breaches(url_of(clinic), alerts(clinic, NOW + 15 * DAY), NOW + 15 * DAY)
        if one.alert_id == late.alert_id
    ]
    assert breach.late_days >= 1


def test_an_emergency_is_not_closed_by_no_change_and_nothing_is_recorded(clinic):
    add(clinic, result("R2", "0.4", "2026-12-12"))
    with pytest.raises(InputRefused, match=r"does not close the alert.*dose held"):
        acts.act(url_of(clinic), ask(clinic, "close", decision="no_change", comment="seen"))
    assert acts.acts_version(url_of(clinic)) == 0
    told = acts.act(url_of(clinic), ask(clinic, "close", decision="stopped", comment="phoned her"))
    assert told.ended_by == "decision"
