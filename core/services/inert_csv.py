"""CSV that a spreadsheet shows and never runs: text that would be a formula is led by an apostrophe.

Source: OWASP ASVS 5.0, 1.2.10 (formula injection).
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from typing import Any, TextIO

_FORMULA = re.compile(r"[=+\-@\t\r\x00]")
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?")


def write_csv(out: TextIO, rows: Iterable[Mapping[str, Any]], columns: Sequence[str] = ()) -> int:
    """Write rows under a header (columns: () = those of the first row); absent is blank, a list or mapping is JSON.

    Returns: how many rows were written, the header not counted.
    """
    remaining = iter(rows)
    if not columns:
        first = next(remaining, {})
        columns = tuple(first)
        remaining = chain([first] if first else [], remaining)
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns)
    count = 0
    for row in remaining:
        writer.writerow([make_inert(row.get(column)) for column in columns])
        count += 1
    return count


def make_inert(cell: object) -> object:
    """A cell that no spreadsheet takes for a formula. Text that is a plain number stays one: -2.5 is a value."""
    if cell is None:
        return ""
    if isinstance(cell, list | tuple | dict):
        return json.dumps(cell, ensure_ascii=False)
    if not isinstance(cell, str):
        return cell
    text = cell.replace("\x00", "")
    return f"'{text}" if _FORMULA.match(cell) and not _NUMBER.fullmatch(cell) else text
