"""What people do about alerts: appended, attributed, never changed and never lost by a re-evaluation.

A finding is what the engine derives, an act is what a person does. `at` is the clinic's wall clock like every instant;
`recorded_at` is UTC. Each act on an alert keeps what the alert was when it was acted on (`Seen`), so that "worse than
when somebody last looked" can be told from the act itself, years later and after any correction.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from typing import Literal, get_args

Kind = Literal[
    "acknowledge", "assign", "hand_over", "snooze", "note", "decide", "reopen", "close", "look", "sign_off",
]  # fmt: skip
State = Literal["open", "acknowledged", "snoozed", "resolved"]
#: Why an alert that was dealt with is open again.
Pierced = Literal[
    "higher_priority", "stricter_action", "correction", "worse_value", "new_analyte", "new_event",
    "cannot_tell", "floor", "not_repeated", "end_of_time",
]  # fmt: skip

KINDS: tuple[Kind, ...] = get_args(Kind)
STATES: tuple[State, ...] = get_args(State)
PIERCED: tuple[Pierced, ...] = get_args(Pierced)
#: Acts on a patient rather than on one alert: they settle nothing, they say what somebody has seen.
OF_A_PATIENT: tuple[Kind, ...] = ("look", "sign_off")
#: Acts that say what somebody thinks or saw, and leave the state of the alert and its owner as they are.
STATE_KEPT: tuple[Kind, ...] = ("note", *OF_A_PATIENT)
#: Whom a note is meant for ("" = everybody).
AUDIENCES = ("pharmacist", "rheumatologist", "admin")
DECISIONS = (
    "dose_held", "dose_reduced", "stopped", "restarted", "test_requested", "patient_called", "no_change",
)  # fmt: skip
#: Who may do something about an alert; a viewer reads, and what they looked at is kept.
ACTING_ROLES = ("clinician",)
READING_ROLES = ("viewer", *ACTING_ROLES)
LONGEST_TEXT = 4_000  # characters of a comment: a page; a letter belongs into the patient's record


@dataclass(frozen=True, slots=True)
class SeenResult:
    """One result of an alert's evidence as it stood. name: its identifier, or one made of analyte and time."""

    name: str
    analyte: str
    value: float | None
    comparator: str
    at: int


@dataclass(frozen=True, slots=True)
class Seen:
    """What an alert was when somebody acted on it.

    closed: it had ended on evidence. operator, value: of the comparison behind it (None where it rests on no number).
    results: its evidence, by name. events, courses: the events and courses of drugs among it, sorted. held: why its
    newest result could not be judged ("" = it could). mark: fingerprint of the alert as a screen shows it: two screens
    with the same mark show the same.
    """

    alert_id: str
    opened_at: int
    closed: bool
    priority: str
    action: str
    rule_id: str
    operator: str | None = None
    threshold: float | None = None
    unit: str | None = None
    value: float | None = None
    results: tuple[SeenResult, ...] = ()
    events: tuple[str, ...] = ()
    courses: tuple[str, ...] = ()
    held: str = ""
    mark: str = ""

    def newest(self, analyte: str) -> SeenResult | None:
        """The latest result of an analyte that was seen."""
        of = [one for one in self.results if one.analyte == analyte]
        return max(of, key=lambda one: (one.at, one.name), default=None)

    def to_json(self) -> str:
        """One canonical text: same content, same text."""
        return json.dumps(asdict(self), sort_keys=True, separators=(",", ":"), ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> Seen:
        """Read what `to_json` wrote."""
        kept = json.loads(text)
        kept["results"] = tuple(SeenResult(**one) for one in kept["results"])
        kept["events"], kept["courses"] = tuple(kept["events"]), tuple(kept["courses"])
        return cls(**kept)


@dataclass(frozen=True, slots=True)
class Act:
    """One thing one person did about one alert, or (alert_id "") about one patient.

    Whoever asks for one fills in what is asked of its kind; drug, category, fact, seen, at, recorded_at and act_id are
    filled in when it is stored.

    act_id: grows with every act of the clinic; 0 = not stored yet. key: the client's own, so that a double click is one
    act. expects: the last act on this alert the person had seen (0: none). until: instant a snooze ends, or by which a
    promised repeat is expected. owner: who has it from now on (assign, hand_over). shown: alerts that had ended and
    were looked at (look, sign_off).
    """

    kind: Kind
    by: str
    role: str
    patient_id: str
    key: str
    alert_id: str = ""
    drug: str = ""
    category: str = ""
    fact: str = ""
    disposition: str = ""
    comment: str = ""
    audience: str = ""
    owner: str = ""
    until: int | None = None
    decision: str = ""
    expects: int = 0
    saw: str = ""
    seen: Seen | None = None
    shown: tuple[str, ...] = field(default=())
    at: int = 0
    recorded_at: int = 0
    act_id: int = 0


@dataclass(frozen=True, slots=True)
class Life:
    """Where an alert stands between the engine and the people, at one instant.

    state: open, acknowledged, snoozed, resolved. ended_by: "evidence" (the engine), "decision" (a person) or "".
    owner: exactly one name, "" until somebody first takes it. why: one sentence. acted_by, acted_at, acted: who last
    changed its state, when, by what kind of act. disposition, decision: of the latest act that gave one.
    pierced_by: why it came back, None if it did not. raised_at: since when it asks for an answer (raised or came back);
    due_by: last instant of the time its tier allows (None: at the next review); breached: open past it. seen: it is not
    over, or somebody has looked since it ended. unsnoozable: holds a value below the floor (see core/alerts/snooze.py).
    last_act_id: hand it back as `expects`; mark: hand it back as `saw`. acts: all that matched, oldest first.
    """

    alert_id: str
    state: State
    ended_by: Literal["", "evidence", "decision"] = ""
    owner: str = ""
    why: str = ""
    acted_by: str = ""
    acted_at: int | None = None
    acted: Kind | None = None
    disposition: str = ""
    decision: str = ""
    snoozed_until: int | None = None
    pierced_by: Pierced | None = None
    raised_at: int = 0
    due_by: int | None = None
    breached: bool = False
    seen: bool = True
    unsnoozable: bool = False
    last_act_id: int = 0
    mark: str = ""
    acts: tuple[Act, ...] = ()
