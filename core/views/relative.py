"""A panel against something of its own: how many times its action limit, or how much of the patient's own baseline."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from core.views.model import LimitLine
from core.views.names import analyte_name, measured_text
from core.views.panels import Panel
from core.views.text import plain
from core.views.words import MARK_ORDER, MARKS, authority_words

#: How a chart may be measured, the first unless somebody chooses: code -> words of the switch.
SCALES = {"raw": "Raw", "limit": "× limit", "baseline": "% of baseline"}


def measure(panel: Panel, scale: str) -> Panel:
    """A panel on another scale; where there is nothing to measure it against it stays as it is and says so.

    Only the drawing is scaled: what a reader is told at a point, at a limit and in the table stays the number itself.

    Args: scale (one of SCALES).
    """
    if scale == "limit":
        line = leading_limit(panel.limits)
        if line is None or line.limit <= 0:
            return replace(panel, measure="raw: no action limit")
        named = f"{measured_text(panel.analyte, line.limit, unit=panel.unit)} {authority_words(line.authority)}"
        return replace(panel, factor=1 / line.limit, measure=f"× the limit {named} {line.label}")
    if scale == "baseline":
        own = panel.own
        if own is None or own.median <= 0:
            return replace(panel, measure="raw: no own baseline")
        usual = measured_text(panel.analyte, own.median, unit=panel.unit)
        words = f"% of own {usual} (median of {own.count:,} before {plain(own.drug)})"
        return replace(panel, factor=100 / own.median, measure=words)
    return panel


def leading_limit(limits: Sequence[LimitLine]) -> LimitLine | None:
    """The limit of the highest priority that a value going wrong meets first; None without one."""
    if not limits:
        return None
    gravest = min(MARK_ORDER.get(one.priority, len(MARKS)) for one in limits)
    same = [one for one in limits if MARK_ORDER.get(one.priority, len(MARKS)) == gravest]
    below = [one for one in same if one.side == "below"]
    return max(below, key=lambda one: one.limit) if below else min(same, key=lambda one: one.limit)


def scale_line(panels: Sequence[Panel], scale: str) -> str:
    """Which panels could not be put on the chosen scale; "" where all could."""
    left = [analyte_name(one.analyte) for one in panels if scale != "raw" and not one.is_relative]
    return f"{', '.join(left)}: shown raw, there is nothing to measure against." if left else ""
