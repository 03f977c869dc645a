"""Which alerts nobody answered in the time their tier allows, and who must hear of it by now.

Invariants (tests/alerts/test_escalate.py):
1. Only an open alert can be past its time: acknowledging stops the clock, coming back starts it anew.
2. Every alert past its time is listed, gravest first, then the longest late; none is dropped.
3. Nobody who was told is left out again while it stays unanswered.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from core.acts import Life
from core.alerts.house_rules import HouseRules
from core.engine.standing import Alert
from core.records import DAY, PRIORITIES, RESPOND_WITHIN_DAYS


@dataclass(frozen=True, slots=True)
class Breach:
    """One alert past its time. late_days: calendar days since the last one in time, at least 1. tell: who hears of it
    by now, besides its owner.
    """

    alert_id: str
    patient_id: str
    drug: str
    priority: str
    owner: str
    raised_at: int
    due_by: int
    late_days: int
    tell: tuple[str, ...]


def due_by(priority: str, raised_at: int) -> int | None:
    """The last instant at which a tier's answer is in time: "today" ends with the day. None: at the next review."""
    days = RESPOND_WITHIN_DAYS[priority]
    return None if days is None else (raised_at // DAY + days) * DAY + DAY - 1


def count_late_days(due_by: int, now: int) -> int:
    """How late, in calendar days as everywhere (docs/semantics.md, Time): the day after the last one in time is 1."""
    return now // DAY - due_by // DAY


def list_breaches(
    alerts: Iterable[Alert], lives: Mapping[str, Life], now: int, rules: HouseRules
) -> tuple[Breach, ...]:
    """Open alerts past their time, gravest first, then the longest late."""
    found = []
    for alert in alerts:
        life = lives[alert.alert_id]
        if not life.breached or life.due_by is None:
            continue
        late = count_late_days(life.due_by, now)
        tell = tuple(
            dict.fromkeys(
                rung.to
                for rung in rules.escalation
                if rung.priority == alert.priority and rung.after_days < late  # so many whole days have gone by
            )
        )
        found.append(
            Breach(
                alert.alert_id, alert.patient_id, alert.drug, alert.priority, life.owner, life.raised_at, life.due_by,
                late, tell,
            )
        )  # fmt: skip
    found.sort(key=lambda b: (PRIORITIES.index(b.priority), b.due_by, b.patient_id, b.alert_id))
    return tuple(found)
