"""A feed that should have been heard of is told of by the real clock, and none is watched by a guess (P11)."""

from __future__ import annotations

import pytest

from core.errors import InputRefused
from core.services import feeds, import_data, trail
from tests.store.small_clinic import ANN, bring_in, files, make_store, result

HOUR = 3600
START = 1_800_000_000


@pytest.fixture
def clock(monkeypatch):
    """The real clock, in a hand that may advance it."""
    hand = {"now": START}
    for module in (feeds, import_data):
        monkeypatch.setattr(module, "read_utc", lambda: hand["now"])
    return hand


@pytest.fixture
def url(tmp_path, clock):
    store = make_store(tmp_path)
    bring_in(store, source="laboratory", patients=[ANN])
    return f"sqlite:///{store.name}"


def only(url):
    (feed,) = feeds.list_feeds(url)
    return feed


def test_a_watched_feed_is_silent_one_second_after_its_interval_and_not_before(url, clock):
    feeds.expect_feed(url, "laboratory", 24, by="Dr Ash")
    clock["now"] = START + 24 * HOUR
    assert not only(url).is_silent
    clock["now"] += 1
    assert only(url).is_silent


def test_an_import_ends_the_silence(url, clock, tmp_path):
    feeds.expect_feed(url, "laboratory", 24, by="Dr Ash")
    clock["now"] = START + 100 * HOUR
    assert only(url).is_silent
    bring_in(make_store(tmp_path), source="laboratory", results=[result("R1", "4.2")])
    assert not only(url).is_silent


def test_a_feed_nobody_decided_on_is_never_called_silent_however_long(url, clock):
    clock["now"] = START + 10_000 * HOUR
    assert (only(url).is_silent, only(url).expected_hours) == (False, None)


def test_a_usual_gap_is_learned_from_deliveries_and_never_used_by_itself(url, clock, tmp_path):
    store = make_store(tmp_path)
    for number in range(1, 6):
        clock["now"] = START + number * 23 * HOUR
        bring_in(store, source="laboratory", results=[result(f"R{number}", "4.2", f"2026-03-0{number}")])
    assert (only(url).usual_hours, only(url).expected_hours) == (23, None)


def test_files_sent_at_once_are_one_delivery(clock):
    assert feeds.learn_usual_hours([START + 60 * n for n in range(20, 0, -1)]) is None


def test_who_decided_how_often_a_feed_is_expected_is_in_the_trail(url):
    feeds.expect_feed(url, "laboratory", 24, by="Dr Ash")
    feeds.expect_feed(url, "laboratory", None, by="Dr Ash")
    assert only(url).expected_hours is None
    (_, ended), (_, begun), *_ = trail.list_trail(url)
    assert (begun.by, begun.subject, begun.after, ended.after) == (
        "Dr Ash", "feed laboratory", '{"laboratory": 24}', "{}",
    )  # fmt: skip


@pytest.mark.parametrize(("source", "hours"), [("nobody", 24), ("laboratory", 0), ("laboratory", 10_000)])
def test_only_a_known_source_and_a_possible_interval_can_be_watched(url, source, hours):
    with pytest.raises(InputRefused):
        feeds.expect_feed(url, source, hours, by="Dr Ash")
    assert only(url).expected_hours is None


def test_each_source_is_judged_by_its_own_interval(url, clock, tmp_path):
    bring_in(make_store(tmp_path), source="ward", results=[result("R9", "4.2")])
    feeds.expect_feed(url, "laboratory", 24, by="Dr Ash")
    feeds.expect_feed(url, "ward", 200, by="Dr Ash")
    clock["now"] = START + 48 * HOUR
    assert [(feed.source, feed.is_silent) for feed in feeds.list_feeds(url)] == [("laboratory", True), ("ward", False)]


def test_no_file_at_all_is_asked_for_to_tell_of_feeds(tmp_path):
    with pytest.raises(InputRefused, match="no store"):
        feeds.list_feeds(f"sqlite:///{tmp_path / 'nowhere.db'}")
    assert files() == [] and not (tmp_path / "nowhere.db").exists()
