"""Tables of numpy columns as a few plain numbers and texts: nothing in them is ever executed.

Most columns of a clinic repeat: whole columns are one value with a few exceptions, bounds are the value itself, numbers
fit fewer bytes. So each is written as one of: few (a value and its exceptions), like (another column and its
exceptions), whole (narrowed whole numbers), floats (as they are), texts (the different ones, and which).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.engine.cohort import Table
from core.store.described_bytes import join, split

_RARE = 8  # exceptions are worth listing up to one row in so many
_SAMPLE = 1_000  # rows looked at to guess a column's usual value

Array = NDArray[Any]


class Misread(Exception):
    """The bytes are not what this program packs."""


def pack(tables: Mapping[str, Table]) -> bytes:
    """The tables as bytes that `unpack` gives back bit for bit."""
    body: list[bytes] = []
    described = {
        name: {
            "rows": len(table),
            "columns": {field.name: _pack_column(table, field.name, body) for field in fields(table)},
        }
        for name, table in tables.items()
    }
    return join(described, body)


def unpack(packed: memoryview, kinds: Mapping[str, type[Table]]) -> dict[str, Table]:
    """The tables that were packed.

    Raises: Misread (the caller makes them anew).
    """
    try:
        described, payload = split(packed)
        reader = _Reader(payload)
        return {name: reader.read_table(kinds[name], described[name]) for name in kinds}
    except (ValueError, KeyError, TypeError, IndexError) as error:
        raise Misread("not written by this program") from error


def _pack_column(table: Table, name: str, body: list[bytes]) -> list[object]:
    column: Array = getattr(table, name)
    if column.dtype == object:
        texts = list(dict.fromkeys(column.tolist()))
        place = {text: number for number, text in enumerate(texts)}
        codes = np.fromiter((place[text] for text in column.tolist()), np.int64, len(column))
        return ["texts", texts, *_pack_whole(codes, body)]
    bits = _bits(column)
    usual = _usual(bits)
    if usual is not None and (rare := _pack_rare(bits != usual, column, body)) is not None:
        return ["few", str(column.dtype), int(usual), rare]
    if bits.dtype == np.int64:
        for field in fields(table):
            if field.name == name:
                break
            other: Array = getattr(table, field.name)
            if other.dtype == column.dtype and (rare := _pack_rare(bits != _bits(other), column, body)) is not None:
                return ["like", field.name, rare]
    if column.dtype.kind == "f":
        body.append(np.ascontiguousarray(column).tobytes())
        return ["floats", str(column.dtype)]
    return ["whole", str(column.dtype), *_pack_whole(column.astype(np.int64), body)]


def _pack_whole(column: NDArray[np.int64], body: list[bytes]) -> list[object]:
    """Whole numbers from their least on, in as few bytes as the greatest needs."""
    if not len(column):
        return [0, "uint8"]
    least = int(column.min())
    span = int(column.max()) - least
    narrow = np.min_scalar_type(span) if span < 1 << 63 else np.dtype(np.uint64)
    body.append((column - least).astype(narrow).tobytes())
    return [least, str(narrow)]


def _pack_rare(differs: NDArray[np.bool_], column: Array, body: list[bytes]) -> int | None:
    """How many rows are exceptions, once they are written; None where they are too many to list."""
    count = int(np.count_nonzero(differs))
    if count * _RARE > len(column):
        return None
    body.append(np.flatnonzero(differs).astype(np.int64).tobytes())
    body.append(np.ascontiguousarray(column[differs]).tobytes())
    return count


def _usual(bits: Array) -> np.integer[Any] | None:
    """The value most of the first rows have."""
    values, counts = np.unique(bits[:: max(1, len(bits) // _SAMPLE)], return_counts=True)
    return values[counts.argmax()] if len(values) else None


def _bits(column: Array) -> Array:
    """The column as whole numbers that differ wherever its bits do: NaN equals itself, 0.0 is not -0.0."""
    if column.dtype == np.bool_:
        return column.view(np.int8)
    return column.view(np.int64) if column.dtype.kind == "f" else column


class _Reader:
    """Takes columns from the payload, one after the other."""

    def __init__(self, payload: memoryview) -> None:
        self.payload, self.at = payload, 0

    def read_table(self, kind: type[Table], told: Mapping[str, Any]) -> Table:
        columns: dict[str, Array] = {}
        for field in fields(kind):
            columns[field.name] = self._read(told["columns"][field.name], told["rows"], columns)
        return kind(**columns)

    def _read(self, how: list[Any], rows: int, before: Mapping[str, Array]) -> Array:
        match how:
            case ["texts", texts, least, narrow]:
                codes = self._whole(rows, least, narrow)
                words = np.array([*texts, None], dtype=object)[:-1]  # one text alone would be read as letters
                return words[codes] if len(texts) else np.empty(0, dtype=object)
            case ["few", name, usual, count]:
                column = _from_bits(np.full(rows, usual, _bits(np.empty(0, name)).dtype), np.dtype(name))
                return self._with_rare(column, count)
            case ["like", other, count]:
                return self._with_rare(before[other].copy(), count)
            case ["floats", name]:
                return self._take(np.dtype(name), rows).copy()
            case ["whole", name, least, narrow]:
                return self._whole(rows, least, narrow).astype(name, copy=False)
        raise Misread("a column of an unknown kind")

    def _whole(self, rows: int, least: int, narrow: str) -> NDArray[np.int64]:
        column = self._take(np.dtype(narrow), rows).astype(np.int64)
        column += least
        return column

    def _with_rare(self, column: Array, count: int) -> Array:
        place = self._take(np.dtype(np.int64), count)
        column[place] = self._take(column.dtype, count)
        return column

    def _take(self, kind: np.dtype[Any], count: int) -> Array:
        column = np.frombuffer(self.payload, kind, count, self.at)
        self.at += column.nbytes
        return column


def _from_bits(bits: Array, kind: np.dtype[Any]) -> Array:
    return bits if bits.dtype == kind else bits.view(kind)
