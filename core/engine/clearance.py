"""Creatinine clearance as a series: a point at each moment its creatinine, weight or height changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from core.calculators.body_size import OBESE_FROM_BMI, dosing_weight
from core.calculators.renal import ADULT_FROM_YEARS, AGE_LIMIT_YEARS, cockcroft_gault
from core.catalogue import analyte
from core.engine.age import completed_years
from core.engine.cohort import Bools, Floats, Ints
from core.engine.feature import Feature
from core.engine.kernels import column_of, distinct, everywhere, split_key
from core.engine.series import REASON, Series
from core.engine.timeline import until_stale
from core.engine.upper_limits import FEMALE, MALE, UNKNOWN_SEX
from core.records import LONG_AGO

if TYPE_CHECKING:
    from core.engine.features import Measurements

DECIMALS = 9  # of a clearance: what differs by less is the binary rounding of an exact 30, and is 30


def creatinine_clearance(m: Measurements) -> Feature:
    """Cockcroft-Gault with the creatinine, weight and height that stand at each moment any of them changes.

    Returns: mL/min, not indexed; an interval where creatinine, weight or sex leave room.
    Source:  clinical reference 3.1; docs/semantics.md (Features). Hazard: HAZ-001, HAZ-007.
    """
    people = m.cohort.patients
    creatinine, weight, height = m.series("creatinine"), m.series("weight"), m.series("height")
    with_creatinine = np.zeros(len(people), dtype=bool)
    with_creatinine[creatinine.patient] = True
    patient, at = _moments([creatinine, *(s.take(with_creatinine[s.patient]) for s in (weight, height))])
    at_creatinine = creatinine.standing(patient, at)
    keep = at_creatinine >= 0
    patient, at, at_creatinine = patient[keep], at[keep], at_creatinine[keep]
    at_weight, at_height = weight.standing(patient, at), height.standing(patient, at)
    stale = until_stale(creatinine, analyte("creatinine").stale_after_days)[at_creatinine]
    sampled = creatinine.at[at_creatinine]
    birth = people.birth[patient]
    age = np.where(birth == LONG_AGO, np.nan, completed_years(np.maximum(birth, LONG_AGO // 2), sampled))
    kilograms = _standing_interval(weight, at_weight)
    centimetres = np.where(at_height >= 0, _exact(height)[np.maximum(at_height, 0)] if len(height) else np.nan, np.nan)
    sex = people.sex[patient]
    smallest, largest = creatinine.low[at_creatinine], creatinine.high[at_creatinine]
    exact = (smallest == largest) & (kilograms[0] == kilograms[1]) & (sex != UNKNOWN_SEX)
    with np.errstate(all="ignore"):
        one = dosing_weight(kilograms[0], centimetres, sex == FEMALE)
    low = high = certain = _clearance(age, sex == FEMALE, one, smallest)
    if everywhere(exact):
        low = high = _settle(certain, smallest, kilograms[0])
    else:
        low, high = column_of(np.inf, len(patient), np.float64), column_of(-np.inf, len(patient), np.float64)
        for code in (FEMALE, MALE):
            possible = (sex == code) | (sex == UNKNOWN_SEX)
            female = column_of(code == FEMALE, len(patient), bool)
            lightest, heaviest = _dosing_weights(*kilograms, centimetres, female)
            least, most = _clearance(age, female, lightest, largest), _clearance(age, female, heaviest, smallest)
            low, high = np.where(possible, np.fmin(low, least), low), np.where(possible, np.fmax(high, most), high)
        low, high = np.where(exact, certain, low), np.where(exact, certain, high)
        low, high = _settle(low, largest, kilograms[0]), _settle(high, smallest, kilograms[1])
    creatinine_reason = creatinine.reason[at_creatinine]
    unreadable = ~creatinine.readable[at_creatinine]
    weight_reason = np.where(
        at_weight >= 0, weight.reason[np.maximum(at_weight, 0)] if len(weight) else 0, REASON["missing_weight"]
    )
    weight_unreadable = at_weight < 0
    if len(weight):
        weight_unreadable |= ~weight.readable[np.maximum(at_weight, 0)]
    blocks = [
        (unreadable, creatinine_reason),
        (np.isnan(age), column_of(REASON["missing_birth_date"], len(age))),
        (
            (age < ADULT_FROM_YEARS) | (age >= AGE_LIMIT_YEARS),
            column_of(REASON["out_of_scope_age"], len(age)),
        ),
        (weight_unreadable, weight_reason),
    ]
    blocked = np.zeros(len(patient), dtype=bool)
    reason = np.where(
        creatinine_reason > 0,
        creatinine_reason,
        np.where(weight_reason > 0, weight_reason, np.where(sex == UNKNOWN_SEX, REASON["missing_sex"], 0)),
    )
    for test, why in blocks:
        reason = np.where(test & ~blocked, why, reason)
        blocked |= test
    low, high = np.where(blocked, -np.inf, low), np.where(blocked, np.inf, high)
    rows = np.stack([_row(creatinine, at_creatinine), _row(weight, at_weight), _row(height, at_height)])
    series = Series(patient, at, low, high, reason.astype(np.int16), rows, sampled)
    live = at < stale  # a weight taken after the creatinine went stale changes nothing
    return Feature(series.take(live), stale[live])


def _settle(clearance: Floats, *ends: Floats) -> Floats:
    """Without binary rounding, where it comes from recorded numbers: the end of "<177" is the float beside one."""
    recorded = np.all([end == np.round(end, DECIMALS) for end in ends], axis=0)
    return np.where(recorded, np.round(clearance, DECIMALS), clearance)


def _dosing_weights(low: Floats, high: Floats, height: Floats, female: Bools) -> tuple[Floats, Floats]:
    """Smallest and largest weight for dosing over an interval of weights: it drops where the adjusted one sets in."""
    with np.errstate(all="ignore"):
        ends = [np.where(np.isfinite(w), dosing_weight(w, height, female), w) for w in (low, high)]
        step = OBESE_FROM_BMI * (height / 100) ** 2
        crosses = (low < step) & (step <= high)
        adjusted = dosing_weight(step, height, female)
    return np.where(crosses, np.fmin(ends[0], adjusted), ends[0]), np.where(crosses, np.fmax(ends[1], step), ends[1])


def _clearance(age: Floats, female: Bools, weight: Floats, creatinine: Floats) -> Floats:
    """Clearance at the ends of what weight and creatinine can be: none without weight, boundless without creatinine."""
    with np.errstate(all="ignore"):
        value = np.asarray(cockcroft_gault(age, female, weight, creatinine))
    value = np.where((weight <= 0) | np.isposinf(creatinine), 0.0, value)
    return np.where(np.isposinf(weight) | (creatinine <= 0), np.inf, value)


def _moments(series: list[Series]) -> tuple[Ints, Ints]:
    return split_key(distinct(*(s.keys for s in series)))


def _row(series: Series, position: Ints) -> Ints:
    return (
        np.where(position >= 0, series.rows[0][np.maximum(position, 0)], -1)
        if len(series)
        else np.full(len(position), -1)
    )


def _exact(series: Series) -> Floats:
    return np.where(series.low == series.high, series.low, np.nan)


def _standing_interval(series: Series, position: Ints) -> tuple[Floats, Floats]:
    if not len(series):
        nothing = np.full(len(position), np.nan)
        return nothing, nothing
    index = np.maximum(position, 0)
    return np.where(position >= 0, series.low[index], np.nan), np.where(position >= 0, series.high[index], np.nan)
