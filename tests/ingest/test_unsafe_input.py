"""Hostile and broken input: refused before it is read further, in one sentence, with nothing half believed (P34)."""

from __future__ import annotations

import gzip
import io
import os
import stat
import time
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from core.errors import InputRefused
from core.ingest import limits
from core.ingest.clinic_csv import read_clinic
from core.ingest.grid import read_csv_grid
from core.ingest.limits import COMMAND_LINE, UPLOAD, InputFile, Limits, open_inputs, open_upload
from tests.ingest.clinic import ANNA, NOW, UTC, file_text, pack, read_folder, write_folder

PATIENTS = file_text("patients.csv", ANNA)
TINY = Limits(bytes_given=2_000, bytes_unpacked=5_000, seconds=5, rows=10, files=5, columns=20, cell=50)


def refuse(name: str, content: bytes, bounds: Limits = UPLOAD) -> InputRefused:
    with pytest.raises(InputRefused) as refused:
        open_upload(name, content, bounds)
    assert refused.value.reason == "unsafe_file"
    return refused.value


@pytest.mark.parametrize(
    "member",
    [
        "../patients.csv",
        "/etc/patients.csv",
        "a/../../patients.csv",
        "..\\patients.csv",
        "C:patients.csv",
        "a\x1b/patients.csv",
    ],
)
def test_a_member_outside_the_archive_refuses_the_import(member: str) -> None:
    assert "outside the archive" in str(refuse("clinic.zip", pack({member: PATIENTS})))


@pytest.mark.parametrize("member", ["run.exe", "evil.XML", "page.html", "macro.xlsm", "script.sh", "lib.so", "a.py"])
def test_a_member_of_a_dangerous_kind_refuses_the_import(member: str) -> None:
    assert "not read from archives" in str(refuse("clinic.zip", pack({"patients.csv": PATIENTS, member: b"x"})))


@pytest.mark.parametrize("inner", ["more.zip", "more.csv.gz", "more.tar", "more.7z"])
def test_an_archive_in_an_archive_refuses_the_import(inner: str) -> None:
    assert "another archive" in str(refuse("clinic.zip", pack({inner: pack({"patients.csv": PATIENTS})})))


@pytest.mark.parametrize("content", [pack({"a": "b"}), gzip.compress(b"a"), b"MZ\x90", b"\x7fELF\x02", b"#!/bin/sh\n"])
def test_a_member_is_judged_by_what_it_holds_whatever_it_is_called(content: bytes) -> None:
    refuse("clinic.zip", pack({"patients.csv": content}))
    refuse("patients.csv.gz", gzip.compress(content))


def test_a_link_in_an_archive_is_never_followed() -> None:
    link = pack({"patients.csv": "/etc/passwd"}, external_attr=(stat.S_IFLNK | 0o777) << 16)
    assert "link" in str(refuse("clinic.zip", link))


def test_two_members_of_one_name_refuse_the_import() -> None:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive, pytest.warns(UserWarning, match="Duplicate name"):
        archive.writestr("patients.csv", PATIENTS)
        archive.writestr("patients.csv", "other")
    assert "one name" in str(refuse("clinic.zip", held.getvalue()))


def test_a_locked_archive_is_refused() -> None:
    content = bytearray(pack({"patients.csv": PATIENTS}))
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(signature) + offset] |= 1
    assert "password" in str(refuse("clinic.zip", bytes(content)))


@pytest.mark.parametrize("content", [b"no archive", pack({"patients.csv": PATIENTS})[:-30], b""])
def test_a_damaged_archive_is_refused(content: bytes) -> None:
    assert "damaged" in str(refuse("clinic.zip", content))


def test_a_member_whose_content_was_altered_is_refused() -> None:
    content = pack({"patients.csv": PATIENTS})
    place = content.index(b"patients.csv") + len("patients.csv") + 3
    assert "damaged" in str(refuse("clinic.zip", content[:place] + b"\xff\xff" + content[place + 2 :]))


@pytest.mark.parametrize("content", [b"\x1f\x8bxx", gzip.compress(PATIENTS.encode())[:-6], b""])
def test_a_damaged_gz_is_refused(content: bytes) -> None:
    with pytest.raises(InputRefused):
        [read_csv_grid(file) for file in open_upload("patients.csv.gz", content)]


def test_a_zip_bomb_is_refused_by_its_directory_in_no_time() -> None:
    bomb = pack({f"part{n}.csv": b"0" * (30 << 20) for n in range(2)})
    assert len(bomb) < 200_000
    began = time.process_time()
    assert "times its size" in str(refuse("clinic.zip", bomb))
    assert time.process_time() - began < 0.2


def test_a_gz_bomb_is_stopped_while_it_unpacks() -> None:
    bomb = gzip.compress(b"0" * (200 << 20))
    began = time.process_time()
    assert "times its size" in str(refuse("results.csv.gz", bomb))
    assert time.process_time() - began < 1.0


def test_an_archive_that_lies_about_its_sizes_is_refused() -> None:
    content = bytearray(pack({"patients.csv": PATIENTS}))
    content[content.index(b"PK\x01\x02") + 24 : content.index(b"PK\x01\x02") + 28] = (10).to_bytes(4, "little")
    refuse("clinic.zip", bytes(content))


@pytest.mark.parametrize(
    "name", ["clinic.7z", "clinic.tar", "clinic.tar.gz", "patients.xml", "run.exe", "patients.xlsm"]
)
def test_a_named_file_of_a_kind_nobody_reads_is_refused(name: str) -> None:
    refuse(name, b"whatever")


def test_bytes_are_counted_before_anything_is_read() -> None:
    assert "larger than" in str(refuse("patients.csv", b"x" * 2_001, TINY))
    assert "unpacks to more" in str(
        refuse("a.zip", pack({"patients.csv": os.urandom(2_000).hex() * 2}), replace(TINY, bytes_given=10_000))
    )


