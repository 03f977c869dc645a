"""Describing a table that is not of the clinic file set: what each column is, kept under a name for the next time."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import blake2b
from typing import Literal

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from core.errors import NadirError
from core.ingest import mapping_draft as drafts
from core.ingest.fields import COLUMNS
from core.records import Kind
from core.services.mapping_trial import SeenTable
from core.services.mappings import save_mapping
from core.settings import read_settings
from core.views import mapping_wizard as view
from core.views.header import refusal
from pages.parts import import_columns, uploads

_TOLD = "import.wizard-told"


def show(files: Sequence[UploadedFile], by: str) -> None:
    """Choose a table and say what its columns are; it can be saved once nothing is lacking."""
    told = st.session_state.pop(_TOLD, "")
    if told:
        st.html(refusal(told))
    with st.container(horizontal=True, vertical_alignment="bottom", key="import-wizard-table"):
        delimiter = st.session_state.get("import.delimiter") or ""
        tables = uploads.see_tables(files, delimiter)
        place = st.selectbox(
            "Table to describe", range(len(tables)), key="import.table", width=320,
            format_func=lambda one: tables[one].name,
        )  # fmt: skip
        table = tables[place if place is not None and place < len(tables) else 0]
        st.selectbox(
            "Cells are separated by", ["", *drafts.DELIMITERS], key="import.delimiter", width=200,
            format_func=lambda one: drafts.DELIMITERS.get(one, "as it seems"),
        )  # fmt: skip
        kinds: list[Kind] = list(COLUMNS)
        mark = blake2b("\x1f".join((table.name, table.delimiter, *table.header)).encode(), digest_size=6).hexdigest()
        kind = st.selectbox(
            "One row is", kinds, kinds.index(drafts.suggest_kind(table.header)), key=f"import.kind-{mark}", width=320,
            format_func=view.KINDS.__getitem__,
        )  # fmt: skip
    _describe(table, kind, f"{mark}-{kind}", by)


def _describe(table: SeenTable, kind: Kind, mark: str, by: str) -> None:
    taken = import_columns.ask_columns(table, kind, mark)
    by_column = {one.column: name for name, one in taken.items() if one.column}
    st.html(view.examples_table(table.header, table.rows, by_column))
    dates = drafts.see_dates(
        [text for name, one in taken.items() if name in drafts.DATE_COLUMNS and one.column
         for text in table.texts(one.column)]
    )  # fmt: skip
    commas = drafts.has_decimal_commas([text for name in by_column for text in table.texts(name)])
    with st.container(horizontal=True, vertical_alignment="bottom", key="import-wizard-writing"):
        order: Literal["", "iso", "dmy", "mdy", "ymd"] = "iso"
        if dates is not None and not dates.iso:
            order = st.selectbox(
                "Dates are written", list(view.DATES), key=f"import.dates-{mark}", width=300,
                format_func=view.DATES.__getitem__,
            )  # fmt: skip
        missing = st.text_input(
            "Words for nothing entered, with commas between",
            key=f"import.missing-{mark}",
            width=320,
            placeholder="NA, -",
        )
        comma = commas and st.checkbox("Numbers have a decimal comma (1,5)", key=f"import.comma-{mark}")
    with st.container(horizontal=True, vertical_alignment="bottom", key="import-wizard-name"):
        base = drafts.suggest_pattern(table.file.name.rsplit("/", 1)[-1])
        pattern = st.text_input(
            "For files named so (* stands for anything)", base, key=f"import.pattern-{mark}", width=320
        )
        name = st.text_input("Name of this mapping", key=f"import.name-{mark}", width=320, max_chars=40)
        replacing = st.checkbox("Replace one of this name", key=f"import.replace-{mark}")
        save = st.empty()
    draft = drafts.Draft(
        name.strip() or "being made", pattern, table.header, kind, taken, table.delimiter, order, bool(comma),
        tuple(word.strip() for word in missing.split(",") if word.strip()),
    )  # fmt: skip
    lacks = drafts.find_lacks(draft, dates)
    if not lacks:
        draft, unreadable = import_columns.try_rows(table, draft, mark)
        lacks += [unreadable] if unreadable else []
    if not name.strip():
        lacks.append("Give the mapping a name, under which it is found the next time.")
    if lacks:
        st.html(view.lacks_list(lacks))
    save.button(
        "Save mapping", type="primary", key="import.save-mapping", disabled=bool(lacks), on_click=_save,
        args=(name, drafts.write_mapping(draft), by, replacing),
    )  # fmt: skip


def _save(name: str, text: str, by: str, replacing: bool) -> None:
    try:
        save_mapping(read_settings().db_url, name, text, by=by, replacing=replacing)
    except NadirError as error:
        st.session_state[_TOLD] = str(error)
        return
    st.session_state["import.mapping"] = name.strip()
    for stale in ("import.preview", "import.report"):  # made by the mapping of this name before
        st.session_state.pop(stale, None)
