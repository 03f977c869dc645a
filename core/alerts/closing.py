"""Which decisions end an alert: any in words, but for what must not wait only one by which something was done.

Invariants (tests/alerts/test_closing.py):
1. An alert that may not be snoozed is not closed by "no change"; it says which decisions close it.
2. One that was closed so before it fell that low is open again.
3. Which decisions those are is the house's, in house_rules.toml.
"""

from __future__ import annotations

from collections.abc import Sequence

from core.acts import Act
from core.alerts.house_rules import HouseRules
from core.alerts.snooze import find_floor
from core.engine.standing import Alert
from core.engine.wording import number
from core.errors import InputRefused


def decision_behind(act: Act, told: Sequence[Act]) -> str:
    """What was decided when an alert was closed: the closing act's own, else the latest decision before it."""
    before = (one.decision for one in reversed(told) if one.act_id < act.act_id or not act.act_id)
    return act.decision or next((decision for decision in before if decision), "")


def may_end(alert: Alert, decision: str, rules: HouseRules) -> bool:
    """Whether a decision may end an alert as it stands.

    Hazard: HAZ-008.
    """
    floor = find_floor(alert, rules)
    return floor is None or decision in floor.closed_by


def check_close(act: Act, alert: Alert, told: Sequence[Act], rules: HouseRules) -> None:
    """Refuse an end by a decision that changes nothing where something must be done.

    Raises: InputRefused (the user records what is done, or leaves the alert open).
    Hazard: HAZ-008.
    """
    floor = find_floor(alert, rules)
    if floor is None or decision_behind(act, told) in floor.closed_by:
        return
    low = floor.side == "low"
    *most, last = (one.replace("_", " ") for one in floor.closed_by)
    raise InputRefused(
        f"This decision does not close the alert: its newest {floor.analyte} is, or may be, "
        f"{'below' if low else 'from'} {number(floor.stop if low else floor.start)} (rule {floor.rule}). "
        f"What closes it: {', '.join(most)}{' or ' if most else ''}{last}."
    )
