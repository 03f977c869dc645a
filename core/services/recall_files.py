"""The recall list as files that leave the screen: CSV, Excel, calendar, letters; each leaves a line in the trail."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from core.services import reports
from core.services.list_file import make_list, name_files, to_columns
from core.services.recall_letterhead import read_letterhead
from core.views.model import ClinicPicture
from core.views.recall import Choice, Line, keep_ahead
from core.views.recall_words import EXPORT_COLUMNS, export_rows

#: What may be asked for: file name and media type.
FORMS: Mapping[str, tuple[str, str]] = {
    **name_files("recall"),
    "Calendar": ("recall.ics", "text/calendar"),
    "Letters": ("recall-letters.pdf", "application/pdf"),
}


def make_file(
    url: str,
    form: str,
    found: Sequence[Line],
    picture: ClinicPicture,
    *,
    choice: Choice,
    filters: str,
    total: int,
    by: str,
) -> bytes:
    """One file of these patients, with its filters and counts written in.

    Args:   form: a key of FORMS; found: the patients shown; choice: with its horizon, beyond which no draw is listed (a
            letter tells of all of a patient's draws); total: patients before the filters; by: who asks.
    Raises: InputRefused (nobody is on the list: the user widens it), StoreFailed.
    """
    lines = keep_ahead(found, choice, picture.as_of)
    about = reports.describe_picture(picture, "Recall list", shown=len(lines), total=total, filters=filters)
    others = {
        "Calendar": lambda: reports.recall_ics(url, lines, filters_text=filters, total=total, picture=picture),
        "Letters": lambda: reports.letters_pdf(
            url, found, read_letterhead(url), picture, filters_text=filters, total=total
        ),
    }
    columns = to_columns(EXPORT_COLUMNS)
    return make_list(url, form, columns, export_rows(lines), about, filters=filters, by=by, others=others)
