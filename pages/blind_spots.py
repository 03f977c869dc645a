"""Blind spots: whom can we not protect, and the cheapest fix for each."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import pyarrow as pa
import streamlit as st

from core.services import worklist_files
from core.settings import read_settings
from core.views import blind_spots
from core.views.blind_spots import Group
from pages import guard
from pages.parts import address, frame, links, list_exports, pictures, unnamed_rows

_ROW_HEIGHT = 36
_MOST_ROWS = 19
_WORDS = {
    "patient": "Patient", "treatment": "Treatment", "what": "Not judged", "why": "Because",
    "remedy": "Cheapest remedy", "since": "Since",
}  # fmt: skip
_GROUPING, _GROUP = "blind_spots.grouping", "blind_spots.group"
_USUAL = "reason"
_OF_DATA = ("drug", "patient")  # groups named by the files: a pill would read their names as Markdown


def render() -> None:
    """List every patient and cause that leaves a rule without an answer, the oldest first."""
    user = guard.require("viewer")
    picture = pictures.read_clinic()
    frame.open_screen(picture)
    if not picture.people:
        links.invite_to_import("No patients yet.")
        return
    unnamed_rows.show(picture, "blind-spots")
    spots = blind_spots.list_blind_spots(picture)
    if not spots:
        st.html("<p>Every rule could be judged for every patient, and every current drug has rules.</p>")
        return
    grouping = _choose_grouping()
    group = _choose_group(blind_spots.count_groups(spots, grouping), grouping)
    address.note({_GROUPING: "by", _GROUP: "only"})
    shown = [one for one in spots if group is None or group.code in one.groups(grouping)]
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.html(blind_spots.count_line(shown, len(spots)))
        make = partial(
            worklist_files.make_blind_spots, read_settings().db_url, spots=shown, picture=picture, by=user.name,
            filters="" if group is None else f"{blind_spots.GROUPINGS[grouping]}: {group.words}", total=len(spots),
        )  # fmt: skip
        list_exports.offer_files("blind-spots", lambda form: make(form=form), count=len(shown))
    asked = links.fingerprint(picture.version, (grouping, group), (one.key for one in shown))
    _table(shown, picture.as_of, asked)


def _choose_grouping() -> str:
    """How the lines are gathered; kept in the address."""
    address.recall_one(_GROUPING, "by", blind_spots.GROUPINGS, _USUAL)
    chosen = st.segmented_control(
        "Group by", list(blind_spots.GROUPINGS), format_func=blind_spots.GROUPINGS.__getitem__, required=True,
        key=_GROUPING, persist_state="session", label_visibility="collapsed", on_change=_forget_group,
    )  # fmt: skip
    return chosen if chosen is not None and chosen in blind_spots.GROUPINGS else _USUAL


def _forget_group() -> None:
    """Of another grouping no group is chosen yet."""
    st.session_state[_GROUP] = None


def _choose_group(groups: Sequence[Group], grouping: str) -> Group | None:
    """The groups with their counts; choosing one narrows the list to it. A patient's code is their opaque number."""
    known = {one.code: one for one in groups}
    held = st.session_state.get(_GROUP, st.query_params.get("only"))
    st.session_state[_GROUP] = held if held in known else None
    if grouping in _OF_DATA:
        chosen = st.selectbox(
            "Show only", list(known), format_func=lambda code: f"{known[code].words} ({known[code].members:,})",
            key=_GROUP, index=None, placeholder=f"All {len(known):,}", persist_state="session", width=420,
            label_visibility="collapsed",
        )  # fmt: skip
    else:
        chosen = st.pills(
            "Show only", list(known), format_func=lambda code: f"{known[code].words} **{known[code].members:,}**",
            key=_GROUP, persist_state="session", label_visibility="collapsed",
        )  # fmt: skip
    return known.get(chosen or "")


def _table(spots: Sequence[blind_spots.BlindSpot], as_of: int, fingerprint: str) -> None:
    open_key = f"blind_spots.go-{fingerprint}"
    clicked = (open_key, [one.key for one in spots])
    column = st.column_config
    event = st.dataframe(
        pa.table(blind_spots.columns(spots, as_of)),
        key=f"blind_spots.table-{fingerprint}",
        on_select="rerun",
        selection_mode="single-cell",
        hide_index=True,
        column_order=list(blind_spots.WIDTHS),
        row_height=_ROW_HEIGHT,
        height=min(_MOST_ROWS, len(spots)) * _ROW_HEIGHT + 35,
        alt="Blind spots, oldest first",
        column_config={
            **{name: column.TextColumn(words, width=blind_spots.WIDTHS[name]) for name, words in _WORDS.items()},
            "open": column.ButtonColumn(
                "", width=blind_spots.WIDTHS["open"], type="tertiary", key=open_key, on_click=links.remember,
                args=clicked,
            ),
        },
    )  # fmt: skip
    links.follow_remembered()
    cells = event["selection"]["cells"]
    if cells and cells[0][0] < len(spots):
        st.html(blind_spots.whole_line(spots[cells[0][0]], as_of))
