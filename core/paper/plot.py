"""Curves on paper: a year across, values up, limits and ranges drawn where they lie; straight lines, none invented."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from core.paper.sheet import TINY, Sheet
from core.records import DAY
from core.views.palette import LIGHT
from core.views.text import MONTHS

_EPOCH = date(1970, 1, 1)
_DOT = 0.75  # mm, half the width of a point's mark


@dataclass(frozen=True, slots=True)
class Frame:
    """Where a drawing stands (mm) and what it spans: instants across, values up."""

    left: float
    top: float
    width: float
    height: float
    start: int
    end: int
    low: float = 0.0
    high: float = 1.0

    @property
    def right(self) -> float:
        return self.left + self.width

    @property
    def bottom(self) -> float:
        return self.top + self.height

    def across(self, at: int) -> float:
        """Where an instant lies, mm from the left of the paper."""
        return self.left + self.width * (at - self.start) / (self.end - self.start)

    def down(self, value: float) -> float:
        """Where a value lies, mm from the top of the paper."""
        return self.bottom - self.height * (value - self.low) / (self.high - self.low)

    def holds(self, at: int) -> bool:
        """Whether an instant is drawn."""
        return self.start <= at <= self.end


def month_starts(start: int, end: int) -> list[tuple[int, str]]:
    """The first instant of every month in a span with its name; the first one and January say their year below it."""
    day = _EPOCH + timedelta(days=start // DAY)
    year, month = (day.year, day.month + 1) if day.month < 12 else (day.year + 1, 1)
    found: list[tuple[int, str]] = []
    while (at := (date(year, month, 1) - _EPOCH).days * DAY) <= end:
        named = f"{MONTHS[month - 1]} {year}" if month == 1 or (not found and month < 12) else MONTHS[month - 1]
        found.append((at, named))
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)
    return found


def draw_months(sheet: Sheet, frame: Frame, *, named: bool) -> None:
    """A fine line at the first of every month; its name below where asked for."""
    sheet.stroke(LIGHT.line, 0.1)
    for at, name in month_starts(frame.start, frame.end):
        x = frame.across(at)
        sheet.pdf.line(x, frame.top, x, frame.bottom)
        if named:
            for line, said in enumerate(name.split(" ")):
                sheet.words(said, x, frame.bottom + 2.6 + 2.4 * line, TINY, colour=LIGHT.muted)


def draw_today(sheet: Sheet, frame: Frame, as_of: int) -> None:
    """A dotted line at the moment the paper speaks of."""
    sheet.stroke(LIGHT.muted, 0.25)
    with sheet.dashed(0.6, 0.8):
        sheet.pdf.line(frame.across(as_of), frame.top, frame.across(as_of), frame.bottom)


def value_ticks(low: float, high: float, most: int) -> list[float]:
    """Round numbers within a range, at most so many."""
    raw = (high - low) / max(1, most - 1)
    size = 10.0 ** math.floor(math.log10(raw))
    step = next(factor * size for factor in (1, 2, 2.5, 5, 10) if factor * size >= raw * 0.999)
    first = math.ceil(low / step - 1e-9)
    return [round(step * place, 10) for place in range(first, math.floor(high / step + 1e-9) + 1)]


def draw_line(sheet: Sheet, frame: Frame, points: Sequence[tuple[int, float]], breaks: frozenset[int]) -> None:
    """Straight lines between neighbours, none to a point whose place is in `breaks`."""
    sheet.stroke(LIGHT.ink, 0.3)
    for place in range(1, len(points)):
        (before, value), (after, next_value) = points[place - 1], points[place]
        if place not in breaks and after >= frame.start:
            sheet.pdf.line(frame.across(before), frame.down(value), frame.across(after), frame.down(next_value))


def draw_span(sheet: Sheet, frame: Frame, start: int, end: int, colour: str) -> None:
    """A dotted frame over a stretch of time, as high as the drawing: nobody could judge in it."""
    x, to = max(frame.across(start), frame.left), min(frame.across(end), frame.right)
    if to <= x:
        return
    sheet.stroke(colour, 0.25)
    with sheet.dashed(0.5, 0.7):
        sheet.pdf.rect(x, frame.top, to - x, frame.height)
    sheet.pdf.set_line_width(0.8)
    with sheet.dashed(0.6, 1.0):
        sheet.pdf.line(x, frame.bottom - 0.4, to, frame.bottom - 0.4)


def draw_dot(sheet: Sheet, x: float, y: float, *, hollow: bool = False, colour: str = LIGHT.ink) -> None:
    """One value; hollow: preliminary or in dispute."""
    sheet.stroke(colour, 0.3)
    sheet.fill(LIGHT.paper if hollow else colour)
    sheet.pdf.circle(x, y, _DOT, style="DF")


def draw_bound(sheet: Sheet, x: float, y: float, comparator: str) -> None:
    """A value known only as a bound: an open triangle that points to where the truth lies."""
    tip = 1.5 if comparator.startswith("<") else -1.5
    sheet.stroke(LIGHT.ink, 0.3)
    sheet.fill(LIGHT.paper)
    sheet.pdf.polygon([(x - 1.1, y), (x + 1.1, y), (x, y + tip)], style="DF")


def draw_cross(sheet: Sheet, x: float, y: float) -> None:
    """A value that a later report replaced."""
    sheet.stroke(LIGHT.muted, 0.3)
    sheet.pdf.line(x - 0.9, y - 0.9, x + 0.9, y + 0.9)
    sheet.pdf.line(x - 0.9, y + 0.9, x + 0.9, y - 0.9)
