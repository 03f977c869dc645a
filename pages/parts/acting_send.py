"""Sending acts: under keys of their own, told once what they came to or why they were refused."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from uuid import uuid4

import streamlit as st

from core.acts import Act, Kind
from core.errors import ActedMeanwhile, NadirError
from core.services import acts, review
from core.settings import read_settings
from core.views.acting import done_line
from core.views.header import refusal
from core.views.markup import Markup, join, tag
from pages import guard

_TAB = "acting.tab"
DAY_FIELD = "by"  # a day promised: it has one from the first, so it is no sign that an act was begun
FIELDS = ("comment", "why", "what", "for", "owner")  # what a person fills in before an act is sent


def key_of(kind: Kind, alert_id: str, last_act_id: int) -> str:
    """The key of one act from this tab: pressed twice it is one act, from another tab it is another."""
    tab = st.session_state.setdefault(_TAB, uuid4().hex)
    return f"{tab}-{kind}-{last_act_id}-{alert_id}"[:200]


def send(place: str, drafts: Sequence[Act], comment_key: str = "", day_key: str = "", **told: object) -> None:
    """Do these acts, one after the other (a widget's callback). The first refusal ends it and says why, how many were
    recorded before it, and what the person had written, so that nothing need be written twice.

    Args: comment_key, day_key (of the widgets that hold the comment and the day promised, read now: what was typed in
          the same breath as the press counts); told (fields of the act).
    """
    guard.require("clinician")
    comment = str(st.session_state.get(comment_key) or "") if comment_key else ""
    if day_key:
        told["until"] = st.session_state.get(day_key)
    lines: list[Markup] = []
    said, recorded = join([]), 0
    try:
        for draft in drafts:
            done = replace(draft, comment=comment.strip(), **told)  # type: ignore[arg-type]
            lines = [done_line(done.kind, acts.act(read_settings().db_url, done))]
            recorded += 1
        if recorded > 1:
            lines.append(tag("p", f"That is {recorded:,} alerts."))
        said = join(lines)
        _let_go(comment_key)
        if day_key:
            st.session_state.pop(day_key, None)
    except NadirError as error:
        few = f" {recorded:,} of {len(drafts):,} were recorded before that; the others are as they were."
        kept = f" You had written: “{comment.strip()}”."
        said = refusal(str(error) + few * bool(recorded) + kept * bool(comment.strip()))
        if isinstance(error, ActedMeanwhile):
            review.forget(read_settings().db_url)  # so that the row is shown as it is now
    st.session_state[f"{place}.told"] = said
    if drafts:
        st.session_state[f"{place}.whom"] = drafts[0].patient_id
    draw_all(place)


def _let_go(comment_key: str) -> None:
    """Forget what was filled in for acts that are sent now."""
    name = comment_key.removesuffix(".comment")
    for field in FIELDS:
        st.session_state.pop(f"{name}.{field}", None)


def draw_all(place: str) -> None:
    """Ask for the whole screen: a press that follows typing at once is answered by the form alone (the framework draws
    only the part that was typed in), and the person would look at a screen that knows nothing of the press.
    """
    st.session_state[f"{place}.done"] = True


def rerun_if_done(place: str) -> None:
    """After an act the whole screen is drawn anew, so that the list shows it at once."""
    if st.session_state.pop(f"{place}.done", False):
        st.rerun()


def whom(place: str) -> str:
    """Whom the act was about that is yet to be told; "" = none. A list that turns round meanwhile stays with them."""
    return str(st.session_state.get(f"{place}.whom", ""))


def show_told(place: str, name: str = "") -> None:
    """What became of the last act: said once, by a screen that is drawn as a whole already.

    name: of the patient it was about, where the screen shows another by now (HAZ-002).
    """
    for said in ("done", "whom"):
        st.session_state.pop(f"{place}.{said}", None)
    told = st.session_state.pop(f"{place}.told", "")
    if told:
        st.html(join([tag("p", tag("b", name), ":", css="n-done"), told]) if name else told)
