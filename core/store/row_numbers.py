"""One number for every row the engine sees, whatever it stands for, and the way back to what is stored.

A result has its own row number. The mark of an unreadable result has that of its quarantine row plus TRACE_ROW. A
count derived from others has the number of its white cell row, negative; earlier versions of it lie VERSION_STEP
further down.
"""

from __future__ import annotations

from typing import Literal

TRACE_ROW = 1 << 40  # far more rows than a clinic's century, far below what a float carries exactly
VERSION_STEP = 1 << 41  # beyond the marks, which may stand for the white cells too


def find_row(number: int) -> tuple[Literal["result", "quarantine"], int]:
    """The stored row behind a number of the engine's: which table, and its row number there."""
    row = abs(number) % VERSION_STEP
    return ("quarantine", row - TRACE_ROW) if row >= TRACE_ROW else ("result", row)
