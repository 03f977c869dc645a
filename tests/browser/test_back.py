"""The browser's Back and Forward bring back the view that was there, filters included; the menu keeps them."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.worklist_screen import Worklist
from tools.headless import settle

pytestmark = pytest.mark.browser
SHOWN = re.compile(r"showing \d+ of")


def press(page, mark: str) -> None:
    page.get_by_test_id("stMain").get_by_role("button", name=re.compile(mark)).click()


@pytest.mark.parametrize(
    ("path", "mark", "word", "other", "both"),
    [
        ("/", "CANNOT TELL", "show=cannot_tell", "HIGH", "show=high"),
        ("/recall", "OVERDUE", "state=overdue", "HOLD SUPPLY", "state=hold_supply"),
    ],
)
def test_back_undoes_a_filter_and_forward_sets_it_again(nadir, page, path, mark, word, other, both):
    page.goto(nadir.url + path)
    Worklist(page).wait()
    line = page.get_by_text(SHOWN).first
    whole = line.inner_text()
    press(page, mark)
    expect(page).to_have_url(re.compile(word))
    settle(page)
    one = line.inner_text()
    assert one != whole
    press(page, other)
    expect(page).to_have_url(re.compile(both))
    settle(page)
    two = line.inner_text()
    assert two != one
    for go, said in (
        (page.go_back, one), (page.go_back, whole), (page.go_forward, one), (page.go_forward, two),
    ):  # fmt: skip
        go()
        expect(line).to_have_text(said)
        settle(page)
    assert re.search(both, page.url)


def test_the_menu_keeps_a_filter_that_the_address_it_leads_to_does_not_name(nadir, page):
    page.goto(f"{nadir.url}/recall")
    Worklist(page).wait()
    press(page, "OVERDUE")
    expect(page).to_have_url(re.compile("state=overdue"))
    settle(page)
    line = page.get_by_text(SHOWN).first
    said = line.inner_text()
    for title in ("Blind spots", "Recall"):
        page.get_by_role("link", name=title, exact=True).click()
        expect(page).to_have_url(re.compile(title.lower().replace(" ", "_")))
        settle(page)
    expect(page).to_have_url(re.compile("state=overdue"))
    expect(line).to_have_text(said)
