"""A review round: one patient after the other, gravest first, worked by keys; at its end a sheet to hand over.

The address holds the round's number and the place in it: a refresh goes on where it was, and names nobody.
"""

from __future__ import annotations

from collections.abc import Sequence
from uuid import uuid4

import streamlit as st

from core.engine.standing import Alert
from core.errors import NadirError
from core.services import round as service
from core.services.looked_before import leave_out_looked, left_out_line
from core.services.worklist import Panel
from core.settings import read_settings
from core.views.header import refusal
from core.views.markup import tag
from core.views.preview import preview
from core.views.round import progress_line
from core.views.worklist import Row
from pages import guard
from pages.parts import acting, acting_send, green_lane_acts, links, round_sheet, round_steps, worklist_panel
from pages.parts.acting_subject import Subject

_WARNED = "round.unsent"
_LEFT_OUT = (
    "Results outside their range and nothing else, and a clinician was through with them in a round. They stay on the "
    "worklist with their mark, and come again when anything newer is known."
)
_BUTTON_HEIGHT = 38  # pixels: a line beside a button stands at its middle
_MOST_ALERTS = 6  # told in full: a round is read, not skimmed


def is_asked() -> bool:
    """Whether the address asks for a round."""
    return round_steps.read_number(round_steps.ROUND) is not None


def offer(panel: Panel, queue: Sequence[Row], filters: str) -> None:
    """The way into a round through those who wait in this list, and back into the one begun."""
    user = guard.require("viewer")
    begun = service.unfinished_round(read_settings().db_url, user.name)
    waiting, left_out = leave_out_looked(read_settings().db_url, panel, queue)
    keys = [row.key for row in waiting]
    if begun is not None and begun[1]:
        label = f"Go on with round {begun[1]:,}/{begun[2]:,}"
        st.button(label, key="worklist.round-on", on_click=round_steps.go_to, args=(begun[0], begun[1] + 1))
    st.button(
        f"Start round ▸ {len(keys):,}", key="worklist.round", type="primary", disabled=not keys, on_click=start,
        args=(keys, filters),
    )  # fmt: skip
    if left_out:
        with st.container(width="content", height=_BUTTON_HEIGHT, vertical_alignment="center", border=False):
            st.html(tag("span", left_out_line(left_out), css="n-muted", title=_LEFT_OUT), width="content")


def start(keys: Sequence[int], filters: str) -> None:
    """Freeze these patients as a round and go to the first (a button's callback)."""
    user = guard.require("viewer")
    try:
        number = service.start_round(read_settings().db_url, user.name, keys, uuid4().hex, filters)
    except NadirError as error:
        st.session_state["worklist.told"] = refusal(str(error))
        return
    worklist_panel.end_visit()
    green_lane_acts.leave()
    round_steps.go_to(number, 1)


def render(panel: Panel) -> None:
    """The patient whose turn it is, or the sheet when everybody had theirs."""
    user = guard.require("viewer")
    try:
        found = service.read_round(read_settings().db_url, round_steps.read_number(round_steps.ROUND) or 0, user.name)
    except NadirError as error:
        st.html(refusal(str(error)))
        st.button("Back to the worklist", key="round.back", on_click=round_steps.leave)
        return
    place = round_steps.read_number(round_steps.PLACE) or 1
    rows = {row.key: row for row in panel.rows}
    if place > len(found.queue):
        round_sheet.show(panel, found, [rows[key] for key in found.queue if key in rows])
        return
    round_steps.begin(found.round_id, place)
    st.html(progress_line(place, len(found.queue), len(found.seen), list(found.seconds.values())))
    row = rows.get(found.queue[place - 1])
    _buttons(panel, found, place, row)
    if row is None:
        st.write("This patient is no longer in the clinic's files. Go on with the next.")
        return
    _patient(panel, row)


def _buttons(panel: Panel, found: service.Round, place: int, row: Row | None) -> None:
    key = found.queue[place - 1]
    name = found.names.get(key, "")
    alerts = panel.alerts(name)
    over = tuple(one.alert_id for one in alerts if one.closed_at is not None)
    subject = _subject(panel, key, alerts)
    with st.container(horizontal=True, gap="xsmall", key="round-buttons"):
        for label, letter, to in (("Next", "n", place + 1), ("Previous", "p", place - 1)):
            st.button(
                label, key=f"round.{label}-{place}", shortcut=letter, disabled=not to,
                type="primary" if to > place else "secondary", on_click=_step,
                args=(subject, found.round_id, name, over, to),
            )  # fmt: skip
        opened = st.button("Open patient", key=f"round.open-{place}", shortcut="o", disabled=row is None)
        st.button(
            "Finish: hand-over sheet", key=f"round.finish-{place}", shortcut="f", on_click=_step,
            args=(subject, found.round_id, name, over, len(found.queue) + 1),
        )  # fmt: skip
        st.button("Leave", key=f"round.leave-{place}", type="tertiary", on_click=_leave, args=(subject,))
    if opened and row is not None:
        round_steps.step(found.round_id, key, name, over, place)
        links.open_patient(row.key)


def _subject(panel: Panel, key: int, alerts: Sequence[Alert]) -> Subject:
    known = tuple(one for one in alerts if one.alert_id in panel.lives)
    return Subject("round", key, known, panel.lives, panel.now)


def _step(subject: Subject, round_id: int, name: str, over: Sequence[str], to: int) -> None:
    acting_send.draw_all("round")
    if not _holds_back(subject):
        round_steps.step(round_id, subject.key, name, over, to)


def _leave(subject: Subject) -> None:
    acting_send.draw_all("round")
    if not _holds_back(subject):
        round_steps.leave()


def _holds_back(subject: Subject) -> bool:
    """Whether acts that were begun and not sent keep the round here: the second press goes on. What was written stays,
    and is there again when the patient is.
    """
    unsent = subject.list_unsent()
    if not unsent or _is_warned(subject, unsent):
        st.session_state.pop(_WARNED, None)
        return False
    st.session_state[_WARNED] = (subject.base, unsent)
    return True


def _is_warned(subject: Subject, unsent: Sequence[str]) -> bool:
    return bool(unsent) and st.session_state.get(_WARNED) == (subject.base, unsent)


def _warn(subject: Subject) -> None:
    """Say what is not sent, for as long as it is not: a word said once may fall between two drawings."""
    unsent = subject.list_unsent()
    if _is_warned(subject, unsent):
        what = tag("ul", *(tag("li", one) for one in unsent))
        said = "Send it, or press again to go on without it: what you wrote is kept."
        st.html(tag("div", tag("b", "Not sent yet. "), said, what, css="n-card n-refusal", role="alert"))


def _patient(panel: Panel, row: Row) -> None:
    alerts = panel.alerts(row.patient_id)
    _warn(_subject(panel, row.key, alerts))
    ended = [one for one in alerts if one.closed_at is not None]
    with st.container(horizontal=True, gap="small", key="worklist-preview"):
        st.html(preview(panel.picture, row, panel.lives, ended, most=_MOST_ALERTS))
        with st.container(key="worklist-acting"):
            acting_send.show_told("round")
            acting.acting("round", row.key, alerts, panel.lives, panel.now, by_keys=True)
    round_steps.show_results(row.key)
