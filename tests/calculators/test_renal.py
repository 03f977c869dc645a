"""Kidney equations: the published numbers, the ages they are for, and the faults of others that must not come back."""

from __future__ import annotations

import math

import numpy as np
import pytest

from core.calculators.renal import (
    absolute_egfr,
    ckd_epi_2009,
    ckd_epi_2021,
    cockcroft_gault,
    kdigo_gfr_category,
    schwartz_bedside,
    umol_per_mg_dl,
)


@pytest.mark.parametrize(
    ("age", "female", "weight", "umol", "expected"),
    [
        (72, True, 58, 95, 43.3263),
        (81, False, 70, 160, 31.6920),
        (45, True, 102, 60, 168.5432),
        (30, False, 110, 80, 185.7014),
        (66, True, 48, 210, 17.6519),
        (58, False, 84, 300, 28.1898),
    ],
)
def test_cockcroft_gault_gives_the_published_clearance(
    age: int, female: bool, weight: int, umol: int, expected: float
) -> None:
    assert cockcroft_gault(age, female, weight, umol) == pytest.approx(expected, abs=1e-4)


def test_the_female_constant_is_the_exact_one_not_the_rounded_ones() -> None:
    exact = cockcroft_gault(30, True, 65, 50.9)
    assert exact == pytest.approx(110 * 65 * 88.4 / 72 * 0.85 / 50.9)
    assert exact != pytest.approx(110 * 65 * 1.05 / 50.9, rel=1e-3)  # 147.5, a public implementation's


@pytest.mark.parametrize(
    ("female", "expected", "wrong"), [(False, 133.2099, 130.03), (True, 123.7804, 120.83)], ids=["man", "woman"]
)
def test_ckd_epi_2021_ages_by_0_9938_not_by_the_factor_of_2009(female: bool, expected: float, wrong: float) -> None:
    value = ckd_epi_2021(30, female, 53)
    assert value == pytest.approx(expected, abs=0.01)
    assert value != pytest.approx(wrong, abs=1)


def test_ckd_epi_2009_has_no_race_term() -> None:
    assert ckd_epi_2009(50, True, 88.4) == pytest.approx(65.638, abs=1e-3)


@pytest.mark.parametrize("equation", [ckd_epi_2021, ckd_epi_2009])
def test_an_adult_equation_is_silent_one_day_before_the_18th_birthday(equation: object) -> None:
    assert callable(equation)
    assert math.isnan(equation(17.99, True, 60))
    assert equation(18, True, 60) > 0


@pytest.mark.parametrize(("age", "known"), [(17.99, False), (18, True), (139.9, True), (140, False), (math.nan, False)])
def test_cockcroft_gault_is_for_adults_of_a_possible_age(age: float, known: bool) -> None:
    assert math.isnan(cockcroft_gault(age, False, 70, 90)) is not known


@pytest.mark.parametrize(("age", "known"), [(0.99, False), (1, True), (17.9, True), (18, False)])
def test_schwartz_is_for_children_from_one_year(age: float, known: bool) -> None:
    assert math.isnan(schwartz_bedside(120, 45, age)) is not known


def test_schwartz_gives_the_published_value() -> None:
    assert schwartz_bedside(120, 45, 8) == pytest.approx(97.3579, abs=1e-4)


@pytest.mark.parametrize("bad", [0.0, -1.0, math.inf, math.nan])
def test_no_equation_answers_without_a_positive_finite_creatinine_or_weight(bad: float) -> None:
    assert math.isnan(cockcroft_gault(50, True, 60, bad))
    assert math.isnan(cockcroft_gault(50, True, bad, 60))
    assert math.isnan(ckd_epi_2021(50, True, bad))
    assert math.isnan(schwartz_bedside(bad, 45, 8))


def test_a_gfr_is_de_indexed_by_the_body_surface() -> None:
    assert absolute_egfr(ckd_epi_2021(60, False, 120), (180 * 100 / 3600) ** 0.5) == pytest.approx(77.18, abs=0.01)


@pytest.mark.parametrize(
    ("egfr", "category"),
    [
        (120, "G1"), (89.7, "G1"), (89.49, "G2"), (59.5, "G2"), (59.49, "G3a"), (44.5, "G3a"), (44.49, "G3b"),
        (29.5, "G3b"), (29.49, "G4"), (14.6, "G4"), (14.4, "G5"), (0.2, "G5"), (0, ""), (-1, ""), (math.nan, ""),
    ],
)  # fmt: skip
def test_a_gfr_is_categorised_as_the_whole_number_a_laboratory_prints(egfr: float, category: str) -> None:
    assert kdigo_gfr_category(egfr) == category


def test_a_column_of_patients_is_calculated_like_each_of_them_alone() -> None:
    rng = np.random.default_rng(7)
    age, weight, umol = rng.uniform(15, 100, 200), rng.uniform(30, 150, 200), rng.uniform(20, 900, 200)
    female = rng.random(200) < 0.5
    umol[::20] = np.nan
    columns = (
        cockcroft_gault(age, female, weight, umol),
        ckd_epi_2021(age, female, umol),
        ckd_epi_2009(age, female, umol),
    )
    for i in range(200):
        a, f, w, u = float(age[i]), bool(female[i]), float(weight[i]), float(umol[i])
        alone = (cockcroft_gault(a, f, w, u), ckd_epi_2021(a, f, u), ckd_epi_2009(a, f, u))
        assert [float(column[i]) for column in columns] == pytest.approx(alone, rel=1e-12, nan_ok=True)
    categories = kdigo_gfr_category(columns[1])
    assert list(categories) == [kdigo_gfr_category(float(value)) for value in columns[1]]


def test_the_factor_between_the_units_of_creatinine_is_the_catalogues() -> None:
    assert umol_per_mg_dl() == 88.4
