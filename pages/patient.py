"""Patient: is it safe to go on; one verdict per drug with its proof, and everything on one time axis."""

from __future__ import annotations

import pyarrow as pa
import streamlit as st

from core.views import patient, records_tables
from core.views.alert_card import alert_card
from core.views.flowsheet import flowsheet
from core.views.good_to_know import good_to_know
from core.views.markup import tag
from core.views.model import PatientPicture
from core.views.names import analyte_name
from core.views.palette import palette_for
from core.views.panels import choosable
from core.views.patient_chart import draw
from core.views.text import count_text
from pages import guard
from pages.parts import frame, links, pictures

_TABS = ("Flowsheet", "Alerts", "Schedule", "Doses and events", "Good to know", "Chart as a table")


def render() -> None:
    """Show the one patient the address names; without one, say where to choose."""
    guard.require("viewer")
    asked = st.query_params.get("patient", "")
    if not asked.isascii() or not asked.isdigit():
        frame.open_screen(pictures.read_clinic())
        links.invite_to_worklist("No patient is chosen." if not asked else "This address names no patient.")
        return
    picture = pictures.read_patient(int(asked))
    frame.open_screen(picture)
    st.html(patient.banner(picture))
    st.html(patient.verdicts(picture))
    _chart(picture)
    _tabs(picture)


def _chart(picture: PatientPicture) -> None:
    """Everything on one time axis, and the choice of what else to draw."""
    if not picture.series:
        links.invite_to_import("No results yet.")
        return
    key = picture.person.key
    more = st.session_state.get(f"patient.more-{key}", [])
    chart = draw(picture, palette_for(st.context.theme.type), more)
    with st.container(key="patient-chart"):
        st.plotly_chart(
            chart.figure, key=f"patient.chart-{key}-{picture.version}", alt=chart.alt, height=chart.height,
            config={"displayModeBar": False, "scrollZoom": False},
        )  # fmt: skip
    if others := choosable(picture):
        st.multiselect(
            "Show further tests in the chart", others, key=f"patient.more-{key}", format_func=analyte_name,
            placeholder="Show further tests in the chart", label_visibility="collapsed", width=420,
        )  # fmt: skip


def _tabs(picture: PatientPicture) -> None:
    """The tables, each drawn only when it is looked at."""
    key = picture.person.key
    opened = st.tabs(_TABS, on_change="rerun", key=f"patient.tabs-{key}")
    draws = (_flowsheet, _alerts, _schedule, _doses, _reference, _twin)
    for tab, show in zip(opened, draws, strict=True):
        if tab.open:
            with tab:
                show(picture)


def _flowsheet(picture: PatientPicture) -> None:
    everything = st.session_state.get(f"patient.dates-{picture.person.key}", False)
    sheet = flowsheet(picture, most_dates=None) if everything else flowsheet(picture)
    st.html(tag("p", sheet.line) + sheet.table)
    if everything or sheet.shown < sheet.total:
        st.toggle("All dates", key=f"patient.dates-{picture.person.key}")


def _alerts(picture: PatientPicture) -> None:
    st.html(tag("p", f"{count_text(len(picture.alerts), 'alert')} open, {len(picture.closed_alerts):,} closed"))
    for alert in (*patient.order_alerts(picture.alerts), *picture.closed_alerts):
        st.html(alert_card(alert, picture))


def _schedule(picture: PatientPicture) -> None:
    st.html(tag("p", count_text(len(picture.schedule), "scheduled test")) + records_tables.schedule_table(picture))


def _doses(picture: PatientPicture) -> None:
    count = tag("p", f"{count_text(len(picture.courses), 'course')}, {count_text(len(picture.events), 'event')}")
    st.html(count + records_tables.courses_table(picture) + records_tables.events_table(picture))


def _reference(picture: PatientPicture) -> None:
    st.html(good_to_know(picture))


def _twin(picture: PatientPicture) -> None:
    more = tuple(st.session_state.get(f"patient.more-{picture.person.key}", ()))
    table = pa.table(records_tables.chart_columns(picture, more))
    st.html(tag("p", f"showing {table.num_rows:,} of {count_text(table.num_rows, 'charted value')}"))
    st.dataframe(table, hide_index=True, key=f"patient.twin-{picture.person.key}-{picture.version}")
