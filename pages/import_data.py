"""Import: what came in, what was refused and why."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import streamlit as st

from core.errors import NadirError
from core.views.header import count_line, refusal
from core.views.import_report import issue_columns, summary
from core.views.markup import tag
from core.views.text import join_words
from pages import guard
from pages.parts import frame, pictures, uploads

_CLINIC_FILES = "Clinic file set (patients, results, medications, events)"
_PROMISE = "Nothing is stored unless all files can be read. A row that cannot be trusted is kept aside with its reason."
_ROW_HEIGHT = 36
_MOST_ROWS = 14


def render() -> None:
    """Take files in, say of every row what became of it, and refuse the whole in one sentence if it cannot be read."""
    guard.require("admin")
    frame.open_screen()
    report = _ask()
    if report is not None:
        _show(report)
    frame.show_strip(pictures.read_clinic())  # last, so that it tells of this very import


def _ask() -> dict[str, Any] | None:
    """The files, who sends them and how to read them; the report once they were brought in."""
    mappings = uploads.list_mappings()
    files = st.file_uploader(
        "Files: the clinic file set as CSV, one workbook or one .zip, or tables that a saved mapping describes",
        accept_multiple_files=True, key="import.files",
    )  # fmt: skip
    with st.container(horizontal=True, vertical_alignment="bottom", key="import-choices"):
        source = st.text_input(
            "Source: who sends these files", key="import.source", max_chars=60, width=320,
            placeholder="for example: laboratory",
            help="Results are told apart within their source. Use the same name each time for the same sender.",
        )  # fmt: skip
        mapping = st.selectbox(
            "How the files are laid out", ["", *mappings], key="import.mapping", width=420,
            format_func=lambda name: mappings.get(name, _CLINIC_FILES),
        )  # fmt: skip
        asked = st.button("Import", type="primary", key="import.go", disabled=not (files and source.strip()))
    if not asked or not files or not source.strip():
        missing = [what for what, there in (("files", files), ("source", source.strip())) if not there]
        if missing:
            st.html(tag("p", f"To import, still missing: {join_words(missing)}.", role="status"))
        if not files:
            st.html(f"<p>{_PROMISE}</p>")
        return None
    try:
        with st.spinner("Reading, storing and evaluating"):
            return uploads.import_uploads(files, source=source.strip(), mapping=mapping)
    except NadirError as error:
        st.html(refusal(f"{error} Nothing was stored."))
        return None


def _show(report: dict[str, Any]) -> None:
    st.html(summary(report))
    issues = report["issues"]
    if not issues:
        st.html("<p>No row was refused and none earned a remark.</p>")
        return
    st.html(count_line(len(issues), len(issues), "remark", f"{report['quarantined']:,} rows quarantined"))
    column = st.column_config
    widths = {"Outcome": 110, "File": 140, "Row": 60, "Column": 120, "Reason": 150, "Value": 120, "What to do": 600}
    st.dataframe(
        pa.table(issue_columns(issues)), hide_index=True, key="import.issues", row_height=_ROW_HEIGHT,
        alt="Remarks on rows, refusals first", height=min(_MOST_ROWS, len(issues)) * _ROW_HEIGHT + 35,
        column_config={name: column.TextColumn(name, width=width) for name, width in widths.items()},
    )  # fmt: skip
