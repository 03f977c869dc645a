"""What the pictures of `make shots` show: each screen brought to the state worth showing, with real clicks."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path

from playwright.sync_api import Page, expect

from tools.headless import VIEWPORT, settle

FALLING = "OAKMOSS"  # falling neutrophils, told in sample_data/README.md
Draw = Callable[[Page, str], None]

#: A file as a laboratory sends it: a count that falls further, one in limits, a correction, one without its unit.
NEW_RESULTS = """result_id,patient_id,analyte,value,unit,collected_at
N-1,SAMPLE-0007,neutrophils,0.4,10*9/L,2026-11-20T09:00
N-2,SAMPLE-0003,neutrophils,2.3,10*9/L,2026-11-20T09:10
N-3,SAMPLE-0001,neutrophils,3.1,10*9/L,2026-11-20T09:20
N-4,SAMPLE-0010,creatinine,210,umol/L,2026-11-20T09:30
N-5,SAMPLE-0034,neutrophils,1900,,2026-11-20T09:40
N-6,SAMPLE-0001,crp,4,mg/L,20/11/2026
"""
#: A table nobody has described yet.
STRANGE = """Hospital no;Taken;Test;Result;Unit
SAMPLE-0001;20.11.2026;Neutros;2,9;G/L
SAMPLE-0007;20.11.2026;Neutros;0,4;G/L
SAMPLE-0010;20.11.2026;Kreat;210;umol/L
"""


def draw_home(page: Page, url: str) -> None:
    page.goto(url)


def draw_worklist(page: Page, url: str) -> None:
    """The list with the patient of the falling neutrophils chosen."""
    page.goto(url)
    page.get_by_role("button", name="Open patient").wait_for()
    settle(page)
    choose_row(page, FALLING)


def draw_acting(page: Page, url: str) -> None:
    page.goto(url)
    page.get_by_role("button", name="Open patient").wait_for()
    settle(page)
    press(page, "Acknowledge")
    page.get_by_role("button", name="Dealt with now").wait_for()


def draw_round(page: Page, url: str) -> None:
    page.goto(url)
    page.get_by_role("button", name=re.compile("Start round")).click()
    page.locator(".n-progress").wait_for()


def draw_round_end(page: Page, url: str) -> None:
    draw_round(page, url)
    for _ in range(2):
        settle(page)
        page.keyboard.press("n")
        page.wait_for_timeout(400)
    settle(page)
    page.keyboard.press("f")
    page.get_by_text("Hand-over sheet").first.wait_for()


def draw_green_lane(page: Page, url: str) -> None:
    page.goto(url)
    page.get_by_role("button", name=re.compile("Green lane")).click()
    page.locator(".n-flow").first.wait_for()


def patient_scene(tab: str = "", height: int = VIEWPORT["height"], scroll: str = "") -> Draw:
    """The patient of the falling neutrophils, with a tab of the tables or some part in view."""

    def draw(page: Page, url: str) -> None:
        open_patient(page, url, FALLING)
        if tab:
            page.goto(f"{page.url}&tab={tab}")
        settle(page)
        grow(page, height)
        if scroll:
            page.locator(scroll).first.scroll_into_view_if_needed()

    return draw


def draw_proof(page: Page, url: str) -> None:
    open_patient(page, url, FALLING)
    settle(page)
    page.locator(".st-key-patient-proof").get_by_text("HIGH Neutropenia").click()
    page.locator(".n-proof").first.wait_for()
    grow(page, 1500)


def draw_past(page: Page, url: str) -> None:
    open_patient(page, url, FALLING)
    page.goto(f"{page.url}&as_of=2026-10-10")


def screen_scene(path: str, height: int = VIEWPORT["height"]) -> Draw:
    """A screen as its address opens it."""

    def draw(page: Page, url: str) -> None:
        page.goto(f"{url}/{path}")
        settle(page)
        grow(page, height)

    return draw


def draw_what_if(page: Page, url: str) -> None:
    """The limit moved from the label's to the guideline's side: who would have been told besides."""
    page.goto(f"{url}/rule_book?rule_book.tabs=What+if&rule=anakinra.neutrophils-stop")
    settle(page)
    page.get_by_label(re.compile("Trial value")).first.fill("2")
    page.keyboard.press("Enter")
    replay = page.get_by_role("button", name="Replay the history")
    expect(replay).to_be_enabled()
    replay.click()
    page.get_by_text(re.compile(r"\d+ gained, \d+ lost")).wait_for()


def draw_audit(page: Page, url: str) -> None:
    """The second page, where acts and looks are mixed; the newest entries are those of the pictures themselves."""
    page.goto(f"{url}/audit")
    settle(page)
    press(page, "Older")
    page.get_by_text("page 2 of").wait_for()


#: Every screen of the sample clinic at the state worth showing.
SCENES: Mapping[str, Draw] = {
    "worklist": draw_worklist,
    "worklist-acting": draw_acting,
    "round": draw_round,
    "round-end": draw_round_end,
    "green_lane": draw_green_lane,
    "patient": patient_scene(),
    "patient-proof": draw_proof,
    "patient-past": draw_past,
    "patient-flowsheet": patient_scene("flowsheet", 2000),
    "patient-dosing": patient_scene("dosing", 2200),
    "patient-jurisdictions": patient_scene("jurisdictions", 2200),
    "patient-acts": patient_scene("acts-and-audit", 2000),
    "recall": screen_scene("recall"),
    "recall-weeks": screen_scene("recall?recall.tabs=Draws+per+week"),
    "recall-overrides": screen_scene("recall?recall.tabs=Overrides"),
    "blind_spots": screen_scene("blind_spots"),
    "rule_book": screen_scene("rule_book?rule=anakinra.neutrophils-stop", 1500),
    "rule_book-what_if": draw_what_if,
    "rule_book-disagree": screen_scene("rule_book?rule_book.tabs=Where+sources+disagree"),
    "quality": screen_scene("quality"),
    "quality-acting": screen_scene("quality?quality.tabs=Time+to+act"),
    "quality-rules": screen_scene("quality?quality.tabs=Rules"),
    "quality-green": screen_scene("quality?quality.tabs=Green+lane"),
    "audit": draw_audit,
}  # fmt: skip


def import_scenes(folder: Path) -> Mapping[str, Draw]:
    """Import's parts. folder: where the files that are dropped on it may be written."""
    results, strange = folder / "results.csv", folder / "lab-2026-11.csv"
    results.write_text(NEW_RESULTS, encoding="utf-8")
    strange.write_text(STRANGE, encoding="utf-8")

    def drop(page: Page, url: str, file: Path, layout: str = "") -> None:
        page.goto(f"{url}/import")
        settle(page)
        page.locator('input[type="file"]').set_input_files(file)
        page.get_by_label(re.compile("^Source")).fill("laboratory")
        page.keyboard.press("Enter")
        if layout:
            select(page, "How the files are laid out", layout)
        settle(page)

    def draw_preview(page: Page, url: str) -> None:
        drop(page, url, results)
        page.get_by_text(re.compile("would")).first.wait_for()

    def draw_wizard(page: Page, url: str) -> None:
        drop(page, url, strange, "describe its columns")
        page.get_by_text("Name of this mapping").wait_for()
        grow(page, 1500)  # first of all: a list closes when the screen scrolls to it
        select(page, "Patient identifier", "Hospital no")
        select(page, "Collected", "Taken")
        select(page, "Dates are written", "day")
        page.get_by_text("Numbers have a decimal comma").click()
        page.get_by_label("Name of this mapping").fill("Harbour laboratory")
        page.keyboard.press("Enter")

    return {
        "import": screen_scene("import"),
        "import-preview": draw_preview,
        "import-wizard": draw_wizard,
        "import-quarantine": screen_scene("import?part=quarantine"),
        "import-feeds": screen_scene("import?part=feeds"),
    }


