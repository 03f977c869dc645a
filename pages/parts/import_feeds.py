"""Feeds: when each source was last heard of, and how long it may stay silent before every screen says so."""

from __future__ import annotations

import streamlit as st

from core.errors import NadirError
from core.services import feeds as service
from core.settings import read_settings
from core.views import feeds as view
from core.views.header import refusal
from core.views.markup import tag

_TOLD = "import.feeds-told"
_A_DAY = 24


def show(by: str) -> None:
    """Every source with its state, and the form that decides when silence is shouted."""
    told = st.session_state.pop(_TOLD, "")
    if told:
        st.html(refusal(told))
    feeds = service.list_feeds(read_settings().db_url)
    if not feeds:
        st.html(tag("p", "Nothing was ever imported: bring files in first.", role="status"))
        return
    st.html(view.feed_table(feeds))
    st.html("<p>A source that is silent for longer than expected is told of on every screen, by the real clock.</p>")
    named = {feed.source: feed for feed in feeds}
    with st.container(horizontal=True, vertical_alignment="bottom", key="import-feeds"):
        source = st.selectbox("Source", list(named), key="import.feed", width=320)
        feed = named[source]
        hours = st.number_input(
            "Expected at least every so many hours", 1, service.LONGEST_HOURS, key=f"import.hours-{feed.source}",
            value=feed.expected_hours or feed.usual_hours or _A_DAY, width=320,
            help="Count weekends in: a laboratory that is closed from Friday to Monday needs 72 hours.",
        )  # fmt: skip
        st.button("Watch", type="primary", key="import.watch", on_click=_decide, args=(source, int(hours), by))
        st.button(
            "Stop watching", key="import.unwatch", disabled=feed.expected_hours is None, on_click=_decide,
            args=(source, None, by),
        )  # fmt: skip
    if feed.expected_hours is None and feed.usual_hours is not None:
        usual = view.hours_words(feed.usual_hours)
        st.html(tag("p", f"So far it came every {usual}: suggested, and not in use until you press Watch."))


def _decide(source: str, hours: int | None, by: str) -> None:
    try:
        service.expect_feed(read_settings().db_url, source, hours, by=by)
    except NadirError as error:
        st.session_state[_TOLD] = str(error)
