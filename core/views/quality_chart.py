"""The quality figures as pictures: shares beside the limits of chance, and what became of each rule's alerts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from core.views.palette import Palette
from core.views.proportions import WARNING
from core.views.quality import IN_TIME, OUTCOMES, STANDINGS, Judged, Rule
from core.views.quality_text import group_name, percent_text, rule_name

_ROW, _FRAME = 34, 92  # px: one group, and what surrounds them
_TALL = 270  # px: groups that follow one another in time stand side by side
_MOST_TICKS = 13  # of them, that can be written side by side
MOST_RULES = 15
#: Standing -> shape of its point: up and down are told by shape, how far by being filled.
_SHAPES = {
    "far_below": "triangle-down", "below": "triangle-down-open", "within": "circle", "above": "triangle-up-open",
    "far_above": "triangle-up",
}  # fmt: skip
#: What a rule's alerts led to, as one bar: (words, outcomes, pattern). The pattern tells the parts apart in grey.
_PARTS = (
    ("acted on", ("acted",), ""),
    ("watched", ("watched",), "/"),
    ("already resolved, not relevant or wrong", ("already_resolved", "not_relevant", "wrong"), "x"),
    ("no answer (open, ended or over before first use)", ("open", "ended", "before"), "."),
)


def height_of(grouping: str, groups: Sequence[Judged]) -> int:
    """How tall the picture of these groups is, in px."""
    return _TALL if grouping in IN_TIME else _FRAME + _ROW * len(groups)


def draw_shares(grouping: str, groups: Sequence[Judged], rate: float, colours: Palette) -> dict[str, Any]:
    """Each group's share beside the limits that chance alone explains for its size; a line at the share of all.

    Args: rate: of all groups together (0 to 1).
    """
    upright = grouping in IN_TIME
    told = [one for one in groups if one.share is not None and one.warning is not None and one.action is not None]
    names = [label_of(grouping, one) for one in groups]
    font = {"size": 13, "color": colours.muted}
    category = {
        "type": "category", "categoryorder": "array", "categoryarray": names if upright else names[::-1],
        "range": [-0.5, len(names) - 0.5], "tickfont": {"size": 13, "color": colours.ink}, "fixedrange": True,
        "showgrid": False, "automargin": True, "tickangle": 0,
        "ticktext": _ticks(grouping, names if upright else names[::-1]),
        "tickvals": names if upright else names[::-1],
    }  # fmt: skip
    low = _floor(told, rate)
    note = "share on time, %" + (f" (axis begins at {low} %)" if low else "")
    shares = {
        "range": [low - 0.02 * (100 - low), 100 + 0.02 * (100 - low)], "title": {"text": note, "font": font},
        "gridcolor": colours.line, "tickfont": font, "fixedrange": True, "zeroline": False, "automargin": True,
    }  # fmt: skip
    few = [_few(label_of(grouping, one), low, upright, colours) for one in groups if one.share is None]
    across = {
        "type": "line", "line": {"color": colours.ink, "width": 1, "dash": "dash"}, "layer": "above",
        "showlegend": True, "name": f"all together, {percent_text(rate)}",
    }  # fmt: skip
    middle = (
        {"xref": "paper", "x0": 0, "x1": 1, "y0": rate * 100, "y1": rate * 100}
        if upright
        else {"yref": "paper", "y0": 0, "y1": 1, "x0": rate * 100, "x1": rate * 100}
    )
    return {
        "data": [
            _limits("99.8 % limits", told, "action", 3, grouping, colours),
            _limits("95 % limits", told, "warning", 12, grouping, colours),
            *_points(told, grouping, colours),
        ],
        "layout": {
            "height": height_of(grouping, groups), "margin": {"t": 36, "b": 44, "l": 8, "r": 16}, "font": font,
            "paper_bgcolor": "rgba(0,0,0,0)", "plot_bgcolor": "rgba(0,0,0,0)", "dragmode": False,
            "showlegend": True,
            "legend": {"orientation": "h", "x": 0, "y": 1, "yanchor": "bottom", "font": font, "itemclick": False,
                       "itemdoubleclick": False},
            "xaxis": category if upright else shares, "yaxis": shares if upright else category,
            "shapes": [across | middle], "annotations": few,
        },
    }  # fmt: skip


def label_of(grouping: str, one: Judged) -> str:
    """A group with how many tests it stands on."""
    return f"{group_name(grouping, one.group.name)} ({one.group.asked:,})"


def _ticks(grouping: str, names: Sequence[str]) -> list[str]:
    """What is written at each place of the axis: of many months only some, and those in two lines."""
    if grouping not in IN_TIME:
        return list(names)
    every = -(-len(names) // _MOST_TICKS)
    return [name.replace(" (", "<br>(") if place % every == 0 else "" for place, name in enumerate(names)]


def _floor(told: Sequence[Judged], rate: float) -> int:
    """Where the axis begins: the five or ten below everything shown, 0 where that is most of the way."""
    lowest = min([rate, *(min(one.share or 0.0, (one.action or (0.0, 1.0))[0]) for one in told)])
    step = 5 if lowest >= 0.9 else 10
    begin = int(lowest * 100) // step * step
    return min(95, begin) if begin >= 50 else 0


def _limits(
    name: str, told: Sequence[Judged], which: str, width: int, grouping: str, colours: Palette
) -> dict[str, Any]:
    """One line per group from limit to limit, cut between groups."""
    spans: list[float | None] = []
    places: list[str | None] = []
    for one in told:
        low, high = getattr(one, which)
        spans += [low * 100, high * 100, None]
        places += [label_of(grouping, one)] * 2 + [None]
    along = {"x": places, "y": spans} if grouping in IN_TIME else {"x": spans, "y": places}
    return {
        "type": "scatter", "mode": "lines", "name": name, "hoverinfo": "skip", **along,
        "line": {"width": width, "color": colours.line if which == "warning" else colours.muted},
    }  # fmt: skip


def _points(told: Sequence[Judged], grouping: str, colours: Palette) -> list[dict[str, Any]]:
    """The shares, one trace per standing, so that the legend says each shape's word."""
    paint = {"far_below": colours.high, "below": colours.medium, "within": colours.ink, "above": colours.accent,
             "far_above": colours.accent}  # fmt: skip
    out = []
    for standing, shape in _SHAPES.items():
        mine = [one for one in told if one.standing == standing]
        if not mine:
            continue
        share = [(one.share or 0.0) * 100 for one in mine]
        label = [label_of(grouping, one) for one in mine]
        along = {"x": label, "y": share} if grouping in IN_TIME else {"x": share, "y": label}
        said = [
            f"{group_name(grouping, one.group.name)}: {percent_text(one.share)} on time, "
            f"{one.group.on_time:,} of {one.group.asked:,}"
            for one in mine
        ]
        out.append(
            {
                "type": "scatter", "mode": "markers", "name": STANDINGS[standing].word.lower(), **along, "text": said,
                "hovertemplate": "%{text}<extra></extra>", "cliponaxis": False,
                "marker": {"symbol": shape, "size": 11, "color": paint[standing],
                           "line": {"width": 2, "color": paint[standing]}},
            }
        )  # fmt: skip
    return out


