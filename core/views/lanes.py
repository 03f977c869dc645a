"""The lanes above the curves: one per drug, then infections, antibiotics and what else happened, as bars in time."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import Any

from core.records import DAY
from core.views.model import CourseLine, EventLine, PatientPicture
from core.views.palette import Palette
from core.views.sentences import course_line, span_line
from core.views.text import dose_text, iso_text, plain
from core.views.words import status_words, title_words, words

LANE_HEIGHT = 24  # px
_BAR = 16  # px
_LETTER = 7.0  # px, an average letter of the lane's font
_PLOT_WIDTH = 1000  # px, a usual plot: only to decide which bars have room for their words
_OWN_LANES = ("infection", "antibiotic")


@dataclass(frozen=True, slots=True)
class Bar:
    """Something that lasted. end None = it still does. style: running, past, held, planned, infection …"""

    start: int
    end: int | None
    style: str
    label: str
    said: str


@dataclass(frozen=True, slots=True)
class Lane:
    name: str
    bars: tuple[Bar, ...]


def make_lanes(picture: PatientPicture) -> tuple[Lane, ...]:
    """Drugs first, those with rules on top; then infections, antibiotics, other events. Empty lanes are left out."""
    drugs = dict.fromkeys(one.drug for one in picture.courses)
    ordered = sorted(drugs, key=lambda drug: (drug not in picture.drugs_covered, drug))
    lanes = [
        Lane(drug, tuple(_course_bar(one, picture.as_of) for one in picture.courses if one.drug == drug))
        for drug in ordered
    ]
    for kind in _OWN_LANES:
        lanes.append(Lane(words(kind), tuple(_event_bar(one) for one in picture.events if one.kind == kind)))
    lanes.append(Lane("other events", tuple(_event_bar(one) for one in picture.events if one.kind not in _OWN_LANES)))
    return tuple(lane for lane in lanes if lane.bars)


def event_name(event: EventLine) -> str:
    """What happened: the detail where one is given, else its code, else its kind."""
    kind = title_words(event.kind)
    detail = plain(event.detail) or plain(words(event.code))
    return f"{kind}: {detail}" if detail else kind


def lane_traces(lanes: tuple[Lane, ...], as_of: int, start: int, colours: Palette) -> list[dict[str, Any]]:
    """The lanes as traces on the first vertical axis, top lane first."""
    return [
        trace
        for place, lane in enumerate(lanes)
        for bar in lane.bars
        for trace in _bar_traces(bar, place + 0.5, as_of, start, colours)
    ]


def _course_bar(course: CourseLine, as_of: int) -> Bar:
    planned = course.status == "planned" or course.start > as_of
    over = course.status in ("stopped", "completed") or (course.end is not None and course.end <= as_of)
    style = "held" if course.status == "on-hold" else "planned" if planned else "past" if over else "running"
    dose = dose_text(course.dose_text, course.frequency_text)
    label = f"{status_words(course.status)}" if style == "held" else f"planned: {dose}" if planned else dose
    return Bar(course.start, course.end, style, label, f"{course_line(course)}, {span_line(course.start, course.end)}")


def _event_bar(event: EventLine) -> Bar:
    style = event.kind if event.kind in _OWN_LANES else "event"
    severity = f", {plain(event.severity)}" if event.severity else ""
    label = plain(event.detail) or plain(words(event.code)) or words(event.kind)
    return Bar(
        event.start, event.end, style, label, f"{event_name(event)}{severity}, {span_line(event.start, event.end)}"
    )


def _bar_traces(bar: Bar, y: float, as_of: int, window_start: int, colours: Palette) -> list[dict[str, Any]]:
    end = bar.end if bar.end is not None else max(as_of, bar.start + 7 * DAY)
    colour, written = {
        "running": (colours.accent, colours.paper), "past": (colours.muted, colours.paper),
        "held": (colours.line, colours.ink), "planned": (colours.line, colours.ink),
        "infection": (colours.medium, colours.paper), "antibiotic": (colours.low, colours.paper),
    }.get(bar.style, (colours.muted, colours.ink))  # fmt: skip
    said = [escape(bar.said)] * 2
    common: dict[str, Any] = {
        "type": "scatter",
        "xaxis": "x",
        "yaxis": "y",
        "name": bar.style,
        "text": said,
        "hovertemplate": "%{text}<extra></extra>",
    }
    if bar.style == "event" and end - bar.start <= DAY:
        point = {
            "mode": "markers+text", "x": [iso_text(bar.start)], "y": [y], "text": [escape(bar.label)],
            "customdata": [escape(bar.said)], "hovertemplate": "%{customdata}<extra></extra>",
            "textposition": "middle left", "textfont": {"color": colours.ink},
            "marker": {"symbol": "diamond", "size": 9, "color": colours.ink},
        }  # fmt: skip
        return [common | point]
    line = {
        "mode": "lines",
        "x": [iso_text(bar.start), iso_text(end)],
        "y": [y, y],
        "line": {"width": _BAR, "color": colour},
    }
    traces = [common | line]
    shown_from = max(bar.start, window_start)
    room = (end - shown_from) / (386 * DAY) * _PLOT_WIDTH
    if room > len(bar.label) * _LETTER + 8:
        words_in = {
            "mode": "text", "x": [iso_text(shown_from)], "y": [y], "text": [f" {escape(bar.label)}"],
            "textposition": "middle right", "textfont": {"color": written}, "hoverinfo": "skip", "hovertemplate": None,
        }  # fmt: skip
        traces.append(common | words_in)
    return traces
