"""The recall list's filters: the counts are themselves a filter, and the line below says what all of them hide."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from core.views import recall
from core.views.header import count_line
from core.views.names import analyte_name
from pages.parts import address

_COLOURS = ("red", "orange", "blue", "violet", "gray", "green", "gray")  # in the order of recall.STATES
_SEARCH = "recall.search"
_MANY = {"recall.states": "state", "recall.drugs": "drug", "recall.tests": "test", "recall.sites": "site"}
_AHEAD = "recall.ahead"


def choose(lines: Sequence[recall.Line]) -> recall.Choice:
    """Ask what to show, beginning with what was asked last."""
    counts = recall.count_states(lines)
    labels = {
        code: f":{colour}[{mark.shape}] {mark.word} **{counts[code]:,}**"
        for (code, mark), colour in zip(recall.STATES.items(), _COLOURS, strict=True)
    }
    states = address.mark("Show only", labels, "recall.states", "state")
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall", key="recall-filters"):
        options = {str(days): f"Draws within {said}" for days, said in recall.HORIZONS.items()}
        address.recall_one(_AHEAD, "ahead", options, str(recall.USUAL_HORIZON))
        ahead = st.selectbox(
            "How far ahead", list(options), format_func=options.__getitem__, key=_AHEAD, width=190,
            label_visibility="collapsed", persist_state="session",
        )  # fmt: skip
        tests = address.pick(
            "Test", {need.test for one in lines for need in one.needs}, "recall.tests", "test", analyte_name
        )
        drugs = address.pick("Drug", {need.drug for one in lines for need in one.needs}, "recall.drugs", "drug")
        sites = address.pick("Site", {one.site for one in lines if one.site}, "recall.sites", "site")
        text = st.text_input(
            "Search", key=_SEARCH, type="search", placeholder="Search name, number, drug, site", live=True,
            label_visibility="collapsed", persist_state="session", width=260,
        )  # fmt: skip
        if any(st.session_state.get(key) for key in (*_MANY, _SEARCH)):
            st.button("Clear filters", on_click=address.clear, args=(list(_MANY), _SEARCH), key="recall.clear",
                      type="tertiary")  # fmt: skip
    address.note({**_MANY, _AHEAD: "ahead"})
    return recall.Choice(states, drugs, tests, sites, int(ahead), text or "")


def describe(choice: recall.Choice) -> str:
    """The filters in words, as an export writes them."""
    parts = [f"draws within {recall.HORIZONS[choice.horizon_days]}"]
    parts += [recall.STATES[one].word for one in recall.STATES if one in choice.states]
    parts += [analyte_name(one) for one in sorted(choice.tests)]
    parts += [*sorted(choice.drugs), *sorted(choice.sites)]
    return "; ".join([*parts, f"search {choice.text!r}"] if choice.text else parts)


def show_line(shown: Sequence[recall.Line], lines: Sequence[recall.Line]) -> None:
    """Say how many of how many are listed, and how many who did not come are not."""
    st.html(count_line(len(shown), len(lines), "patient", recall.hidden_beside(lines, shown)))
