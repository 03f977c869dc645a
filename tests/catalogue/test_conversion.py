"""Units before numbers: conversions are exact, and what cannot be converted is refused with its reason."""

from __future__ import annotations

from decimal import Decimal

import pytest

from core.catalogue import ANALYTES, UnitProblem, accepted_units, analyte, convert, convert_to, plausible

TO_CANONICAL = [
    ("neutrophils", "1490", "/uL", "1.490"),
    ("neutrophils", "1500", "cells/mm3", "1.5"),
    ("neutrophils", "1.49", "G/L", "1.49"),
    ("wbc", "4500", "/uL", "4.5"),
    ("platelets", "150", "THOU/uL", "150"),
    ("platelets", "150", "/nl", "150"),
    ("rbc", "4.7", "MILL/uL", "4.7"),
    ("creatinine", "1.2", "mg/dL", "106.08"),
    ("creatinine", "0.106", "mmol/L", "106"),
    ("haemoglobin", "13.5", "g/dL", "135"),
    ("haemoglobin", "8", "mmol/L", "128.912"),
    ("haematocrit", "41", "%", "0.41"),
    ("urea_nitrogen", "14", "mg/dL", "4.998"),
    ("urate", "6", "mg/dL", "356.88"),
    ("alt", "1", "ukat/L", "60"),
    ("alt", "40", "IU/L", "40"),
    ("bilirubin", "1", "mg/dL", "17.1"),
    ("albumin", "3.8", "g/dL", "38"),
    ("crp", "1.2", "mg/dL", "12"),
    ("fibrinogen", "360", "mg/dL", "3.6"),
    ("ferritin", "100", "pmol/L", "44.5"),
    ("triglycerides", "156", "mg/dL", "1.76124"),
    ("cholesterol", "200", "mg/dL", "5.172"),
    ("glucose", "100", "mg/dL", "5.551"),
    ("urine_acr", "30", "mg/g", "3.39"),
    ("igg", "700", "mg/dL", "7"),
    ("sodium", "140", "mEq/L", "140"),
    ("calcium", "9.5", "mg/dL", "2.37025"),
    ("phosphate", "3.5", "mg/dL", "1.13015"),
    ("tsh", "2.1", "uIU/mL", "2.1"),
    ("vitamin_b12", "300", "pg/mL", "221.34"),
    ("hba1c", "6.5", "%", "47.545"),
    ("temperature", "100.4", "[degF]", "38"),
    ("weight", "150", "lb", "68.0388555"),
    ("height", "60", "in", "152.4"),
    ("lymphocytes_fraction", "32", "%", "0.32"),
]


@pytest.mark.parametrize(("key", "value", "unit", "expected"), TO_CANONICAL)
def test_a_reported_number_becomes_the_canonical_one_exactly(key: str, value: str, unit: str, expected: str) -> None:
    assert convert(key, Decimal(value), unit) == Decimal(expected)


@pytest.mark.parametrize(
    ("key", "value", "unit", "to", "expected"),
    [
        ("hba1c", "6.5", "%", "1", "0.065"),
        ("haemoglobin", "10", "g/dL", "mmol/L", "6.206"),
        ("creatinine", "88.4", "umol/L", "mg/dL", "1"),
        ("temperature", "38", "Cel", "[degF]", "100.4"),
        ("neutrophils", "1.5", "10*9/L", "/uL", "1500"),
        ("mch", "1.8618", "fmol", "pg", "30"),
    ],
)
def test_a_number_is_given_in_another_unit_when_asked(key: str, value: str, unit: str, to: str, expected: str) -> None:
    assert convert_to(key, Decimal(value), unit, to) == Decimal(expected)


@pytest.mark.parametrize("unit", ["", "   ", "NA", "n/a"])
def test_a_number_without_a_unit_is_refused_as_no_unit(unit: str) -> None:
    with pytest.raises(UnitProblem) as problem:
        convert("neutrophils", Decimal(1500), unit)
    assert problem.value.reason == "no_unit"


@pytest.mark.parametrize(
    ("key", "unit"),
    [
        ("neutrophils", "xyz"),
        ("neutrophils", "%"),  # a share of the white cells is not a count
        ("neutrophils", "g/L"),
        ("haemoglobin", "G/L"),
        ("crp", "nmol/L"),  # no source gives a factor
        ("urea", "mg/dL"),  # of urea or of its nitrogen? nobody says
        ("calcium", "mEq/L"),
        ("egfr", "mL/min"),  # not indexed: another quantity
        ("creatinine_clearance", "mL/min/{1.73_m2}"),
        ("hba1c", "mmol/L"),
        ("hbsag", "U/L"),
    ],
)
def test_a_unit_the_analyte_is_not_measured_in_is_refused_as_unknown(key: str, unit: str) -> None:
    with pytest.raises(UnitProblem) as problem:
        convert(key, Decimal(1), unit)
    assert problem.value.reason == "unknown_unit"


def test_a_coded_analyte_is_understood_in_no_unit() -> None:
    assert accepted_units("hbsag") == ()


def test_creatinine_in_the_wrong_unit_is_implausible() -> None:
    assert not plausible("creatinine", convert("creatinine", Decimal("1.2"), "umol/L"))
    assert plausible("creatinine", convert("creatinine", Decimal("1.2"), "mg/dL"))


@pytest.mark.parametrize(("value", "answer"), [("0", True), ("100", True), ("100.01", False), ("-0.01", False)])
def test_the_plausible_limits_themselves_are_plausible(value: str, answer: bool) -> None:
    assert plausible("neutrophils", Decimal(value)) is answer


def test_a_plausible_limit_is_not_moved_by_binary_rounding() -> None:
    assert plausible("haematocrit", Decimal("0.05"))


@pytest.mark.parametrize("key", [key for key in ANALYTES if analyte(key).kind == "numeric"])
def test_every_accepted_unit_comes_back_to_the_same_number(key: str) -> None:
    for unit in accepted_units(key):
        there = convert_to(key, Decimal("12.5"), analyte(key).unit, unit)
        # haemoglobin's two published mmol/L factors differ by 4 in 100 000; all others return exactly
        assert float(convert(key, there, unit)) == pytest.approx(12.5, rel=5e-5 if key == "haemoglobin" else 1e-20)
