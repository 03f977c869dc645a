"""The review pack of the patients a list shows, as PDF: made when it is asked for, and noted in the trail."""

from __future__ import annotations

from collections.abc import Collection
from functools import partial

import streamlit as st

from core.services import reports
from core.settings import read_settings
from core.views.model import ClinicPicture
from pages import guard

MOST = 1_000  # patients: drawn in about two seconds; beyond that nobody reads a pack, and the server would stand still


def offer(picture: ClinicPicture, keys: Collection[int], filters: str) -> None:
    """One button; for nobody, and for more than fit a meeting, it says what to do instead.

    Args: keys (of the patients the filters leave); filters (in words).
    """
    user = guard.require("viewer")
    make = partial(reports.panel_file, read_settings().db_url, keys, picture, filters=filters, by=user.name)
    st.download_button(
        "Review pack PDF", make, "review-pack.pdf", "application/pdf", key="worklist.pack", on_click="ignore",
        disabled=not 0 < len(keys) <= MOST,
        help=f"For at most {MOST:,} patients at a time: set a filter first." if len(keys) > MOST else None,
    )  # fmt: skip
