"""The way from the recall screen to the store: one plain sentence when it cannot be read."""

from __future__ import annotations

import streamlit as st

from core.errors import NadirError
from core.services import recall
from core.settings import read_settings
from core.views.header import refusal
from pages.parts import frame


def read_recall() -> recall.Recall:
    """The recall list with its overrides; the screen ends here when the store cannot be read."""
    try:
        with st.spinner("Reading who is due and merging their tests into the fewest draws"):
            return recall.read_recall(read_settings().db_url)
    except NadirError as error:
        frame.open_screen()
        st.html(refusal(str(error)))
        st.stop()
