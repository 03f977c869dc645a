"""The way from a screen to the clinic's store: one plain sentence when it cannot be read, never a half picture."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import NoReturn

import streamlit as st

from core.errors import NadirError
from core.services import review
from core.settings import read_settings
from core.views.header import refusal
from core.views.model import ClinicPicture
from pages.parts import frame

#: Said while somebody waits: the first reading of a large clinic takes seconds, every one after it no time at all.
_READING = "Reading and judging the whole clinic. This takes a few seconds once; then every screen is quick."


def say_reading() -> AbstractContextManager[None]:
    """Say that the clinic is being read for as long as it takes; a reading of less than half a second says nothing."""
    return st.spinner(_READING)


def read_clinic() -> ClinicPicture:
    """Everybody, as they stand now; the screen ends here with one sentence when the store cannot be read."""
    try:
        with say_reading():
            return review.clinic(read_settings().db_url)
    except NadirError as error:
        frame.open_screen()
        _refuse(error)


def _refuse(error: NadirError) -> NoReturn:
    st.html(refusal(str(error)))
    st.stop()
