"""Acting from the list over a real store: shown at once, refused with a sentence, two presses are one act (P44)."""

from __future__ import annotations

import pytest

from core.acts import Act
from core.clock import read_utc
from core.records import DAY
from core.services import acts, review
from core.services.import_data import import_files
from core.services.worklist import read_panel
from core.store.connect import open_store
from pages import guard
from tests.pages.conftest import html_of, open_page
from tests.store.small_clinic import ANN, BEN, NOW, bring_in, files, make_store, result

COURSE = "C1,0012345,anakinra,RA,100,mg,once daily,SC,2026-06-01,,active,"
LOW = result("R1", "1.2", "2026-12-12")


def worklist():
    from pages import worklist

    worklist.render()


@pytest.fixture
def url(tmp_path, monkeypatch):
    store = make_store(tmp_path)
    bring_in(store, patients=[ANN, BEN], results=[LOW], medications=[COURSE])
    url = f"sqlite:///{store.name}"
    monkeypatch.setenv("NADIR_DB_URL", url)
    monkeypatch.setenv("NADIR_AS_OF", "2026-12-13")
    return url


def add(url, *lines):
    told = import_files(
        open_store(url), files(results=lines), source="lab", zone="UTC", now=NOW + 9 * DAY, judge=lambda *_: {}
    )  # fmt: skip
    assert told.to_json()["stored"] == len(lines)


def press(screen, label):
    found = [one for one in screen.button if one.label == label]
    assert len(found) == 1, [one.label for one in screen.button]
    found[0].click().run()
    return screen


def life(url, category="neutropenia"):
    picture = review.clinic(url)
    alert = next(one for one in picture.standing.alerts if one.category == category)
    return acts.lives(url, [alert])[alert.alert_id]


def neutropenia(screen):
    """Choose the alert about the count, where the patient has others."""
    boxes = [one for one in screen.selectbox if one.label == "About which alert"]
    if boxes:
        boxes[0].set_value(next(one for one in range(len(boxes[0].options)) if "Neutrophils" in boxes[0].options[one]))
        screen.run()
    return screen


def test_two_presses_acknowledge_and_the_list_shows_it_at_once(url):
    screen = neutropenia(open_page(worklist))
    press(press(screen, "Acknowledge"), "Dealt with now")
    told = life(url)
    assert (told.state, told.owner, told.disposition) == ("acknowledged", "local user", "acted-on")
    assert "✓ Acknowledged. Owner: local user." in html_of(screen)
    assert "in the whole list: 1 acknowledged" in html_of(screen)
    assert not screen.exception


def test_the_list_that_turns_round_after_an_act_stays_with_the_patient_nobody_had_chosen(url):
    store = open_store(url)
    course = COURSE.replace("C1", "C2").replace("0012345", "0054321")
    bring_in(store, results=[result("R2", "1.3", "2026-12-12", patient_id="0054321")], medications=[course])
    screen = neutropenia(open_page(worklist))
    first, other = preview_of(screen), {"ARDEN", "BIRCH"} - {preview_of(screen)}
    press(press(screen, "Acknowledge"), "Dealt with now")
    assert screen.dataframe[0].value["patient"][0].startswith(other.pop())  # who waits stands first now
    assert preview_of(screen) == first


def test_where_the_filters_hide_whom_an_act_was_about_it_says_their_name(url):
    store = open_store(url)
    course = COURSE.replace("C1", "C2").replace("0012345", "0054321")
    bring_in(store, results=[result("R2", "1.3", "2026-12-12", patient_id="0054321")], medications=[course])
    screen = open_page(worklist, state="open")
    neutropenia(screen)
    first = preview_of(screen)
    press(press(screen, "Acknowledge"), "Dealt with now")
    while preview_of(screen) == first:  # other alerts of theirs wait as well
        press(press(screen, "Acknowledge"), "Dealt with now")
    said = html_of(screen)
    assert f"<b>{first}, " in said.split("n-done", 1)[1].split("✓", 1)[0]


def preview_of(screen):
    return html_of(screen).split("n-preview", 1)[1].split("n-name", 1)[1].split(">", 1)[1].split(",", 1)[0]


