"""A file beside the store: believed only whole, unaltered, under its own key, and where nobody else could touch it."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest
from sqlalchemy import create_engine

from core.store import private_file
from core.store.private_file import beside, read_own, write_whole
from tests.store.small_clinic import make_store

CONTENT = bytes(range(256)) * 3


@pytest.fixture
def file(tmp_path) -> Path:
    written = tmp_path / "clinic.db.kept"
    assert write_whole(written, "these facts", CONTENT)
    return written


@pytest.mark.parametrize("content", [b"", b"\r\n", CONTENT])
def test_what_is_written_is_what_is_read(file, content):
    assert write_whole(file, "these facts", content)
    assert read_own(file, "these facts") == content


@pytest.mark.parametrize("key", ["", "these", "these facts\n", "other facts", "these facts and more"])
def test_what_was_made_under_one_key_never_answers_for_another(file, key):
    assert read_own(file, key) is None


def test_a_single_altered_bit_anywhere_is_found(file):
    whole = file.read_bytes()
    for place in range(len(whole)):
        file.write_bytes(whole[:place] + bytes([whole[place] ^ 4]) + whole[place + 1 :])
        assert read_own(file, "these facts") is None, place
    file.write_bytes(whole)
    assert read_own(file, "these facts") == CONTENT


def test_a_file_cut_anywhere_or_longer_than_it_was_written_is_not_believed(file):
    whole = file.read_bytes()
    for wrong in [whole[:length] for length in range(len(whole))] + [whole + b"0"]:
        file.write_bytes(wrong)
        assert read_own(file, "these facts") is None


def test_content_put_under_another_key_by_hand_is_not_believed(file):
    """The seal covers the key too: old facts cannot be given the name of new ones."""
    file.write_bytes(file.read_bytes().replace(b"these facts", b"other facts"))
    assert read_own(file, "other facts") is None


@pytest.mark.parametrize("mode", [0o640, 0o620, 0o610, 0o604, 0o602, 0o601, 0o666, 0o777])
def test_a_file_that_others_may_touch_is_not_believed(file, mode):
    file.chmod(mode)
    assert read_own(file, "these facts") is None


def test_a_file_of_another_user_is_not_believed(file, monkeypatch):
    owner = file.stat().st_uid
    monkeypatch.setattr(private_file.os, "getuid", lambda: owner + 1)
    assert read_own(file, "these facts") is None


def test_nobody_but_its_owner_may_touch_what_is_written_whatever_lay_there_before(file):
    file.chmod(0o666)
    assert write_whole(file, "these facts", CONTENT)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


@pytest.mark.parametrize("step", ["open", "fdopen"])
def test_a_write_that_fails_leaves_what_was_there_and_no_half(file, step, monkeypatch):
    def refuse(*_: object) -> int:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(private_file.os, step, refuse)
        assert not write_whole(file, "other facts", b"new")
    assert read_own(file, "these facts") == CONTENT
    assert list(file.parent.iterdir()) == [file]


def test_a_half_has_the_ending_of_the_whole_so_that_what_spares_one_spares_the_other(file, monkeypatch):
    """A power cut may leave a half behind; version control ignores these files by their ending."""
    opened: list[Path] = []
    really = private_file.os.open

    def watched(path: Path, *rest: int) -> int:
        opened.append(path)
        return really(path, *rest)

    monkeypatch.setattr(private_file.os, "open", watched)
    write_whole(file, "these facts", CONTENT)
    (half,) = opened
    assert half != file
    assert (half.parent, half.suffix) == (file.parent, file.suffix)


def test_a_file_that_is_not_there_or_is_a_folder_counts_as_not_there(tmp_path):
    assert read_own(tmp_path / "nothing", "key") is None
    assert read_own(tmp_path, "key") is None


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="only where pipes have names")
def test_a_pipe_of_that_name_keeps_nobody_waiting(tmp_path):
    os.mkfifo(tmp_path / "pipe", 0o600)
    assert read_own(tmp_path / "pipe", "key") is None


def test_it_lies_beside_a_store_on_this_machine_and_nowhere_for_a_writer(tmp_path):
    store = make_store(tmp_path)
    with store.reading() as connection:
        assert beside(connection, ".kept") == Path(store.name + ".kept")
    with store.writing() as connection:
        assert beside(connection, ".kept") is None


def test_a_store_without_a_file_has_nothing_beside_it():
    with create_engine("sqlite://").connect() as connection:
        assert beside(connection, ".kept") is None
