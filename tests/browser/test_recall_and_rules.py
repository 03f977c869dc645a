"""Real clicks on Recall and Rule book: nobody mixed up, filters in the address, a trial that shows its difference."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.worklist_screen import GRID, Worklist
from tools.headless import settle

pytestmark = pytest.mark.browser
CARD = ".n-preview .n-name"
ROW_PIXELS = 36
SHOWN = re.compile(r"showing \d+ of")


def click_row(page, place: int) -> None:
    """Click the name in a row; the first row is 0."""
    box = page.locator(GRID).first.bounding_box()
    page.mouse.click(box["x"] + 250, box["y"] + ROW_PIXELS * (place + 1.5))


def test_the_card_under_the_recall_list_is_the_row_that_was_clicked_and_a_filter_forgets_it(nadir, page):
    page.goto(f"{nadir.url}/recall")
    screen = Worklist(page)
    screen.wait()
    names = screen.names()
    click_row(page, 2)
    expect(page.locator(CARD)).to_contain_text(names[2].split(",")[0])
    page.get_by_test_id("stMain").get_by_role("button", name=re.compile("FIRST MISSED")).click()
    expect(page.get_by_text(re.compile(r"hidden: [1-9]\d* HOLD SUPPLY"))).to_be_visible()
    settle(page)
    after = screen.names()
    assert after[0] != names[0]
    expect(page.locator(CARD)).to_contain_text(after[0].split(",")[0])


def test_a_refresh_of_recall_keeps_what_was_asked_and_the_address_names_nobody(nadir, page):
    page.goto(f"{nadir.url}/recall")
    Worklist(page).wait()
    page.get_by_test_id("stMain").get_by_role("button", name=re.compile("OVERDUE")).click()
    expect(page).to_have_url(re.compile("state=overdue"))
    settle(page)
    said = page.get_by_text(SHOWN).first.inner_text()
    assert "SAMPLE" not in page.url
    page.reload()
    Worklist(page).wait()
    expect(page.get_by_text(SHOWN).first).to_have_text(said)


def test_what_if_shows_whom_a_moved_limit_gains_and_a_refresh_shows_it_again(nadir, page):
    page.goto(f"{nadir.url}/rule_book?rule_book.tabs=What+if&rule=anakinra.neutrophils-stop")
    settle(page)
    page.get_by_label(re.compile("Trial value")).first.fill("2")
    page.keyboard.press("Enter")
    replay = page.get_by_role("button", name="Replay the history")
    expect(replay).to_be_enabled()
    replay.click()
    summary = page.get_by_text(re.compile(r"\d+ gained, \d+ lost, .*\d+ changed, \d+ unchanged"))
    expect(summary).to_be_visible(timeout=30_000)
    assert re.search(r"[1-9]\d* gained", summary.inner_text())
    assert "SAMPLE" not in page.url
    settle(page)
    names = Worklist(page).names()
    assert len(names) > 1
    said = summary.inner_text()
    page.reload()
    expect(summary).to_have_text(said, timeout=30_000)
    settle(page)
    assert Worklist(page).names() == names


def test_a_rule_is_found_by_its_words_and_read_with_the_stories_that_prove_it(nadir, page):
    page.goto(f"{nadir.url}/rule_book")
    settle(page)
    page.get_by_placeholder("Search the rules").fill("every other day")
    expect(page.get_by_text(re.compile(r"showing \d of \d+\s+rules"))).to_be_visible()
    settle(page)
    click_row(page, 0)
    expect(page).to_have_url(re.compile(r"rule=anakinra\."))
    expect(page.locator("figure img").first).to_be_visible()
    drawn = page.locator("figure img").first.evaluate("one => [one.complete, one.naturalWidth]")
    assert drawn[0]
    assert drawn[1] > 100
