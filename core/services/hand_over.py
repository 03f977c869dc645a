"""The hand-over sheet as a file that leaves the screen: CSV or PDF; each leaves a line in the trail."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import cast

from core.paper.tables import Column, Kind, to_csv, to_xlsx
from core.services import reports
from core.services.trail import record
from core.views.hand_over import COLUMNS, Sheet, sheet_rows, summary_line
from core.views.model import ClinicPicture

_COLUMNS = tuple(Column(key, title, cast(Kind, kind)) for key, title, kind in COLUMNS)
#: What may be asked for: file name and media type.
FORMS: Mapping[str, tuple[str, str]] = {
    "CSV": ("hand-over.csv", "text/csv"),
    "Excel": ("hand-over.xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "PDF": ("hand-over.pdf", "application/pdf"),
}


def make_file(url: str, form: str, sheets: Sequence[Sheet], picture: ClinicPicture, *, filters: str, by: str) -> bytes:
    """The sheet as one file, with how it came about written in.

    Args:   form: a key of FORMS; filters: of the list the round was made from, in words; by: who asks.
    Raises: StoreFailed (what the trail cannot tell of is not handed out).
    """
    said = "; ".join(part for part in (summary_line(sheets), filters) if part)
    about = reports.describe_picture(picture, "Hand-over sheet", shown=len(sheets), filters=said)
    make: Mapping[str, Callable[[], bytes]] = {
        "CSV": lambda: to_csv(_COLUMNS, sheet_rows(sheets), about),
        "Excel": lambda: to_xlsx(_COLUMNS, sheet_rows(sheets), about),
        "PDF": lambda: reports.panel_pdf(url, [one.key for one in sheets], said, picture=picture),
    }
    made = make[form]()
    record(url, by, "export", subject=f"hand-over sheet, {form}, {len(sheets)} patients", why=filters)
    return made
