"""The worklist of an earlier judgement: said to be one, read and no more, gone once now is judged (HAZ-004)."""

from __future__ import annotations

from dataclasses import replace

import pytest
from streamlit.testing.v1 import AppTest

from core.services import acts, bring_up, review
from tests.pages.conftest import html_of, open_page

JUDGED_BEFORE = 14 * 3600


def worklist():
    from pages import worklist

    worklist.render()


@pytest.fixture
def morning(clinic, monkeypatch):
    """The example clinic, judged last on the evening before; what was asked of the service is noted in order."""
    now = clinic["clinic"]
    asked = {
        "soonest": (replace(now, as_of=now.as_of - JUDGED_BEFORE), False),
        "calls": [],
        "over": False,
        "failed": "",
    }

    def soonest(url: str):
        asked["calls"].append("soonest")
        return asked["soonest"]

    def of_now(url: str, as_of: int | None = None):
        asked["calls"].append("now")
        return now

    monkeypatch.setattr(review, "soonest", soonest)
    monkeypatch.setattr(review, "clinic", of_now)
    monkeypatch.setattr(review, "is_judged", lambda url, version: asked["over"])
    monkeypatch.setattr(bring_up, "begin_bring_up", lambda url: asked["calls"].append("begin"))
    monkeypatch.setattr(bring_up, "why_not", lambda url: asked["failed"])
    return asked


def labels_of(screen: AppTest) -> set[str]:
    return {one.label for one in [*screen.button, *screen.get("download_button")]}


def test_it_says_when_it_was_judged_and_that_now_is_being_judged(morning):
    screen = open_page(worklist)
    said = html_of(screen)
    assert not screen.exception
    assert "Judged 20-Nov-2026\u00a009:59." in said
    assert "Bringing it up to now" in said
    assert "<progress" in said
    assert "as of <b>20-Nov-2026\u00a009:59</b>" in said
    assert "showing 8 of 8" in said
    assert len(screen.dataframe) == 1
    assert morning["calls"] == ["soonest", "begin"]


def test_nothing_that_rests_on_a_judgement_can_be_done_by_it(morning, monkeypatch):
    looks = []
    monkeypatch.setattr(acts, "look", lambda *given: looks.append(given))
    screen = open_page(worklist)
    assert labels_of(screen) == set()  # no act, round, green lane, pack or file
    assert "n-preview" not in html_of(screen)
    assert looks == []
    morning["soonest"] = (morning["soonest"][0], True)
    assert {"Open patient", "Review pack PDF"} <= labels_of(open_page(worklist))  # they would be seen


def test_no_row_of_it_can_be_chosen(morning):
    proto = open_page(worklist).dataframe[0].proto
    assert list(proto.selection_mode) == []
    morning["soonest"] = (morning["soonest"][0], True)
    assert list(open_page(worklist).dataframe[0].proto.selection_mode) != []


def test_a_filter_set_meanwhile_is_still_set_when_now_is_there(morning):
    screen = open_page(worklist)
    screen.button_group[0].select("high").run()
    assert morning["calls"].count("now") == 0
    few = next(one for one in html_of(screen).split("<div") if "n-line" in one)
    morning["soonest"] = (morning["soonest"][0], True)
    screen.run()
    assert "n-earlier" not in html_of(screen)
    assert few.split("·")[0] in html_of(screen)
    assert "showing 8 of 8" not in html_of(screen)


@pytest.mark.parametrize("word", ["round", "lane"])
def test_a_round_and_a_sign_off_wait_for_now(morning, word):
    screen = open_page(worklist, **{word: "1"})
    assert "soonest" not in morning["calls"]
    assert "now" in morning["calls"]
    assert "n-earlier" not in html_of(screen)


def test_whoever_has_seen_now_is_never_led_back(morning):
    earlier = morning["soonest"]
    morning["soonest"] = (earlier[0], True)
    screen = open_page(worklist)
    morning["soonest"] = earlier
    screen.run()
    assert morning["calls"] == ["soonest", "now"]
    assert "n-earlier" not in html_of(screen)


def test_another_person_who_comes_meanwhile_is_shown_the_line_too(morning):
    first, second = open_page(worklist), open_page(worklist)
    assert all("Bringing it up to now" in html_of(one) for one in (first, second))


def test_the_screen_is_drawn_anew_once_now_is_judged(morning, monkeypatch):
    screen = open_page(worklist)
    calls = morning["calls"]
    calls.clear()
    morning["over"] = True

    def soonest(url: str):
        calls.append("soonest")
        return (morning["soonest"][0], len(calls) > 1)  # judged between the list and its line

    monkeypatch.setattr(review, "soonest", soonest)
    screen.run()
    assert calls == ["soonest", "soonest"]
    assert "n-earlier" not in html_of(screen)


def test_why_it_could_not_be_judged_stays_with_what_to_do(morning):
    morning["failed"] = "The store is locked: close the other program."
    said = html_of(open_page(worklist))
    assert "Judged 20-Nov-2026\u00a009:59." in said
    assert "could not be brought up to now" in said
    assert "is missing from this list" in said
    assert "The store is locked: close the other program." in said
    assert "tried again every minute" in said
    assert "<progress" not in said
    assert "showing 8 of 8" in said
