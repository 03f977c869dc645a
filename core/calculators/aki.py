"""Acute kidney injury from creatinine alone: the KDIGO stages and NHS England's algorithm.

The stage functions take the comparisons already made (lowest of a week, median of a year) as numbers or columns;
`aki_stage` makes them from one patient's series of (day, umol/L), the last being the one judged.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

from core.calculators.choice import UNKNOWN, Quantity, Truth, choose, exceeds, is_known, reaches

ALGORITHMS = ("kdigo", "nhse")
YEAR_DAYS, WEEK_DAYS, TWO_DAYS = 365, 7, 2
_ADULT_FROM_YEARS = 18


class Baseline(NamedTuple):
    """What a ratio can be taken of: the lowest or the median (measure) of some results (rows) of so many days."""

    value: float
    measure: str
    days: int
    rows: tuple[int, ...]


def _by_ratio(ratio: Quantity, very_high: Truth) -> Quantity:
    """Stage by the ratio to baseline, half-open [1.5, 2), [2, 3), [3, inf); 3 where the value itself is very high."""
    return choose(very_high | reaches(ratio, 3), 3.0, choose(reaches(ratio, 2), 2.0, 1.0))


def kdigo_stage(creatinine: Quantity, baseline: Quantity, lowest_48h: Quantity) -> Quantity:
    """KDIGO stage 0 to 3 by creatinine.

    Args:    creatinine; baseline (lowest of the previous 7 days, else of 365); lowest_48h (NaN where none); umol/L.
    Returns: 0 to 3; NaN without a baseline. Urine output, dialysis and a child's eGFR below 35 are not judged here.
    Source:  KDIGO AKI guideline 2012: >= 1.5 times baseline, or a rise >= 26.5 umol/L (0.3 mg/dL) within 48 h;
             stage 3 from 353.6 umol/L (4.0 mg/dL) once that is met.
    """
    ratio = creatinine / choose(baseline > 0, baseline, UNKNOWN)
    met = reaches(ratio, 1.5) | reaches(creatinine - lowest_48h, 26.5)
    stage = choose(met, _by_ratio(ratio, reaches(creatinine, 353.6)), 0.0)
    return choose(is_known(ratio), stage, UNKNOWN)


def nhse_stage(
    creatinine: Quantity,
    lowest_week: Quantity,
    median_year: Quantity,
    lowest_48h: Quantity,
    very_high: Truth,
) -> Quantity:
    """NHS England's AKI stage 0 to 3, the higher of the two ratios deciding.

    Args:    creatinine; lowest_week (lowest aged 0 to 7 days), median_year (median aged 8 to 365 days), lowest_48h:
             umol/L, NaN where there is none; very_high (`is_very_high`).
    Returns: 0 to 3; NaN without any earlier result of the year.
    Source:  NHS England, Patient Safety Alert NHS/PSA/D/2014/010 (Think Kidneys): ratio >= 1.5; otherwise a rise
             > 26 umol/L within 48 h is stage 1. Stage 3 tests the value itself, never the rise.
    """
    week, year = creatinine / lowest_week, creatinine / median_year
    ratio = choose(is_known(week), choose(year > week, year, week), year)
    rise = choose(exceeds(creatinine - lowest_48h, 26), 1.0, 0.0)
    stage = choose(reaches(ratio, 1.5), _by_ratio(ratio, very_high), rise)
    return choose(is_known(ratio), stage, UNKNOWN)


def is_very_high(creatinine: Quantity, is_child: Truth, ref_high: Quantity) -> Truth:
    """Whether NHS England's algorithm calls the value itself stage 3: adults > 354 umol/L, children > 3 x upper limit.

    A child without an upper limit gives False: the caller must not take that for an answer.
    """
    return choose(is_child, exceeds(creatinine, 3 * ref_high), exceeds(creatinine, 354))


def aki_stage(
    series: Sequence[tuple[float, float]], algorithm: str, age: float | None = None, ref_high: float | None = None
) -> float | None:
    """AKI stage of the last creatinine of a series against those before it.

    Args:    series ((day, umol/L) in order of days; ages are differences of calendar days); algorithm (kdigo, nhse);
             age (years) and ref_high (umol/L): only nhse asks, for the absolute limit of stage 3.
    Returns: 0 to 3; None when there is no earlier result of the last 365 days, or when nhse lacks an age or a limit
             that this value needs.
    """
    *earlier, (index_day, creatinine) = series
    aged = [(math.floor(index_day) - math.floor(day), value) for day, value in earlier]
    week, other = candidates(aged, algorithm)
    decides = week or other
    if decides is None:
        return None
    lowest_48h = _value(lowest_within(aged, TWO_DAYS))
    if algorithm == "kdigo":
        return float(kdigo_stage(creatinine, decides.value, lowest_48h))
    stages = {
        float(nhse_stage(creatinine, _value(week), _value(other), lowest_48h, very_high))
        for very_high in _very_high_readings(creatinine, age, ref_high)
    }
    return stages.pop() if len(stages) == 1 else None


def candidates(aged: Sequence[tuple[int, float]], algorithm: str) -> tuple[Baseline | None, Baseline | None]:
    """The baselines an algorithm knows: the lowest of the week, and what it takes of the year (None: no result there).

    Of NHS England's two the one with the higher ratio decides; KDIGO looks at the year only without a week.

    Args: aged ((calendar days before the one judged, umol/L) of every earlier result); algorithm (kdigo, nhse).
    """
    week = lowest_within(aged, WEEK_DAYS)
    if algorithm == "kdigo":
        return week, lowest_within(aged, YEAR_DAYS) if week is None else None
    older = tuple(row for row, (days, _) in enumerate(aged) if WEEK_DAYS < days <= YEAR_DAYS)
    return week, Baseline(_median([aged[row][1] for row in older]), "median", YEAR_DAYS, older) if older else None


def lowest_within(aged: Sequence[tuple[int, float]], days: int) -> Baseline | None:
    """The lowest of the results of so many calendar days before."""
    rows = tuple(row for row, (age, _) in enumerate(aged) if 0 <= age <= days)
    return Baseline(min(aged[row][1] for row in rows), "lowest", days, rows) if rows else None


def _value(baseline: Baseline | None) -> float:
    return UNKNOWN if baseline is None else baseline.value


def _median(values: Sequence[float]) -> float:
    """The middle value, of an even count the mean of the two middle ones."""
    ordered, half = sorted(values), len(values) // 2
    return ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2


def _very_high_readings(creatinine: float, age: float | None, ref_high: float | None) -> set[bool]:
    """Every answer the absolute limit can have, given what is known of age and upper limit."""
    readings: set[bool] = set()
    if age is None or age >= _ADULT_FROM_YEARS:
        readings.add(bool(is_very_high(creatinine, False, UNKNOWN)))
    if age is None or age < _ADULT_FROM_YEARS:
        readings |= {True, False} if ref_high is None else {bool(is_very_high(creatinine, True, ref_high))}
    return readings
