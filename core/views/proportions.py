"""How much a share of a few cases can tell: limits that chance alone explains, and bounds on what was not seen.

A share is a count out of a count. Nothing here is clinical; the three methods are textbook ones, named where they are.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable

#: Two-sided shares of chance a control limit leaves outside, and what each is called: 1 in 20, and 1 in 500.
WARNING, ACTION = 0.05, 0.002
_HALVINGS = 100  # of an interval of length 1: past what a float can tell
_Z95 = 1.959963984540054  # 97.5th percentile of the standard normal


def control_limits(rate: float, of: int, outside: float) -> tuple[float, float]:
    """The lowest and the highest share of a group of this size that chance alone still explains, if the group is like
    all groups together.

    Args:    rate: of all groups together (0 to 1); of: cases of this group; outside: chance of lying outside, both
             sides together and at most (WARNING, ACTION).
    Returns: lower and upper limit (0 to 1), both inside; (0, 1) for no cases.
    Source:  the p-chart with exact binomial limits for each group's own number; as a funnel: Spiegelhalter, Stat Med
             2005;24:1185 (not interpolated here: a count lies outside only if counts like it or further out are rarer).
    """
    if of <= 0:
        return 0.0, 1.0
    if rate <= 0.0 or rate >= 1.0:
        return rate, rate
    return _lowest(rate, of, outside / 2) / of, (of - _lowest(1.0 - rate, of, outside / 2)) / of


def design_effect(clusters: Iterable[tuple[int, int]]) -> float:
    """How many times more shares vary than single independent cases would, because cases come in clusters.

    Args:    clusters: (counted, of) of each cluster, as of one patient's tests.
    Returns: at least 1; a group of n cases tells as much as n divided by it.
    Source:  variance of a ratio over clusters against the binomial one: Kish, Survey Sampling, 1965, section 5.4.
    """
    listed = [one for one in clusters if one[1]]
    cases, counted = sum(of for _, of in listed), sum(count for count, _ in listed)
    if len(listed) < 2 or counted in (0, cases):
        return 1.0
    rate = counted / cases
    spread = math.fsum((count - rate * of) ** 2 for count, of in listed) * len(listed) / (len(listed) - 1)
    return max(1.0, spread / (cases * rate * (1 - rate)))


def wilson_interval(count: int, of: int) -> tuple[float, float]:
    """Within which shares the true one lies in 95 of 100 such samples; (0, 1) for no cases.

    Source: the score interval, Wilson, J Am Stat Assoc 1927;22:209.
    """
    if of <= 0:
        return 0.0, 1.0
    share, z2 = count / of, _Z95 * _Z95
    middle = share + z2 / (2 * of)
    half = _Z95 * math.sqrt(share * (1 - share) / of + z2 / (4 * of * of))
    low, high = (middle - half) / (1 + z2 / of), (middle + half) / (1 + z2 / of)
    return (0.0 if count == 0 else max(0.0, low)), (1.0 if count == of else min(1.0, high))


def upper_limit(missed: int, looked: int, confidence: float = 0.95) -> float:
    """How large the share of missed ones may still be, after so many were looked at and so many of them missed.

    One-sided. With none missed it is 1 - (1 - confidence)^(1/looked), the "rule of three": about 3 in `looked`.

    Returns: 0 to 1; 1 where nobody was looked at: nothing is known then.
    Source:  Clopper and Pearson, Biometrika 1934;26:404; Hanley and Lippman-Hand, JAMA 1983;249:1743.
    """
    if not 0 <= missed <= looked:
        raise ValueError("missed lies between 0 and looked")
    if missed == looked:
        return 1.0
    return _root(lambda rate: at_most(missed, looked, rate) - (1 - confidence))


def at_most(count: int, of: int, rate: float) -> float:
    """The chance of at most so many of `of` cases, each with this rate (the binomial distribution)."""
    if count < 0:
        return 0.0
    if count >= of or rate <= 0.0:
        return 1.0
    return 0.0 if rate >= 1.0 else min(1.0, math.fsum(_chance(k, of, rate) for k in range(count + 1)))


def _lowest(rate: float, of: int, tail: float) -> int:
    """The smallest count that is not among the rarest on the low side: fewer than it has at most this chance."""
    spread = math.sqrt(of * rate * (1 - rate))
    first = max(0, math.floor(of * rate - 12 * spread - 12))  # what lies below is less than a float can add
    chance = 0.0
    for count in range(first, of):
        chance += _chance(count, of, rate)
        if chance > tail:
            return count
    return of


def _chance(count: int, of: int, rate: float) -> float:
    ways = math.lgamma(of + 1) - math.lgamma(count + 1) - math.lgamma(of - count + 1)
    return math.exp(ways + count * math.log(rate) + (of - count) * math.log1p(-rate))


def _root(falls: Callable[[float], float]) -> float:
    """Where a function that falls from above zero to below it, between 0 and 1, is zero."""
    low, high = 0.0, 1.0
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        low, high = (middle, high) if falls(middle) > 0 else (low, middle)
    return high
