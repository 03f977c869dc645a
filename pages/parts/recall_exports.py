"""The recall list as files: each made when it is asked for, of the patients shown, and noted in the trail."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import streamlit as st

from core.services import recall_files
from core.services.recall import Recall
from core.settings import read_settings
from core.views.markup import tag
from core.views.recall import Choice, Line, count_failed
from core.views.recall_words import summary_line
from core.views.text import count_text
from pages import guard
from pages.parts import recall_filters, recall_letterhead


def offer_files(found: Recall, shown: Sequence[Line], choice: Choice) -> None:
    """One button for each form; nobody listed, nothing to take away."""
    user = guard.current_user()
    by = "" if user is None else user.name
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall", key="recall-exports"):
        st.html(tag("p", summary_line(shown, found.picture.as_of)))
        st.html("<p class='n-muted'>Export what is shown:</p>", width="content")
        for form, (name, media) in recall_files.FORMS.items():
            make = partial(
                recall_files.make_file, read_settings().db_url, form, shown, found.picture,
                choice=choice, filters=_filters(found, choice), total=len(found.lines), by=by,
            )  # fmt: skip
            st.download_button(
                form, make, name, media, key=f"recall.export-{form}", on_click="ignore", disabled=not shown
            )
        recall_letterhead.offer()


def _filters(found: Recall, choice: Choice) -> str:
    """What a file says of its own limits: the filters, and how many patients no list can hold."""
    failed = count_failed(found.picture)
    missing = f"; {count_text(failed, 'patient')} could not be evaluated and stand on no list" if failed else ""
    return recall_filters.describe(choice) + missing
