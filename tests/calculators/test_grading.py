"""CTCAE grades: each version at its edges, the arms of an abnormal baseline, and when no grade can be told."""

from __future__ import annotations

from decimal import Decimal

import pytest

from core.calculators.grading import CannotGrade, Sample, ctcae_grade
from core.catalogue import UnitProblem


def sample(value: str, unit: str, **limits: str) -> Sample:
    reading = limits.pop("baseline_abnormal", "")
    numbers = {name: Decimal(text) for name, text in limits.items()}
    return Sample(Decimal(value), unit, **numbers, baseline_abnormal=reading)


@pytest.mark.parametrize(
    ("value", "v5", "v6"),
    [
        ("2.0", 0, 0), ("1.99", 1, 0), ("1.5", 1, 0), ("1.49", 2, 1), ("1.0", 2, 1), ("0.99", 3, 2), ("0.5", 3, 2),
        ("0.49", 4, 3), ("0.1", 4, 3), ("0.09", 4, 4),
    ],
)  # fmt: skip
def test_neutrophils_are_graded_by_version(value: str, v5: int, v6: int) -> None:
    given = sample(value, "10*9/L", lln="2.0")
    assert (ctcae_grade("neutrophils", given, "v5"), ctcae_grade("neutrophils", given, "v6")) == (v5, v6)


def test_a_count_in_cells_per_microlitre_is_graded_alike() -> None:
    assert ctcae_grade("neutrophils", sample("1490", "/uL", lln="2000"), "v5") == 2


def test_below_1_5_but_above_a_lower_limit_of_a_duffy_null_patient_stays_grade_2() -> None:
    assert ctcae_grade("neutrophils", sample("1.3", "10*9/L", lln="1.21"), "v5") == 2


@pytest.mark.parametrize(("value", "grade"), [("0.4", 4), ("0.9", 3), ("1.4", 2)])
def test_without_the_lower_limit_grades_2_to_4_can_be_told(value: str, grade: int) -> None:
    assert ctcae_grade("neutrophils", sample(value, "10*9/L"), "v5") == grade


@pytest.mark.parametrize("value", ["1.5", "1.9", "5"])
def test_without_the_lower_limit_grades_0_and_1_cannot_be_told(value: str) -> None:
    with pytest.raises(CannotGrade, match="lln is missing"):
        ctcae_grade("neutrophils", sample(value, "10*9/L"), "v5")


def test_version_6_needs_no_lower_limit_for_neutrophils() -> None:
    assert ctcae_grade("neutrophils", sample("1.5", "10*9/L"), "v6") == 0


@pytest.mark.parametrize(("version", "grade"), [("v5", 4), ("v6", 3)])
def test_platelets_of_20_are_grade_4_or_3_by_version(version: str, grade: int) -> None:
    assert ctcae_grade("platelets", sample("20", "10*9/L", lln="150"), version) == grade


@pytest.mark.parametrize("term", ["haemoglobin", "albumin"])
def test_a_number_alone_never_gives_grade_4_of_a_clinical_judgement(term: str) -> None:
    assert ctcae_grade(term, sample("5", "g/L", lln="100"), "v5") == 3


def test_lymphocytes_have_no_grade_in_version_6() -> None:
    with pytest.raises(CannotGrade, match="no grades for lymphocytes"):
        ctcae_grade("lymphocytes", sample("0.1", "10*9/L", lln="1"), "v6")


BASELINE_ARMS = [
    (
        "alt",
        "v5",
        "high",
        [("59", 0), ("60", 1), ("120", 1), ("121", 2), ("200", 2), ("201", 3), ("800", 3), ("801", 4)],
    ),
    ("alt", "v6", "high", [("39", 0), ("40", 1), ("60", 1), ("61", 2), ("80", 2), ("81", 3), ("160", 3), ("161", 4)]),
    ("alp", "v5", "high", [("79", 0), ("80", 1), ("100", 1), ("101", 2), ("200", 2), ("201", 3), ("801", 4)]),
    ("ggt", "v5", "high", [("79", 0), ("80", 1), ("101", 2), ("201", 3), ("801", 4)]),
    ("ggt", "v6", "high", [("39", 0), ("40", 1), ("60", 1), ("61", 2), ("121", 3), ("401", 4)]),
    ("alt", "v5", "low", [("39", 0), ("40", 1), ("117", 1), ("118", 2)]),
    ("alt", "v6", "no", [("39", 0), ("40", 1), ("118", 2)]),
    ("alt", "v4", "high", [("39", 0), ("40", 1), ("118", 2)]),  # v4 ignores the baseline
]


