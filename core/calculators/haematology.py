"""The absolute neutrophil count from a white cell count and its differential."""

from __future__ import annotations

from core.calculators.choice import UNKNOWN, Quantity, choose, exceeds

_WHOLE = 100  # per cent


def anc_from_differential(wbc: Quantity, segs: Quantity, bands: Quantity) -> Quantity:
    """Absolute neutrophil count, 10*9/L, from white cells (10*9/L), segmented and band neutrophils (%).

    A count the laboratory reports itself always wins over this one.
    Returns: 10*9/L, un-rounded; NaN where a percentage is outside 0 to 100, their sum is over 100, or wbc is negative.
    Source:  standard definition: white cells x (segmented % + bands %) / 100.
    """
    percent = segs + bands
    possible = (wbc >= 0) & (wbc < float("inf")) & (segs >= 0) & (bands >= 0)
    within = choose(exceeds(percent, _WHOLE), UNKNOWN, percent)
    return wbc * choose(possible, within, UNKNOWN) / _WHOLE
