"""The quality figures as pictures: shares beside the limits of chance, and what became of each rule's alerts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from textwrap import wrap
from typing import Any

from core.views.markup import Markup, tag
from core.views.palette import Palette
from core.views.proportions import WARNING
from core.views.quality import IN_TIME, OUTCOMES, STANDINGS, Judged, Rule
from core.views.quality_text import group_name, percent_text, rule_name

_ROW, _FRAME, _AXIS = 34, 92, 64  # px: one group, and what surrounds them with a legend and without
_TALL = 300  # px: groups that follow one another in time stand side by side
_MOST_TICKS = 13  # of them, that can be written side by side
MOST_RULES = 15
_BAR, _LINE = 36, 28  # px of one rule, and letters of a line of its title
#: Standing -> shape of its point: up and down are told by shape, how far by being filled.
_SHAPES = {
    "far_below": "triangle-down", "below": "triangle-down-open", "within": "circle", "above": "triangle-up-open",
    "far_above": "triangle-up",
}  # fmt: skip
_GLYPHS = {"far_below": "▼", "below": "▽", "within": "●", "above": "△", "far_above": "▲"}
_PAINT = {"far_below": "high", "below": "medium", "within": "ink", "above": "accent", "far_above": "accent"}
#: What a rule's alerts led to, as one bar: (words, outcomes, pattern). The pattern tells the parts apart in grey.
_PARTS = (
    ("acted on", ("acted",), ""),
    ("watched", ("watched",), "/"),
    ("already resolved, not relevant or wrong", ("already_resolved", "not_relevant", "wrong"), "x"),
    ("no answer (open, ended or over before first use)", ("open", "ended", "before"), "."),
)


def height_of(grouping: str, groups: Sequence[Judged]) -> int:
    """How tall the picture of these groups is, in px."""
    return _TALL if grouping in IN_TIME else _AXIS + _ROW * len(groups)


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
        "showgrid": False, "automargin": True, **({} if upright else {"tickangle": 0}),
        "ticktext": _ticks(grouping, names if upright else names[::-1]),
        "tickvals": names if upright else names[::-1],
    }  # fmt: skip
    low = _floor(told, rate)
    note = "on time, %" + (f" (axis begins at {low} %)" if low else "")
    shares = {
        "range": [low - 0.02 * (100 - low), 100 + 0.02 * (100 - low)], "title": {"text": note, "font": font},
        "gridcolor": colours.line, "tickfont": font, "fixedrange": True, "zeroline": False, "automargin": True,
    }  # fmt: skip
    few = [_few(label_of(grouping, one), low, upright, colours) for one in groups if one.share is None]
    across = {
        "type": "line", "line": {"color": colours.ink, "width": 1, "dash": "dash"}, "layer": "above",
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
            "height": height_of(grouping, groups), "margin": {"t": 8, "b": 44, "l": 8, "r": 16}, "font": font,
            "paper_bgcolor": "rgba(0,0,0,0)", "plot_bgcolor": "rgba(0,0,0,0)", "dragmode": False,
            "showlegend": False,
            "xaxis": category if upright else shares, "yaxis": shares if upright else category,
            "shapes": [across | middle], "annotations": few,
        },
    }  # fmt: skip


def share_legend(groups: Sequence[Judged], rate: float) -> Markup:
    """What the marks of that picture mean, beside it: a legend within it covers the first groups on a narrow screen."""
    drawn = {one.standing for one in groups if one.share is not None}
    swatch = "display:inline-block;vertical-align:middle;width:24px;margin-right:4px;"
    keys = [
        ("", swatch + "height:3px;background:var(--n-muted)", "99.8 % limits"),
        ("", swatch + "height:12px;background:var(--n-line)", "95 % limits"),
        *((_GLYPHS[one], f"color:var(--n-{_PAINT[one]});margin-right:4px", STANDINGS[one].word.lower())
          for one in _SHAPES if one in drawn),
        ("", swatch + "border-top:1px dashed var(--n-ink)", f"all together, {percent_text(rate)}"),
    ]  # fmt: skip
    said = (tag("span", tag("span", glyph, style=style, aria_hidden="true"), words) for glyph, style, words in keys)
    return tag("div", *said, css="n-row n-muted")


def label_of(grouping: str, one: Judged) -> str:
    """A group with how many tests it stands on."""
    return f"{group_name(grouping, one.group.name)} ({one.group.asked:,})"


def _ticks(grouping: str, names: Sequence[str]) -> list[str]:
    """What is written at each place of the axis: of many months only some, and their counts in the table alone."""
    if grouping not in IN_TIME:
        return list(names)
    every = -(-len(names) // _MOST_TICKS)
    return [name.split(" (")[0] if place % every == 0 else "" for place, name in enumerate(names)]


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
                "marker": {"symbol": shape, "size": 11, "color": getattr(colours, _PAINT[standing]),
                           "line": {"width": 2, "color": getattr(colours, _PAINT[standing])}},
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


def draw_yield(rules: Sequence[Rule], colours: Palette, titles: Mapping[str, str]) -> dict[str, Any]:
    """What became of the alerts of the most frequent rules, one bar each. Args: titles (of rules, by id)."""
    shown = list(rules[:MOST_RULES])
    names = [one.rule_id for one in shown]
    said = [_in_lines(rule_name(one, titles)) for one in shown]
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
             "customdata": said, "hovertemplate": "%{customdata}: %{x} " + words + "<extra></extra>"}
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
                      "automargin": True, "tickfont": {"size": 13, "color": colours.ink},
                      "tickvals": names, "ticktext": said},
        },
    }  # fmt: skip


def _in_lines(title: str) -> str:
    """A rule's title on two lines beside its bar, the rest left to the table."""
    lines = wrap(title, _LINE, break_on_hyphens=False)
    return "<br>".join([lines[0], lines[1] + ("…" if len(lines) > 2 else "")] if len(lines) > 1 else lines)


def yield_height(rules: Sequence[Rule]) -> int:
    """How tall that picture is, in px."""
    return _FRAME + _BAR * min(MOST_RULES, len(rules))


def describe_yield(rules: Sequence[Rule], titles: Mapping[str, str]) -> str:
    """That picture in a sentence."""
    said = "; ".join(
        f"{rule_name(one, titles)}: {one.fired} raised, "
        + ", ".join(f"{one.outcomes[name]} {OUTCOMES[name].lower()}" for name in OUTCOMES if one.outcomes.get(name))
        for one in rules[:MOST_RULES]
    )
    return f"Alerts raised by rule and what became of them. {said}."
