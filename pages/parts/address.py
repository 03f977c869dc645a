"""Filters that survive a refresh, Back and a copied link: each is a word in the address; none holds who a patient is.

A choice stands twice, in its widget and in the address, and the browser's Back changes the address alone. What `note`
wrote last tells the two apart: a widget that says something else was pressed, and it wins; where all widgets say what
was written and the address does not, the address was changed, and the widgets follow it.

What is usual is not written: a screen that wrote into its address on arrival would stand twice in the browser's
history, and Back would never leave it. A press that opens a patient leaves one more step there: the list with the
patient's number in its address. What stood before is shown at it, and nothing is written.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import date
from typing import NamedTuple

import streamlit as st


class _Noted(NamedTuple):
    """What `note` wrote last for a widget. several: its widget holds a list."""

    word: str
    chosen: list[str]
    several: bool


_SCREEN = "address.screen"  # whose words are being read and written
_NOTED = "address.noted"  # screen -> widget key -> what was written
_USUAL = "address.usual"  # widget key -> the choice that needs no word
_STAYED = "address.stayed"  # whether the same screen was drawn before
_KEEPS = "address.keeps"  # whether the address is silent about what is shown, as the menu's is
_LEFT = "patient"  # the word that opening a patient leaves behind


def arrive(screen: str) -> None:
    """Let the filters follow the browser's Back and Forward; called before a screen is drawn as a whole.

    On arrival from another screen only what the address names is taken: the menu leads to an address without words,
    and the filters are kept. Hazard: HAZ-008.
    """
    stayed, left = st.session_state.get(_SCREEN) == screen, _LEFT in st.query_params
    st.session_state[_SCREEN], st.session_state[_STAYED] = screen, stayed
    st.session_state[_KEEPS] = left or (not stayed and not st.query_params)
    noted: Mapping[str, _Noted] = st.session_state.get(_NOTED, {}).get(screen, {})
    if stayed and (left or any(_chosen(key) != one.chosen for key, one in noted.items())):
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
    """The same for a choice of exactly one; the usual one needs no word in the address."""
    st.session_state.setdefault(_USUAL, {})[key] = otherwise
    chosen = st.session_state.get(key) or st.query_params.get(word, otherwise)
    st.session_state[key] = chosen if chosen in options else otherwise


def recall_day(key: str, word: str) -> None:
    """The same for a day, which is none where the address names no day."""
    held = st.session_state.get(key, st.query_params.get(word, ""))
    if isinstance(held, str):
        try:
            st.session_state[key] = date.fromisoformat(held) if held else None
        except ValueError:
            st.session_state[key] = None


def note(words: Mapping[str, str], page: str = "") -> None:
    """Write the choices into the address, in one step of the browser's history.

    Args: words (widget key -> word); page (the word of the page number: with other choices the first page is shown).
    """
    screens = st.session_state.setdefault(_NOTED, {})
    noted = screens.setdefault(st.session_state.get(_SCREEN, ""), {})
    usual: Mapping[str, str] = st.session_state.get(_USUAL, {})
    changed: dict[str, list[str]] = {}
    pressed = any(key in noted and noted[key].chosen != _chosen(key) for key in words)
    for key, word in words.items():
        several = not isinstance(st.session_state.get(key), str | date | None)
        noted[key] = _Noted(word, chosen := _chosen(key), several)
        said = st.query_params.get_all(word)
        if ([] if said == [usual.get(key)] else said) != chosen:
            changed[word] = chosen
    if pressed:
        st.session_state[_KEEPS] = False
    if changed and (pressed or not _is_passed_by()):
        st.query_params.update(changed | {word: [] for word in (page, _LEFT) if word in st.query_params})


def _chosen(key: str) -> list[str]:
    """What a widget holds, as the address would say it; nothing for what is usual."""
    held = st.session_state.get(key)
    if isinstance(held, date):
        return [held.isoformat()]
    if isinstance(held, str):
        return [] if held in ("", st.session_state.get(_USUAL, {}).get(key)) else [held]
    return list(held or ())


def clear(keys: Collection[str], search: str) -> None:
    """Take every choice back."""
    for key in keys:
        st.session_state[key] = []
    st.session_state[search] = ""


def turned_page(word: str, pressed: str) -> int:
    """The page somebody pressed for (kept in the session under `pressed`), else the one the address says, from 1."""
    asked = st.session_state.pop(pressed, None)
    if asked is None and word not in st.query_params and st.session_state.get(_KEEPS):
        asked = st.session_state.get(f"{pressed}.held")
    if asked is None:
        text = st.query_params.get(word, "1")
        asked = int(text) if text.isascii() and text.isdigit() and len(text) < 7 else 1
    return max(1, int(asked))


def note_page(word: str, pressed: str, page: int) -> None:
    """Write a page into the address; the first needs no word."""
    moved = st.session_state.get(f"{pressed}.held", 1) != page
    st.session_state[f"{pressed}.held"] = page
    said = [str(page)] if page > 1 else []
    if st.query_params.get_all(word) != said and (moved or not _is_passed_by()):
        left: dict[str, list[str]] = {_LEFT: []} if _LEFT in st.query_params else {}
        st.query_params.update(left | {word: said})


def _is_passed_by() -> bool:
    """Whether this is the step that opening a patient left in the history, come upon with the browser's Back."""
    return bool(st.session_state.get(_STAYED)) and _LEFT in st.query_params
