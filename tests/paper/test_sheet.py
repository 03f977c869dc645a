"""The paper itself: every word can be read, nothing leaves the page, lines break where they may."""

from __future__ import annotations

import io
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader

from core.paper.patient_report import patient_report
from core.paper.ruled import cell, draw_table
from core.paper.runs import Run, wrap
from core.paper.sheet import LEFT, RIGHT, Sheet, rgb
from core.views.palette import LIGHT
from tests.paper.papers import about, read_pages, read_text, squeeze
from tests.views import example

ROOT = Path(__file__).resolve().parents[2]
READABLE = (
    LIGHT.ink, LIGHT.muted, LIGHT.accent, LIGHT.high, LIGHT.medium, LIGHT.low, LIGHT.cannot_tell, LIGHT.in_limits,
)  # fmt: skip


def colours_of_words(page: object) -> Counter[tuple[float, ...]]:
    """In which colours the words of a page are written, as a printer would have them."""
    found: Counter[tuple[float, ...]] = Counter()
    colour: tuple[float, ...] = (0.0, 0.0, 0.0)
    kept: list[tuple[float, ...]] = []

    def follow(operator: bytes, operands: list[object], *_: object) -> None:
        nonlocal colour
        if operator == b"q":
            kept.append(colour)
        elif operator == b"Q":
            colour = kept.pop()
        elif operator in (b"rg", b"g"):
            colour = tuple(round(float(one), 2) for one in operands) * (3 if operator == b"g" else 1)  # type: ignore[arg-type]
        elif operator in (b"Tj", b"TJ"):
            found[colour] += 1

    page.extract_text(visitor_operand_before=follow)  # type: ignore[attr-defined]
    return found


def test_every_word_is_written_in_a_colour_that_can_be_read():
    picture = example.patient()
    name = picture.person.patient_id
    alerts = tuple(replace(example.neutropenia(name, row_id=60 + place), alert_id=f"a{place}") for place in range(12))
    reader = PdfReader(io.BytesIO(patient_report(replace(picture, alerts=alerts), about())))
    assert len(reader.pages) > 5
    known = {tuple(round(one / 255, 2) for one in rgb(colour)) for colour in (*READABLE, LIGHT.paper)}
    watermark = tuple(round(one / 255, 2) for one in rgb("#ECEFF1"))
    for page in reader.pages:
        found = colours_of_words(page)
        assert found.pop(watermark) == 1
        assert set(found) <= known


def test_words_on_an_earlier_page_leave_the_pen_as_it_was():
    sheet = Sheet(about(sample=False))
    sheet.turn_page()
    sheet.fill(LIGHT.line)
    with sheet.on_page(1):
        sheet.fill(LIGHT.high)
        sheet.words("earlier", LEFT, 50)
    sheet.words("here", LEFT, 50, colour=LIGHT.high)
    first, second = PdfReader(io.BytesIO(sheet.finish())).pages
    assert "earlier" in first.extract_text()
    assert "here" in second.extract_text()
    assert tuple(round(one / 255, 2) for one in rgb(LIGHT.high)) in colours_of_words(second)


@given(st.lists(st.text(max_size=60), max_size=6), st.floats(10, 190))
def test_no_line_is_wider_than_its_room_and_no_letter_is_lost(texts, room):
    def measure(text: str, bold: bool, size: float) -> float:
        return len(text) * (2.2 if bold else 2.0) * size / 10

    lines = wrap([Run(text, bold=place % 2 == 0) for place, text in enumerate(texts)], room, 10, measure)
    for line in lines:
        assert sum(measure(run.text, run.bold, 10) for run in line) <= room + 1e-6
    written = "".join(run.text for line in lines for run in line)
    for space in (" ", "\n", "\t", "\r", "\u00a0"):
        written, texts = written.replace(space, ""), [text.replace(space, "") for text in texts]
    assert written == "".join(texts)


@pytest.mark.parametrize("length", [200, 40_000])
def test_a_cell_longer_than_a_page_is_carried_over_and_loses_nothing(length):
    sheet = Sheet(about(sample=False))
    words = " ".join(f"w{place}" for place in range(length // 5))
    draw_table(sheet, [100, 82], [cell("A"), cell("B")], [[cell(words), cell("x")]])
    text = read_text(sheet.finish())
    assert all(f"w{place}w{place + 1}" in text for place in range(0, length // 5 - 60, 61))
    assert f"w{length // 5 - 1}" in text


def test_nothing_is_written_beyond_the_edge_of_the_paper():
    picture = example.patient()
    picture = replace(picture, person=replace(picture.person, family_name="W" * 300, consultant="X" * 200))
    reader = PdfReader(io.BytesIO(patient_report(picture, about(sample=False))))
    places: list[float] = []
    for page in reader.pages:
        page.extract_text(visitor_text=lambda text, cm, tm, *_: places.append(tm[4]) if text.strip() else None)
    assert min(places) >= LEFT * 72 / 25.4 - 1
    assert max(places) <= RIGHT * 72 / 25.4
    assert "W" * 300 in squeeze(read_pages(patient_report(picture, about()))[0])


def test_the_door_to_papers_loads_no_drawing_library_until_one_is_drawn():
    asked = "import sys, core.services.reports; print(sorted({'fpdf', 'openpyxl', 'fontTools'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", asked], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
