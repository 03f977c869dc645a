"""The worklist as a hand and an eye use it: rows by their place, names by what is written."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tools.headless import settle

HEADER_PIXELS = 36
ROW_PIXELS = 36
GRID = '[data-testid="stDataFrame"] canvas[data-testid="data-grid-canvas"]'


class Worklist:
    def __init__(self, page: Page) -> None:
        self.page = page
        self.preview_name = page.locator(".n-preview .n-name")

    def open(self, url: str) -> Worklist:
        self.page.goto(url)
        self.wait()
        return self

    def wait(self) -> None:
        expect(self.page.locator(GRID)).to_be_visible(timeout=30_000)
        settle(self.page)

    def names(self) -> list[str]:
        """The names in the rows in view, top to bottom, as the grid tells them to a screen reader."""
        rows = self.page.locator(f'{GRID} table[role="grid"] tr')
        expect(rows.locator("th", has_text="Patient")).to_be_attached()
        self.page.wait_for_timeout(300)  # the grid rewrites this table 200 ms after it has drawn its rows
        headers = rows.nth(0).locator("th").all_inner_texts()
        column = headers.index("Patient")
        cells = rows.locator(f"td:nth-child({column + 1})").all_inner_texts()
        return [cell.splitlines()[0].strip() for cell in cells]

    def click_row(self, place: int) -> None:
        """Click the name in a row; the first row is 0."""
        box = self.page.locator(GRID).bounding_box()
        assert box is not None
        self.page.mouse.click(box["x"] + 200, box["y"] + HEADER_PIXELS + ROW_PIXELS * (place + 0.5))

    def search(self, text: str) -> None:
        self.page.get_by_placeholder("Search").first.fill(text)

    def open_patient(self) -> None:
        """Press the button under the preview and wait until the address names a patient."""
        self.page.get_by_role("button", name="Open patient").click()
        self.page.wait_for_url(re.compile(r"/patient\?patient=\d+"))
