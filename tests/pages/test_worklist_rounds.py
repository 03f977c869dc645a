"""A round and the green lane over a real store: kept, timed, owned, and signed off only after a human looked."""

from __future__ import annotations

import re

import pytest

from core.clock import read_utc
from core.errors import InputRefused
from core.services import acts, green_lane, trail
from core.services import round as service
from core.services.demo import load_demo
from core.services.import_data import import_files
from core.services.worklist import read_panel
from core.store.connect import open_store
from core.views.as_of import day_word
from core.views.round import has_only_outside, list_queue
from core.views.worklist import arrange, list_patients
from tests.pages.conftest import html_of, open_page
from tests.store.small_clinic import files, result


def worklist():
    from pages import worklist

    worklist.render()


@pytest.fixture
def url(tmp_path, monkeypatch):
    for name in ("NADIR_AS_OF", "NADIR_AUTHORITIES", "NADIR_ZONE"):
        monkeypatch.delenv(name, raising=False)
    url = f"sqlite:///{tmp_path / 'clinic.db'}"
    load_demo(url)
    monkeypatch.setenv("NADIR_DB_URL", url)
    return url


def queue_of(url):
    panel = read_panel(url, "local user")
    rows = arrange(list_patients(panel.picture), panel.states, panel.new)
    return [row.key for row in list_queue(rows, panel.states)]


def press(screen, label):
    next(one for one in screen.button if one.label.startswith(label)).click().run()
    return screen


def test_a_round_is_worked_to_its_sheet_and_survives_a_refresh(url):
    screen = press(open_page(worklist), "Start round")
    queue = queue_of(url)
    assert f"1 of {len(queue)}" in html_of(screen)
    press(press(screen, "Next"), "Next")
    assert f"3 of {len(queue)}" in html_of(screen)
    number = screen.query_params["round"]
    number = number[0] if isinstance(number, list) else number
    again = open_page(worklist, round=number, place="3")  # what a refresh asks for
    assert f"3 of {len(queue)}" in html_of(again) and "2\u00a0patients looked at" in html_of(again)
    press(press(again, "Acknowledge"), "Dealt with now")
    assert "✓ Acknowledged" in html_of(again) and f"3 of {len(queue)}" in html_of(again)
    press(again, "Finish")
    sheet = html_of(again)
    assert "Hand-over sheet" in sheet and f"3 of {len(queue)}\u00a0patients looked at" in sheet
    assert "Answered, still standing" in sheet
    assert "Acknowledged by local user" in sheet and not again.exception
    assert "SAMPLE" not in str(dict(again.query_params.items()))


def test_every_key_of_a_round_is_one_button_and_none_is_taken_by_the_browser(url):
    screen = press(open_page(worklist), "Start round")
    keys = [one.proto.shortcut for one in screen.button if one.proto.shortcut]
    assert {"n", "p", "o", "a", "s", "g", "d"} <= set(keys) and len(keys) == len(set(keys))
    assert not {"r", "c"} & set(keys)


def test_a_round_belongs_to_whoever_began_it(url):
    number = service.start_round(url, "A. Reed", queue_of(url), "k")
    with pytest.raises(InputRefused, match="no such round"):
        service.read_round(url, number, "B. Stone")
    with pytest.raises(InputRefused, match="no such round"):
        service.record_step(url, number, queue_of(url)[0], 3, "B. Stone")
    assert "You have no such round" in html_of(open_page(worklist, round="999", place="1"))


def test_the_same_start_pressed_twice_is_one_round_and_an_empty_one_is_refused(url):
    queue = queue_of(url)
    assert service.start_round(url, "A. Reed", queue, "k") == service.start_round(url, "A. Reed", queue, "k")
    with pytest.raises(InputRefused, match="Nobody waits"):
        service.start_round(url, "A. Reed", [], "other")


def test_a_patient_who_is_not_in_the_round_is_no_step_of_it(url):
    number = service.start_round(url, "A. Reed", queue_of(url)[:2], "k")
    with pytest.raises(InputRefused, match="not in the round"):
        service.record_step(url, number, queue_of(url)[5], 3, "A. Reed")


def test_the_seconds_in_front_of_a_patient_add_up_and_a_telephone_call_counts_ten_minutes(url):
    first, second = queue_of(url)[:2]
    number = service.start_round(url, "A. Reed", [first, second], "k")
    for patient, seconds in ((first, 4.0), (first, 6.0), (second, 5_000.0)):
        service.record_step(url, number, patient, seconds, "A. Reed")
    assert service.read_round(url, number, "A. Reed").seconds == {first: 10.0, second: service.MOST_SECONDS}


