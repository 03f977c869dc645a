"""From "will watch and repeat the test" to Recall and back, over a real store, day by day (HAZ-004, HAZ-008)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.records import DAY, WITHDRAWN
from core.services import acts
from core.services.import_data import import_files
from core.services.recall import read_recall
from core.services.recall_files import make_file
from core.services.worklist import read_panel
from core.store.connect import open_store
from core.store.promised import taken_since
from core.views.recall import Choice
from tests.paper.papers import read_text
from tests.services.test_acts import COURSE, ask, clinic, clock, life, neutropenia, url_of  # noqa: F401
from tests.store.small_clinic import NOW, files, result

FRIDAY = NOW + 5 * DAY + DAY - 1  # 18-Dec-2026


@pytest.fixture
def url(clinic):  # noqa: F811
    return url_of(clinic)


def add(store, *lines):
    told = import_files(store, files(results=lines), source="lab", zone="UTC", now=NOW + 9 * DAY, judge=lambda *_: {})
    assert told.to_json()["stored"] == len(lines)


def promise(store, reason="will-monitor", until=FRIDAY):
    return acts.act(url_of(store), ask(store, "acknowledge", disposition=reason, until=until, by="A. Reed"))


def needs(url):
    return [one for line in read_recall(url).lines for one in line.needs if one.promised]


def test_a_promised_repeat_is_on_the_recall_list_with_its_day_and_its_name_until_it_comes(clinic, clock, url):  # noqa: F811
    assert needs(url) == []
    promise(clinic)
    (need,) = needs(url)
    assert (need.test, need.closes, need.status) == ("neutrophils", FRIDAY - DAY + 1, "due")
    assert need.promised == "A. Reed on 13-Dec-2026"
    clock("2026-12-16")
    add(clinic, result("R2", "1.56", "2026-12-16"))  # still low: the alert stands
    assert needs(url) == [] and life(clinic).state == "acknowledged"
    clock("2026-12-30")
    assert life(clinic, at=NOW + 17 * DAY).state == "acknowledged"


def test_one_that_does_not_come_is_late_in_recall_and_open_again_on_the_worklist(clinic, clock, url):  # noqa: F811
    promise(clinic)
    clock("2026-12-19")
    (need,) = needs(url)
    assert need.status == "overdue"
    panel = read_panel(url, "A. Reed")
    told = panel.lives[neutropenia(clinic, NOW + 6 * DAY).alert_id]
    assert (told.state, told.pierced_by, told.due_by) == ("open", "not_repeated", FRIDAY)
    assert "promised result has not come" in panel.states["0012345"].text
    add(clinic, result("R2", "1.56", "2026-12-19"))  # too late to keep it, and nothing more to take
    assert needs(url) == []


def test_a_test_on_its_way_asks_for_no_draw_and_is_open_again_when_no_result_came(clinic, clock, url):  # noqa: F811
    told = promise(clinic, "awaiting-result")
    assert told.acts[-1].until == FRIDAY and needs(url) == []
    clock("2026-12-19")
    back = life(clinic, at=NOW + 7 * DAY - 1)
    assert (back.state, back.pierced_by) == ("open", "not_repeated") and "on its way" in back.why


def test_reopening_or_settling_it_otherwise_takes_the_promise_off_the_list(clinic, url):  # noqa: F811
    last = promise(clinic).last_act_id
    acts.act(url, ask(clinic, "reopen", comment="asked again", expects=last, by="A. Reed"))
    assert needs(url) == []


def test_an_act_kept_with_neither_day_nor_what_was_seen_is_read_and_never_taken_for_kept(clinic, clock, url):  # noqa: F811
    promise(clinic)
    with open_store(url).writing() as connection:
        connection.exec_driver_sql("UPDATE act SET seen = NULL, until = NULL")
    assert life(clinic).state == "open"
    (need,) = needs(url)
    last = acts.latest_snooze(url, neutropenia(clinic))
    assert need.closes == last // DAY * DAY
    clock("2026-12-29")
    told = life(clinic, at=last + 1)
    assert (told.pierced_by, told.due_by) == ("not_repeated", last)


def test_a_letter_and_every_file_of_the_list_hold_the_promised_test(clinic, url):  # noqa: F811
    promise(clinic)
    found = read_recall(url)
    lines = [replace(one, draws=one.draws) for one in found.lines if any(need.promised for need in one.needs)]
    made = {
        form: make_file(url, form, lines, found.picture, choice=Choice(), filters="", total=1, by="x")
        for form in ("CSV", "Calendar", "Letters")
    }
    assert "Neutrophils by 18-Dec-2026, promised by A. Reed on 13-Dec-2026" in made["CSV"].decode()
    assert "a promised repeat" in made["Calendar"].decode().replace("\r\n ", "")
    assert "18-Dec-2026" in read_text(made["Letters"])


def test_a_corrected_repeat_came_when_it_first_came(clinic, url):  # noqa: F811
    pair = ("0012345", "neutrophils")
    add(clinic, result("R2", "1.56", "2026-12-14", reported_at="2026-12-14"))
    add(clinic, result("R2", "1.57", "2026-12-14", reported_at="2026-12-16", status="corrected"))
    with open_store(url).reading() as connection:
        assert taken_since(connection, [pair], NOW, NOW + 9 * DAY) == {pair: ((NOW + DAY, NOW + DAY),)}


@pytest.mark.parametrize("status", WITHDRAWN)
@pytest.mark.parametrize("value", ["", "1.56"])
def test_a_withdrawn_repeat_never_came_whether_or_not_the_withdrawal_repeats_its_value(
    clinic, clock, url, status, value,  # noqa: F811
):  # fmt: skip
    pair = ("0012345", "neutrophils")
    promise(clinic)
    add(clinic, result("R2", "1.56", "2026-12-14", reported_at="2026-12-14"))
    add(clinic, result("R2", value, "2026-12-14", reported_at="2026-12-17", status=status))
    with open_store(url).reading() as connection:
        assert taken_since(connection, [pair], NOW, NOW + 9 * DAY) == {}
        assert pair in taken_since(connection, [pair], NOW, NOW + 2 * DAY)  # before anybody took it back
    clock("2026-12-19")
    (need,) = needs(url)
    told = life(clinic, at=NOW + 7 * DAY - 1)
    assert (need.status, told.state, told.pierced_by) == ("overdue", "open", "not_repeated")


def test_a_withdrawn_result_lends_no_other_result_of_its_moment_the_day_it_was_known(clinic, url):  # noqa: F811
    pair = ("0012345", "neutrophils")
    add(clinic, result("R2", "1.56", "2026-12-14", reported_at="2026-12-16"))
    add(clinic, result("R2", "1.56", "2026-12-14", reported_at="2026-12-17", status="cancelled"))
    add(clinic, result("R3", "1.57", "2026-12-14", reported_at="2026-12-20"))
    with open_store(url).reading() as connection:
        assert taken_since(connection, [pair], NOW, NOW + 9 * DAY) == {pair: ((NOW + DAY, NOW + 7 * DAY),)}


def test_a_count_that_was_computed_is_the_promised_count_once_all_its_parts_are_known(clinic, url):  # noqa: F811
    pair = ("0012345", "neutrophils")
    part = {"analyte": "neutrophils_percent", "unit": "%"}
    add(clinic, result("W", "4.1", "2026-12-14", analyte="wbc", reported_at="2026-12-15"))
    add(clinic, result("D", "60", "2026-12-15", reported_at="2026-12-15", **part))  # of another sample
    with open_store(url).reading() as connection:
        assert taken_since(connection, [pair], NOW, NOW + 9 * DAY) == {}
    add(clinic, result("E", "60", "2026-12-14", reported_at="2026-12-17", **part))
    with open_store(url).reading() as connection:
        assert taken_since(connection, [pair], NOW, NOW + 9 * DAY) == {pair: ((NOW + DAY, NOW + 4 * DAY),)}


ENDED = COURSE.replace(",,active", ",2026-12-14,completed")
HELD = "C2,0012345,anakinra,RA,100,mg,once daily,SC,2026-12-15,,on-hold,"
RESUMED = "C3,0012345,anakinra,RA,100,mg,once daily,SC,2026-12-20,,active,"


def hold(store, *courses):
    told = import_files(
        store, files(medications=courses), source="lab", zone="UTC", now=NOW + 2 * DAY, judge=lambda *_: {}
    )
    assert told.to_json()["stored"] == len(courses)


def test_a_hold_ends_the_alert_and_not_the_promise_which_recall_asks_for_until_it_is_kept(clinic, clock, url):  # noqa: F811
    promise(clinic)
    hold(clinic, ENDED, HELD)
    clock("2026-12-17")
    assert neutropenia(clinic, NOW + 4 * DAY, closed=True).closed_at is not None
    (need,) = needs(url)
    assert (need.status, need.promised) == ("due", "A. Reed on 13-Dec-2026")
    clock("2026-12-19")
    (need,) = needs(url)
    assert (need.test, need.status, need.promised) == ("neutrophils", "overdue", "A. Reed on 13-Dec-2026")
    clock("2027-06-19")  # nothing else came to pass
    assert [one.status for one in needs(url)] == ["overdue"]
    add(clinic, result("R2", "1.2", "2026-12-19"))
    assert needs(url) == []


def test_a_computed_count_keeps_a_promise_that_outlived_its_alert(clinic, clock, url):  # noqa: F811
    promise(clinic)
    hold(clinic, ENDED, HELD)
    clock("2026-12-19")
    add(
        clinic, result("W", "4.1", "2026-12-18", analyte="wbc"),
        result("D", "60", "2026-12-18", analyte="neutrophils_percent", unit="%"),
    )  # fmt: skip
    assert needs(url) == []


def test_an_end_on_a_newer_count_asks_for_nothing_more(clinic, clock, url):  # noqa: F811
    promise(clinic)
    clock("2026-12-16")
    add(clinic, result("R2", "4.1", "2026-12-12", reported_at="2026-12-15"))  # taken before the promise was made
    assert neutropenia(clinic, NOW + 3 * DAY, closed=True).closed_at is not None
    assert needs(url) == []


def test_whoever_settles_the_next_alert_about_the_same_count_calls_an_outlived_promise_off(clinic, clock, url):  # noqa: F811
    promise(clinic)
    hold(clinic, ENDED, HELD.replace("2026-12-15,,", "2026-12-15,2026-12-19,"), RESUMED)
    clock("2026-12-21")
    assert [one.status for one in needs(url)] == ["overdue"]
    again = neutropenia(clinic, NOW + 9 * DAY - 1)
    acts.act(url, ask(clinic, "acknowledge", again, disposition="acted-on", by="B. Fox"))
    assert needs(url) == []
