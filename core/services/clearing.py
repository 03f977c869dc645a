"""What would end an alert: the one new fact after which nothing of it is met any more."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

import numpy as np

from core.catalogue import ANALYTES, analyte
from core.engine.rules.compiled import CompiledRule
from core.engine.standing import Alert
from core.engine.wording import date, number
from core.protocols.conditions import Band, Condition, Every, Leaf, Some
from core.protocols.kinds import (
    Baseline,
    CourseRule,
    EventRule,
    Interaction,
    Interval,
    Milestone,
    OnCourse,
    Overdue,
    Threshold,
)
from core.records import EVENT_KINDS, FAR
from core.services.proof.clauses import PAIR
from core.services.proof.endings import end_interval
from core.services.proof.record import Record

_OF_THE_PERSON = ("age", "age_months")  # features that no result can change
_LIMIT = re.compile(r" (?:>=?|<=?) ")


def say_what_clears(alert: Alert, related: Sequence[CompiledRule], record: Record) -> str:
    """The new fact that would end an alert, in words.

    Args:    related: every rule on the alert's drug, category and fact, those that did not fire included: a value that
             only moves the alert from one rule to the next does not end it. record: the facts behind the alert.
    """
    spoken = {position.rule_id for position in alert.positions}
    fired = [c for c in related if c.rule_id in spoken]
    lead = next(c for c in fired if c.rule_id == alert.rule_id)
    said = [_say(alert, lead, related, record)]
    for other in fired:
        if isinstance(other.rule, Threshold) and isinstance(lead.rule, Threshold):
            continue  # the edge found for the lead is beyond the limits of all of them
        one = _say(alert, other, related, record)
        if one and not _is_said(one, said):
            said.append(one)
    text = ", and ".join(one for one in said if one) or "nothing on file can end it: it ends with the treatment"
    return f"{text[:1].upper()}{text[1:]}."


def _is_said(phrase: str, said: Sequence[str]) -> bool:
    """Whether a phrase asks for what another already does: the same words, or a value of the same thing."""
    subjects = [_LIMIT.split(one)[0] for one in said]
    return phrase in said or _LIMIT.split(phrase)[0] in subjects


def _say(alert: Alert, one: CompiledRule, related: Sequence[CompiledRule], record: Record) -> str:
    match one.rule:
        case EventRule() as rule:
            return _end_event(alert, rule, record)
        case Interaction():
            return _end_pair(alert, one.drug)
        case CourseRule():
            return f"a course of {one.drug} for another indication, or its end date"
        case Milestone():
            return f"nothing is needed, it ends by itself{_by_itself(alert, record)}"
        case Baseline() | Overdue() as rule:
            return _with_article(_name(rule.test))
        case Interval() as rule:
            return _end_interval(one, rule, related, record)
        case Threshold() as rule:
            return _end_threshold(alert, rule, one, related, record)
        case _:
            return ""


def _end_event(alert: Alert, rule: EventRule, record: Record) -> str:
    """An end date for what lasts; what counts for so many days, or for life, ends otherwise."""
    if record.common.events[rule.events].for_life:
        return "a correction of the record of the event: it counts for life"
    kinds = {one.kind for one in record.common.events[rule.events].any}
    if alert.fact.startswith("event:") and all(EVENT_KINDS[kind] == "act" for kind in kinds):
        return f"a correction of the record of the event, which otherwise ends by itself{_by_itself(alert, record)}"
    return "an end date of the event"


def _by_itself(alert: Alert, record: Record) -> str:
    """ " on 18-Nov-2026": when the alert's findings end as the facts stand, "" where nothing says so."""
    history = record.history
    position = int(np.flatnonzero(history.cohort.patients.patient_id == record.patient_id)[0])
    f = history.findings
    spoken = {p.rule_id for p in alert.positions}
    mine = np.flatnonzero((f.patient == position) & (f.opened <= record.at) & (record.at < f.closed))
    ends = [int(f.closed[row]) for row in mine if history.rules[int(f.rule[row])].rule_id in spoken]
    return f" on {date(max(ends))}" if ends and max(ends) < FAR else ""


def _end_pair(alert: Alert, drug: str) -> str:
    return f"an end date of {alert.fact.removeprefix(PAIR)} or of {drug}"


def _end_interval(one: CompiledRule, rule: Interval, related: Sequence[CompiledRule], record: Record) -> str:
    """A value beyond the limits of every such rule on the fact; else what ends this one."""
    if rule.fact in ANALYTES:
        rules = [(c, _cleared_from(c.rule.when, rule.fact)) for c in related if isinstance(c.rule, Interval)]
        own = _cleared_from(rule.when, rule.fact)
        limit = max((found for _, found in rules if found is not None), default=-math.inf)
        if own is not None and math.isfinite(limit):
            return f"a later {_name(rule.fact)} >= {number(limit)} {analyte(rule.fact).unit}"
        if own is not None:
            return _with_article(_name(rule.fact))
    return end_interval(rule, record)


def _end_threshold(
    alert: Alert, rule: Threshold, one: CompiledRule, related: Sequence[CompiledRule], record: Record
) -> str:
    subject = _name(one.fact)
    if rule.feature in _OF_THE_PERSON:
        return f"a corrected birth date, or the end of {one.drug}"
    if rule.feature and rule.fact and rule.fact != rule.feature:
        if rule.category == "aki":
            return f"a later {subject} that shows no stage of acute kidney injury"
        if rule.fact in ANALYTES and rule.fact not in record.common.features[rule.feature].inputs:
            return f"a later {_name(record.common.features[rule.feature].inputs[0])} result"
        return f"a later {subject} result"  # what is judged is the older one's standing: any newer one ends it
    if one.fact in ANALYTES and not analyte(one.fact).unit and rule.bands[0].priority is None:
        return f"a later negative {subject}"
    limited = _clear_edge(alert, [c.rule for c in related if isinstance(c.rule, Threshold)])
    return f"a later {subject} {limited} {alert.basis.unit or ''}".rstrip()


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
    if not isinstance(node, Some):
        return None
    parts = [_cleared_from(part, fact) for part in node.any]
    return max((one for one in parts if one is not None), default=None) if None not in parts else None


def _name(fact: str) -> str:
    """The fact within a sentence: "neutrophils", "ALT"."""
    title = analyte(fact).title if fact in ANALYTES else fact.replace("_", " ")
    return title if title[:2].isupper() else title[:1].lower() + title[1:]


def _with_article(subject: str) -> str:
    """ "a neutrophil result": cells are counted in the plural and asked for in the singular."""
    one = subject.removesuffix("s")
    return f"{'an' if one[:1].lower() in 'aeiou' else 'a'} {one} result"