def test_the_files_of_the_sheet_are_made_and_told_in_the_trail(url):
    from core.services import hand_over
    from core.views.hand_over import list_sheets

    panel = read_panel(url, "A. Reed")
    rows = {row.key: row for row in list_patients(panel.picture)}
    queue = queue_of(url)[:3]
    found = service.read_round(url, service.start_round(url, "A. Reed", queue, "k"), "A. Reed")
    sheets = list_sheets(panel.picture, [rows[key] for key in found.queue], panel.lives, {}, (), {})
    for form, head in (("CSV", b"\xef\xbb\xbf# Sample"), ("Excel", b"PK"), ("PDF", b"%PDF")):
        made = hand_over.make_file(url, form, sheets, panel.picture, filters="HIGH", by="A. Reed")
        assert made.startswith(head)
    assert [one.what for _, one in trail.list_trail(url, newest=3)] == ["export"] * 3


def test_the_start_of_a_round_says_how_many_it_leaves_out_because_they_were_looked_at(url, monkeypatch):
    panel = read_panel(url, "A. Reed")
    only = [row for row in list_queue(panel.rows, panel.states) if has_only_outside(row)][:3]
    for module in (acts, service):  # the clock is read in whole seconds: an hour after the sample came in
        monkeypatch.setattr(module, "read_utc", lambda: read_utc() + 3600)
    number = service.start_round(url, "A. Reed", [row.key for row in only], "k")
    for row in only:
        service.record_step(url, number, row.key, 3.0, "A. Reed")
        acts.look(url, "A. Reed", "clinician", row.patient_id)
    screen = open_page(worklist)
    assert "3 looked at before, nothing newer" in html_of(screen)
    assert any(one.label == f"Start round ▸ {len(queue_of(url)) - 3:,}" for one in screen.button)


@pytest.fixture
def lane(url):
    panel = read_panel(url, "A. Reed")
    keys = [row.key for row in green_lane.read_green(url, panel)]
    return green_lane.open_lane(url, "A. Reed", keys, "k")


def test_nobody_is_signed_off_before_the_sample_was_looked_at(url, lane):
    panel = read_panel(url, "A. Reed")
    with pytest.raises(InputRefused, match="Look at the sample first"):
        green_lane.sign_off_lane(url, lane, "A. Reed", "clinician", panel)
    assert acts.acts_version(url) == 0


