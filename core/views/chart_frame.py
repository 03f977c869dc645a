"""What surrounds the curves of the patient chart: time axis, today, action limits with their words, reference bands."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from core.records import DAY
from core.views.fit import text_width
from core.views.limit_labels import LimitLabel, distinct, label_limits
from core.views.model import Gap, PatientPicture
from core.views.names import analyte_name
from core.views.palette import Palette
from core.views.panels import Panel
from core.views.text import date_text, iso_text
from core.views.words import MARKS, reason_words

FONT_SIZE = 13
TOP, BOTTOM = 44, 36  # px: room for the range buttons, room for months and years
_LEFT = 112
_LEAST_RIGHT, _MOST_RIGHT, _LETTER = 120, 260, 7  # the right margin is as wide as its longest limit label, px
_LABEL_HEIGHT = 14  # px between two limit labels, so that neighbours stay legible
_LEADER = 16  # px of the stroke that leads from a limit's line to its label
_BESIDE = _LEADER + 12  # px of the right margin that hold no letter
_PLOT_WIDTH = 1000  # px, a usual plot: only to decide what has room for its words
_BACK, _AHEAD = 365 * DAY, 21 * DAY  # the last year, and room after today for a planned start


def window(picture: PatientPicture) -> tuple[int, int]:
    """The last year, longer to the right where something is planned."""
    planned = [one.start + 7 * DAY for one in picture.courses if one.start > picture.as_of]
    return picture.as_of - _BACK, max([picture.as_of + _AHEAD, *planned])


def usual_width(seconds: int) -> float:
    """How many px a stretch of time has on a usual plot, which shows a year and what is just ahead (`window`)."""
    return seconds / (_BACK + _AHEAD) * _PLOT_WIDTH


def layout(picture: PatientPicture, panels: Sequence[Panel], colours: Palette, height: int) -> dict[str, Any]:
    """The frame all panels share: one time axis with 3 m, 6 m, 1 y and all, and a line at the day it speaks of."""
    start, end = window(picture)
    texts = [label.text for panel in panels for label in _labels(panel, 0)]
    widths = [text_width(said) for said in (*texts, *(analyte_name(panel.analyte) for panel in panels))]
    right = min(max(max(widths, default=0.0) + _BESIDE, _LEAST_RIGHT), _MOST_RIGHT)
    font = {"size": FONT_SIZE, "color": colours.muted}
    strong = {"size": FONT_SIZE, "color": colours.ink}
    spans = [
        {"count": count, "label": label, "step": step, "stepmode": "backward"}
        for count, label, step in ((3, "3 m", "month"), (6, "6 m", "month"), (1, "1 y", "year"))
    ]
    today = {"xref": "x", "yref": "paper"}
    at = iso_text(picture.as_of)
    return {
        "height": height, "margin": {"t": TOP, "b": BOTTOM, "l": _LEFT, "r": right}, "font": font,
        "paper_bgcolor": "rgba(0,0,0,0)", "plot_bgcolor": "rgba(0,0,0,0)", "showlegend": False, "hovermode": "closest",
        "hoverlabel": {"bgcolor": colours.surface, "bordercolor": colours.line, "font": strong, "align": "left"},
        "dragmode": "zoom", "uirevision": "keep",
        "xaxis": {
            "type": "date", "range": [iso_text(start), iso_text(end)], "tickformat": "%b\n%Y", "tickfont": font,
            "gridcolor": colours.line, "gridwidth": 0.5, "zeroline": False, "anchor": "free", "position": 0,
            "rangeselector": {
                "buttons": [*spans, {"step": "all", "label": "all"}], "x": 0, "xanchor": "left", "y": 1,
                "yanchor": "bottom", "bgcolor": colours.surface, "activecolor": colours.line,
                "bordercolor": colours.line, "borderwidth": 1, "font": strong,
            },
        },
        "shapes": [
            today | {"type": "line", "x0": at, "x1": at, "y0": 0, "y1": 1, "layer": "below",
                     "line": {"color": colours.muted, "width": 1, "dash": "dot"}},
        ],
        "annotations": [
            today | {"x": at, "y": 1, "yanchor": "bottom", "xanchor": "center", "showarrow": False, "font": font,
                     "text": f"as of {date_text(picture.as_of)}"},
        ],
    }  # fmt: skip


def shapes(panel: Panel, axis: str, low: float, high: float, colours: Palette) -> list[dict[str, Any]]:
    """The reference range as a grey tint, the patient's own as dashed lines, each action limit as a solid line.

    A stretch in which nobody could judge is tinted over the panel's whole height.
    """
    across = {"xref": "paper", "x0": 0, "x1": 1, "yref": axis}
    drawn = []
    ref_low, ref_high = (None if end is None else end * panel.factor for end in panel.reference)
    bottom = low if ref_low is None else max(low, ref_low)
    top = high if ref_high is None else min(high, ref_high)
    if panel.reference_from and top > bottom:
        band = {"type": "rect", "y0": bottom, "y1": top, "layer": "below", "line": {"width": 0}}
        drawn.append(across | band | {"fillcolor": colours.muted, "opacity": 0.1})
    if panel.own is not None:
        edge = {"color": colours.muted, "width": 1, "dash": "dash"}
        for end in dict.fromkeys((panel.own.low, panel.own.high)):
            ends = {"y0": end * panel.factor, "y1": end * panel.factor}
            drawn.append(across | ends | {"type": "line", "layer": "below", "line": edge, "name": "own range"})
    for gap in _stretches(panel.gaps):
        drawn.append(
            {"type": "rect", "xref": "x", "x0": iso_text(gap.start), "x1": iso_text(gap.end), "yref": axis, "y0": low,
             "y1": high, "layer": "below", "line": {"color": colours.cannot_tell, "width": 1, "dash": "dot"},
             "fillcolor": _tint(colours.cannot_tell), "name": "cannot tell",
             "label": {"text": _gap_words(gap), "textposition": "bottom right",
                       "font": {"size": FONT_SIZE, "color": colours.cannot_tell}}}
        )  # fmt: skip
    for line in distinct(panel.limits):
        stroke = {"color": colours.of_mark(line.priority), "width": 1.5, "dash": "solid"}
        at = line.limit * panel.factor
        drawn.append(across | {"type": "line", "y0": at, "y1": at, "line": stroke})
    return drawn


@dataclass(frozen=True, slots=True)
class _Stretch:
    """Gaps that touch, whatever their reasons, drawn as one."""

    start: int
    end: int
    reasons: tuple[str, ...]


def _stretches(gaps: Iterable[Gap]) -> list[_Stretch]:
    out: list[_Stretch] = []
    for gap in sorted(gaps, key=lambda one: one.start):
        if out and gap.start <= out[-1].end + DAY:
            reasons = tuple(dict.fromkeys((*out[-1].reasons, gap.reason)))
            out[-1] = _Stretch(out[-1].start, max(out[-1].end, gap.end), reasons)
        else:
            out.append(_Stretch(gap.start, gap.end, (gap.reason,)))
    return out


def _gap_words(gap: _Stretch) -> str:
    """Why nobody could judge, as far as the stretch has room for words; the mark alone where it has not."""
    mark = MARKS["cannot_tell"].shape
    room = usual_width(gap.end - gap.start)
    why = "; ".join(map(reason_words, gap.reasons))
    tried = (f"{mark} cannot tell: {why}", f"{mark} {why}")
    return next((said for said in tried if room > len(said) * _LETTER), mark)


def floor(axis: str, at: float, colours: Palette) -> dict[str, Any]:
    """Where a panel's scale ends: below it stand the results that have no place on the scale."""
    stroke = {"color": colours.muted, "width": 1, "dash": "dot"}
    return {"type": "line", "xref": "paper", "x0": 0, "x1": 1, "yref": axis, "y0": at, "y1": at, "line": stroke,
            "name": "floor"}  # fmt: skip


