"""Acting on the patient's own screen: the same buttons as on the list, for every alert that stands today."""

from __future__ import annotations

import streamlit as st

from core.errors import NadirError
from core.services import acts
from core.settings import read_settings
from core.views.header import refusal
from core.views.markup import tag
from core.views.model import PatientPicture
from core.views.patient import order_alerts
from pages import guard
from pages.parts import acting, acting_send


def show(picture: PatientPicture) -> None:
    """What can be done about the patient's alerts; nothing on a day gone by, which cannot be acted in."""
    guard.require("viewer")
    acting_send.show_told("patient")
    if picture.is_past:
        st.html(tag("p", "This is a day gone by: go back to today to act."))
        return
    alerts = order_alerts(picture.alerts)
    try:
        lives = acts.lives(read_settings().db_url, alerts)
    except NadirError as error:
        st.html(refusal(str(error)))
        return
    acting.acting("patient", picture.person.key, alerts, lives, picture.today or picture.as_of)
