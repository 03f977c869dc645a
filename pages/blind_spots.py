"""Blind spots: whom can we not protect, and the cheapest fix for each."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa
import streamlit as st

from core.views import blind_spots
from core.views.header import count_line
from pages import guard
from pages.parts import frame, links, pictures

_ROW_HEIGHT = 36
_MOST_ROWS = 19
_OF_DATA = ("drug", "patient")  # groups named by the files: a pill would read their names as Markdown


def render() -> None:
    """List every patient and cause that leaves a rule without an answer, the oldest first."""
    guard.require("viewer")
    picture = pictures.read_clinic()
    frame.open_screen(picture)
    links.forget_patient()
    if not picture.people:
        links.invite_to_import("No patients yet.")
        return
    spots = blind_spots.list_blind_spots(picture)
    if not spots:
        st.html("<p>Every rule could be judged for every patient, and every current drug has rules.</p>")
        return
    grouping = st.segmented_control(
        "Group by", list(blind_spots.GROUPINGS), format_func=blind_spots.GROUPINGS.__getitem__, default="reason",
        required=True, key="blind_spots.grouping", persist_state="session", label_visibility="collapsed",
    )  # fmt: skip
    group = _choose_group(spots, grouping)
    shown = [one for one in spots if group is None or group in one.groups(grouping)]
    st.html(count_line(len(shown), len(spots), "blind spot", blind_spots.count_line_beside(shown)))
    asked = links.fingerprint(picture.version, (grouping, group), (one.key for one in shown))
    _table(shown, picture.as_of, asked)


def _choose_group(spots: Sequence[blind_spots.BlindSpot], grouping: str) -> str | None:
    """The groups with their counts; choosing one narrows the list to it."""
    counts = dict(blind_spots.count_groups(spots, grouping))
    key = f"blind_spots.group-{grouping}"
    if st.session_state.get(key) not in counts:
        st.session_state[key] = None
    if grouping in _OF_DATA:
        return st.selectbox(
            "Show only", list(counts), format_func=lambda name: f"{name} ({counts[name]:,})", key=key, index=None,
            placeholder=f"All {len(counts):,}", persist_state="session", width=420, label_visibility="collapsed",
        )  # fmt: skip
    return st.pills(
        "Show only", list(counts), format_func=lambda name: f"{name} **{counts[name]:,}**", key=key,
        persist_state="session", label_visibility="collapsed",
    )  # fmt: skip


def _table(spots: Sequence[blind_spots.BlindSpot], as_of: int, fingerprint: str) -> None:
    open_key = f"blind_spots.go-{fingerprint}"
    clicked = (open_key, [one.key for one in spots])
    column = st.column_config
    st.dataframe(
        pa.table(blind_spots.columns(spots, as_of)),
        key=f"blind_spots.table-{fingerprint}",
        hide_index=True,
        row_height=_ROW_HEIGHT,
        height=min(_MOST_ROWS, len(spots)) * _ROW_HEIGHT + 35,
        alt="Blind spots, oldest first",
        column_config={
            "patient": column.TextColumn("Patient", width=235),
            "treatment": column.TextColumn("Treatment", width=195),
            "what": column.TextColumn("Not judged", width=140),
            "why": column.TextColumn("Because", width=190),
            "remedy": column.TextColumn("Cheapest remedy", width=450),
            "since": column.TextColumn("Since", width=78),
            "open": column.ButtonColumn(
                "", width=60, type="tertiary", key=open_key, on_click=links.remember, args=clicked
            ),
        },
    )
    links.follow_remembered()
