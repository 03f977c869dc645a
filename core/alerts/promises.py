"""A result that was promised: "will watch and repeat the test", "a test is on its way" and the decision "test
requested" name a day, and somebody asks when it has passed.

Invariants (tests/alerts/test_promises.py, tests/alerts/test_machine.py):
1. The day promised is no later than the longest the alert may be put off; an act that named none has that day.
2. Only a readable result of the test in question keeps the promise, known by that day and newer than what was seen: a
   repeat is taken on the day of the promise or later, what was on its way may have been taken before.
3. A promise not kept opens the alert again, past its time from the day after. What is not known is not kept.
4. An end that no newer result of the test brought (the drug was held, days went by) leaves the promise as it is; a
   decision that closes the alert and requests the test promises it as any other act does.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from core.acts import Act, Seen
from core.alerts.dispositions import dispositions, promised_by_decision
from core.alerts.house_rules import HouseRules
from core.alerts.snooze import latest_end
from core.alerts.worsening import Rows
from core.catalogue import ANALYTES
from core.engine.standing import Alert
from core.engine.wording import date
from core.errors import InputRefused
from core.records import DAY

#: Acts by which something is decided.
DECIDES = ("decide", "close")


@dataclass(frozen=True, slots=True)
class Promise:
    """One promise about one alert. what: one of dispositions.PROMISES. test: the analyte ("" = the alert is about
    none). at, until: instants; until is the last of the day promised. kept: a result came (by now, however late).
    """

    alert_id: str
    patient_id: str
    drug: str
    what: str
    test: str
    by: str
    at: int
    until: int
    kept: bool


def what_is_promised(act: Act) -> str:
    """What an act promises: "repeat", "result" or "" (nothing)."""
    if act.kind in DECIDES:
        return promised_by_decision().get(act.decision, "")
    known = dispositions().get(act.disposition)
    return known.promises if known is not None and act.kind in ("acknowledge", "snooze") else ""


def replaces_promise(act: Act, promised: Act, alert: Alert, rules: HouseRules) -> bool:
    """Whether an act that settles an alert takes the place of an earlier promise: one that promises itself does. A
    decision made before the day promised adds to it: holding the dose does not call off the repeat, and to close the
    alert by it does not call off a test that was requested by decision.

    Hazard: HAZ-004.
    """
    adds = act.kind == "decide" or (act.kind == "close" and promised.kind in DECIDES)
    return not adds or bool(what_is_promised(act)) or act.at > day_of(promised, alert, rules)


def name_day(act: Act, alert: Alert, rules: HouseRules) -> Act:
    """The act with the day by which its result is expected: its own, else the last its tier allows.

    Raises: InputRefused (the day is over already, or later than the tier allows: the user chooses another).
    """
    if act.kind == "snooze" or not what_is_promised(act):
        return act
    latest = latest_end(alert.priority, act.at, rules)
    until = latest if act.until is None else act.until
    if not act.at < until <= latest:
        raise InputRefused(f"Say by when a result is expected: a day from today, {date(latest)} at the latest.")
    return replace(act, until=until)


def day_of(act: Act, alert: Alert, rules: HouseRules) -> int:
    """The last instant of the day promised. An act kept before a promise had a day has the last its tier allowed."""
    if act.until is not None:
        return act.until
    return latest_end(alert.priority if act.seen is None else act.seen.priority, act.at, rules)


def find_test(seen: Seen | None, about: Alert | Act, rules: HouseRules) -> str:
    """The test whose result keeps a promise: what the alert is about, else what is taken to repeat that, else the
    newest that was seen; "" where it is about none that a laboratory does.

    Args: about: the alert, or an act on it.
    """
    drawn = [one for one in (() if seen is None else seen.results) if rules.repeats.get(one.analyte) != ""]
    if any(one.analyte == about.fact for one in drawn):
        return about.fact
    if about.fact in rules.repeats:
        return rules.repeats[about.fact]
    if about.fact in ANALYTES:
        return about.fact
    newest = max(drawn, key=lambda one: (one.at, one.name), default=None)
    return "" if newest is None else newest.analyte


def outlives(act: Act, alert: Alert, rules: HouseRules, rows: Rows) -> bool:
    """Whether a promise holds on although its alert has ended: no newer result of the test in question brought the end.

    A rule that applies while the drug is taken ends its alert when the drug is held; the repeat is expected all the
    same.

    Hazard: HAZ-004, HAZ-008.
    """
    test = find_test(act.seen, alert, rules)
    before = None if act.seen is None else act.seen.newest(test)
    newer = [one for one in rows.taken.get((alert.patient_id, test), ()) if before is None or one[0] > before.at]
    return bool(test) and not any(alert.closed_at in moments for moments in newer)


def is_broken(act: Act, alert: Alert, now: int, rules: HouseRules, rows: Rows) -> bool:
    """Whether the day promised has passed and no result that keeps the promise was known by then.

    Hazard: HAZ-004, HAZ-008.
    """
    until = day_of(act, alert, rules)
    return until < now and not is_kept(act, alert, until, rules, rows)


def is_kept(act: Act, alert: Alert, by: int, rules: HouseRules, rows: Rows) -> bool:
    """Whether a result that keeps a promise was known by an instant; where the alert is about no test, none can be."""
    test, day = find_test(act.seen, alert, rules), act.at // DAY * DAY
    before = None if act.seen is None else act.seen.newest(test)
    awaited = what_is_promised(act) == "result"
    evidence = [one for one in alert.evidence if one.table == "result" and one.analyte == test]
    read = [one for one in evidence if one.value is not None and one.value == one.value]
    shown = [(one.at, rows.known.get(one.row_id, one.at)) for one in read]
    for at, known in (*shown, *rows.taken.get((alert.patient_id, test), ())):
        if known > by or (before is not None and at <= before.at):
            continue
        # what was on its way may have been taken before the act: then it was not among the evidence, or not reported
        if at >= day or (awaited and before is not None and ((at, known) in shown or known > act.at)):
            return True
    return False
