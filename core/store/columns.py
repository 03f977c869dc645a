"""The driver's rows as numpy columns of the kinds a cohort is made of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeVar

import numpy as np

from core.engine.cohort import Codes, Floats, Ints, Table, Texts
from core.records import FAR

AnyTable = TypeVar("AnyTable", bound=Table)


def transpose(rows: Sequence[tuple[Any, ...]], width: int) -> Sequence[Sequence[Any]]:
    """Rows as columns; no rows as `width` empty columns."""
    return list(zip(*rows, strict=True)) if rows else [()] * width


def as_ints(column: Sequence[int]) -> Ints:
    """Whole numbers: instants, row numbers."""
    return np.array(column, dtype=np.int64)


def as_ends(column: Sequence[int | None]) -> Ints:
    """Instants at which something ends; none means it is open (FAR)."""
    given = as_floats(column)  # null becomes NaN; instants are far below 2**53, so nothing is lost
    return np.where(np.isnan(given), FAR, given).astype(np.int64)


def as_floats(column: Sequence[float | None]) -> Floats:
    """Measurements; none becomes NaN, which the engine never reads as a value."""
    if column.count(None) == len(column):  # a laboratory without reference ranges: most of some columns
        return np.full(len(column), np.nan)
    return np.array(column, dtype=np.float64)


def as_codes(codes: Mapping[str, int], column: Sequence[str]) -> Codes:
    """Words of a vocabulary as their positions in it."""
    if column and column.count(column[0]) == len(column):  # thousands of "final" in a row
        return np.full(len(column), codes[column[0]], dtype=np.int16)
    return np.fromiter(map(codes.__getitem__, column), dtype=np.int16, count=len(column))


def as_texts(column: Sequence[str]) -> Texts:
    """Texts kept as they are."""
    return np.array(column, dtype=np.object_)


def join_tables(parts: Sequence[AnyTable]) -> AnyTable:
    """Several tables of the same columns as one, in this order."""
    if len(parts) == 1:
        return parts[0]
    names = type(parts[0]).__dataclass_fields__
    return replace(parts[0], **{name: np.concatenate([getattr(part, name) for part in parts]) for name in names})
