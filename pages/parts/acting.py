"""Acting on one patient's alerts: choose one, say what is done about it, see at once what it came to.

Used wherever one patient is on the screen: the worklist's preview, a round, the patient's own screen. What a person saw
travels with the act, so that whoever acted meanwhile is never overruled unseen (P44).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from core.acts import Kind, Life
from core.engine.standing import Alert
from core.views import acting as words
from core.views.markup import tag
from pages import guard
from pages.parts import acting_forms, acting_send
from pages.parts.acting_subject import ALL, Subject


@st.fragment
def acting(
    place: str, key: int, alerts: Sequence[Alert], lives: Mapping[str, Life], now: int, *, by_keys: bool = False
) -> None:
    """The buttons for one patient's alerts, and the form of the one pressed.

    Args: place (prefix of the widgets); key (the patient's opaque number); alerts (gravest first); lives (by alert id);
          now (instant); by_keys (single-letter shortcuts: only one such part may be on a screen).
    """
    guard.require("viewer")
    acting_send.rerun_if_done(place)
    subject = Subject(place, key, tuple(one for one in alerts if one.alert_id in lives), lives, now, by_keys)
    if not subject.alerts:
        return
    chosen = _choose(subject)
    alert = subject.alerts[0 if chosen == ALL else chosen]
    life = subject.lives[alert.alert_id]
    opened = _buttons(subject, chosen, words.offered(life))
    if opened is not None:
        with st.container(key=f"{place}-act-form", border=True):
            acting_forms.show(subject, chosen, opened)
    told = words.acts_list(life) if chosen != ALL else None
    if told is not None:
        st.html(tag("div", tag("span", "What was done", css="n-muted"), told))


def _choose(subject: Subject) -> int:
    """Which alert is meant; the gravest that waits, until somebody chooses."""
    waiting = sum(subject.lives[one.alert_id].state == "open" for one in subject.alerts)
    if len(subject.alerts) == 1:
        return 0
    labels = dict(enumerate(words.alert_labels(subject.alerts, subject.lives)))
    labels |= {ALL: f"all {waiting:,} open"} if waiting > 1 else {}
    return st.selectbox(
        "About which alert", list(labels), index=words.first_to_answer(subject.alerts, subject.lives),
        format_func=labels.__getitem__, key=f"{subject.base}.which", label_visibility="collapsed",
    )  # fmt: skip


def _buttons(subject: Subject, chosen: int, offered: Sequence[Kind]) -> Kind | None:
    """One button per act that fits; the act whose form is open. Who may only read sees why nothing can be pressed."""
    user = guard.require("viewer")
    may = "clinician" in user.roles
    kinds = [one for one in offered if chosen != ALL or one in ("acknowledge", "assign", "note")]
    name = subject.name_of(chosen)
    held = f"{name}.form"
    opened: Kind | None = st.session_state.get(held)
    with st.container(horizontal=True, gap="xsmall", key=f"{subject.place}-act-buttons"):
        for kind in kinds:
            label, letter = words.BUTTONS[kind]
            st.button(
                label, key=f"{name}.{kind}", disabled=not may, on_click=_toggle, args=(held, kind),
                type="primary" if kind == opened else "secondary", shortcut=letter if subject.by_keys and may else None,
                help=None if may else "Your role may read and not act: ask somebody who looks after this patient.",
            )  # fmt: skip
    return opened if may and opened in kinds else None


def _toggle(held: str, kind: Kind) -> None:
    st.session_state[held] = None if st.session_state.get(held) == kind else kind
