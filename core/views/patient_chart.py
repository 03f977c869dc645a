"""One patient on one time axis: doses, infections, each analyte with its action limits; plain data, nothing invented.

Straight lines only, none across a gap, a unit change or a value known only as a range; what is uncertain has its own
mark: open triangle (reported as < or >), open circle (preliminary or disputed), grey cross (replaced), ◌? in a strip
below the scale (unreadable). Stretches in which nobody could judge are tinted.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from core.views import chart_frame
from core.views.lanes import LANE_HEIGHT, Lane, lane_traces, make_lanes
from core.views.margin import margin_text
from core.views.model import PatientPicture, Point
from core.views.palette import Palette
from core.views.panels import Panel, make_panels, point_line
from core.views.relative import measure
from core.views.text import count_text, iso_text, plain
from core.views.words import MARKS

Trace = dict[str, Any]

_TALL, _SHORT, _GAP = 172, 92, 26  # panel heights and the space between (it holds the panel's title), px
_LINE = 16  # px of a second line of the title, on a scale that has to say what it is measured against
_STRIP = 0.18  # share of a panel below its scale, for results that have no place on it
_HOVER = "%{text}<extra></extra>"
#: A point clicked for its source must not make the others fade.
_UNDIMMED = {"selected": {"marker": {"opacity": 1}}, "unselected": {"marker": {"opacity": 1}}}


@dataclass(frozen=True, slots=True)
class Chart:
    """figure: for plotly. alt: what it shows, in words. height: px."""

    figure: dict[str, Any]
    alt: str
    height: int


def draw(picture: PatientPicture, colours: Palette, chosen: Iterable[str] = (), scale: str = "raw") -> Chart:
    """The whole chart of one patient.

    Args: chosen (analytes to add below the usual ones); scale (one of relative.SCALES).
    Hazard: HAZ-011 (a trend that misleads).
    """
    panels = [measure(panel, scale) for panel in make_panels(picture, chosen)]
    lanes = make_lanes(picture)
    heights = [LANE_HEIGHT * max(1, len(lanes)), *(_SHORT if place else _TALL for place in range(len(panels)))]
    gap = _GAP + _LINE * any(panel.measure for panel in panels)
    inner = sum(heights) + gap * len(panels)
    height = inner + chart_frame.TOP + chart_frame.BOTTOM
    tops = [sum(heights[:place]) + gap * place for place in range(len(heights))]
    domains = [(1 - (top + size) / inner, 1 - top / inner) for top, size in zip(tops, heights, strict=True)]
    layout = chart_frame.layout(picture, panels, colours, height)
    layout["yaxis"] = _lane_axis(lanes, domains[0], colours)
    data = lane_traces(lanes, picture.as_of, chart_frame.window(picture)[0], colours)
    for place, panel in enumerate(panels, start=2):
        axis, size, domain = f"y{place}", heights[place - 1], domains[place - 1]
        bottom, high = value_range(panel)
        low = bottom - _STRIP * (high - bottom) if panel.unreadable else bottom
        layout[f"yaxis{place}"] = {
            "domain": list(domain), "range": [low, high], "fixedrange": True, "nticks": 4 if size == _TALL else 3,
            "gridcolor": colours.line, "gridwidth": 0.5, "zeroline": False, "anchor": "x", "ticklen": 0,
            "tickfont": {"size": chart_frame.FONT_SIZE, "color": colours.muted},
        }  # fmt: skip
        data += _traces(panel, axis, (low + bottom) / 2, colours)
        layout["shapes"] += chart_frame.shapes(panel, axis, bottom, high, colours)
        layout["shapes"] += chart_frame.leaders(panel, axis, (low, high, size), colours)
        if panel.unreadable:
            layout["shapes"].append(chart_frame.floor(axis, bottom, colours))
        layout["annotations"] += chart_frame.notes(panel, axis, domain[1], (low, high, size), colours)
        layout["annotations"] += chart_frame.older(panel, axis, (bottom + high) / 2, picture, colours)
    return Chart({"data": data, "layout": layout}, _describe(picture, panels), height)


def value_range(panel: Panel) -> tuple[float, float]:
    """The values a panel spans: from nought where they come near it, so that a fall looks as large as it is."""
    numbers = panel.numbers() or [0.0]
    low, high = min(numbers), max(numbers)
    if low >= 0.6 * high and high > 0 and not panel.limits:  # a body weight or a temperature: nought would flatten it
        room = max(high - low, 0.02 * high)
        return low - 0.5 * room, high + 0.5 * room
    return min(0.0, low), (high * 1.12 if high > 0 else 1.0)


def _lane_axis(lanes: Sequence[Lane], domain: tuple[float, float], colours: Palette) -> dict[str, Any]:
    return {
        "domain": list(domain), "range": [max(1, len(lanes)), 0], "fixedrange": True, "showgrid": False,
        "zeroline": False, "tickvals": [place + 0.5 for place in range(len(lanes))], "ticklen": 0,
        "ticktext": [escape(plain(lane.name)) for lane in lanes],
        "tickfont": {"size": chart_frame.FONT_SIZE, "color": colours.muted},
    }  # fmt: skip


def _traces(panel: Panel, axis: str, floor: float, colours: Palette) -> list[Trace]:
    bounds = ["triangle-down-open" if one.comparator.startswith("<") else "triangle-up-open" for one in panel.censored]
    disputed = ["circle-open"] * len(panel.disputed)
    crosses = ["x-thin"] * len(panel.superseded)
    traces = [
        _line(panel, axis, colours),
        _marks(panel, panel.censored, axis, bounds, colours.ink, 10),
        _marks(panel, panel.disputed, axis, disputed, colours.cannot_tell, 10),
        _marks(panel, panel.superseded, axis, crosses, colours.muted, 8),
        _unreadable(panel, axis, floor, colours),
    ]
    return [trace for trace in traces if trace["x"]]


def _line(panel: Panel, axis: str, colours: Palette) -> Trace:
    """The values that may be joined, with a hole wherever a line would invent something."""
    steps: list[tuple[str | None, float | None, str, str, int]] = []
    for place, point in enumerate(panel.trusted):
        if place in panel.breaks:
            steps.append((None, None, "", "circle", 0))
        symbol = "circle-open" if point.preliminary else "circle"
        steps.append((iso_text(point.at), _height(panel, point), _said(panel, point), symbol, point.row_id))
    return {
        "type": "scatter", "mode": "lines+markers", "connectgaps": False, "xaxis": "x", "yaxis": axis,
        "name": panel.analyte, "x": [one[0] for one in steps], "y": [one[1] for one in steps],
        "text": [one[2] for one in steps], "hovertemplate": _HOVER, "customdata": [one[4] for one in steps],
        **_UNDIMMED,
        "line": {"shape": "linear", "width": 1.5, "color": colours.ink},
        "marker": {"symbol": [one[3] for one in steps], "size": 7, "color": colours.ink,
                   "line": {"width": 1.5, "color": colours.ink}},
    }  # fmt: skip


def _marks(
    panel: Panel, points: Sequence[Point], axis: str, symbols: list[str], colour: str, size: int
) -> Trace:  # fmt: skip
    """Values that no line may reach, each with its own mark."""
    return {
        "type": "scatter", "mode": "markers", "xaxis": "x", "yaxis": axis, "name": panel.analyte,
        "x": [iso_text(one.at) for one in points], "y": [_height(panel, one) for one in points],
        "text": [_said(panel, one) for one in points], "hovertemplate": _HOVER,
        "customdata": [one.row_id for one in points], **_UNDIMMED,
        "marker": {"symbol": symbols, "size": size, "color": colour, "line": {"width": 1.5, "color": colour}},
    }  # fmt: skip


def _unreadable(panel: Panel, axis: str, floor: float, colours: Palette) -> Trace:
    """Results that could not be read: a mark below the scale at their moment, so that they never look like no test."""
    points = panel.unreadable
    return {
        "type": "scatter", "mode": "text", "xaxis": "x", "yaxis": axis, "name": panel.analyte, "cliponaxis": False,
        "x": [iso_text(one.at) for one in points], "y": [floor] * len(points),
        "text": [f"{MARKS['cannot_tell'].shape}?"] * len(points), "textposition": "middle center",
        "hovertext": [escape(point_line(panel.analyte, one)) for one in points],
        "customdata": [one.row_id for one in points],
        "hovertemplate": "%{hovertext}<extra></extra>", "textfont": {"size": 15, "color": colours.cannot_tell},
    }  # fmt: skip


def _height(panel: Panel, point: Point) -> float | None:
    """Where a value is drawn on the panel's scale."""
    return None if point.value is None else point.value * panel.factor


def _said(panel: Panel, point: Point) -> str:
    """What a reader is told at a point: the number itself on any scale, and how far it is from its limit."""
    said = point_line(panel.analyte, point, [line.limit for line in panel.limits])
    away = margin_text(panel.analyte, point, panel.limits)
    return escape(said) + (f"<br>{escape(away)}" if away else "")


def _describe(picture: PatientPicture, panels: Sequence[Panel]) -> str:
    """What the chart shows, for those who do not see it; the table beside it holds every value."""
    parts = [f"{count_text(len(picture.courses), 'course')} and {count_text(len(picture.events), 'event')} over time"]
    for panel in panels:
        said = f"{panel.title}: {count_text(len(panel.trusted), 'value')}"
        if panel.trusted:
            said += f", last {point_line(panel.analyte, panel.trusted[-1], [line.limit for line in panel.limits])}"
        parts.append(said)
    return ". ".join(parts) + "."
