"""What a person may do about an alert as it stands, and how a refusal says what to do instead.

Invariants (tests/alerts/test_requests.py):
1. Who saw an older story than the store's is refused and told who did what when (P44); a note is never refused for it.
2. Nothing is done in an unknown role, by nobody, or with a code the house does not know.
3. An end without evidence needs a decision in words; an owner changes hands openly.
"""

from __future__ import annotations

from core.acts import (
    ACTING_ROLES,
    AUDIENCES,
    DECISIONS,
    KINDS,
    LONGEST_TEXT,
    OF_A_PATIENT,
    READING_ROLES,
    STATE_KEPT,
    Act,
    Life,
)
from core.alerts.closing import check_close
from core.alerts.dispositions import dispositions
from core.alerts.house_rules import HouseRules
from core.alerts.lifecycle import say_act
from core.alerts.snooze import check_snooze
from core.engine.standing import Alert
from core.engine.wording import date
from core.errors import ActedMeanwhile, InputRefused


def check_form(act: Act) -> None:
    """Refuse what no alert's state could make right: no name, an unknown word, a missing reason.

    Raises: InputRefused (the user mends the form).
    """
    if not act.by.strip() or not act.key.strip() or not act.patient_id:
        raise InputRefused("An act needs the name of who does it, the patient, and a key of its own.")
    if act.kind not in KINDS:
        raise InputRefused(f"Nobody can {act.kind!r} an alert: choose {', '.join(KINDS)}.")
    if act.role not in (READING_ROLES if act.kind == "look" else ACTING_ROLES):
        raise InputRefused("Your role may read and not act: ask somebody who looks after this patient.")
    if (act.kind in OF_A_PATIENT) == bool(act.alert_id):
        raise InputRefused("A look and a sign-off are about a patient, every other act about one alert.")
    if max(len(act.comment), len(act.owner)) > LONGEST_TEXT:
        raise InputRefused(f"The text is too long: keep it under {LONGEST_TEXT:,} characters.")
    for value, allowed, what in (
        (act.audience, AUDIENCES, "audience"), (act.decision, DECISIONS, "decision"),
        (act.disposition, tuple(dispositions()), "reason"),
    ):  # fmt: skip
        if value and value not in allowed:
            raise InputRefused(f"Unknown {what} {value!r}: choose {', '.join(allowed)}.")
    _check_parts(act)


def _check_parts(act: Act) -> None:
    reason = dispositions().get(act.disposition)
    said = bool(act.comment.strip())
    if reason is not None and reason.needs_comment and not said:
        raise InputRefused(f"“{reason.display}” says too little alone: add a comment.")
    match act.kind:
        case "acknowledge" if reason is None:
            raise InputRefused("Choose a reason: it is how the clinic learns which alerts help.")
        case "snooze" if reason is None and not said:
            raise InputRefused("Say why it can wait: choose a reason or write one.")
        case "assign" | "hand_over" if not act.owner.strip():
            raise InputRefused("Name the one person who has it from now on.")
        case "hand_over" | "note" | "reopen" if not said:
            raise InputRefused("Write a comment: whoever reads it next needs to know why.")
        case "decide" if not act.decision or not said:
            raise InputRefused("A decision needs what was decided and why, in words.")
        case _:
            pass


def check_fits(act: Act, alert: Alert, life: Life, rules: HouseRules) -> None:
    """Refuse what does not fit the alert as it stands at `act.at`.

    Args:   life: of this alert at that instant, from everything stored.
    Raises: ActedMeanwhile (the user looks again); InputRefused (the user acts otherwise).
    Hazard: HAZ-008.
    """
    if act.kind not in STATE_KEPT and act.expects != life.last_act_id:
        since = [one for one in life.acts if one.act_id > act.expects and one.kind not in OF_A_PATIENT]
        told = " ".join(say_act(one) for one in since) or "The story you saw is not this alert's."
        raise ActedMeanwhile(f"Nothing was recorded, because something happened since you looked. {told} Look again.")
    if act.kind in STATE_KEPT:
        return
    if act.saw and act.saw != life.mark:
        raise ActedMeanwhile(
            f"Nothing was recorded, because the alert has changed since you looked: {alert.title}. Look again."
        )
    if life.ended_by == "evidence":
        when = date(alert.closed_at) if alert.closed_at is not None else "an earlier day"
        raise InputRefused(f"This alert ended on evidence of {when}: only a note can be added to it.")
    if life.ended_by == "decision" and act.kind not in ("reopen", "hand_over", "assign"):
        raise InputRefused("This alert was closed by decision: reopen it first.")
    match act.kind:
        case "snooze":
            check_snooze(alert, act.until, act.at, rules)
        case "reopen" if life.state == "open":
            raise InputRefused("This alert is open already.")
        case "assign" if life.owner:
            raise InputRefused(f"This alert is with {life.owner}: hand it over, with a word why.")
        case "hand_over" if not life.owner:
            raise InputRefused("Nobody has this alert yet: assign it.")
        case "hand_over" if life.owner == act.owner:
            raise InputRefused(f"This alert is with {life.owner} already.")
        case "close":
            _check_end(act, alert, life, rules)
        case _:
            pass


def _check_end(act: Act, alert: Alert, life: Life, rules: HouseRules) -> None:
    if not _is_decided(act, life):
        raise InputRefused(
            "An alert ends on a newer result or on a documented decision: record what was decided and why."
        )
    check_close(act, alert, life.acts, rules)


def _is_decided(act: Act, life: Life) -> bool:
    """Whether an end rests on a decision in words: its own, or one recorded since the alert last was open."""
    if act.decision and act.comment.strip():
        return True
    last = next((one for one in reversed(life.acts) if one.kind in ("decide", "reopen")), None)
    return life.state != "open" and last is not None and last.kind == "decide"
