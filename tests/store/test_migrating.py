"""A store of the first revision, with facts in it, opens as today's: nothing changes in it and people can act on it."""

from __future__ import annotations

import sqlite3

import pytest
from sqlalchemy import create_engine

from core.acts import Act
from core.services import acts, trail
from core.services.evaluate_clinic import Asked, evaluate_as_of
from core.store.migrations.upgrade import upgrade
from core.store.schema import REVISIONS
from tests.store.small_clinic import ANN, NOW, bring_in, make_store, read_everything, result

NEW_TABLES = ("act", "audit")
DROPPED = ("finding", "unknown", "visit")  # what older versions kept of their last evaluation


@pytest.fixture
def old(tmp_path, monkeypatch):
    """The file of a store whose facts were imported under the first revision."""
    monkeypatch.setenv("NADIR_AS_OF", "2026-12-13")
    course = "C1,0012345,anakinra,RA,100,mg,once daily,SC,2026-06-01,,active,"
    told = make_store(tmp_path, "now.db")
    bring_in(told, patients=[ANN], results=[result("R1", "0.9", "2026-12-10")], medications=[course])
    path = tmp_path / "old.db"
    engine = create_engine(f"sqlite:///{path}")
    with engine.begin() as connection:
        upgrade(connection, "0001")
    engine.dispose()
    with sqlite3.connect(path) as plain:
        plain.execute("ATTACH ? AS now", (str(tmp_path / "now.db"),))
        tables = "SELECT name FROM {}.sqlite_master WHERE type = 'table'"
        was, now = ({name for (name,) in plain.execute(tables.format(part))} for part in ("main", "now"))
        assert not set(NEW_TABLES) & was
        assert was - now == set(DROPPED)
        names = sorted(was & now)
        plain.execute("PRAGMA foreign_keys = OFF")
        for name in names:
            if name not in ("alembic_version", "sqlite_sequence"):
                plain.execute(f"INSERT INTO main.{name} SELECT * FROM now.{name}")  # columns as they were
        plain.execute(f"INSERT INTO main.unknown VALUES {('0012345', 'anakinra', 'r', 'aki', 'no_result', 0, 1)}")
    return told, path


def test_a_store_of_the_first_revision_keeps_its_facts_and_takes_acts(old):
    told, path = old
    before = read_everything(told)
    store = make_store(path.parent, "old.db")
    with sqlite3.connect(path) as plain:
        assert plain.execute("SELECT version_num FROM alembic_version").fetchall() == [(REVISIONS[-1],)]
        left = {name for (name,) in plain.execute("SELECT name FROM sqlite_master")}
        assert not [name for name in left if any(table in name.split("_") for table in DROPPED)]
    assert read_everything(store) == before
    url = f"sqlite:///{path}"
    alert = next(a for a in evaluate_as_of(store, Asked(NOW)).at(NOW).alerts if a.category == "neutropenia")
    asked = Act("acknowledge", "A. Reed", "clinician", "0012345", "k", alert.alert_id, disposition="will-monitor")
    assert acts.act(url, asked).state == "acknowledged"
    assert trail.verify_trail(url).entries == 1


def test_acts_survive_the_store_being_closed_and_opened_again(old):
    store = make_store(old[1].parent, "old.db")
    url = f"sqlite:///{old[1]}"
    acts.look(url, "A. Reed", "viewer", "0012345")
    store.engine.dispose()
    again = make_store(old[1].parent, "old.db")
    again.engine.dispose()
    assert [one.kind for one in acts.list_acts(url, "0012345")] == ["look"]
