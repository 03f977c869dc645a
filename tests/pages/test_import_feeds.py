"""A silent feed is told of on every screen, by whoever draws it and the real clock alone (P11)."""

from __future__ import annotations

import pytest

from core.services import feeds
from core.services.import_data import import_files
from core.store.connect import open_store
from tests.pages.conftest import html_of, open_page
from tests.store.small_clinic import ANN, NOW, files

SILENT = "A feed is silent."


@pytest.fixture
def url(tmp_path, monkeypatch):
    url = f"sqlite:///{tmp_path / 'clinic.db'}"
    monkeypatch.setenv("NADIR_DB_URL", url)
    monkeypatch.setenv("NADIR_AS_OF", "2026-12-12")
    import_files(open_store(url), files(patients=[ANN]), source="<b>lab</b>", zone="UTC", now=NOW)
    return url


def let_pass(monkeypatch, hours):
    real = feeds.read_utc()
    monkeypatch.setattr(feeds, "read_utc", lambda: real + hours * 3600)


def worklist():
    from pages import worklist

    worklist.render()


def blind_spots():
    from pages import blind_spots

    blind_spots.render()


def recall():
    from pages import recall

    recall.render()


def rule_book():
    from pages import rule_book

    rule_book.render()


def patient():
    from pages import patient

    patient.render()


def import_data():
    from pages import import_data

    import_data.render()


def quality():
    from pages import quality

    quality.render()


def audit():
    from pages import audit

    audit.render()


SCREENS = [worklist, blind_spots, recall, rule_book, patient, import_data, quality, audit]


@pytest.mark.parametrize("page", SCREENS, ids=lambda page: page.__name__)
def test_every_screen_shouts_while_a_watched_feed_is_silent(url, monkeypatch, page):
    feeds.expect_feed(url, "<b>lab</b>", 24, by="Dr Ash")
    let_pass(monkeypatch, 23)
    assert SILENT not in html_of(open_page(page))
    let_pass(monkeypatch, 2)
    shown = html_of(open_page(page))
    assert SILENT in shown and "expected every 1\u00a0day" in shown
    assert "<b>lab</b>" not in shown and "&lt;b&gt;lab&lt;/b&gt;" in shown


def test_a_feed_is_watched_from_the_screen_and_only_then(url):
    screen = open_page(import_data, part="feeds")
    assert "NOT WATCHED" in html_of(screen)
    screen.number_input(key="import.hours-<b>lab</b>").set_value(48).run()
    screen.button(key="import.watch").click().run()
    assert "AS EXPECTED" in html_of(screen) and "every 2\u00a0days" in html_of(screen)
    screen.button(key="import.unwatch").click().run()
    assert "NOT WATCHED" in html_of(screen)
