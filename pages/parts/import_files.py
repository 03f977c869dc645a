"""Bringing files in: choose them, see what would come of it, then import; the report stays until other files come."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator
from streamlit.runtime.uploaded_file_manager import UploadedFile

from core.errors import NadirError
from core.views.header import refusal
from core.views.import_model import Preview
from core.views.import_report import summary
from core.views.markup import tag
from core.views.text import join_words
from pages.parts import doors, import_preview, import_wizard, uploads

_CLINIC_FILES = "Clinic file set (patients, results, medications, events)"
_NEW = "*describe"  # no saved mapping can bear a name with a star
_PREVIEW = "import.preview"
_REPORT = "import.report"


def show(by: str) -> None:
    """The files, who sends them and how they are laid out; then the preview, or the report of what was imported."""
    mappings = uploads.list_mappings()
    spoken = {"": _CLINIC_FILES, **mappings, _NEW: "Something else: describe its columns"}
    files = st.file_uploader(
        "Files: the clinic file set as CSV, one workbook or one .zip, or any other CSV or Excel table",
        accept_multiple_files=True, key="import.files",
    )  # fmt: skip
    with st.container(horizontal=True, vertical_alignment="bottom", key="import-choices"):
        source = st.text_input(
            "Source: who sends these files", key="import.source", max_chars=60, width=320,
            placeholder="for example: laboratory",
            help="Results are told apart within their source. Use the same name each time for the same sender.",
        ).strip()  # fmt: skip
        if st.session_state.get("import.mapping") not in spoken:
            st.session_state["import.mapping"] = ""
        mapping = st.selectbox(
            "How the files are laid out", list(spoken), key="import.mapping", width=420,
            format_func=spoken.__getitem__,
        )  # fmt: skip
        go = st.empty()
    if files and mapping == _NEW:
        _disable(go)
        import_wizard.show(files, by)
        return
    missing = [what for what, there in (("files", files), ("source", source)) if not there]
    if missing:
        _disable(go)
        st.session_state.pop(_PREVIEW, None)
        st.session_state.pop(_REPORT, None)
        st.html(tag("p", f"To see what would come of it, still missing: {join_words(missing)}.", role="status"))
        if not files:
            doors.explain_files()
        return
    _show_outcome(files, source, mapping, by, go)


def _show_outcome(files: Sequence[UploadedFile], source: str, mapping: str, by: str, go: DeltaGenerator) -> None:
    """The preview with its button; once imported, the report, until other files, a source or a layout are chosen."""
    asked = (tuple(one.file_id for one in files), source, mapping)
    done = st.session_state.get(_REPORT)
    if done is not None and done[0] == asked:
        _disable(go)
        _show_report(done[1])
        return
    st.session_state.pop(_REPORT, None)
    try:
        preview = _preview(asked, files, source, mapping)
    except NadirError as error:
        _disable(go)
        st.html(refusal(f"{error} Nothing was stored."))
        if getattr(error, "reason", "") == "unknown_column_layout":
            st.button("Describe the columns", on_click=_describe, key="import.describe")
        return
    if go.button("Import", type="primary", key="import.go"):
        del st.session_state[_PREVIEW]
        try:
            report = uploads.import_uploads(files, source=source, mapping=mapping, by=by, previewed=preview.version)
        except NadirError as error:
            st.html(refusal(f"{error} Nothing was stored."))
            st.button("Show the preview again", key="import.again")
            return
        st.session_state[_REPORT] = (asked, report)
        st.rerun()
    import_preview.show(preview)


def _preview(asked: object, files: Sequence[UploadedFile], source: str, mapping: str) -> Preview:
    """Made once for the same files: it belongs to this tab's uploads, goes with them, and is held against the store's
    version when it is acted on.
    """
    kept = st.session_state.get(_PREVIEW)
    if kept is None or kept[0] != asked:
        kept = (asked, uploads.preview_uploads(files, source=source, mapping=mapping))
        st.session_state[_PREVIEW] = kept
    made: Preview = kept[1]
    return made


def _show_report(report: dict[str, Any]) -> None:
    st.html(summary(report))
    import_preview.show_issues(report, key="import.issues")
    with st.container(horizontal=True, gap="small", key="import-next"):
        if report["quarantined"]:
            st.button("Open the quarantine", on_click=_open_part, args=("quarantine",), key="import.mend")
        if not uploads.is_watched(str(report["source"])):
            st.button(
                "Say how often to expect this source", on_click=_open_part, args=("feeds",), key="import.watch-it",
                help="Until then its silence is not told of on any screen.",
            )  # fmt: skip


def _disable(go: DeltaGenerator) -> None:
    go.button("Import", type="primary", key="import.go", disabled=True)


def _describe() -> None:
    st.session_state["import.mapping"] = _NEW


def _open_part(part: str) -> None:
    st.session_state["import.part"] = part
