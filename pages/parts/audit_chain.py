"""The trail on its way to the screen: its opening noted, its chain verified, one sentence when it cannot be read."""

from __future__ import annotations

from typing import NoReturn

import streamlit as st

from core.errors import NadirError
from core.services import audit_screen
from core.services.audit_screen import Trail, Verified
from core.settings import read_settings
from core.views import audit_words
from core.views.audit import head_text
from core.views.header import refusal

_HEAD = "audit.head"  # not kept between screens on purpose: while it is missing, the screen has just been opened
_VERIFIED = "audit.verified"


def note_opening(by: str) -> bool:
    """Tell the trail once that somebody opened it, before anything of it is shown; whether it was told just now."""
    if _HEAD in st.session_state:
        return False
    st.session_state.pop(_VERIFIED, None)
    try:
        audit_screen.note_opening(read_settings().db_url, by)
    except NadirError as error:
        _refuse(error)
    return True


def read_trail() -> Trail:
    """Every entry; the screen ends here when the store cannot be read."""
    try:
        return audit_screen.read_trail(read_settings().db_url)
    except NadirError as error:
        _refuse(error)


def show_verdict(trail: Trail) -> None:
    """Whether the chain is whole, verified when the screen is opened and whenever somebody asks."""
    if _VERIFIED not in st.session_state:
        with st.spinner(f"Computing the chain of {len(trail.entries):,} entries anew"):
            _verify()
    held: Verified | str = st.session_state[_VERIFIED]
    if isinstance(held, str):
        st.html(refusal(held))
    else:
        verdict = held.verdict
        st.html(
            audit_words.verdict_line(verdict.state, verdict.words, held.at, trail.zone, anchored=held.anchored)
        )  # fmt: skip
    with st.expander("Hold it against a head kept elsewhere", key="audit.anchor"):
        st.html(audit_words.head_line(head_text(trail.head.number, trail.head.hash)))
        with st.container(horizontal=True, vertical_alignment="bottom", gap="xsmall", key="audit-verify"):
            st.text_input("Head kept elsewhere", key=_HEAD, placeholder="number:hash, as kept another day", width=560)
            st.button("Verify now", on_click=_verify, key="audit.verify")


def _verify() -> None:
    try:
        held: Verified | str = audit_screen.verify(read_settings().db_url, st.session_state.get(_HEAD, ""))
    except NadirError as error:
        held = str(error)
    st.session_state[_VERIFIED] = held


def _refuse(error: NadirError) -> NoReturn:
    st.html(refusal(str(error)))
    st.stop()
