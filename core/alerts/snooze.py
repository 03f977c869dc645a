"""Putting an alert off: for a while, for a reason, and never what must not wait.

Invariants (tests/alerts/test_snooze.py, tests/alerts/test_machine.py):
1. A snooze ends: no later than the tier's longest, on the last instant of that day.
2. An alert whose newest value lies below the floor, or might, cannot be put off, and one put off comes back.
3. The floor is the gravest band of a protocol rule; no number of it is written here.
"""

from __future__ import annotations

from core.alerts.house_rules import Floor, HouseRules, span_of
from core.engine.standing import Alert, Evidence
from core.engine.wording import date, number
from core.errors import InputRefused
from core.records import DAY


def latest_end(priority: str, at: int, rules: HouseRules) -> int:
    """The last instant until which an alert of a tier may be put off."""
    return (at // DAY + rules.snooze_days[priority]) * DAY + DAY - 1


def find_floor(alert: Alert, rules: HouseRules) -> Floor | None:
    """The floor that the newest value behind an alert reaches, or may reach; None where it surely does not.

    Hazard: HAZ-008.
    """
    for floor in rules.floors:
        of = [one for one in alert.evidence if one.analyte == floor.analyte]
        if of and (alert.held or _may_reach(max(of, key=lambda one: (one.at, one.row_id)), floor)):
            return floor  # held: a newer one could not be judged, two counts of one moment for instance
    return None


def _may_reach(newest: Evidence, floor: Floor) -> bool:
    span = span_of(newest.value, newest.comparator)
    return span is None or (span[0] < floor.stop if floor.side == "low" else span[1] >= floor.start)


def check_snooze(alert: Alert, until: int | None, at: int, rules: HouseRules) -> None:
    """Refuse a snooze that is too long, already over, or of what must not wait.

    Raises: InputRefused (the user chooses another day, or acts on the alert instead).
    Hazard: HAZ-008.
    """
    floor = find_floor(alert, rules)
    if floor is not None:
        low = floor.side == "low"
        limit = number(floor.stop if low else floor.start)
        raise InputRefused(
            f"This alert cannot be snoozed: its newest {floor.analyte} is, or may be, {'below' if low else 'from'} "
            f"{limit} (rule {floor.rule}). Acknowledge it or record a decision instead."
        )
    latest = latest_end(alert.priority, at, rules)
    if until is None or until <= at:
        raise InputRefused(f"Say until when: a day after today, {date(latest)} at the latest.")
    if until > latest:
        days = rules.snooze_days[alert.priority]
        told = "1 day" if days == 1 else f"{days} days"
        raise InputRefused(
            f"An alert of {alert.priority} priority may be snoozed for {told}: choose {date(latest)} or earlier."
        )
