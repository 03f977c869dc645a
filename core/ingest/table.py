"""Mapped tables: any CSV or Excel table whose saved mapping says what its columns and words mean.

1. Every line of a table is counted once: as the record it carries, or as ignored or quarantined with its reason. Where
   one row holds one item (`Pivot`), the row with the value carries the record; the rows that only complete it (unit,
   limits, remarks) are ignored as "part of the record in row n".
2. A word, an item or a column that the mapping does not name is refused or remarked on, never passed over.
3. What comes of a mapped row is read by the same reader as the clinic's own files: no second opinion of a fact.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from core.catalogue import analyte
from core.ingest.clinic_csv import FREE_TEXT, Reading
from core.ingest.context import ReadContext, introduce
from core.ingest.fields import quarantine_row, read_row_safely
from core.ingest.grid import Grid
from core.ingest.limits import COMMAND_LINE, InputFile, Limits
from core.ingest.mapped_files import find_tables
from core.ingest.mapping_model import Mapping, SetAside, Table
from core.ingest.messages import literal, remark
from core.ingest.pivot import Cells, Joined, Pivot, join_items
from core.records import Origin, Patient, ReadRow, Result, Trace

_UNKNOWN_WORD = (
    "The mapping does not say what {value!r} means for {column}: add the word to the mapping, and import again."
)
_UNKNOWN_ITEM = "The mapping does not name the item {value!r}: add it to the mapping, and import again."
_UNKNOWN_ROW = "The mapping says nothing about a row like this: add what it means to the mapping, and import again."
_CONTRADICTED = "Another row gives another value for {value!r} of the same record: find out which is right."
_REPEATED = "This row repeats {value!r} of the record in another row, word for word."
_BROKEN_LINE = "A line break stands within {column}: look for a quote that was left open on this line."
_FOREIGN = (
    "The reference range sent with {value!r} cannot be one of this analyte in that unit, so the unit or the test is "
    "wrong: ask the laboratory which, and send a corrected result."
)


def read_table(
    files: Sequence[InputFile], mapping: Mapping, context: ReadContext, *, limits: Limits = COMMAND_LINE
) -> Reading:
    """Read every file the mapping names as rows of the clinic file set; the other files are listed as ignored.

    Returns: rows table by table, those of patients first, so that the others find them.
    Raises: InputRefused (the user mends the file, or the mapping), as `find_tables` and `read_csv_grid` do.
    """
    found, issues = find_tables(files, mapping, limits)
    people = dict(context.people)
    rows: list[ReadRow] = []
    for grid, table in found:
        declared = replace(context, people=people, date_order=table.date_order, decimal_comma=table.decimal_comma)
        for row in _read_grid(grid, table, declared):
            rows.append(row)
            if isinstance(row.fact, Patient):
                introduce(row.fact, people)
    return Reading(rows, issues, tuple(dict.fromkeys(grid.name for grid, _ in found)))


# ── rows ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def _read_grid(grid: Grid, table: Table, context: ReadContext) -> Iterable[ReadRow]:
    """What becomes of every line of one table, in the order of the lines."""
    settled: list[ReadRow] = []
    open_lines: list[tuple[Origin, Cells]] = []
    for origin, cells, outcome in _lines(grid, table):
        if outcome is None:
            open_lines.append((origin, cells))
        else:
            settled.append(outcome)
    if table.pivot is None:
        settled.extend(_read_record(origin, cells, table, context) for origin, cells in open_lines)
    else:
        settled.extend(_read_items(open_lines, table, table.pivot, context))
    return sorted(settled, key=lambda row: row.origin.row)


def _lines(grid: Grid, table: Table) -> Iterator[tuple[Origin, Cells, ReadRow | None]]:
    """Each line as cells by column, words for "nothing entered" made blank; its outcome where that is settled here."""
    width = len(grid.header)
    for number, given in grid.lines:
        origin = Origin(grid.name, number)
        if len(given) != width or any(_swallows_a_line(cell, table.delimiter, width) for cell in given):
            yield origin, {}, _ragged(table, origin, given)
            continue
        cells = {name: cell.strip() for name, cell in zip(grid.header, given, strict=True) if name}
        cells = {name: "" if cell in table.missing else cell for name, cell in cells.items()}
        aside = _set_aside(table.skip, cells)
        yield origin, cells, _ignore(table, origin, aside) if aside else None


def _ragged(table: Table, origin: Origin, given: tuple[str, ...]) -> ReadRow:
    """A line whose cells cannot be told apart: kept as it is, cell by cell, under no column's name."""
    kept = {f"cell {place}": cell for place, cell in enumerate(given, 1)}
    return quarantine_row(table.kind, origin, kept, reason="ragged_row", value=table.delimiter.join(given))


def _swallows_a_line(cell: str, delimiter: str, width: int) -> bool:
    """Whether a cell holds what looks like a further line: a quote was left open, and a row would be lost in it."""
    return "\n" in cell and any(line.count(delimiter) >= width - 1 > 0 for line in cell.split("\n")[1:])