def test_the_lane_is_signed_off_once_without_those_it_missed(url, lane):
    held = green_lane.read_lane(url, lane, "A. Reed")
    assert len(held.kept.sample) == -(-len(held.kept.queue) // 20) and held.kept.seed
    first, *others = held.kept.sample
    green_lane.answer_sample(url, lane, first, "missed", "A. Reed", comment="weight is wrong", seconds=30)
    for patient in others:
        green_lane.answer_sample(url, lane, patient, "ok", "A. Reed", seconds=5)
    count = green_lane.sign_off_lane(url, lane, "A. Reed", "clinician", read_panel(url, "A. Reed"))
    assert count == len(held.kept.queue) - 1
    assert green_lane.count_answers(url) == (len(held.kept.sample), 1)
    left = green_lane.read_green(url, read_panel(url, "A. Reed"))
    assert [row.key for row in left] == [first]
    assert trail.verify_trail(url).state == "intact"


def test_an_answer_is_given_once_about_the_sampled_alone_and_a_miss_says_what(url, lane):
    held = green_lane.read_lane(url, lane, "A. Reed")
    sampled = held.kept.sample[0]
    with pytest.raises(InputRefused, match="Say in a word what was missed"):
        green_lane.answer_sample(url, lane, sampled, "missed", "A. Reed")
    green_lane.answer_sample(url, lane, sampled, "ok", "A. Reed")
    with pytest.raises(InputRefused, match="answered already"):
        green_lane.answer_sample(url, lane, sampled, "missed", "A. Reed", comment="after all")
    other = next(key for key in held.kept.queue if key not in held.kept.sample)
    with pytest.raises(InputRefused, match="not in the sample"):
        green_lane.answer_sample(url, lane, other, "ok", "A. Reed")
    with pytest.raises(InputRefused, match="no such round"):
        green_lane.answer_sample(url, lane, sampled, "ok", "B. Stone")
    assert green_lane.count_answers(url) == (1, 0)


def test_the_lane_is_worked_on_the_screen_from_sample_to_sign_off(url):
    screen = press(open_page(worklist), "Green lane")
    count = int(html_of(screen).split("1 of ")[1].split(" ")[0])
    for _ in range(count):
        assert "drawn at random" in html_of(screen)
        press(screen, "Nothing was missed")
    said = f"{count}\u00a0patient{'s' * (count > 1)} drawn at random and looked at: the lane had missed something in 0"
    assert said in html_of(screen)
    press(screen, "Sign off")
    assert "signed off together" in html_of(screen) and not screen.exception
    assert "Nobody is left" in screen.markdown[-1].value
    page = html_of(screen)
    assert re.search(r"began with \d+\u00a0patients?, nobody left to sign off", page) and "showing 0 of 0" not in page


def test_whoever_may_only_read_signs_nobody_off(url, monkeypatch):
    monkeypatch.setenv("NADIR_LOCAL_ROLES", "viewer")
    assert next(one for one in open_page(worklist).button if one.label.startswith("Green lane")).disabled
    assert "not open to you" in open_page(worklist, lane="1").error[0].value


def comment_of(screen):
    return next(one for one in screen.text_input if one.label.startswith("Comment"))


def test_an_act_that_is_begun_and_not_sent_holds_the_round_back_once_and_is_there_again(url):
    screen = press(press(open_page(worklist), "Start round"), "Acknowledge")
    comment_of(screen).set_value("rang, no answer").run()
    press(screen, "Next")
    total = len(queue_of(url))
    assert f"1 of {total}" in html_of(screen) and "Not sent yet." in html_of(screen)
    assert "Acknowledge: ▲ HIGH" in html_of(screen)
    press(screen, "Next")
    assert f"2 of {total}" in html_of(screen) and "Not sent yet." not in html_of(screen)
    press(screen, "Previous")
    assert comment_of(screen).value == "rang, no answer"


def test_what_was_written_about_one_alert_stays_with_it_while_another_is_chosen(url):
    screen = press(press(open_page(worklist), "Start round"), "Acknowledge")
    comment_of(screen).set_value("about the first").run()
    which = screen.selectbox[0]
    which.set_value(1).run()
    press(screen, "Acknowledge")
    assert comment_of(screen).value == ""
    comment_of(screen).set_value("about the second").run()
    press(screen, "Next")
    assert html_of(screen).count("Acknowledge: ") == 2
    screen.selectbox[0].set_value(0).run()
    assert comment_of(screen).value == "about the first"


def test_a_sent_act_is_not_held_back(url):
    screen = press(press(open_page(worklist), "Start round"), "Acknowledge")
    comment_of(screen).set_value("done by phone").run()
    press(screen, "Dealt with now")
    press(screen, "Next")
    assert ">2 of " in html_of(screen) and "Not sent yet." not in html_of(screen)


def test_a_result_outside_the_laboratorys_range_keeps_a_patient_out_of_the_lane_and_says_which(url):
    news = green_lane.read_news(url, read_panel(url, "A. Reed"))
    assert news.kept_out and not {row.key for row in news.green} & {row.key for row in news.kept_out}
    screen = press(open_page(worklist), "Green lane")
    while any(one.label == "Nothing was missed" for one in screen.button):
        press(screen, "Nothing was missed")
    shown = html_of(screen)
    assert "Kept out of the lane" in shown and "range up to 5" in shown
    press(screen, "Look at them one by one")
    assert f"1 of {len(news.kept_out)}" in html_of(screen)


def test_what_came_in_after_the_lane_was_drawn_is_not_signed_off_by_the_press(url):
    screen = press(open_page(worklist), "Green lane")
    while any(one.label == "Nothing was missed" for one in screen.button):
        press(screen, "Nothing was missed")
    panel = read_panel(url, "local user")
    newest = green_lane.read_news(url, panel).green
    whom = next(one.patient_id for one in newest if len(newest) > 1)
    low = result("LATE", "1.55", day_word(panel.picture.as_of), patient_id=whom)
    import_files(open_store(url), files(results=[low]), source="sample", zone="UTC", now=panel.picture.as_of)
    press(screen, "Sign off")
    assert "signed off together" in html_of(screen)
    assert not [one for one in acts.list_acts(url, whom) if one.kind == "sign_off"]