def notes(
    panel: Panel, axis: str, top: float, frame: tuple[float, float, int], colours: Palette
) -> list[dict[str, Any]]:
    """The panel's heading with its unit, and at the right edge its name and each limit's number and authority.

    Args: top (the panel's upper edge, share of the whole); frame (lowest and highest value shown, height in px).
    """
    reference = panel.reference_line
    between = "<br>" if panel.measure else "   "  # what it is measured against takes a line of its own
    heading = f"<b>{escape(panel.title)}</b>" + (f"{between}{escape(reference)}" if reference else "")
    common = {"xref": "paper", "yref": "paper", "y": top, "xanchor": "left", "align": "left", "showarrow": False}
    written: list[dict[str, Any]] = [
        common | {"x": 0, "yanchor": "bottom", "text": heading, "font": {"size": FONT_SIZE, "color": colours.ink}},
        # where a narrow screen begins at the newest values, the heading is out of sight: the name stands there again
        common | {"x": 1, "yanchor": "top", "xshift": _LEADER, "text": escape(analyte_name(panel.analyte)),
                  "name": "name again", "font": {"size": FONT_SIZE, "color": colours.muted}},
    ]  # fmt: skip
    for label, at, shown in _places(panel, frame):
        written.append(
            {"xref": "paper", "yref": axis, "x": 1, "y": at, "xanchor": "left", "yanchor": "middle", "yshift": shown,
             "xshift": _LEADER, "showarrow": False, "align": "left", "text": escape(label.text),
             "hovertext": escape(label.said),
             "font": {"size": FONT_SIZE, "color": colours.of_mark(label.priority)}}
        )  # fmt: skip
    return written


