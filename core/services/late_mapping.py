"""A mapping that costs nothing until it is asked."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TypeVar

_Key = TypeVar("_Key")
_Value_co = TypeVar("_Value_co", covariant=True)


class LateMapping(Mapping[_Key, _Value_co]):
    """A mapping that is made when somebody first asks it something."""

    def __init__(self, make: Callable[[], Mapping[_Key, _Value_co]]) -> None:
        self._make: Callable[[], Mapping[_Key, _Value_co]] | None = make
        self._made: Mapping[_Key, _Value_co] = {}

    def _whole(self) -> Mapping[_Key, _Value_co]:
        make = self._make
        if make is not None:
            self._made = make()  # twice the same where two ask at once
            self._make = None
        return self._made

    def __getitem__(self, key: _Key) -> _Value_co:
        return self._whole()[key]

    def __iter__(self) -> Iterator[_Key]:
        return iter(self._whole())

    def __len__(self) -> int:
        return len(self._whole())
