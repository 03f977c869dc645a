"""What people made of a patient's alerts, for one row of a list: open, came back, acknowledged, snoozed, ended."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from core.acts import Life
from core.engine.standing import Alert, CannotTell, Visit
from core.records import PRIORITIES
from core.views.model import ClinicPicture
from core.views.text import count_text, date_text, plain
from core.views.words import grave_order, is_note, words

_Finding = TypeVar("_Finding", Alert, CannotTell, Visit)

#: What a row can be asked for, in the order people look for it.
STATES: Mapping[str, str] = {
    "new": "New to me", "open": "Open", "back": "Came back", "late": "Past its time", "ended": "Ended, not yet seen",
    "acknowledged": "Acknowledged", "snoozed": "Snoozed", "closed": "Closed by decision",
}  # fmt: skip
NOBODY = "–"  # nobody owns it
#: Why an alert that was dealt with is open again, in as few words as a cell holds.
PIERCED_WORDS: Mapping[str, str] = {
    "higher_priority": "higher priority", "stricter_action": "stricter advice", "correction": "a correction",
    "worse_value": "a worse value", "new_analyte": "a new test", "new_event": "a new event",
    "cannot_tell": "cannot be judged", "floor": "too low to snooze", "end_of_time": "snooze is over",
    "not_repeated": "promised result has not come",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class RowState:
    """Where one patient's alerts stand. codes: every STATES word that holds, but for "new".

    text: of the gravest, with what else is open. owner: whose it is (NOBODY), owners: of all of them. raised_at: when
    the newest that asks for an answer was raised (None: none does). next_text: replaces the row's own where not "".
    is_late: the gravest that is open is past its time. lead: its priority ("" where nothing is open).
    """

    codes: frozenset[str] = frozenset()
    text: str = ""
    owner: str = ""
    owners: frozenset[str] = frozenset()
    raised_at: int | None = None
    next_text: str = ""
    is_late: bool = False
    lead: str = ""

    def leads_below(self, mark: str) -> bool:
        """Whether the worst that is open is less grave than a row's mark: what gives it that mark is dealt with."""
        return bool(self.lead) and mark in PRIORITIES and PRIORITIES.index(self.lead) > PRIORITIES.index(mark)

    @property
    def is_settled(self) -> bool:
        """Whether somebody dealt with all of it: nothing is open, nothing ended unseen."""
        return bool(self.codes) and self.raised_at is None


NO_ALERT = RowState()


def group_by_patient(found: Iterable[_Finding]) -> dict[str, list[_Finding]]:
    """Findings of one kind by patient."""
    grouped: dict[str, list[_Finding]] = {}
    for one in found:
        grouped.setdefault(one.patient_id, []).append(one)
    return grouped


def alerts_of(picture: ClinicPicture) -> Mapping[str, Sequence[Alert]]:
    """The open alerts of the clinic by patient, gravest first; made once per picture."""
    if "alerts_of" not in picture.derived:
        grouped = group_by_patient(picture.standing.alerts)
        picture.derived["alerts_of"] = ({name: sorted(few, key=grave_order) for name, few in grouped.items()},)
    found: Mapping[str, Sequence[Alert]] = picture.derived["alerts_of"][0]
    return found


def unknown_of(picture: ClinicPicture) -> Mapping[str, Sequence[CannotTell]]:
    """What cannot be told, by patient; made once per picture."""
    return _grouped_once(picture, "unknown_of", picture.standing.cannot_tell)


def visits_of(picture: ClinicPicture) -> Mapping[str, Sequence[Visit]]:
    """Tests that are due or overdue, by patient; made once per picture."""
    waiting = (one for one in picture.standing.schedule if one.status in ("due", "overdue"))
    return _grouped_once(picture, "visits_of", waiting)


def _grouped_once(picture: ClinicPicture, name: str, found: Iterable[_Finding]) -> Mapping[str, Sequence[_Finding]]:
    if name not in picture.derived:
        picture.derived[name] = (group_by_patient(found),)
    kept: Mapping[str, Sequence[_Finding]] = picture.derived[name][0]
    return kept


