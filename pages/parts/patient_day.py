"""The as-of control: the screen as it stood on any past day, steps to days with news, and the way back to today."""

from __future__ import annotations

from datetime import date

import streamlit as st

from core.records import DAY
from core.services import reports
from core.settings import read_settings
from core.views.as_of import day_of, day_word, neighbours, past_banner
from core.views.model import PatientPicture
from core.views.text import date_text
from pages import guard
from pages.parts import patient_address


def choose(picture: PatientPicture, *, is_misread: bool = False) -> None:
    """Offer the days from the first fact to today; above a past day stands that it is one."""
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall", key="patient-day"):
        if picture.news and picture.news[0] < picture.today // DAY * DAY:
            _control(picture)
        _report(picture)
    with st.container(key="patient-past"):  # always there, so that what follows keeps its place and its state
        banner = past_banner(picture)
        if is_misread:
            st.html('<p class="n-missing" role="status">The address names no day that can be shown: this is today.</p>')
        elif banner is not None:
            st.html(banner)


def _control(picture: PatientPicture) -> None:
    key = f"patient.day-{picture.person.key}"
    earlier, later = neighbours(picture)
    shown, today = day_of(picture.as_of), day_of(picture.today)
    st.session_state[key] = shown  # the address is the truth, also after Back
    st.html('<span class="n-muted">As of</span>', width="content")
    st.button(
        "Earlier", icon=":material/chevron_left:", key=f"{key}-back", disabled=earlier is None, on_click=_go,
        args=(earlier, picture.today), help="" if earlier is None else f"Earlier news: {date_text(earlier)}",
    )  # fmt: skip
    st.slider(
        "As of", min_value=min(day_of(picture.news[0]), shown), max_value=today, format="DD-MMM-YYYY", key=key,
        on_change=_slide, args=(key, today), label_visibility="collapsed", width=300,
    )  # fmt: skip
    st.button(
        "Later", icon=":material/chevron_right:", icon_position="right", key=f"{key}-on", disabled=later is None,
        on_click=_go, args=(later, picture.today), help="" if later is None else f"Later news: {date_text(later)}",
    )  # fmt: skip
    if picture.is_past:
        st.button("Back to today", key=f"{key}-today", type="primary", on_click=_go, args=(None, picture.today))


def _report(picture: PatientPicture) -> None:
    """The same day on paper, made and noted in the trail when it is asked for; its name holds the opaque key alone."""
    user = guard.require("viewer")
    key, day = picture.person.key, picture.as_of if picture.is_past else None
    st.download_button(
        "Report PDF", lambda: reports.patient_file(read_settings().db_url, key, day, by=user.name),
        mime="application/pdf",
        file_name=f"patient-{key}-{day_word(picture.as_of)}.pdf", icon=":material/picture_as_pdf:", on_click="ignore",
        key=f"patient.report-{key}-{picture.version}-{picture.as_of}",
    )  # fmt: skip


def _slide(key: str, today: date) -> None:
    chosen: date = st.session_state[key]
    patient_address.keep(patient_address.DAY, "" if chosen >= today else chosen.isoformat())


def _go(day: int | None, today: int) -> None:
    past = day is not None and day // DAY < today // DAY
    patient_address.keep(patient_address.DAY, day_word(day) if past and day is not None else "")
