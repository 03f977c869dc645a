"""The sample clinic's files are made by its script, are watermarked, and say what their README says."""

from __future__ import annotations

import csv
import re
import subprocess
import sys
import tomllib
from collections import Counter
from pathlib import Path

import pytest

FOLDER = Path(__file__).resolve().parents[2] / "sample_data"
FILES = ("patients.csv", "results.csv", "medications.csv", "events.csv")
STORIES = tomllib.loads((FOLDER / "stories.toml").read_text(encoding="utf-8"))


def read_rows(name: str) -> list[dict[str, str]]:
    with (FOLDER / "clinic" / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def written_anew(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("anew")
    subprocess.run([sys.executable, FOLDER / "make_clinic.py", "--out", out], check=True)
    return out


@pytest.mark.parametrize("name", FILES)
def test_the_script_writes_the_committed_files_byte_for_byte(written_anew: Path, name: str) -> None:
    assert (written_anew / name).read_bytes() == (FOLDER / "clinic" / name).read_bytes()


def test_every_patient_is_watermarked_and_counted_once() -> None:
    patients = [row["patient_id"] for row in read_rows("patients.csv")]
    assert patients == [f"SAMPLE-{number:04d}" for number in range(1, len(patients) + 1)]
    assert 115 <= len(patients) <= 130


def test_no_family_name_is_used_twice() -> None:
    names = Counter(row["family_name"] for row in read_rows("patients.csv"))
    assert names.most_common(1)[0][1] == 1


@pytest.mark.parametrize(("name", "column"), [("medications.csv", "course_id"), ("events.csv", "event_id")])
def test_courses_and_events_have_ids_of_their_own(name: str, column: str) -> None:
    ids = Counter(row[column] for row in read_rows(name))
    assert ids.most_common(1)[0][1] == 1


def test_a_result_id_comes_twice_only_where_a_story_wants_it() -> None:
    ids = Counter(row["result_id"] for row in read_rows("results.csv"))
    twice = {result_id[:5] for result_id, times in ids.items() if times > 1}
    # corrected, corrected late, disputed, withdrawn, sent twice
    assert twice == {"S0018", "S0019", "S0043", "S0050", "S0054"}


def test_nothing_is_reported_after_the_demo_clock() -> None:
    assert max(row["reported_at"] for row in read_rows("results.csv")) < "2026-11-21"


def test_the_clock_of_the_toml_is_the_clock_of_the_script() -> None:
    clinic = tomllib.loads((FOLDER / "clinic.toml").read_text(encoding="utf-8"))
    assert clinic == {"as_of": "2026-11-20", "zone": "UTC", "source": "sample", "sample": True}
    assert "AS_OF = date(2026, 11, 20)" in (FOLDER / "making" / "days.py").read_text(encoding="utf-8")


def test_the_readme_tells_the_stories_of_the_toml_word_for_word() -> None:
    readme = (FOLDER / "README.md").read_text(encoding="utf-8")
    told = [line for line in readme.splitlines() if re.match(r"\| SAMPLE-\d", line)]
    assert told == [f"| {s['patient']} | {s['story']} | {s['shows']} |" for s in STORIES["story"]]
    assert len(told) >= 28


def test_the_readme_lists_the_bent_rows_of_the_toml() -> None:
    readme = (FOLDER / "README.md").read_text(encoding="utf-8")
    told = [line for line in readme.splitlines() if re.match(r"\| \w+\.csv ", line)]
    rows = STORIES["import_row"]
    assert told == [f"| {r['file']} | {r['row']} | {r['reason'] or '–'} | {r['outcome']} |" for r in rows]


def test_stories_come_first_and_fillers_after_them() -> None:
    told = [story["patient"] for story in STORIES["story"]]
    patients = [row["patient_id"] for row in read_rows("patients.csv")]
    assert told == patients[: len(told)]
    assert len(patients) - len(told) >= 60
