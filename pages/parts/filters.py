"""The worklist's filters: the counts strip is itself a filter, and the line below says what all of them hide."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.services.worklist import Panel
from core.views import worklist
from core.views.row_states import NOBODY, STATES
from core.views.words import MARKS, title_words
from core.views.worklist_line import new_by_mark
from pages.parts import address

#: Streamlit's names of the look's colours (.streamlit/config.toml gives them their value), in the order of MARKS.
MARK_COLOURS = ("red", "orange", "violet", "blue", "gray", "gray", "green", "gray")

#: Widget key -> its word in the address, so that a refresh keeps the filters. A search may be a name: it has none.
IN_ADDRESS = {
    "worklist.marks": "show",
    "worklist.reasons": "reason",
    "worklist.drugs": "drug",
    "worklist.sites": "site",
    "worklist.owners": "owner",
    "worklist.states": "state",
}
PAGE = "page"  # the word of the page number
_SEARCH = "worklist.search"


def choose(panel: Panel, rows: Sequence[worklist.Row]) -> tuple[worklist.Choice, DeltaGenerator]:
    """Ask what to show, beginning with what was asked last; and the place beside, for the ways on from the list."""
    counts, fresh = worklist.count_marks(rows), new_by_mark(rows, panel.new)
    labels = {
        code: f":{colour}[{mark.shape}] {mark.word} **{counts[code]:,}**" + _new_words(fresh[code])
        for (code, mark), colour in zip(MARKS.items(), MARK_COLOURS, strict=True)
    }
    marks = address.mark("Show only", labels, "worklist.marks", "show")
    held = worklist.count_states(panel.states, panel.new_on_arrival)
    owners = Counter(owner for state in panel.states.values() for owner in state.owners)
    options = worklist.list_options(panel.picture)
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall", key="worklist-filters"):
        states = address.pick(
            "State", held, "worklist.states", "state", lambda one: f"{STATES[one]} {held.get(one, 0):,}", width=128
        )
        reasons = address.pick("Reason", options["reason"], "worklist.reasons", "reason", title_words, width=128)
        drugs = address.pick("Drug", options["drug"], "worklist.drugs", "drug", width=112)
        sites = address.pick("Site", options["site"], "worklist.sites", "site", width=104)
        whose = address.pick("Owner", owners, "worklist.owners", "owner", _owner_words, width=112)
        text = st.text_input(
            "Search", key=_SEARCH, type="search", placeholder="Search name, number, drug", live=True,
            label_visibility="collapsed", persist_state="session", width=240,
        )  # fmt: skip
        if is_filtered():
            st.button("Clear filters", on_click=clear, key="worklist.clear", type="tertiary")
        ways = st.container(horizontal=True, width="stretch", horizontal_alignment="right", gap="xsmall")
    address.note(IN_ADDRESS, page=PAGE)
    return worklist.Choice(marks, reasons, drugs, sites, text or "", whose, states), ways


def _new_words(count: int) -> str:
    return f" · {count:,} new" if count else ""


def _owner_words(owner: str) -> str:
    return "nobody" if owner == NOBODY else owner


def is_filtered() -> bool:
    """Whether anything at all is narrowed."""
    return any(st.session_state.get(key) for key in (*IN_ADDRESS, _SEARCH))


def set_to(words: Mapping[str, Sequence[str]]) -> None:
    """Put all filters to these words of the address, and the search to nothing."""
    for key, word in IN_ADDRESS.items():
        st.session_state[key] = list(words.get(word, ()))
    st.session_state[_SEARCH] = ""


def clear() -> None:
    """Take every choice back."""
    set_to({})
