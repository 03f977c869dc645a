"""A page file run on its own draws nothing (P30), and the shell leads from the worklist to the patient."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

PAGES = Path(__file__).resolve().parents[2] / "pages"
FILES = sorted(path for path in PAGES.rglob("*.py") if path.name != "shell.py")


@pytest.mark.parametrize("file", FILES, ids=lambda path: str(path.relative_to(PAGES)))
def test_a_page_file_run_alone_draws_nothing(file):
    screen = AppTest.from_file(str(file), default_timeout=30).run()
    assert not screen.exception
    assert len(screen.main) == 0


def test_the_shell_opens_on_the_worklist(clinic):
    screen = AppTest.from_file(str(PAGES / "shell.py"), default_timeout=30).run()
    assert not screen.exception
    assert any("showing 8 of 8" in block.proto.body for block in screen.get("html"))


def test_the_preview_button_leads_to_the_patient_it_shows(clinic):
    screen = AppTest.from_file(str(PAGES / "shell.py"), default_timeout=30).run()
    screen.button(key="worklist.open").click().run()
    bodies = "".join(block.proto.body for block in screen.get("html"))
    assert "PATIENT1, Zephyrine" in bodies
    assert screen.query_params["patient"] == "1"
