"""The way from the quality screen to the store, and its tables as files."""

from __future__ import annotations

from functools import partial

import streamlit as st

from core.errors import NadirError
from core.services import quality as service
from core.services import quality_files
from core.settings import read_settings
from core.views.header import refusal
from core.views.markup import tag
from core.views.model import ClinicPicture
from core.views.quality import Quality
from core.views.text import count_text, date_text
from pages import guard


def read(picture: ClinicPicture, months: int) -> Quality:
    """The period's figures; the screen ends here with one sentence when the store cannot be read."""
    try:
        with st.spinner(f"Counting the history of {count_text(len(picture.people), 'patient')}"):
            return service.read_quality(read_settings().db_url, months, picture)
    except NadirError as error:
        st.html(refusal(str(error)))
        st.stop()


def offer_files(found: quality_files.Listing, quality: Quality, picture: ClinicPicture) -> None:
    """One button for each form; each file is made when asked for and noted in the trail."""
    user = guard.current_user()
    period = f"{date_text(quality.start + 1)} to {date_text(quality.end)}"
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall", key=f"quality-files-{found.name}"):
        st.html(tag("span", f"Export “{found.title.lower()}”:", css="n-muted"), width="content")
        for form, (ending, media) in quality_files.FORMS.items():
            make = partial(
                quality_files.make_file, read_settings().db_url, form, found, picture, filters=period,
                by="" if user is None else user.name,
            )  # fmt: skip
            st.download_button(
                form, make, f"{found.name}.{ending}", media, key=f"quality.{found.name}-{form}",
                on_click="ignore", disabled=not found.rows,
            )  # fmt: skip
