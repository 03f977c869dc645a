"""Which table of a mapping is for which file or sheet; a file that is meant by none, or by two, is never half read."""

from __future__ import annotations

from collections.abc import Sequence

from core.errors import InputRefused
from core.ingest.clinic_csv import WORKBOOK
from core.ingest.grid import Grid, read_csv_grid
from core.ingest.limits import Deadline, InputFile, Limits
from core.ingest.mapping_model import Mapping, Table
from core.ingest.messages import literal, remark
from core.records import Issue, Origin

_UNNAMED = "The mapping does not name the column {value!r}: it was left aside; add it to the mapping if it is meant."


def find_tables(
    files: Sequence[InputFile], mapping: Mapping, limits: Limits
) -> tuple[list[tuple[Grid, Table]], list[Issue]]:
    """Every table to be read with the part of the mapping that is for it, those of patients first; remarks on the rest.

    Raises: InputRefused (the user mends the file, or the mapping): no file that the mapping names, a file without the
        columns it names or claimed by two of its tables, a sheet with rows that it does not name.
    """
    deadline = Deadline(limits)
    found: list[tuple[Grid, Table]] = []
    issues: list[Issue] = []
    for file in files:
        here = [] if file.ignored else _mapped_grids(file, mapping, limits, deadline)
        found.extend(here)
        if not here:
            issues.append(_left_aside(file, mapping))
    if not found:
        raise _not_meant("none of these files", mapping)
    for grid, table in found:
        unnamed = [name for name in grid.header if name not in table.header and name not in table.optional]
        issues.extend(remark(Origin(grid.name, 1), name, "unknown_column", name, "noted", _UNNAMED) for name in unnamed)
    return sorted(found, key=lambda one: one[1].kind != "patient"), issues


def _left_aside(file: InputFile, mapping: Mapping) -> Issue:
    """Say that a file lying in the folder was not read; one that was asked for by name is a refusal instead."""
    if file.named and not file.ignored:
        raise _not_meant(f"{file.name} nowhere", mapping)
    sentence = file.ignored or f"The mapping {mapping.name} does not name {file.name}: it was left aside."
    return remark(Origin(file.name, 0), "", "out_of_scope", file.name, "ignored", literal(sentence))


def _not_meant(what: str, mapping: Mapping) -> InputRefused:
    named = ", ".join(sorted({name for table in mapping.tables for name in table.files}))
    return InputRefused(f"The mapping {mapping.name} names {what}: it is for {named}.", reason="unknown_column_layout")


def _mapped_grids(file: InputFile, mapping: Mapping, limits: Limits, deadline: Deadline) -> list[tuple[Grid, Table]]:
    """The tables of one file, each with the part of the mapping that is for it; none if the mapping is not for it."""
    claims = [table for table in mapping.tables if table.claims(file.base_name)]
    if not claims:
        return []
    if file.base_name.endswith(WORKBOOK):
        return _mapped_sheets(file, claims, mapping, limits, deadline)
    if len(claims) > 1:
        raise InputRefused(
            f"The mapping {mapping.name} names {file.name} twice: one of its tables must go.", file=file.name
        )
    grid = read_csv_grid(file, delimiter=claims[0].delimiter, limits=limits, deadline=deadline)
    _check_header(grid, claims[0], mapping)
    return [(grid, claims[0])]


def _mapped_sheets(
    file: InputFile, claims: list[Table], mapping: Mapping, limits: Limits, deadline: Deadline
) -> list[tuple[Grid, Table]]:
    from core.ingest.workbook import read_workbook_grids, sheet_of

    grids = read_workbook_grids(file, limits=limits, deadline=deadline)
    found = []
    for grid in grids:
        sheet = sheet_of(grid)
        tables = [table for table in claims if table.claims_sheet(sheet, is_only=len(grids) == 1)]
        if len(tables) != 1:
            raise InputRefused(
                f"{file.name} has rows in the sheet {sheet!r}, which the mapping {mapping.name} names "
                f"{'twice' if tables else 'nowhere'}: delete the sheet, or mend the mapping.",
                reason="unknown_column_layout",
                file=file.name,
            )
        _check_header(grid, tables[0], mapping)
        found.append((grid, tables[0]))
    return found


def _check_header(grid: Grid, table: Table, mapping: Mapping) -> None:
    if lacking := [name for name in table.header if name not in grid.header]:
        raise InputRefused(
            f"{grid.name} lacks {', '.join(lacking)}, which the mapping {mapping.name} needs: export these too.",
            reason="unknown_column_layout",
            file=grid.name,
        )
