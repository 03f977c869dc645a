"""Body size: ideal, adjusted and dosing weight, and surface."""

from __future__ import annotations

import math

import numpy as np
import pytest

from core.calculators.body_size import (
    adjusted_body_weight,
    bsa_du_bois,
    bsa_mosteller,
    dosing_weight,
    ideal_body_weight,
    is_dosed_by_adjusted_weight,
)


@pytest.mark.parametrize(
    ("height", "female", "ideal"),
    [(152.4, False, 50.0), (175, False, 70.4646), (160, True, 52.3819), (150, True, 43.3268)],
)
def test_ideal_weight_adds_2_3_kg_per_inch_over_60(height: float, female: bool, ideal: float) -> None:
    assert ideal_body_weight(height, female) == pytest.approx(ideal, abs=1e-4)


def test_ideal_weight_is_unknown_where_the_formula_leaves_the_possible() -> None:
    assert math.isnan(ideal_body_weight(95, False))


def test_adjusted_weight_counts_two_fifths_of_the_rest() -> None:
    assert adjusted_body_weight(168, True, 102) == pytest.approx(76.5756, abs=1e-4)


@pytest.mark.parametrize(
    ("weight", "height", "adjusted"),
    [
        (120, 200, True),  # BMI exactly 30
        (119.9, 200, False),
        (86.7, 170, True),  # exactly 30, in binary a little less
        (70, 183, False),  # lighter than ideal: still the actual weight
        (45, 150, False),
        (102, 168, True),
    ],
)
def test_a_dose_is_calculated_with_the_actual_weight_up_to_a_bmi_of_30(
    weight: float, height: float, adjusted: bool
) -> None:
    expected = adjusted_body_weight(height, True, weight) if adjusted else weight
    assert dosing_weight(weight, height, True) == expected
    assert is_dosed_by_adjusted_weight(weight, height) is adjusted


def test_without_a_height_the_actual_weight_is_used() -> None:
    assert dosing_weight(130.0, math.nan, False) == 130.0


def test_surface_by_both_formulas() -> None:
    assert bsa_mosteller(180, 100) == pytest.approx(2.2361, abs=1e-4)
    assert bsa_du_bois(180, 80) == pytest.approx(0.007184 * 80**0.425 * 180**0.725)
    assert math.isnan(bsa_mosteller(0, 80))


def test_a_column_of_patients_is_weighed_like_each_of_them_alone() -> None:
    weight, height = np.array([120.0, 60.0, 130.0, 90.0]), np.array([200.0, 170.0, np.nan, 150.0])
    female = np.array([True, False, True, False])
    column = dosing_weight(weight, height, female)
    alone = [dosing_weight(float(w), float(h), bool(f)) for w, h, f in zip(weight, height, female, strict=True)]
    assert list(column) == pytest.approx(alone)
