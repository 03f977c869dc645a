"""A patient's name is text, whatever it says: never markup, script, link or picture (P36)."""

from __future__ import annotations

import csv
import re
import subprocess
import sys

import pytest
from playwright.sync_api import expect

from tests.browser.worklist_screen import Worklist
from tools.headless import settle
from tools.serving import ROOT, serve

pytestmark = pytest.mark.browser
FAMILY = "<img src=x onerror=\"document.title='run'\">"
GIVEN = "![](http://beacon.example/x.png) [x](javascript:alert(1)) **bold** :red[x] $x$"


@pytest.fixture(scope="module")
def hostile(tmp_path_factory):
    folder = tmp_path_factory.mktemp("hostile")
    files, url = folder / "files", f"sqlite:///{folder / 'clinic.db'}"
    tables = {
        "patients.csv": [
            ("patient_id", "family_name", "given_name", "birth_date", "sex"),
            ("=1+1", FAMILY, GIVEN, "1962-03-12", "female"),
        ],
        "medications.csv": [
            ("patient_id", "drug", "dose", "dose_unit", "frequency", "start_date", "status"),
            ("=1+1", f"<b>{GIVEN}</b>", "100", "mg", "once daily", "2026-06-02", "active"),
            ("=1+1", "anakinra", "100", "mg", "once daily", "2026-06-02", "active"),
        ],
        "results.csv": [
            ("patient_id", "analyte", "value", "unit", "collected_at"),
            ("=1+1", "neutrophils", "0.9", "10*9/L", "2026-11-18T08:10:00"),
        ],
    }
    files.mkdir()
    for name, rows in tables.items():
        with (files / name).open("w", encoding="utf-8", newline="") as out:
            csv.writer(out).writerows(rows)
    environ = {"NADIR_DB_URL": url, "NADIR_AS_OF": "2026-11-20"}
    done = subprocess.run(
        [sys.executable, "-m", "core", "import", str(files), "--db", url], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    with serve(ROOT, folder / "log", environ=environ) as server:
        yield server


def test_worklist_and_patient_show_the_name_as_it_was_given(hostile, page):
    worklist = Worklist(page).open(hostile.url)
    expect(worklist.preview_name).to_contain_text(FAMILY)
    expect(worklist.preview_name).to_contain_text(GIVEN)
    worklist.open_patient()
    expect(page.locator(".n-banner .n-name")).to_contain_text(FAMILY)
    for tab in ("Alerts", "Doses and events", "Chart as a table"):
        page.get_by_role("tab", name=tab).click()
        settle(page)
    assert page.title() == "Nadir" or re.match(r"(Patient|Nadir)", page.title())
    assert (
        page.locator('[data-testid="stMain"] img[src="x"], [data-testid="stMain"] a[href^="javascript"]').count() == 0
    )


def test_blind_spots_shows_it_too(hostile, page):
    page.goto(f"{hostile.url}/blind_spots")
    settle(page)
    assert not page.title().startswith("run")
    assert page.locator('[data-testid="stMain"] img[src="x"]').count() == 0
