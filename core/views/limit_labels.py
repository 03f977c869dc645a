"""Action limits in words: one label per number at the chart's edge, who asks for what there, and all of it as a table.

Several authorities name the same number and ask for different things there. A label says the gravest first and counts
what has no room; nothing is lost: it stands in the label's hover text and in the table below the chart.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from core.views.fit import cut_text, text_width
from core.views.markup import Markup, tag
from core.views.model import LimitLine
from core.views.names import analyte_name, measured_text
from core.views.panels import Panel
from core.views.text import count_text
from core.views.words import MARK_ORDER, MARKS, authority_words

_BETWEEN = " · "
_SIDES = {("below", False): "below", ("below", True): "at or below", ("above", False): "above",
          ("above", True): "at or above"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class LimitLabel:
    """One number at the edge. priority: the gravest there. text: as it fits; said: who asks for what, in full."""

    limit: float
    priority: str
    text: str
    said: str


def label_limits(panel: Panel, width: float, most: int) -> tuple[LimitLabel, ...]:
    """One label per number, ascending, each as it fits so many px; at most so many labels, the least grave given up.

    Where labels were given up, the last of those kept counts them. Hazard: HAZ-011 (a limit read as another's).
    """
    lines = distinct(panel.limits)
    kept = sorted(sorted(lines, key=_gravity)[: max(1, most)], key=lambda one: one.limit)
    lost = len(lines) - len(kept)
    labels = []
    for line in kept:
        number, said = measured_text(panel.analyte, line.limit), sayings(panel.limits, line.limit)
        more = f" (+{count_text(lost, 'limit')})" if lost and line is kept[-1] else ""
        labels.append(LimitLabel(line.limit, line.priority, _fit(number, said, width, more), _whole(number, said)))
    return tuple(labels)


def sayings(limits: Iterable[LimitLine], limit: float) -> list[str]:
    """Who asks for what at a number, the gravest first; those who ask for the very same are named together."""
    here = sorted((one for one in limits if one.limit == limit), key=_gravity)
    asked: dict[str, list[str]] = {}
    for one in here:
        who = asked.setdefault(one.label, [])
        if authority_words(one.authority) not in who:
            who.append(authority_words(one.authority))
    return [f"{', '.join(who)} {label}" for label, who in asked.items()]


def limits_table(panels: Sequence[Panel]) -> Markup | None:
    """Every limit the panels draw, in full; None where there is none."""
    rows = [
        tag("tr", tag("th", analyte_name(panel.analyte), scope="row"), tag("td", _reached(panel, line)),
            tag("td", _BETWEEN.join(sayings(panel.limits, line.limit))))
        for panel in panels
        for line in sorted(distinct(panel.limits), key=lambda one: one.limit)
    ]  # fmt: skip
    if not rows:
        return None
    heads = (tag("th", name, scope="col") for name in ("Test", "Limit", "Who asks for what"))
    table = tag("table", tag("thead", tag("tr", *heads)), tag("tbody", *rows), css="n-table")
    summary = tag("summary", f"Action limits in this chart: {len(rows):,}")
    return tag("details", summary, tag("div", table, css="n-scroll", tabindex=0), css="n-limits")


def limit_words(panel: Panel, line: LimitLine) -> str:
    """One limit and one action asked for there, with only those who ask for that very thing: a paper's label."""
    who = dict.fromkeys(
        authority_words(one.authority) for one in panel.limits if (one.limit, one.label) == (line.limit, line.label)
    )
    return f"{measured_text(panel.analyte, line.limit)} {', '.join(who)} {line.label}"


def speakers(limits: Iterable[LimitLine]) -> list[LimitLine]:
    """One line per number and action asked for there, ascending, the gravest of one number on top."""
    kept: dict[tuple[float, str], LimitLine] = {}
    for line in sorted(limits, key=_gravity):
        kept.setdefault((line.limit, line.label), line)
    return sorted(kept.values(), key=lambda one: (one.limit, -_gravity(one)))


def distinct(limits: Iterable[LimitLine]) -> list[LimitLine]:
    """One line per number, in the colour of its gravest priority."""
    kept: dict[float, LimitLine] = {}
    for line in limits:
        if line.limit not in kept or _gravity(line) < _gravity(kept[line.limit]):
            kept[line.limit] = line
    return list(kept.values())


def _fit(number: str, said: Sequence[str], width: float, more: str) -> str:
    """As many sayings as have room beside what follows them, the rest counted; the gravest alone is cut, never what
    is counted after it.
    """
    for count in range(len(said), 1, -1):
        left = len(said) - count
        shown = f"{number} {_BETWEEN.join(said[:count])}{f' +{left}' if left else ''}{more}"
        if text_width(shown) <= width:
            return shown
    left = len(said) - 1
    return cut_text(f"{number} {said[0]}", width, f"{f' +{left}' if left else ''}{more}")


def _whole(number: str, said: Sequence[str]) -> str:
    return f"{number}: {'; '.join(said)}"


def _reached(panel: Panel, line: LimitLine) -> str:
    """When the limit is reached: "below 1.5 ×10⁹/L"."""
    sides = dict.fromkeys(_SIDES[one.side, one.inclusive] for one in panel.limits if one.limit == line.limit)
    return f"{' or '.join(sides)} {measured_text(panel.analyte, line.limit, unit=panel.unit)}"


def _gravity(line: LimitLine) -> int:
    return MARK_ORDER.get(line.priority, len(MARKS))
