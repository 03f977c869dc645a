"""The program's name: another one as soon as any of its text is another."""

from __future__ import annotations

import pytest

from core.store import program_text
from core.store.program_text import read_program


@pytest.fixture
def program(tmp_path, monkeypatch):
    (tmp_path / "store").mkdir()
    (tmp_path / "store" / "load.py").write_text("read")
    (tmp_path / "store" / "units.toml").write_text("factor = 1")
    (tmp_path / "records.py").write_text("DAY = 86400")
    monkeypatch.setattr(program_text, "CORE", tmp_path)
    return tmp_path


@pytest.mark.parametrize("changed", ["store/load.py", "store/units.toml", "records.py", "store/new.py"])
def test_a_changed_or_added_text_gives_another_name(program, changed):
    before = read_program()
    (program / changed).write_text("other")
    assert read_program() != before


def test_a_text_moved_to_another_place_gives_another_name(program):
    before = read_program()
    (program / "store" / "load.py").rename(program / "store" / "loads.py")
    assert read_program() != before


def test_only_the_parts_asked_for_count(program):
    before = read_program(["store"])
    (program / "records.py").write_text("DAY = 1")
    (program / "store" / "notes.txt").write_text("not a program")
    assert read_program(["store"]) == before
    assert read_program(["store", "records.py"]) != before
