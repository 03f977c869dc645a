"""Which earlier creatinine a newer one was compared with when a stage of acute kidney injury was told."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.calculators.aki import TWO_DAYS, WEEK_DAYS, YEAR_DAYS
from core.catalogue import analyte
from core.engine.series import Series
from core.engine.wording import iso_date
from core.records import DAY

#: The features that stage an injury, with whose algorithm each follows (docs/semantics.md, Features).
ALGORITHMS = {"aki_nhse": "NHS England", "aki_kdigo": "KDIGO"}
RATIO_DECIMALS = 2


@dataclass(frozen=True, slots=True)
class Earlier:
    """A creatinine, or the median of several, that a newer one is held against. at: None for a median of several.

    days: how far back the window reached; count: results in it; what: which of them, in words.
    """

    value: float
    at: int | None
    days: int
    count: int
    what: str


@dataclass(frozen=True, slots=True)
class Compared:
    """The creatinine judged (value, at), what its ratio is taken of, and the lowest of two days before (None: none)."""

    value: float
    at: int
    earlier: Earlier
    two_days: Earlier | None

    @property
    def ratio(self) -> float:
        return self.value / self.earlier.value

    @property
    def rise(self) -> float | None:
        """How much more than two days before, umol/L."""
        return None if self.two_days is None else round(self.value - self.two_days.value, 9)


@dataclass(frozen=True, slots=True)
class _Result:
    days: int
    value: float
    at: int


def compare_with_earlier(series: Series, patient: int, until: int, feature: str) -> Compared | None:
    """What the newest creatinine of a patient was compared with; None where no one number stands behind the stage.

    Bounds and unreadable results are left out of the comparison told; the alert itself judged what they can mean.

    Args: series (of creatinine); until (instant); feature (a key of ALGORITHMS).
    """
    first, last = (int(row) for row in np.searchsorted(series.patient, (patient, patient + 1)))
    mine = slice(first, last)
    known = first + np.flatnonzero((series.at[mine] <= until) & series.readable[mine])
    exact = known[series.low[known] == series.high[known]]
    if not len(exact) or exact[-1] != known[-1]:
        return None  # the newest is only a bound
    newest = int(exact[-1])
    at = int(series.at[newest])
    before = [
        _Result(at // DAY - int(series.at[row]) // DAY, float(series.low[row]), int(series.at[row]))
        for row in exact[:-1]
    ]
    before = [one for one in before if one.days <= YEAR_DAYS]
    value, candidates = float(series.low[newest]), _candidates(before, feature)
    if not candidates:
        return None
    return Compared(value, at, max(candidates, key=lambda one: value / one.value), _lowest(before, TWO_DAYS))


def tell_earlier(compared: Compared) -> dict[str, object]:
    """The same for the inputs of an alert's basis: value, unit, day, which one it is, ratio, rise within two days."""
    earlier = compared.earlier
    told: dict[str, object] = {
        "value": earlier.value, "comparator": None, "unit": analyte("creatinine").unit,
        "collected_at": None if earlier.at is None else iso_date(earlier.at), "what": earlier.what,
        "ratio": round(compared.ratio, RATIO_DECIMALS),
    }  # fmt: skip
    return told if compared.rise is None else {**told, "rise": compared.rise}


def _candidates(before: list[_Result], feature: str) -> list[Earlier]:
    """The baselines an algorithm knows, of which the one with the higher ratio decides."""
    week = _lowest(before, WEEK_DAYS)
    if feature == "aki_nhse":
        other = _median([one for one in before if one.days > WEEK_DAYS])
    else:
        other = _lowest(before, YEAR_DAYS) if week is None else None
    return [one for one in (week, other) if one is not None]


def _lowest(before: list[_Result], days: int) -> Earlier | None:
    within = [one for one in before if one.days <= days]
    if not within:
        return None
    least = min(within, key=lambda one: (one.value, -one.at))
    what = f"the lowest of the {len(within)} in the {days} days before"
    return Earlier(least.value, least.at, days, len(within), what)


def _median(older: list[_Result]) -> Earlier | None:
    if not older:
        return None
    value = float(np.median([one.value for one in older]))
    what = f"the median of the {len(older)} from {WEEK_DAYS + 1} to {YEAR_DAYS} days before"
    return Earlier(value, older[0].at if len(older) == 1 else None, YEAR_DAYS, len(older), what)
