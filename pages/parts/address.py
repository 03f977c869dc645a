"""Filters that survive a refresh: each is a word in the address, and no word holds who a patient is."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

import streamlit as st


def pick(
    label: str, options: Collection[str], key: str, word: str, spoken: Callable[[str], str] = str, *, width: int = 200
) -> frozenset[str]:
    """Several of some options, begun as the address says."""
    recall(key, word, options)
    chosen = st.multiselect(
        label, sorted(options), key=key, format_func=spoken, placeholder=label, label_visibility="collapsed",
        width=width, persist_state="session",
    )  # fmt: skip
    return frozenset(chosen)


def mark(label: str, options: Mapping[str, str], key: str, word: str) -> frozenset[str]:
    """Several of some marks as pills. options: code -> label with its count."""
    recall(key, word, options)
    chosen = st.pills(
        label, list(options), selection_mode="multi", format_func=options.__getitem__, key=key,
        label_visibility="collapsed", persist_state="session",
    )  # fmt: skip
    return frozenset(chosen)


def recall(key: str, word: str, options: Collection[str]) -> None:
    """Start a filter as the address says, less what there is no longer; drop a choice that vanished meanwhile."""
    chosen = st.session_state.get(key)
    if chosen is None:
        chosen = st.query_params.get_all(word)
    elif all(one in options for one in chosen):
        return
    st.session_state[key] = [one for one in chosen if one in options]


def recall_one(key: str, word: str, options: Collection[str], otherwise: str) -> None:
    """The same for a choice of exactly one."""
    chosen = st.session_state.get(key) or st.query_params.get(word, otherwise)
    st.session_state[key] = chosen if chosen in options else otherwise


def note(words: Mapping[str, str]) -> None:
    """Write the choices into the address. words: widget key -> word."""
    for key, word in words.items():
        held = st.session_state.get(key, ())
        chosen = [held] if isinstance(held, str) else list(held or ())
        if st.query_params.get_all(word) != chosen:
            st.query_params[word] = chosen


def clear(keys: Collection[str], search: str) -> None:
    """Take every choice back."""
    for key in keys:
        st.session_state[key] = []
    st.session_state[search] = ""
