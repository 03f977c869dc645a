"""The lanes above the curves: one per drug, then infections, antibiotics and what else happened, as bars in time."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import Any

from core.catalogue import find_frequency
from core.records import DAY
from core.views.chart_frame import usual_width
from core.views.model import CourseLine, EventLine, PatientPicture
from core.views.palette import Palette
from core.views.sentences import course_line, span_line
from core.views.text import dose_text, iso_text, plain
from core.views.words import severity_words, status_words, title_words, words

LANE_HEIGHT = 24  # px
_BAR = 16  # px
_THIN, _EDGE = 3, 0.38  # a dashed bar's edges: px, and their distance from its middle as a share of the lane
_LETTER = 7.0  # px, an average letter of the lane's font
#: Lanes of their own, top to bottom: name -> kinds of event.
_LANES = {
    "infection": ("infection", "positive_culture"),
    "antibiotic": ("antibiotic",),
    "vaccine, surgery": ("vaccination", "surgery"),
}
_BESIDE = ("infection", "antibiotic", "event")  # bars too short for their words have them at their left
_STYLES = {"infection": "infection", "antibiotic": "antibiotic"}
#: Dashes of a bar by doses a day: a dose that is not taken every day must look so from afar (feature: dose lane).
_EVERY_OTHER, _RARER = "10px,10px", "3px,17px"


@dataclass(frozen=True, slots=True)
class Bar:
    """Something that lasted. end None = it still does. style: running, past, held, planned, infection …

    dash: "" for a dose of every day, else the dashes of one that is given more seldom.
    """

    start: int
    end: int | None
    style: str
    label: str
    said: str
    dash: str = ""


@dataclass(frozen=True, slots=True)
class Lane:
    name: str
    bars: tuple[Bar, ...]


def make_lanes(picture: PatientPicture) -> tuple[Lane, ...]:
    """Drugs first, those with rules on top; then infections, antibiotics, vaccines and surgery, other events.

    Empty lanes are left out.
    """
    drugs = dict.fromkeys(one.drug for one in picture.courses)
    ordered = sorted(drugs, key=lambda drug: (drug not in picture.drugs_covered, drug))
    lanes = [
        Lane(drug, tuple(_course_bar(one, picture.as_of) for one in picture.courses if one.drug == drug))
        for drug in ordered
    ]
    for name, kinds in _LANES.items():
        lanes.append(Lane(name, tuple(_event_bar(one) for one in picture.events if one.kind in kinds)))
    named = {kind for kinds in _LANES.values() for kind in kinds}
    lanes.append(Lane("other events", tuple(_event_bar(one) for one in picture.events if one.kind not in named)))
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
    said = f"{course_line(course)}, {span_line(course.start, course.end)}"
    return Bar(course.start, course.end, style, label, said, _dash(course.frequency_text))


def _dash(frequency: str) -> str:
    """How a bar is broken: not at all for a dose of every day, or one whose frequency cannot be read."""
    known = find_frequency(frequency)
    if known is None or known.per_day is None or known.per_day >= 1:
        return ""
    return _EVERY_OTHER if known.per_day * 2 >= 1 else _RARER


def _event_bar(event: EventLine) -> Bar:
    style = _STYLES.get(event.kind, "event")
    severity = f", {plain(severity_words(event.severity))}" if event.severity else ""
    label = plain(event.detail) or plain(words(event.code)) or words(event.kind)
    return Bar(
        event.start, event.end, style, label, f"{event_name(event)}{severity}, {span_line(event.start, event.end)}"
    )


def _bar_traces(bar: Bar, y: float, as_of: int, window_start: int, colours: Palette) -> list[dict[str, Any]]:
    end = bar.end if bar.end is not None else max(as_of, bar.start + 7 * DAY)
    colour, written = {
        "running": (colours.accent, colours.paper), "past": (colours.muted, colours.paper),
        "held": (colours.muted, colours.ink), "planned": (colours.line, colours.ink),
        "infection": (colours.medium, colours.paper), "antibiotic": (colours.low, colours.paper),
    }.get(bar.style, (colours.muted, colours.paper))  # fmt: skip
    common: dict[str, Any] = {
        "type": "scatter",
        "xaxis": "x",
        "yaxis": "y",
        "name": bar.style,
        "text": [escape(bar.said)] * 2,
        "hovertemplate": "%{text}<extra></extra>",
    }
    if bar.style == "event" and end - bar.start <= DAY:
        return [common | _moment(bar, y, colours)]
    ends = {"mode": "lines", "x": [iso_text(bar.start), iso_text(end)], "y": [y, y]}
    dashed = bar.dash and bar.style in ("running", "past")
    if bar.style == "held":  # a gap with a thin dotted line through it: the hold is seen, and nothing is given
        traces = [common | ends | {"line": {"width": 1.5, "color": colour, "dash": "dot"}}]
    elif dashed:
        traces = [
            common | ends | {"line": {"width": _BAR, "color": colours.line}},
            *(
                common
                | ends
                | {
                    "name": f"{bar.style}, not every day",
                    "y": [at] * 2,
                    "line": {"width": _THIN, "color": colour, "dash": bar.dash},
                }
                for at in (y + _EDGE, y - _EDGE)
            ),
        ]
    else:
        traces = [common | ends | {"line": {"width": _BAR, "color": colour}}]
    if bar.style in ("running", "past", "held", "planned"):
        traces.append(common | _begin(bar, y, colours))
    shown_from = max(bar.start, window_start)
    room = usual_width(end - shown_from)
    if room > len(bar.label) * _LETTER + 8:
        label = f"<b> {escape(bar.label)} </b>" if bar.style == "held" else f" {escape(bar.label)}"
        words_in = {
            "mode": "text", "x": [iso_text(shown_from)], "y": [y], "text": [label], "textposition": "middle right",
            "textfont": {"color": colours.ink if dashed else written}, "hoverinfo": "skip", "hovertemplate": None,
        }  # fmt: skip
        traces.append(common | words_in)
    elif bar.style in _BESIDE and usual_width(shown_from - window_start) > len(bar.label) * _LETTER:
        beside = {
            "mode": "text", "x": [iso_text(shown_from)], "y": [y], "text": [f"{escape(bar.label)} "],
            "textposition": "middle left", "textfont": {"color": colours.ink}, "hoverinfo": "skip",
            "hovertemplate": None,
        }  # fmt: skip
        traces.append(common | beside)
    return traces


def _moment(bar: Bar, y: float, colours: Palette) -> dict[str, Any]:
    """Something of one day: a mark with its words."""
    return {
        "mode": "markers+text", "x": [iso_text(bar.start)], "y": [y], "text": [escape(bar.label)],
        "customdata": [escape(bar.said)], "hovertemplate": "%{customdata}<extra></extra>",
        "textposition": "middle left", "textfont": {"color": colours.ink},
        "marker": {"symbol": "diamond", "size": 9, "color": colours.ink},
    }  # fmt: skip


def _begin(bar: Bar, y: float, colours: Palette) -> dict[str, Any]:
    """A stroke at the first day of a dose: where a dose was started, changed or held."""
    return {
        "mode": "markers", "x": [iso_text(bar.start)], "y": [y], "text": [escape(bar.said)],
        "marker": {"symbol": "line-ns-open", "size": _BAR + 4, "color": colours.ink,
                   "line": {"width": 2, "color": colours.ink}},
    }  # fmt: skip
