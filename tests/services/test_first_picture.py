"""The picture begun with the server: ready for the first screen, silent where there is nothing to read."""

from __future__ import annotations

import logging
from threading import Event

import pytest

from core.errors import StoreFailed
from core.services import first_picture, review, worklist
from core.services.demo import load_demo
from core.services.first_picture import begin_first_picture

PATIENCE = 60.0


@pytest.fixture(autouse=True)
def _nothing_in_memory(monkeypatch):
    monkeypatch.setattr(review, "_KEPT", type(review._KEPT)())


def test_the_first_screen_is_given_the_picture_that_was_begun_with_the_server(tmp_path, monkeypatch):
    url = f"sqlite:///{tmp_path / 'clinic.db'}"
    load_demo(url)
    monkeypatch.setenv("NADIR_DB_URL", url)
    judged, really = [], review.judge_clinic

    def watched(*given):
        judged.append(given)
        return really(*given)

    monkeypatch.setattr(review, "judge_clinic", watched)
    begun = begin_first_picture()
    panel = worklist.read_panel(url, "ann")  # asks while it is being made
    begun.join(PATIENCE)
    assert len(judged) == 1
    assert panel.picture is review.clinic(url)
    assert panel.lives


def test_what_follows_is_done_after_it_and_not_where_there_is_no_store(tmp_path, monkeypatch):
    done = Event()
    monkeypatch.setenv("NADIR_DB_URL", f"sqlite:///{tmp_path / 'none.db'}")
    begin_first_picture(done.set).join(PATIENCE)
    assert not done.is_set()
    load_demo(f"sqlite:///{tmp_path / 'none.db'}")
    begin_first_picture(done.set).join(PATIENCE)
    assert done.is_set()


def test_a_new_hour_is_judged_before_anybody_asks_and_no_more_once_the_server_ends(tmp_path, monkeypatch):
    url = f"sqlite:///{tmp_path / 'clinic.db'}"
    load_demo(url)
    monkeypatch.setenv("NADIR_DB_URL", url)
    hour = [1_795_000_000]
    monkeypatch.setattr(review, "tell_now", lambda *_given: hour[0])
    monkeypatch.setattr(first_picture, "LOOK_SECONDS", 0.01)
    monkeypatch.setattr(first_picture, "FIRST_SECONDS", 0.01)
    looked, really = Event(), review.clinic

    def watched(asked):
        picture = really(asked)
        if picture.as_of == hour[0]:
            looked.set()
        return picture

    monkeypatch.setattr(review, "clinic", watched)
    ended = Event()
    begun = begin_first_picture(ended=ended)
    assert looked.wait(PATIENCE)
    looked.clear()
    hour[0] += review.CLOCK_SECONDS
    assert looked.wait(PATIENCE)
    assert {one.hour for one in review._KEPT} == {(hour[0] - 3600) // 3600, hour[0] // 3600}
    ended.set()
    begun.join(PATIENCE)
    assert not begun.is_alive()


def test_a_start_makes_no_store(tmp_path, monkeypatch):
    monkeypatch.setenv("NADIR_DB_URL", f"sqlite:///{tmp_path / 'none.db'}")
    begin_first_picture().join(PATIENCE)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("failure", [StoreFailed("The store is damaged: OAKMOSS."), ZeroDivisionError("OAKMOSS")])
def test_a_failure_is_left_to_the_screen_and_quotes_nobody(tmp_path, monkeypatch, caplog, capfd, failure):
    url = f"sqlite:///{tmp_path / 'clinic.db'}"
    load_demo(url)
    monkeypatch.setenv("NADIR_DB_URL", url)

    def fail(*_given, **_named):
        raise failure

    monkeypatch.setattr(worklist, "read_panel", fail)
    with caplog.at_level(logging.INFO):
        begin_first_picture().join(PATIENCE)
    said = caplog.text + "".join(capfd.readouterr())
    assert "OAKMOSS" not in said
    assert ("ZeroDivisionError" in said) == isinstance(failure, ZeroDivisionError)
