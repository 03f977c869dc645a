"""A list as a file: made when it is asked for, of exactly what the filters leave, and noted in the trail."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from core.services.list_file import FORMS


def offer_files(place: str, make: Callable[[str], bytes], *, count: int) -> None:
    """One button for each form; nothing listed, nothing to take away.

    Args: place (of the screen: prefix of the widgets and name of the file); make (the file of a form); count (rows).
    """
    with st.container(
        horizontal=True, vertical_alignment="center", gap="xsmall", width="content", key=f"{place}-files"
    ):
        st.html("<span class='n-muted'>Export:</span>", width="content")
        for form, (ending, media) in FORMS.items():
            st.download_button(
                form, _made(make, form), f"{place}.{ending}", media, key=f"{place}.file-{form}", on_click="ignore",
                disabled=not count,
            )  # fmt: skip


def _made(make: Callable[[str], bytes], form: str) -> Callable[[], bytes]:
    return lambda: make(form)
