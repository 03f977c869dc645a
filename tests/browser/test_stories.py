"""Real clicks: the patient shown is the patient clicked, whatever was filtered before (P24, HAZ-002)."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.worklist_screen import Worklist
from tools.headless import settle
from tools.serving import ROOT, serve

pytestmark = pytest.mark.browser
BANNER = ".n-banner .n-name"


def test_worklist_to_patient_and_back(nadir, page):
    worklist = Worklist(page).open(nadir.url)
    name = worklist.names()[2]
    worklist.click_row(2)
    expect(worklist.preview_name).to_contain_text(name.split(" ")[0])
    worklist.open_patient()
    expect(page.locator(BANNER)).to_contain_text(name.split(" ")[0])
    page.go_back()
    worklist.wait()
    assert worklist.names()[2] == name


def test_a_row_chosen_before_a_filter_never_becomes_another_patient_after_it(nadir, page):
    worklist = Worklist(page).open(nadir.url)
    names = worklist.names()
    worklist.click_row(3)
    expect(worklist.preview_name).to_contain_text(names[3].split(" ")[0])
    family = names[6].split(",")[0]
    worklist.search(family)
    expect(page.get_by_text(re.compile(r"showing [1-9]\d* of"))).to_be_visible()
    expect(worklist.preview_name).to_contain_text(family)
    settle(page)
    assert worklist.names()[0].startswith(family)


def test_after_filtering_the_patient_shown_is_the_patient_clicked(nadir, page):
    worklist = Worklist(page).open(nadir.url)
    before = worklist.names()
    page.get_by_test_id("stMain").get_by_role("button", name=re.compile("CANNOT TELL")).click()
    expect(page.get_by_text(re.compile(r"[1-9]\d* high hidden"))).to_be_visible()
    settle(page)
    after = worklist.names()
    assert after[1] != before[1]
    worklist.click_row(1)
    expect(worklist.preview_name).to_contain_text(after[1].split(",")[0])
    worklist.open_patient()
    expect(page.locator(BANNER)).to_contain_text(after[1].split(",")[0])


def test_a_deep_link_as_the_first_request_of_a_cold_server_shows_its_patient(clinic, nadir, page, tmp_path):
    worklist = Worklist(page).open(nadir.url)
    family = worklist.names()[0].split(",")[0]
    worklist.open_patient()
    link = page.url.removeprefix(nadir.url)
    with serve(ROOT, tmp_path / "log", environ={"NADIR_DB_URL": clinic}) as cold:
        page.goto(cold.url + link)
        expect(page.locator(BANNER)).to_contain_text(family, timeout=30_000)
        assert page.url == cold.url + link


def test_the_menu_leads_to_every_screen_and_each_says_whose_data_and_which_day(nadir, page):
    page.goto(nadir.url)
    for title in ("Patient", "Blind spots", "Import", "Worklist"):
        page.get_by_role("link", name=title, exact=True).click()
        settle(page)
        expect(page.get_by_text("SAMPLE CLINIC")).to_be_visible()
        expect(page.get_by_text(re.compile(r"as of\s+\d\d-[A-Z][a-z]{2}-\d{4}")).first).to_be_visible()
