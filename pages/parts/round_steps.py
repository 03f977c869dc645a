"""Going from patient to patient in a round: the place is in the address, the time in front of each is measured."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from core.clock import read_utc
from core.errors import NadirError
from core.services import acts, whole_patient
from core.services import round as service
from core.settings import read_settings
from core.views.flowsheet import flowsheet
from core.views.header import refusal
from pages import guard
from pages.parts import patient_style

_MOST_DATES = 5  # the last results with their change; the whole report is on the patient's screen
ROUND, PLACE = "round", "place"
_SINCE = "round.since"  # which place is on the screen, and since when: no patient


def read_number(word: str) -> int | None:
    """A number of the address, None where there is none."""
    asked = st.query_params.get(word, "")
    return int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 10 else None


def go_to(round_id: int, place: int) -> None:
    """Put a place of a round into the address."""
    st.query_params.update({ROUND: str(round_id), PLACE: str(place)})


def leave() -> None:
    """Take the round out of the address; it is kept and can be gone on with."""
    for word in (ROUND, PLACE):
        if word in st.query_params:
            del st.query_params[word]


def begin(round_id: int, place: int) -> None:
    """Start the watch for a place, unless it runs for it already."""
    held = st.session_state.get(_SINCE)
    if held is None or held[0] != (round_id, place):
        st.session_state[_SINCE] = ((round_id, place), read_utc())


def step(round_id: int, patient: int, patient_id: str, ended: Sequence[str], to: int) -> None:
    """Keep that this patient was looked at and for how long, and go to another place."""
    user = guard.require("viewer")
    held = st.session_state.pop(_SINCE, None)
    seconds = float(read_utc() - held[1]) if held is not None else 0.0
    role = "clinician" if "clinician" in user.roles else "viewer"
    url = read_settings().db_url
    try:
        service.record_step(url, round_id, patient, seconds, user.name)
        if patient_id:
            acts.look(url, user.name, role, patient_id, ended)
    except NadirError as error:
        st.session_state["round.told"] = refusal(str(error))
        return
    go_to(round_id, to)


def show_results(key: int) -> None:
    """The last results of one patient, as the laboratory's cumulative report shows them."""
    guard.require("viewer")
    patient_style.apply()
    try:
        st.html(flowsheet(whole_patient.read_patient(read_settings().db_url, key), most_dates=_MOST_DATES).table)
    except NadirError as error:
        st.html(refusal(str(error)))
