"""One patient for the patient screen, on any day: one plain sentence when there is no such patient or no store."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NoReturn

import streamlit as st

from core.acts import Life
from core.errors import InputRefused, NadirError
from core.records import DAY
from core.services import acts, trail, whole_patient
from core.services.run_out import ENDED_DAYS
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
        picture = whole_patient.read_patient(read_settings().db_url, key, day)
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


def list_unseen(picture: PatientPicture) -> frozenset[str]:
    """The high alerts that ended of late and that nobody has looked at since; none on a day gone by."""
    since = picture.as_of - ENDED_DAYS * DAY
    late = [one for one in picture.closed_alerts if one.priority == "high" and (one.closed_at or 0) > since]
    if picture.is_past or not late:
        return frozenset()
    url = read_settings().db_url
    try:
        began = acts.first_act_at(url)
        over = [one for one in late if began is not None and (one.closed_at or 0) >= began // DAY * DAY]
        return frozenset(one.alert_id for one in acts.ended_unseen(url, over))
    except NadirError as error:
        refuse(error)


def read_lives(picture: PatientPicture) -> Mapping[str, Life]:
    """What people answered to the alerts that stand, by alert; on a day gone by only what was done by then."""
    try:
        return acts.lives(read_settings().db_url, picture.alerts, picture.as_of if picture.is_past else None)
    except NadirError as error:
        refuse(error)


def refuse(error: NadirError) -> NoReturn:
    """End the screen with the sentence of an error."""
    st.html(refusal(str(error)))
    st.stop()
