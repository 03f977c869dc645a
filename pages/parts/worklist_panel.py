"""The clinic for the worklist, with what is new to the person since their visit began."""

from __future__ import annotations

import streamlit as st

from core.errors import NadirError
from core.services import acts, worklist
from core.services.worklist import Panel
from core.settings import read_settings
from core.views.header import refusal
from pages import guard
from pages.parts import acting_send, frame, links, pictures

_OPENING = "worklist.opening"  # the patient of a press on Open: of the card that was pressed, not of one drawn since
_VISIT = "worklist.visit"  # the clinic's last act when the visit began: a number, nobody's data


def read_panel(*, soonest: bool = False) -> Panel:
    """Everybody, as they stand now; the screen ends here with one sentence when the store cannot be read. soonest: an
    earlier judgement will do while that of now would have to be waited for.
    """
    user = guard.require("viewer")
    try:
        with pictures.say_reading():
            visit = st.session_state.get(_VISIT)
            panel = worklist.read_panel(read_settings().db_url, user.name, visit, soonest=soonest)
    except NadirError as error:
        frame.open_screen()
        st.html(refusal(str(error)))
        st.stop()
    st.session_state.setdefault(_VISIT, panel.acts_version)
    return panel


def end_visit() -> None:
    """From here on what was looked at is no longer new."""
    st.session_state.pop(_VISIT, None)


def look_at(panel: Panel, patient_id: str) -> None:
    """Note in the trail that this person looked at a patient; what ended meanwhile counts as seen."""
    user = guard.require("viewer")
    over = [one.alert_id for one in panel.alerts(patient_id) if one.closed_at is not None]
    role = "clinician" if "clinician" in user.roles else "viewer"
    try:
        acts.look(read_settings().db_url, user.name, role, patient_id, over)
    except NadirError as error:
        st.html(refusal(str(error)))


def open_later(key: int, patient_id: str) -> None:
    """Note whose card was pressed (a button's callback): the next drawing goes there (P24)."""
    st.session_state[_OPENING] = (key, patient_id)
    acting_send.draw_all("worklist")


def follow_open(panel: Panel) -> None:
    """Go where the last press on Open asked to go, if it did."""
    asked = st.session_state.pop(_OPENING, None)
    if asked is not None:
        look_at(panel, asked[1])
        links.open_patient(asked[0])
