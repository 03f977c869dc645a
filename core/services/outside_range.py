"""Whose newest result of some test lies outside the range the laboratory gave with it: no alert, and no clean sheet.

A side of the range that did not come with the result is the catalogue's adult one: a laboratory that sends the upper
limit alone must not blind the lower. Where a side is wanted and there is none for this patient (a child, an unknown
sex), or the result cannot be read, nobody can say that it lies within.

Hazard: HAZ-014.
"""

from __future__ import annotations

from collections.abc import Collection

import numpy as np

from core.catalogue import ANALYTES, analyte
from core.engine.cohort import Bools, Codes, Cohort, Floats, Ints
from core.records import CANNOT_TELL_REASONS, COMPARATORS, LONG_AGO, SEXES
from core.views.model import Outside
from core.views.text import is_adult


def list_outside(cohort: Cohort, names: Collection[str] | None, at: int) -> dict[str, tuple[Outside, ...]]:
    """By patient the newest results, as known at an instant, that are not certain to lie within their range.

    Args: names (patient identifiers asked about: nobody else is looked at; None: everybody is).
    """
    r = cohort.results
    asked = np.ones(len(r), dtype=bool)
    if names is not None:
        asked = np.isin(cohort.patients.patient_id.astype(str), list(names))[r.patient]
    asked &= _has_range()[r.analyte] & (r.known <= at) & (at < r.superseded) & (r.at <= at)
    rows = np.flatnonzero(asked)  # as docs/semantics.md has it: known at that instant
    if not len(rows):
        return {}
    r = r.take(rows[_newest(r.patient[rows], r.analyte[rows], r.at[rows])])
    low, high = _ranges(cohort, r.patient, r.analyte, at)
    low, high = np.where(np.isnan(r.ref_low), low, r.ref_low), np.where(np.isnan(r.ref_high), high, r.ref_high)
    within = (np.isnan(low) | (r.low >= low)) & (np.isnan(high) | (r.high <= high)) & (r.reason == 0)
    wanted = np.asarray(~np.isnan(_usual()).all(axis=1))[r.analyte]
    untold = within & ((wanted[:, 0] & np.isnan(low)) | (wanted[:, 1] & np.isnan(high)))
    low[untold] = high[untold] = np.nan  # half a range tells nothing of the other half
    within &= ~untold
    found: dict[str, list[Outside]] = {}
    for i in np.flatnonzero(~within).tolist():
        found.setdefault(str(cohort.patients.patient_id[r.patient[i]]), []).append(
            Outside(
                ANALYTES[int(r.analyte[i])], int(r.at[i]), int(r.known[i]), _number(r.value[i]),
                COMPARATORS[int(r.comparator[i])], _number(low[i]), _number(high[i]),
                CANNOT_TELL_REASONS[int(r.reason[i])],
            )
        )  # fmt: skip
    return {name: tuple(few) for name, few in found.items()}


def _newest(patient: Ints, test: Codes, at: Ints) -> Ints:
    """The rows of the last moment of each patient and test; the rows come sorted by all three."""
    ends = np.r_[(patient[1:] != patient[:-1]) | (test[1:] != test[:-1]), True]
    last = at[ends][np.r_[0, np.cumsum(ends)[:-1]]]
    return np.flatnonzero(at == last)


def _has_range() -> Bools:
    """Tests that have a usual range at all: a weight has none."""
    return np.asarray(~np.isnan(_usual()).all(axis=(1, 2)))


def _usual() -> Floats:
    """The catalogue's adult ranges by analyte, sex and side; NaN = no limit there."""
    return np.array([[analyte(name).ref(sex) for sex in SEXES] for name in ANALYTES], dtype=np.float64)


def _ranges(cohort: Cohort, patient: Ints, test: Codes, at: int) -> tuple[Floats, Floats]:
    """The catalogue's range of each result, for those whom it is meant for."""
    people = cohort.patients
    usual = _usual()[test, people.sex[patient]]
    child = np.zeros(len(people.birth), dtype=bool)
    for one in np.unique(patient).tolist():
        birth = int(people.birth[one])
        child[one] = birth != LONG_AGO and not is_adult(birth, at)
    usual[child[patient]] = np.nan
    return usual[:, 0], usual[:, 1]


def _number(value: np.float64) -> float | None:
    return None if np.isnan(value) else float(value)
