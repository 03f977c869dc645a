"""What people answered to an alert, told beside it: the alert stands on, and nobody takes it for one that is new."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from core.acts import OF_A_PATIENT, Life
from core.alerts.dispositions import dispositions
from core.alerts.lifecycle import say_act
from core.alerts.promises import DECIDES
from core.engine.standing import Alert
from core.views.model import PatientPicture
from core.views.text import date_text, plain
from core.views.unit_words import print_units
from core.views.words import words

_LONGEST = 240  # letters of one line beside an alert; the acts table has every comment whole
_HANDED = ("assign", "hand_over")


def answer_line(life: Life | None) -> str:
    """Who acknowledged, snoozed, decided or took an alert on, when and why; "" while nobody did anything about it.

    "Acknowledged by A. Reed on 18-Nov-2026: Will watch and repeat the test; expected by 22-Nov-2026. Owner: B. Moss."
    Hazard: HAZ-008 (an answer that nobody sees is given twice, or taken for a fresh alert).
    """
    told = [] if life is None else [one for one in life.acts if one.kind not in OF_A_PATIENT]
    if life is None or not told:
        return ""
    said = [life.why] if life.why else []
    handed = [one for one in told if one.kind in _HANDED]
    if handed and not said:
        said.append(say_act(handed[-1]))
    elif life.owner and life.owner != life.acted_by:
        said.append(f"Owner: {life.owner}.")
    if told[-1].kind == "note":
        said.append(say_act(told[-1]))
    return _clip(print_units(plain(" ".join(said))))


def answer_words(life: Life | None) -> str:
    """How an alert that stands was answered, as the end of what it proposes: "decided 20-Nov-2026: test requested"; ""
    while it waits for an answer.

    Hazard: HAZ-008 (a clinician is asked to decide today what was decided yesterday).
    """
    if life is None or life.state == "open":
        return ""
    if life.state == "snoozed":
        return f"snoozed until {date_text(life.snoozed_until)}"
    decided = life.acted in DECIDES
    known = dispositions().get(life.disposition)
    how = words(life.decision) if decided else known.display if known else ""
    return f"{'decided' if decided else 'acknowledged'} {date_text(life.acted_at)}" + (f": {how}" if how else "")


def unanswered_words(alerts: Sequence[Alert], lives: Mapping[str, Life]) -> str:
    """How many of several alerts still wait for an answer, where somebody answered any of a patient's."""
    if not any(life.state != "open" for life in lives.values()):
        return ""
    waiting = sum(one.alert_id not in lives or lives[one.alert_id].state == "open" for one in alerts)
    return "all answered" if not waiting else "none answered" if waiting == len(alerts) else f"{waiting:,} not answered"


def tell_states(picture: PatientPicture, lives: Mapping[str, Life]) -> PatientPicture:
    """The picture whose alerts say where they stand: open, acknowledged, snoozed or closed by decision."""
    alerts = (
        replace(one, state=lives[one.alert_id].state) if one.alert_id in lives else one for one in picture.alerts
    )  # fmt: skip
    return replace(picture, alerts=tuple(alerts))


def _clip(said: str) -> str:
    """A line that stays a line: a long comment ends in "…" at a word's end."""
    return said if len(said) <= _LONGEST else said[:_LONGEST].rsplit(" ", 1)[0] + "…"
