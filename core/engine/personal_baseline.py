"""What was usual for this patient before the drug, beside what is usual for everybody."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.catalogue import ANALYTES, analyte
from core.engine.cohort import Cohort
from core.engine.series import read_series
from core.protocols.background import background
from core.records import COURSE_STATUSES, DAY, SEXES

_PLANNED = COURSE_STATUSES.index("planned")


@dataclass(frozen=True, slots=True)
class PersonalBaseline:
    """Results in the days before the first start of a drug, canonical unit. count 0: median, lowest, highest are None.

    bounds: results of those days that are only bounds or could not be read, and are not in the figures.
    before: the first start, or the moment asked about while the drug is only planned.
    """

    analyte: str
    count: int
    median: float | None
    lowest: float | None
    highest: float | None
    first_at: int | None
    last_at: int | None
    bounds: int
    before: int
    days: int


@dataclass(frozen=True, slots=True)
class PopulationRange:
    """The range beside it, canonical unit, and where it comes from: the report's own, or the catalogue's default."""

    low: float | None
    high: float | None
    own: bool
    source: str


def personal_baseline(cohort: Cohort, patient: int, drug: str, name: str, at: int) -> PersonalBaseline | None:
    """A patient's own results of an analyte before the drug was ever given; None where there is no course of it.

    Args: patient (position in the cohort); drug (catalogue name); name (analyte); at (instant: what lies later is left
          out).
    """
    c = cohort.courses
    rows = np.flatnonzero((c.patient == patient) & (c.drug == drug))
    if not len(rows):
        return None
    begun = rows[(c.status[rows] != _PLANNED) & (c.start[rows] <= at)]
    before = int(c.start[begun].min()) if len(begun) else at + 1
    days = background().personal_baseline.days
    series = read_series(cohort.results, name)
    within = (series.patient == patient) & (series.at >= (before // DAY - days) * DAY) & (series.at < before)
    chosen = np.flatnonzero(within & (series.at <= at))
    exact = chosen[(series.low[chosen] == series.high[chosen]) & np.isfinite(series.low[chosen])]
    if not len(exact):
        return PersonalBaseline(name, 0, None, None, None, None, None, len(chosen), before, days)
    values = series.low[exact]
    return PersonalBaseline(
        name, len(exact), float(np.median(values)), float(values.min()), float(values.max()),
        int(series.at[exact[0]]), int(series.at[exact[-1]]), len(chosen) - len(exact), before, days,
    )  # fmt: skip


def population_range(cohort: Cohort, patient: int, name: str, at: int) -> PopulationRange | None:
    """The range the newest result of an analyte came with, else the catalogue's default by sex; None where none is."""
    r = cohort.results
    rows = np.flatnonzero((r.patient == patient) & (r.analyte == ANALYTES.index(name)) & (r.at <= at))
    if len(rows):
        newest = rows[np.argmax(r.at[rows])]
        low, high = float(r.ref_low[newest]), float(r.ref_high[newest])
        if not (np.isnan(low) and np.isnan(high)):
            own = "the report's own range"
            return PopulationRange(None if np.isnan(low) else low, None if np.isnan(high) else high, True, own)
    one = analyte(name)
    least, most = one.ref(SEXES[int(cohort.patients.sex[patient])])
    if least is None and most is None:
        return None
    return PopulationRange(least, most, False, f"default range ({one.source}; {one.checked})")
