"""An empty clinic: the sample or one's own patients; and what the clinic file set is made of."""

from __future__ import annotations

import streamlit as st

from core.errors import NadirError
from core.services import demo, file_templates
from core.settings import read_settings
from core.views import doors as view
from core.views.header import refusal
from core.views.markup import tag
from core.views.read_rows import cells
from pages import guard
from pages.parts import uploads


def show(sentence: str) -> None:
    """Two doors, for whoever may bring data in; anybody else is told whom to ask."""
    user = guard.current_user()
    st.write(f"**{sentence}** There are two ways to begin.")  # words of ours, no data in them
    if user is None or "admin" not in user.roles:
        st.html("<p>Ask your clinic's administrator to load the sample clinic or to import files.</p>")
        return
    sample, own = st.columns(2, border=True)
    with sample:
        st.html(view.door("The sample clinic", view.SAMPLE_WORDS))
        if st.button("Load the sample clinic", key="doors.sample"):
            _load_sample(user.name)
    with own:
        st.html(view.door("Your own data", view.OWN_WORDS))
        with st.container(horizontal=True):
            if st.button("Import your files", type="primary", key="doors.own"):
                _open_import()
            offer_templates("doors.templates")
    st.html(view.known_limits())


def offer_templates(key: str) -> None:
    """The four empty tables, to be filled in."""
    st.download_button(
        "Empty tables to fill in (.zip)", file_templates.make_templates, "nadir-file-set.zip", "application/zip",
        key=key, on_click="ignore",
    )  # fmt: skip


def explain_files() -> None:
    """What the clinic file set is made of, for whoever has no files yet."""
    st.html(
        "<p>You see what would be stored and what would change for whom before anything is. Nothing is stored unless "
        "all files can be read; a row that cannot be trusted is kept aside with its reason.</p>"
    )
    lines = [
        cells(
            name,
            ", ".join(needed),
            ", ".join(one for one in columns if not any(one in words.split(" or ") for words in needed)),
        )
        for name, (columns, needed) in file_templates.describe_columns().items()
    ]
    head = cells("File", "Columns it needs", "Columns it may have", head=True)
    table = tag("table", tag("thead", head), tag("tbody", *lines), css="n-table")
    st.html(tag("section", tag("h3", "The clinic file set"), table, css="n-card n-report n-scroll", tabindex=0))
    offer_templates("import.templates")


def _load_sample(by: str) -> None:
    try:
        with uploads.showing_progress() as tell:
            demo.load_demo(read_settings().db_url, tell, by=by)
    except NadirError as error:
        st.html(refusal(str(error)))
        return
    st.rerun()


def _open_import() -> None:
    from pages import import_data  # the screens link to each other, so the link is made when it is used

    st.switch_page(st.Page(import_data.render, url_path="import"))
