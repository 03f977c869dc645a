"""Whether two results differ by more than biology and the laboratory explain: the reference change value."""

from __future__ import annotations

import math
from dataclasses import dataclass

from core.calculators.choice import UNKNOWN, Quantity, Truth, choose, is_positive

FORMS = ("log-normal", "symmetric")
_Z_95 = 1.96  # two-sided 95 %
_TWO_RESULTS = math.sqrt(2)  # the uncertainty of a difference of two results; not valid for a chosen pair of many


@dataclass(frozen=True, slots=True)
class ChangeLimits:
    """Per cent beyond which a fall (down, negative) or a rise (up) is significant."""

    down: float
    up: float
    form: str

    def are_passed_by(self, change_percent: Quantity) -> Truth:
        """Whether a change is significant: strictly beyond a limit."""
        return (change_percent > self.up) | (change_percent < self.down)


def change_limits(cvi: float, cva: float, form: str = "log-normal") -> ChangeLimits:
    """The reference change value of an analyte as limits in per cent.

    Args:   cvi, cva (within-subject and analytical variation, per cent); form: log-normal (default) or symmetric.
    Source: Fraser CG; Fokkema MR et al. Clin Chem 2006;52:1602; Lund F et al. 2015. 95 %, two-sided.
    """
    variance = cva**2 + cvi**2
    if form == "symmetric":
        up = _TWO_RESULTS * _Z_95 * math.sqrt(variance)
        return ChangeLimits(-up, up, form)
    spread = _Z_95 * _TWO_RESULTS * math.sqrt(math.log(1 + variance / 100**2))
    return ChangeLimits(100 * (math.exp(-spread) - 1), 100 * (math.exp(spread) - 1), "log-normal")


def percent_change(previous: Quantity, current: Quantity) -> Quantity:
    """Change from the previous result, per cent of it; NaN unless the previous one is positive."""
    return 100 * (current - previous) / choose(is_positive(previous), previous, UNKNOWN)
