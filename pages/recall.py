"""Recall: who is due, overdue or never tested, who did not come, and how many draws the next weeks ask for."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa
import streamlit as st

from core.services.recall import Recall
from core.views import draw_weeks, recall, recall_columns, recall_words
from core.views.palette import palette_for
from core.views.recall import Line
from pages import guard
from pages.parts import frame, links, recall_acts, recall_exports, recall_filters, recall_picture
from pages.parts.half_imported import finish_imports

_ROW_HEIGHT = 36
_HELD, _CHOSEN = "recall.chosen", "of"  # in this tab, and in the address: an opaque number, as every link has it
_MOST_ROWS = 10
_NOBODY = "No test is asked of anybody: no patient is on a drug with rules."
_TABS = ("Who", "Draws per week", "Overrides")
_COLOURS = ("red", "orange", "blue", "violet", "gray", "green", "gray")


def render() -> None:
    """Show everybody of whom a test is asked, who did not come first, and which tests go into one draw."""
    guard.require("viewer")
    found = recall_picture.read_recall()
    frame.open_screen(found.picture)
    failed = recall.count_failed(found.picture)
    if failed:
        st.html(recall_words.failed_line(failed))
    if not found.lines:
        if failed:
            return  # nobody may read that no test is asked
        links.invite_to_import(_NOBODY if found.picture.people else "No patients yet.")
        return
    recall_acts.show_told()
    choice = recall_filters.choose(found.lines)
    shown = recall.narrow(found.lines, choice, found.picture.as_of)
    recall_filters.show_line(shown, found.lines)
    recall_exports.offer_files(found, shown, choice)
    asked = links.fingerprint(
        found.picture.version, (choice, found.version, found.promises), (line.key for line in shown)
    )
    who, weeks, overrides = st.tabs(_TABS, on_change="rerun", key="recall.tabs", bind="query-params")
    with who:
        if who.open:
            _who(found, shown, asked)
    with weeks:
        if weeks.open:
            _weeks(shown, found.picture.as_of, choice.horizon_days)
    with overrides:
        if overrides.open:
            recall_acts.show_overrides(found)


def _who(found: Recall, shown: Sequence[Line], asked: str) -> None:
    if not shown:
        st.write("No patient matches. Clear filters, or look further ahead.")
        return
    chosen = _table(shown, found.picture.as_of, asked)
    st.html(recall_words.describe_line(chosen, found.picture.as_of))
    if st.button("Open patient", key=f"recall.open-{chosen.key}"):
        links.open_patient(chosen.key)
    recall_acts.offer_override(chosen, found.picture.as_of, found.version)


def _table(lines: Sequence[Line], as_of: int, fingerprint: str) -> Line:
    """Draw the lines; return the one chosen: by a click, else the one the address names, else the first."""
    open_key = f"recall.go-{fingerprint}"
    clicked = (open_key, [line.key for line in lines])
    column = st.column_config
    names, widths = recall_columns.HEADINGS, recall_columns.WIDTHS
    event = st.dataframe(
        pa.table(recall_columns.columns(lines, as_of)), key=f"recall.table-{fingerprint}", on_select="rerun",
        selection_mode="single-cell", row_height=_ROW_HEIGHT, hide_index=True,
        height=min(_MOST_ROWS, len(lines)) * _ROW_HEIGHT + 35, alt="Patients to recall, who did not come first",
        column_config={
            "mark": column.MultiselectColumn(
                "", width=widths["mark"], options=[str(mark) for mark in recall.STATES.values()], color=_COLOURS
            ),
            **{name: column.TextColumn(words, width=widths[name]) for name, words in names.items()},
            "open": column.ButtonColumn(
                "", width=widths["open"], type="tertiary", key=open_key, on_click=links.remember, args=clicked
            ),
        },
    )  # fmt: skip
    links.follow_remembered()
    cells = event["selection"]["cells"]
    if cells:
        st.query_params[_CHOSEN] = str(lines[cells[0][0]].key)
    held = st.query_params.get(_CHOSEN) or st.session_state.get(_HELD)  # a change of screen empties the address
    st.session_state[_HELD] = held  # written there alone: what an arrival adds to the address, Back cannot leave
    return next((line for line in lines if str(line.key) == held), lines[0])


def _weeks(shown: Sequence[Line], as_of: int, horizon_days: int) -> None:
    counted = draw_weeks.count_weeks(shown, as_of, horizon_days)
    chart = draw_weeks.draw_chart(counted, palette_for(st.context.theme.type))
    finish_imports("pandas")
    st.plotly_chart(chart, key=f"recall.weeks-{horizon_days}", alt=draw_weeks.describe_chart(counted),
                    height=draw_weeks.HEIGHT, config={"displayModeBar": False})  # fmt: skip
    st.html(draw_weeks.weeks_table(counted))
