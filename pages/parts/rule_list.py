"""The rules of a drug as a searchable list, and the one chosen in full with its stories."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa
import streamlit as st

from core.services.rule_screen import Book
from core.views import rule_cards
from core.views.header import count_line
from core.views.markup import tag
from core.views.palette import palette_for
from core.views.rule_cards import Entry
from core.views.words import MARKS, title_words
from pages.parts import address, filters, links

_ROW_HEIGHT = 36
_MOST_ROWS = 8
_FIRST_STORIES = 4
_MANY = {"rule_book.categories": "category", "rule_book.authorities": "authority", "rule_book.states": "rules"}
_SEARCH = "rule_book.search"
_FIND = "find"  # what is searched for, in the address: rules name no patient
_HELD = "rule_book.chosen"


def show_rules(book: Book, version: int) -> None:
    """The list, narrowed by what the reader asks, then the chosen rule."""
    choice = _choose(book.entries)
    shown = rule_cards.narrow(book.entries, choice)
    st.html(count_line(len(shown), len(book.entries), "rule"))
    if not shown:
        st.write("No rule matches. Clear filters.")
        return
    entry = _table(shown, links.fingerprint(version, choice, [hash(one.told.id) for one in shown]))
    st.html(rule_cards.rule_card(entry, book.review[0], book.entries))
    everything = st.session_state.get(f"rule_book.all-{entry.told.id}", False)
    most = len(entry.stories) if everything else _FIRST_STORIES
    st.html(tag("p", rule_cards.stories_line(entry, min(most, len(entry.stories)))))
    if entry.stories:
        st.html(rule_cards.story_figures(entry, palette_for(st.context.theme.type), most))
    if len(entry.stories) > _FIRST_STORIES:
        st.toggle("All stories", key=f"rule_book.all-{entry.told.id}")


def _choose(entries: Sequence[Entry]) -> rule_cards.Choice:
    st.session_state.setdefault(_SEARCH, st.query_params.get(_FIND, ""))
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall", key="rule-book-filters"):
        text = st.text_input("Search", key=_SEARCH, type="search", placeholder="Search the rules", live=True, width=280,
                             label_visibility="collapsed", persist_state="session")  # fmt: skip
        categories = address.pick("Category", {e.category for e in entries}, *_pair("categories"), title_words)
        authorities = address.pick("Authority", {a for e in entries for a in e.authorities}, *_pair("authorities"))
        states = address.pick("State", {e.state for e in entries}, *_pair("states"))
        if any(st.session_state.get(key) for key in (*_MANY, _SEARCH)):
            st.button("Clear filters", on_click=address.clear, args=(list(_MANY), _SEARCH), key="rule_book.clear",
                      type="tertiary")  # fmt: skip
    address.note(_MANY)
    if text:
        st.query_params[_FIND] = text
    elif _FIND in st.query_params:
        del st.query_params[_FIND]
    return rule_cards.Choice(categories, authorities, states, text or "")


def _pair(name: str) -> tuple[str, str]:
    return f"rule_book.{name}", _MANY[f"rule_book.{name}"]


def _table(entries: Sequence[Entry], fingerprint: str) -> Entry:
    """Draw the rules; return the one chosen: by a click, else the one the address names, else the first."""
    column = st.column_config
    #: At 768 px the category, the rule, its mark and what it looks at are seen without scrolling.
    names = {"category": ("Category", 112), "rule": ("Rule", 196), "looks_at": ("Looks at", 330),
             "authority": ("Authority", 120), "checked": ("Value", 220), "state": ("State", 104)}  # fmt: skip
    event = st.dataframe(
        pa.table(rule_cards.columns(entries)), key=f"rule_book.table-{fingerprint}", on_select="rerun",
        selection_mode="single-cell", row_height=_ROW_HEIGHT, hide_index=True, alt="Rules by category",
        height=min(_MOST_ROWS, len(entries)) * _ROW_HEIGHT + 35,
        column_config={
            **{name: column.TextColumn(title, width=width) for name, (title, width) in names.items()},
            "mark": column.MultiselectColumn(
                "Gravest", width=104, options=[str(one) for one in MARKS.values()], color=filters.MARK_COLOURS
            ),
            "stories": column.NumberColumn("Stories", width=62),
        },
    )  # fmt: skip
    cells = event["selection"]["cells"]
    if cells:
        st.query_params["rule"] = st.session_state["what_if.rule"] = entries[cells[0][0]].told.id
    held = st.query_params.get("rule") or st.session_state.get(_HELD)  # a change of screen empties the address
    if held:
        st.query_params["rule"] = st.session_state[_HELD] = held
    return next((one for one in entries if one.told.id == held), entries[0])
