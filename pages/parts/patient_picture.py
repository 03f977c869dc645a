"""One patient for the patient screen, on any day: one plain sentence when there is no such patient or no store."""

from __future__ import annotations

from typing import NoReturn

import streamlit as st

from core.errors import InputRefused, NadirError
from core.services import review, trail
from core.settings import read_settings
from core.views.header import refusal
from core.views.model import PatientPicture
from core.views.text import date_text
from pages import guard
from pages.parts import frame, pictures

_NOTED = "patient.noted"


def read(key: int, day: int | None) -> PatientPicture:
    """One patient as they stood on a day (None: now). The clinic is not judged for it.

    That somebody looked stands in the trail before anything is shown (P37): once for each patient and day they turn to.
    """
    user = guard.require("viewer")
    try:
        picture = review.patient(read_settings().db_url, key, day)
        if st.session_state.get(_NOTED) != (key, day):
            trail.record(
                read_settings().db_url, user.name, "view", patient_id=picture.person.patient_id,
                subject="patient screen" if day is None else f"patient screen as of {date_text(day)}",
            )  # fmt: skip
            st.session_state[_NOTED] = (key, day)
        return picture
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