def _few(label: str, low: int, upright: bool, colours: Palette) -> dict[str, Any]:
    place = {"x": label, "y": low, "yanchor": "bottom"} if upright else {"x": low, "y": label, "xanchor": "left"}
    return place | {
        "text": "too few" if upright else "too few to judge", "showarrow": False,
        "font": {"size": 13, "color": colours.muted},
    }  # fmt: skip


def describe_shares(grouping: str, groups: Sequence[Judged]) -> str:
    """The picture in a sentence, for whoever cannot see it."""
    said = "; ".join(
        f"{group_name(grouping, one.group.name)}: {percent_text(one.share)}, {STANDINGS[one.standing].word.lower()}"
        for one in groups
    )
    return f"Share of due tests on time, with limits of chance of {100 * (1 - WARNING):.0f} and 99.8 %. {said}."


def draw_yield(rules: Sequence[Rule], colours: Palette) -> dict[str, Any]:
    """What became of the alerts of the most frequent rules, one bar each."""
    shown = list(rules[:MOST_RULES])
    names = [rule_name(one) for one in shown]
    font = {"size": 13, "color": colours.muted}
    paint = (colours.accent, colours.low, colours.medium, colours.muted)
    data = []
    for (words, outcomes, pattern), colour in zip(_PARTS, paint, strict=True):
        counts = [sum(one.outcomes.get(name, 0) for name in outcomes) for one in shown]
        marker: dict[str, Any] = {"color": colour, "line": {"width": 1.5, "color": colour}}
        if pattern:
            marker["pattern"] = {
                "shape": pattern, "bgcolor": colours.paper, "fgcolor": colour, "fillmode": "overlay", "size": 6,
            }  # fmt: skip
        data.append(
            {"type": "bar", "orientation": "h", "name": words, "x": counts, "y": names, "marker": marker, "width": 0.6,
             "hovertemplate": "%{y}: %{x} " + words + "<extra></extra>"}
        )  # fmt: skip
    return {
        "data": data,
        "layout": {
            "barmode": "stack", "height": yield_height(rules), "margin": {"t": 36, "b": 40, "l": 8, "r": 16},
            "font": font, "paper_bgcolor": "rgba(0,0,0,0)", "plot_bgcolor": "rgba(0,0,0,0)", "dragmode": False,
            "showlegend": True,
            "legend": {"orientation": "h", "x": 0, "y": 1, "yanchor": "bottom", "font": font, "traceorder": "normal"},
            "xaxis": {"title": {"text": "alerts raised in the period", "font": font}, "gridcolor": colours.line,
                      "tickfont": font, "fixedrange": True, "rangemode": "tozero"},
            "yaxis": {"type": "category", "categoryorder": "array", "categoryarray": names[::-1], "fixedrange": True,
                      "automargin": True, "tickfont": {"size": 13, "color": colours.ink}},
        },
    }  # fmt: skip


def yield_height(rules: Sequence[Rule]) -> int:
    """How tall that picture is, in px."""
    return _FRAME + 24 * min(MOST_RULES, len(rules))


def describe_yield(rules: Sequence[Rule]) -> str:
    """That picture in a sentence."""
    said = "; ".join(
        f"{rule_name(one)}: {one.fired} raised, "
        + ", ".join(f"{one.outcomes[name]} {OUTCOMES[name].lower()}" for name in OUTCOMES if one.outcomes.get(name))
        for one in rules[:MOST_RULES]
    )
    return f"Alerts raised by rule and what became of them. {said}."
