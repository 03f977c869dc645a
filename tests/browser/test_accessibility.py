"""Every screen, and what opens on it, passes the accessibility rules A and AA, but for the framework's own findings,
listed here by name.
"""

from __future__ import annotations

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.browser.worklist_screen import Worklist
from tools.headless import settle
from tools.serving import ROOT, serve

pytestmark = pytest.mark.browser

RULES = ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]
#: Screen -> rule -> whose finding it is. May only shrink.
LISTED: dict[str, dict[str, str]] = {}


def find_violations(page) -> dict[str, list[str]]:
    found = Axe().run(page, options={"runOnly": RULES}).response["violations"]
    return {rule["id"]: [node["html"][:160] for node in rule["nodes"]] for rule in found}


#: What of a screen is looked at -> its address. Worklist's forms, round and green lane: test_acting.py.
ADDRESSES = {
    "worklist": "",
    "recall": "recall",
    "recall, weeks": "recall?recall.tabs=Draws+per+week",
    "recall, overrides": "recall?recall.tabs=Overrides",
    "blind_spots": "blind_spots",
    "import": "import",
    "import, quarantine": "import?part=quarantine",
    "import, feeds": "import?part=feeds",
    "rule_book": "rule_book",
    "rule_book, what if": "rule_book?rule_book.tabs=What+if&rule=anakinra.neutrophils-stop",
    "rule_book, disagreements": "rule_book?rule_book.tabs=Where+sources+disagree",
    "quality": "quality",
    "quality, time to act": "quality?quality.tabs=Time+to+act",
    "quality, rules": "quality?quality.tabs=Rules",
    "quality, green lane": "quality?quality.tabs=Green+lane",
    "audit": "audit",
}
#: Parts of the patient's screen -> what is added to its address.
PARTS = {
    "patient": "", "patient, past day": "&as_of=2026-10-10", "patient, % of baseline": "&scale=baseline",
    "patient, alerts": "&tab=alerts", "patient, schedule": "&tab=schedule", "patient, dosing": "&tab=dosing",
    "patient, doses": "&tab=doses-and-events", "patient, jurisdictions": "&tab=jurisdictions",
    "patient, acts": "&tab=acts-and-audit", "patient, cards": "&tab=good-to-know",
}  # fmt: skip


def passes(page, looked_at: str) -> None:
    settle(page)
    found = find_violations(page)
    assert {rule: nodes for rule, nodes in found.items() if rule not in LISTED.get(looked_at, {})} == {}


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("screen", list(ADDRESSES))
def test_a_screen_passes_the_rules(nadir, page, screen, theme):
    page.emulate_media(color_scheme=theme)
    page.goto(f"{nadir.url}/{ADDRESSES[screen]}")
    passes(page, screen)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_part_of_the_patients_screen_passes_the_rules(nadir, page, theme):
    page.emulate_media(color_scheme=theme)
    Worklist(page).open(nadir.url).open_patient()
    address = page.url
    for part, added in PARTS.items():
        page.goto(f"{address}{added}")
        expect(page.locator(".n-banner")).to_be_visible()
        passes(page, part)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_proof_passes_the_rules(nadir, page, theme):
    page.emulate_media(color_scheme=theme)
    Worklist(page).open(nadir.url).open_patient()
    settle(page)
    page.locator(".st-key-patient-proof").get_by_text("HIGH").first.click()
    expect(page.locator(".n-why").first).to_be_visible()
    passes(page, "patient, proof")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_two_doors_of_an_empty_clinic_pass_the_rules(page, tmp_path, theme):
    page.emulate_media(color_scheme=theme)
    environ = {"NADIR_DB_URL": f"sqlite:///{tmp_path / 'empty.db'}"}
    with serve(ROOT, tmp_path / "log", environ=environ) as empty:
        page.goto(empty.url)
        expect(page.get_by_text("Before you rely on it")).to_be_visible(timeout=30_000)
        passes(page, "doors")


def test_no_screen_of_the_menu_is_left_out():
    shell = (ROOT / "pages" / "shell.py").read_text(encoding="utf-8")
    menu = re.findall(r'Screen\("\w+", "(\w+)"', shell)
    assert menu
    assert sorted(set(menu) - {*ADDRESSES, *PARTS}) == []


def test_the_rules_find_what_they_should(page):
    page.set_content('<html lang="en"><head><title>t</title></head><body><img src="data:,"></body></html>')
    assert "image-alt" in find_violations(page)
