"""The ways from one screen to another. Patients are named by an opaque key: no address holds who they are."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from typing import NoReturn

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from core.errors import NadirError
from core.services.demo import is_empty
from core.settings import read_settings

_OPENING = "links.opening"


def open_patient(key: int) -> NoReturn:
    """Go to one patient's screen."""
    from pages import patient  # the screens link to each other, so the link is made when it is used

    st.switch_page(st.Page(patient.render, url_path="patient"), query_params={"patient": str(key)})


def fingerprint(version: int, choice: Hashable, keys: Iterable[int]) -> str:
    """What names one table: its data, its filters and the patients in their order.

    It is part of every table's key, since a grid keeps its selection by position: a row chosen in one table must never
    become another patient in the next (P24, HAZ-002).
    """
    return f"{version}-{hash((choice, tuple(keys))) & 0xFFFFFFFFFFFF:x}"


def remember(open_key: str, keys: Sequence[int]) -> None:
    """Note the patient of a clicked row, out of the very table that was clicked (P24): never out of rows read since."""
    st.session_state[_OPENING] = keys[st.session_state[open_key]["row"]]


def follow_remembered() -> None:
    """Go where the last click asked to go, if it did."""
    key = st.session_state.pop(_OPENING, None)
    if key is not None:
        open_patient(key)


def invite_to_import(sentence: str) -> None:
    """An empty screen says what to do next: two doors while nothing was ever imported, the way to Import after that."""
    from pages import import_data
    from pages.parts import doors

    try:
        first_run = is_empty(read_settings().db_url)
    except NadirError:  # the screen itself has said, or will say, that the store cannot be read
        first_run = False
    if first_run:
        doors.show(sentence)
        return
    st.write(f"{sentence} Import a file.")
    st.page_link(st.Page(import_data.render, url_path="import"), label="Open Import", icon=":material/arrow_forward:")


def invite_to_worklist(sentence: str) -> None:
    """A screen without a patient says where to choose one."""
    st.write(f"{sentence} Choose one on the worklist.")
    st.page_link(_home(), label="Open the worklist", icon=":material/arrow_forward:")


def _home() -> StreamlitPage:
    """The worklist is the home page; its address is "/", since its own path would lead to a "not found" dialog."""
    from pages import worklist

    return st.Page(worklist.render, url_path="worklist", default=True)
