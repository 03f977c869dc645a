"""What the letters are headed with: said to whoever may decide it, beside the button that makes them."""

from __future__ import annotations

import streamlit as st

from core.errors import NadirError
from core.services import recall_letterhead as service
from core.settings import read_settings
from core.views.header import refusal
from core.views.markup import tag
from core.views.text import plain
from pages import guard

_NAME = "recall.letterhead"
_TOLD = "recall.letterhead-told"


def offer() -> None:
    """The clinic's name on letters, for an administrator."""
    user = guard.current_user()
    if user is None or "admin" not in user.roles:
        return
    with st.popover("Letterhead", key="recall.letterhead-form"):
        try:
            kept = service.read_letterhead(read_settings().db_url)
        except NadirError as error:
            st.html(refusal(str(error)))
            return
        told = st.session_state.pop(_TOLD, "")
        st.html(told or tag("p", f"Letters are headed: {plain(kept) or 'Rheumatology clinic (room for a stamp)'}."))
        st.text_input("The clinic's name on letters", kept, max_chars=service.LONGEST_NAME, key=_NAME)
        st.button("Keep name", on_click=_keep, key="recall.letterhead-keep")


def _keep() -> None:
    user = guard.require("admin")
    try:
        service.keep_letterhead(read_settings().db_url, st.session_state.get(_NAME, ""), by=user.name)
        st.session_state[_TOLD] = "<p role='status'>Kept: the next letters bear it; it stands in the trail.</p>"
    except NadirError as error:
        st.session_state[_TOLD] = refusal(str(error))
