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


@pytest.mark.parametrize("title", ["Recall", "Blind spots", "Import", "Rule book", "Quality", "Audit"])
def test_one_step_back_leaves_a_screen_that_was_only_looked_at(nadir, page, title):
    Worklist(page).open(nadir.url)
    page.get_by_role("link", name=title, exact=True).click()
    expect(page).to_have_url(re.compile(title.lower().replace(" ", "_")))
    settle(page)
    page.go_back()
    Worklist(page).wait()
    expect(page).to_have_url(re.compile(r":\d+/(worklist)?$"))


def test_back_undoes_a_grouping_of_the_blind_spots_and_the_group_chosen_in_it(nadir, page):
    page.goto(f"{nadir.url}/blind_spots")
    Worklist(page).wait()
    line = page.get_by_text(SHOWN).first
    whole = line.inner_text()
    page.get_by_role("radio", name="What is not judged").click()
    expect(page).to_have_url(re.compile("by=category"))
    settle(page)
    page.get_by_role("radio", name=re.compile("Renal dosing")).click()
    expect(page).to_have_url(re.compile("only=renal_dosing"))
    settle(page)
    some = line.inner_text()
    assert some != whole
    page.go_back()
    expect(line).to_have_text(whole)
    settle(page)
    assert "by=category" in page.url and "only" not in page.url
    page.go_back()
    expect(page.get_by_role("radio", name=re.compile("No rules for this drug"))).to_be_visible()
    settle(page)
    assert "by=" not in page.url
    for _ in range(2):
        page.go_forward()
        settle(page)
    expect(line).to_have_text(some)


def test_back_undoes_a_day_and_a_kind_of_the_audit_trail(nadir, page):
    page.goto(f"{nadir.url}/audit?to=2020-01-01")
    line = page.locator(".n-line", has_text="showing")
    expect(line).to_contain_text("showing 0 of")
    settle(page)
    page.get_by_role("button", name="Clear filters").click()
    expect(line).to_contain_text("that match")
    settle(page)
    whole = line.inner_text()
    press(page, "Looked")
    expect(page).to_have_url(re.compile("what=view"))
    settle(page)
    page.go_back()
    expect(line).to_have_text(whole)
    settle(page)
    page.go_back()
    expect(line).to_contain_text("showing 0 of")
    settle(page)
    assert page.url.endswith("to=2020-01-01")


@pytest.mark.parametrize("path", ["/", "/recall"])
def test_back_from_a_patient_returns_to_the_filtered_list_and_back_again_leaves_it(nadir, page, path):
    page.goto(f"{nadir.url}/blind_spots")
    Worklist(page).wait()
    page.goto(nadir.url + path)
    Worklist(page).wait()
    press(page, "OVERDUE")
    expect(page).to_have_url(re.compile("=overdue"))
    settle(page)
    line = page.get_by_text(SHOWN).first
    said = line.inner_text()
    page.get_by_role("button", name="Open patient").click()
    page.wait_for_url("**/patient?patient=*")
    settle(page)
    page.go_back()
    expect(page).to_have_url(re.compile("=overdue"))
    expect(line).to_have_text(said)
    for _ in range(6):  # a step that opening a patient leaves may be passed, never without end
        settle(page)
        if "/blind_spots" in page.url:
            break
        page.go_back()
        page.wait_for_timeout(700)
    assert "/blind_spots" in page.url
