"""Acting with real clicks and keys: one alert from its finding to its return, two people at once, a round by keys."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.browser.worklist_screen import Worklist
from tools.headless import VIEWPORT, settle
from tools.serving import ROOT, serve

pytestmark = pytest.mark.browser

FALLING = ("OAKMOSS", "SAMPLE-0007")  # falling neutrophils, told in sample_data/README.md
RULES = ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]
#: The framework draws the letter of a shortcut paler than the rules allow; the letter is on the key as well.
OF_THE_FRAMEWORK = re.compile(r"<kbd|<span[^>]*kbd", re.IGNORECASE)


@pytest.fixture
def store(clinic, tmp_path):
    """A copy of the sample clinic that a test may act in."""
    path = tmp_path / "acting.db"
    shutil.copy(clinic.removeprefix("sqlite:///"), path)
    return f"sqlite:///{path}"


@pytest.fixture
def served(store, tmp_path):
    with serve(ROOT, tmp_path / "log", environ={"NADIR_DB_URL": store}) as server:
        yield server


def bring_in(store, tmp_path, value, hour):
    """A new count of the patient arrives, the way a laboratory's file does."""
    file = tmp_path / "results.csv"
    file.write_text(
        "result_id,patient_id,analyte,value,unit,collected_at\n"
        f"new-{value},{FALLING[1]},neutrophils,{value},10*9/L,2026-11-20T{hour}:00\n",
        encoding="utf-8",
    )
    command = [sys.executable, "-m", "core", "import", str(file), "--source", "sample", "--db", store]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr


def find(page, server):
    """The patient with falling neutrophils, chosen by name."""
    worklist = Worklist(page).open(server.url)
    worklist.search(FALLING[0])
    expect(worklist.preview_name).to_contain_text(FALLING[0])
    expect(page.get_by_text("showing 1 of")).to_be_visible()
    settle(page)
    return worklist


def press(page, name):
    page.get_by_test_id("stMain").get_by_role("button", name=name, exact=True).first.click()


def test_falling_neutrophils_are_found_proved_acknowledged_snoozed_and_come_back_when_they_fall_further(
    store, served, page, tmp_path
):
    worklist = find(page, served)
    expect(page.locator(".n-preview")).to_contain_text("Stop or withhold")
    expect(page.locator(".n-preview")).to_contain_text(re.compile(r"Neutrophils 0\.9.*below 1\.5"))
    worklist.open_patient()
    expect(page.locator(".n-banner .n-name")).to_contain_text(FALLING[0])
    expect(page.locator(".n-verdicts")).to_contain_text("Stop or withhold")
    page.go_back()
    find(page, served)
    press(page, "Acknowledge")
    press(page, "Will watch and repeat the test")
    expect(page.locator(".n-done")).to_contain_text("Acknowledged")
    expect(page.locator(".n-preview")).to_contain_text("Acknowledged by local user on 20-Nov-2026")
    choose(page, "below 1.5")
    press(page, "Snooze")
    page.get_by_text("A test is on its way").click()
    settle(page)
    page.get_by_role("button", name=re.compile("to 21-Nov-2026")).click()
    expect(page.locator(".n-done")).to_contain_text("Snoozed until 21-Nov-2026")
    expect(page.locator(".n-preview")).to_contain_text("Snoozed until 21-Nov-2026 by local user")
    bring_in(store, tmp_path, "0.7", "09")
    find(page, served)
    expect(page.locator(".n-preview")).to_contain_text("Came back: ")
    expect(page.locator(".n-preview")).to_contain_text(re.compile(r"Neutrophils 0\.7"))
    bring_in(store, tmp_path, "0.4", "10")
    find(page, served)
    choose(page, "0.4")
    press(page, "Snooze")
    expect(page.get_by_role("alert")).to_contain_text("cannot be snoozed")


def choose(page, words):
    """Choose one of the patient's alerts by what it says."""
    box = page.locator(".st-key-worklist-acting").get_by_test_id("stSelectbox")
    box.locator("input").click()
    page.get_by_role("option", name=re.compile(re.escape(words))).first.click()
    settle(page)


