"""A sheet of text: a header and lines, exactly as given. Nothing is inferred and nothing is shifted."""

from __future__ import annotations

import codecs
import csv
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from io import TextIOWrapper

from core.errors import InputRefused
from core.ingest.limits import COMMAND_LINE, Deadline, InputFile, Limits, unsafe
from core.ingest.messages import SENTENCES

Line = tuple[int, tuple[str, ...]]

_CHUNK = 1 << 20
_ROWS_BETWEEN_CHECKS = 8_192


@dataclass(frozen=True, slots=True)
class Grid:
    """name: the file (or file and sheet) as the user knows it. header: names trimmed of blanks, as spelt, none twice.

    lines: (row number as a spreadsheet shows it, cells as given); header = 1; a quoted cell with a line break in it
    makes one record of several physical lines, and one row, as in a spreadsheet. A line may have more or fewer cells
    than the header: whoever reads the grid refuses that line as ragged_row. A line without any content is counted in
    the numbering and left out.
    Read `lines` once: a file's grid reads as it goes, and may refuse the file half way.
    """

    name: str
    header: tuple[str, ...]
    lines: Iterable[Line]


def read_csv_grid(
    file: InputFile, *, delimiter: str = ",", limits: Limits = COMMAND_LINE, deadline: Deadline | None = None
) -> Grid:
    """Read one CSV file as text: UTF-8 (a byte-order mark is accepted), RFC 4180 quotes, one delimiter.

    Raises: InputRefused (the user mends the file): duplicate_header; unknown_column_layout for an empty file;
        unsafe_file for a NUL byte, another encoding or anything over the limits; ragged_row for a quote left open.
    """
    _check_bytes(file)
    records = _records(file, delimiter, limits, deadline or Deadline(limits))
    first = next(records, None)
    if first is None:
        raise InputRefused(
            f"{file.name} is empty: export it again with its header.", reason="unknown_column_layout", file=file.name
        )
    number, cells = first
    if number != 1:
        raise InputRefused(
            f"{file.name} starts with a blank line: put the header first.",
            reason="unknown_column_layout",
            file=file.name,
        )
    return Grid(file.name, check_header(file.name, cells), records)


def check_header(name: str, cells: Iterable[str]) -> tuple[str, ...]:
    """Trim a header; refuse one where a column stands twice, since nobody can tell which of the two is meant.

    Letter case does not make two names different; unnamed columns are let be. Raises: InputRefused, duplicate_header.
    """
    header = tuple(cell.strip() for cell in cells)
    counts = Counter(name.casefold() for name in header if name)
    twice = [name for name in header if counts[name.casefold()] > 1]
    if twice:
        sentence = SENTENCES["duplicate_header"].format(value=twice[0])
        raise InputRefused(f"{name}: {sentence}", reason="duplicate_header", file=name)
    return header


def _check_bytes(file: InputFile) -> None:
    """Refuse what is no UTF-8 text before a row is read, so that a file is never half believed."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    with file.open() as stream:
        try:
            while piece := stream.read(_CHUNK):
                if b"\0" in piece:
                    raise unsafe(file.name, "holds NUL bytes, so it is no CSV text: export it again as CSV in UTF-8")
                decoder.decode(piece)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError as error:
            raise unsafe(file.name, "is not UTF-8 text: export it again as CSV in UTF-8") from error


def _records(file: InputFile, delimiter: str, limits: Limits, deadline: Deadline) -> Iterator[Line]:
    with file.open() as stream, TextIOWrapper(stream, encoding="utf-8-sig", newline="") as text:
        reader = csv.reader(text, delimiter=delimiter, strict=True)
        number = 0
        try:
            for cells in reader:
                number += 1
                if number % _ROWS_BETWEEN_CHECKS == 0:
                    deadline.check(file.name)
                if not any(cells) or not any(map(str.strip, cells)):
                    continue
                if number > limits.rows:
                    raise unsafe(file.name, f"has more than {limits.rows:,} rows: import it in parts")
                if len(cells) > limits.columns:
                    raise unsafe(
                        file.name,
                        f"has {len(cells):,} columns in row {number}, more than {limits.columns}: export fewer",
                    )
                if max(map(len, cells)) > limits.cell:
                    raise unsafe(
                        file.name, f"has a cell of more than {limits.cell:,} characters in row {number}: shorten it"
                    )
                yield number, tuple(cells)
        except csv.Error as error:
            raise _broken_quotes(file.name, number + 1, str(error)) from error


def _broken_quotes(name: str, row: int, error: str) -> InputRefused:
    if "field larger than field limit" in error:
        return unsafe(
            name,
            f"has a cell of more than {csv.field_size_limit():,} characters in row {row}: look for a quote left open",
        )
    return InputRefused(
        f"{name}: the quotes of row {row} do not close properly, so its cells cannot be told apart: mend them.",
        reason="ragged_row",
        file=name,
    )