def test_a_reason_that_says_too_little_alone_is_refused_with_a_sentence_and_nothing_is_recorded(url):
    screen = neutropenia(open_page(worklist))
    press(press(screen, "Acknowledge"), "Patient declined …")
    assert "says too little alone: add a comment" in html_of(screen)
    assert acts.acts_version(url) == 0 and not screen.exception


def test_a_comment_goes_with_the_reason(url):
    screen = press(neutropenia(open_page(worklist)), "Acknowledge")
    comment = next(one for one in screen.text_input if one.label.startswith("Comment"))
    comment.set_value("she wants to wait").run()
    press(screen, "Patient declined …")
    assert life(url).acts[-1].comment == "she wants to wait"


def test_what_another_person_did_meanwhile_is_told_and_nobody_is_overruled(url):
    screen = press(neutropenia(open_page(worklist)), "Acknowledge")
    seen = life(url)
    other = Act("decide", "B. Stone", "clinician", "0012345", "other", seen.alert_id, decision="dose_held",
                comment="rang her")  # fmt: skip
    acts.act(url, other)
    press(screen, "Dealt with now")
    assert "something happened since you looked. Decided (dose held) by B. Stone" in html_of(screen)
    told = life(url)
    assert [one.by for one in told.acts] == ["B. Stone"] and told.owner == "B. Stone"
    assert "dose held" in html_of(screen).lower()
    press(screen, "Note")  # the screen works on: an act is refused again only for what it lacks itself
    press(screen, "Keep note")
    assert "Write a comment" in html_of(screen)


def test_a_double_press_is_one_act(url):
    first = press(neutropenia(open_page(worklist)), "Acknowledge")
    again = next(one for one in first.button if one.label == "Dealt with now")
    again.click()
    first.run()
    version = acts.acts_version(url)
    again.click()
    first.run()
    assert acts.acts_version(url) == version and [one.kind for one in life(url).acts] == ["acknowledge"]


def test_a_snooze_is_bounded_and_pierced_by_a_worse_result(url):
    screen = press(neutropenia(open_page(worklist)), "Snooze")
    next(one for one in screen.pills if one.label == "Why it can wait").set_value("awaiting-result").run()
    days = [one.label for one in screen.button if ", to " in one.label]
    assert days == ["1\u00a0day, to 14-Dec-2026"]
    press(screen, days[0])
    assert life(url).state == "snoozed" and "Snoozed until 14-Dec-2026 by local user" in html_of(screen)
    add(url, result("R2", "0.9", "2026-12-13"))
    back = open_page(worklist)
    assert back.dataframe[0].value["state"][0].startswith("back: ") and "Came back: " in html_of(back)


def test_a_count_below_the_floor_offers_no_day_to_snooze_and_says_why(url):
    add(url, result("R2", "0.4", "2026-12-13"))
    screen = press(neutropenia(open_page(worklist)), "Snooze")
    assert "This alert cannot be snoozed" in html_of(screen)
    assert not [one for one in screen.button if ", to " in one.label]


def test_a_decision_with_its_reason_closes_an_alert_and_it_stays_listed(url):
    screen = press(neutropenia(open_page(worklist)), "Decide")
    next(one for one in screen.pills if one.label == "What was decided").set_value("dose_held").run()
    next(one for one in screen.text_input if one.label.startswith("Why, and")).set_value("held for a week").run()
    press(screen, "Record and close the alert")
    told = life(url)
    assert (told.state, told.ended_by, told.decision) == ("resolved", "decision", "dose_held")
    assert screen.dataframe[0].value["patient"][0].startswith("ARDEN")
    assert "closed by decision" in html_of(screen)
    comment = press(neutropenia(screen), "Reopen")
    next(one for one in comment.text_input if one.label.startswith("Why it is open")).set_value("not settled").run()
    [one for one in comment.button if one.label == "Reopen"][-1].click().run()
    assert life(url).state == "open"


def test_whoever_may_only_read_sees_why_nothing_can_be_pressed(url, monkeypatch):
    monkeypatch.setenv("NADIR_LOCAL_ROLES", "viewer")
    screen = open_page(worklist)
    button = next(one for one in screen.button if one.label == "Acknowledge")
    assert button.disabled and "may read and not act" in button.help
    assert acts.acts_version(url) == 0


