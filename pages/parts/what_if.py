"""What if: move one number of one rule, replay the clinic's history, see whom it would have concerned."""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite

import pyarrow as pa
import streamlit as st

from core.errors import NadirError
from core.protocols.loader import Protocols
from core.records import DAY
from core.services.rule_numbers import Number, find_rule, numbers_of
from core.services.rule_screen import Book
from core.services.what_if import Trial, replay_clinic
from core.settings import read_settings
from core.views import what_if
from core.views.header import count_line, refusal
from core.views.markup import tag
from core.views.model import ClinicPicture
from core.views.rule_titles import name_rules
from pages.parts import address, links

_PERIODS = {"90": "the last 3 months", "365": "the last 12 months", "730": "the last 2 years"}
_PROMISE = (
    "Nothing is stored and no rule changes: the clinic's history is replayed in memory with this one number moved."
)
_ROW_HEIGHT = 36
_MOST_ROWS = 10


def show_what_if(book: Book, protocols: Protocols, picture: ClinicPicture) -> None:
    """Ask for the number, and answer once somebody asked for the replay."""
    number, value, days = _ask(book, protocols)
    if number is None:
        return
    asked = f"{number.rule_id}:{number.key}:{value:g}:{days}"
    same = value == number.value
    if st.button("Replay the history", type="primary", key="what_if.go", disabled=same):
        st.query_params["replay"] = asked
    if same or st.query_params.get("replay") != asked:
        st.html(tag("p", f"{_PROMISE} Choose a trial value other than the number in use." if same else _PROMISE))
        return
    trial = Trial(number, value, picture.as_of - days * DAY, picture.as_of, read_settings().authorities)
    bar = st.progress(0.0, "Reading the history, then replaying it")
    try:
        answer = replay_clinic(read_settings().db_url, protocols, trial, lambda done: bar.progress(done, "Replaying"))
    except NadirError as error:
        bar.empty()
        st.html(refusal(str(error)))
        return
    bar.empty()
    _show(answer, number, value, picture, name_rules(protocols)[number.rule_id])


def _ask(book: Book, protocols: Protocols) -> tuple[Number | None, float, int]:
    """The rule, its number, the trial value and the period, each kept in the address."""
    movable = {one.told.id: one for one in book.entries if numbers_of(one.rule, book.protocol, protocols.common)}
    address.recall_one("what_if.rule", "rule", movable, next(iter(movable), ""))
    titles = name_rules(protocols)
    with st.container(horizontal=True, vertical_alignment="bottom", key="what-if-ask"):
        rule_id = st.selectbox(
            "Rule", list(movable), format_func=lambda one: f"{titles[one]} · {movable[one].name}", key="what_if.rule",
            width=420, persist_state="session",
        )  # fmt: skip
        found = find_rule(protocols, rule_id)
        numbers = numbers_of(found[1], found[0], protocols.common) if found else ()
        if not numbers:
            return None, 0.0, 0
        place = st.selectbox(
            "Number", range(len(numbers)), format_func=lambda i: f"{numbers[i].text} · {numbers[i].place}",
            key=f"what_if.number-{rule_id}",
            index=_begun_at(numbers), width=420,
        )  # fmt: skip
        number = numbers[place]
        value = _ask_value(number)
        address.recall_one("what_if.days", "period", _PERIODS, "365")
        days = st.selectbox("Over", list(_PERIODS), format_func=_PERIODS.__getitem__, key="what_if.days", width=170,
                            persist_state="session")  # fmt: skip
    address.note({"what_if.rule": "rule", "what_if.days": "period"})
    return number, value, int(days)


def _ask_value(number: Number) -> float:
    """The trial value, begun as the address of a replay says, else as the number stands."""
    key = f"what_if.value-{number.rule_id}-{number.key}"
    if number.switch:
        st.html(tag("p", f"Trial: the rule {'off' if number.value else 'evaluated'}"))
        return 0.0 if number.value else 1.0
    if key not in st.session_state:
        begun = _replayed(number)
        st.session_state[key] = int(begun) if number.whole else begun
    step = 1 if number.whole else 0.1 if abs(number.value) < 10 else 1.0
    label = f"Trial value {'' if number.whole else number.unit}".strip()
    return float(st.number_input(label, step=step, format="%d" if number.whole else "%g", key=key, width=190))


def _replayed(number: Number) -> float:
    rule_id, key, value = ([*st.query_params.get("replay", "").split(":"), "", ""])[:3]
    try:
        begun = float(value) if (rule_id, key) == (number.rule_id, number.key) else number.value
    except ValueError:
        return number.value
    return begun if isfinite(begun) else number.value


def _begun_at(numbers: Sequence[Number]) -> int:
    """The number whose replay the address asks for, else the first."""
    asked = st.query_params.get("replay", "").split(":")[:2]
    return next((place for place, one in enumerate(numbers) if [one.rule_id, one.key] == asked), 0)


def _show(answer: what_if.WhatIf, number: Number, value: float, picture: ClinicPicture, title: str) -> None:
    st.html(tag("p", what_if.trial_sentence(answer, title, number.place, number.text, value, number.switch)))
    st.html(tag("p", tag("b", what_if.summary(answer))) + what_if.rates_table(answer))
    if apart := what_if.apart_line(answer):
        st.html(tag("p", apart, css="n-muted"))
    counts = {kind: f"{said} **{answer.count(kind):,}**" for kind, said in what_if.KINDS.items()}
    differing = frozenset(kind for kind in counts if kind != "unchanged")
    kinds = address.mark("Show only", counts, "what_if.kinds", "kind") or differing
    shown = [one for one in answer.patients if one.kind in kinds and one.patient_id in picture.people]
    st.html(count_line(len(shown), len(answer.patients), "patient", "concerned with one value or the other"))
    address.note({"what_if.kinds": "kind"})
    if not shown:
        st.html(tag("p", "No patient of these kinds. Choose another kind above to see the others."))
        return
    keys = [picture.people[one.patient_id].key for one in shown]
    fingerprint = links.fingerprint(picture.version, (answer.rule_id, number.key, value, answer.start, kinds), keys)
    open_key = f"what_if.go-{fingerprint}"
    column = st.column_config
    names = {
        "kind": ("", 90),
        "patient": ("Patient", 250),
        "was": ("As it is", 210),
        "would": ("With the trial value", 340),
    }
    st.dataframe(
        pa.table(what_if.columns(shown, picture.people, picture.as_of)),
        key=f"what_if.table-{fingerprint}", hide_index=True, row_height=_ROW_HEIGHT,
        height=min(_MOST_ROWS, len(shown)) * _ROW_HEIGHT + 35, alt="Patients whom the moved number concerns",
        column_config={
            **{name: column.TextColumn(title, width=width) for name, (title, width) in names.items()},
            "open": column.ButtonColumn("", width=54, type="tertiary", key=open_key, on_click=links.remember,
                                        args=(open_key, keys)),
        },
    )  # fmt: skip
    links.follow_remembered()
