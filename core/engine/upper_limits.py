"""Liver enzymes against the upper limit of their range: the report's own, else the catalogue's."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from core.catalogue import analyte
from core.engine.cohort import Floats
from core.engine.feature import Feature
from core.engine.series import REASON, Series
from core.engine.timeline import until_stale
from core.records import SEXES

if TYPE_CHECKING:
    from core.engine.features import Measurements

FEMALE, MALE, UNKNOWN_SEX = (SEXES.index(s) for s in ("female", "male", "unknown"))


def upper_limits(m: Measurements, name: str, points: Series) -> tuple[Floats, Floats]:
    """Upper limit of an analyte for each of its points: the report's own, else the catalogue's by sex (both where
    unknown).

    Returns: the smallest and the largest it can be, canonical unit; NaN where there is none.
    """
    own = m.cohort.results.ref_high[points.rows[0]]
    female, male = (
        np.nan if limit is None else float(limit) for limit in (analyte(name).ref(s)[1] for s in ("female", "male"))
    )
    sex = m.cohort.patients.sex[points.patient]
    low = np.where(sex == FEMALE, female, np.where(sex == MALE, male, min(female, male)))
    high = np.where(sex == UNKNOWN_SEX, max(female, male), low)
    given = ~np.isnan(own)
    return np.where(given, own, low), np.where(given, own, high)


def alt_of_upper_limit(m: Measurements) -> Feature:
    """ALT as a multiple of its upper limit, at every readable result.

    Returns: a ratio; an interval where the result or the sex leaves room; missing_reference_range without a limit.
    Source:  docs/semantics.md (Features).
    """
    return _of_upper_limit(m, "alt")


def ast_of_upper_limit(m: Measurements) -> Feature:
    """AST as a multiple of its upper limit, at every readable result.

    Returns: a ratio; an interval where the result or the sex leaves room; missing_reference_range without a limit.
    Source:  docs/semantics.md (Features).
    """
    return _of_upper_limit(m, "ast")


def _of_upper_limit(m: Measurements, name: str) -> Feature:
    points = m.series(name)
    limit_low, limit_high = upper_limits(m, name, points)
    unreadable, missing = ~points.readable, np.isnan(limit_low)
    blocked = unreadable | missing
    low = np.where(blocked, -np.inf, points.low / limit_high)
    high = np.where(blocked, np.inf, points.high / limit_low)
    why = np.where(
        ~unreadable & missing,
        REASON["missing_reference_range"],
        np.where(points.reason > 0, points.reason, REASON["missing_sex"]),
    )
    series = replace(points, low=low, high=high, reason=np.where(low == high, 0, why).astype(np.int16))
    return Feature(series, until_stale(series, analyte(name).stale_after_days))
