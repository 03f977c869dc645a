"""The worklist's table: only the rows of this page are built, and a choice is a patient, never a position."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import streamlit as st

from core.services.worklist import Panel
from core.views import worklist
from core.views.palette import palette_for
from core.views.trend import draw_trend
from core.views.words import MARKS
from core.views.worklist_cells import WIDTHS, columns
from pages.parts import acting_send, address, filters, links, text_columns, worklist_panel

PAGE_SIZE = 200  # rows a person scrolls; the trend of each is a picture the browser has to take
_ROW_HEIGHT = 36
_MOST_ROWS = 10
_CHOSEN = "worklist.chosen"  # the opaque number of the patient in the preview
_TURNED = "worklist.turned"
_SEARCHED = "worklist.searched"  # a search stands in no address: what was searched for when the page was turned to
#: Mark, patient, reason, when it is due and what is new fill 744 px: a tablet held upright shows them unscrolled.
ORDER = ("mark", "patient", "why", "next", "new", "trend", "treatment", "since", "state", "open")
_WORDS = {
    "new": "New", "patient": "Patient", "treatment": "Treatment", "why": "Why", "since": "Since",
    "state": "State, owner", "next": "Due",
}  # fmt: skip


def turn(shown: worklist.Shown, choice: worklist.Choice) -> worklist.Shown:
    """The page asked for; another search begins at the first one, as other filters do."""
    page = address.turned_page(filters.PAGE, _TURNED)
    if st.session_state.setdefault(_SEARCHED, choice.text) != choice.text:
        page, st.session_state[_SEARCHED] = 1, choice.text
    turned = worklist.turn_to(shown, page - 1, PAGE_SIZE)
    address.note_page(filters.PAGE, _TURNED, turned.first // PAGE_SIZE + 1)
    return turned


def offer_pages(shown: worklist.Shown) -> None:
    """The way to the other pages, where there are any."""
    page, matching = shown.first // PAGE_SIZE + 1, shown.matching or 0
    if matching <= PAGE_SIZE:
        return
    last = -(-matching // PAGE_SIZE)
    for label, to, over in (("Previous page", page - 1, page == 1), ("Next page", page + 1, page == last)):
        st.button(label, key=f"worklist.{label}", disabled=over, on_click=_turn, args=(to,))


def _turn(page: int) -> None:
    st.session_state[_TURNED] = page


def choose_row(panel: Panel, rows: Sequence[worklist.Row], fingerprint: str) -> worklist.Row:
    """Draw the rows; return the one chosen (the first until somebody chooses).

    Hazard: HAZ-002 (a position in one table never becomes another patient in the next).
    """
    acted = acting_send.whom("worklist")
    if acted in panel.picture.people:  # the first of the list until somebody chooses: after an act that is another one
        st.session_state[_CHOSEN] = panel.picture.people[acted].key
    held = st.session_state.get(_CHOSEN)
    place = next((place for place, row in enumerate(rows) if row.key == held), 0)
    cells = _draw(panel, rows, fingerprint)
    links.follow_remembered()
    selected = rows[cells[0][0]] if cells and cells[0][0] < len(rows) else rows[place]
    if cells and selected.key != held:
        st.session_state[_CHOSEN] = selected.key
        worklist_panel.look_at(panel, selected.patient_id)
    return selected


def show_rows(panel: Panel, rows: Sequence[worklist.Row], fingerprint: str) -> None:
    """Draw the rows of an earlier judgement, to be read: the one way on is to a patient's own screen (HAZ-004)."""
    _draw(panel, rows, f"earlier-{fingerprint}", on_select="ignore")
    links.follow_remembered()


def _draw(
    panel: Panel, rows: Sequence[worklist.Row], fingerprint: str, on_select: Any = "rerun"
) -> list[tuple[int, str]]:
    picture, colours = panel.picture, palette_for(st.context.theme.type)
    open_key = f"worklist.go-{fingerprint}"
    column = st.column_config
    cells = columns(rows, lambda one: draw_trend(one, picture.as_of, colours), panel.states, panel.new)
    event: Any = st.dataframe(
        text_columns.make_table(cells),
        key=f"worklist.table-{fingerprint}", on_select=on_select, selection_mode="single-cell", row_height=_ROW_HEIGHT,
        height=35 + _ROW_HEIGHT * min(_MOST_ROWS, len(rows)), hide_index=True, alt="Patients, gravest first",
        column_order=ORDER,
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
    return list(event["selection"]["cells"]) if on_select == "rerun" else []
