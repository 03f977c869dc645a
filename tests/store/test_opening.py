"""A store is opened only if it is ours, whole, and not from the future; otherwise one sentence says what to do."""

from __future__ import annotations

import os
import sqlite3
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from core.errors import InputRefused, StoreFailed
from core.store.connect import open_store
from core.store.schema import REVISIONS
from tests.store.small_clinic import ANN, bring_in, count_rows, make_store

ALEMBIC_TABLE = (
    "CREATE TABLE alembic_version (\n\tversion_num VARCHAR(32) NOT NULL, \n\t"
    "CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)\n)"
)


def read_schema(path: Path) -> list[tuple[str, ...]]:
    with sqlite3.connect(path) as plain:
        return sorted(plain.execute("SELECT type, name, sql FROM sqlite_master").fetchall(), key=repr)


def refuse(path: Path) -> str:
    with pytest.raises(StoreFailed) as refused:
        open_store(f"sqlite:///{path}", 0.1)
    sentence = str(refused.value)
    assert "\n" not in sentence
    assert "Traceback" not in sentence
    assert refused.value.exit_code == 3
    return sentence


def test_a_fresh_store_carries_the_newest_revision(tmp_path):
    make_store(tmp_path)
    with sqlite3.connect(tmp_path / "clinic.db") as plain:
        assert plain.execute("SELECT version_num FROM alembic_version").fetchall() == [(REVISIONS[-1],)]


def test_the_migrations_build_exactly_the_schema_of_a_fresh_store(tmp_path):
    make_store(tmp_path, "fresh.db")
    with sqlite3.connect(tmp_path / "old.db") as plain:  # a store from before the first revision
        plain.execute(ALEMBIC_TABLE)
    make_store(tmp_path, "old.db")
    assert read_schema(tmp_path / "old.db") == read_schema(tmp_path / "fresh.db")


def test_every_migration_is_listed_in_order_and_nothing_else_is(tmp_path):
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    import core.store.migrations

    config = Config()
    config.set_main_option("script_location", str(Path(core.store.migrations.__file__).parent))
    walked = [script.revision for script in ScriptDirectory.from_config(config).walk_revisions()]
    assert tuple(reversed(walked)) == REVISIONS


def test_opening_again_changes_nothing_and_keeps_what_is_there(tmp_path):
    store = make_store(tmp_path)
    bring_in(store, patients=[ANN])
    before = read_schema(tmp_path / "clinic.db")
    assert count_rows(make_store(tmp_path))["patient"] == 1
    assert read_schema(tmp_path / "clinic.db") == before


@pytest.mark.skipif(os.name != "posix", reason="Windows has other rights")
def test_a_new_store_can_be_read_by_its_owner_alone(tmp_path):
    make_store(tmp_path)
    assert stat.S_IMODE((tmp_path / "clinic.db").stat().st_mode) == 0o600


