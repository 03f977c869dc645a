"""The green lane: a random part is shown to a human first, then the others are signed off together.

Who is kept out because a result lies outside its range is listed beneath, and can be gone through one by one.
"""

from __future__ import annotations

from collections.abc import Sequence
from uuid import uuid4

import streamlit as st

from core.clock import read_utc
from core.errors import NadirError
from core.services import green_lane as service
from core.services.worklist import Panel
from core.settings import read_settings
from core.views.green_lane import (
    MEANING,
    MOST_LISTED,
    News,
    count_waiting,
    kept_out_line,
    kept_out_table,
    lane_table,
    lane_words,
)
from core.views.header import refusal
from core.views.markup import tag
from core.views.preview import preview
from core.views.text import count_text
from core.views.worklist import Row, list_patients
from pages import guard
from pages.parts import acting_send, green_lane_acts, round_queue, round_steps, worklist_panel

_WORD = green_lane_acts.LANE


def is_asked() -> bool:
    """Whether the address asks for a lane."""
    return round_steps.read_number(_WORD) is not None


def offer(panel: Panel) -> None:
    """The way into the lane, with how many are in it."""
    user = guard.require("viewer")
    green = service.read_green(read_settings().db_url, panel)
    may = "clinician" in user.roles
    st.button(
        f"Green lane ▸ {len(green):,}", key="worklist.green", disabled=not green or not may,
        on_click=green_lane_acts.start, args=([row.key for row in green], uuid4().hex),
        help=f"{MEANING} Signed off together after a random part was looked at."
        if may else "Your role may read and not act.",
    )  # fmt: skip


def render(panel: Panel) -> None:
    """The next sampled patient; when all are answered, the list to be signed off."""
    user = guard.require("clinician")
    try:
        lane = service.read_lane(read_settings().db_url, round_steps.read_number(_WORD) or 0, user.name)
    except NadirError as error:
        st.html(refusal(str(error)))
        st.button("Back to the worklist", key="green.back", on_click=green_lane_acts.leave)
        return
    with st.container(horizontal=True, vertical_alignment="center", key="green-top"):
        left = None if lane.waiting else service.still_green(read_settings().db_url, lane, panel)
        head = lane_words(len(lane.kept.queue), None if left is None else len(left))
        st.html(tag("div", tag("span", "Green lane", css="n-name"), tag("span", head, css="n-muted"), css="n-row"))
        st.button("Back to the worklist", key="green.home", type="tertiary", on_click=green_lane_acts.leave)
    st.html(tag("p", MEANING, css="n-muted"))
    acting_send.show_told("green")
    if left is None:
        _sample(panel, lane)
    else:
        _together(panel, lane, left)


def _sample(panel: Panel, lane: service.Lane) -> None:
    """One patient drawn at random, and the question whether the lane missed something."""
    key, total = lane.waiting[0], len(lane.kept.sample)
    since = st.session_state.setdefault(f"green.since-{key}", read_utc())
    said = f"Before they are signed off together: {total - len(lane.waiting) + 1:,} of {total:,} drawn at random"
    st.html(tag("p", tag("b", said), role="status"))
    row = next((one for one in list_patients(panel.picture) if one.key == key), None)
    if row is not None:
        st.html(preview(panel.picture, row, panel.lives))
    told = (lane.kept.round_id, key, lane.names.get(key, ""), since)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="xsmall"):
        st.button("Nothing was missed", key=f"green.ok-{key}", shortcut="y", type="primary",
                  on_click=green_lane_acts.answer, args=(*told, "ok"))  # fmt: skip
        st.text_input("What was missed", key=f"green.what-{key}", placeholder="What was missed", width=320,
                      label_visibility="collapsed", max_chars=400)  # fmt: skip
        st.button("Something was missed", key=f"green.missed-{key}", on_click=green_lane_acts.answer,
                  args=(*told, "missed"))  # fmt: skip
    round_steps.show_results(key)


def _together(panel: Panel, lane: service.Lane, left: Sequence[Row]) -> None:
    """Everybody who can be signed off now, and the one press that does it."""
    url = read_settings().db_url
    rows = list_patients(panel.picture)
    waiting = count_waiting(panel.picture, rows)
    said = [
        f"{count_text(len(lane.kept.sample), 'patient')} drawn at random and looked at: the lane had missed something "
        f"in {len(lane.missed):,}"
    ]
    said += (
        [f"showing {min(len(left), MOST_LISTED):,} of {count_text(len(left), 'patient')} to sign off"] if left else []
    )
    said += [f"{waiting:,} others in limits wait for a test that is due: see Recall"] if waiting else []
    st.html(tag("p", " · ".join(said), css="n-line", role="status"))
    if left:
        st.button(f"Sign off {len(left):,} together", key="green.sign", type="primary",
                  on_click=green_lane_acts.sign_off, args=(lane.kept.round_id,))  # fmt: skip
        st.html(lane_table(panel.picture, left, frozenset(lane.kept.sample)))
    else:
        worklist_panel.end_visit()
        st.write("Nobody is left to sign off in this lane.")
    _kept_out(service.read_news(url, panel))


def _kept_out(news: News) -> None:
    """Whom no rule speaks of and nobody may sign off unread: which result, and the way to look at each."""
    line = kept_out_line(news)
    if not line:
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="green-kept-out"):
        st.html(tag("p", tag("b", line)))
        st.button(
            f"Look at them one by one ▸ {len(news.kept_out):,}", key="green.kept-out", on_click=round_queue.start,
            args=([row.key for row in news.kept_out], "kept out of the green lane"),
        )  # fmt: skip
    st.html(kept_out_table(news))
