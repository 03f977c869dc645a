"""A newcomer's first hour in a real browser: an empty clinic, a strange file, a preview, an import, a mended row."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_accessibility import find_violations
from tools.headless import settle
from tools.serving import ROOT, Server, serve

pytestmark = pytest.mark.browser

PATIENTS = "patient_id,family_name,given_name,birth_date,sex\n007,OAKMOSS,Zephyrine,1962-03-12,female\n"
COURSES = (
    "patient_id,drug,indication,dose,dose_unit,frequency,start_date\n007,anakinra,RA,100,mg,once daily,2026-06-02\n"
)
RESULTS = (
    "result_id,patient_id,analyte,value,unit,collected_at\n"
    "R1,007,neutrophils,0.9,10*9/L,2026-11-18\nR2,007,crp,7,<b>mg</b>,2026-11-18\n"
)


@pytest.fixture
def empty(tmp_path) -> Iterator[Server]:
    settings = {"NADIR_DB_URL": f"sqlite:///{tmp_path / 'clinic.db'}", "NADIR_AS_OF": "2026-11-20"}
    with serve(ROOT, tmp_path / "log", environ=settings) as server:
        yield server


def drop(page: Page, source: str, **files: str) -> None:
    page.locator("input[type=file]").set_input_files(
        [{"name": f"{name}.csv", "mimeType": "text/csv", "buffer": text.encode()} for name, text in files.items()]
    )
    expect(page.get_by_text(f"{next(iter(files))}.csv").first).to_be_visible()
    settle(page)
    box = page.get_by_placeholder("for example: laboratory")
    box.fill(source)
    box.press("Enter")


def test_from_an_empty_clinic_to_a_mended_row(empty: Server, page: Page):
    page.goto(empty.url)
    expect(page.get_by_role("button", name="Load the sample clinic")).to_be_visible()
    page.get_by_role("button", name="Import your files").click()
    page.wait_for_url("**/import**")
    settle(page)

    drop(page, "laboratory", patients=PATIENTS, medications=COURSES, results=RESULTS)
    expect(page.get_by_text("Preview, nothing is stored yet.")).to_be_visible()
    expect(page.get_by_text("1\u00a0patient concerned, 1\u00a0new patient among them")).to_be_visible()
    settle(page)
    assert find_violations(page) == {}
    page.get_by_role("button", name="Import", exact=True).click()
    expect(page.get_by_text("Stored, and the patients concerned evaluated.")).to_be_visible()

    page.get_by_role("button", name="Open the quarantine").click()
    expect(page.get_by_text("showing 1 of 1\u00a0row")).to_be_visible()
    assert "part=quarantine" in page.url and "007" not in page.url
    page.get_by_label("Unit ✎").fill("mg/L")
    page.get_by_role("button", name="Try again with these cells").click()
    expect(page.get_by_text("Mended: the row could be read and stands now.")).to_be_visible()
    expect(page.get_by_text("No row waits: 1 ever refused, 1 settled since.")).to_be_visible()

    page.goto(empty.url)
    expect(page.locator(".n-preview .n-name", has_text="OAKMOSS").first).to_be_visible()


def test_a_part_of_import_is_brought_back_by_its_address(empty: Server, page: Page):
    page.goto(f"{empty.url}/import?part=feeds")
    expect(page.get_by_text("Nothing was ever imported")).to_be_visible()
    page.reload()
    expect(page.get_by_text("Nothing was ever imported")).to_be_visible()
