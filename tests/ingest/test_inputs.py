"""Which files an import consists of, and under which names the user meets them again in the report."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from core.errors import InputRefused
from core.ingest.clinic_csv import read_clinic
from core.ingest.limits import open_inputs, open_upload
from tests.ingest.clinic import ANNA, NOW, UTC, file_text, pack, read_folder, write_folder

PATIENTS = file_text("patients.csv", ANNA)
RESULTS = file_text("results.csv", "R1,0012345,,neutrophils,1.49,10*9/L,2026-03-01,,,,")


def test_names_are_relative_to_the_imported_folder(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "clinic", {"2026/Results.CSV": RESULTS, "patients.csv": PATIENTS})
    assert [file.name for file in open_inputs([folder])] == ["patients.csv", "2026/Results.CSV"]
    reading = read_folder(folder)
    assert [(row.kind, row.origin.file) for row in reading.rows] == [
        ("patient", "patients.csv"),
        ("result", "2026/Results.CSV"),
    ]


def test_two_folders_that_hold_the_same_name_are_told_apart(tmp_path: Path) -> None:
    one = write_folder(tmp_path / "north", {"patients.csv": PATIENTS})
    two = write_folder(tmp_path / "south", {"patients.csv": PATIENTS})
    assert [file.name for file in open_inputs([one, two])] == ["patients.csv", "south/patients.csv"]


def test_a_named_archive_is_like_a_folder(tmp_path: Path) -> None:
    packed = pack(
        {
            "clinic/patients.csv": PATIENTS,
            "clinic/results.csv": RESULTS,
            "clinic/read me.txt": "hi",
            "clinic/": "",
            "clinic/.DS_Store": "x",
        }
    )
    (tmp_path / "export.zip").write_bytes(packed)
    reading = read_clinic(open_inputs([tmp_path / "export.zip"]), source="lab", zone=UTC, now=NOW, people={})
    assert [row.origin.file for row in reading.rows] == ["clinic/patients.csv", "clinic/results.csv"]
    assert all(row.outcome == "fact" for row in reading.rows)
    assert [issue.file for issue in reading.issues] == ["clinic/read me.txt", "clinic/.DS_Store"]


def test_archives_lying_in_a_folder_go_before_their_members(tmp_path: Path) -> None:
    write_folder(
        tmp_path, {"a.zip": pack({"patients.csv": PATIENTS}), "results.csv.gz": gzip.compress(RESULTS.encode())}
    )
    reading = read_folder(tmp_path)
    assert [row.origin.file for row in reading.rows] == ["a.zip/patients.csv", "results.csv.gz"]
    assert reading.files == 2


def test_other_files_in_a_folder_are_ignored_and_listed(tmp_path: Path) -> None:
    others = ["notes.txt", "labs.csv", "scan.pdf", "setup.exe", "old.xml", ".hidden.csv", "~$patients.xlsx", "x.tar.gz"]
    write_folder(tmp_path, {"patients.csv": PATIENTS} | dict.fromkeys(others, "x"))
    reading = read_folder(tmp_path)
    assert sorted(issue.file for issue in reading.issues) == sorted(others)
    assert {(issue.outcome, issue.reason) for issue in reading.issues} == {("ignored", "out_of_scope")}
    assert len(reading.rows) == 1


def test_a_named_file_that_is_not_of_the_set_is_refused_with_what_to_do(tmp_path: Path) -> None:
    write_folder(tmp_path, {"labs.csv": RESULTS})
    with pytest.raises(InputRefused, match="mapping") as refused:
        read_clinic(open_inputs([tmp_path / "labs.csv"]), source="lab", zone=UTC, now=NOW, people={})
    assert (refused.value.reason, refused.value.file) == ("unknown_column_layout", "labs.csv")


def test_patients_are_read_first_wherever_they_stand(tmp_path: Path) -> None:
    write_folder(tmp_path, {"a/results.csv": RESULTS, "z/patients.csv": PATIENTS})
    assert [row.outcome for row in read_folder(tmp_path).rows] == ["fact", "fact"]


def test_an_upload_is_one_file() -> None:
    (file,) = open_upload("patients.csv", PATIENTS.encode())
    assert (file.name, file.named) == ("patients.csv", True)
