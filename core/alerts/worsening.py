"""Whether an alert is worse than when somebody dealt with it. "I cannot tell" counts as worse; better never does.

Invariants (tests/alerts/test_worsening.py):
1. The same facts are never worse than themselves: nothing is raised twice for one fact.
2. A newer result is held against the newest one seen, an older one that arrives late against the worst one seen.
3. A value that could lie on the worse side (a bound, an unreadable one) is worse.
4. A result of the evidence that was corrected for the worse is told as a correction.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from core.acts import PIERCED, Pierced, Seen, SeenResult
from core.alerts.house_rules import HouseRules, Side, span_of
from core.engine.standing import Alert, Evidence
from core.engine.wording import date, number
from core.records import ACTIONS, PRIORITIES


@dataclass(frozen=True, slots=True)
class Rows:
    """What the store knows of the result rows behind alerts. names: row -> the result's own identifier, where it came
    with one. known: row -> instant from which it could be known. taken: (patient, test) -> when each readable result of
    late was taken and from when it could be known, evidence or not; asked for where one was promised. met: patient ->
    since when Nadir knows them; without one nothing keeps a clock from beginning.
    """

    names: Mapping[int, str] = field(default_factory=dict)
    known: Mapping[int, int] = field(default_factory=dict)
    taken: Mapping[tuple[str, str], tuple[tuple[int, int], ...]] = field(default_factory=dict)
    met: Mapping[str, int] = field(default_factory=dict)


class Change(NamedTuple):
    """One way in which an alert became worse. at: from when it could be known (None: nothing says)."""

    reason: Pierced
    words: str
    at: int | None = None


def see_alert(alert: Alert, rows: Rows, at: int) -> Seen:
    """What an alert is at an instant, in the form an act keeps."""
    results = {_name(one, rows): _result(one, rows) for one in alert.evidence if one.table == "result"}
    basis = alert.basis
    return Seen(
        alert.alert_id, alert.opened_at, alert.closed_at is not None and alert.closed_at <= at, alert.priority,
        alert.action, alert.rule_id, basis.operator, basis.threshold, basis.unit, basis.value,
        tuple(results[name] for name in sorted(results)),
        tuple(sorted({one.event_id for one in alert.evidence if one.table == "event"})),
        tuple(sorted(map(_course, _courses(alert)))), alert.held,
        mark_of(alert),
    )  # fmt: skip


def mark_of(alert: Alert) -> str:
    """A fingerprint of an alert as it stands: it changes whenever what a reader sees of it does."""
    told = (
        alert.alert_id, alert.closed_at, alert.priority, alert.action, alert.rule_id, alert.basis.value, alert.held,
        tuple((one.table, one.row_id) for one in alert.evidence),
    )  # fmt: skip
    return hashlib.blake2s(repr(told).encode(), digest_size=10).hexdigest()


def find_worsening(alert: Alert, seen: Seen, rules: HouseRules, rows: Rows) -> Change | None:
    """How an alert is worse than it was when seen, the gravest way first; None if it is not.

    Hazard: HAZ-006, HAZ-008.
    """
    new = [one for one in alert.evidence if one.table == "result" and not _was_seen(one, seen, rows)]
    when = min((rows.known.get(one.row_id, one.at) for one in new), default=None)
    changes = [*_graver(alert, seen, when), *_other_facts(alert, seen, rules, rows, when)]
    if not changes:
        return None
    first = min(changes, key=lambda change: PIERCED.index(change.reason))
    known = [change.at for change in changes if change.at is not None]
    return first._replace(at=min(known, default=None))


def _graver(alert: Alert, seen: Seen, when: int | None) -> Iterator[Change]:
    if PRIORITIES.index(alert.priority) < PRIORITIES.index(seen.priority):
        yield Change("higher_priority", f"its priority rose from {seen.priority} to {alert.priority}", when)
    if ACTIONS.index(alert.action) < ACTIONS.index(seen.action):
        before, now = (text.replace("_", " ") for text in (seen.action, alert.action))
        yield Change("stricter_action", f"its action was {before} and is {now}", when)
    if alert.held and alert.held != seen.held:
        yield Change("cannot_tell", f"its newest result could not be judged ({alert.held.replace('_', ' ')})", when)


def _other_facts(alert: Alert, seen: Seen, rules: HouseRules, rows: Rows, when: int | None) -> Iterator[Change]:
    sides = _sides(alert, rules)
    computed = bool(alert.basis.inputs) and alert.basis.unit == seen.unit and seen.value is not None
    courses = [one.at for one in _courses(alert) if _course(one) not in seen.courses]
    news = [at for at in (when, *courses) if at is not None]
    for one in alert.evidence:
        if one.table == "event" and one.event_id not in seen.events:
            yield Change("new_event", f"{one.event} of {date(one.at)} joined it", one.at)
        if one.table != "result":
            continue
        side = sides.get(one.analyte)
        if side is None and computed and one.analyte in alert.basis.inputs:
            continue  # an input of a computed value: the value itself is judged below
        yield from _worse_result(one, seen, side or "both", rows)
        if one is _newest(alert, one.analyte):
            yield from _newest_again(one, seen, side or "both", rows)
    if computed and news:  # without a new fact it only grew older
        side = "low" if (alert.basis.operator or "").startswith("<") else "high"
        now, then = span_of(alert.basis.value, ""), span_of(seen.value, "")
        if _is_worse(side, now, then):
            yield Change("worse_value", f"{_number(alert.basis.value)} after {_number(seen.value)}", min(news))


def _worse_result(one: Evidence, seen: Seen, side: Side, rows: Rows) -> Iterator[Change]:
    known = rows.known.get(one.row_id, one.at)
    now = span_of(one.value, one.comparator)
    told = f"{one.analyte.replace('_', ' ')} {one.comparator}{_number(one.value)} {one.unit} of {date(one.at)}"
    same = _same(one, seen, rows)
    if same is not None:
        if _is_worse(side, now, span_of(same.value, same.comparator)):
            yield Change("correction", f"{told} was corrected from {same.comparator}{_number(same.value)}", known)
        return
    before = [r for r in seen.results if r.analyte == one.analyte]
    newest = seen.newest(one.analyte)
    if newest is None:
        yield Change("new_analyte", f"{told} joined it", known)
        return
    against = [newest] if one.at >= newest.at else before
    if all(_is_worse(side, now, span_of(r.value, r.comparator)) for r in against):
        yield Change("worse_value", f"{told} after {newest.comparator}{_number(newest.value)}", known)


def _newest(alert: Alert, analyte: str) -> Evidence:
    return max((one for one in alert.evidence if one.analyte == analyte), key=lambda one: (one.at, one.row_id))


def _newest_again(one: Evidence, seen: Seen, side: Side, rows: Rows) -> Iterator[Change]:
    """A result that was seen is the newest again because the better one after it was withdrawn."""
    same, newest = _same(one, seen, rows), seen.newest(one.analyte)
    if same is None or newest is None or same is newest:
        return
    if _is_worse(side, span_of(one.value, one.comparator), span_of(newest.value, newest.comparator)):
        told = f"{one.analyte.replace('_', ' ')} {one.comparator}{_number(one.value)} {one.unit} of {date(one.at)}"
        gone = f"{newest.comparator}{_number(newest.value)} of {date(newest.at)}"
        yield Change("correction", f"{told} is the newest again: {gone} no longer counts", None)


def _is_worse(side: Side, now: tuple[float, float] | None, then: tuple[float, float] | None) -> bool:
    """Whether a value may be worse than another: intervals are compared at both ends, no number is worse than one."""
    if now is None or then is None:
        return now is None and then is not None
    lower, higher = now[0] < then[0] or now[1] < then[1], now[0] > then[0] or now[1] > then[1]
    return (side != "high" and lower) or (side != "low" and higher)


def _sides(alert: Alert, rules: HouseRules) -> dict[str, Side]:
    """Where each analyte is worse, by all the rules that speak in an alert."""
    sides: dict[str, Side] = {}
    for name in dict.fromkeys((alert.rule_id, *(position.rule_id for position in alert.positions))):
        for analyte, side in rules.sides.get(name, {}).items():
            sides[analyte] = side if sides.get(analyte, side) == side else "both"
    return sides


def _was_seen(one: Evidence, seen: Seen, rows: Rows) -> bool:
    same = _same(one, seen, rows)
    return same is not None and span_of(same.value, same.comparator) == span_of(one.value, one.comparator)


def _same(one: Evidence, seen: Seen, rows: Rows) -> SeenResult | None:
    """The seen result that this one is, or corrects: of the same name, else of the same analyte and instant."""
    name = _name(one, rows)
    for kept in seen.results:
        if kept.name == name and kept.analyte == one.analyte:
            return kept
    return next((kept for kept in seen.results if (kept.analyte, kept.at) == (one.analyte, one.at)), None)


def shares_facts(alert: Alert, seen: Seen, rows: Rows) -> bool:
    """Whether an alert rests on a fact that was seen; one that rests on absence shares the absence."""
    if not seen.results and not seen.events:
        return not any(one.table in ("result", "event") for one in alert.evidence)
    return any(
        one.event_id in seen.events if one.table == "event" else _same(one, seen, rows) is not None
        for one in alert.evidence
        if one.table in ("result", "event")
    )


def _courses(alert: Alert) -> list[Evidence]:
    return [one for one in alert.evidence if one.table == "course"]


def _course(one: Evidence) -> str:
    return f"{one.event_id} {one.detail} from {date(one.at)}"


def _name(one: Evidence, rows: Rows) -> str:
    return rows.names.get(one.row_id) or f"{one.analyte}@{one.at}"


def _result(one: Evidence, rows: Rows) -> SeenResult:
    value = None if one.value is None or one.value != one.value else one.value
    return SeenResult(_name(one, rows), one.analyte, value, one.comparator, one.at)


def _number(value: float | None) -> str:
    return "without a number" if value is None or value != value else number(value)
