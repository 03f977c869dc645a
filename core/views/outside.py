"""A newest result outside its range in words, the farthest first, and which of them no alert speaks of.

Hazard: HAZ-014 (a haemoglobin of 58 called "in limits", because no rule names a limit for it).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache

from core.engine.rules.compiled import compile_rules
from core.engine.standing import Alert, CannotTell
from core.engine.wording import tests_named
from core.protocols.loader import load_protocols
from core.views.model import Outside
from core.views.names import analyte_name, analyte_unit, measured_text
from core.views.text import EN_DASH, date_text, number_text
from core.views.words import reason_words

#: What cannot be told of results that no range can be held against (core/services/no_range.py), for the screens alone:
#: the reason, and what is not judged, which is no rule's category.
NO_RANGE, RANGE_OF_RESULTS = "missing_reference_range", "range_of_results"
_UNSPOKEN = "no rule speaks of it"


def list_unspoken(
    outside: Iterable[Outside], alerts: Iterable[Alert], unknown: Iterable[CannotTell] = ()
) -> tuple[Outside, ...]:
    """Of these results, those that lie outside a range or cannot be read, and of which no alert and no cannot-tell
    speaks; the farthest from its range first, one of each test. Where there is no range nothing lies outside it.
    """
    told, asked = list_spoken_of(alerts), list_spoken_of((), unknown)
    found = [
        one
        for one in outside
        if one.analyte not in told and (one.analyte not in asked if one.unread else (one.low, one.high) != (None, None))
    ]
    first: dict[str, Outside] = {}
    for one in sorted(found, key=lambda one: -farness(one)):
        first.setdefault(one.analyte, one)
    return tuple(first.values())


def list_spoken_of(alerts: Iterable[Alert], unknown: Iterable[CannotTell] = ()) -> frozenset[str]:
    """The tests that these findings of one patient are about: of an alert its fact and evidence, of what cannot be told
    what its rule reads, unless the reason is of no test (core/engine/wording.py).
    """
    told = {name for alert in alerts for name in (alert.fact, *(item.analyte for item in alert.evidence))}
    for one in unknown:
        told.update(tests_named(one.reason, _tests_of_rules().get(one.rule_id, ())))
    return frozenset(told)


@cache
def _tests_of_rules() -> Mapping[str, tuple[str, ...]]:
    """The tests each rule reads, by its identifier, as the protocols have it."""
    known = load_protocols()
    rules = (
        rule for one in known.drugs.values() for rule in compile_rules(one, known.common.features, None, 0)
    )  # fmt: skip
    return {rule.rule_id: rule.tests for rule in rules}


def farness(one: Outside) -> float:
    """How many times its limit a value lies above it, or its limit above the value; 0 for what cannot be read."""
    if one.unread or one.value is None:
        return 0.0
    below = 0.0 if one.low is None else one.low / one.value if one.value > 0 else float("inf")
    above = 0.0 if one.high is None else one.value / one.high if one.high > 0 else float("inf")
    return max(below, above)


def unspoken_line(outside: Sequence[Outside]) -> str:
    """The farthest in a narrow line, the rest counted: "Haemoglobin 58 g/L, outside 115–165, no rule speaks of it"."""
    more = f" (and {len(outside) - 1:,} more)" if len(outside) > 1 else ""
    return f"{_short(outside[0])}, {_UNSPOKEN}{more}"


def unspoken_lines(outside: Sequence[Outside]) -> list[str]:
    """Each with its date and its range, the farthest first."""
    return [f"{outside_line(one)}, {_UNSPOKEN}" for one in outside]


def outside_line(one: Outside) -> str:
    """A result outside its range as a line: "CRP 12 mg/L on 08-Oct-2026, range up to 5"."""
    when = f"{analyte_name(one.analyte)}{{}} on {date_text(one.at)}"
    if one.unread or one.value is None:
        return f"{when.format('')}: {reason_words(one.unread) if one.unread else 'not a number'}"
    return f"{when.format(f' {_value_text(one)}')}, {_range_words(one.low, one.high)}"


def _short(one: Outside) -> str:
    name = analyte_name(one.analyte)
    if one.unread or one.value is None:
        return f"{name}: {reason_words(one.unread) if one.unread else 'not a number'}"
    if one.low is not None and one.high is not None:
        side = f"{number_text(one.low)}{EN_DASH}{number_text(one.high)}"
        return f"{name} {_value_text(one)}, {'perhaps ' if one.comparator else ''}outside {side}"
    side = f"below {number_text(one.low)}" if one.low is not None else f"above {number_text(one.high or 0.0)}"
    return f"{name} {_value_text(one)}, {'perhaps ' if one.comparator else ''}{side}"


def _value_text(one: Outside) -> str:
    limits = [limit for limit in (one.low, one.high) if limit is not None]
    return measured_text(one.analyte, one.value or 0.0, one.comparator, analyte_unit(one.analyte), against=limits)


def _range_words(low: float | None, high: float | None) -> str:
    if low is None and high is None:
        return "no range to judge it by"
    if low is None or high is None:
        return f"range up to {number_text(high)}" if high is not None else f"range from {number_text(low or 0.0)}"
    return f"range {number_text(low)}{EN_DASH}{number_text(high)}"
