"""The clinic file set: patients, results, medications and events, as CSV files or as the sheets of one workbook."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from core.errors import InputRefused
from core.ingest.context import PersonKnown, ReadContext, introduce
from core.ingest.fields import COLUMNS, quarantine_row, read_row_safely
from core.ingest.grid import Grid, read_csv_grid
from core.ingest.limits import COMMAND_LINE, Deadline, InputFile, Limits, unsafe
from core.ingest.messages import SENTENCES, literal, remark
from core.records import Issue, Kind, Origin, Patient, ReadRow

#: Which file (or sheet) holds what; patients come first, so that every other row can be checked against its patient.
FILES: dict[str, Kind] = {"patients": "patient", "results": "result", "medications": "medication", "events": "event"}

_NAMES = ", ".join(f"{stem}.csv" for stem in FILES)

#: Columns without which a file is not of the set; of a tuple within, one is enough (CONTRACT 2).
REQUIRED: dict[Kind, tuple[str | tuple[str, ...], ...]] = {
    "patient": ("patient_id", "family_name", "given_name", "birth_date", "sex"),
    "result": ("patient_id", "value", "collected_at", ("loinc", "analyte")),
    "medication": ("patient_id", "drug", "start_date"),
    "event": ("patient_id", "kind", "start_date"),
}
#: Columns in which a line break is writing, not a quote that was never closed.
FREE_TEXT = frozenset({"detail", "reason", "consultant", "site"})
WORKBOOK = ".xlsx"


@dataclass(frozen=True, slots=True)
class Reading:
    """What the files held: rows in order of reading (patients first), remarks on whole files, and the files read."""

    rows: list[ReadRow]
    issues: list[Issue]
    file_names: tuple[str, ...]

    @property
    def files(self) -> int:
        """How many files were read."""
        return len(self.file_names)


def read_clinic(
    files: Sequence[InputFile],
    *,
    source: str,
    zone: ZoneInfo,
    now: int,
    people: Mapping[str, PersonKnown],
    limits: Limits = COMMAND_LINE,
) -> Reading:
    """Read a clinic's files; the other files that lie beside them are listed as ignored.

    Args: people: who is stored already, by patient_id; those in patients.csv are added while reading.
    Returns: every line once, as a fact or with its refusal.
    Raises: InputRefused (the user mends the input; nothing is stored): no file of the set, a file without its required
        columns, or anything `read_csv_grid` refuses.
    """
    deadline = Deadline(limits)
    grids: list[tuple[Kind, Grid]] = []
    issues: list[Issue] = []
    for file in files:
        here = list(_recognised(file, limits, deadline))
        grids.extend(here)
        if not here:
            issues.append(_set_aside(file))
    if not grids:
        raise InputRefused(
            f"There is no file of the clinic file set ({_NAMES}): name their folder, or give a mapping.",
            reason="unknown_column_layout",
        )
    grids.sort(key=lambda one: one[0] != "patient")
    for kind, grid in grids:
        issues.extend(_check_layout(kind, grid))
    reader = _Reader(ReadContext(source, zone, now), dict(people), limits)
    rows = [row for kind, grid in grids for row in reader.read(kind, grid)]
    return Reading(rows, issues, tuple(grid.name for _, grid in grids))


def _recognised(file: InputFile, limits: Limits, deadline: Deadline) -> Iterator[tuple[Kind, Grid]]:
    """The grids of one file that belong to the set. Raises InputRefused for a named file that does not."""
    stem, _, suffix = file.base_name.rpartition(".")
    if not file.ignored and suffix == "csv" and stem in FILES:
        yield FILES[stem], read_csv_grid(file, limits=limits, deadline=deadline)
    elif not file.ignored and file.base_name.endswith(WORKBOOK):
        yield from _sheets(file, limits, deadline)
    elif file.named:
        raise InputRefused(
            f"{file.name} is not a file of the clinic file set ({_NAMES}): rename it, or give the mapping it needs.",
            reason="unknown_column_layout",
            file=file.name,
        )


def _sheets(file: InputFile, limits: Limits, deadline: Deadline) -> Iterator[tuple[Kind, Grid]]:
    """A workbook of the set: every sheet with something in it must be one of the four; no other is guessed at."""
    from core.ingest.workbook import read_workbook_grids, sheet_of

    found = [(sheet_of(grid), grid) for grid in read_workbook_grids(file, limits=limits, deadline=deadline)]
    foreign = [name for name, _ in found if name.strip().lower() not in FILES]
    if len(foreign) == len(found) and not file.named:
        return
    if foreign:
        raise InputRefused(
            f"{file.name} has a sheet {foreign[0]!r}, which is none of {', '.join(FILES)}: "
            "rename or delete it, or give the mapping the workbook needs.",
            reason="unknown_column_layout",
            file=file.name,
        )
    for name, grid in found:
        yield FILES[name.strip().lower()], grid


def _set_aside(file: InputFile) -> Issue:
    """A file that merely lies in the folder: listed, so that nobody believes it was read. It counts no row."""
    sentence = literal(file.ignored) or (
        "{value!r} is not a file of the clinic file set: it was left aside; give a mapping if it is meant."
    )
    return remark(Origin(file.name, 0), "", "out_of_scope", file.name, "ignored", sentence)


def _check_layout(kind: Kind, grid: Grid) -> list[Issue]:
    """Refuse a file without its required columns; remark once on each column that is not of the set."""
    names = [name.lower() for name in grid.header]
    lacking = [one for one in REQUIRED[kind] if not set((one,) if isinstance(one, str) else one) & set(names)]
    if lacking:
        listed = ", ".join(one if isinstance(one, str) else " or ".join(one) for one in lacking)
        sentence = SENTENCES["unknown_column_layout"].format(value=listed)
        if len(names) == 1 and any(mark in names[0] for mark in ";\t|"):
            sentence = "It is not separated by commas: save it as comma-separated CSV, or give a mapping."
        raise InputRefused(f"{grid.name}: {sentence}", reason="unknown_column_layout", file=grid.name)
    shown = [
        (given or f"column {place}", name)
        for place, (given, name) in enumerate(zip(grid.header, names, strict=True), 1)
    ]
    unknown = [given for given, name in shown if name not in COLUMNS[kind]]
    return [remark(Origin(grid.name, 1), given, "unknown_column", given, "noted") for given in unknown]


class _Reader:
    """Reads grid after grid, and knows the people met so far."""

    def __init__(self, context: ReadContext, people: dict[str, PersonKnown], limits: Limits) -> None:
        self._people = people
        self._context = replace(context, people=people)
        self._limits = limits
        self._count = 0

    def read(self, kind: Kind, grid: Grid) -> Iterator[ReadRow]:
        """Every line of one grid, once."""
        columns = [name.lower() for name in grid.header]
        wanted = [(place, name) for place, name in enumerate(columns) if name in COLUMNS[kind]]
        width = len(columns)
        for number, cells in grid.lines:
            self._count += 1
            if self._count > self._limits.rows:
                raise unsafe(grid.name, f"brings the import over {self._limits.rows:,} rows: import it in parts")
            origin = Origin(grid.name, number)
            if len(cells) == width:
                row = self._read_line(kind, origin, {name: cells[place] for place, name in wanted})
            else:
                row = _ragged(kind, origin, cells, width)
            yield row
            if isinstance(row.fact, Patient):
                introduce(row.fact, self._people)

    def _read_line(self, kind: Kind, origin: Origin, fields: dict[str, str]) -> ReadRow:
        for column, cell in fields.items():
            if "\n" in cell and column not in FREE_TEXT:
                sentence = "A line break stands within {column}: look for a quote that was left open on this line."
                return quarantine_row(
                    kind, origin, fields, reason="ragged_row", column=column, value=cell, sentence=sentence
                )
        return read_row_safely(kind, origin, fields, self._context)


def _ragged(kind: Kind, origin: Origin, cells: tuple[str, ...], width: int) -> ReadRow:
    """A line with too many or too few cells: kept as it is, cell by cell, under no column's name."""
    kept = {f"cell {place}": cell for place, cell in enumerate(cells, 1)}
    sentence = f"This line has {len(cells)} cells and the header {width}: mend its commas or quotes; no cell was moved."
    return quarantine_row(kind, origin, kept, reason="ragged_row", value=",".join(cells), sentence=sentence)
