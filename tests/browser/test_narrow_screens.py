"""On a tablet held upright and on a telephone: what is wider than the screen scrolls, by keyboard as well."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.test_accessibility import passes
from tests.browser.worklist_screen import Worklist
from tools.headless import settle

pytestmark = pytest.mark.browser

#: What of a screen is looked at -> its address: each has tables that do not fit.
WIDE = {
    "recall": "recall", "recall, overrides": "recall?recall.tabs=Overrides", "import": "import",
    "quality, time to act": "quality?quality.tabs=Time+to+act", "quality, rules": "quality?quality.tabs=Rules",
    "rule_book": "rule_book", "rule_book, documents": "rule_book?rule_book.tabs=Documents", "audit": "audit",
}  # fmt: skip


@pytest.mark.parametrize("width", [768, 390])
@pytest.mark.parametrize("screen", list(WIDE))
def test_a_narrow_screen_passes_the_rules_and_never_scrolls_as_a_whole(nadir, page, screen, width):
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"{nadir.url}/{WIDE[screen]}")
    passes(page, screen)
    main = page.get_by_test_id("stMain")
    assert main.evaluate("one => one.scrollWidth - one.clientWidth") <= 0


def test_the_patient_chosen_for_recall_is_still_there_after_a_look_at_them_and_back(nadir, page):
    page.goto(f"{nadir.url}/recall")
    Worklist(page).wait()
    settle(page)
    grid = page.get_by_test_id("stDataFrame").first.bounding_box()
    page.mouse.click(grid["x"] + 250, grid["y"] + 36 * 3.5)
    expect(page).to_have_url(re.compile(r"of=\d+"))
    settle(page)
    who = page.locator(".n-preview .n-name").first.inner_text()
    assert who.split(",")[0] not in page.url
    page.get_by_role("button", name="Open patient").click()
    page.wait_for_url("**/patient?patient=*")
    settle(page)
    expect(page.locator(".n-banner")).to_contain_text(who.split(",")[0])
    page.go_back()
    expect(page.locator(".n-preview .n-name").first).to_have_text(who)


def test_a_search_of_the_rules_survives_a_refresh(nadir, page):
    page.goto(f"{nadir.url}/rule_book")
    settle(page)
    page.get_by_placeholder("Search the rules").fill("platelets")
    expect(page).to_have_url(re.compile("find=platelets"))
    settle(page)
    said = page.locator(".n-line").first.inner_text()
    page.reload()
    expect(page.locator(".n-line").first).to_have_text(said)
