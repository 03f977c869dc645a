"""The hand-over sheet as a file that leaves the screen: CSV, Excel or PDF; each leaves a line in the trail."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from core.services import reports
from core.services.list_file import make_list, name_files, to_columns
from core.views.hand_over import COLUMNS, Sheet, sheet_rows, summary_line
from core.views.model import ClinicPicture

#: What may be asked for: file name and media type.
FORMS: Mapping[str, tuple[str, str]] = {
    **name_files("hand-over"),
    "PDF": ("hand-over.pdf", "application/pdf"),
}


def make_file(url: str, form: str, sheets: Sequence[Sheet], picture: ClinicPicture, *, filters: str, by: str) -> bytes:
    """The sheet as one file, with how it came about written in.

    Args:   form: a key of FORMS; filters: of the list the round was made from, in words; by: who asks.
    Raises: StoreFailed (what the trail cannot tell of is not handed out).
    """
    said = "; ".join(part for part in (summary_line(sheets), filters) if part)
    about = reports.describe_picture(picture, "Hand-over sheet", shown=len(sheets), filters=said)
    others = {"PDF": lambda: reports.panel_pdf(url, [one.key for one in sheets], said, picture=picture)}
    return make_list(
        url, form, to_columns(COLUMNS), sheet_rows(sheets), about, filters=filters, by=by, others=others
    )  # fmt: skip
