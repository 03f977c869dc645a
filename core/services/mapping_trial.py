"""Looking at a table that nobody has described yet, and reading its first rows as a mapping in the making would."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from zoneinfo import ZoneInfo

from core.clock import read_clock
from core.errors import InputRefused
from core.ingest.grid import Grid, read_csv_grid
from core.ingest.limits import InputFile
from core.ingest.mapping_draft import suggest_delimiter
from core.records import ReadRow
from core.settings import Settings
from core.store import clinic
from core.store.connect import open_store
from core.store.people import read_identities

_LOOKED_AT = 200  # rows: enough to see how dates, numbers and words are written
_BYTES_LOOKED_AT = 1 << 18
TRIED = 8


@dataclass(frozen=True, slots=True)
class SeenTable:
    """A table as it lies there. file: as uploaded. header and rows as given; only the first rows are looked at."""

    name: str
    file: InputFile
    delimiter: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def texts(self, column: str) -> list[str]:
        """What stands in one column of the rows looked at."""
        place = self.header.index(column)
        return [row[place].strip() for row in self.rows if len(row) == len(self.header)]


@dataclass(frozen=True, slots=True)
class Trial:
    """The first rows as the mapping reads them, and the words it does not know yet: (column, word), commonest first.

    tried: how many rows were read for it; refusal: why the first of them is refused if every one is, else "".
    """

    rows: tuple[ReadRow, ...]
    unknown_words: tuple[tuple[str, str], ...]
    tried: int
    refusal: str


def look_at(files: Sequence[InputFile], delimiter: str = "") -> list[SeenTable]:
    """Every table in these files, CSV or the sheets of a workbook. delimiter: "" = whatever cuts the header finest.

    Raises: InputRefused (a file that cannot be read safely; the user mends it).
    """
    found = []
    for file in files:
        if file.ignored:
            continue
        if file.base_name.endswith(".xlsx"):
            from core.ingest.workbook import read_workbook_grids

            found += [_seen(file, grid, ",") for grid in read_workbook_grids(file)]
        else:
            mark = delimiter or suggest_delimiter(_first_line(file))
            found.append(_seen(file, read_csv_grid(file, delimiter=mark), mark))
    if not found:
        raise InputRefused("These files hold no table: give CSV or .xlsx files.")
    return found


def try_mapping(settings: Settings, table: SeenTable, text: str) -> Trial:
    """Read the table's beginning by a mapping that is not saved yet; nothing is stored.

    Raises: InputRefused (the mapping is wrong, or not for this file).
    """
    from core.ingest.fields import PersonKnown, ReadContext
    from core.ingest.mapping import parse_mapping
    from core.ingest.table import read_table

    mapping = parse_mapping(text, name="being made")
    with open_store(settings.db_url).reading() as connection:
        held = clinic.read_clinic(connection)
        people = read_identities(connection, PersonKnown)
    zone = held.zone or settings.zone
    context = ReadContext("trial", ZoneInfo(zone), read_clock(zone, settings.as_of or held.clock), people)
    rows = read_table([_beginning(table.file)], mapping, context).rows
    words = Counter(
        (issue.column, issue.value)
        for row in rows
        for issue in row.issues
        if issue.reason in ("unknown_analyte", "unknown_code", "unknown_unit") and issue.column and issue.value
    )
    refusals = [next((one.message for one in row.issues if one.outcome == "quarantined"), "") for row in rows]
    none = refusals[0] if refusals and all(refusals) else ""
    return Trial(tuple(rows[:TRIED]), tuple(word for word, _ in words.most_common()), len(rows), none)


def _seen(file: InputFile, grid: Grid, delimiter: str) -> SeenTable:
    rows = tuple(cells for _, cells in islice(grid.lines, _LOOKED_AT))
    return SeenTable(grid.name, file, delimiter, grid.header, rows)


def _first_line(file: InputFile) -> str:
    with file.open() as stream:
        return stream.read(_BYTES_LOOKED_AT).decode("utf-8-sig", "replace").partition("\n")[0]


def _beginning(file: InputFile) -> InputFile:
    """As much of a CSV file as a trial needs, cut at the end of a line; a workbook whole."""
    if file.base_name.endswith(".xlsx"):
        return file
    with file.open() as stream:
        content = stream.read(_BYTES_LOOKED_AT + 1)
    if len(content) > _BYTES_LOOKED_AT:
        content = content[: content.rfind(b"\n") + 1]
    return InputFile(file.name, content, named=True)
