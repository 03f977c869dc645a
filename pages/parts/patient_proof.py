"""The proof of an alert, one press from the verdict: facts, comparison, what would clear it, what did not fire."""

from __future__ import annotations

import streamlit as st

from core.errors import NadirError
from core.services import patient_parts
from core.services.explain import to_text
from core.settings import read_settings
from core.views import patient
from core.views.header import refusal
from core.views.model import PatientPicture
from core.views.proof_panel import name_alerts, proof_panel
from pages import guard
from pages.parts import patient_address


@st.fragment
def show(picture: PatientPicture) -> None:
    """A button for each open alert; the one pressed is proven underneath."""
    guard.require("viewer")
    alerts = {one.alert_id: one for one in patient.order_alerts(picture.alerts)}
    if not alerts:
        return
    key = f"patient.proof-{picture.person.key}-{picture.version}"
    labels = name_alerts(alerts.values())
    chosen = patient_address.read_choice(patient_address.PROOF, alerts, "")
    st.session_state[key] = chosen or None
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall", key="patient-proof"):
        st.html('<span class="n-muted">Proof of</span>', width="content")
        st.pills(
            "Proof of", list(alerts), format_func=labels.__getitem__, key=key, on_change=_keep, args=(key,),
            label_visibility="collapsed", wrap=True,
        )  # fmt: skip
    if not chosen:
        return
    try:
        told = patient_parts.prove(read_settings().db_url, picture, chosen)
    except NadirError as error:
        st.html(refusal(str(error)))
        return
    st.html(proof_panel(told, to_text(told)))


def _keep(key: str) -> None:
    patient_address.keep(patient_address.PROOF, st.session_state.get(key) or "")