def test_an_import_of_several_files_is_bounded_as_a_whole(tmp_path: Path) -> None:
    write_folder(tmp_path, {f"{n}.txt": "x" * 900 for n in range(3)})
    with pytest.raises(InputRefused, match="fewer files at a time"):
        open_inputs([tmp_path], TINY)
    for n in range(3, 9):
        (tmp_path / f"{n}.txt").write_text("")
    with pytest.raises(InputRefused, match="more than 5 files"):
        open_inputs([tmp_path], replace(TINY, bytes_given=10_000))
    with pytest.raises(InputRefused, match="more than 5 files"):
        open_inputs(sorted(tmp_path.iterdir()), replace(TINY, bytes_given=10_000))


def test_rows_of_all_files_together_are_bounded(tmp_path: Path) -> None:
    lines = [f"P{n},Alder,Anna,1980-05-17,f" for n in range(6)]
    write_folder(tmp_path, {f"{part}/patients.csv": file_text("patients.csv", *lines) for part in ("a", "b")})
    with pytest.raises(InputRefused, match="over 10 rows"):
        read_clinic(open_inputs([tmp_path]), source="lab", zone=UTC, now=NOW, people={}, limits=TINY)


def test_what_may_not_be_read_is_said_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_folder(tmp_path, {"patients.csv": PATIENTS})
    files = open_inputs([tmp_path])

    def deny(*_: object, **__: object) -> None:
        raise PermissionError

    monkeypatch.setattr(Path, "open", deny)
    with pytest.raises(InputRefused, match="check that you may read it"):
        files[0].open()
    monkeypatch.setattr(os, "scandir", deny)
    with pytest.raises(InputRefused, match="cannot be listed"):
        open_inputs([tmp_path])


def test_a_gz_may_not_unpack_beyond_the_bound_either() -> None:
    assert "unpacks to more than" in str(refuse("a.csv.gz", gzip.compress(os.urandom(3_000).hex().encode()), BOUNDED))


BOUNDED = replace(TINY, bytes_given=10_000)


def test_too_many_members_are_refused() -> None:
    assert "more than 5 members" in str(refuse("a.zip", pack({f"{n}.txt": "" for n in range(6)}), TINY))


def test_folders_in_an_archive_may_not_be_deep() -> None:
    assert "folders deep" in str(refuse("a.zip", pack({"a/" * 9 + "patients.csv": PATIENTS})))


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("a," * 1_000_000 + "b\n", "columns"),
        ("a,b\n" + "x," * 30 + "\n", "columns"),
        ("a,b\n" + "x" * 51 + ",1\n", "characters"),
        ("a,b\n" + "1,2\n" * 10, "rows"),
        ("a,b\n" + '"' + "x" * 200_000, "quote left open"),
    ],
)
def test_a_csv_over_a_bound_is_refused_and_says_which(text: str, word: str) -> None:
    bounds = replace(TINY, bytes_given=10_000_000)
    with pytest.raises(InputRefused) as refused:
        list(read_csv_grid(InputFile("results.csv", text.encode()), limits=bounds).lines)
    assert refused.value.reason == "unsafe_file"
    assert word in str(refused.value)


def test_a_million_columns_are_refused_in_a_second() -> None:
    began = time.process_time()
    with pytest.raises(InputRefused, match="columns"):
        read_csv_grid(InputFile("results.csv", b"a" + b",a" * 999_999))
    assert time.process_time() - began < 1.0


def test_reading_stops_at_its_time_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = iter(range(0, 10_000, 3))
    monkeypatch.setattr(limits.time, "monotonic", lambda: next(clock))
    with pytest.raises(InputRefused, match="seconds to read"):
        list(
            read_csv_grid(
                InputFile("results.csv", b"a\n" + b"1\n" * 50_000), limits=replace(COMMAND_LINE, seconds=5)
            ).lines
        )


def test_links_in_a_folder_are_listed_and_never_followed(tmp_path: Path) -> None:
    secret = write_folder(tmp_path / "secret", {"results.csv": "x"})
    folder = write_folder(tmp_path / "clinic", {"patients.csv": PATIENTS})
    (folder / "results.csv").symlink_to(secret / "results.csv")
    (folder / "more").symlink_to(secret)
    reading = read_folder(folder)
    assert [row.kind for row in reading.rows] == ["patient"]
    ignored = {issue.file: issue.message for issue in reading.issues if issue.outcome == "ignored"}
    assert set(ignored) == {"results.csv", "more"}
    assert all("links are never followed" in message for message in ignored.values())


def test_a_pipe_in_a_folder_does_not_hang_the_import(tmp_path: Path) -> None:
    folder = write_folder(tmp_path, {"patients.csv": PATIENTS})
    os.mkfifo(folder / "results.csv")
    assert [issue.file for issue in read_folder(folder).issues] == ["results.csv"]
    with pytest.raises(InputRefused):
        open_inputs([folder / "results.csv"])


def test_a_path_that_is_not_there_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(InputRefused, match=r"gone\.csv does not exist"):
        open_inputs([tmp_path / "gone.csv"])


def test_too_deep_a_folder_is_refused(tmp_path: Path) -> None:
    write_folder(tmp_path, {"/".join("abcdefghij") + "/patients.csv": PATIENTS})
    with pytest.raises(InputRefused, match="folders deep"):
        open_inputs([tmp_path])


def test_an_upload_s_name_is_shown_and_never_a_path() -> None:
    (file,) = open_upload("..\\..\\etc/\u202epatients.csv\n", PATIENTS.encode())
    assert file.name == "?patients.csv?"
    assert file.path_or_bytes == PATIENTS.encode()
