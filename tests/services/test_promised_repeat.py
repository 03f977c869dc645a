"""From "will watch and repeat the test" to Recall and back, over a real store, day by day (HAZ-004, HAZ-008)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.records import DAY
from core.services import acts
from core.services.import_data import import_files
from core.services.recall import read_recall
from core.services.recall_files import make_file
from core.services.worklist import read_panel
from core.store.connect import open_store
from core.store.promised import taken_since
from core.views.recall import Choice
from tests.paper.papers import read_text
from tests.services.test_acts import ask, clinic, clock, life, neutropenia, url_of  # noqa: F401
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


def test_a_corrected_repeat_came_when_it_first_came_and_a_withdrawn_one_never_did(clinic, url):  # noqa: F811
    pair = ("0012345", "neutrophils")
    add(clinic, result("R2", "1.56", "2026-12-14", reported_at="2026-12-14"))
    add(clinic, result("R2", "1.57", "2026-12-14", reported_at="2026-12-16", status="corrected"))
    with open_store(url).reading() as connection:
        assert taken_since(connection, [pair], NOW, NOW + 9 * DAY) == {pair: ((NOW + DAY, NOW + DAY),)}
    add(clinic, result("R2", "", "2026-12-14", reported_at="2026-12-17", status="entered-in-error"))
    with open_store(url).reading() as connection:
        assert taken_since(connection, [pair], NOW, NOW + 9 * DAY) == {}
