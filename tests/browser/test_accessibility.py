"""Every screen passes the accessibility rules A and AA, but for the framework's own findings, listed here by name."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser.worklist_screen import Worklist
from tools.headless import settle

pytestmark = pytest.mark.browser

RULES = ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]
#: Screen -> rule -> whose finding it is. May only shrink.
LISTED: dict[str, dict[str, str]] = {}


def find_violations(page) -> dict[str, list[str]]:
    found = Axe().run(page, options={"runOnly": RULES}).response["violations"]
    return {rule["id"]: [node["html"][:160] for node in rule["nodes"]] for rule in found}


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("screen", ["worklist", "patient", "recall", "blind_spots", "import", "rule_book"])
def test_a_screen_passes_the_rules(nadir, page, screen, theme):
    page.emulate_media(color_scheme=theme)
    if screen == "patient":
        Worklist(page).open(nadir.url).open_patient()
    else:
        page.goto(f"{nadir.url}/{'' if screen == 'worklist' else screen}")
    settle(page)
    found = find_violations(page)
    assert {rule: nodes for rule, nodes in found.items() if rule not in LISTED.get(screen, {})} == {}


def test_the_rules_find_what_they_should(page):
    page.set_content('<html lang="en"><head><title>t</title></head><body><img src="data:,"></body></html>')
    assert "image-alt" in find_violations(page)