@pytest.mark.parametrize(
    ("term", "version", "reading", "value", "grade"),
    [(term, version, reading, *edge) for term, version, reading, edges in BASELINE_ARMS for edge in edges],
)
def test_an_enzyme_above_a_high_baseline_is_graded_by_the_baseline(
    term: str, version: str, reading: str, value: str, grade: int
) -> None:
    given = sample(value, "U/L", uln="39", baseline="40", baseline_abnormal=reading)
    assert ctcae_grade(term, given, version) == grade


@pytest.mark.parametrize(
    ("version", "value", "grade"), [("v5", "40", 0), ("v5", "41", 1), ("v6", "40", 1), ("v6", "101", 3)]
)
def test_bilirubin_at_its_high_baseline_is_grade_1_only_in_version_6(version: str, value: str, grade: int) -> None:
    given = sample(value, "umol/L", uln="20", baseline="40", baseline_abnormal="high")
    assert ctcae_grade("bilirubin", given, version) == grade


def test_a_baseline_above_its_limit_is_high_without_being_called_so() -> None:
    assert ctcae_grade("alt", sample("59", "U/L", uln="39", baseline="40"), "v5") == 0
    assert ctcae_grade("alt", sample("59", "U/L", uln="39", baseline="39"), "v5") == 1


def test_a_high_baseline_without_its_value_cannot_be_graded() -> None:
    with pytest.raises(CannotGrade, match="baseline is missing"):
        ctcae_grade("alt", sample("100", "U/L", uln="40", baseline_abnormal="high"), "v5")


@pytest.mark.parametrize(
    ("value", "limits", "grade"),
    [
        ("41", {"uln": "40", "baseline": "40"}, 1),
        ("41", {"uln": "40", "baseline": "41"}, 0),
        ("400", {"uln": "40", "baseline": "39"}, 1),
        ("40", {"baseline": "40"}, 0),
    ],
)
def test_version_6_gives_alkaline_phosphatase_grade_1_or_nothing(
    value: str, limits: dict[str, str], grade: int
) -> None:
    assert ctcae_grade("alp", sample(value, "U/L", **limits), "v6") == grade


def test_version_6_needs_both_edges_to_call_alkaline_phosphatase_raised() -> None:
    with pytest.raises(CannotGrade, match="baseline is missing"):
        ctcae_grade("alp", sample("41", "U/L", uln="40"), "v6")


@pytest.mark.parametrize(
    ("version", "value", "limits", "grade"),
    [
        ("v5", "61", {"uln": "40", "baseline": "60"}, 2),
        ("v5", "42", {"uln": "40", "baseline": "13.9"}, 3),  # three times the baseline
        ("v5", "42", {"uln": "40"}, 1),
        ("v5", "40", {"uln": "40"}, 0),
        ("v4", "42", {"uln": "42", "baseline": "41"}, 1),  # above the baseline alone
        ("v6", "42", {"uln": "40", "baseline": "13.9"}, 1),  # only a baseline below normal counts
        ("v6", "42", {"uln": "40", "baseline": "13.9", "baseline_abnormal": "low"}, 3),
        ("v6", "241", {"uln": "40", "baseline": "200", "baseline_abnormal": "low"}, 4),
    ],
)
def test_creatinine_is_graded_by_limit_and_baseline_as_each_version_says(
    version: str, value: str, limits: dict[str, str], grade: int
) -> None:
    assert ctcae_grade("creatinine", sample(value, "umol/L", **limits), version) == grade


def test_version_6_needs_the_value_of_a_low_baseline() -> None:
    with pytest.raises(CannotGrade, match="baseline is missing"):
        ctcae_grade("creatinine", sample("42", "umol/L", uln="40", baseline_abnormal="low"), "v6")


def test_version_4_calls_creatinine_normal_only_with_both_limit_and_baseline() -> None:
    for limits in ({"uln": "42"}, {"baseline": "42"}):
        with pytest.raises(CannotGrade):
            ctcae_grade("creatinine", sample("42", "umol/L", **limits), "v4")


@pytest.mark.parametrize(
    ("value", "unit", "grade"),
    [("300", "mg/dL", 1), ("300.1", "mg/dL", 2), ("7.75", "mmol/L", 1), ("7.76", "mmol/L", 2)],
)
def test_cholesterol_is_graded_in_the_unit_it_was_given_in(value: str, unit: str, grade: int) -> None:
    uln = "200" if unit == "mg/dL" else "5"
    assert ctcae_grade("cholesterol", sample(value, unit, uln=uln), "v5") == grade


@pytest.mark.parametrize(("unit", "reason"), [("", "no_unit"), ("furlong", "unknown_unit")])
def test_a_value_without_a_usable_unit_has_no_grade(unit: str, reason: str) -> None:
    with pytest.raises(UnitProblem) as problem:
        ctcae_grade("alt", sample("100", unit, uln="40"), "v5")
    assert problem.value.reason == reason
