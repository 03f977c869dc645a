"""Setting another interval for one test of one patient, and taking it back: acts with a name, a reason and an end."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

import streamlit as st

from core.errors import NadirError
from core.services import recall as service
from core.settings import read_settings
from core.views.header import refusal
from core.views.names import analyte_name
from core.views.recall import Line, Override, first_of_day
from core.views.recall_words import list_overrides, longer_words, override_name, overrides_table
from pages import guard

_TOLD = "recall.told"


def offer_override(line: Line, as_of: int, version: int) -> None:
    """The form for the patient shown, for whoever may act."""
    user = guard.current_user()
    if user is None or "clinician" not in user.roles:
        return
    name = f"{line.key}-{version}"  # the form of one patient never becomes another's
    needs = {(need.drug, need.test): need for need in reversed(line.needs) if not need.promised}
    tests = list(dict.fromkeys((need.drug, need.test) for need in line.needs if not need.promised))
    if not tests:
        return  # a promise has a day and no interval
    today = datetime.fromtimestamp(first_of_day(as_of), UTC).date()
    with st.expander(
        "Set another interval for this patient", key=f"recall.form-{name}"
    ):  # labels are Markdown: no name
        with st.container(horizontal=True, vertical_alignment="bottom"):
            chosen = st.selectbox(
                "Test", tests, format_func=lambda one: f"{analyte_name(one[1])} ({one[0]})", key=f"recall.test-{name}",
                width=260,
            )  # fmt: skip
            days = st.number_input(
                "Every so many days", 1, service.LONGEST_INTERVAL_DAYS, needs[chosen].own_days or 1, width=160,
                key=f"recall.days-{name}-{chosen[0]}-{chosen[1]}",
            )  # fmt: skip
            expires = st.date_input(
                "Expires after", today + timedelta(days=1), min_value=today + timedelta(days=1), width=160,
                max_value=today + timedelta(days=service.LONGEST_LIFE_DAYS), key=f"recall.expires-{name}",
                format="DD/MM/YYYY",
            )  # fmt: skip
            owner = st.text_input("Owner", user.name, key=f"recall.owner-{name}", width=200)
            reason = st.text_input("Reason", key=f"recall.reason-{name}", width=320)
        st.html(f"<p>{longer_words(needs[chosen], int(days))}</p>")
        wish = service.Wish(line.key, *chosen, int(days), reason, owner, _instant(expires))
        st.button("Set interval", on_click=_set, args=(wish,), key=f"recall.set-{name}", disabled=not reason.strip())


def offer_end(held: Sequence[tuple[Override, str, str]]) -> None:
    """The way to take an override back, for whoever may act."""
    user = guard.current_user()
    if not held or user is None or "clinician" not in user.roles:
        return
    names = {one.row_id: override_name(one, who) for one, who, _ in held}
    key = f"recall.end-reason-{max(names)}"
    with st.container(horizontal=True, vertical_alignment="bottom"):
        row_id = st.selectbox("Override to end", list(names), format_func=names.__getitem__, width=420,
                              key=f"recall.end-which-{max(names)}")  # fmt: skip
        st.text_input("Reason", key=key, width=320)
        st.button("End override", on_click=_end, args=(row_id, key), key="recall.end")


def show_overrides(found: service.Recall) -> None:
    """Overrides in force with the way to end each, and those that are over."""
    held, over = list_overrides(found.lines, found.in_force, found.over, found.picture)
    st.html(overrides_table("in force", held))
    offer_end(held)
    st.html(overrides_table("expired, replaced or ended", over))


def show_told() -> None:
    """What became of the last act: said once."""
    told = st.session_state.pop(_TOLD, "")
    if told:
        st.html(told)


def _instant(day: date) -> int:
    return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp())


def _set(wish: service.Wish) -> None:
    user = guard.require("clinician")
    try:
        service.set_override(read_settings().db_url, wish, user.name)
        st.session_state[_TOLD] = "<p role='status'>The interval is set; it stands in the trail.</p>"
    except NadirError as error:
        st.session_state[_TOLD] = refusal(str(error))


def _end(row_id: int, reason_key: str) -> None:
    user = guard.require("clinician")
    try:
        service.end_override(read_settings().db_url, row_id, user.name, st.session_state.get(reason_key, ""))
        st.session_state[_TOLD] = "<p role='status'>The override is ended; the rule's own dates are back.</p>"
    except NadirError as error:
        st.session_state[_TOLD] = refusal(str(error))