def test_looking_at_a_patient_makes_nothing_new_of_it_for_this_person_alone(url, monkeypatch):
    assert read_panel(url, "local user").new == {"0012345"}
    monkeypatch.setattr(acts, "read_utc", lambda: read_utc() + 3600)  # in whole seconds: an hour after it came in
    open_page(worklist).button(key="worklist.open").click().run()
    assert read_panel(url, "local user").new == frozenset()
    assert read_panel(url, "B. Stone").new == {"0012345"}
    monkeypatch.setattr(guard, "current_user", lambda: guard.User("B. Stone", frozenset(guard.ROLES)))
    assert str(open_page(worklist).dataframe[0].value["new"].tolist()) == "['new', '']"


def test_a_new_worse_result_is_new_again(url, monkeypatch):
    acts.look(url, "local user", "clinician", "0012345")
    monkeypatch.setenv("NADIR_AS_OF", "2026-12-15")
    add(url, result("R2", "0.4", "2026-12-14"))
    assert "0012345" in read_panel(url, "local user").new


def test_an_alert_that_ended_on_evidence_stays_listed_until_somebody_looked(url, monkeypatch):
    screen = neutropenia(open_page(worklist))
    press(press(screen, "Acknowledge"), "Will watch and repeat the test")
    add(url, *(result(f"R{day}", "3.1", f"2026-12-{day}") for day in (14, 15)))
    monkeypatch.setenv("NADIR_AS_OF", "2026-12-16")
    panel = read_panel(url, "local user")
    assert "ended" in panel.states["0012345"].codes
    screen = open_page(worklist)
    assert "Ended on evidence of" in html_of(screen) and "nobody has looked since" in html_of(screen)
    screen.button(key="worklist.open").click().run()
    after = read_panel(url, "local user")
    assert "0012345" not in after.states or "ended" not in after.states["0012345"].codes


def test_after_an_act_only_that_patient_is_read_anew_and_everybody_is_still_there(url):
    before = read_panel(url, "a")
    alert = next(one for one in before.picture.standing.alerts if one.category == "neutropenia")
    acts.act(url, Act("assign", "a", "clinician", "0012345", "k", alert.alert_id, owner="B. Stone"))
    after = read_panel(url, "a")
    assert after.picture is before.picture and set(after.lives) == set(before.lives)
    assert after.lives[alert.alert_id].owner == "B. Stone" and after.states["0012345"].owners >= {"B. Stone"}


def test_an_alert_nobody_answered_is_on_the_breach_list_at_the_top(url):
    screen = open_page(worklist)
    assert "PAST ITS TIME: " in html_of(screen) and "▲ ARDEN, Ann, " in html_of(screen)
    press(screen, "Show them")
    assert screen.query_params["state"] == "late" or screen.query_params["state"] == ["late"]
    assert "showing 1 of 2" in html_of(screen)


def test_a_saved_view_brings_its_filters_back_for_its_owner_alone(url, monkeypatch):
    screen = open_page(worklist)
    next(one for one in screen.pills if one.label == "Show only").set_value(["high"]).run()
    screen.text_input(key="worklist.view-name").set_value("Mine").run()
    screen.button(key="worklist.view-save").click().run()
    screen.button(key="worklist.clear").click().run()
    assert "showing 2 of 2" in html_of(screen)
    box = next(one for one in screen.selectbox if one.label == "Saved view")
    box.set_value(1).run()
    assert "showing 1 of 2" in html_of(screen) and "high" in screen.query_params["show"]
    monkeypatch.setattr(guard, "current_user", lambda: guard.User("B. Stone", frozenset(guard.ROLES)))
    assert not [one for one in open_page(worklist).selectbox if one.label == "Saved view"]


def test_times_of_lives_follow_the_day(url, monkeypatch):
    def late():
        panel = read_panel(url, "a")
        high = {one.alert_id for one in panel.picture.standing.alerts if one.category == "neutropenia"}
        return any(one.alert_id in high for one in panel.breaches)

    monkeypatch.setenv("NADIR_AS_OF", "2026-12-12")
    assert not late()
    monkeypatch.setenv("NADIR_AS_OF", "2026-12-13")
    assert late()
