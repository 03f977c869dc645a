"""What stands at one moment: the alerts open, what cannot be told, and the schedule, ready to be read by people and
programs.

These are plain values. The engine makes them (`History.at`), the command line prints them, the screens show them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Source:
    """The document a rule rests on. signed: a named clinician approved it; checked: how the value was verified."""

    document: str
    section: str
    version: str
    checked: str
    signed: bool = False


@dataclass(frozen=True, slots=True)
class Position:
    """What one authority says about the fact of an alert: its own action and priority, its own words."""

    authority: str
    rule_id: str
    action: str
    priority: str
    title: str
    advice: str
    source: Source


@dataclass(frozen=True, slots=True)
class Evidence:
    """One fact an alert rests on. A result (analyte, value, unit, comparator, collected_at), an event (event, start,
    end) or a course of a drug (drug and event its name, detail its dose).

    row_id: the store's row, so that every number leads back to its source line.
    """

    row_id: int
    at: int
    analyte: str = ""
    value: float | None = None
    comparator: str = ""
    unit: str = ""
    derived: bool = False
    preliminary: bool = False
    event_id: str = ""
    event: str = ""
    detail: str = ""
    end: int | None = None
    drug: str = ""

    @property
    def table(self) -> str:
        """Which of the store's tables row_id counts in: result, event or course."""
        return "course" if self.drug else "event" if self.event else "result"


@dataclass(frozen=True, slots=True)
class Basis:
    """The comparison behind an alert: operator and limit, and the equation with its inputs where the value was
    computed.
    """

    operator: str | None = None
    threshold: float | None = None
    unit: str | None = None
    value: float | None = None
    inputs: Mapping[str, object] = field(default_factory=dict)
    equation: str | None = None


@dataclass(frozen=True, slots=True)
class Alert:
    """One category on one fact for one patient and drug, open or closed. opened_at, closed_at: instants; closed None
    = open. since: from when it stands at its priority or a graver one without a break (once it is over: its opening),
    the one date people are shown; known_at: from when somebody could know that, None where nothing says (since).

    priority, action, rule_id, title, advice are those of the strictest position; held names why the newest result
    could not be judged while the alert stays open ("" when it could).
    """

    alert_id: str
    patient_id: str
    drug: str
    category: str
    fact: str
    rule_id: str
    priority: str
    action: str
    title: str
    advice: str
    positions: tuple[Position, ...]
    opened_at: int
    closed_at: int | None
    since: int
    evidence: tuple[Evidence, ...]
    basis: Basis
    held: str = ""
    state: str = "open"
    known_at: int | None = None

    @property
    def asks_since(self) -> int:
        """From when it asks for an answer: it stands as grave as it does, and somebody could know it."""
        return self.since if self.known_at is None else max(self.since, self.known_at)

    @property
    def authorities(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(position.authority for position in self.positions))


@dataclass(frozen=True, slots=True)
class CannotTell:
    """A rule that could not be judged for a patient, why, and the cheapest way to mend it. since: instant."""

    patient_id: str
    drug: str
    rule_id: str
    category: str
    reason: str
    remedy: str
    since: int


@dataclass(frozen=True, slots=True)
class Visit:
    """One due test. Instants are first instants of days; window_end is the last day of the window (inclusive, as a
    day).

    status: done, due, overdue, missed, upcoming. satisfied_by: the store's row of the result, None if none.
    """

    patient_id: str
    drug: str
    test: str
    due: int
    window_start: int
    window_end: int
    authorities: tuple[str, ...]
    status: str
    satisfied_by: int | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """Everything Nadir says at one instant. protocols: drug -> hash of the rules that spoke."""

    as_of: int
    alerts: tuple[Alert, ...]
    cannot_tell: tuple[CannotTell, ...]
    schedule: tuple[Visit, ...]
    protocols: Mapping[str, str]
