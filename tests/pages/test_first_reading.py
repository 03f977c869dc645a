"""Whoever opens a large clinic first is told that it is being read; a quick answer says nothing of the kind."""

from __future__ import annotations

import threading

import streamlit as st

from core.services import review
from pages.parts import pictures
from tests.pages.conftest import open_page


def _screen() -> None:
    from pages.parts import pictures

    pictures.read_clinic()


def test_the_reading_of_a_clinic_is_announced_while_it_lasts(clinic, monkeypatch):
    said = []
    announced = threading.Event()

    class Telling:
        def __enter__(self):
            announced.set()

        def __exit__(self, *_):
            announced.clear()

    def tell(words):
        said.append(words)
        return Telling()

    def read(url, as_of=None):
        assert announced.is_set()
        return clinic["clinic"]

    monkeypatch.setattr(st, "spinner", tell)
    monkeypatch.setattr(review, "clinic", read)
    pictures.read_clinic()
    assert len(said) == 1 and "Reading and judging the whole clinic" in said[0]
    assert not announced.is_set()


def test_a_quick_reading_leaves_no_word_of_it_on_the_screen(clinic):
    screen = open_page(_screen)
    assert not screen.exception
    assert [block.type for block in screen.main if block.type != "main"] == []
