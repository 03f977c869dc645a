"""The form of each act: as few presses as the act can be said in, and never a reason chosen beforehand.

What is written and not sent yet stays while somebody looks at another alert or patient, and is there again after.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

import streamlit as st

from core.acts import AUDIENCES, DECISIONS, Kind
from core.alerts.dispositions import dispositions
from core.services.acts import offer_days, tell_promise
from core.services.worklist import bound_snooze
from core.views import acting as words
from core.views.header import refusal
from core.views.markup import tag
from pages import guard
from pages.parts.acting_send import DAY_FIELD, send
from pages.parts.acting_subject import ALL, Subject

_KEYED = 9  # reasons that have a number key


def show(subject: Subject, chosen: int, kind: Kind) -> None:
    """Draw the form of one act about the chosen alert (or all that wait)."""
    guard.require("clinician")
    _FORMS[kind](subject, chosen, f"{subject.name_of(chosen)}.{kind}")


def _comment(name: str, label: str = "Comment (some reasons need one)") -> str:
    key = f"{name}.comment"
    st.text_input(label, key=key, placeholder=label, label_visibility="collapsed", max_chars=400,
                  persist_state="session")  # fmt: skip
    return key


def _acknowledge(subject: Subject, chosen: int, name: str) -> None:
    """One press on a reason acknowledges; a number key does the same in a round."""
    drafts = subject.drafts(chosen, "acknowledge")
    left = sum(life.state == "open" for life in subject.lives.values()) - len(drafts) if chosen == ALL else 0
    if left:
        st.html(tag("p", words.left_out_words(left), css="n-missing"))
    if not drafts:
        return
    comment = _comment(name)
    by_when = _by_when(subject, chosen, name)
    with st.container(horizontal=True, gap="xsmall"):
        for place, reason in enumerate(dispositions().values()):
            label = reason.display + (" …" if reason.needs_comment else "")
            st.button(
                label, key=f"{name}.{reason.code}", on_click=send, args=(subject.place, drafts, comment),
                kwargs={"disposition": reason.code, "day_key": by_when if reason.promises else ""},
                shortcut=str(place + 1) if subject.by_keys and place < _KEYED else None,
            )  # fmt: skip
    st.html(tag("p", tell_promise(None if chosen == ALL else subject.alerts[chosen], subject.now), css="n-muted"))


def _by_when(subject: Subject, chosen: int, name: str) -> str:
    """The day by which a promised result is expected; of several alerts none is chosen beforehand: each has its own."""
    meant = subject.meant_by_all("acknowledge") if chosen == ALL else [subject.alerts[chosen]]
    days = offer_days(meant, subject.now)
    key = f"{name}.{min(days)}.{DAY_FIELD}"  # tomorrow it is another field, with other days
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
        st.html(tag("p", "Repeat or result expected by"), width="content")
        st.selectbox(
            "Repeat or result expected by", list(days), index=None if chosen == ALL else len(days) - 1, key=key,
            format_func=days.__getitem__, width=230, placeholder="the last day of each", persist_state="session",
            label_visibility="collapsed",
        )  # fmt: skip
    return key


def _give(subject: Subject, chosen: int, name: str, kind: Kind) -> None:
    user = guard.require("clinician")
    drafts = subject.drafts(chosen, kind)
    comment = _comment(name, "Why, for whoever reads it next" if kind == "hand_over" else "Comment")
    owners = words.known_owners(subject.lives.values(), user.name)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="xsmall"):
        me = partial(send, subject.place, drafts, comment, owner=user.name)
        st.button("Take it myself", key=f"{name}.me", on_click=me)
        owner = st.selectbox(
            "To whom", owners[1:], index=None, key=f"{name}.owner", accept_new_options=True, width=260,
            placeholder="Name of one person", label_visibility="collapsed", persist_state="session",
        )  # fmt: skip
        give = partial(send, subject.place, drafts, comment, owner=owner or "")
        st.button("Give", key=f"{name}.give", on_click=give, disabled=not owner)


def _snooze(subject: Subject, chosen: int, name: str) -> None:
    """One press on a day snoozes; what may not be put off says why instead."""
    latest, refused = bound_snooze(subject.alerts[chosen], subject.now)
    if refused:
        st.html(refusal(refused))
        return
    drafts = subject.drafts(chosen, "snooze")
    known = dispositions()
    reason = st.pills(
        "Why it can wait", [one for one, told in known.items() if told.counts_as == "watched"],
        format_func=lambda one: known[one].display, key=f"{name}.why", persist_state="session",
    )  # fmt: skip
    comment = _comment(name, "Or say it in words")
    with st.container(horizontal=True, gap="xsmall"):
        for until, label in words.snooze_ends(latest, subject.now):
            sleep = partial(send, subject.place, drafts, comment, until=until, disposition=reason or "")
            st.button(label, key=f"{name}.{until}", on_click=sleep)


def _note(subject: Subject, chosen: int, name: str) -> None:
    comment = _comment(name, "Note")
    audience = st.pills("For", list(AUDIENCES), key=f"{name}.for", format_func=str.capitalize, persist_state="session")
    keep = partial(send, subject.place, subject.drafts(chosen, "note"), comment, audience=audience or "")
    st.button("Keep note", key=f"{name}.keep", on_click=keep)


def _decide(subject: Subject, chosen: int, name: str) -> None:
    decision = st.pills(
        "What was decided", list(DECISIONS), key=f"{name}.what", format_func=words.DECISION_WORDS.__getitem__,
        persist_state="session",
    )  # fmt: skip
    comment = _comment(name, "Why, and what was agreed")
    promised = tell_promise(subject.alerts[chosen], subject.now, decision) if decision else ""
    by_when = _by_when(subject, chosen, name) if promised else ""
    with st.container(horizontal=True, gap="xsmall"):
        record = partial(
            send, subject.place, subject.drafts(chosen, "decide"), comment, by_when, decision=decision or ""
        )
        st.button("Record decision", key=f"{name}.record", on_click=record, disabled=decision is None)
        close = partial(send, subject.place, subject.drafts(chosen, "close"), comment, by_when, decision=decision or "")
        st.button("Record and close the alert", key=f"{name}.close", on_click=close, disabled=decision is None)
    if promised:
        st.html(tag("p", promised, css="n-muted"))


def _reopen(subject: Subject, chosen: int, name: str) -> None:
    comment = _comment(name, "Why it is open again")
    again = partial(send, subject.place, subject.drafts(chosen, "reopen"), comment)
    st.button("Reopen", key=f"{name}.again", on_click=again)


def _assign(subject: Subject, chosen: int, name: str) -> None:
    _give(subject, chosen, name, "assign")


def _hand_over(subject: Subject, chosen: int, name: str) -> None:
    _give(subject, chosen, name, "hand_over")


_FORMS: Mapping[Kind, Callable[[Subject, int, str], None]] = {
    "acknowledge": _acknowledge, "assign": _assign, "hand_over": _hand_over, "snooze": _snooze, "note": _note,
    "decide": _decide, "reopen": _reopen,
}  # fmt: skip