def _read_items(
    lines: list[tuple[Origin, Cells]], table: Table, pivot: Pivot, context: ReadContext
) -> Iterator[ReadRow]:
    records, unknown = join_items(lines, pivot)
    for origin, cells in unknown:
        item = cells.get(pivot.item, "")
        yield quarantine_row(
            table.kind, origin, cells, reason="unknown_code", column=pivot.item, value=item, sentence=_UNKNOWN_ITEM
        )
    for record in records:
        yield from _read_joined(record, table, context)


def _read_joined(record: Joined, table: Table, context: ReadContext) -> Iterator[ReadRow]:
    """The row that carries a record, then the rows that complete, repeat or contradict it."""
    row = _read_record(record.origin, record.cells, table, context)
    for origin, part in record.contradicting:
        row = _refuse(row, "conflicting_duplicate", "", part, _CONTRADICTED)
        yield quarantine_row(
            table.kind, origin, record.cells, reason="conflicting_duplicate", value=part, sentence=_CONTRADICTED
        )
    yield row
    for origin, part in record.companions:
        yield _ignore(table, origin, f"part of the record in row {record.origin.row}: its {part}")
    for origin, part in record.repeated:
        issue = remark(origin, "", "conflicting_duplicate", part, "duplicate", _REPEATED)
        yield ReadRow(table.kind, origin, "duplicate", issues=(issue,))


def _read_record(origin: Origin, cells: Cells, table: Table, context: ReadContext) -> ReadRow:
    """One record of the mapped table as a row of the clinic file set."""
    if aside := _set_aside(table.ignore, cells):
        return _ignore(table, origin, aside)
    if not table.columns:
        return quarantine_row(table.kind, origin, cells, reason="unknown_code", sentence=_UNKNOWN_ROW)
    texts = {name: source.read(cells) for name, source in table.columns.items()}
    fields = {
        name: source.given(cells) if (text := texts[name]) is None else text for name, source in table.columns.items()
    }
    if broken := next((name for name, text in fields.items() if "\n" in text and name not in FREE_TEXT), ""):
        return quarantine_row(table.kind, origin, fields, reason="ragged_row", column=broken, sentence=_BROKEN_LINE)
    row = read_row_safely(table.kind, origin, fields, context)
    for name in [name for name, text in texts.items() if text is None]:
        reason = "unknown_analyte" if name in ("analyte", "loinc") else "unknown_code"
        row = _refuse(row, reason, name, fields[name], _UNKNOWN_WORD)
    for refusal in table.refuse:
        if refusal.where.holds(cells):
            given = fields.get(refusal.column, "")
            row = _refuse(row, refusal.reason, refusal.column, given, literal(_sentence(refusal.because)))
    if table.refuse_foreign_range and isinstance(row.fact, Result) and _is_foreign_range(row.fact):
        given = f"{row.fact.value_as_given} {row.fact.unit_as_given}".strip()
        row = _refuse(row, "implausible", "unit", given, _FOREIGN)
    return row


def _is_foreign_range(result: Result) -> bool:
    """Whether the range sent with a result lies wholly beside the catalogue's: a percentage called a count, say.

    Hazard: P05. A unit that contradicts its own range is not known.
    """
    one = analyte(result.analyte)
    lows = [limit for limit in (one.ref_female[0], one.ref_male[0]) if limit is not None]
    highs = [limit for limit in (one.ref_female[1], one.ref_male[1]) if limit is not None]
    is_above = result.ref_low is not None and bool(highs) and result.ref_low > max(highs)
    is_below = result.ref_high is not None and bool(lows) and result.ref_high < min(lows)
    return is_above or is_below


# ── outcomes ──────────────────────────────────────────────────────────────────────────────────────────────────────


def _set_aside(asides: Sequence[SetAside], cells: Cells) -> str:
    return next((aside.because for aside in asides if aside.where.holds(cells)), "")


def _ignore(table: Table, origin: Origin, because: str) -> ReadRow:
    issue = remark(origin, "", "out_of_scope", "", "ignored", literal(_sentence(because)))
    return ReadRow(table.kind, origin, "ignored", issues=(issue,))


def _refuse(row: ReadRow, reason: str, column: str, value: str, sentence: str) -> ReadRow:
    """Add a reason to a row that has been read already; a result's trace stays where its analyte is certain."""
    said = {(issue.reason, issue.column) for issue in row.issues if issue.outcome == "quarantined"}
    if row.outcome not in ("fact", "quarantined") or (reason, column) in said:
        return row
    issue = remark(row.origin, column, reason, value, "quarantined", sentence)
    trace = row.trace
    if isinstance(row.fact, Result):
        one = row.fact
        told = "implausible" if reason == "implausible" else "not_numeric"  # CONTRACT 3: what cannot be read at all
        trace = Trace(one.patient_id, one.analyte, one.collected_at, one.reported_at, told, one.result_id)
    if reason == "unknown_analyte":
        trace = None
    return replace(row, outcome="quarantined", fact=None, issues=(*row.issues, issue), trace=trace)


def _sentence(words: str) -> str:
    return f"{words[:1].upper()}{words[1:]}."
