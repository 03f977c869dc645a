"""How well the kidneys work: creatinine clearance for dosing, estimated GFR for staging, and the GFR category."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from core.calculators.choice import UNKNOWN, Quantity, Truth, choose, is_positive
from core.catalogue import convert

ADULT_FROM_YEARS = 18  # the adult equations were derived in adults; below, Schwartz
AGE_LIMIT_YEARS = 140  # where Cockcroft-Gault reaches zero; no age beyond it is an age


@cache
def umol_per_mg_dl() -> float:
    """Creatinine: how many umol/L are one mg/dL, from the catalogue."""
    return float(convert("creatinine", Decimal(1), "mg/dL"))


def _usable_mg_dl(age: Quantity, creatinine_umol: Quantity, *others: Quantity) -> Quantity:
    """Creatinine in mg/dL, unknown where an adult equation does not apply."""
    mg_dl = creatinine_umol / umol_per_mg_dl()
    usable = (age >= ADULT_FROM_YEARS) & (age < AGE_LIMIT_YEARS) & is_positive(mg_dl)
    for other in others:
        usable = usable & is_positive(other)
    return choose(usable, mg_dl, UNKNOWN)


def cockcroft_gault(age: Quantity, sex_female: Truth, weight: Quantity, creatinine_umol: Quantity) -> Quantity:
    """Estimate how fast the kidneys clear creatinine, for drug dosing (not for staging).

    Args:    age (years, completed at the sample); sex_female; weight (kg, the one chosen for dosing: see
             `body_size.dosing_weight`); creatinine_umol (umol/L, steady state). Numbers or columns; NaN is unknown.
    Returns: mL/min, not indexed to body surface, un-rounded; NaN under 18, from 140 years, or without a positive input.
             A low creatinine is never rounded up: that would bias the result.
    Source:  Cockcroft DW, Gault MH. Nephron 1976;16:31-41: (140 - age) x weight / (72 x mg/dL), x 0.85 if female.
    """
    mg_dl = _usable_mg_dl(age, creatinine_umol, weight)
    return (140 - age) * weight / (72 * mg_dl) * choose(sex_female, 0.85, 1.0)


@dataclass(frozen=True, slots=True)
class _CkdEpi:
    """Coefficients of one CKD-EPI creatinine equation; _f female, _m male."""

    scale: float
    alpha_f: float
    alpha_m: float
    beta: float
    ageing: float
    female: float


_KAPPA_F, _KAPPA_M = 0.7, 0.9  # mg/dL, both equations
_EPI_2021 = _CkdEpi(scale=142, alpha_f=-0.241, alpha_m=-0.302, beta=-1.200, ageing=0.9938, female=1.012)
_EPI_2009 = _CkdEpi(scale=141, alpha_f=-0.329, alpha_m=-0.411, beta=-1.209, ageing=0.993, female=1.018)


def _ckd_epi(equation: _CkdEpi, age: Quantity, sex_female: Truth, creatinine_umol: Quantity) -> Quantity:
    ratio = _usable_mg_dl(age, creatinine_umol) / choose(sex_female, _KAPPA_F, _KAPPA_M)
    alpha = choose(sex_female, equation.alpha_f, equation.alpha_m)
    below = choose(ratio > 1, 1.0, ratio)  # min(ratio, 1); an unknown ratio stays unknown
    above = choose(ratio > 1, ratio, 1.0)
    value = equation.scale * below**alpha * above**equation.beta * equation.ageing**age
    return value * choose(sex_female, equation.female, 1.0)


def ckd_epi_2021(age: Quantity, sex_female: Truth, creatinine_umol: Quantity) -> Quantity:
    """Estimate GFR for staging with the CKD-EPI 2021 creatinine equation (no race term).

    Args:    age (years); sex_female; creatinine_umol (umol/L, IDMS standardised). Numbers or columns; NaN is unknown.
    Returns: mL/min/1.73 m2, un-rounded; NaN under 18 or without a positive creatinine.
    Source:  Inker LA et al. NEJM 2021;385:1737. The factor of age is 0.9938; 0.993, the 2009 one, is seen in its place
             in public code, is wrong by a few mL/min.
    """
    return _ckd_epi(_EPI_2021, age, sex_female, creatinine_umol)


def ckd_epi_2009(age: Quantity, sex_female: Truth, creatinine_umol: Quantity) -> Quantity:
    """Estimate GFR with the CKD-EPI 2009 equation, as many laboratories still do; without the race term.

    Args and Returns: as `ckd_epi_2021`.
    Source:  Levey AS et al. Ann Intern Med 2009;150:604.
    """
    return _ckd_epi(_EPI_2009, age, sex_female, creatinine_umol)


def schwartz_bedside(height: Quantity, creatinine_umol: Quantity, age: Quantity) -> Quantity:
    """Estimate a child's GFR with the bedside Schwartz equation.

    Args:    height (cm); creatinine_umol (umol/L, enzymatic, IDMS); age (years). Numbers or columns; NaN is unknown.
    Returns: mL/min/1.73 m2, un-rounded; NaN under 1 year and from 18.
    Source:  Schwartz GJ et al. JASN 2009;20:629: 0.413 x height / mg/dL (CKiD, 1 to 16 years; usable to 18).
    """
    mg_dl = creatinine_umol / umol_per_mg_dl()
    usable = (age >= 1) & (age < ADULT_FROM_YEARS) & is_positive(mg_dl) & is_positive(height)
    return 0.413 * height / choose(usable, mg_dl, UNKNOWN)


def absolute_egfr(egfr: Quantity, body_surface: Quantity) -> Quantity:
    """A GFR no longer indexed to body surface (mL/min), for dosing a person far from 1.73 m2.

    Args: egfr (mL/min/1.73 m2); body_surface (m2).
    """
    return egfr * body_surface / 1.73


#: KDIGO 2012/2024 GFR categories: the lowest whole-number eGFR of each, highest first.
GFR_CATEGORIES = (("G1", 90), ("G2", 60), ("G3a", 45), ("G3b", 30), ("G4", 15), ("G5", 0))


def kdigo_gfr_category(egfr: Quantity) -> Quantity:
    """The KDIGO category of an eGFR: G1 to G5, "" where it is unknown or not positive.

    The eGFR is categorised as laboratories print it, a whole number rounded half up: 59.5 is 60 and G2.
    Args:   egfr (mL/min/1.73 m2). Returns: text, or an array of texts.
    Source: KDIGO 2024 CKD guideline; the rounding is Nadir's choice. Drug-label limits use the un-rounded value.
    """
    rounded = (egfr + 0.5) // 1
    category: Quantity = ""
    for name, lowest in reversed(GFR_CATEGORIES):
        category = choose(is_positive(egfr) & (rounded >= lowest), name, category)
    return category
