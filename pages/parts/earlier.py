"""The line above a list of an earlier judgement: of when it is, and that now is being judged; it ends itself then.

Hazard: HAZ-004.
"""

from __future__ import annotations

import streamlit as st

from core.errors import NadirError
from core.services import bring_up, review
from core.settings import read_settings
from core.views.header import earlier_line
from core.views.model import ClinicPicture
from pages import guard

_SEEN_NOW = "worklist.seen-now"  # whoever has seen the list of now is never led back to an earlier one
_STYLE = "<style>.n-earlier progress {width:120px;height:8px;accent-color:var(--n-accent);margin-left:8px}</style>"


def is_enough() -> bool:
    """Whether an earlier judgement will do for this person: until they have seen the list as it stands now."""
    return not st.session_state.get(_SEEN_NOW, False)


def note_now() -> None:
    """Note that this person has the list as it stands now before them."""
    st.session_state[_SEEN_NOW] = True


@st.fragment(run_every=1.0)
def follow(picture: ClinicPicture) -> None:
    """The line, and the whole screen anew as soon as now is judged, or the facts are others."""
    guard.require("viewer")
    url = read_settings().db_url
    try:
        over = review.is_judged(url, picture.version)
    except NadirError as error:
        st.html(earlier_line(picture.as_of, str(error)))
        return
    if over:
        st.rerun()
    bring_up.begin_bring_up(url)
    st.html(earlier_line(picture.as_of, bring_up.why_not(url)) + _STYLE)
