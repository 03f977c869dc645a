"""Worklist: who needs me today, why, since when; what is new to me; and everything done about it without leaving."""

from __future__ import annotations

from functools import partial

import streamlit as st

from core.services import worklist_files
from core.services.worklist import Panel
from core.settings import read_settings
from core.views import worklist
from core.views.people import full_name
from core.views.preview import preview
from core.views.round import list_queue
from core.views.worklist_line import filter_words, late_line, shown_line
from pages import guard
from pages.parts import (
    acting,
    acting_send,
    earlier,
    filters,
    frame,
    green_lane,
    links,
    list_exports,
    pack_export,
    round_queue,
    unnamed_rows,
    worklist_panel,
    worklist_style,
    worklist_table,
    worklist_views,
)


def render() -> None:
    """Show everybody who needs somebody, gravest first, with the counts of what the filters hide."""
    guard.require("viewer")
    works = round_queue.is_asked() or green_lane.is_asked()  # nobody works through an earlier judgement
    panel = worklist_panel.read_panel(soonest=earlier.is_enough() and not works)
    frame.open_screen(panel.picture, is_now=panel.is_now)
    worklist_style.apply()
    if not panel.picture.people:
        links.invite_to_import("No patients yet.")
    elif round_queue.is_asked():
        round_queue.render(panel)
    elif green_lane.is_asked():
        green_lane.render(panel)
    elif not panel.is_now:
        _list_earlier(panel)
    else:
        earlier.note_now()
        _list(panel)


def _list(panel: Panel) -> None:
    worklist_panel.follow_open(panel)
    everybody = panel.rows
    choice, ways = filters.choose(panel, everybody)
    rows = worklist.arrange(everybody, panel.states, panel.new_on_arrival)
    narrowed = worklist.narrow(rows, choice, panel.states, panel.new_on_arrival)
    with ways:
        round_queue.offer(panel, list_queue(narrowed.rows, panel.states), filter_words(choice))
        green_lane.offer(panel)
    shown = worklist_table.turn(narrowed, choice)
    late = late_line(panel.breaches, panel.picture.people)
    if late is not None:
        with st.container(horizontal=True, vertical_alignment="center", gap="small", key="worklist-late"):
            st.html(late)
            if choice.states != {"late"}:
                st.button("Show them", key="worklist.late", on_click=filters.set_to, args=({"state": ("late",)},))
    unnamed_rows.show(panel.picture, "worklist")
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="worklist-line"):
        st.html(shown_line(shown, rows, panel.states))
        worklist_table.offer_pages(shown)
        worklist_views.offer()
        _files(panel, narrowed, filter_words(choice))
        pack_export.offer(panel.picture, [row.key for row in narrowed.rows], filter_words(choice))
    if not shown.rows:
        st.write("No patient matches. Clear filters.")
        return
    fingerprint = links.fingerprint(panel.picture.version, choice, (row.key for row in shown.rows))
    _preview(panel, worklist_table.choose_row(panel, shown.rows, fingerprint))


def _list_earlier(panel: Panel) -> None:
    """The list as it stood when the clinic was last judged, to be read until now is judged.

    Nothing that rests on a judgement is offered: no act, look, round, sign-off or file (HAZ-004).
    """
    line = st.container()
    choice, _ = filters.choose(panel, panel.rows)
    rows = worklist.arrange(panel.rows, panel.states, panel.new_on_arrival)
    shown = worklist_table.turn(worklist.narrow(rows, choice, panel.states, panel.new_on_arrival), choice)
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="worklist-line"):
        st.html(shown_line(shown, rows, panel.states))
        worklist_table.offer_pages(shown)
    if shown.rows:
        fingerprint = links.fingerprint(panel.picture.version, choice, (row.key for row in shown.rows))
        worklist_table.show_rows(panel, shown.rows, fingerprint)
    else:
        st.write("No patient matches. Clear filters.")
    with line:
        earlier.follow(panel.picture)


def _files(panel: Panel, narrowed: worklist.Shown, said: str) -> None:
    """Everybody whom the filters leave, on all pages, as a file."""
    user = guard.require("viewer")
    make = partial(
        worklist_files.make_worklist, read_settings().db_url, rows=narrowed.rows, panel=panel, filters=said,
        hidden_high=narrowed.hidden_high, by=user.name,
    )  # fmt: skip
    list_exports.offer_files("worklist", lambda form: make(form=form), count=len(narrowed.rows))


def _preview(panel: Panel, row: worklist.Row) -> None:
    """The chosen patient, and what can be done about them."""
    alerts = panel.alerts(row.patient_id)
    ended = [one for one in alerts if one.closed_at is not None]
    with st.container(horizontal=True, gap="small", key="worklist-preview"):
        st.html(preview(panel.picture, row, panel.lives, ended))
        with st.container(key="worklist-acting"):
            about = panel.picture.people.get(acting_send.whom("worklist"))
            is_other = about is not None and about.patient_id != row.patient_id
            acting_send.show_told("worklist", full_name(about) if about is not None and is_other else "")
            st.button(
                "Open patient", type="primary", key="worklist.open", on_click=worklist_panel.open_later,
                args=(row.key, row.patient_id),
            )  # fmt: skip
            acting.acting("worklist", row.key, alerts, panel.lives, panel.now)
