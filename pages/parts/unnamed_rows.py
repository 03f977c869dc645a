"""What waits in quarantine for patients nobody knows: no list of patients can hold it, so each of them counts it."""

from __future__ import annotations

import streamlit as st

from core.errors import NadirError
from core.services.unplaced_results import count_unnamed
from core.settings import read_settings
from core.views.header import unnamed_line
from core.views.model import ClinicPicture

_COUNTED = "unnamed"  # its name among what is derived from a picture: a mended row makes another picture


def show(picture: ClinicPicture, screen: str) -> None:
    """Say how many there are, with the way to mend them; nothing where there are none.

    Hazard: HAZ-001.
    """
    if _COUNTED not in picture.derived:
        try:
            picture.derived[_COUNTED] = (count_unnamed(read_settings().db_url),)
        except NadirError:  # the screen itself has said, or will say, that the store cannot be read
            return
    line = unnamed_line(picture.derived[_COUNTED][0])
    if line is None:
        return
    from pages import import_data  # the screens link to each other, so the link is made when it is used

    with st.container(horizontal=True, vertical_alignment="center", gap="small", key=f"{screen}-unnamed"):
        st.html(line)
        if st.button("Open the quarantine", key=f"{screen}.unnamed"):
            st.session_state["import.part"] = "quarantine"
            st.switch_page(st.Page(import_data.render, url_path="import"))
