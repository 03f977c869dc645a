"""What surrounds every screen: the look, and the strip that says whose data this is and how old."""

from __future__ import annotations

import streamlit as st

from core.views.header import strip
from core.views.model import ClinicPicture, PatientPicture
from pages.parts import style


def open_screen(picture: ClinicPicture | PatientPicture | None = None) -> None:
    """Start a screen; without a picture (none is there yet) only the look."""
    style.apply()
    if picture is not None:
        show_strip(picture)


def show_strip(picture: ClinicPicture | PatientPicture) -> None:
    """The watermark, the clock in use and the last import; it stands at the top wherever it is called."""
    st.html(strip(picture))
