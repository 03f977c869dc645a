"""The worklist's table: only the rows of this page are built, and a choice is a patient, never a position."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa
import streamlit as st

from core.services.worklist import Panel
from core.views import worklist
from core.views.palette import palette_for
from core.views.trend import draw_trend
from core.views.words import MARKS
from core.views.worklist_cells import WIDTHS, columns
from pages.parts import filters, links, worklist_panel

PAGE_SIZE = 200  # rows a person scrolls; the trend of each is a picture the browser has to take
_ROW_HEIGHT = 36
_MOST_ROWS = 10
_CHOSEN = "worklist.chosen"  # the opaque number of the patient in the preview
_PAGE = "worklist.page"
_WORDS = {
    "new": "New", "patient": "Patient", "treatment": "Treatment", "why": "Why", "since": "Since",
    "state": "State, owner", "next": "Due",
}  # fmt: skip


def turn(shown: worklist.Shown, choice: worklist.Choice) -> worklist.Shown:
    """The page asked for; other filters begin at the first one."""
    held = st.session_state.get(_PAGE)
    if held is None:
        asked = st.query_params.get("page", "1")
        held = (choice, int(asked) - 1 if asked.isascii() and asked.isdigit() and len(asked) < 7 else 0)
    page = held[1] if held[0] == choice else 0
    turned = worklist.turn_to(shown, page, PAGE_SIZE)
    page = turned.first // PAGE_SIZE
    st.session_state[_PAGE] = (choice, page)
    if page:
        st.query_params["page"] = str(page + 1)
    elif "page" in st.query_params:
        del st.query_params["page"]
    return turned


def offer_pages(shown: worklist.Shown, choice: worklist.Choice) -> None:
    """The way to the other pages, where there are any."""
    page, matching = shown.first // PAGE_SIZE, shown.matching or 0
    if matching <= PAGE_SIZE:
        return
    last = -(-matching // PAGE_SIZE) - 1
    for label, to, over in (("Previous page", page - 1, page == 0), ("Next page", page + 1, page == last)):
        st.button(label, key=f"worklist.{label}", disabled=over, on_click=_turn, args=(choice, to))


def _turn(choice: worklist.Choice, page: int) -> None:
    st.session_state[_PAGE] = (choice, page)


def choose_row(panel: Panel, rows: Sequence[worklist.Row], fingerprint: str) -> worklist.Row:
    """Draw the rows; return the one chosen (the first until somebody chooses).

    Hazard: HAZ-002 (a position in one table never becomes another patient in the next).
    """
    held = st.session_state.get(_CHOSEN)
    place = next((place for place, row in enumerate(rows) if row.key == held), 0)
    cells = _draw(panel, rows, fingerprint, place)
    links.follow_remembered()
    selected = rows[cells[0][0]] if cells and cells[0][0] < len(rows) else rows[place]
    if cells and selected.key != held:
        st.session_state[_CHOSEN] = selected.key
        worklist_panel.look_at(panel, selected.patient_id)
    return selected


def _draw(panel: Panel, rows: Sequence[worklist.Row], fingerprint: str, place: int) -> list[tuple[int, str]]:
    picture, colours = panel.picture, palette_for(st.context.theme.type)
    open_key = f"worklist.go-{fingerprint}"
    column = st.column_config
    event = st.dataframe(
        pa.table(columns(rows, lambda one: draw_trend(one, picture.as_of, colours), panel.states, panel.new)),
        key=f"worklist.table-{fingerprint}", on_select="rerun", selection_mode="single-cell", row_height=_ROW_HEIGHT,
        height=35 + _ROW_HEIGHT * min(_MOST_ROWS, len(rows)), hide_index=True, alt="Patients, gravest first",
        column_config={
            "mark": column.MultiselectColumn(
                "Mark", width=WIDTHS["mark"], options=[str(mark) for mark in MARKS.values()], color=filters.MARK_COLOURS
            ),
            **{name: column.TextColumn(words, width=WIDTHS[name]) for name, words in _WORDS.items()},
            "trend": column.ImageColumn("Trend (12 months)", width=WIDTHS["trend"]),
            "open": column.ButtonColumn(
                "", width=WIDTHS["open"], type="tertiary", key=open_key, on_click=links.remember,
                args=(open_key, [row.key for row in rows]),
            ),
        },
    )  # fmt: skip
    return list(event["selection"]["cells"])
