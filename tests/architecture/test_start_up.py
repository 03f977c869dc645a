"""A command loads only what it uses, so that a calculation answers at once (CONTRACT 1)."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.architecture.tree import ROOT

resource = pytest.importorskip("resource", reason="processor time of a child is told on Unix only")
HEAVY = ["pandas", "pyarrow", "alembic", "openpyxl", "streamlit", "plotly", "sqlalchemy"]
CALCULATIONS = [
    ("calc", "--list"),
    ("calc", "cockcroft_gault", "age=64", "sex=female", "weight=61", "creatinine=178"),
    ("calc", "convert", "analyte=neutrophils", "value=1490", "unit=/uL"),
]
RUN = """
import runpy, sys
sys.argv = ["core", *{words!r}]
try:
    runpy.run_module("core", run_name="__main__")
except SystemExit as end:
    assert not end.code, end.code
"""


def loaded_by(statement: str, watched: list[str]) -> list[str]:
    """Which of the watched packages a fresh Python has loaded after the statement."""
    question = f"{statement}\nimport sys\nprint(*[name for name in {watched!r} if name in sys.modules], sep=',')"
    done = subprocess.run([sys.executable, "-c", question], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return [name for name in done.stdout.splitlines()[-1].split(",") if name]


@pytest.mark.parametrize("words", CALCULATIONS)
def test_a_calculation_loads_no_frames_no_store_and_no_file_formats(words):
    assert loaded_by(RUN.format(words=words), HEAVY) == []


def test_reading_files_loads_no_frames_no_workbooks_no_migrations_until_one_is_met():
    watched = ["pandas", "pyarrow", "openpyxl", "alembic", "streamlit"]
    assert loaded_by("import core.ingest.clinic_csv, core.ingest.table", watched) == []


def test_the_engine_loads_arrays_and_nothing_else():
    assert loaded_by("import core.engine.kernels", HEAVY) == []


def test_the_first_screen_waits_for_no_other_screen_no_frames_and_no_paper():
    others = ["patient", "recall", "blind_spots", "import_data", "rule_book", "quality", "audit"]
    heavy = ["pandas", "openpyxl", "alembic", "fpdf", *(f"pages.{name}" for name in others)]
    assert loaded_by("import pages.worklist", heavy) == []


def test_the_question_itself_sees_what_is_loaded():
    assert loaded_by("import sqlalchemy", HEAVY) == ["sqlalchemy"]


def spend(*words: str) -> float:
    """Processor seconds of one command."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, "-m", "core", *words], cwd=ROOT, capture_output=True, check=True, timeout=60)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return float(after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime)


# the fastest of three: a busy machine slows a command, it never hurries it


@pytest.mark.parametrize("words", CALCULATIONS)
def test_a_calculation_starts_within_its_budget_of_processor_time(words):
    assert min(spend(*words) for _ in range(3)) <= 0.6


def test_an_import_into_a_new_store_stays_within_its_budget_of_processor_time(tmp_path):
    people = "patient_id,family_name,given_name,birth_date,sex\n0007,Oakmoss,Zephyrine,1962-03-12,female\n"
    (tmp_path / "patients.csv").write_text(people, encoding="utf-8")
    stores = [f"sqlite:///{tmp_path / name}.db" for name in ("one", "two", "three")]
    assert min(spend("import", str(tmp_path / "patients.csv"), "--db", store) for store in stores) <= 1.0
