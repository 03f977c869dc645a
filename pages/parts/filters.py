"""The worklist's filters: the counts strip is itself a filter, and the line below says what all of them hide."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

import streamlit as st

from core.views import worklist
from core.views.header import shown_line
from core.views.words import MARKS, title_words

#: Streamlit's names of the look's colours (.streamlit/config.toml gives them their value), in the order of MARKS.
MARK_COLOURS = ("red", "orange", "violet", "blue", "gray", "gray", "green", "gray")

#: Widget key -> its word in the address, so that a refresh keeps the filters. A search may be a name: it has none.
_IN_ADDRESS = {
    "worklist.marks": "show",
    "worklist.reasons": "reason",
    "worklist.drugs": "drug",
    "worklist.sites": "site",
}
_SEARCH = "worklist.search"


def choose(rows: Sequence[worklist.Row]) -> worklist.Choice:
    """Ask what to show, beginning with what was asked last."""
    counts = worklist.count_marks(rows)
    labels = {
        code: f":{colour}[{mark.shape}] {mark.word} **{counts[code]:,}**"
        for (code, mark), colour in zip(MARKS.items(), MARK_COLOURS, strict=True)
    }
    _recall("worklist.marks", MARKS)
    marks = st.pills(
        "Show only", list(MARKS), selection_mode="multi", format_func=labels.__getitem__, key="worklist.marks",
        label_visibility="collapsed", persist_state="session",
    )  # fmt: skip
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall", key="worklist-filters"):
        reasons = _pick("Reason", {one for row in rows for one in row.categories}, "worklist.reasons", title_words)
        drugs = _pick("Drug", {one for row in rows for one in row.drugs}, "worklist.drugs")
        sites = _pick("Site", {row.site for row in rows if row.site}, "worklist.sites")
        text = st.text_input(
            "Search", key=_SEARCH, type="search", placeholder="Search name, number, reason, drug, site", live=True,
            label_visibility="collapsed", persist_state="session", width=280,
        )  # fmt: skip
        if any(st.session_state.get(key) for key in (*_IN_ADDRESS, _SEARCH)):
            st.button("Clear filters", on_click=_clear, key="worklist.clear", type="tertiary")
    _note_in_address()
    return worklist.Choice(frozenset(marks), frozenset(reasons), frozenset(drugs), frozenset(sites), text or "")


def show_line(shown: worklist.Shown) -> None:
    """Say how many of how many are listed, and how many patients with a high alert are not."""
    st.html(shown_line(shown))


def _pick(label: str, options: set[str], key: str, spoken: Callable[[str], str] = str) -> list[str]:
    _recall(key, options)
    return st.multiselect(
        label, sorted(options), key=key, format_func=spoken, placeholder=label, label_visibility="collapsed", width=200,
        persist_state="session",
    )  # fmt: skip


def _recall(key: str, options: Collection[str]) -> None:
    """Start a filter as the address says, less what there is no longer; drop a choice that vanished meanwhile."""
    chosen = st.session_state.get(key)
    if chosen is None:
        chosen = st.query_params.get_all(_IN_ADDRESS[key])
    elif all(one in options for one in chosen):
        return
    st.session_state[key] = [one for one in chosen if one in options]


def _note_in_address() -> None:
    for key, word in _IN_ADDRESS.items():
        chosen = list(st.session_state.get(key, ()))
        if st.query_params.get_all(word) != chosen:
            st.query_params[word] = chosen


def _clear() -> None:
    for key in _IN_ADDRESS:
        st.session_state[key] = []
    st.session_state[_SEARCH] = ""
