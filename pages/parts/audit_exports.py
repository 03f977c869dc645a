"""The trail as a file; taking it away is itself told in it."""

from __future__ import annotations

from functools import partial

import streamlit as st

from core.services import audit_screen
from core.settings import read_settings
from core.views.audit import Choice
from core.views.markup import tag
from core.views.model import ClinicPicture


def offer(choice: Choice, filters: str, picture: ClinicPicture, *, by: str, may_name: bool) -> None:
    """One button for each form: every entry that matches, not this page alone."""
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall", key="audit-exports"):
        st.html(tag("span", "Export all that match (the export is told in the trail):", css="n-muted"), width="content")
        for form, (name, media) in audit_screen.FORMS.items():
            make = partial(
                audit_screen.make_file, read_settings().db_url, form, choice, picture, filters=filters, by=by,
                may_name=may_name,
            )  # fmt: skip
            st.download_button(form, make, name, media, key=f"audit.export-{form}", on_click="ignore")
