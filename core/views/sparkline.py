"""A result's last year as a small picture: straight lines, action limit, last point marked, nothing invented."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from core.records import DAY
from core.views.palette import Palette

WIDTH, HEIGHT = 170, 36
MOST_POINTS = 12
_FONTS = "-apple-system,BlinkMacSystemFont,Segoe UI,Roboto,Helvetica Neue,Arial,sans-serif"  # the page's own
_WINDOW = 365 * DAY
_LEFT, _RIGHT, _TOP, _BOTTOM = 4, 104, 6, 30  # the drawing; right of it the name and the last value are written


def sparkline(
    points: Sequence[tuple[int, float]],
    *,
    as_of: int,
    palette: Palette,
    name: str,
    last_text: str,
    limit: float | None = None,
    bound: tuple[int, float, str] | None = None,
    gap_days: int | None = None,
) -> str:
    """Draw the last twelve months' points as an SVG data URI, time to scale.

    Args: points ((instant, value), oldest first); limit (action limit, same unit; None: none is drawn);
          bound ((instant, value, comparator) of a newest result known only as a bound: an open triangle, joined to
          nothing); gap_days (no line across a longer gap); name and last_text are written beside the line.
    """
    recent = [one for one in points if as_of - _WINDOW <= one[0] <= as_of][-MOST_POINTS:]
    if not recent and bound is None:
        return _address(f"<text x='{_LEFT}' y='23' fill='{palette.muted}'>no result in 12 months</text>")
    values = [value for _, value in recent] + [value for value in (limit, bound and bound[1]) if value is not None]
    low, high = min(values), max(values)
    if high == low:
        low, high = low - 1, high + 1

    def across(at: int) -> float:
        return _LEFT + (_RIGHT - _LEFT) * (at - as_of + _WINDOW) / _WINDOW

    def down(value: float) -> float:
        return _BOTTOM - (_BOTTOM - _TOP) * (value - low) / (high - low)

    path = ""
    before: int | None = None
    for at, value in recent:
        joined = before is not None and (gap_days is None or at - before <= gap_days * DAY)
        path += f"{'L' if joined else 'M'}{across(at):.0f} {down(value):.0f}"
        before = at
    marks = ""
    if limit is not None:
        marks += f"<path d='M{_LEFT} {down(limit):.0f}H{_RIGHT}' stroke='{palette.high}' stroke-width='1.5'/>"
    if path:
        marks += f"<path d='{path}' stroke='{palette.ink}' stroke-width='1.5'/>"
    if bound is not None:
        x, y = across(bound[0]), down(bound[1])
        tip = 5 if bound[2].startswith("<") else -5
        marks += f"<path d='M{x - 4:.0f} {y:.0f}h8l-4 {tip}z' stroke='{palette.ink}' stroke-width='1.5'/>"
    else:
        x, y = across(recent[-1][0]), down(recent[-1][1])
        marks += f"<circle cx='{x:.0f}' cy='{y:.0f}' r='3' fill='{palette.ink}'/>"
    return _address(
        f"{marks}<text x='{_RIGHT + 8}' y='15' fill='{palette.muted}'>{_ascii(name)}</text>"
        f"<text x='{_RIGHT + 8}' y='31' fill='{palette.ink}'>{_ascii(last_text)}</text>"
    )


def _address(drawing: str) -> str:
    """The drawing as an image address."""
    svg = (
        f"<svg xmlns='http://www.w3.org/2000/svg' width='{WIDTH}' height='{HEIGHT}' viewBox='0 0 {WIDTH} {HEIGHT}' "
        f"font-family='{_FONTS}' font-size='13' fill='none'>{drawing}</svg>"
    )
    return "data:image/svg+xml," + svg.replace("%", "%25").replace("#", "%23")


def _ascii(text: str) -> str:
    """Text as an SVG in an address may hold it: escaped, letters beyond ASCII as character references."""
    return escape(text).encode("ascii", "xmlcharrefreplace").decode("ascii")
