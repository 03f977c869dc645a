"""How the quality figures are written: shares, bounds, lengths of time and the names of what they are of."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from core.views.names import analyte_name
from core.views.quality import Direction, Rule
from core.views.text import EN_DASH, MONTHS, NBSP, count_text, plain

DIRECTIONS: Mapping[Direction, str] = {"higher": "↑ higher is better", "lower": "↓ lower is better"}
ARROWS: Mapping[Direction, str] = {"higher": "↑", "lower": "↓"}  # in a heading, which the table explains below it
TOO_FEW = "too few to judge"
TOO_FEW_LOOKS = "too few looks to say"


def percent_text(share: float | None) -> str:
    """A share as a percentage: a tenth is told, and no share of less than all is rounded up to 100 % or down to 0 %."""
    if share is None:
        return TOO_FEW
    tenths = round(share * 1000)
    tenths = min(tenths, 999) if share < 1 else tenths
    tenths = max(tenths, 1) if share > 0 else tenths
    whole = tenths % 10 == 0
    return (f"{tenths // 10}" if whole else f"{tenths / 10:.1f}") + f"{NBSP}%"


def upward_text(share: float) -> str:
    """A bound as a percentage, rounded up: it never claims more than is known."""
    tenths = -int(-share * 1000 // 1) if share < 1 else 1000
    return f"{tenths / 10:.1f}{NBSP}%"


def range_text(interval: tuple[float, float] | None) -> str:
    """From one share to another, to a tenth: "91.2–97.0 %"."""
    if interval is None:
        return EN_DASH
    return f"{interval[0] * 100:.1f}{EN_DASH}{interval[1] * 100:.1f}{NBSP}%"


def days_text(days: float | None) -> str:
    """How long something took: hours under two days, days after that."""
    if days is None:
        return EN_DASH
    if days < 2:
        return count_text(round(days * 24), "hour")
    return f"{round(days, 1):g}{NBSP}days"


def group_name(grouping: str, name: str) -> str:
    """What a group of due tests is called."""
    if grouping == "test":
        return analyte_name(name)
    if grouping == "site" and not name:
        return "site not stated"
    if grouping == "quarter":
        year, quarter = name.split("-")
        return f"{quarter} {year}"
    if grouping == "month":
        first = date.fromisoformat(f"{name}-01")
        return f"{MONTHS[first.month - 1]} {first.year}"
    return plain(name)


def rule_name(rule: Rule, titles: Mapping[str, str]) -> str:
    """What a rule is called: its title, its id where it has none. Args: titles (by id)."""
    return plain(titles.get(rule.rule_id, rule.rule_id))


def burden_text(rule: Rule) -> str:
    """Alerts per patient-month, to three places."""
    return EN_DASH if rule.per_month is None else f"{rule.per_month:.3f}"
