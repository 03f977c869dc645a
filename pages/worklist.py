"""Worklist: who needs me today, why, since when."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa
import streamlit as st

from core.views import worklist
from core.views.model import ClinicPicture
from core.views.palette import palette_for
from core.views.preview import preview
from core.views.trend import draw_trend
from core.views.words import MARKS
from pages import guard
from pages.parts import filters, frame, links, pictures

_ROW_HEIGHT = 36
_TABLE_HEIGHT = 35 + 13 * _ROW_HEIGHT  # header, thirteen rows, border


def render() -> None:
    """Show everybody who needs somebody, gravest first, with the counts of what the filters hide."""
    guard.require("viewer")
    picture = pictures.read_clinic()
    frame.open_screen(picture)
    links.forget_patient()
    if not picture.people:
        links.invite_to_import("No patients yet.")
        return
    rows = worklist.list_patients(picture)
    choice = filters.choose(rows)
    shown = worklist.narrow(rows, choice)
    filters.show_line(shown)
    if not shown.rows:
        st.write("No patient matches. Clear filters.")
        return
    selected = _table(picture, shown.rows, links.fingerprint(picture.version, choice, (row.key for row in shown.rows)))
    with st.container(horizontal=True, key="worklist-preview"):
        st.html(preview(picture, selected))
        if st.button("Open patient", type="primary", key="worklist.open"):
            links.open_patient(selected.key)


def _table(picture: ClinicPicture, rows: Sequence[worklist.Row], fingerprint: str) -> worklist.Row:
    """Draw the rows; return the one chosen (the first until somebody chooses)."""
    colours = palette_for(st.context.theme.type)
    open_key = f"worklist.go-{fingerprint}"
    column = st.column_config
    event = st.dataframe(
        pa.table(worklist.columns(rows, lambda trend: draw_trend(trend, picture.as_of, colours))),
        key=f"worklist.table-{fingerprint}",
        on_select="rerun",
        selection_mode="single-cell",
        row_height=_ROW_HEIGHT,
        height=min(_TABLE_HEIGHT, 35 + _ROW_HEIGHT * len(rows)),
        hide_index=True,
        alt="Patients, gravest first",
        column_config={
            "mark": column.MultiselectColumn(
                "", width=112, options=[str(mark) for mark in MARKS.values()], color=filters.MARK_COLOURS
            ),
            "patient": column.TextColumn("Patient", width=326),
            "treatment": column.TextColumn("Treatment", width=190),
            "why": column.TextColumn("Why", width=346),
            "trend": column.ImageColumn("Trend (12 months)", width=158),
            "since": column.TextColumn("Since", width=70),
            "next": column.TextColumn("Next", width=100),
            "open": column.ButtonColumn(
                "",
                width=54,
                type="tertiary",
                key=open_key,
                on_click=links.remember,
                args=(open_key, [row.key for row in rows]),
            ),
        },
    )
    links.follow_remembered()
    cells = event["selection"]["cells"]
    return rows[cells[0][0]] if cells else rows[0]
