"""What would end an alert: the one new fact after which nothing of it is met any more."""

from __future__ import annotations

import math
from collections.abc import Sequence

from core.catalogue import ANALYTES, analyte
from core.engine.rules.compiled import CompiledRule
from core.engine.standing import Alert
from core.engine.wording import number
from core.protocols.schema import (
    Band,
    Baseline,
    Condition,
    EventRule,
    Every,
    Interval,
    Leaf,
    OnCourse,
    Overdue,
    Threshold,
)


def say_what_clears(alert: Alert, related: Sequence[CompiledRule]) -> str:
    """The new fact that would end an alert, in words.

    Args:    related: every rule on the alert's drug, category and fact, those that did not fire included: a value that
             only moves the alert from one rule to the next does not end it.
    """
    spoken = {position.rule_id for position in alert.positions}
    lead = next(c for c in related if c.rule_id == alert.rule_id)
    fired = [c.rule for c in related if c.rule_id in spoken]
    said = _say_value(alert, lead, related)
    if said and any(isinstance(rule, EventRule) for rule in fired) and isinstance(lead.rule, Threshold):
        return f"{said}, and an end date of the event."
    return f"{said}."


def _say_value(alert: Alert, lead: CompiledRule, related: Sequence[CompiledRule]) -> str:
    subject = _name(lead.fact)
    match lead.rule:
        case EventRule():
            return "An end date of the event"
        case Baseline() | Overdue():
            return _with_article(subject)
        case Interval():
            found = [_cleared_from(c.rule.when, lead.fact) for c in related if isinstance(c.rule, Interval)]
            limit = max((one for one in found if one is not None), default=-math.inf)
            if math.isfinite(limit):
                return f"A later {subject} >= {number(limit)} {analyte(lead.fact).unit}"
            return _with_article(subject)
        case Threshold(feature=feature, fact=fact) if feature and fact and fact != feature:
            if lead.rule.category == "aki":
                return f"A later {subject} that shows no stage of acute kidney injury"
            return f"A later {subject} result"  # what is judged is the older one's standing: any newer one ends it
        case _:
            limited = _clear_edge(alert, [c.rule for c in related if isinstance(c.rule, Threshold)])
            return f"A later {subject} {limited} {alert.basis.unit or ''}".rstrip()


def _clear_edge(alert: Alert, rules: Sequence[Threshold]) -> str:
    """Operator and limit of the nearest stretch, on the good side of the value, where no rule that applies is met."""
    spoken = {position.rule_id.removeprefix(f"{alert.drug}.") for position in alert.positions}
    fired = [rule for rule in rules if rule.id in spoken]
    judged = [rule for rule in rules if rule in fired or _may_apply(rule, alert.basis.value, fired)]
    edges = sorted({band.start for rule in judged for band in rule.bands})
    clear = [all(_band_at(rule, edge).priority is None for rule in judged) for edge in edges]
    low_is_worse = alert.basis.operator in ("<", "<=")
    now = alert.basis.value if alert.basis.value is not None else (-math.inf if low_is_worse else math.inf)
    if low_is_worse:
        start = next((e for e, good in zip(edges, clear, strict=True) if good and e > now), None)
        above = any(band.above is not None and band.start == start for rule in judged for band in rule.bands)
        if start is not None:
            return f"{'>' if above else '>='} {_limit(start, judged)}"
    else:
        stops = [e for e, good, before in zip(edges[1:], clear[1:], clear, strict=False) if before and not good]
        stop = max((e for e in stops if e <= now), default=None)
        above = any(band.above is not None and band.start == stop for rule in judged for band in rule.bands)
        if stop is not None:
            return f"{'<=' if above else '<'} {_limit(stop, judged)}"
    return "result"


def _limit(start: float, rules: Sequence[Threshold]) -> str:
    """The limit as the rule's file writes it: a band above 1 starts at the first number after it."""
    return number(next(b.above if b.above is not None else b.start for r in rules for b in r.bands if b.start == start))


def _may_apply(rule: Threshold, value: float | None, fired: Sequence[Threshold]) -> bool:
    """Whether a silent rule might fire at another value: not if it keeps silent on this one though its limits are met,
    nor if it is for another phase or another frequency than the rules that fired.
    """
    if value is not None and _band_at(rule, value).priority is not None:
        return False
    return all(set(rule.phases) & set(one.phases) and _frequencies_meet(rule, one) for one in fired)


def _frequencies_meet(one: OnCourse, other: OnCourse) -> bool:
    lows = [r.doses_per_day_above for r in (one, other) if r.doses_per_day_above is not None]
    highs = [r.doses_per_day_at_most for r in (one, other) if r.doses_per_day_at_most is not None]
    return max(lows, default=-math.inf) < min(highs, default=math.inf)


def _band_at(rule: Threshold, value: float) -> Band:
    return next(band for band in reversed(rule.bands) if value >= band.start)


def _cleared_from(node: Condition, fact: str) -> float | None:
    """From which value of the fact on a condition is false whatever else holds; None: no value of it is enough."""
    if isinstance(node, Leaf):
        if node.analyte != fact or (node.below is None and node.not_within_days is None):
            return None
        return -math.inf if node.below is None else node.below
    if isinstance(node, Every):
        return min((one for part in node.all if (one := _cleared_from(part, fact)) is not None), default=None)
    parts = [_cleared_from(part, fact) for part in node.any]
    return max((one for one in parts if one is not None), default=None) if None not in parts else None


def _name(fact: str) -> str:
    """The fact within a sentence: "neutrophils", "ALT"."""
    title = analyte(fact).title if fact in ANALYTES else fact.replace("_", " ")
    return title if title[:2].isupper() else title[:1].lower() + title[1:]


def _with_article(subject: str) -> str:
    """ "A neutrophil result": cells are counted in the plural and asked for in the singular."""
    one = subject.removesuffix("s")
    return f"{'An' if one[:1].lower() in 'aeiou' else 'A'} {one} result"
