"""Any list of a screen as CSV or Excel: inert, with real numbers and dates, saying how it came about (P40)."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Literal

from core.errors import InputRefused
from core.paper.about import About
from core.paper.inert import inert_text
from core.records import DAY, FAR, LONG_AGO

Kind = Literal["text", "number", "date", "moment"]
Row = Mapping[str, object]

MOST_ROWS = 1_048_000  # what a sheet holds, but for the head
MOST_LETTERS = 32_000  # what a cell holds is a little more
_CUT = " … (cut)"
_EPOCH = datetime.fromisoformat("1970-01-01")  # without a zone: instants are on the clinic's own wall clock
_FIRST_SHEET_DAY = date(1900, 3, 1)  # a sheet's calendar is wrong before
_FORMATS: Mapping[str, str] = {"date": "dd-mmm-yyyy", "moment": "dd-mmm-yyyy hh:mm"}
_WIDEST, _NARROWEST = 60, 9  # letters


@dataclass(frozen=True, slots=True)
class Column:
    """One column. key: of the rows' mappings; title: as a reader sees it. kind: date and moment take instants (seconds
    on the clinic's clock), dates or datetimes; number takes numbers; what is neither is written as text.
    """

    key: str
    title: str
    kind: Kind = "text"


def to_csv(columns: Sequence[Column], rows: Iterable[Row], about: About) -> bytes:
    """UTF-8 with a byte order mark. Lines that begin with # say what the file is; the first other line is the head.

    Dates are ISO. Every text is quoted, so that a semicolon in it divides no cell anywhere.
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n", quoting=csv.QUOTE_NONNUMERIC)
    listed = list(rows)
    for label, words in about.lines():
        out.write(f"# {label},")
        writer.writerow([inert_text(words)])
    writer.writerow([inert_text(column.title) for column in columns])
    for row in listed:
        writer.writerow([_csv_cell(_value(row.get(column.key), column.kind)) for column in columns])
    return b"\xef\xbb\xbf" + out.getvalue().encode("utf-8")


def to_xlsx(columns: Sequence[Column], rows: Iterable[Row], about: About) -> bytes:
    """A workbook of two sheets: "List" with head, filter and frozen first row, and "About" with how it came about.

    Raises: InputRefused (more rows than a sheet holds; the user narrows the list or takes CSV).
    """
    from openpyxl import Workbook

    listed = list(rows)
    if len(listed) > MOST_ROWS:
        raise InputRefused(f"A sheet holds {MOST_ROWS:,} rows and the list has {len(listed):,}: take CSV.")
    book = Workbook()
    book.properties.creator = about.program
    # the same list gives the same bytes but for the archive's own times: no file asks the time
    book.properties.created = book.properties.modified = _EPOCH + timedelta(seconds=about.as_of)
    sheet = book.active
    sheet.title = "List"
    values = [[_value(row.get(column.key), column.kind) for column in columns] for row in listed]
    _write_row(sheet, 1, [column.title for column in columns], bold=True)
    for place, cells in enumerate(values, start=2):
        _write_row(sheet, place, cells, columns)
    if columns:
        sheet.freeze_panes = "A2"
        sheet.auto_filter.ref = sheet.dimensions
    _set_widths(sheet, [[column.title for column in columns], *values[:500]])
    told = book.create_sheet("About")
    for place, (label, words) in enumerate(about.lines(), start=1):
        _write_row(told, place, [label, words])
    _set_widths(told, [list(line) for line in about.lines()])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _value(given: object, kind: Kind) -> object:
    """A cell's content: a number, a date, a moment, None, or text."""
    if given is None or (isinstance(given, float) and not math.isfinite(given)):
        return None
    if isinstance(given, bool):
        return "yes" if given else "no"
    if kind in ("date", "moment") and isinstance(given, int):
        return None if given in (FAR, LONG_AGO) else _on_calendar(given, kind)
    if isinstance(given, int | float | date):
        return given
    return inert_text(str(given))


def _on_calendar(instant: int, kind: Kind) -> date:
    moment = _EPOCH + timedelta(seconds=instant)
    return moment.date() if kind == "date" or instant % DAY == 0 else moment


def _csv_cell(value: object) -> object:
    if value is None:
        return ""
    return value.isoformat() if isinstance(value, date) else value


def _write_row(
    sheet: Any, place: int, values: Sequence[object], columns: Sequence[Column] = (), *, bold: bool = False
) -> None:
    from openpyxl.styles import Font

    for across, given in enumerate(values, start=1):
        value = given.isoformat() if isinstance(given, date) and _is_before_sheets(given) else given
        if value is None:
            continue
        cell = sheet.cell(row=place, column=across)
        if isinstance(value, str):
            shown = value if columns else inert_text(value)  # a column's values are inert already
            cell.value = shown if len(shown) <= MOST_LETTERS else shown[:MOST_LETTERS] + _CUT
            cell.data_type = "s"  # never a formula, whatever it begins with
        else:
            cell.value = value
        if isinstance(value, date):
            cell.number_format = _FORMATS["moment" if isinstance(value, datetime) else "date"]
        if bold:
            cell.font = Font(bold=True)


def _is_before_sheets(value: date) -> bool:
    return (value.date() if isinstance(value, datetime) else value) < _FIRST_SHEET_DAY


def _set_widths(sheet: Any, rows: Sequence[Sequence[object]]) -> None:
    from openpyxl.utils import get_column_letter

    for across in range(max((len(row) for row in rows), default=0)):
        longest = max(len(str(row[across])) for row in rows if len(row) > across)
        sheet.column_dimensions[get_column_letter(across + 1)].width = min(max(longest + 2, _NARROWEST), _WIDEST)
