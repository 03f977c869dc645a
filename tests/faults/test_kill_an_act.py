"""Whatever step an act dies at, the store holds the act and its line in the trail, or neither; done again, it is one.

Hazard: HAZ-017 (P12, P14, P37).
"""

from __future__ import annotations

import gc
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from core.acts import Act
from core.errors import StoreFailed
from core.services import acts, trail
from core.services.evaluate_clinic import Asked, evaluate_as_of
from core.store.connect import open_store
from tests.faults.broken_machine import Steps
from tests.store.small_clinic import ANN, NOW, bring_in, result

ROOT = Path(__file__).parents[2]
COURSE = "C1,0012345,anakinra,RA,100,mg,once daily,SC,2026-06-01,,active,"


class Died(BaseException):
    """The process ended here; nothing catches it."""


def die() -> None:
    raise Died


def fail_on_disk() -> None:
    raise sqlite3.OperationalError("disk I/O error")


@pytest.fixture(scope="module")
def before(tmp_path_factory):
    """A folder with a store in which one alert is open."""
    folder = tmp_path_factory.mktemp("before")
    store = open_store(url_of(folder))
    bring_in(store, patients=[ANN], results=[result("R1", "0.9", "2026-12-10")], medications=[COURSE])
    return folder


@pytest.fixture(autouse=True)
def pinned(monkeypatch):
    monkeypatch.setenv("NADIR_AS_OF", "2026-12-13")


def url_of(folder: Path) -> str:
    return f"sqlite:///{(folder / 'clinic.db').as_posix()}"


def copy(folder: Path, to: Path):
    shutil.copytree(folder, to, dirs_exist_ok=True)
    return open_store(url_of(to))


@pytest.fixture(scope="module")
def alert_id(before):
    """The alert's id, the same in every copy of the store."""
    standing = evaluate_as_of(open_store(url_of(before)), Asked(NOW)).at(NOW)
    return next(one.alert_id for one in standing.alerts if one.category == "neutropenia")


def acknowledge(folder: Path, alert_id: str) -> str:
    asked = Act("acknowledge", "A. Reed", "clinician", "0012345", "k", alert_id, disposition="will-monitor")
    return acts.act(url_of(folder), asked).state


def kept(folder: Path) -> tuple[int, int]:
    """How many acts and how many lines of the trail there are; the trail must be whole."""
    assert trail.verify_trail(url_of(folder)).state == "intact"
    told = [entry for _, entry in trail.list_trail(url_of(folder)) if entry.what == "act"]
    return len(acts.list_acts(url_of(folder), "0012345")), len(told)


@pytest.mark.parametrize(("fail", "raised"), [(die, Died), (fail_on_disk, StoreFailed)])
def test_an_act_that_dies_at_any_step_is_not_there_and_can_be_done_again(before, alert_id, tmp_path, fail, raised):
    store = copy(before, tmp_path / "counted")
    with Steps(store.engine, 0, die) as steps:
        assert acknowledge(tmp_path / "counted", alert_id) == "acknowledged"
    assert kept(tmp_path / "counted") == (1, 1)
    assert steps.taken > 10
    for k in range(1, steps.taken + 1):
        folder = tmp_path / str(k)
        store = copy(before, folder)
        with pytest.raises(raised), Steps(store.engine, k, fail):
            acknowledge(folder, alert_id)
        gc.collect()  # the dead leave nothing open; here the exception's frames hold a connection until collected
        assert kept(folder) == (0, 0), f"step {k}"
        assert acknowledge(folder, alert_id) == "acknowledged"
        assert kept(folder) == (1, 1), f"again after step {k}"
        shutil.rmtree(folder)


SCRIPT = """
from pathlib import Path
from tests.faults.broken_machine import Steps, kill_this_process
from tests.faults.test_kill_an_act import acknowledge, url_of
from core.store.connect import open_store
folder = Path({folder!r})
with Steps(open_store(url_of(folder)).engine, {k}, kill_this_process):
    acknowledge(folder, {alert_id!r})
print("acknowledged", flush=True)
kill_this_process()
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows kills processes in its own way")
def test_a_killed_process_leaves_the_act_and_its_line_or_neither(before, alert_id, tmp_path):
    store = copy(before, tmp_path / "counted")
    with Steps(store.engine, 0, die) as steps:
        acknowledge(tmp_path / "counted", alert_id)
    for k in (steps.taken - 2, steps.taken, 0):
        folder = tmp_path / str(k)
        copy(before, folder)
        script = SCRIPT.format(folder=folder.as_posix(), k=k, alert_id=alert_id)
        done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, timeout=60)
        assert done.returncode == -9, done.stderr
        said = "acknowledged" in done.stdout
        assert said == (k == 0)
        assert kept(folder) == ((1, 1) if said else (0, 0)), f"killed at step {k}"
        assert acknowledge(folder, alert_id) == "acknowledged"  # the same key: done again it is the same act
        assert kept(folder) == (1, 1)
