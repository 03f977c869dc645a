"""The quarantine: every row of the clinic that waits, mended in place, tried again, or dismissed with a reason."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pyarrow as pa
import streamlit as st

from core.errors import NadirError
from core.services import mend_quarantine as service
from core.settings import read_settings
from core.views import quarantine_list as view
from core.views.header import count_line, refusal
from core.views.import_model import Refused
from core.views.markup import tag
from core.views.read_rows import column_words
from core.views.words import reason_words
from pages.parts import address, links, uploads
from pages.parts.import_preview import ROW_HEIGHT

_MOST_ROWS = 10
_TOLD = "import.quarantine-told"
#: At 768 px the first five are seen without scrolling; the card below tells all of the row chosen.
_WIDTHS = {"Reason": 150, "Patient": 112, "Column": 100, "Value": 100, "What to do": 278, "Row of": 90, "Source": 110,
           "File": 180}  # fmt: skip


def show(by: str) -> None:
    """What waits, narrowed by reason and source; the chosen row with its cells to mend."""
    kept = service.list_quarantine(read_settings().db_url)
    told = st.session_state.pop(_TOLD, None)
    if told is not None:
        st.html(told)
    if not kept.rows:
        st.html(tag("p", f"No row waits: {view.beside(kept)}.", role="status"))
        return
    counts = view.count_reasons(kept.rows)
    st.session_state["import.reasons"] = [one for one in st.session_state.get("import.reasons", ()) if one in counts]
    picked = st.pills(
        "Show only", list(counts), selection_mode="multi", key="import.reasons", label_visibility="collapsed",
        format_func=lambda one: f"{reason_words(one)} **{counts[one]:,}**", persist_state="session",
    )  # fmt: skip
    reasons = frozenset(picked)
    senders = sorted({one.source for one in kept.rows})
    sources: frozenset[str] = frozenset()
    if len(senders) > 1:
        sources = address.pick("Source", senders, "import.sources", "source", width=320)
    shown = view.narrow(kept.rows, reasons, sources)
    st.html(count_line(len(shown), len(kept.rows), "row", f"waiting to be mended · {view.beside(kept)}"))
    mark = links.fingerprint(kept.version, (reasons, sources), (one.row_id for one in shown))
    chosen = _table(shown, mark)
    st.button(
        f"Try all {len(shown):,} again", key="import.retry", on_click=_retry, args=([one.row_id for one in shown], by),
        help="Rows that lacked a patient or a word may be readable by now.",
    )  # fmt: skip
    _mend(chosen, by)
    _dismiss(chosen, shown, by)


def _table(rows: Sequence[Refused], mark: str) -> Refused:
    column = st.column_config
    event = st.dataframe(
        pa.table(view.columns(rows)), key=f"import.quarantine-{mark}", hide_index=True, row_height=ROW_HEIGHT,
        on_select="rerun", selection_mode="single-cell", alt="Rows in quarantine",
        height=min(_MOST_ROWS, len(rows)) * ROW_HEIGHT + 35,
        column_config={name: column.TextColumn(name, width=width) for name, width in _WIDTHS.items()},
    )  # fmt: skip
    cells = event["selection"]["cells"]
    return rows[cells[0][0]] if cells else rows[0]


def _mend(row: Refused, by: str) -> None:
    """The row as it came, and its cells to be mended."""
    st.html(view.card(row))
    if not row.mendable:
        return
    with st.form(f"import.mend-{row.row_id}"):
        with st.container(horizontal=True):
            cells = {
                name: st.text_input(
                    f"{column_words(name)} ✎" if name == row.column else column_words(name), row.fields.get(name, ""),
                    key=f"import.cell-{row.row_id}-{name}", width=200,
                )
                for name in row.mendable
            }  # fmt: skip
        if st.form_submit_button("Try again with these cells", type="primary"):
            _tell(lambda: view.told(service.mend_row(read_settings(), row.row_id, cells, by=by)))
            st.rerun()


def _retry(row_ids: Sequence[int], by: str) -> None:
    with uploads.showing_progress() as tell:
        tell(f"reading {len(row_ids):,} rows again")
        _tell(lambda: view.told(service.retry_rows(read_settings(), row_ids, by=by)))


def _dismiss(row: Refused, shown: Sequence[Refused], by: str) -> None:
    """Ending rows nobody can mend: only with a reason, which the trail keeps."""
    with st.expander("Dismiss instead of mending", key="import.dismiss-form"):
        st.html(
            "<p>A dismissed row is kept and never read. A mark it left on a patient is lifted, and the patient judged "
            "by the results before it.</p>"
        )
        reason = st.text_input("Reason", key="import.dismiss-reason", max_chars=service.LONGEST_REASON, width=420)
        with st.container(horizontal=True):
            for label, key, rows in (
                ("Dismiss this row", "import.dismiss", [row]),
                (f"Dismiss all {len(shown):,} shown", "import.dismiss-all", shown),
            ):
                st.button(
                    label, key=key, disabled=not reason.strip(), on_click=_end,
                    args=([one.row_id for one in rows], reason, by),
                )  # fmt: skip


def _end(row_ids: Sequence[int], reason: str, by: str) -> None:
    def end() -> str:
        ended = service.dismiss_rows(read_settings(), row_ids, reason, by=by)
        return tag("p", tag("b", f"Dismissed: {ended:,} of {len(row_ids):,}."), css="n-card", role="status")

    with uploads.showing_progress() as tell:
        tell(f"judging the patients of {len(row_ids):,} rows")
        _tell(end)
    st.session_state["import.dismiss-reason"] = ""


def _tell(do: Callable[[], str]) -> None:
    try:
        st.session_state[_TOLD] = do()
    except NadirError as error:
        st.session_state[_TOLD] = refusal(str(error))
