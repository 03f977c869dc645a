"""Creatinine clearance (Cockcroft and Gault) as an interval of all values the facts allow, and the age of its weight.

Source: calculators.md 3.1. (140 - age) x weight x 88.4 / (72 x creatinine in umol/L), x 0.85 in women; ideal weight
(Devine) 50 kg or 45.5 kg + 2.3 kg for each inch over 60; adjusted = ideal + 0.4 x (actual - ideal) from BMI 30 on.
"""

from __future__ import annotations

from decimal import Decimal

from tests.oracle.facts import Chart, Point, completed_years, day_of
from tests.oracle.readings import QUIET, Reading, read_analyte

NOTHING, ENDLESS = Decimal(0), Decimal("Infinity")
SEX_FACTOR = {"male": Decimal(1), "female": Decimal("0.85")}
IDEAL_AT_60_INCHES = {"male": Decimal(50), "female": Decimal("45.5")}
ADULT = 18


def sexes_of(chart: Chart) -> list[str]:
    """The sexes the patient may have: one, or both where it is unknown."""
    return [chart.facts.sex] if chart.facts.sex in SEX_FACTOR else ["female", "male"]


def clearance(age: int, sex: str, weight: Decimal, creatinine: Decimal) -> Decimal:
    """mL/min, unrounded. Endless for a creatinine that may be next to nothing."""
    if creatinine <= 0:
        return ENDLESS
    if creatinine == ENDLESS:
        return NOTHING
    return (140 - age) * weight * Decimal("88.4") * SEX_FACTOR[sex] / (72 * creatinine)


def dosing_weight(sex: str, weight: Decimal, height: Decimal | None) -> Decimal:
    """kg: actual, or adjusted from BMI 30 on where a height is on file."""
    if height is None or weight * 10_000 < 30 * height * height:
        return weight
    ideal = IDEAL_AT_60_INCHES[sex] + Decimal("2.3") * (height / Decimal("2.54") - 60)
    return max(ideal + Decimal("0.4") * (weight - ideal), NOTHING)


def dosing_weights(sex: str, weight: Point, height: Point | None) -> tuple[Decimal, Decimal]:
    """The smallest and the largest dosing weight. Where BMI 30 lies within the interval, the adjusted weight starts
    below the actual one, so both sides of that step count."""
    lightest, heaviest = max(weight.low, NOTHING), weight.high
    if height is None:
        return lightest, heaviest
    step = 30 * height.low * height.low / 10_000  # kg at which the BMI is 30
    found = [dosing_weight(sex, lightest, height.low), dosing_weight(sex, heaviest, height.low)]
    if lightest < step <= heaviest:
        found += [step, dosing_weight(sex, step, height.low)]
    return min(found), max(found)


def read_clearance(chart: Chart, at: int) -> Reading:
    """Clearance from the creatinine, weight and height standing at the instant."""
    creatinine = read_analyte(chart, "creatinine", at)
    if creatinine.kind != "value":
        return creatinine
    assert creatinine.result_at is not None
    if chart.facts.birth is None:
        return Reading("unreadable", "missing_birth_date", result_at=creatinine.result_at)
    age = completed_years(chart.facts.birth, creatinine.result_at)
    if age < ADULT:
        return Reading("unreadable", "out_of_scope_age", result_at=creatinine.result_at)
    weight, height = chart.standing("weight", at), chart.standing("height", at)
    if weight is None:
        return Reading("unreadable", "missing_weight", result_at=creatinine.result_at)
    if not weight.readable:
        return Reading("unreadable", weight.why, result_at=creatinine.result_at)
    if height is not None and not height.exact:
        height = None
    values = []
    for sex in sexes_of(chart):
        light, heavy = dosing_weights(sex, weight, height)
        values += [clearance(age, sex, light, creatinine.high), clearance(age, sex, heavy, creatinine.low)]
    why = creatinine.why or weight.why
    if not why and len(sexes_of(chart)) > 1:
        why = "missing_sex"
    return Reading("value", why, min(values), max(values), creatinine.result_at)


def read_weight_age(chart: Chart, at: int) -> Reading:
    """0 while an adult's weight is at most 365 days old, then 366; quiet where nobody would use the weight."""
    weight, birth = chart.standing("weight", at), chart.facts.birth
    if read_analyte(chart, "creatinine", at).kind != "value" or weight is None or birth is None:
        return QUIET
    if completed_years(birth, weight.at) < ADULT or not weight.readable:
        return QUIET
    age = Decimal(366 if day_of(at) - day_of(weight.at) > 365 else 0)
    return Reading("value", "", age, age, weight.at)
