"""The way from a screen to the clinic's store: one plain sentence when it cannot be read, never a half picture."""

from __future__ import annotations

from typing import NoReturn

import streamlit as st

from core.errors import NadirError
from core.services import review
from core.settings import read_settings
from core.views.header import refusal
from core.views.model import ClinicPicture
from pages.parts import frame


def read_clinic() -> ClinicPicture:
    """Everybody, as they stand now; the screen ends here with one sentence when the store cannot be read."""
    try:
        return review.clinic(read_settings().db_url)
    except NadirError as error:
        frame.open_screen()
        _refuse(error)


def _refuse(error: NadirError) -> NoReturn:
    st.html(refusal(str(error)))
    st.stop()
