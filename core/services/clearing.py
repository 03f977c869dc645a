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
from core.protocols.conditions import Band, Condition, Every, Leaf, Some, leaves_of
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
    Visits,
)
from core.protocols.schema import DOSE_FEATURES
from core.records import DAY, EVENT_KINDS, FAR, UNKNOWN_INDICATION
from core.services.proof.clauses import PAIR
from core.services.proof.endings import (
    amount,
    dose_that_fits,
    later,
    singular,
    ways_out,
    with_article,
)
from core.services.proof.record import AGES, Record
from core.services.proof.speech import frequency_names, frequency_said
from core.views.condition_words import subject_words
from core.views.text import capital

_LIMIT = re.compile(r" (?:>=?|<=?) ")


def say_what_clears(alert: Alert, related: Sequence[CompiledRule], record: Record) -> str:
    """The new fact that would end an alert, in words.

    Args:    related: every rule on the alert's drug, category and fact, those that did not fire included: a value that
             only moves the alert from one rule to the next does not end it. record: the facts behind the alert.
    """
    spoken = {position.rule_id for position in alert.positions}
    fired = [c for c in related if c.rule_id in spoken]
    lead = next(c for c in fired if c.rule_id == alert.rule_id)
    if _is_settled_by_no_result(alert, related, record):
        return (
            "Nothing measured: no later result undoes the positive one; a documented decision that resolves the alert, "
            f"a withdrawal of the positive result, or the end of {alert.drug}."
        )
    together = _common_ways(fired, related, record)
    said = [together] if together else [_say(alert, lead, related, record)]
    for other in fired:
        if together and isinstance(other.rule, Interval):
            continue
        if (
            isinstance(other.rule, Threshold)
            and isinstance(lead.rule, Threshold)
            and _judges_the_same(other.rule, lead.rule)
        ):
            continue  # the edge found for the lead is beyond the limits of all of them
        one = _say(alert, other, related, record)
        if one and not _is_said(one, said):
            said.append(one)
    text = ", and ".join(one for one in said if one) or "nothing on file can end it: it ends with the treatment"
    text += _by_frequency(alert, fired, related)
    return f"{capital(text)}."


def _by_frequency(alert: Alert, fired: Sequence[CompiledRule], related: Sequence[CompiledRule]) -> str:
    """ ", or a course on alternate days": where every rule that speaks is for more frequent dosing, and none of those
    for the lower frequency would speak instead; "" otherwise.
    """
    value = alert.basis.value
    limits = {c.rule.doses_per_day_above if isinstance(c.rule, OnCourse) else None for c in fired}
    limit = next(iter(limits)) if len(limits) == 1 else None
    if limit is None or limit not in frequency_names() or value is None:
        return ""
    lower = [
        c.rule
        for c in related
        if isinstance(c.rule, Threshold)
        and c.rule.doses_per_day_above is None
        and (c.rule.doses_per_day_at_most is None or c.rule.doses_per_day_at_most >= limit)
    ]
    if any(_band_at(rule, value).priority is not None for rule in lower):
        return ""
    return f", or a course {frequency_said(limit)}"


def _is_said(phrase: str, said: Sequence[str]) -> bool:
    """Whether a phrase asks for what another already does: the same words, a result of the same test, or a value of
    the same thing.
    """
    if any(phrase.startswith(f"{one} of ") or one.startswith(f"{phrase} of ") for one in said):
        return True
    subjects = [_LIMIT.split(one)[0] for one in said]
    return phrase in said or _LIMIT.split(phrase)[0] in subjects


def _say(alert: Alert, one: CompiledRule, related: Sequence[CompiledRule], record: Record) -> str:
    match one.rule:
        case EventRule() as rule:
            return _end_event(alert, rule, record)
        case Interaction():
            return _end_pair(alert, one.drug)
        case CourseRule() as rule:
            unknown = UNKNOWN_INDICATION in rule.indications
            named = "whose indication is written" if unknown else "for another indication"
            return f"a course of {one.drug} {named}, or its end date"
        case Milestone():
            return f"nothing is needed, it ends by itself{_by_itself(alert, record)}"
        case Baseline() as rule:
            return with_article(singular(rule.test), "result") + _from_window(one, rule, record)
        case Overdue() as rule:
            return with_article(singular(rule.test), "result")
        case Interval() as rule:
            return _end_interval(one, rule, related, record)
        case Threshold() as rule:
            return _end_threshold(alert, rule, one, related, record)
        case _:
            return ""


