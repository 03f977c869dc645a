"""One calculator over a file: a row in, the same row out with `result`, `result_unit` and `error` added."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Iterator
from pathlib import Path

from core.calculators.calc import Calculator, answer, find_calculator
from core.errors import InputRefused

ADDED = ("result", "result_unit", "error")


def run_batch(name: str, in_path: str | Path, out_path: str | Path) -> int:
    """Run a calculator on every row of a CSV; row order and all other columns are kept.

    A refused row gets an empty result and the reason in `error`. The file is written only when every row was read.
    Every other cell is kept exactly as it came, text that a spreadsheet would run as a formula included: the answer is
    the caller's own file again, unlike an export.
    Returns: how many rows were written.
    Raises:  InputRefused (the user mends the file): not readable as UTF-8 CSV, a duplicate header, a column named
             `result`, `result_unit` or `error`, a ragged row, `out_path` is the file read or cannot be written.
    """
    calculator, source, target = find_calculator(name), Path(in_path), Path(out_path)
    if _is_same(source, target):
        raise InputRefused(f"{source.name} would be written over itself: choose another --out.", file=source.name)
    rows = list(_read_rows(source))
    if not rows:
        raise InputRefused(f"{source.name} is empty: it needs a header row.", file=source.name)
    header, body = rows[0], rows[1:]
    names = [column.strip() for column in header]
    written = [header + list(ADDED)]
    written += [row + _answer_row(calculator, dict(zip(names, row, strict=True))) for row in body]
    _write_rows(target, written)
    return len(body)


def _is_same(one: Path, other: Path) -> bool:
    """Whether two paths lead to one file, whatever they are called."""
    try:
        return one.resolve() == other.resolve() or (other.exists() and one.samefile(other))
    except OSError:  # not reachable: reading or writing it will say so
        return False


def _answer_row(calculator: Calculator, row: dict[str, str]) -> list[str]:
    outcome = answer(calculator, row)
    return [outcome.result, outcome.unit, outcome.error]


def _read_text(path: Path) -> str:
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as problem:
        message = f"{path.name} cannot be read: check that the file exists and that you may read it."
        raise InputRefused(message, file=path.name) from problem
    except UnicodeDecodeError as problem:
        raise InputRefused(f"{path.name} cannot be read as UTF-8 text: save it as UTF-8.", file=path.name) from problem
    if "\0" in text:
        raise InputRefused(f"{path.name} holds a NUL byte: export it again.", reason="unsafe_file", file=path.name)
    return text


def _read_rows(path: Path) -> Iterator[list[str]]:
    """Header and rows, each as long as the header; blank lines are skipped."""
    reader = csv.reader(io.StringIO(_read_text(path), newline=""), strict=True)
    header: list[str] = []
    try:
        for row in reader:
            if not any(cell.strip() for cell in row) and len(row) < 2:
                continue
            if not header:
                header = row
                _check_header([cell.strip() for cell in row], path.name)
                yield header
            elif len(row) != len(header):
                raise InputRefused(
                    f"{path.name} line {reader.line_num} has {len(row)} cells, its header {len(header)}: mend it.",
                    reason="ragged_row",
                    file=path.name,
                )
            else:
                yield row
    except csv.Error as problem:
        raise InputRefused(f"{path.name} cannot be read as a CSV file: {problem}", file=path.name) from problem


def _check_header(header: list[str], file: str) -> None:
    taken = next((column for column in header if column in ADDED), None)
    if taken is not None:
        raise InputRefused(
            f"{file} already has a column '{taken}', which the answer adds: rename or remove it.", file=file
        )
    twice = next((column for column in header if header.count(column) > 1), None)
    if twice is not None:
        raise InputRefused(
            f"{file} has the column '{twice}' twice: give each column a name of its own.",
            reason="duplicate_header",
            file=file,
        )


def _write_rows(path: Path, rows: list[list[str]]) -> None:
    """Write beside the target and move into place, so that a reader never meets half a file."""
    unfinished = path.with_name(f".{path.name}.unfinished")
    try:
        with unfinished.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows(rows)
        os.replace(unfinished, path)
    except OSError as problem:
        message = f"{path.name} cannot be written: check that its folder exists and that you may write there."
        raise InputRefused(message, file=path.name) from problem
