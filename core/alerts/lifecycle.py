"""The life of an alert: a pure reading of what the engine says and what people did, at any instant.

Invariants (tests/alerts/test_lifecycle.py, tests/alerts/test_machine.py):
1. The same fact is raised once: acts find their alert again when a late or corrected result moves its opening.
2. An alert that was dealt with comes back when it is worse than it was then, and stays back until somebody acts again.
3. It ends on evidence (the engine) or on a person's documented decision; by nothing else.
4. From the first act that takes it on, it has exactly one owner.
5. Ended on evidence, it stays listed as not seen until somebody looked at it as ended.
6. Life at an instant uses acts up to that instant and no later one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from core.acts import STATE_KEPT, Act, Life, State
from core.alerts.closing import decision_behind, may_end
from core.alerts.dispositions import dispositions
from core.alerts.escalate import due_by
from core.alerts.house_rules import HouseRules
from core.alerts.promises import (
    DECIDES,
    Promise,
    day_of,
    find_test,
    is_broken,
    is_kept,
    outlives,
    replaces_promise,
    what_is_promised,
)
from core.alerts.snooze import find_floor
from core.alerts.worsening import Rows, find_worsening, mark_of, shares_facts
from core.engine.standing import Alert
from core.engine.wording import date

NO_ROWS = Rows()

#: What an act makes of an alert; the other kinds leave its state as it is.
_LEADS_TO: Mapping[str, State] = {
    "acknowledge": "acknowledged", "decide": "acknowledged", "snooze": "snoozed", "close": "resolved",
    "reopen": "open",
}  # fmt: skip
#: Acts by which somebody who finds no owner takes the alert on.
TAKES_ON = ("acknowledge", "decide", "snooze", "close")


@dataclass(slots=True)
class _Story:
    """What the acts alone tell. settled: the act that holds the alert away from "open", None if none does. promise: the
    latest that promised a result and was not replaced since.
    """

    settled: Act | None = None
    promise: Act | None = None
    changed: Act | None = None
    owner: str = ""
    disposition: str = ""
    decision: str = ""
    last_act_id: int = 0


def life_of(alert: Alert, acts: Iterable[Act], now: int, rules: HouseRules, rows: Rows = NO_ROWS) -> Life:
    """Where one alert stands at an instant.

    Args:   acts: those of this alert (see `match_acts`), in any order; later ones than `now` are left out. rows: what
            the store knows of the results behind it.
    Hazard: HAZ-006, HAZ-008.
    """
    told = tuple(sorted((act for act in acts if act.at <= now), key=lambda act: act.act_id))
    raised = max(alert.asks_since, rows.met.get(alert.patient_id, alert.asks_since))  # every act is later than `met`
    if not told and alert.closed_at is None:  # nine alerts of ten on a Monday morning
        due = due_by(alert.priority, raised)
        return Life(
            alert.alert_id, "open", raised_at=raised, due_by=due, breached=due is not None and due < now,
            unsnoozable=find_floor(alert, rules) is not None, mark=mark_of(alert),
        )  # fmt: skip
    story = _tell(told, alert, rules)
    changed, settled = story.changed, story.settled
    if settled is not None and settled.kind == "close":
        settled = replace(settled, decision=decision_behind(settled, told))
    base = Life(
        alert.alert_id, "open", owner=story.owner, acted_by=changed.by if changed else "",
        acted_at=changed.at if changed else None, acted=changed.kind if changed else None,
        disposition=story.disposition, decision=story.decision, raised_at=raised,
        unsnoozable=find_floor(alert, rules) is not None, last_act_id=story.last_act_id, mark=mark_of(alert), acts=told,
    )  # fmt: skip
    if alert.closed_at is not None and alert.closed_at <= now:
        seen = any(alert.alert_id in act.shown or (act.seen is not None and act.seen.closed) for act in told)
        why = f"Ended on evidence of {date(alert.closed_at)}"
        return replace(base, state="resolved", ended_by="evidence", why=why, seen=seen)
    if settled is None or settled.seen is None:
        back = max(base.raised_at, changed.at) if changed else base.raised_at
        again = _timed(replace(base, raised_at=back, why=say_act(changed) if changed else ""), alert, now)
        return _break_promise(story.promise, again, alert, now, rules, rows) or again
    change = find_worsening(alert, settled.seen, rules, rows)
    if change is not None:
        back = max(settled.at, change.at or settled.at)
        why = f"Came back: {change.words}. Before: {say_act(settled)}"
        return _timed(replace(base, raised_at=back, why=why, pierced_by=change.reason), alert, now)
    if settled.kind == "snooze":
        until = settled.until or settled.at
        if until <= now:
            why = f"Came back: its time is over. Before: {say_act(settled)}"
            return _timed(replace(base, raised_at=until, why=why, pierced_by="end_of_time"), alert, now)
        if base.unsnoozable:
            why = f"Came back: what it holds cannot be snoozed. Before: {say_act(settled)}"
            return _timed(replace(base, raised_at=settled.at, why=why, pierced_by="floor"), alert, now)
    broken = _break_promise(story.promise, base, alert, now, rules, rows)
    if broken is not None:
        return broken
    if settled.kind == "close" and not may_end(alert, settled.decision, rules):
        why = f"Came back: what it holds is not closed by this decision. Before: {say_act(settled)}"
        return _timed(replace(base, raised_at=settled.at, why=why, pierced_by="floor"), alert, now)
    state = _LEADS_TO[settled.kind]
    return replace(
        base, state=state, why=say_act(settled), ended_by="decision" if state == "resolved" else "",
        snoozed_until=settled.until if state == "snoozed" else None,
    )  # fmt: skip


def _break_promise(
    promised: Act | None, life: Life, alert: Alert, now: int, rules: HouseRules, rows: Rows
) -> Life | None:
    """The life of an alert whose promised result has not come by its day: open, and late from the day after."""
    if promised is None or not is_broken(promised, alert, now, rules, rows):
        return None
    until = day_of(promised, alert, rules)
    what = "repeat that was promised" if what_is_promised(promised) == "repeat" else "result that was expected"
    told = "test requested, expected by {}," if promised.kind in DECIDES else what + " by {}"
    why = f"Came back: the {told.format(date(until))} has not come. Before: {say_act(promised)}"
    again = _timed(replace(life, state="open", raised_at=until, why=why, pierced_by="not_repeated"), alert, now)
    return replace(again, due_by=until, breached=True)  # its time is the day that was promised


def _timed(life: Life, alert: Alert, now: int) -> Life:
    """An open alert with the time its tier allows, from when it came back or stood at this tier, the later of both."""
    raised = max(life.raised_at, alert.asks_since)
    due = due_by(alert.priority, raised)
    return replace(life, raised_at=raised, due_by=due, breached=due is not None and due < now)


def _tell(acts: Iterable[Act], alert: Alert, rules: HouseRules) -> _Story:
    story = _Story()
    for act in acts:
        if act.kind not in ("look", "sign_off"):
            story.last_act_id = act.act_id
        if act.kind in STATE_KEPT:
            continue
        if act.kind in ("assign", "hand_over"):
            story.owner = act.owner
        elif act.kind in TAKES_ON and not story.owner:
            story.owner = act.by
        if act.kind in _LEADS_TO:
            story.changed = act
            story.settled = None if act.kind == "reopen" else act
            if story.promise is None or replaces_promise(act, story.promise, alert, rules):
                story.promise = act if what_is_promised(act) else None
        story.disposition = act.disposition or story.disposition
        story.decision = act.decision or story.decision
    return story


def say_act(act: Act) -> str:
    """Who did what when, in a sentence: "Snoozed until 02-Mar-2026 by A. Reed on 27-Feb-2026: Will watch…"."""
    decided = f" ({act.decision.replace('_', ' ')})" if act.decision else ""
    done = {
        "acknowledge": "acknowledged", "snooze": f"snoozed until {date(act.until or act.at)}",
        "decide": f"decided{decided}", "close": f"closed by decision{decided}", "reopen": "reopened",
        "assign": f"assigned to {act.owner}", "hand_over": f"handed over to {act.owner}", "note": "noted",
        "look": "looked at", "sign_off": "signed off",
    }[act.kind]  # fmt: skip
    known = dispositions().get(act.disposition)
    told = act.kind != "snooze" and what_is_promised(act) and act.until is not None
    by_when = f"expected by {date(act.until or act.at)}" if told else ""
    reason = "; ".join(part for part in (known.display if known else act.disposition, by_when, act.comment) if part)
    said = f"{done} by {act.by} on {date(act.at)}" + (f": {reason}" if reason else "")
    return said[:1].upper() + said[1:] + ("" if said.endswith((".", "!", "?")) else ".")


def promise_of(alert: Alert, acts: Iterable[Act], now: int, rules: HouseRules, rows: Rows = NO_ROWS) -> Promise | None:
    """What somebody promised about an alert and nobody has replaced since, with whether it came; None where nothing is
    promised, or the alert has ended on a newer result of the test.

    Hazard: HAZ-004.
    """
    told = sorted((act for act in acts if act.at <= now), key=lambda act: act.act_id)
    act = _tell(told, alert, rules).promise
    over = alert.closed_at is not None and alert.closed_at <= now
    if act is None or (over and not outlives(act, alert, rules, rows)):
        return None
    return Promise(
        alert.alert_id, alert.patient_id, alert.drug, what_is_promised(act), find_test(act.seen, alert, rules), act.by,
        act.at, day_of(act, alert, rules), is_kept(act, alert, now, rules, rows),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Matched:
    """Acts with the alerts they are about. orphaned: about a fact that was withdrawn since; shown, never dropped."""

    of: Mapping[str, tuple[Act, ...]] = field(default_factory=dict)
    orphaned: tuple[Act, ...] = ()


def match_acts(alerts: Iterable[Alert], acts: Iterable[Act], rows: Rows = NO_ROWS) -> Matched:
    """Give every act to the alert it is about: the one of its id, else one of the same patient, drug, category and
    fact that shares a fact it saw and stood in the same time, the nearest in opening.

    Acts on a patient as a whole (look, sign_off) go to each of the patient's alerts they showed; they are never
    orphaned.
    """
    by_id: dict[str, Alert] = {}
    by_subject: dict[tuple[str, str, str, str], list[Alert]] = {}
    for alert in alerts:
        by_id[alert.alert_id] = alert
        subject = (alert.patient_id, alert.drug, alert.category, alert.fact)
        by_subject.setdefault(subject, []).append(alert)
    of: dict[str, list[Act]] = {}
    orphaned: list[Act] = []
    for act in acts:
        if not act.alert_id:
            for name in act.shown:
                of.setdefault(name, []).append(act)
            continue
        found = by_id.get(act.alert_id) or _find_moved(
            act, by_subject.get((act.patient_id, act.drug, act.category, act.fact), ()), rows
        )
        if found is None:
            orphaned.append(act)
        else:
            of.setdefault(found.alert_id, []).append(act)
    return Matched({name: tuple(several) for name, several in of.items()}, tuple(orphaned))


def _find_moved(act: Act, candidates: Iterable[Alert], rows: Rows) -> Alert | None:
    """The alert that stands where the one acted on stood before a late or corrected result moved its opening."""
    seen = act.seen
    if seen is None:
        return None
    overlapping = [
        alert
        for alert in candidates
        if alert.opened_at <= act.at
        and (alert.closed_at is None or alert.closed_at > seen.opened_at)
        and shares_facts(alert, seen, rows)
    ]
    return min(overlapping, key=lambda alert: (abs(alert.opened_at - seen.opened_at), alert.alert_id), default=None)
