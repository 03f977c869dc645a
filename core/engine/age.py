"""A patient's age as a series: a point wherever it changes, for as long as anybody can ask."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from core.calculators.renal import ADULT_FROM_YEARS
from core.engine.cohort import Ints
from core.engine.feature import Feature, first_asked
from core.engine.kernels import NEVER, positions, spread
from core.engine.series import REASON, Series
from core.records import DAY, LONG_AGO

if TYPE_CHECKING:
    from core.engine.features import Measurements

YEAR = 12  # months
#: Ages in months are told month by month for children, year by year for adults, of whom nobody asks it.
MONTHLY_BELOW = ADULT_FROM_YEARS * YEAR
#: How far beyond the horizon birthdays are made: no rule is asked later.
LOOK_AHEAD_DAYS = 400


def completed_months(birth: Ints, at: Ints) -> Ints:
    """Age in completed months on the day of an instant; a day the month does not have is reached on the next first."""
    born, now = (x.astype("datetime64[s]").astype("datetime64[D]") for x in (birth, at))
    born_month, now_month = born.astype("datetime64[M]"), now.astype("datetime64[M]")
    before_day = (now - now_month).astype(np.int64) < (born - born_month).astype(np.int64)
    months: Ints = (now_month - born_month).astype(np.int64) - before_day
    return months


#: Mean days in a year. Away from a birthday by more than the calendar's drift, dividing by it tells the age.
_YEAR_DAYS, _NEAR = 365.2425, 0.012


def completed_years(birth: Ints, at: Ints) -> Ints:
    """Age in completed years on the day of an instant; birthdays on 29 February are reached on 1 March."""
    lived = (at // DAY - birth // DAY) / _YEAR_DAYS
    years: Ints = np.floor(lived).astype(np.int64)
    close = positions(np.abs(lived - np.round(lived)) < _NEAR)
    years[close] = completed_months(birth[close], at[close]) // 12
    return years


def reaches_months(birth: Ints, months: Ints) -> Ints:
    """The first instant of the day on which so many months are completed."""
    born = birth.astype("datetime64[s]").astype("datetime64[D]")
    born_month = born.astype("datetime64[M]")
    month = born_month + months
    first, following = (x.astype("datetime64[D]").astype(np.int64) for x in (month, month + 1))
    day: Ints = np.minimum(first + (born - born_month).astype(np.int64), following)
    return day * DAY


def age(m: Measurements) -> Feature:
    """Completed years on the day: exact, changing on the birthday itself; 0 before birth.

    Returns: years; missing_birth_date where none is on file. Points from before the first course until beyond the
    horizon, for patients with a course.
    Source:  docs/semantics.md (Features).
    """
    return _ages(m, step=YEAR, unit=YEAR)


def age_months(m: Measurements) -> Feature:
    """Completed months on the day, of a child; from the 18th birthday on it changes only once a year.

    Source:  docs/semantics.md (Features).
    """
    return _ages(m, step=1, unit=1)


def _ages(m: Measurements, step: int, unit: int) -> Feature:
    """step: months from one point of a child to the next; unit: months in one of what is counted."""
    patient, first = first_asked(m.cohort)
    birth = m.cohort.patients.birth[patient]
    unknown = birth == LONG_AGO
    born = np.where(unknown, first, birth)
    begin = np.maximum(completed_months(born, first), 0)
    begin = np.where(begin >= MONTHLY_BELOW, begin // YEAR * YEAR, begin)
    stop = np.maximum(completed_months(born, np.maximum(first, m.horizon + LOOK_AHEAD_DAYS * DAY)), 0)
    stop = np.where(unknown, begin, stop)
    # The steps of childhood that lie after the first moment, then whole years: numbers of steps, as first and count.
    child_from, child_to = begin // step, np.minimum(stop, MONTHLY_BELOW) // step
    adult_from = np.maximum(begin, MONTHLY_BELOW) // YEAR
    runs = [(child_from, child_to, step), (adult_from, stop // YEAR, YEAR)]
    owner, months = [np.arange(len(patient))], [begin]
    for low, high, length in runs:
        number, mine = spread(low + 1, np.maximum(high - low, 0))
        owner.append(mine)
        months.append(number * length)
    who, reached = np.concatenate(owner), np.concatenate(months)
    order = np.lexsort((reached, who))  # the first moment comes before every step: it is listed first
    who, reached = who[order], reached[order]
    fresh = np.ones(len(who), dtype=bool)
    fresh[1:] = who[1:] != who[:-1]
    at = np.where(fresh, first[who], reaches_months(born[who], reached))
    value = (reached // unit).astype(np.float64)
    lost = unknown[who]
    series = Series(
        patient[who], at, np.where(lost, -np.inf, value), np.where(lost, np.inf, value),
        np.where(lost, REASON["missing_birth_date"], 0).astype(np.int16), np.full((1, len(who)), -1), at,
    )  # fmt: skip
    return Feature(series, np.full(len(who), NEVER))
