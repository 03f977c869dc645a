"""The worklist's cells as a table: what pyarrow itself would make of them, without what it would load for it."""

from __future__ import annotations

import subprocess
import sys

import pyarrow as pa
import pytest

from pages.parts.text_columns import make_table
from tests.architecture.tree import ROOT

CASES = {
    "words": {"patient": ["ARDEN", "", "Zoë ▲"], "why": ["a", "b", "c"]},
    "lists": {"mark": [["▲ high"], [], ["● low", "○ none"]], "patient": ["a", "b", "c"]},
    "one row": {"mark": [["▲ high"]], "patient": ["a"]},
    "long": {"patient": ["x" * 70_000, "y"]},
}


@pytest.mark.parametrize("name", CASES)
def test_a_table_of_words_is_what_pyarrow_makes_of_them(name):
    made = make_table(CASES[name])
    made.validate(full=True)
    assert made.equals(pa.table(CASES[name]))


def test_a_table_of_nobody_has_its_columns():
    assert make_table({"patient": []}).to_pydict() == {"patient": []}


def test_the_first_screen_of_a_server_waits_for_no_frames():
    asked = "import sys; from pages.parts import text_columns as t; t.make_table({'a': ['b'], 'c': [['d']]}); "
    done = subprocess.run(
        [sys.executable, "-c", asked + "print('pandas' in sys.modules)"], cwd=ROOT, capture_output=True, text=True,
        timeout=60,
    )  # fmt: skip
    assert done.stdout.strip() == "False", done.stderr
