"""How far a value lies from the action limit that matters for it: in its unit and as a share of the limit."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from core.views.limits import out_of_limit
from core.views.model import LimitLine, Point
from core.views.names import measured_text, usual_decimals
from core.views.text import MINUS, join_words, number_text
from core.views.words import MARK_ORDER, MARKS, authority_words


def margin_text(analyte: str, point: Point, limits: Iterable[LimitLine]) -> str:
    """The distance of a value to its limit, with who sets it: "0.6 ×10⁹/L below 1.5 (EMA stop), −40 %".

    The limit is the gravest one the value lies beyond, else the nearest. A bound ("<1.5"), a disputed or replaced value
    and an analyte without limits have no margin: "".
    """
    mine = [line for line in limits if line.analyte == analyte]
    if point.value is None or point.comparator or point.reason or point.superseded or not mine:
        return ""
    line = choose_limit(point.value, mine)
    named = f"{measured_text(analyte, line.limit)} ({_speakers(line, mine)})"
    away = point.value - line.limit
    if away == 0:
        return f"at the limit {named}"
    far = number_text(abs(away), usual=usual_decimals(analyte), against=(0.0,))
    share = "" if line.limit == 0 else f", {_signed(away / line.limit * 100)}{chr(0xA0)}%"
    amount = measured_text(analyte, abs(away), unit=point.unit) if point.unit else far
    return f"{amount} {'below' if away < 0 else 'above'} {named}{share}"


def choose_limit(value: float, limits: Sequence[LimitLine]) -> LimitLine:
    """Of the limits a value lies beyond the gravest, the first it met; else the nearest. Args: limits (not empty)."""
    beyond = [line for line in limits if out_of_limit(value, [line])] or [
        line for line in limits if not line.priority and _is_past(value, line)
    ]
    if beyond:
        return min(beyond, key=lambda line: (MARK_ORDER.get(line.priority, len(MARKS)), -abs(value - line.limit)))
    return min(limits, key=lambda line: (abs(value - line.limit), MARK_ORDER.get(line.priority, len(MARKS))))


def _is_past(value: float, line: LimitLine) -> bool:
    return value < line.limit if line.side == "below" else value > line.limit


def _speakers(line: LimitLine, limits: Iterable[LimitLine]) -> str:
    """Who asks for the same thing at the same number: "EMA stop", "EMA and FDA review"."""
    who = dict.fromkeys(
        authority_words(one.authority) for one in limits if (one.limit, one.label) == (line.limit, line.label)
    )
    return f"{join_words(who)} {line.label}"


def _signed(percent: float) -> str:
    shown = number_text(round(abs(percent), 0 if abs(percent) >= 10 else 1))
    return f"{MINUS if percent < 0 else '+'}{shown}"
