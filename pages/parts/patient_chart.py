"""The chart with its controls: redrawn alone, so that a change of scale asks nobody else anything."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from core.views.limit_labels import limits_table
from core.views.markup import tag
from core.views.model import PatientPicture
from core.views.names import analyte_name
from core.views.palette import palette_for
from core.views.panels import choosable, make_panels
from core.views.patient_chart import draw
from core.views.relative import SCALES, measure, scale_line
from core.views.source_card import find_value, source_card
from pages import guard
from pages.parts import patient_address
from pages.parts.half_imported import finish_imports


@st.fragment
def show(picture: PatientPicture) -> None:
    """Everything on one time axis, the scale, what else to draw, and the source of the point that was pressed."""
    guard.require("viewer")
    key = picture.person.key
    scale, more = _controls(picture)
    chart = draw(picture, palette_for(st.context.theme.type), more, scale)
    name = f"patient.chart-{key}-{picture.version}-{picture.as_of}"
    finish_imports("pandas")
    with st.container(key="patient-chart"):
        event = st.plotly_chart(
            chart.figure, key=name, alt=chart.alt, height=chart.height, on_select="rerun", selection_mode="points",
            config={"displayModeBar": False, "scrollZoom": False},
        )  # fmt: skip
    limits = limits_table(make_panels(picture, more))
    if limits is not None:
        st.html(limits)
    found = find_value(picture, _pressed(event))
    if found is not None:
        close = tag("summary", "Source of the pressed value")  # it floats: the chart is taller than the screen
        st.html(tag("details", close, source_card(*found, picture), open="open", css="n-floating"))


def _controls(picture: PatientPicture) -> tuple[str, list[str]]:
    """Raw or relative, and which further tests."""
    key = picture.person.key
    scale_key, more_key = f"patient.scale-{key}", f"patient.more-{key}"
    scale = patient_address.read_choice(patient_address.SCALE, SCALES, "raw")
    st.session_state[scale_key] = scale
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="patient-controls"):
        st.segmented_control(
            "Scale", list(SCALES), format_func=SCALES.__getitem__, key=scale_key, required=True, on_change=_keep,
            args=(scale_key,), label_visibility="collapsed",
        )  # fmt: skip
        others = choosable(picture)
        more = (
            st.multiselect(
                "Show further tests in the chart", others, key=more_key, format_func=analyte_name,
                placeholder="Show further tests in the chart", label_visibility="collapsed", width=420,
            )
            if others
            else []
        )  # fmt: skip
        chosen = [one for one in more if one in others]
        left = scale_line([measure(one, scale) for one in make_panels(picture, chosen)], scale)
        if left:  # within the row: a line above the chart would push it out of its place, and it would be drawn anew
            st.html(tag("p", left, css="n-muted"), width="content")
    return scale, chosen


def _keep(key: str) -> None:
    chosen = st.session_state.get(key)
    patient_address.keep(patient_address.SCALE, "" if chosen in (None, "raw") else str(chosen))


def _pressed(event: Any) -> int:
    """The store's row of the point that was pressed last, 0 for none; it travels with the point, not its position."""
    points = event["selection"]["points"] if isinstance(event, Mapping) else []
    row = points[0].get("customdata", 0) if points else 0
    first = row[0] if isinstance(row, list) and row else row
    return int(first) if isinstance(first, int | float) else 0
