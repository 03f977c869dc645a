"""Body size: surface, ideal and adjusted weight, and the weight a dose is calculated with."""

from __future__ import annotations

from core.calculators.choice import UNKNOWN, Quantity, Truth, choose, is_positive, reaches

OBESE_FROM_BMI = 30  # kg/m2
SHORTEST_VALIDATED_CM = 152.4  # 60 in: below, the Devine formula extrapolates and is shown as "not validated"


def bsa_mosteller(height: Quantity, weight: Quantity) -> Quantity:
    """Body surface area, m2, from height (cm) and weight (kg). Source: Mosteller RD. NEJM 1987;317:1098."""
    return _where_sized(height, weight, (height * weight / 3600) ** 0.5)


def bsa_du_bois(height: Quantity, weight: Quantity) -> Quantity:
    """Body surface area, m2, from height (cm) and weight (kg). Source: Du Bois D, Du Bois EF. 1916;17:863."""
    return _where_sized(height, weight, 0.007184 * weight**0.425 * height**0.725)


def body_mass_index(height: Quantity, weight: Quantity) -> Quantity:
    """Body mass index, kg/m2, from height (cm) and weight (kg)."""
    metres = choose(is_positive(height), height, UNKNOWN) / 100
    return choose(is_positive(weight), weight, UNKNOWN) / metres**2


def ideal_body_weight(height: Quantity, sex_female: Truth) -> Quantity:
    """Ideal body weight, kg, from height (cm): 45.5 (women) or 50 (men) plus 2.3 for each inch over 60.

    Under 60 in (152.4 cm) the formula extrapolates; NaN where it no longer gives a positive weight.
    Source: Devine BJ. Drug Intell Clin Pharm 1974;8:650; 1 in = 2.54 cm exactly.
    """
    value = choose(sex_female, 45.5, 50.0) + 2.3 * (height / 2.54 - 60)
    return choose(is_positive(height) & is_positive(value), value, UNKNOWN)


def adjusted_body_weight(height: Quantity, sex_female: Truth, weight: Quantity) -> Quantity:
    """Adjusted body weight, kg: the ideal weight and 40 % of what the person weighs beyond it.

    Source: Winter MA et al. Pharmacotherapy 2012;32:604.
    """
    ideal = ideal_body_weight(height, sex_female)
    return ideal + 0.4 * (choose(is_positive(weight), weight, UNKNOWN) - ideal)


def is_dosed_by_adjusted_weight(weight: Quantity, height: Quantity) -> Truth:
    """Whether the dosing weight is the adjusted one: BMI of 30 or more; never without a height."""
    return reaches(body_mass_index(height, weight), OBESE_FROM_BMI)


def dosing_weight(weight: Quantity, height: Quantity, sex_female: Truth) -> Quantity:
    """The weight, kg, that creatinine clearance is calculated with: the actual one, from BMI 30 the adjusted one.

    Args:    weight (kg, actual); height (cm, NaN where unknown: the actual weight is used); sex_female.
    Source:  Nadir's choice, after labels whose trials used actual weight and UK practice (actual unless obese).
    """
    return choose(is_dosed_by_adjusted_weight(weight, height), adjusted_body_weight(height, sex_female, weight), weight)


def _where_sized(height: Quantity, weight: Quantity, value: Quantity) -> Quantity:
    return choose(is_positive(height) & is_positive(weight), value, UNKNOWN)