def grow(page: Page, height: int) -> None:
    """A taller window, so that a long screen is on the picture as a whole."""
    size = page.viewport_size
    if size is not None and size["height"] != height:
        page.set_viewport_size({"width": size["width"], "height": height})


def press(page: Page, name: str) -> None:
    page.get_by_test_id("stMain").get_by_role("button", name=name, exact=True).first.click()


def select(page: Page, label: str, words: str) -> None:
    """Choose one option of a list by the words in it."""
    box = page.get_by_test_id("stSelectbox").filter(has=page.get_by_text(label, exact=True)).first
    box.locator("input").click()
    page.get_by_role("option", name=re.compile(re.escape(words))).first.click()
    settle(page)


def choose_row(page: Page, family: str) -> None:
    """Click the row of a patient in the worklist's grid, found in the table it keeps for screen readers."""
    grid = page.locator('[data-testid="stDataFrame"] canvas[data-testid="data-grid-canvas"]').first
    grid.locator("tr", has_text=family).first.wait_for(state="attached")
    page.wait_for_timeout(300)  # that table is rewritten 200 ms after the rows were drawn
    rows = grid.locator('table[role="grid"] tr').all_inner_texts()
    place = next(place for place, text in enumerate(rows) if family in text)
    box = grid.bounding_box()
    if box is None:
        raise RuntimeError("the worklist shows no grid")
    page.mouse.click(box["x"] + 250, box["y"] + 36 + 36 * (place - 0.5))
    page.locator(".n-preview .n-name", has_text=family).wait_for()
    page.mouse.move(box["x"], 5)  # away, or the grid's own tools cover what lies above it
    page.evaluate("document.activeElement.blur()")


def open_patient(page: Page, url: str, family: str) -> None:
    """From the worklist, the way a person does."""
    page.goto(url)
    page.get_by_placeholder("Search").first.fill(family)
    page.locator(".n-preview .n-name", has_text=family).wait_for()
    page.get_by_role("button", name="Open patient").click()
    page.wait_for_url("**/patient?patient=*")
