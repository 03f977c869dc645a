"""Excel workbooks, cell by cell: what a person sees in the table, or a refusal. Nothing is calculated, nothing guessed.

1. The zip directory is judged before anything is unpacked, and XML is parsed defused or not at all (P34, P35).
2. Whatever could move or hide a value refuses the whole file: merged cells, hidden rows, columns or sheets with
   something in them, a formula whose result was never saved (P04). The sentence says which cell and how to mend it.
3. An error value (#N/A) stays the text it shows, so that the one row it spoils is refused where it is read.
4. Numbers keep the digits Excel keeps; an identifier with leading zeros keeps them where its format shows them; a date
   is ISO text; a number shown as a percentage keeps its sign, since 0.42 and 42% are not the same text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from zipfile import BadZipFile, ZipFile

from core.errors import InputRefused
from core.ingest.archives import check_directory
from core.ingest.grid import Grid, Line, check_header
from core.ingest.limits import COMMAND_LINE, MIB, Deadline, InputFile, Limits, unsafe

if TYPE_CHECKING:
    from openpyxl.workbook import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

SUFFIX = ".xlsx"
#: Between the file's name and the sheet's in `Grid.name`.
BETWEEN = "/"
#: A workbook is held in memory whole: a million cells unpack to about 40 MiB and take some 20 s. More is for CSV.
LARGEST_UNPACKED = 64 * MIB
MOST_CELLS = 2_000_000
#: Excel keeps 15 significant digits: a longer number typed into a cell has lost its last ones already.
DIGITS_KEPT = 15
_ZERO_PADDED = re.compile("0+")


def read_workbook_grids(
    file: InputFile, *, limits: Limits = COMMAND_LINE, deadline: Deadline | None = None
) -> list[Grid]:
    """Read every sheet with something in it, as text. `Grid.name` is the file's name, "/" and the sheet's.

    Raises: InputRefused (the user mends the workbook): unsafe_file for what is no workbook or too large;
        duplicate_header; unknown_column_layout for merged or hidden cells, a formula without a saved result, or a
        header that is not in the first row.
    """
    deadline = deadline or Deadline(limits)
    _check_package(file, limits)
    book = _open(file, saved_results=False)
    results: Workbook | None = None
    grids = []
    for sheet in book.worksheets:
        _check_extent(file, sheet, limits)
        cells = _filled_cells(sheet)
        deadline.check(file.name)
        if not cells:
            continue
        _check_nothing_hidden(file, sheet, cells)
        if any(cell.data_type == "f" for cell in cells.values()):
            results = results or _open(file, saved_results=True)
            cells = _with_results(file, sheet, cells, results[sheet.title])
            deadline.check(file.name)
        grids.append(_grid(file, sheet.title, cells))
    if not grids:
        raise _layout(file, "holds no table: export it again with its header")
    return grids


def sheet_of(grid: Grid) -> str:
    """The sheet's own name, out of a grid's."""
    return grid.name.rsplit(BETWEEN, 1)[-1]


def _check_package(file: InputFile, limits: Limits) -> None:
    """Judge the package by its directory, before a member is unpacked."""
    try:
        with file.open() as stream, ZipFile(stream) as package:
            members = check_directory(package, file.name, limits)
    except BadZipFile as error:
        raise unsafe(file.name, "is no Excel workbook inside: save it as .xlsx or CSV again") from error
    if "xl/workbook.xml" not in {member.filename for member in members}:
        raise unsafe(file.name, "is no Excel workbook inside: save it as .xlsx or CSV again")
    if any(
        member.filename.lower().endswith((".bin", ".vbs")) and "vba" in member.filename.lower() for member in members
    ):
        raise unsafe(file.name, "carries macros: save it as .xlsx without them")
    if sum(member.file_size for member in members) > LARGEST_UNPACKED:
        raise unsafe(file.name, f"unpacks to more than {LARGEST_UNPACKED // MIB} MiB: export the table as CSV")


def _open(file: InputFile, *, saved_results: bool) -> Workbook:
    from openpyxl import load_workbook
    from openpyxl.xml import DEFUSEDXML

    if not DEFUSEDXML:  # openpyxl falls back to the plain parser in silence; entities would then be expanded
        raise unsafe(file.name, "cannot be read safely here: the administrator installs defusedxml")
    with file.open() as stream:
        try:
            return load_workbook(stream, data_only=saved_results, keep_links=False, keep_vba=False)
        except Exception as error:  # openpyxl raises whatever the XML provokes: KeyError, ValueError, the defused ones
            raise unsafe(file.name, "is damaged or built in an unusual way: save it again as .xlsx or CSV") from error


def _check_extent(file: InputFile, sheet: Worksheet, limits: Limits) -> None:
    rows, columns = sheet.max_row, sheet.max_column
    if rows > limits.rows or columns > limits.columns or rows * columns > MOST_CELLS:
        raise unsafe(
            file.name,
            f"has a sheet {sheet.title!r} of {rows:,} by {columns:,} cells: delete the empty ones, or export CSV",
        )


def _filled_cells(sheet: Worksheet) -> dict[tuple[int, int], Any]:
    """Every cell that holds something, by row and column, in reading order."""
    return {
        (cell.row, cell.column): cell
        for row in sheet.iter_rows()
        for cell in row
        if cell.value is not None and not (isinstance(cell.value, str) and not cell.value.strip())
    }


def _check_nothing_hidden(file: InputFile, sheet: Worksheet, cells: dict[tuple[int, int], Any]) -> None:
    """Refuse what a person looking at the sheet would not see as it is read."""
    if sheet.sheet_state != "visible":
        raise _layout(file, f"has a hidden sheet {sheet.title!r} with something in it: show or delete the sheet")
    rows, columns = {row for row, _ in cells}, {column for _, column in cells}
    for row, dimension in sheet.row_dimensions.items():
        if dimension.hidden and row in rows:
            raise _layout(
                file, f"has a hidden row {row} in sheet {sheet.title!r}: show or delete it (a filter hides rows too)"
            )
    for letter, dimension in sheet.column_dimensions.items():
        if dimension.hidden and columns & set(range(dimension.min, dimension.max + 1)):
            raise _layout(file, f"has a hidden column {letter} in sheet {sheet.title!r}: show or delete it")
    if sheet.sheet_format.zeroHeight:
        raise _layout(file, f"hides the rows of sheet {sheet.title!r} by default: show them")
    last_row, last_column = max(rows), max(columns)
    for merged in sheet.merged_cells.ranges:
        if merged.min_row <= last_row and merged.min_col <= last_column:
            raise _layout(
                file, f"has merged cells {merged.coord} in sheet {sheet.title!r}: split them and fill each one in"
            )


def _with_results(
    file: InputFile, sheet: Worksheet, cells: dict[tuple[int, int], Any], results: Worksheet
) -> dict[tuple[int, int], Any]:
    """Put each formula's saved result in its place; a formula that has none is never worked out."""
    given = {}
    for (row, column), cell in cells.items():
        result = results.cell(row, column) if cell.data_type == "f" else cell
        if result.value is None and result.data_type == "n":
            raise _layout(
                file,
                f"has a formula in {sheet.title}!{cell.coordinate} whose result was never saved: "
                "open the workbook in Excel, save it, and import it again",
            )
        given[row, column] = result
    return given


