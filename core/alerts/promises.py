"""A repeat that was promised: "will watch and repeat the test" names a day, and somebody asks when it has passed.

Invariants (tests/alerts/test_promises.py):
1. The day promised is no later than the longest the alert may be put off.
2. Only a newer result of what the alert is about, known by that day, keeps the promise; another test does not.
3. A promise not kept opens the alert again, past its time from the day after.
"""

from __future__ import annotations

from dataclasses import replace

from core.acts import Act, Seen
from core.alerts.dispositions import dispositions
from core.alerts.house_rules import HouseRules
from core.alerts.snooze import latest_end
from core.alerts.worsening import Rows
from core.engine.standing import Alert
from core.engine.wording import date
from core.errors import InputRefused


def promises_repeat(act: Act) -> bool:
    """Whether an act says that the test will be repeated."""
    known = dispositions().get(act.disposition)
    return act.kind == "acknowledge" and known is not None and known.promises_repeat


def name_day(act: Act, alert: Alert, rules: HouseRules) -> Act:
    """The act with the day by which its repeat is expected: its own, else the last its tier allows.

    Raises: InputRefused (the day is over already, or later than the tier allows: the user chooses another).
    """
    if not promises_repeat(act):
        return act
    latest = latest_end(alert.priority, act.at, rules)
    until = latest if act.until is None else act.until
    if not act.at < until <= latest:
        raise InputRefused(f"Say by when the test is repeated: a day from today, {date(latest)} at the latest.")
    return replace(act, until=until)


def is_broken(act: Act, alert: Alert, now: int, rows: Rows) -> bool:
    """Whether the day promised has passed and no newer result was known by then.

    Hazard: HAZ-004, HAZ-008.
    """
    if not promises_repeat(act) or act.until is None or act.until >= now or act.seen is None:
        return False
    return not _is_repeated(alert, act.seen, act.until, rows)


def _is_repeated(alert: Alert, seen: Seen, until: int, rows: Rows) -> bool:
    """Whether a newer result of what was acted on came in time; one about an absence is repeated by nothing short of
    the alert's end.
    """
    before = max(seen.results, key=lambda one: (one.analyte == alert.fact, one.at, one.name), default=None)
    return before is not None and any(
        one.table == "result" and one.analyte == before.analyte and one.at > before.at
        and rows.known.get(one.row_id, one.at) <= until
        for one in alert.evidence
    )  # fmt: skip
