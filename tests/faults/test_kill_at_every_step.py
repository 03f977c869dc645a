"""Whatever step an import dies at, the store holds all of it or nothing, and the same import completes afterwards.

Hazard: HAZ-005, HAZ-017 (P12, P14).
"""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from core.errors import StoreFailed
from core.store.connect import open_store
from tests.faults.broken_machine import IMPORTED, Steps, make_store_before, run_import
from tests.store.small_clinic import read_everything

ROOT = Path(__file__).parents[2]


class Died(BaseException):
    """The process ended here; nothing catches it."""


def die() -> None:
    raise Died


def fail_on_disk() -> None:
    raise sqlite3.OperationalError("disk I/O error")


@pytest.fixture(scope="module")
def before(tmp_path_factory):
    """A folder with a store as it stands before the import."""
    folder = tmp_path_factory.mktemp("before")
    make_store_before(folder)
    return folder


@pytest.fixture(scope="module")
def complete(before, tmp_path_factory):
    """What the store says once the import went through, and how many steps that took."""
    store = copy(before, tmp_path_factory.mktemp("complete"))
    with Steps(store.engine, 0, die) as steps:
        report = run_import(store, IMPORTED)
    assert report["stored"] == 6
    assert report["quarantined"] == 2
    return read_everything(store), steps.taken


def copy(folder: Path, to: Path):
    shutil.copytree(folder, to, dirs_exist_ok=True)
    return open_store(f"sqlite:///{to / 'clinic.db'}", 1.0)


def reopen(folder: Path):
    """A store opened by a process that knows nothing of the last one."""
    return open_store(f"sqlite:///{folder / 'clinic.db'}", 2.0)


def check_whole(folder: Path) -> None:
    with sqlite3.connect(folder / "clinic.db") as plain:
        assert plain.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert plain.execute("PRAGMA foreign_key_check").fetchall() == []


@pytest.mark.parametrize(("fail", "raised"), [(die, Died), (fail_on_disk, StoreFailed)])
def test_an_import_that_dies_at_any_step_leaves_nothing_and_can_be_repeated(before, complete, tmp_path, fail, raised):
    nothing, everything, steps = read_everything(reopen(before)), *complete
    assert steps > 30  # the import under test does ask the store for something at every turn
    for k in range(1, steps + 1):
        folder = tmp_path / str(k)
        store = copy(before, folder)
        with pytest.raises(raised), Steps(store.engine, k, fail):
            run_import(store, IMPORTED)
        assert read_everything(reopen(folder)) == nothing, f"step {k}"
        run_import(reopen(folder), IMPORTED)
        assert read_everything(reopen(folder)) == everything, f"again after step {k}"
        shutil.rmtree(folder)
    with Steps(copy(before, tmp_path / "last").engine, steps + 1, fail):
        run_import(reopen(tmp_path / "last"), IMPORTED)  # no step was left out: beyond the last nothing fails


@pytest.mark.skipif(sys.platform == "win32", reason="Windows kills processes in its own way")
def test_a_killed_process_leaves_all_or_nothing(before, complete, tmp_path):
    everything, steps = complete
    nothing = read_everything(reopen(before))
    writing = [*range(steps // 2, steps, 7), steps - 1, steps]
    for k in writing:
        folder = tmp_path / str(k)
        copy(before, folder)
        script = f"""
from pathlib import Path
from tests.faults.broken_machine import IMPORTED, Steps, kill_this_process, run_import
from core.store.connect import open_store
store = open_store("sqlite:///{(folder / "clinic.db").as_posix()}")
with Steps(store.engine, {k}, kill_this_process):
    run_import(store, IMPORTED)
print("imported")
"""
        done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, timeout=60)
        assert (done.returncode, done.stdout) == (-9, ""), done.stderr
        told = read_everything(reopen(folder))
        assert told == nothing, f"killed at step {k}"
        check_whole(folder)
        run_import(reopen(folder), IMPORTED)
        assert read_everything(reopen(folder)) == everything


@pytest.mark.skipif(sys.platform == "win32", reason="Windows kills processes in its own way")
def test_a_process_killed_after_it_said_imported_has_stored_everything(before, complete, tmp_path):
    everything, _ = complete
    copy(before, tmp_path)
    script = f"""
from tests.faults.broken_machine import IMPORTED, kill_this_process, run_import
from core.store.connect import open_store
run_import(open_store("sqlite:///{(tmp_path / "clinic.db").as_posix()}"), IMPORTED)
print("imported", flush=True)
kill_this_process()
"""
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout) == (-9, "imported\n"), done.stderr
    assert read_everything(reopen(tmp_path)) == everything
    check_whole(tmp_path)
