"""Patient: is it safe to go on; one verdict per drug with its proof, and everything on one time axis."""

from __future__ import annotations

import streamlit as st

from core.records import DAY
from core.views import patient
from core.views.answered import tell_states
from core.views.model import PatientPicture
from pages import guard
from pages.parts import (
    frame,
    links,
    patient_address,
    patient_chart,
    patient_day,
    patient_picture,
    patient_proof,
    patient_style,
    patient_tabs,
    pictures,
)

MOST_DIGITS = 18  # a store's numbers have no more; a longer one is no patient's, and no database takes it


def render() -> None:
    """Show the one patient the address names; without one, say where to choose."""
    guard.require("viewer")
    asked = st.query_params.get("patient", "")
    if not asked.isascii() or not asked.isdigit() or len(asked) > MOST_DIGITS:
        clinic = pictures.read_clinic()
        frame.open_screen(clinic)
        if clinic.people:
            links.invite_to_worklist("No patient is chosen." if not asked else "This address names no patient.")
        else:
            links.invite_to_import("No patients yet.")
        return
    day = patient_address.read_day()
    picture = patient_picture.read(int(asked), day)
    frame.open_screen(picture)
    patient_style.apply()
    st.html(patient.banner(picture))
    is_ahead = day is not None and day // DAY > picture.as_of // DAY
    patient_day.choose(picture, is_misread=is_ahead or (day is None and patient_address.names_day()))
    lives = patient_picture.read_lives(picture)
    picture = tell_states(picture, lives)
    st.html(patient.verdicts(picture, patient_picture.list_unseen(picture), lives))
    patient_proof.show(picture)
    _chart(picture)
    patient_tabs.show(picture)


def _chart(picture: PatientPicture) -> None:
    """Everything on one time axis; a patient without a result is told what to do next."""
    if picture.series:
        patient_chart.show(picture)
    elif picture.is_past:
        st.write("No result was known on this day.")
    else:
        links.invite_to_import("No results yet.")
