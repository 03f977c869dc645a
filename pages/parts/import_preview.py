"""What an import would do, on screen: counts, files as read, refusals, and what would change for whom."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pyarrow as pa
import streamlit as st

from core.views import import_preview as view
from core.views.header import count_line
from core.views.import_model import Preview
from core.views.import_report import issue_columns, reasons_table, summary
from core.views.text import count_text

ROW_HEIGHT = 36
_MOST_ROWS = 12
#: At 768 px the first ones, up to what to do and what changes, are seen without scrolling.
_ISSUE_WIDTHS = {"Outcome": 100, "Row": 52, "Column": 110, "Value": 110, "What to do": 370, "Reason": 150, "File": 140}
_CHANGE_WIDTHS = {"Change": 88, "Mark": 122, "Patient": 196, "What": 334, "Since": 100, "Drug": 96}


def show(preview: Preview) -> None:
    """All of a preview, what would change for patients first."""
    st.html(summary(preview.report, is_preview=True))
    st.html(view.change_line(preview))
    changes = view.change_columns(preview)
    count = len(changes["Change"])
    if count:
        st.html(count_line(count, count, "change", "as of the clock in use, if all of this is imported"))
        table(changes, _CHANGE_WIDTHS, "Changes, gravest first", "import.changes")
    for file in preview.files:
        st.html(view.file_card(file))
    show_issues(preview.report, key="import.would-be-issues")


def show_issues(report: Mapping[str, Any], *, key: str) -> None:
    """Every remark on a row, refusals first."""
    issues = report["issues"]
    reasons = reasons_table(report)
    if reasons is None:
        st.html("<p>No row is refused and none earns a remark.</p>")
        return
    st.html(reasons)
    with st.expander(f"Every remark, row by row ({len(issues):,})", key=f"{key}-all"):
        st.html(
            count_line(len(issues), len(issues), "remark", f"{count_text(report['quarantined'], 'row')} quarantined")
        )
        table(issue_columns(issues), _ISSUE_WIDTHS, "Remarks on rows, refusals first", key)


def table(columns: Mapping[str, list[str]], widths: Mapping[str, int], alt: str, key: str) -> None:
    """A plain grid of texts."""
    column = st.column_config
    rows = len(next(iter(columns.values())))
    st.dataframe(
        pa.table(dict(columns)), hide_index=True, key=key, row_height=ROW_HEIGHT, alt=alt,
        height=min(_MOST_ROWS, rows) * ROW_HEIGHT + 35,
        column_config={name: column.TextColumn(name, width=width) for name, width in widths.items()},
    )  # fmt: skip
