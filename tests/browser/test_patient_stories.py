"""The patient's screen in a real browser: never two patients at once, the past as it was known, the same on paper."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect
from pypdf import PdfReader

from tests.browser.worklist_screen import Worklist
from tests.paper.papers import squeeze
from tools.headless import settle
from tools.serving import ROOT, serve

pytestmark = pytest.mark.browser

SWITCHES = 12  # there and back, each pressed before the screen before it was whole

#: Every frame: whom the banner names, and what stands below it. What the framework dims as outdated is not read.
WATCH = """() => { window.seen = new Set();
  const fresh = one => one && !one.closest('[data-stale="true"]');
  const look = () => { const banner = document.querySelector('.n-banner[data-patient]');
    if (fresh(banner)) for (const css of PARTS) for (const one of document.querySelectorAll(css))
      if (fresh(one)) window.seen.add(JSON.stringify([banner.dataset.patient, css, one.innerText]));
    window.frame = requestAnimationFrame(look); };
  look(); }"""
PARTS = (".n-verdicts", ".n-flow")


def open_row(page, worklist, place):
    """The patient of a row, opened from the worklist; their key and what the parts under the banner say."""
    name = worklist.names()[place].split(",")[0]
    worklist.click_row(place)
    expect(worklist.preview_name).to_contain_text(name)
    worklist.open_patient()
    expect(page.locator(".n-banner .n-name")).to_contain_text(name)
    settle(page)
    return read_parts(page)


def read_parts(page):
    key = page.locator(".n-banner").get_attribute("data-patient")
    return key, {css: set(page.locator(css).all_inner_texts()) for css in PARTS}


def test_switching_faster_than_the_screen_draws_never_shows_one_patient_under_the_name_of_another(nadir, page):
    worklist = Worklist(page).open(nadir.url)
    first, parts_of_first = open_row(page, worklist, 2)
    before = page.evaluate("history.length")
    page.get_by_role("link", name="Worklist").click()
    worklist.wait()
    second, parts_of_second = open_row(page, worklist, 3)
    steps = page.evaluate("history.length") - before
    known = {first: parts_of_first, second: parts_of_second}
    assert len(known) == 2
    page.evaluate(WATCH.replace("PARTS", repr(list(PARTS))))
    for turn in range(SWITCHES):  # as somebody who goes back and forward in the browser's own history
        page.evaluate("steps => history.go(steps)", -steps if turn % 2 == 0 else steps)
        page.wait_for_url(f"**/patient?patient={(first, second)[turn % 2]}")  # the address changes before the screen
        page.wait_for_timeout(120 * (turn % 5))
        if turn == SWITCHES // 2:  # once let the first be drawn, however slow the machine
            expect(page.locator(f'.n-banner[data-patient="{first}"]')).to_be_visible()
    settle(page)
    seen = [tuple(one) for one in page.evaluate("() => [...window.seen].map(one => JSON.parse(one))")]
    assert {css for _, css, _ in seen} == set(PARTS)
    for banner, css, text in seen:
        others = set().union(*(parts[css] for key, parts in known.items() if key != banner))
        assert text not in others - known[banner][css], f"{css} of somebody else under the banner of {banner}"
    key, parts = read_parts(page)
    assert parts == known[key]
    assert page.url.endswith(f"patient={key}")


def test_the_slider_shows_last_months_screen_as_it_stood_then(clinic, nadir, page, tmp_path):
    worklist = Worklist(page).open(nadir.url)
    key, today = open_row(page, worklist, 2)
    thumb = page.locator(".st-key-patient-day").get_by_role("slider")
    thumb.focus()
    for _ in range(30):
        page.keyboard.press("ArrowLeft")
    page.wait_for_url(re.compile("as_of="))
    expect(page.locator(".n-past")).to_be_visible()
    settle(page)
    day = re.search(r"as_of=([\d-]+)", page.url)[1]
    _, then = read_parts(page)
    assert then != today
    address = page.url.removeprefix(nadir.url).replace(f"&as_of={day}", "")
    with serve(ROOT, tmp_path / "log", environ={"NADIR_DB_URL": clinic, "NADIR_AS_OF": day}) as of_that_day:
        page.goto(of_that_day.url + address)
        expect(page.locator(f'.n-banner[data-patient="{key}"]')).to_be_visible(timeout=30_000)
        settle(page)
        assert page.locator(".n-past").count() == 0
        assert read_parts(page) == (key, then)


def test_the_patients_pdf_opens_and_says_what_the_screen_says(nadir, page):
    worklist = Worklist(page).open(nadir.url)
    open_row(page, worklist, 2)
    with page.expect_download() as given:
        page.get_by_role("button", name="Report PDF").click()
    paper = squeeze("".join(one.extract_text() for one in PdfReader(given.value.path()).pages))
    assert squeeze(page.locator(".n-banner .n-name").inner_text()) in paper
    assert squeeze(page.locator(".n-verdict .n-answer").first.inner_text()) in paper
    newest = [one for one in page.locator(".n-flow td:nth-child(4)").all_inner_texts() if one.strip()]
    assert newest
    for cell in newest:
        assert squeeze(cell.splitlines()[0]) in paper
