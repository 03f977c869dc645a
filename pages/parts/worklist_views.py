"""Views a person named: chosen in one press, kept for them alone, in the address as the filters they stand for."""

from __future__ import annotations

import streamlit as st

from core.errors import NadirError
from core.services import saved_views
from core.settings import read_settings
from core.views.header import refusal
from pages import guard
from pages.parts import filters

_CHOSEN = "worklist.view"
_NAME = "worklist.view-name"
_TOLD = "worklist.view-told"


def offer() -> None:
    """The person's views, and the way to keep or delete one."""
    user = guard.require("viewer")
    try:
        views = {one.view_id: one for one in saved_views.list_views(read_settings().db_url, user.name)}
    except NadirError as error:
        st.html(refusal(str(error)))
        return
    words = {word: tuple(st.session_state.get(key) or ()) for key, word in filters.IN_ADDRESS.items()}
    asked = {word: chosen for word, chosen in words.items() if chosen}
    standing = next((number for number, one in views.items() if dict(one.words) == asked), None)
    st.session_state[_CHOSEN] = standing
    if views:
        st.selectbox(
            "Saved view", list(views), index=None, key=_CHOSEN, format_func=lambda one: views[one].name, width=200,
            placeholder="Saved views", label_visibility="collapsed", on_change=_apply,
            args=({number: dict(one.words) for number, one in views.items()},),
        )  # fmt: skip
    if asked and standing is None:
        with st.popover("Save view", type="tertiary"):
            st.text_input("Name of the view", key=_NAME, max_chars=saved_views.LONGEST_NAME)
            st.button("Save", key="worklist.view-save", on_click=_save, args=(words,))
    elif standing is not None:
        st.button("Delete view", key="worklist.view-drop", type="tertiary", on_click=_drop, args=(standing,))
    told = st.session_state.pop(_TOLD, "")
    if told:
        st.html(told)


def _apply(views: dict[int, dict[str, tuple[str, ...]]]) -> None:
    chosen = st.session_state.get(_CHOSEN)
    filters.set_to(views.get(chosen, {}) if chosen is not None else {})


def _save(words: dict[str, tuple[str, ...]]) -> None:
    user = guard.require("viewer")
    try:
        saved_views.save_view(read_settings().db_url, user.name, str(st.session_state.get(_NAME) or ""), words)
        st.session_state[_NAME] = ""
    except NadirError as error:
        st.session_state[_TOLD] = refusal(str(error))


def _drop(view_id: int) -> None:
    user = guard.require("viewer")
    try:
        saved_views.drop_view(read_settings().db_url, user.name, view_id)
    except NadirError as error:
        st.session_state[_TOLD] = refusal(str(error))
