"""The last words of a paper: how it came about."""

from __future__ import annotations

from core.paper.ruled import cell, draw_table
from core.paper.sheet import TINY, WIDTH, Sheet
from core.views.text import plain

_LABELS = 46.0  # mm


def say_about(sheet: Sheet) -> None:
    """Clock, counts, filters, program, versions and hashes of the rules, each on its line."""
    sheet.heading("About this paper")
    rows = [[cell(label, bold=True), cell(plain(words))] for label, words in sheet.about.lines()]
    head = [cell("What", bold=True), cell("As printed", bold=True)]
    draw_table(sheet, [_LABELS, WIDTH - _LABELS], head, rows, TINY + 0.3)