def describe_states(
    alerts: Mapping[str, Sequence[Alert]], ended: Mapping[str, Sequence[Alert]], lives: Mapping[str, Life],
    names: Collection[str], ran_out: Collection[str] = (),
) -> dict[str, RowState]:  # fmt: skip
    """The state of each of these patients who has an alert, by patient identifier. ran_out: ended without a fact."""
    out = {}
    for name in names:
        mine = [one for one in alerts.get(name, ()) if not is_note(one)]
        over = [one for one in ended.get(name, ()) if not lives[one.alert_id].seen]
        if mine or over:
            out[name] = describe_state(mine, over, lives, ran_out)
    return out


def open_first(alerts: Iterable[Alert], lives: Mapping[str, Life]) -> list[Alert]:
    """Alerts with those that wait for an answer before those somebody dealt with, else as they were."""
    return sorted(alerts, key=lambda one: not is_open(one, lives))


def is_open(alert: Alert, lives: Mapping[str, Life]) -> bool:
    """Whether an alert waits for an answer; one whose life is not known does."""
    life = lives.get(alert.alert_id)
    return life is None or life.state == "open"


def describe_state(
    alerts: Sequence[Alert], over: Sequence[Alert], lives: Mapping[str, Life], ran_out: Collection[str] = ()
) -> RowState:
    """The state of one patient: that of the worst alert nobody has answered, else of the gravest.

    Args: alerts (gravest first, without notes); over (ended, nobody has seen it).
    Hazard: HAZ-008 (one answered alert that masks the others).
    """
    ordered = open_first(alerts, lives)
    told = [lives[one.alert_id] for one in ordered]
    waiting = [life for life in told if life.state == "open"]
    codes = {_code(life) for life in told} | {"late" for life in told if life.breached}
    codes |= {"open"} if waiting else set()
    codes |= {"ended"} if over else set()
    raised = [life.raised_at for life in waiting] + [one.closed_at for one in over if one.closed_at is not None]
    lead = told[0] if told else None
    asleep = lead is not None and lead.state == "snoozed"  # until when stands where the row says what is due
    text = "" if lead is None else "snoozed" if asleep else state_text(lead)
    if over:
        how = "ran out" if any(one.alert_id in ran_out for one in over) else "ended"
        text = f"{text}, {len(over):,} {how}" if text else f"{how}, not seen"
    owners = frozenset(plain(life.owner) or NOBODY for life in told)
    return RowState(
        frozenset(codes), text, "" if lead is None else plain(lead.owner) or NOBODY, owners,
        max(raised, default=None), _due_text(lead), bool(waiting) and told[0].breached,
        ordered[0].priority if waiting else "",
    )  # fmt: skip


def _due_text(lead: Life | None) -> str:
    """What replaces the row's own "today": by when an answer was due, or when a snooze ends; "" where nothing does."""
    if lead is None:
        return ""
    if lead.state == "open":
        return f"was {date_text(lead.due_by)}" if lead.breached else ""
    return date_text(lead.snoozed_until, NOBODY)


def _code(life: Life) -> str:
    if life.state == "open":
        return "back" if life.pierced_by else "open"
    return "closed" if life.state == "resolved" else life.state


def state_text(life: Life) -> str:
    """Where one alert stands, as short as a cell."""
    match life.state:
        case "open" if life.pierced_by:
            return f"back: {PIERCED_WORDS.get(life.pierced_by, words(life.pierced_by))}"
        case "snoozed":
            return f"snoozed to {date_text(life.snoozed_until)}"
        case "resolved":
            return "closed by decision" if life.ended_by == "decision" else "ended on evidence"
        case "open" if life.breached:
            return "open, late"
        case _:
            return life.state


def list_new(states: Mapping[str, RowState], looks: Mapping[str, int], arrived: Collection[str] = ()) -> frozenset[str]:
    """Patients of whom something asks for an answer that was raised since a person last looked at them.

    Args: arrived (of whom it rests on what came in after that look, whatever day it is of).
    """
    return frozenset(
        name
        for name, state in states.items()
        if state.raised_at is not None and (name not in looks or looks[name] < state.raised_at or name in arrived)
    )


def late_text(late_days: int) -> str:
    """How long past its time: "3 days late"."""
    return f"{count_text(late_days, 'day')} late"