def _from_window(one: CompiledRule, rule: Baseline, record: Record) -> str:
    """ " of 05-Feb-2025 or later": when the window before the start opens; "" where nobody asks for the test."""
    windows = [r.baseline_days for r in record.protocol.rules if isinstance(r, Visits) and r.test == rule.test]
    starts = [_meant_start(row, record) for row in _findings_of({one.rule_id}, record)]
    return f" of {date(min(starts) - min(windows) * DAY)} or later" if windows and starts else ""


def _meant_start(row: int, record: Record) -> int:
    """The start a missing test looks back from: of one only planned, whose day has passed, the day asked about."""
    findings, courses = record.history.findings, record.courses
    start = int(findings.measured[row])
    on_that_day = (courses.taken | courses.on_hold) & (courses.start // DAY * DAY == start)
    begun = on_that_day.any() and int(findings.opened[row]) == start
    return start if begun else max(start, record.at // DAY * DAY)


def _is_settled_by_no_result(alert: Alert, related: Sequence[CompiledRule], record: Record) -> bool:
    """Whether a coded answer stands that a later one does not undo: a rule asks for "not so now, but so before".

    Why: docs/decisions.md D33.
    """
    if alert.fact not in ANALYTES or analyte(alert.fact).unit:
        return False
    for one in related:
        asks = leaves_of(one.rule.when) if isinstance(one.rule, Interval) else ()
        limits = [leaf.below for leaf in asks if leaf.newly and leaf.analyte == alert.fact and leaf.below is not None]
        if limits and any(p.rule_id == one.rule_id for p in alert.positions):
            return True
        point = record.reading(alert.fact)
        if limits and point is not None and point.exact is not None and point.exact >= min(limits):
            return True
    return False


def _common_ways(fired: Sequence[CompiledRule], related: Sequence[CompiledRule], record: Record) -> str:
    """Every single new fact that ends all rules of several conditions that speak, by "or"; "" where none does."""
    rules = [c for c in fired if isinstance(c.rule, Interval)]
    found = [_ways_of(c, c.rule, related, record) for c in rules if isinstance(c.rule, Interval)]
    shared = [about for about in found[0] if all(about in ways for ways in found)] if found else []
    said = []
    for about in shared:
        phrases = dict.fromkeys(ways[about] for ways in found)
        if len(phrases) == 1:  # else the limits differ, and one fact would have to be beyond all of them
            said.append(next(iter(phrases)))
    return _either(said)


def _findings_of(rule_ids: set[str], record: Record) -> list[int]:
    """The rows of the patient's findings by some rules that stand at the moment."""
    history, f = record.history, record.history.findings
    position = int(np.flatnonzero(history.cohort.patients.patient_id == record.patient_id)[0])
    mine = np.flatnonzero((f.patient == position) & (f.opened <= record.at) & (record.at < f.closed))
    return [int(row) for row in mine if history.rules[int(f.rule[row])].rule_id in rule_ids]


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
    closed = record.history.findings.closed
    ends = [int(closed[row]) for row in _findings_of({p.rule_id for p in alert.positions}, record)]
    return f" on {date(max(ends))}" if ends and max(ends) < FAR else ""


def _end_pair(alert: Alert, drug: str) -> str:
    return f"an end date of {alert.fact.removeprefix(PAIR)} or of {drug}"


def _end_interval(one: CompiledRule, rule: Interval, related: Sequence[CompiledRule], record: Record) -> str:
    """Every single new fact that ends a rule of several conditions, joined by "or"."""
    return _either(list(_ways_of(one, rule, related, record).values()))


def _either(ways: Sequence[str]) -> str:
    """Alternatives; those that name two facts at once kept apart from the next."""
    return ("; or " if any(", and " in way for way in ways) else ", or ").join(ways)


def _ways_of(one: CompiledRule, rule: Interval, related: Sequence[CompiledRule], record: Record) -> dict[str, str]:
    """The single new facts that end a rule of several conditions, by what each is about."""
    dose = dose_that_fits(rule, record)
    if dose:
        return {"dose": dose}
    own = _end_by_fact(rule, related, record)
    others = ways_out(rule.when, rule.fact, record)
    return {rule.fact: own} | {about: said for about, said in others.items() if about != rule.fact} if own else others


def _end_by_fact(rule: Interval, related: Sequence[CompiledRule], record: Record) -> str:
    """A value of the fact beyond the limits of every such rule on it; "" where no value of it is enough."""
    if rule.fact in ANALYTES and analyte(rule.fact).unit:
        rules = [(c, _cleared_from(c.rule.when, rule.fact)) for c in related if isinstance(c.rule, Interval)]
        own = _cleared_from(rule.when, rule.fact)
        limit = max((found for _, found in rules if found is not None), default=-math.inf)
        if own is not None and math.isfinite(limit):
            return later(rule.fact, ">=", number(limit), analyte(rule.fact).unit, record)
        if own is not None:
            return with_article(singular(rule.fact), "result")
    return ""


def _end_threshold(
    alert: Alert, rule: Threshold, one: CompiledRule, related: Sequence[CompiledRule], record: Record
) -> str:
    subject = subject_words(one.fact, record.common)
    if rule.feature in DOSE_FEATURES:
        sign, limit = _clear_edge(alert, rule, related, record)
        return f"a course of {amount(rule.feature, *((limit, None) if sign in ('>', '>=') else (None, limit)))}"
    if rule.feature in AGES:
        return f"a corrected birth date, or the end of {one.drug}"
    if rule.feature and rule.fact and rule.fact != rule.feature:
        stages = record.common.steadiness.stages
        if rule.feature in stages:
            return f"a later {subject} that shows no stage of acute kidney injury"
        if rule.fact in ANALYTES and rule.fact not in record.common.features[rule.feature].inputs:
            return f"a later {singular(record.common.features[rule.feature].inputs[0])} result"
        return f"a later {subject} result"  # what is judged is the older one's standing: any newer one ends it
    if rule.whatever_follows:
        return f"nothing measured: it ends by itself{_by_itself(alert, record)}, or with a withdrawal of the result"
    if one.fact in ANALYTES and not analyte(one.fact).unit and rule.bands[0].priority is None:
        return f"a later negative {subject}"
    sign, limit = _clear_edge(alert, rule, related, record)
    if limit is None:
        return f"a later {singular(one.fact)} result"
    unit = record.common.features[rule.feature].unit if rule.feature else analyte(rule.analyte).unit
    return later(one.fact, sign, number(limit), unit, record)


def _clear_edge(
    alert: Alert, rule: Threshold, related: Sequence[CompiledRule], record: Record
) -> tuple[str, float | None]:
    """Operator and limit of the nearest stretch, on the good side of the value, where no rule that applies is met;
    no limit where there is no such stretch.
    """
    rules = [c.rule for c in related if isinstance(c.rule, Threshold) and _judges_the_same(c.rule, rule)]
    spoken = {position.rule_id.removeprefix(f"{alert.drug}.") for position in alert.positions}
    value = _value_of(alert, rule, record)
    fired = [rule for rule in rules if rule.id in spoken]
    judged = [rule for rule in rules if rule in fired or _may_apply(rule, value, fired)]
    edges = sorted({band.start for rule in judged for band in rule.bands})
    clear = [all(_band_at(rule, edge).priority is None for rule in judged) for edge in edges]
    if rule.low_is_worse:
        now = -math.inf if value is None else value
        start = next((e for e, good in zip(edges, clear, strict=True) if good and e > now), None)
        above = any(band.above is not None and band.start == start for rule in judged for band in rule.bands)
        if start is not None:
            return ">" if above else ">=", _limit(start, judged)
    else:
        now = math.inf if value is None else value
        stops = [e for e, good, before in zip(edges[1:], clear[1:], clear, strict=False) if before and not good]
        stop = max((e for e in stops if e <= now), default=None)
        above = any(band.above is not None and band.start == stop for rule in judged for band in rule.bands)
        if stop is not None:
            return "<=" if above else "<", _limit(stop, judged)
    return "", None


def _judges_the_same(one: Threshold, other: Threshold) -> bool:
    return (one.analyte, one.feature) == (other.analyte, other.feature)


def _value_of(alert: Alert, rule: Threshold, record: Record) -> float | None:
    """What a rule of the alert judged: the alert's own number for the rule that leads it."""
    if alert.rule_id == f"{alert.drug}.{rule.id}":
        return alert.basis.value
    point = record.reading(rule.analyte, rule.feature)
    return None if point is None else point.exact


def _limit(start: float, rules: Sequence[Threshold]) -> float:
    """The limit as the rule's file writes it: a band above 1 starts at the first number after it."""
    return next(b.above if b.above is not None else b.start for r in rules for b in r.bands if b.start == start)


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
