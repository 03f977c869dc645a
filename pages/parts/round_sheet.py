"""The end of a round: what was done to whom, what is left, on the screen and as files to hand over."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import streamlit as st

from core.services import hand_over
from core.services import round as service
from core.services.worklist import Panel
from core.settings import read_settings
from core.views.hand_over import list_sheets, sheet_table, summary_line
from core.views.markup import tag
from core.views.worklist import Row
from pages import guard
from pages.parts import round_steps


def show(panel: Panel, found: service.Round, rows: Sequence[Row]) -> None:
    """The hand-over sheet of a round, with its files and the ways on."""
    user = guard.require("viewer")
    url = read_settings().db_url
    done = service.acts_of_round(url, found)
    sheets = list_sheets(panel.picture, rows, panel.lives, done, found.seen, found.seconds)
    st.html(tag("div", tag("span", "Hand-over sheet", css="n-name"), css="n-row"))
    st.html(tag("p", summary_line(sheets), css="n-line", role="status"))
    missing = [place for place, key in enumerate(found.queue, start=1) if key not in found.seen]
    with st.container(horizontal=True, gap="xsmall", key="round-sheet"):
        for form, (name, media) in hand_over.FORMS.items():
            make = partial(
                hand_over.make_file, url, form, sheets, panel.picture, filters=found.kept.filters, by=user.name
            )
            st.download_button(form, make, name, media, key=f"round.file-{form}", on_click="ignore")
        if missing:
            st.button(
                f"Go on: {len(missing):,} not looked at", key="round.on", on_click=round_steps.go_to,
                args=(found.round_id, missing[0]), shortcut="n",
            )  # fmt: skip
        st.button("Back to the worklist", key="round.home", type="primary", on_click=round_steps.leave)
    st.html(sheet_table(sheets))
