"""Repeatable chance: the same words give the same draws, on every machine and every Python.

Only `Random.random()` is used, whose sequence Python guarantees between versions.
"""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import TypeVar

T = TypeVar("T")


class Chance:
    """Draws that depend on nothing but `seed`, so that changing one visit leaves every other as it was."""

    def __init__(self, *seed: object) -> None:
        self._random = Random("/".join(["nadir sample clinic", *map(str, seed)]))

    def between(self, low: float, high: float) -> float:
        return low + (high - low) * self._random.random()

    def count(self, low: int, high: int) -> int:
        """A whole number from `low` to `high`, both possible."""
        return low + int(self._random.random() * (high - low + 1))

    def pick(self, choices: Sequence[T]) -> T:
        return choices[int(self._random.random() * len(choices))]

    def happens(self, probability: float) -> bool:
        return self._random.random() < probability

    def vary(self, mean: float, cv_percent: float) -> float:
        """A value around `mean`: bell-shaped (three draws summed), never further than three quarters of its reach."""
        spread = sum(self._random.random() for _ in range(3)) / 1.5 - 1  # -1 … 1, sd 1/3
        return mean * (1 + cv_percent / 100 * 3 * max(-0.6, min(0.6, spread)))
