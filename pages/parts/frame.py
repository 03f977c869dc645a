"""What surrounds every screen: the look, and the strip that says whose data this is and how old."""

from __future__ import annotations

import streamlit as st

from core.errors import InputRefused, NadirError
from core.services.feeds import list_feeds
from core.settings import read_settings
from core.views.feeds import banner
from core.views.header import refusal, strip
from core.views.model import ClinicPicture, PatientPicture
from pages.parts import style


def open_screen(picture: ClinicPicture | PatientPicture | None = None, *, is_now: bool = True) -> None:
    """Start a screen; without a picture (none is there yet) only the look. is_now: see `show_strip`."""
    style.apply()
    if picture is not None:
        show_strip(picture, is_now=is_now)


def show_strip(picture: ClinicPicture | PatientPicture, *, is_now: bool = True) -> None:
    """The watermark, the clock in use and the last import, and a banner while a feed is silent; the strip itself stands
    at the top wherever it is called.

    Silence is asked for now, not by a job that may be dead (P11). is_now: False = the picture is an earlier judgement.
    Hazard: HAZ-001.
    """
    try:
        feeds = list_feeds(read_settings().db_url)
        said = banner(feeds)
    except InputRefused:  # no store yet, so nobody is expected
        feeds, said = (), None
    except NadirError as error:
        feeds, said = (), refusal(f"Whether a feed is silent cannot be told. {error}")
    st.html(strip(picture, max((feed.last_seen for feed in feeds), default=None), is_now=is_now))
    if said is not None:
        st.html(said)
