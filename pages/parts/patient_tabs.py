"""The tables under the chart, each drawn only when it is looked at, and the tab kept in the address."""

from __future__ import annotations

from collections.abc import Callable

import pyarrow as pa
import streamlit as st

from core.errors import NadirError
from core.services import acts, patient_parts, trail
from core.settings import read_settings
from core.views import patient, records_tables
from core.views.acts_table import acts_table
from core.views.alert_card import alert_card
from core.views.dosing_panel import dosing_panel
from core.views.flowsheet import MOST_DATES, flowsheet
from core.views.good_to_know import good_to_know
from core.views.header import refusal
from core.views.jurisdictions_panel import jurisdictions_panel
from core.views.markup import Markup, tag
from core.views.model import PatientPicture
from core.views.patient_trail import trail_table
from core.views.text import count_text
from pages import guard
from pages.parts import acting_patient, patient_address


@st.fragment
def show(picture: PatientPicture) -> None:
    """The tabs; a press draws one of them and nothing else of the screen."""
    guard.require("viewer")
    words = {title.lower().replace(" ", "-"): title for title in _DRAWS}
    key = f"patient.tabs-{picture.person.key}"
    st.session_state[key] = words[patient_address.read_choice(patient_address.TAB, words, "flowsheet")]
    for tab, draw in zip(st.tabs(list(_DRAWS), on_change=_keep, args=(key,), key=key), _DRAWS.values(), strict=True):
        if tab.open:
            with tab:
                draw(picture)


def _keep(key: str) -> None:
    word = str(st.session_state.get(key, "")).lower().replace(" ", "-")
    patient_address.keep(patient_address.TAB, "" if word == "flowsheet" else word)


def _flowsheet(picture: PatientPicture) -> None:
    key = f"patient.dates-{picture.person.key}"
    sheet = flowsheet(picture, skip=st.session_state.get(key, 0))
    if not sheet.total:
        st.html(tag("p", "No result to list." + ("" if picture.is_past else " Import a file with results.")))
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.html(tag("p", sheet.line), width="content")
        if sheet.total > MOST_DATES:
            newer, older = sheet.skipped - MOST_DATES, sheet.skipped + MOST_DATES
            _leaf("Newer dates", key, max(0, newer), is_end=sheet.skipped == 0)
            _leaf("Older dates", key, older, is_end=older >= sheet.total)
    st.html(sheet.table)


def _leaf(label: str, key: str, skip: int, *, is_end: bool) -> None:
    """A step to other dates of the flowsheet."""
    st.button(label, key=f"{key}-{label}", disabled=is_end, on_click=_turn, args=(key, skip))


def _turn(key: str, skip: int) -> None:
    st.session_state[key] = skip


def _alerts(picture: PatientPicture) -> None:
    st.html(tag("p", f"{count_text(len(picture.alerts), 'alert')} open, {len(picture.closed_alerts):,} closed"))
    for alert in (*patient.order_alerts(picture.alerts), *picture.closed_alerts):
        st.html(alert_card(alert, picture))


def _schedule(picture: PatientPicture) -> None:
    st.html(tag("p", count_text(len(picture.schedule), "scheduled test")) + records_tables.schedule_table(picture))


def _dosing(picture: PatientPicture) -> None:
    st.html(_asked(lambda: dosing_panel(picture, patient_parts.dosing(read_settings().db_url, picture))))


def _doses(picture: PatientPicture) -> None:
    count = tag("p", f"{count_text(len(picture.courses), 'course')}, {count_text(len(picture.events), 'event')}")
    st.html(count + records_tables.courses_table(picture) + records_tables.events_table(picture))


def _jurisdictions(picture: PatientPicture) -> None:
    st.html(_asked(lambda: jurisdictions_panel(patient_parts.jurisdictions(read_settings().db_url, picture))))


def _acts(picture: PatientPicture) -> None:
    acting_patient.show(picture)
    until = picture.as_of if picture.is_past else None
    url, patient_id = read_settings().db_url, picture.person.patient_id
    st.html(_asked(lambda: acts_table(acts.list_acts(url, patient_id, until))))
    if "admin" in guard.require("viewer").roles:
        st.html(_asked(lambda: trail_table(trail.tell_patient(url, patient_id), acts.list_acts(url, patient_id))))
    else:
        st.html(tag("p", "Who looked at this patient stands in the trail, which administrators read.", css="n-muted"))


def _reference(picture: PatientPicture) -> None:
    st.html(good_to_know(picture))


def _twin(picture: PatientPicture) -> None:
    more = tuple(st.session_state.get(f"patient.more-{picture.person.key}", ()))
    table = pa.table(records_tables.chart_columns(picture, more))
    st.html(tag("p", f"showing {table.num_rows:,} of {count_text(table.num_rows, 'charted value')}"))
    st.dataframe(table, hide_index=True, key=f"patient.twin-{picture.person.key}-{picture.version}-{picture.as_of}")


def _asked(draw: Callable[[], Markup]) -> Markup:
    """What a panel says, or why it cannot be drawn."""
    try:
        return draw()
    except NadirError as error:
        return refusal(str(error))


#: In the order of the tabs.
_DRAWS: dict[str, Callable[[PatientPicture], None]] = {
    "Flowsheet": _flowsheet,
    "Alerts": _alerts,
    "Schedule": _schedule,
    "Dosing": _dosing,
    "Doses and events": _doses,
    "Jurisdictions": _jurisdictions,
    "Acts and audit": _acts,
    "Good to know": _reference,
    "Chart as a table": _twin,
}
