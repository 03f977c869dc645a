"""Which earlier creatinine a newer one was compared with when a stage of acute kidney injury was told."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.calculators.aki import TWO_DAYS, WEEK_DAYS, Baseline, candidates, lowest_within
from core.catalogue import analyte
from core.engine.cohort import Ints
from core.engine.series import Series
from core.engine.wording import iso_date
from core.records import DAY

#: The features that stage an injury, with whose algorithm each follows (docs/semantics.md, Features).
ALGORITHMS = {"aki_nhse": "NHS England", "aki_kdigo": "KDIGO"}
_CALCULATED = {"aki_nhse": "nhse", "aki_kdigo": "kdigo"}
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


def compare_with_earlier(series: Series, patient: int, until: int, feature: str) -> Compared | None:
    """What the newest creatinine of a patient was compared with; None where no one number stands behind the stage.

    Nothing is told where the newest is a bound, or one of those its baseline is made of: the alert judged what they
    can mean, and a number from the others would be another one. Unreadable results are left out here as there.

    Args: series (of creatinine); until (instant); feature (a key of ALGORITHMS).
    """
    first, last = (int(row) for row in np.searchsorted(series.patient, (patient, patient + 1)))
    mine = slice(first, last)
    known = first + np.flatnonzero((series.at[mine] <= until) & series.readable[mine])
    if not len(known):
        return None
    newest, before = int(known[-1]), known[:-1]
    at, value = int(series.at[newest]), float(series.low[newest])
    aged = [(at // DAY - int(series.at[row]) // DAY, float(series.low[row])) for row in before]
    found = [one for one in candidates(aged, _CALCULATED[feature]) if one is not None]
    rests_on = [newest, *(int(before[row]) for one in found for row in one.rows)]
    if not found or (series.low[rests_on] != series.high[rests_on]).any():
        return None
    decides, two_days = max(found, key=lambda one: value / one.value), lowest_within(aged, TWO_DAYS)
    moments = series.at[before]
    return Compared(value, at, _name(decides, aged, moments), two_days and _name(two_days, aged, moments))


def tell_earlier(compared: Compared) -> dict[str, object]:
    """The same for the inputs of an alert's basis: value, unit, day, which one it is, ratio, rise within two days."""
    earlier = compared.earlier
    told: dict[str, object] = {
        "value": earlier.value, "comparator": None, "unit": analyte("creatinine").unit,
        "collected_at": None if earlier.at is None else iso_date(earlier.at), "what": earlier.what,
        "ratio": round(compared.ratio, RATIO_DECIMALS),
    }  # fmt: skip
    return told if compared.rise is None else {**told, "rise": compared.rise}


def _name(baseline: Baseline, aged: list[tuple[int, float]], moments: Ints) -> Earlier:
    """A baseline with its day: of several that are equally low the newest; a median of several has none."""
    value, measure, days, rows = baseline
    if measure == "median":
        at = int(moments[rows[0]]) if len(rows) == 1 else None
        what = f"the median of the {len(rows)} from {WEEK_DAYS + 1} to {days} days before"
    else:
        at = max(int(moments[row]) for row in rows if aged[row][1] == value)
        what = f"the lowest of the {len(rows)} in the {days} days before"
    return Earlier(value, at, days, len(rows), what)
