"""A table on paper: cells that wrap, a head repeated on every page, a row longer than a page carried over."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from core.paper.runs import Line, Run, split_words
from core.paper.sheet import BOTTOM, LEFT, SMALL, Sheet, line_height
from core.views.palette import LIGHT

_PAD = 1.0  # mm beside the words of a cell
_AIR = 1.1  # mm above and below the words of a row
_LONG = 150.0  # mm: a row longer than this is begun where it is met


@dataclass(frozen=True, slots=True)
class Cell:
    """Paragraphs of a table's cell, each its own line; right: numbers stand flush right."""

    paragraphs: tuple[tuple[Run, ...], ...]
    right: bool = False


@dataclass(frozen=True, slots=True)
class _Grid:
    """A table being drawn."""

    sheet: Sheet
    widths: tuple[float, ...]
    head: tuple[Cell, ...]
    size: float
    left: float

    def room(self) -> int:
        """How many lines of a row the page still holds."""
        return int((BOTTOM - self.sheet.y - 2 * _AIR) / line_height(self.size))

    def turn(self) -> None:
        self.sheet.turn_page()
        _draw_row(self, self.head, strong=True)


def cell(text: str, *, bold: bool = False, colour: str = LIGHT.ink, right: bool = False) -> Cell:
    """A cell of one look."""
    return Cell(((Run(text, bold, colour),),), right)


def draw_table(
    sheet: Sheet,
    widths: Sequence[float],
    head: Sequence[Cell],
    rows: Sequence[Sequence[Cell]],
    size: float = SMALL,
    indent: float = 0.0,
) -> None:
    """Rows under a head. Args: widths (mm of each column)."""
    grid = _Grid(sheet, tuple(widths), tuple(head), size, LEFT + indent)
    _draw_row(grid, head, strong=True)
    for row in rows:
        _draw_row(grid, row)
    sheet.y += 1.5


def fit_widths(sheet: Sheet, rows: Sequence[Sequence[Cell]], room: float, size: float = SMALL) -> list[float]:
    """Columns as wide as their words where there is room, else shared out; none narrower than its longest word."""
    count = max(len(row) for row in rows)
    wish, least = [0.0] * count, [0.0] * count
    for row in rows:
        for place, one in enumerate(row):
            for paragraph in one.paragraphs:
                whole = sum(sheet.measure(run.text, run.bold, size) for run in paragraph)
                words = [
                    sum(sheet.measure(run.text, run.bold, size) for run in word) for word in split_words(paragraph)
                ]
                wish[place] = max(wish[place], whole + 2 * _PAD + 0.1)
                least[place] = max(least[place], max(words, default=0.0) + 2 * _PAD + 0.1)
    if sum(wish) <= room:
        return [one + (room - sum(wish)) / count for one in wish]
    if sum(least) >= room:
        return [one * room / sum(least) for one in least]
    spare, asked = room - sum(least), sum(wish) - sum(least)
    return [low + spare * (high - low) / asked for low, high in zip(least, wish, strict=True)]


def _draw_row(grid: _Grid, cells: Sequence[Cell], *, strong: bool = False) -> None:
    """One row; what does not fit on the page goes on below the head of the next."""
    sheet, step = grid.sheet, line_height(grid.size)
    wrapped = [_lines(grid, one, wide) for one, wide in zip(cells, grid.widths, strict=True)]
    count, first = max(1, *map(len, wrapped)), 0
    if not strong and grid.room() < count and count * step < _LONG:
        grid.turn()
    while first < count:
        if grid.room() < 1:
            grid.turn()
        part = min(grid.room(), count - first)
        height = part * step + 2 * _AIR
        if strong:
            sheet.fill(LIGHT.surface)
            sheet.pdf.rect(grid.left, sheet.y, sum(grid.widths), height, style="F")
        x = grid.left
        for one, wide, lines in zip(cells, grid.widths, wrapped, strict=True):
            for place, line in enumerate(lines[first : first + part]):
                long = sum(sheet.measure(run.text, run.bold, grid.size) for run in line)
                start = x + wide - _PAD - long if one.right else x + _PAD
                sheet.runs(line, start, sheet.y + _AIR + (place + 0.78) * step, grid.size)
            x += wide
        sheet.y += height
        sheet.stroke(LIGHT.line, 0.15)
        sheet.pdf.line(grid.left, sheet.y, grid.left + sum(grid.widths), sheet.y)
        first += part


def _lines(grid: _Grid, one: Cell, wide: float) -> list[Line]:
    return [
        line for paragraph in one.paragraphs for line in grid.sheet.wrap(paragraph, wide - 2 * _PAD, grid.size) or [()]
    ]
