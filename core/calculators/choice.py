"""One formula for a number and for a column of numbers: the few operations that Python and numpy spell differently."""

from __future__ import annotations

from typing import Any, TypeAlias

#: A float, or a float array of any length. NaN is "unknown" and stays unknown through every formula.
Quantity: TypeAlias = Any
#: A bool, or a bool array as long as the quantities beside it.
Truth: TypeAlias = Any

UNKNOWN = float("nan")
#: Reported numbers have at most six digits, so two of them that differ do so by far more than this;
#: what differs by less is the binary rounding of "1.5 times" and counts as reached.
ROUNDING = 1e-9


def choose(condition: Truth, yes: Quantity, no: Quantity) -> Quantity:
    """`yes` where the condition holds, else `no`. numpy is only loaded for columns."""
    if isinstance(condition, bool):
        return yes if condition else no
    import numpy as np

    return np.where(condition, yes, no)


def is_positive(value: Quantity) -> Truth:
    """Whether a quantity is a finite number above zero (NaN is not)."""
    return (value > 0) & (value < float("inf"))


def is_known(value: Quantity) -> Truth:
    """Whether a quantity is a number at all: NaN is the only value that differs from itself."""
    return value == value


def reaches(value: Quantity, limit: Quantity) -> Truth:
    """At or above a limit, binary rounding aside."""
    return value >= limit - ROUNDING


def exceeds(value: Quantity, limit: Quantity) -> Truth:
    """Strictly above a limit, binary rounding aside."""
    return value > limit + ROUNDING
