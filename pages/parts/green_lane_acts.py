"""What a person does in the green lane: begin it, answer a sampled patient, sign the rest off."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from core.clock import read_utc
from core.errors import NadirError
from core.services import acts, worklist
from core.services import green_lane as service
from core.settings import read_settings
from core.views.header import refusal
from core.views.markup import tag
from core.views.text import count_text
from pages import guard

LANE = "lane"


def start(keys: Sequence[int], key: str) -> None:
    """Freeze the lane and go there."""
    user = guard.require("clinician")
    try:
        number = service.open_lane(read_settings().db_url, user.name, keys, key)
    except NadirError as error:
        st.session_state["worklist.told"] = refusal(str(error))
        return
    st.query_params[LANE] = str(number)


def leave() -> None:
    """Take the lane out of the address; its answers are kept."""
    if LANE in st.query_params:
        del st.query_params[LANE]


def answer(lane_id: int, patient: int, patient_id: str, since: int, said: str) -> None:
    """Keep the answer about one sampled patient, and that they were looked at."""
    user = guard.require("clinician")
    url = read_settings().db_url
    comment = str(st.session_state.get(f"green.what-{patient}") or "")
    try:
        service.answer_sample(
            url, lane_id, patient, said, user.name, seconds=float(read_utc() - since), comment=comment
        )
        acts.look(url, user.name, "clinician", patient_id)
    except NadirError as error:
        st.session_state["green.told"] = refusal(str(error))


def sign_off(lane_id: int) -> None:
    """Sign everybody off who is left: as they stand at the press, not when the page was drawn (HAZ-004)."""
    user = guard.require("clinician")
    url = read_settings().db_url
    try:
        panel = worklist.read_panel(url, user.name)
        count = service.sign_off_lane(url, lane_id, user.name, "clinician", panel)
    except NadirError as error:
        st.session_state["green.told"] = refusal(str(error))
        return
    said = f"✓ {count_text(count, 'patient')} signed off together."
    st.session_state["green.told"] = tag("p", said, css="n-done", role="status")
