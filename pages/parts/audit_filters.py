"""The trail's filters, kept in the address; a patient is named there by an opaque number alone."""

from __future__ import annotations

from datetime import date

import streamlit as st

from core.services import audit_screen
from core.services.audit_screen import Trail
from core.views import audit, audit_words
from core.views.audit import Choice
from core.views.model import ClinicPicture
from core.views.people import name_and_age
from pages.parts import address, audit_pages

_MANY = {"audit.who": "who", "audit.what": "what"}
_PATIENT = "audit.patient"
_DAYS = {"audit.since": "from", "audit.until": "to"}


def choose(trail: Trail, picture: ClinicPicture, *, may_name: bool) -> tuple[Choice, str]:
    """Ask what to show, beginning with what the address says; the choice, and the filters in words."""
    counts = audit.count_kinds(trail.entries)
    labels = {kind: f"{audit.kind_words(kind)} **{count:,}**" for kind, count in counts.items()}
    what = address.mark("Show only", labels, "audit.what", "what")
    with st.container(horizontal=True, vertical_alignment="bottom", gap="xsmall", key="audit-filters"):
        who = address.pick("Who", {one.by for one in trail.entries}, "audit.who", "who", width=190)
        key, names = _pick_patient(trail, picture, may_name=may_name)
        since, until = (_pick_day(label, key_) for label, key_ in zip(("From", "To"), _DAYS, strict=True))
        if who or what or key or since or until:
            st.button("Clear filters", on_click=_clear, key="audit.clear", type="tertiary")
    address.note({**_MANY, _PATIENT: "of", **_DAYS}, page=audit_pages.PAGE)
    patient_id = next((one.patient_id for one in picture.people.values() if str(one.key) == key), None)
    choice = audit_screen.choose(trail, who, what, patient_id, (since, until))
    return choice, audit_words.filter_words(who, what, names.get(key, ""), since, until)


def _pick_patient(trail: Trail, picture: ClinicPicture, *, may_name: bool) -> tuple[str, dict[str, str]]:
    """One of the patients the trail tells of, by their opaque number ("" = any), and what each is called."""
    told = {one.patient_id for one in trail.entries if one.patient_id in picture.people}
    people = sorted(
        (picture.people[name] for name in told),
        key=lambda one: (one.family_name, one.key) if may_name else ("", one.key),
    )
    names = {
        str(one.key): name_and_age(one, picture.as_of) if may_name else f"patient {one.key}" for one in people
    }  # fmt: skip
    held = st.session_state.get(_PATIENT) or st.query_params.get("of")
    st.session_state[_PATIENT] = held if held in names else None
    chosen = st.selectbox(
        "Patient", list(names), index=None, format_func=names.__getitem__, key=_PATIENT, placeholder="Patient",
        label_visibility="collapsed", width=240, persist_state="session",
    )  # fmt: skip
    return chosen or "", names


def _pick_day(label: str, key: str) -> date | None:
    address.recall_day(key, _DAYS[key])
    day: date | None = st.date_input(
        label, key=key, format="DD/MM/YYYY", width=140, persist_state="session",
    )  # fmt: skip
    return day


def _clear() -> None:
    for key in _MANY:
        st.session_state[key] = []
    for key in (_PATIENT, *_DAYS):
        st.session_state[key] = None
