"""The first of an hour in a real browser: yesterday evening's list, said to be so, until now is judged (HAZ-004)."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from core.clock import read_clock
from core.services import review
from core.store import kept_cohort
from tests.browser.test_accessibility import find_violations
from tests.browser.worklist_screen import Worklist
from tests.store.small_clinic import ANN, BEN, bring_in, make_store, result
from tools.headless import settle
from tools.serving import ROOT, Server, serve

pytestmark = pytest.mark.browser
BEFORE = 14 * 3600
PATIENCE = 30_000
COURSE = "C1,0012345,anakinra,RA,100,mg,once daily,SC,2026-01-01,,active,"

#: Nadir itself, which does not judge a clinic until a file is there.
WAITING = """
import time
from core.services import review as _review

_really = _review.judge_clinic

def _judge(*given):
    while not Path({gate!r}).exists():
        time.sleep(0.05)
    return _really(*given)

_review.judge_clinic = _judge
"""


class _AtOnce:
    daemon = False

    def __init__(self, _seconds: float, act) -> None:
        self.start = act


@pytest.fixture
def evening(tmp_path: Path, monkeypatch) -> str:
    """A clinic that was last judged on the evening before."""
    store = make_store(tmp_path)
    bring_in(store, patients=[ANN, BEN], results=[result("R1", "1.9"), result("R2", "0.4")], medications=[COURSE])
    url = f"sqlite:///{store.name}"
    monkeypatch.setattr(kept_cohort, "WORTH_KEEPING", 1)
    monkeypatch.setattr(review, "Timer", _AtOnce)
    monkeypatch.setattr("core.services.now.read_clock", lambda *given: read_clock(*given) - BEFORE)
    review.clinic(url)
    assert Path(store.name + ".judged").exists()
    store.engine.dispose()
    return url


@pytest.fixture
def gate(tmp_path: Path) -> Path:
    return tmp_path / "judge now"


@pytest.fixture
def morning(tmp_path: Path, evening: str, gate: Path):
    house = tmp_path / "house"
    house.mkdir()
    for name in (".streamlit", "static", "core", "pages"):
        shutil.copytree(ROOT / name, house / name, ignore=shutil.ignore_patterns("__pycache__"))
    text = (ROOT / "app.py").read_text(encoding="utf-8") + WAITING.format(gate=str(gate))
    (house / "app.py").write_text(text, encoding="utf-8")
    with serve(house, tmp_path / "log", environ={"NADIR_DB_URL": evening}) as server:
        yield server


def see_the_evening(tab: Page, server: Server) -> None:
    tab.goto(server.url)
    expect(tab.locator(".n-earlier")).to_contain_text("Bringing it up to now", timeout=PATIENCE)
    Worklist(tab).wait()
    expect(tab.locator(".n-strip")).to_contain_text(tab.locator(".n-earlier b").inner_text()[len("Judged ") : -1])


def test_the_evenings_list_says_so_and_becomes_the_list_of_now_by_itself_for_everybody(morning, gate, page):
    other = page.context.new_page()
    for tab in (page, other):
        see_the_evening(tab, morning)
        assert tab.locator(".n-preview").count() == 0
        assert tab.get_by_role("button", name="Open patient").count() == 0
    assert len(Worklist(page).names()) == 2
    assert find_violations(page) == {}
    page.wait_for_timeout(2_500)  # it waits as long as it takes
    expect(page.locator(".n-earlier")).to_be_visible()
    gate.touch()
    for tab in (page, other):
        expect(tab.locator(".n-preview")).to_be_visible(timeout=PATIENCE)
        expect(tab.locator(".n-earlier")).to_have_count(0)
        expect(tab.get_by_role("button", name="Open patient")).to_be_visible()
    settle(page)
    page.wait_for_timeout(2_500)  # and asks no more
    expect(page.locator(".n-earlier")).to_have_count(0)


def test_every_other_screen_waits_for_now(morning, gate, page):
    see_the_evening(page, morning)
    for path in ("recall", "blind_spots", "quality"):
        page.goto(f"{morning.url}/{path}")
        expect(page.get_by_test_id("stSpinner")).to_be_visible(timeout=PATIENCE)
        assert page.locator(".n-strip").count() == 0
    gate.touch()
    expect(page.locator(".n-strip")).to_be_visible(timeout=PATIENCE)
