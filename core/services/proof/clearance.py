"""Creatinine clearance by each weight it can be calculated with, and whether the dose depends on which one is used."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from core.calculators.body_size import (
    adjusted_body_weight,
    body_mass_index,
    ideal_body_weight,
    is_dosed_by_adjusted_weight,
)
from core.calculators.renal import cockcroft_gault
from core.engine.assemble import comparison
from core.engine.describe import describe_evidence
from core.engine.wording import iso_date, number
from core.protocols.kinds import Threshold
from core.records import LONG_AGO, SEXES
from core.services.proof.record import PATIENT, Record

FEATURE = "creatinine_clearance"
_DECIMALS = 1


@dataclass(frozen=True, slots=True)
class _Body:
    """What the equation needs. height None: not on file, or not one exact value."""

    age: int
    female: bool
    weight: float
    height: float | None
    creatinine: float


def clearance_by_weight(record: Record) -> dict[str, Any] | None:
    """Cockcroft-Gault by actual, ideal and adjusted weight, as it stood at the moment.

    Returns: values (mL/min, un-rounded), which one the rules used, the dose limits each falls below, and a sentence
    when they differ; None where no exact clearance could be calculated (the alert then says why).
    """
    body, dates = _body_of(record)
    if body is None:
        return None
    used = "actual"
    weights: dict[str, float] = {"actual": body.weight}
    if body.height is not None:
        weights["ideal"] = float(ideal_body_weight(body.height, body.female))
        weights["adjusted"] = float(adjusted_body_weight(body.height, body.female, body.weight))
        if bool(is_dosed_by_adjusted_weight(body.weight, body.height)):
            used = "adjusted"
    lines = []
    for name, weight in weights.items():
        if not math.isfinite(weight):
            continue
        value = round(float(cockcroft_gault(body.age, body.female, weight, body.creatinine)), 9)
        lines.append({"by": name, "weight": round(weight, 2), "value": value, "used": name == used})
    bands = _bands(record)
    for line in lines:
        line["band"] = _band_of(float(line["value"]), bands)  # type: ignore[arg-type]
    return {
        "equation": "(140 − age) × weight / (72 × creatinine in mg/dL), × 0.85 for women",
        "inputs": {
            "age": body.age, "sex": "female" if body.female else "male", "creatinine": body.creatinine,
            "weight": body.weight, "height": body.height, **dates,
            "body_mass_index": None if body.height is None else round(
                float(body_mass_index(body.height, body.weight)), 1
            ),
        },
        "by_weight": lines,
        "limits": bands,
        "depends_on_weight": len({line["band"] for line in lines}) > 1,
        "sentence": _sentence(lines, body),
    }  # fmt: skip


def _body_of(record: Record) -> tuple[_Body | None, dict[str, str]]:
    point = record.reading(feature=FEATURE)
    people = record.cohort.patients
    birth, sex = int(people.birth[PATIENT]), SEXES[int(people.sex[PATIENT])]
    if point is None or point.exact is None or birth == LONG_AGO or sex not in ("female", "male"):
        return None, {}
    from core.engine.age import completed_years

    parts = {one.analyte: one for one in (describe_evidence(record.cohort, row) for row in point.rows if row >= 0)}
    creatinine, weight, height = (parts.get(name) for name in ("creatinine", "weight", "height"))
    if creatinine is None or weight is None or creatinine.value is None or weight.value is None:
        return None, {}
    import numpy as np

    age = int(completed_years(np.array([birth]), np.array([creatinine.at]))[0])
    tall = height.value if height is not None and not height.comparator else None
    dates = {f"{one.analyte}_on": iso_date(one.at) for one in (creatinine, weight, height) if one is not None}
    return _Body(age, sex == "female", weight.value, tall, creatinine.value), dates


def _bands(record: Record) -> list[float]:
    """The limits of the drug's rules on the clearance, lowest first."""
    limits = {
        comparison(rule, band)[1]
        for rule in record.protocol.rules
        if isinstance(rule, Threshold) and rule.feature == FEATURE
        for band in rule.bands
        if band.priority is not None
    } | {
        band.from_
        for rule in record.protocol.rules
        if isinstance(rule, Threshold) and rule.feature == FEATURE
        for band in rule.bands
        if band.from_ is not None
    }
    return sorted(limits)


def _band_of(value: float, limits: list[float]) -> str:
    """Which stretch between the limits a clearance lies in."""
    above = [limit for limit in limits if value >= limit]
    below = [limit for limit in limits if value < limit]
    if not above:
        return f"below {number(limits[0])}" if limits else ""
    return f"{number(above[-1])} to {number(below[0])}" if below else f"{number(above[-1])} or above"


def _sentence(lines: list[dict[str, Any]], body: _Body) -> str:
    if body.height is None:
        return "No height on file: clearance by ideal and by adjusted weight cannot be told."
    told = ", ".join(f"{number(line['value'], _DECIMALS)} by {line['by']} weight ({line['band']})" for line in lines)
    used = next(line["by"] for line in lines if line["used"])
    if len({line["band"] for line in lines}) == 1:
        return f"The dose band is the same whichever weight is used; the rules use the {used} weight."
    return f"The dose band depends on the weight used: {told} mL/min. The rules use the {used} weight."
