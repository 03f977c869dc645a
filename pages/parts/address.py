"""Filters that survive a refresh, Back and a copied link: each is a word in the address; none holds who a patient is.

A choice stands twice, in its widget and in the address, and the browser's Back changes the address alone. What `note`
wrote last tells the two apart: a widget that says something else was pressed, and it wins; where all widgets say what
was written and the address does not, the address was changed, and the widgets follow it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import NamedTuple

import streamlit as st


class _Noted(NamedTuple):
    """What `note` wrote last for a widget. several: its widget holds a list."""

    word: str
    chosen: list[str]
    several: bool


_SCREEN = "address.screen"  # whose words are being read and written
_NOTED = "address.noted"  # screen -> widget key -> what was written


def arrive(screen: str) -> None:
    """Let the filters follow the browser's Back and Forward; called before a screen is drawn as a whole.

    On arrival from another screen only what the address names is taken: the menu leads to an address without words,
    and the filters are kept. Hazard: HAZ-008.
    """
    stayed = st.session_state.get(_SCREEN) == screen
    st.session_state[_SCREEN] = screen
    noted: Mapping[str, _Noted] = st.session_state.get(_NOTED, {}).get(screen, {})
    if stayed and any(_chosen(key) != one.chosen for key, one in noted.items()):
        return
    for key, one in noted.items():
        asked = st.query_params.get_all(one.word)
        if asked != one.chosen and (asked or stayed):
            st.session_state[key] = asked if one.several else "".join(asked[:1])


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
    """Write the choices into the address, in one step of the browser's history. words: widget key -> word."""
    screens = st.session_state.setdefault(_NOTED, {})
    noted = screens.setdefault(st.session_state.get(_SCREEN, ""), {})
    changed: dict[str, list[str]] = {}
    for key, word in words.items():
        several = not isinstance(st.session_state.get(key), str | None)
        noted[key] = _Noted(word, chosen := _chosen(key), several)
        if st.query_params.get_all(word) != chosen:
            changed[word] = chosen
    if changed:
        st.query_params.update(changed)


def _chosen(key: str) -> list[str]:
    """What a widget holds, as the address would say it."""
    held = st.session_state.get(key)
    return [held] if isinstance(held, str) else list(held or ())


def clear(keys: Collection[str], search: str) -> None:
    """Take every choice back."""
    for key in keys:
        st.session_state[key] = []
    st.session_state[search] = ""
