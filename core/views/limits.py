"""Whether a value lies beyond an action limit, and which of several results of one moment are in dispute."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

from core.views.model import LimitLine, Point
from core.views.words import gravest

_DISPUTED = "conflicting_duplicate"


def out_of_limit(value: float, limits: Iterable[LimitLine], comparator: str = "") -> str:
    """The mark of the gravest action limit a value lies beyond, "" when it lies beyond none.

    Args: comparator ("<", "<=", ">", ">=": the value is only a bound, and counts only where every value it allows lies
          beyond the limit).
    """
    return gravest([one.priority for one in limits if one.priority and _is_beyond(value, one, comparator)], "")


def is_certainly_below(value: float, limit: float, comparator: str) -> bool:
    """Whether a value, or every value a bound allows, is less than a limit."""
    return value < limit if comparator in ("", "<=") else comparator == "<" and value <= limit


def is_certainly_above(value: float, limit: float, comparator: str) -> bool:
    """Whether a value, or every value a bound allows, is more than a limit."""
    return value > limit if comparator in ("", ">=") else comparator == ">" and value >= limit


def list_disputed(points: Sequence[Point]) -> frozenset[int]:
    """The rows of every result of a moment for which two values stand: neither of them is to be trusted.

    Hazard: HAZ-011 (the milder of two values taken for the true one).
    """
    moments = {one.at for one in points if one.reason == _DISPUTED and not one.superseded}
    return frozenset(one.row_id for one in points if one.at in moments and not one.superseded)


def dispute(points: Sequence[Point]) -> tuple[Point, ...]:
    """The points, every one of a disputed moment saying so itself."""
    disputed: Collection[int] = list_disputed(points)
    return tuple(replace(one, reason=_DISPUTED) if one.row_id in disputed and not one.reason else one for one in points)


def _is_beyond(value: float, line: LimitLine, comparator: str) -> bool:
    if value == line.limit and comparator in ("", "<=", ">="):
        return line.inclusive and (not comparator or (comparator == "<=") == (line.side == "below"))
    certain = is_certainly_below if line.side == "below" else is_certainly_above
    return certain(value, line.limit, comparator)
