"""Many plain values as columns of JSON, and back with every type and bit as it was: nothing in it is ever executed.

A column is written as one of: same (one value throughout), few (the different ones, and which), plain (as they are),
wholes and reals (numbers as bytes), tuples and sets and maps (their lengths, and all they hold as one column), many
(one column for each field of a kind), shared (the different ones that many refer to, and which), mixed (a column for
each type, and which is whose).
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import fields
from itertools import islice
from typing import Any

import numpy as np

from core.engine.many import make_many

_SCALARS = (int, float, str, bool, type(None))
_REAL = "<f8"
_WHOLE = (("<u1", 1 << 8), ("<u2", 1 << 16), ("<u4", 1 << 32), ("<i8", 1 << 64))  # a kind, and what it cannot hold
_FEW = 4  # texts are worth naming by number up to one in so many


class Unkeepable(Exception):
    """Something of a type that would not come back as it was."""


class Columns:
    """Writes and reads columns. kinds: dataclasses with slots, by name; shared: those whose values are often the
    same (hashable, and without numbers: 1 and 1.0 would be taken for one).
    """

    def __init__(self, kinds: Sequence[type], shared: Sequence[type] = ()) -> None:
        self.kinds = {kind.__name__: kind for kind in (*kinds, *shared)}
        self.shared = frozenset(shared)
        self.names = {kind: tuple(field.name for field in fields(kind) if field.init) for kind in self.kinds.values()}

    def write(self, values: Sequence[Any]) -> list[Any]:
        """A column of any values of these kinds, tuples, frozen sets, maps and plain values among them.

        Raises: Unkeepable (anything else: the caller keeps nothing).
        """
        types = {type(value) for value in values}
        if len(types) > 1:
            return self._write_mixed(values, list(types))
        kind: Any = next(iter(types), type(None))
        if kind in _SCALARS:
            return _write_scalars(values, kind)
        if kind in (tuple, list, frozenset):
            return self._write_few(kind, values) or self._write_lengths(kind, values)
        if kind is dict:
            keys, held = [tuple(value) for value in values], [tuple(value.values()) for value in values]
            return ["maps", self.write(keys), self.write(held)]
        if kind in self.shared:
            place: dict[object, int] = {}
            which = [place.setdefault(value, len(place)) for value in values]
            if any(type(getattr(one, name)) in (int, float) for one in place for name in self.names[kind]):
                raise Unkeepable(kind.__name__)
            return ["shared", self._write_many(kind, list(place)), _write_scalars(which, int)]
        if kind in self.names:
            return self._write_many(kind, values)
        raise Unkeepable(kind.__name__)

    def read(self, told: Sequence[Any]) -> list[Any]:
        """What `write` was given."""
        match told:
            case ["same", value, count]:
                return [value] * count
            case ["few", different, which]:
                return [different[place] for place in self.read(which)]
            case ["plain", values]:
                return list(values)
            case ["wholes", least, form, packed]:
                return list((np.frombuffer(b64decode(packed), form).astype(np.int64) + least).tolist())
            case ["reals", packed]:
                return list(np.frombuffer(b64decode(packed), _REAL).tolist())
            case ["tuples" | "sets" | "lists" as form, lengths, inner]:
                return list(_cut(self.read(inner), self.read(lengths), _FORMS[form]))
            case ["maps", keys, held]:
                pairs = zip(self.read(keys), self.read(held), strict=True)
                return [dict(zip(mine, values, strict=True)) for mine, values in pairs]
            case ["shared", different, which]:
                known = self.read(different)
                return [known[place] for place in self.read(which)]
            case ["many", name, count, columns]:
                kind = self.kinds[name]
                return make_many(kind, count, dict(zip(self.names[kind], map(self.read, columns), strict=True)))
            case ["mixed", which, columns]:
                parts = [iter(self.read(column)) for column in columns]
                return [next(parts[place]) for place in self.read(which)]
        raise ValueError("a column of an unknown kind")

    def _write_many(self, kind: type, values: Sequence[Any]) -> list[Any]:
        columns = [self.write([getattr(value, name) for value in values]) for name in self.names[kind]]
        return ["many", kind.__name__, len(values), columns]

    def _write_mixed(self, values: Sequence[Any], types: list[type]) -> list[Any]:
        place = {kind: number for number, kind in enumerate(types)}
        parts: list[list[Any]] = [[] for _ in types]
        for value in values:
            parts[place[type(value)]].append(value)
        which = _write_scalars([place[type(value)] for value in values], int)
        return ["mixed", which, [self.write(part) for part in parts]]

    def _write_few(self, kind: type, values: Sequence[Any]) -> list[Any] | None:
        """Tuples and sets of words: mostly the same few; None where they are not."""
        if kind is list or any(type(word) is not str for value in values[:_FEW] for word in value):
            return None
        try:
            place: dict[object, int] = {}
            which = [place.setdefault(value, len(place)) for value in values]
        except TypeError:  # something in them cannot be looked up
            return None
        if len(place) * _FEW > len(values) or any(type(word) is not str for value in values for word in value):
            return None
        return ["shared", self._write_lengths(kind, list(place)), _write_scalars(which, int)]

    def _write_lengths(self, kind: type, values: Sequence[Any]) -> list[Any]:
        form = next(name for name, made in _FORMS.items() if made is kind)
        inner = [one for value in values for one in (sorted(value) if kind is frozenset else value)]
        return [form, self.write([len(value) for value in values]), self.write(inner)]


_FORMS: Mapping[str, type[tuple[Any, ...]] | type[frozenset[Any]] | type[list[Any]]] = {
    "tuples": tuple, "sets": frozenset, "lists": list,
}  # fmt: skip


def _write_scalars(values: Sequence[Any], kind: type) -> list[Any]:
    different = dict.fromkeys(map(repr, values) if kind is float else values)  # NaN, 0.0 and -0.0 each for itself
    if len(different) == 1:
        return ["same", values[0], len(values)]
    if kind is str and len(different) * _FEW <= len(values):
        place = {text: number for number, text in enumerate(different)}
        return ["few", list(place), _write_scalars([place[text] for text in values], int)]
    if kind is float:
        return ["reals", b64encode(np.array(values, _REAL).tobytes()).decode()]
    if kind is int and len(values) > 1:
        least, span = min(values), max(values) - min(values)
        if least > -(1 << 62) and least + span < 1 << 62:
            form = next(form for form, most in _WHOLE if span < most)
            return ["wholes", least, form, b64encode((np.array(values) - least).astype(form).tobytes()).decode()]
    return ["plain", list(values)]


def _cut(inner: list[Any], lengths: list[int], form: Callable[[Iterable[Any]], Any]) -> Iterator[Any]:
    if sum(lengths) != len(inner):
        raise ValueError("a column of another length")
    rest = iter(inner)
    if form is tuple and len(set(lengths)) == 1 and lengths[0]:  # pairs, mostly
        yield from zip(*[rest] * lengths[0], strict=True)
        return
    for length in lengths:
        yield form(islice(rest, length))
