"""One patient for the patient screen, on any day: one plain sentence when there is no such patient or no store."""

from __future__ import annotations

from typing import NoReturn

import streamlit as st

from core.errors import InputRefused, NadirError
from core.services import review
from core.settings import read_settings
from core.views.header import refusal
from core.views.model import PatientPicture
from pages.parts import frame, pictures


def read(key: int, day: int | None) -> PatientPicture:
    """One patient as they stood on a day (None: now). The clinic is not judged for it."""
    try:
        return review.patient(read_settings().db_url, key, day)
    except InputRefused as error:  # nobody has this key: the clinic itself can still be read
        frame.open_screen(pictures.read_clinic())
        refuse(error)
    except NadirError as error:
        frame.open_screen()
        refuse(error)


def refuse(error: NadirError) -> NoReturn:
    """End the screen with the sentence of an error."""
    st.html(refusal(str(error)))
    st.stop()
