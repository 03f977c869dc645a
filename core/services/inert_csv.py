"""CSV that a spreadsheet shows and never runs: the rules of `core.paper.inert`, row by row, whatever the size (P40)."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from typing import Any, TextIO

from core.paper.inert import inert_text


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
    """A cell that no spreadsheet takes for a formula and no character turns; a line break in it stays one.

    Import takes it back as it is written: the apostrophe with it, never a second one. JSON alone is exact.
    """
    if cell is None:
        return ""
    if isinstance(cell, list | tuple | dict):
        cell = json.dumps(cell, ensure_ascii=False)
    return inert_text(cell, keep_breaks=True) if isinstance(cell, str) else cell