def _grid(file: InputFile, title: str, cells: dict[tuple[int, int], Any]) -> Grid:
    name = f"{file.name}{BETWEEN}{title}"
    rows: dict[int, dict[int, str]] = {}
    for (row, column), cell in cells.items():
        rows.setdefault(row, {})[column] = _text(cell)
    if 1 not in rows:
        raise _layout(file, f"has a sheet {title!r} that does not start with its header in row 1: put it there")
    header = check_header(name, _spread(rows.pop(1), 0))
    return Grid(name, header, list(_lines(rows, len(header))))


def _lines(rows: dict[int, dict[int, str]], width: int) -> Iterator[Line]:
    for number, cells in sorted(rows.items()):
        if any(cells.values()):
            yield number, tuple(_spread(cells, width))


def _spread(cells: dict[int, str], width: int) -> list[str]:
    """The cells of a row from column A on, blanks included, at least `width` of them."""
    return [cells.get(column, "") for column in range(1, max(width, *cells) + 1)]


def _text(cell: Any) -> str:
    """A cell as text, the way its reader sees it."""
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, datetime):
        return _moment(value)
    if isinstance(value, int | float):
        return _number(value, cell.number_format)
    return str(value)  # a time of day, a span of time: nothing in the file set is one, so whoever reads it refuses it


def _moment(value: datetime) -> str:
    """Excel counts days in floating point: what is a hair beside a whole second is that second."""
    whole = (value + timedelta(microseconds=500_000)).replace(microsecond=0)
    if whole.hour == whole.minute == whole.second == 0:
        return whole.date().isoformat()
    return whole.isoformat(timespec="seconds" if whole.second else "minutes")


def _number(value: int | float, number_format: str) -> str:
    shown = number_format.split(";", maxsplit=1)[0]
    if "%" in shown:
        return f"{_plain(Decimal(f'{value:.{DIGITS_KEPT}g}') * 100)}%"
    if abs(value) >= 10**DIGITS_KEPT:
        return f"{value:.{DIGITS_KEPT - 1}E}"  # as Excel shows it: no identifier is written so, hence none will match
    text = _plain(Decimal(f"{value:.{DIGITS_KEPT}g}"))
    if _ZERO_PADDED.fullmatch(shown) and text.isdigit():
        return text.zfill(len(shown))
    return text


def _plain(number: Decimal) -> str:
    """Digits without an exponent and without zeros nobody wrote."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _layout(file: InputFile, what: str) -> InputRefused:
    return InputRefused(f"{file.name} {what}.", reason="unknown_column_layout", file=file.name)