def test_of_two_people_at_one_alert_the_second_is_told_what_the_first_did(served, browser, page):
    other = browser.new_context(viewport=VIEWPORT, reduced_motion="reduce").new_page()
    find(page, served)
    find(other, served)
    for tab in (page, other):
        press(tab, "Acknowledge")
        expect(tab.get_by_role("button", name="Dealt with now")).to_be_visible()
    press(page, "Patient told what to do")
    expect(page.locator(".n-done")).to_contain_text("Acknowledged")
    press(other, "Dealt with now")
    expect(other.get_by_role("alert")).to_contain_text("something happened since you looked")
    expect(other.get_by_role("alert")).to_contain_text("Patient told what to do")
    expect(other.locator(".n-preview")).to_contain_text("Acknowledged by local user")
    other.context.close()


def test_a_round_is_worked_by_keys_and_goes_on_after_a_refresh(served, page):
    Worklist(page).open(served.url)
    page.get_by_role("button", name="Start round").click()
    progress = page.locator(".n-progress b")
    expect(progress).to_have_text(re.compile(r"^1 of \d+$"))
    total = int(progress.inner_text().split(" ")[2])
    first = page.locator(".n-preview .n-name").inner_text()
    page.keyboard.press("n")
    expect(progress).to_have_text(f"2 of {total}")
    expect(page.locator(".n-preview .n-name")).not_to_have_text(first)
    second = page.locator(".n-preview .n-name").inner_text()
    settle(page)
    page.keyboard.press("a")
    expect(page.get_by_role("button", name="Dealt with now")).to_be_visible()
    settle(page)
    page.keyboard.press("1")
    expect(page.locator(".n-done")).to_contain_text("Acknowledged")
    page.reload()
    expect(progress).to_have_text(f"2 of {total}", timeout=30_000)
    expect(page.locator(".n-preview .n-name")).to_have_text(second)
    assert "SAMPLE" not in page.url and second.split(",")[0] not in page.url
    settle(page)
    page.keyboard.press("p")
    expect(page.locator(".n-preview .n-name")).to_have_text(first)
    settle(page)
    page.keyboard.press("f")
    expect(page.get_by_text("Hand-over sheet")).to_be_visible()
    expect(page.get_by_text(f"2 of {total}")).to_be_visible()
    with page.expect_download() as given:
        page.get_by_role("button", name="PDF", exact=True).click()
    assert given.value.path().read_bytes().startswith(b"%PDF")


def test_typing_and_going_on_at_once_says_that_nothing_was_sent_and_loses_no_word(served, page):
    Worklist(page).open(served.url)
    page.get_by_role("button", name=re.compile("Start round")).click()
    place = page.locator(".n-progress b")
    expect(place).to_contain_text("1 of")
    settle(page)
    page.get_by_role("button", name=re.compile("^Acknowledge")).click()
    page.get_by_placeholder(re.compile("Comment")).fill("rang, no answer")
    following = page.get_by_role("button", name=re.compile("^Next"))
    following.click()
    expect(page.get_by_role("alert")).to_contain_text("Not sent yet.")
    expect(place).to_contain_text("1 of")
    settle(page)
    following.click()
    expect(place).to_contain_text("2 of")
    settle(page)
    page.get_by_role("button", name=re.compile("^Previous")).click()
    expect(page.get_by_placeholder(re.compile("Comment"))).to_have_value("rang, no answer")


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("state", ["form", "round", "sheet", "green lane", "signing off"])
def test_acting_passes_the_rules_of_accessibility(served, page, state, theme):
    page.emulate_media(color_scheme=theme)
    Worklist(page).open(served.url)
    if state == "form":
        press(page, "Acknowledge")
        expect(page.get_by_role("button", name="Dealt with now")).to_be_visible()
    else:
        page.get_by_role("button", name="Start round" if state in ("round", "sheet") else "Green lane").click()
        expect(page.locator(".n-flow")).to_be_visible()
    settle(page)
    if state == "sheet":
        page.keyboard.press("f")
        expect(page.get_by_text("Hand-over sheet", exact=True)).to_be_visible()
    if state == "signing off":
        total = int(page.get_by_text("drawn at random").inner_text().split(" of ")[1].split(" ")[0])
        for place in range(1, total + 1):
            expect(page.get_by_text(f"{place} of {total} drawn at random")).to_be_visible()
            settle(page)
            page.get_by_role("button", name="Nothing was missed").click()
        expect(page.get_by_text("Kept out of the lane")).to_be_visible()
    settle(page)
    found = Axe().run(page, options={"runOnly": RULES}).response["violations"]
    ours = {
        rule["id"]: nodes
        for rule in found
        if (nodes := [one["html"][:200] for one in rule["nodes"] if not OF_THE_FRAMEWORK.search(one["html"])])
    }
    assert ours == {}
