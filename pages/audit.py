"""Audit: who saw, did and changed what, and whether the trail of it is whole."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa
import streamlit as st

from core.services import audit_screen
from core.services.audit_screen import Trail
from core.views import audit
from core.views.audit import Cut, Told
from core.views.model import ClinicPicture
from pages import guard
from pages.parts import audit_chain, audit_exports, audit_filters, audit_pages, frame, links, pictures

_ROW_HEIGHT = 36
#: At 768 px the first five are seen without scrolling.
_WIDTHS = {"when": 148, "who": 126, "what": 70, "subject": 206, "patient": 276, "before": 96, "after": 150, "why": 150,
           "number": 48}  # fmt: skip


def render() -> None:
    """Show an administrator the verdict on the chain, then the trail, newest first, narrowed as asked."""
    user = guard.require("admin")
    picture = pictures.read_clinic()
    frame.open_screen(picture)
    trail = audit_chain.read_trail()
    if not trail.entries and not picture.people:
        links.invite_to_import("Nothing has happened here yet, so there is no trail.")
        return
    may_name = "viewer" in user.roles
    if audit_chain.note_opening(user.name):
        trail = audit_chain.read_trail()
    audit_chain.show_verdict(trail)
    choice, filters = audit_filters.choose(trail, picture, may_name=may_name)
    kept = audit.narrow(trail.entries, choice)
    cut = audit_pages.choose(len(kept))
    audit_pages.offer(cut, len(kept), len(trail.entries))
    if not kept:
        st.write("No entry matches. Clear filters.")
        return
    _table(trail, kept, cut, picture, may_name=may_name)
    audit_exports.offer(choice, filters, picture, by=user.name, may_name=may_name)


def _table(trail: Trail, kept: Sequence[Told], cut: Cut, picture: ClinicPicture, *, may_name: bool) -> None:
    lines = audit_screen.tell(trail, kept[cut.first : cut.last], picture, may_name=may_name)
    fingerprint = links.fingerprint(picture.version, (cut, may_name), (line.number for line in lines))
    open_key = f"audit.go-{fingerprint}"
    keys = [line.key for line in lines]
    column = st.column_config
    shown = audit.columns(lines, trail.alerts)
    if not may_name or not any(keys):
        del shown["open"]
    st.dataframe(
        pa.table({name: cells for name, cells in shown.items() if name in ("number", "open") or any(cells)}),
        key=f"audit.table-{fingerprint}", hide_index=True, row_height=_ROW_HEIGHT,
        height=len(lines) * _ROW_HEIGHT + 35, alt="The trail, newest first",
        column_config={
            **{name: column.TextColumn(audit.HEADINGS[name], width=width) for name, width in _WIDTHS.items()},
            "number": column.NumberColumn(audit.HEADINGS["number"], width=_WIDTHS["number"]),
            "open": column.ButtonColumn(
                "", width=60, type="tertiary", key=open_key, on_click=links.remember, args=(open_key, keys)
            ),
        },
    )  # fmt: skip
    links.follow_remembered()
