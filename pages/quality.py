"""Quality: are tests on time, are alerts answered in time, what does each rule cost and give, what may slip through."""

from __future__ import annotations

import streamlit as st

from core.views import quality_words
from core.views.quality import PERIODS, USUAL_PERIOD
from pages import guard
from pages.parts import (
    address,
    frame,
    links,
    pictures,
    quality_acts,
    quality_picture,
    quality_style,
    quality_tests,
)

_TABS = ("On time", "Time to act", "Rules", "Green lane")
_PERIOD = "quality.period"


def render() -> None:
    """Show a period's four figures, and behind each the counts, the limits and the table."""
    guard.require("viewer")
    picture = pictures.read_clinic()
    frame.open_screen(picture)
    quality_style.apply()
    if not picture.people:
        links.invite_to_import("No patients yet, so there is nothing to count.")
        return
    months = _choose_period()
    quality = quality_picture.read(picture, months)
    st.html(quality_words.period_line(quality))
    st.html(quality_words.headline(quality))
    on_time, acting, rules, green = st.tabs(_TABS, on_change="rerun", key="quality.tabs", bind="query-params")
    with on_time:
        if on_time.open:
            quality_tests.show(quality, picture)
    with acting:
        if acting.open:
            quality_acts.show_times(quality, picture)
    with rules:
        if rules.open:
            quality_acts.show_rules(quality, picture)
    with green:
        if green.open:
            st.html(quality_words.green_words(quality.green, quality.least["green_lane"]))


def _choose_period() -> int:
    """How far back; kept in the address."""
    options = {str(months): f"Last {said}" for months, said in PERIODS.items()}
    address.recall_one(_PERIOD, "period", options, str(USUAL_PERIOD))
    chosen = st.segmented_control(
        "Period", list(options), format_func=options.__getitem__, required=True, key=_PERIOD,
        persist_state="session", label_visibility="collapsed",
    )  # fmt: skip
    address.note({_PERIOD: "period"})
    return int(chosen) if chosen in options else USUAL_PERIOD
