"""Array functions over sorted columns: the few loops of the engine, none of them over patients or rows.

Every function takes `patient` (int) and instants (int64 seconds); "sorted" means by patient, then instant. Each has a
plain-Python twin in the tests.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from core.engine.cohort import Bools, Floats, Ints

#: Instants lie within +-2^33 s of 1970 (years 1698 to 2242), so patient and instant fit one int64 key.
_SHIFT = 34
#: Later than any instant: what never ends.
NEVER = int(np.iinfo(np.int64).max)
_HALF = 1 << 33


def key(patient: NDArray[np.integer[Any]], at: Ints) -> Ints:
    """Patient and instant as one sortable number."""
    return (patient.astype(np.int64, copy=False) << _SHIFT) + at


def positions(mask: NDArray[np.bool_]) -> Ints:
    """Where a column is true. (What numpy's own name for it does besides costs more than a small column itself.)"""
    return mask.nonzero()[0]


def somewhere(column: NDArray[Any]) -> bool:
    """Whether anything in a column is true. (numpy's own `any` takes five times as long on a small column.)"""
    return bool(np.count_nonzero(column))


def everywhere(column: NDArray[Any]) -> bool:
    """Whether everything in a column is true."""
    return bool(np.count_nonzero(column) == len(column))


def column_of(value: float, n: int, kind: DTypeLike = np.int64) -> NDArray[Any]:
    """The same value n times. (numpy's own `full` and `ones` take three times as long to make a small column.)"""
    out = np.empty(n, dtype=kind)
    out.fill(value)
    return out


def split_key(keys: Ints) -> tuple[Ints, Ints]:
    """Patient and instant of each key."""
    patient = (keys + _HALF) >> _SHIFT
    return patient, keys - (patient << _SHIFT)


def distinct(*keys: Ints) -> Ints:
    """Every key once, sorted. (Sorting beats numpy's hashing `unique` about five times on nearly sorted keys.)"""
    every = np.concatenate(keys)
    every.sort(kind="stable")
    return every[starts(every)] if len(every) else every


def starts(*columns: NDArray[np.integer[Any]]) -> Bools:
    """True where a row differs from the one before it in any column: the first row of each group."""
    first, *others = columns
    out = np.empty(len(first), dtype=bool)
    out[:1] = True
    differs = out[1:]
    np.not_equal(first[1:], first[:-1], out=differs)
    for column in others:
        differs |= column[1:] != column[:-1]
    return out


def asof(keys: Ints, patient: Ints, query_patient: Ints, query: Ints) -> Ints:
    """Position of the last row of the same patient at or before each instant, -1 if none. keys: key() of the rows."""
    found: Ints = keys.searchsorted(key(query_patient, query), side="right") - 1
    if not len(keys):
        return found
    return np.where((found >= 0) & (patient[np.maximum(found, 0)] == query_patient), found, -1)


def spread(first: Ints, count: Ints) -> tuple[Ints, Ints]:
    """Positions first[i], first[i]+1, ... count[i] of them for every i, and the i of each."""
    owner = np.arange(len(first), dtype=np.int64).repeat(count)
    before = count.cumsum() - count
    return np.arange(len(owner), dtype=np.int64) + (first - before)[owner], owner


def merge(patient: Ints, start: Ints, end: Ints) -> tuple[Ints, Ints, Ints]:
    """Union of half-open intervals per patient; overlapping or touching ones become one. Empty ones vanish."""
    keep = end > start
    if not everywhere(keep):
        patient, start, end = patient[keep], start[keep], end[keep]
    if len(patient) < 2 or everywhere(key(patient[1:], start[1:]) > key(patient[:-1], end[:-1])):
        return patient, start, end  # merged already, as most are
    order = np.lexsort((start, patient))
    patient, start, end = patient[order], start[order], end[order]
    reach = np.maximum.accumulate(key(patient, end))
    first = column_of(True, len(patient), bool)
    first[1:] = key(patient[1:], start[1:]) > reach[:-1]
    last = np.append(positions(first)[1:] - 1, len(patient) - 1)
    return patient[first], start[first], split_key(reach[last])[1]


def overlaps(
    patient_a: Ints, start_a: Ints, end_a: Ints, patient_b: Ints, start_b: Ints, end_b: Ints
) -> tuple[Ints, Ints]:
    """All pairs (i, j) of intervals of one patient that overlap. b sorted by patient."""
    low = patient_b.searchsorted(patient_a, side="left")
    count = patient_b.searchsorted(patient_a, side="right") - low
    j, i = spread(low.astype(np.int64), count.astype(np.int64))
    hit = (start_a[i] < end_b[j]) & (start_b[j] < end_a[i])
    return i[hit], j[hit]


def subtract(
    patient: Ints, start: Ints, end: Ints, patient_b: Ints, start_b: Ints, end_b: Ints, far: int
) -> tuple[Ints, Ints, Ints]:
    """What is left of intervals (merged) after taking away others of the same patient (merged)."""
    if not len(patient) or not len(patient_b):
        return patient, start, end
    everyone = distinct(patient)
    gap_patient = np.concatenate([everyone, patient_b])
    gap_start = np.concatenate([np.full(len(everyone), -far, dtype=np.int64), end_b])
    order = np.lexsort((gap_start, gap_patient))
    gap_patient, gap_start = gap_patient[order], gap_start[order]
    end_patient = np.concatenate([patient_b, everyone])
    gap_end = np.concatenate([start_b, np.full(len(everyone), far + 1, dtype=np.int64)])
    order = np.lexsort((gap_end, end_patient))
    keep = np.isin(gap_patient, everyone)
    gap_end = gap_end[order][np.isin(end_patient[order], everyone)]
    gap_patient, gap_start = gap_patient[keep], gap_start[keep]
    i, j = overlaps(patient, start, end, gap_patient, gap_start, gap_end)
    return patient[i], np.maximum(start[i], gap_start[j]), np.minimum(end[i], gap_end[j])


def window_reduce(values: Floats, low: Ints, high: Ints, how: str) -> Floats:
    """Minimum ("min") or median ("median") of values[low:high] for every row; NaN for an empty window.

    Windows are grouped by length, so the loop is over distinct lengths only.
    """
    out = column_of(np.nan, len(low), np.float64)
    if not len(low):
        return out
    length = high - low
    order = length.argsort(kind="stable")
    edges = positions(starts(length[order])).tolist()
    for begin, stop in zip(edges, [*edges[1:], len(order)], strict=True):
        rows = order[begin:stop]
        n = int(length[rows[0]])
        if n <= 0:
            continue
        block = values[low[rows][:, None] + np.arange(n)]
        if how == "min":
            out[rows] = block.min(axis=1)
        else:
            block.sort(axis=1)
            out[rows] = (block[:, (n - 1) // 2] + block[:, n // 2]) / 2
    return out
