"""An alert that came in after somebody's look is new to them, whatever day its facts are of (HAZ-008)."""

from __future__ import annotations

import pytest
from sqlalchemy import event

from core.acts import Act
from core.services import acts
from core.services.import_data import import_files
from core.services.worklist import read_panel
from core.store.connect import open_store
from tests.services.fresh_clinic import ANN_ID, COURSE, QUIET
from tests.services.running_clock import RunningClock
from tests.store.small_clinic import ANN, files, result

BEFORE = "2026-11-20T10:00:00"
LATER = "2026-11-20T16:00"
ARRIVED = {
    "a result taken before the look": {"results": [result("N", "0.9", BEFORE)]},
    "a correction": {"results": [result("neutrophils-2026-11-20", "0.9", "2026-11-20", status="corrected")]},
    "an infection": {"events": ["E,0012345,infection,2026-11-19,,,pneumonia,serious"]},
}
DIFFERENTIAL = {
    "the differential": [result("P", "10", BEFORE, analyte="neutrophils_percent", unit="%")],
    "the white cells": [result("W", "6", BEFORE, analyte="wbc", unit="10*9/L")],
}


@pytest.fixture
def clock(monkeypatch):
    return RunningClock(monkeypatch, "2026-11-20T12:00")


@pytest.fixture
def url(tmp_path, clock):
    url = f"sqlite:///{tmp_path / 'clinic.db'}"
    bring(url, clock, patients=[ANN], medications=[COURSE], results=QUIET)
    return url


def bring(url, clock, **tables):
    told = import_files(open_store(url), files(**tables), source="lab", zone="UTC", now=clock.instant).to_json()
    assert not told["quarantined"], told


def look(url, clock, at="2026-11-20T14:00"):
    clock.turn(at)
    acts.look(url, "Dr Ash", "clinician", ANN_ID)


def new_to(url, by="Dr Ash"):
    return read_panel(url, by).new


@pytest.mark.parametrize("arrived", ARRIVED)
def test_what_came_in_after_the_look_is_new_though_it_is_older_than_the_look(url, clock, arrived):
    look(url, clock)
    assert new_to(url) == frozenset()
    clock.turn(LATER)
    bring(url, clock, **ARRIVED[arrived])
    assert new_to(url) == {ANN_ID} == new_to(url, "Dr Elm")
    look(url, clock, "2026-11-20T17:00")
    assert new_to(url) == frozenset() and new_to(url, "Dr Elm") == {ANN_ID}


@pytest.mark.parametrize("late", DIFFERENTIAL)
def test_a_count_is_new_when_the_last_of_what_it_is_made_of_came_in(url, clock, late):
    (early,) = DIFFERENTIAL.keys() - {late}
    bring(url, clock, results=DIFFERENTIAL[early])
    look(url, clock)
    clock.turn(LATER)
    bring(url, clock, results=DIFFERENTIAL[late])
    assert new_to(url) == {ANN_ID}


def test_what_was_there_to_be_seen_is_not_new(url, clock):
    bring(url, clock, results=[result("N", "0.9", BEFORE)])
    look(url, clock)
    clock.turn(LATER)
    bring(url, clock, results=[result("A", "21", BEFORE, analyte="alt", unit="U/L")])  # no alert rests on it
    assert new_to(url) == frozenset()


def test_what_somebody_answered_is_not_new(url, clock):
    look(url, clock)
    clock.turn(LATER)
    bring(url, clock, results=[result("N", "0.9", BEFORE)])
    panel = read_panel(url, "Dr Elm")
    for one in panel.alerts(ANN_ID):
        life = panel.lives[one.alert_id]
        acts.act(
            url,
            Act(
                "acknowledge", "Dr Elm", "clinician", ANN_ID, one.alert_id, alert_id=one.alert_id,
                disposition="acted-on", expects=life.last_act_id, saw=life.mark,
            ),
        )  # fmt: skip
    assert new_to(url) == frozenset()


def test_on_arrival_it_is_told_by_the_looks_of_that_moment(url, clock):
    look(url, clock)
    clock.turn(LATER)
    bring(url, clock, results=[result("N", "0.9", BEFORE)])
    visit = acts.acts_version(url)
    look(url, clock, "2026-11-20T17:00")
    panel = read_panel(url, "Dr Ash", visit)
    assert (panel.new, panel.new_on_arrival) == (frozenset(), {ANN_ID})


def test_the_store_is_asked_once_when_the_facts_of_a_picture_came_in(url, clock):
    bring(url, clock, results=[result("N", "0.9", BEFORE)])
    look(url, clock)
    asked = []
    with open_store(url).reading() as connection:
        engine = connection.engine
    event.listen(engine, "before_cursor_execute", lambda *given: asked.append(given[2]))
    read_panel(url, "Dr Ash")
    assert [one for one in asked if "result.recorded_at" in one]
    asked.clear()
    read_panel(url, "Dr Ash")
    assert asked and not [one for one in asked if "result.recorded_at" in one]