def leaders(panel: Panel, axis: str, frame: tuple[float, float, int], colours: Palette) -> list[dict[str, Any]]:
    """A stroke from each limit's line to its label: in a crowd the label stands beside another line."""
    return [
        {"type": "line", "xref": "paper", "xsizemode": "pixel", "xanchor": 1, "x0": 0, "x1": _LEADER, "yref": axis,
         "ysizemode": "pixel", "yanchor": at, "y0": 0, "y1": shown,
         "line": {"color": colours.of_mark(label.priority), "width": 1}, "name": "leader"}
        for label, at, shown in _places(panel, frame)
    ]  # fmt: skip


def _labels(panel: Panel, height: int) -> tuple[LimitLabel, ...]:
    """The limits' labels as they fit the widest margin, and the panel's height (0: all of them)."""
    most = height // _LABEL_HEIGHT - 1 if height else len(panel.limits)  # the name takes the place of one
    return label_limits(panel, _MOST_RIGHT - _BESIDE, most)


def _places(panel: Panel, frame: tuple[float, float, int]) -> list[tuple[LimitLabel, float, float]]:
    """Each label, where its limit is drawn on the scale, and by how many px it was moved to lie on no other.

    A crowd is moved as far as it would stand in the next panel's heading, or on this panel's name.
    """
    low, high, size = frame
    labels = _labels(panel, size)
    drawn = [label.limit * panel.factor for label in labels]
    places = [(at - low) / (high - low) * size for at in drawn]
    spaced = spread(places, _LABEL_HEIGHT)
    lowest, highest = _LABEL_HEIGHT / 2, size - 1.5 * _LABEL_HEIGHT
    lift = max(0.0, lowest - min(spaced, default=lowest)) - max(0.0, max(spaced, default=highest) - highest)
    return [
        (label, at, shown + lift - place)
        for label, at, place, shown in zip(labels, drawn, places, spaced, strict=True)
    ]  # fmt: skip


def older(panel: Panel, axis: str, middle: float, picture: PatientPicture, colours: Palette) -> list[dict[str, Any]]:
    """Where a panel opens empty: that its newest value is older than what is shown."""
    points = (*panel.trusted, *panel.censored, *panel.disputed, *panel.superseded, *panel.unreadable)
    newest = max((one.at for one in points), default=None)
    if newest is None or newest >= window(picture)[0]:
        return []
    return [
        {"xref": "paper", "yref": axis, "x": 0.5, "y": middle, "xanchor": "center", "yanchor": "middle",
         "showarrow": False, "text": f"no result in this year; newest {date_text(newest)}: press “all”",
         "font": {"size": FONT_SIZE, "color": colours.muted}, "bgcolor": colours.surface},
    ]  # fmt: skip


def spread(places: Sequence[float], apart: float) -> list[float]:
    """Positions at least so far apart, each crowd centred where it belongs. Args: places (ascending)."""
    crowds: list[list[float]] = []
    for place in places:
        crowds.append([place])
        while len(crowds) > 1 and _overlap(crowds[-2], crowds[-1], apart):
            crowds[-2:] = [crowds[-2] + crowds[-1]]
    return [_centre(one) + apart * (place - (len(one) - 1) / 2) for one in crowds for place in range(len(one))]


def _overlap(lower: Sequence[float], upper: Sequence[float], apart: float) -> bool:
    return _centre(lower) + apart * (len(lower) + len(upper)) / 2 > _centre(upper)


def _tint(colour: str) -> str:
    """A colour as a tint that what lies under it shows through: #RRGGBB at a tenth of its strength."""
    red, green, blue = (int(colour[place : place + 2], 16) for place in (1, 3, 5))
    return f"rgba({red},{green},{blue},0.1)"


def _centre(crowd: Sequence[float]) -> float:
    return sum(crowd) / len(crowd)
