"""Import: what came in, what was refused and why, whether any feed is silent."""

from __future__ import annotations

import streamlit as st

from core.errors import NadirError
from core.services import mend_quarantine
from core.settings import read_settings
from core.views.header import refusal
from pages import guard
from pages.parts import address, frame, import_feeds, import_files, import_quarantine, pictures

PARTS = {"files": "Bring in files", "quarantine": "Quarantine", "feeds": "Feeds"}
_PART = "import.part"


def render() -> None:
    """Take files in after a preview, mend what was refused, and watch who sends; each part on its own."""
    user = guard.require("admin")
    frame.open_screen()
    top = st.container(key="import-top")
    address.recall_one(_PART, "part", PARTS, "files")
    try:
        waiting = mend_quarantine.count_open(read_settings().db_url)
        spoken = PARTS | {"quarantine": f"Quarantine **{waiting:,}**"}
        part = st.segmented_control(
            "Part of Import", list(PARTS), format_func=spoken.__getitem__, key=_PART, required=True,
            persist_state="session", label_visibility="collapsed",
        )  # fmt: skip
        address.note({_PART: "part"})
        if part == "quarantine":
            import_quarantine.show(user.name)
        elif part == "feeds":
            import_feeds.show(user.name)
        else:
            import_files.show(user.name)
    except NadirError as error:
        st.html(refusal(str(error)))
    with top:  # drawn last, so that it tells of this very import
        frame.show_strip(pictures.read_clinic())
