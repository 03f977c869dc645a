"""Draws per week as a small chart, with the same numbers as a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from core.records import DAY
from core.views.draws import is_late
from core.views.markup import Markup, join, tag
from core.views.palette import Palette
from core.views.recall import Line, first_of_day
from core.views.text import count_text, date_text

_WEEK = 7 * DAY
_NEXT_ONLY = "Counted up to the next visit of each test; the one after it follows once that is taken."
HEIGHT = 220  # px


@dataclass(frozen=True, slots=True)
class Week:
    """Draws of seven days from start (first instant of a day): of them late ones, and the tests they hold."""

    start: int
    draws: int
    late: int
    tests: int


def count_weeks(lines: Sequence[Line], as_of: int, horizon_days: int) -> tuple[Week, ...]:
    """The draws of these patients in steps of seven days from today, empty weeks included."""
    today = first_of_day(as_of)
    weeks = []
    for number in range(-(-horizon_days // 7)):
        start = today + number * _WEEK
        draws = [draw for line in lines for draw in line.draws if start <= draw.day < start + _WEEK]
        late = sum(any(is_late(need) for need in draw.needs) for draw in draws)
        weeks.append(Week(start, len(draws), late, sum(len(draw.tests) for draw in draws)))
    return tuple(weeks)


def draw_chart(weeks: Sequence[Week], colours: Palette) -> dict[str, Any]:
    """Bars of late and other draws, the number written on each bar."""
    names = [date_text(week.start) for week in weeks]
    font = {"size": 13, "color": colours.muted}
    striped = {"color": colours.ink, "pattern": {"shape": "/", "bgcolor": colours.paper, "fgcolor": colours.ink,
               "fillmode": "overlay", "size": 7}, "line": {"width": 1.5, "color": colours.ink}}  # fmt: skip
    own = {"color": colours.accent}
    totals = [f"{week.draws}" + (f" ({week.late} late)" if week.late else "") for week in weeks]
    return {
        "data": [
            _bars("late, asked for now", names, [week.late for week in weeks], striped, [], colours),
            _bars("in their window", names, [week.draws - week.late for week in weeks], own, totals, colours),
        ],
        "layout": {
            "barmode": "stack", "height": HEIGHT, "margin": {"t": 28, "b": 44, "l": 40, "r": 8}, "font": font,
            "paper_bgcolor": "rgba(0,0,0,0)", "plot_bgcolor": "rgba(0,0,0,0)", "dragmode": False,
            "showlegend": True, "legend": {"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom", "font": font},
            "xaxis": {"type": "category", "tickfont": font, "fixedrange": True, "tickmode": "array", "tickvals": names,
                      "ticktext": [f"{name[:6]}<br>{name[7:]}" for name in names]},  # so that they stand upright
            "yaxis": {"title": {"text": "draws"}, "gridcolor": colours.line, "rangemode": "tozero", "tickfont": font,
                      "fixedrange": True},
        },
    }  # fmt: skip


def _bars(
    name: str, weeks: list[str], counts: list[int], marker: dict[str, Any], said: list[str], colours: Palette
) -> dict[str, Any]:
    return {
        "type": "bar", "name": name, "x": weeks, "y": counts, "marker": marker, "width": 0.5, "text": said,
        "textposition": "outside", "cliponaxis": False, "constraintext": "none",
        "hovertemplate": "7 days from %{x}: %{y} " + name + "<extra></extra>",
        "textfont": {"size": 13, "color": colours.ink},
    }  # fmt: skip


def describe_chart(weeks: Sequence[Week]) -> str:
    """The chart in a sentence, for whoever cannot see it."""
    said = "; ".join(f"from {date_text(week.start)}: {week.draws}, of them {week.late} late" for week in weeks)
    return f"Draws in steps of seven days. {said}."


def weeks_table(weeks: Sequence[Week]) -> Markup:
    """The chart's numbers as a table."""
    head = tag("tr", *(tag("th", name, scope="col") for name in ("7 days from", "Draws", "Late", "Tests")))
    rows = [
        tag(
            "tr", tag("th", date_text(week.start), scope="row"),
            *(tag("td", f"{count:,}", css="n-number") for count in (week.draws, week.late, week.tests)),
        )
        for week in weeks
    ]  # fmt: skip
    total = f"{count_text(sum(week.draws for week in weeks), 'draw')} in all. {_NEXT_ONLY}"
    table = tag("table", tag("thead", head), tag("tbody", join(rows)), css="n-table")
    return tag("div", tag("p", total), table, css="n-scroll", tabindex=0)