def test_a_store_is_made_without_loading_the_migration_tool(tmp_path):
    script = f"""
import sys
from core.store.connect import open_store
open_store("sqlite:///{(tmp_path / "clinic.db").as_posix()}")
print("alembic" in sys.modules)
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.strip() == "False"


def test_every_connection_writes_through_to_the_disk_and_checks_references(tmp_path):
    with make_store(tmp_path).reading() as connection:
        told = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    assert told == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 30_000}


def test_a_store_of_a_newer_nadir_is_left_alone(tmp_path):
    make_store(tmp_path)
    with sqlite3.connect(tmp_path / "clinic.db") as plain:
        plain.execute("UPDATE alembic_version SET version_num = '9999'")
    assert "newer Nadir" in refuse(tmp_path / "clinic.db")
    with sqlite3.connect(tmp_path / "clinic.db") as plain:
        assert plain.execute("SELECT version_num FROM alembic_version").fetchall() == [("9999",)]


def test_another_programs_database_is_left_alone(tmp_path):
    with sqlite3.connect(tmp_path / "theirs.db") as plain:
        plain.execute("CREATE TABLE recipes (name TEXT)")
    assert "another program" in refuse(tmp_path / "theirs.db")
    assert [name for _, name, _ in read_schema(tmp_path / "theirs.db")] == ["recipes"]


def test_another_programs_database_keeps_every_byte_and_its_journal_mode(tmp_path):
    path = tmp_path / "theirs.db"
    with sqlite3.connect(path) as plain:
        plain.execute("CREATE TABLE recipes (name TEXT)")
    plain.close()
    before = path.read_bytes()
    refuse(path)
    assert path.read_bytes() == before
    assert [file.name for file in tmp_path.iterdir()] == ["theirs.db"]
    with sqlite3.connect(path) as plain:
        assert plain.execute("PRAGMA journal_mode").fetchone() == ("delete",)


def test_another_programs_database_that_uses_the_same_migration_tool_is_left_alone(tmp_path):
    path = tmp_path / "theirs.db"
    with sqlite3.connect(path) as plain:
        plain.execute(ALEMBIC_TABLE)
        plain.execute("INSERT INTO alembic_version VALUES ('b2c3')")
    plain.close()
    before = path.read_bytes()
    assert "b2c3" in refuse(path)
    assert path.read_bytes() == before


def test_a_store_that_must_exist_is_not_made_from_a_mistyped_path(tmp_path):
    with pytest.raises(InputRefused, match="no store at") as refused:
        open_store(f"sqlite:///{tmp_path / 'mistyped.db'}", must_exist=True)
    assert refused.value.exit_code == 2
    assert "import" in str(refused.value)
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_no_database_is_refused_and_kept(tmp_path):
    (tmp_path / "letter.db").write_bytes(b"Dear colleague, thank you for referring this patient. " * 40)
    assert "not a database" in refuse(tmp_path / "letter.db")
    assert (tmp_path / "letter.db").read_bytes().startswith(b"Dear colleague")


def test_a_store_with_a_damaged_page_is_refused(tmp_path):
    bring_in(make_store(tmp_path), patients=[ANN])
    path = tmp_path / "clinic.db"
    content = bytearray(path.read_bytes())
    content[100:4096] = b"\xff" * 3996  # the page that says which tables there are
    path.write_bytes(content)
    assert "damaged" in refuse(path)


def test_a_store_cut_short_is_refused(tmp_path):
    bring_in(make_store(tmp_path), patients=[ANN])
    path = tmp_path / "clinic.db"
    path.write_bytes(path.read_bytes()[:6000])
    assert "damaged" in refuse(path)


def test_a_folder_that_is_not_there_is_named(tmp_path):
    sentence = refuse(tmp_path / "nowhere" / "clinic.db")
    assert "nowhere" in sentence
    assert "folder does not exist" in sentence
    assert "Errno" not in sentence
    assert not (tmp_path / "nowhere").exists()


def test_a_folder_in_the_place_of_the_store_is_refused(tmp_path):
    assert "cannot be opened" in refuse(tmp_path)


@pytest.mark.parametrize("url", ["clinic.db", "sqlite://", "sqlite:///:memory:", "oracle9://x/y", ""])
def test_an_address_that_is_no_store_is_the_users_to_mend(url):
    with pytest.raises(InputRefused) as refused:
        open_store(url)
    assert "sqlite:///" in str(refused.value)
    assert refused.value.exit_code == 2


def test_a_server_whose_driver_is_missing_is_the_administrators_to_mend():
    with pytest.raises(StoreFailed, match="this installation has no driver for that database: ") as refused:
        open_store("mysql+pymysql://clinic@localhost/nadir")
    assert "pymysql" not in str(refused.value).lower()
    assert "module" not in str(refused.value)


def test_a_store_the_user_may_not_touch_is_told_without_error_numbers(tmp_path, monkeypatch):
    def forbid(*_given: object) -> int:
        raise PermissionError(13, "Permission denied", str(tmp_path))

    monkeypatch.setattr(os, "open", forbid)
    sentence = refuse(tmp_path / "clinic.db")
    assert "may not be used by this user" in sentence
    assert "Errno" not in sentence
