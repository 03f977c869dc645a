"""Columns of words for a table, made without pandas: pyarrow loads it before it looks at a plain list, and the first
screen of a server would wait for it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Sized
from itertools import accumulate

import numpy as np
import pyarrow as pa


def make_table(columns: Mapping[str, Sequence[object]]) -> pa.Table:
    """A table of columns of words, and of lists of words, the same as `pa.table` makes of them where there are any.

    Raises: TypeError (a column of anything else: a programmer acts).
    """
    return pa.Table.from_arrays([_column(values) for values in columns.values()], names=list(columns))


def _column(values: Sequence[object]) -> pa.Array:
    words = [value for value in values if isinstance(value, str)]
    if len(words) == len(values):
        return _words(words)
    lists = [value for value in values if isinstance(value, list)]
    if len(lists) != len(values):
        raise TypeError("A column holds words, or lists of words.")
    inner = _words([word for value in lists for word in value])
    return pa.Array.from_buffers(pa.list_(pa.string()), len(lists), [None, _ends(lists)], children=[inner])


def _words(words: Sequence[str]) -> pa.Array:
    told = [word.encode() for word in words]
    return pa.Array.from_buffers(pa.string(), len(told), [None, _ends(told), pa.py_buffer(b"".join(told))])


def _ends(parts: Sequence[Sized]) -> pa.Buffer:
    """Where each begins, and where the last ends."""
    return pa.py_buffer(np.fromiter(accumulate(map(len, parts), initial=0), np.int32, len(parts) + 1))
