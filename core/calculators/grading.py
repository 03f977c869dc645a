"""CTCAE grades of laboratory values, versions 4.03, 5.0 and 6.0: 0 to 4, or a plain reason why no grade can be told."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from core.catalogue import convert_to, find_unit
from core.catalogue.reading import read_catalogue
from core.catalogue.units import units

VERSIONS = ("v4", "v5", "v6")
BASELINES = ("no", "high", "low")


@dataclass(frozen=True, slots=True)
class Sample:
    """One value to grade, its limits of normal and its baseline, all in `unit`; None = not given.

    baseline_abnormal: "no", "high", "low", or "" (then told from the baseline and the limits, where both are given).
    """

    value: Decimal
    unit: str
    lln: Decimal | None = None
    uln: Decimal | None = None
    baseline: Decimal | None = None
    baseline_abnormal: str = ""


class CannotGrade(Exception):
    """No grade can be told; the sentence names the missing input. Never to be read as grade 0."""


def ctcae_grade(term: str, sample: Sample, version: str) -> int:
    """The CTCAE grade of a value.

    Args:    term (analyte key); sample; version (v4, v5, v6).
    Returns: 0 (not below, or not above, normal) to 4.
    Raises:  CannotGrade: the version does not grade the term, or a limit that this value needs is not given;
             UnitProblem: the unit is missing or not one of the term's.
    Source:  NCI CTCAE, tables in the catalogue (`grading.toml`); numbers are compared un-rounded.
    """
    entry = read_catalogue("grading")[version].get(term)
    if not isinstance(entry, dict):
        raise CannotGrade(f"CTCAE {version} has no grades for {term}")
    convert_to(term, sample.value, sample.unit, sample.unit)  # refuses a missing or foreign unit
    if "below" in entry:
        return _grade_low(term, entry, sample)
    if "tables" in entry:
        return _grade_high(term, entry["tables"], sample)
    if "beyond" in entry:
        return _grade_beyond(sample)
    return _grade_multiples(entry, sample)


def _in_unit(term: str, value: Decimal | None, unit: str, to: str) -> Decimal | None:
    return None if value is None else convert_to(term, value, unit, to)


def _grade_low(term: str, entry: dict[str, Any], sample: Sample) -> int:
    """Grade = the highest whose limit the value lies below; grades 0 and 1 need the lower limit of normal."""
    value = convert_to(term, sample.value, sample.unit, entry["unit"])
    lln = _in_unit(term, sample.lln, sample.unit, entry["unit"])
    grade = 0
    for number, limit in enumerate(entry["below"], start=1):
        if limit == "lln":
            if lln is not None and value < lln:
                grade = number
        elif value < limit:
            grade = number
    if grade == 0 and "lln" in entry["below"] and lln is None:
        raise CannotGrade("lln is missing: without the lower limit of normal only grades 2 to 4 can be told")
    return grade


def _grade_high(term: str, tables: list[dict[str, Any]], sample: Sample) -> int:
    """Grade by the table in the family of the unit given: mg/dL and mmol/L have limits of their own."""
    given = units()[find_unit(sample.unit) or ""].dimension
    table = next((one for one in tables if units()[one["unit"]].dimension == given), tables[0])
    value = convert_to(term, sample.value, sample.unit, table["unit"])
    uln = _in_unit(term, sample.uln, sample.unit, table["unit"])
    grade = 0
    for number, limit in enumerate(table["above"], start=1):
        edge = uln if limit == "uln" else Decimal(limit)
        if edge is not None and value > edge:
            grade = number
    if grade == 0 and uln is None:
        raise CannotGrade("uln is missing: without the upper limit of normal only grades 2 to 4 can be told")
    return grade


def _grade_beyond(sample: Sample) -> int:
    """Grade 1 above both the baseline and the upper limit of normal; one that is not passed already gives 0."""
    edges = (sample.uln, sample.baseline)
    if any(edge is not None and sample.value <= edge for edge in edges):
        return 0
    if None in edges:
        raise CannotGrade(f"{'uln' if sample.uln is None else 'baseline'} is missing: grade 1 needs both")
    return 1


def _baseline_reading(sample: Sample) -> str:
    if sample.baseline_abnormal or sample.baseline is None:
        return sample.baseline_abnormal or "no"
    if sample.uln is not None and sample.baseline > sample.uln:
        return "high"
    return "low" if sample.lln is not None and sample.baseline < sample.lln else "no"


def _by_multiples(value: Decimal, base: Decimal | None, multiples: list[Any], includes_first: bool = False) -> int:
    """The highest grade whose multiple of the base the value exceeds ("" = that grade has none)."""
    grade = 0
    for number, multiple in enumerate(multiples, start=1):
        if base is not None and multiple != "":
            edge = base * Decimal(multiple)
            if value > edge or (includes_first and number == 1 and value == edge):
                grade = number
    return grade


def _grade_multiples(entry: dict[str, Any], sample: Sample) -> int:
    value, reading = sample.value, _baseline_reading(sample)
    if "baseline" in entry and reading == "high":
        if sample.baseline is None:
            raise CannotGrade("baseline is missing: above a high baseline the grade is a multiple of it")
        return _by_multiples(value, sample.baseline, entry["baseline"], entry["includes_first"])
    grade = _by_multiples(value, sample.uln, entry["uln"])
    if "low" in entry and reading == "low":
        grade = _grade_above_low_baseline(entry, sample, grade)
    grade = max(grade, _by_multiples(value, sample.baseline, entry.get("either", [])))
    if grade == 0 and sample.uln is None:
        raise CannotGrade("uln is missing: the upper limit of normal decides the grade")
    if grade == 0 and entry.get("needs_both_for_0") and sample.baseline is None:
        raise CannotGrade("baseline is missing: grade 0 needs the baseline as well as the upper limit of normal")
    return grade


def _grade_above_low_baseline(entry: dict[str, Any], sample: Sample, by_uln: int) -> int:
    """From a baseline below normal, grades 2 and 3 are multiples of it; grades 1 and 4 stay with the upper limit."""
    highest = len(entry["uln"])
    if by_uln == highest:
        return highest
    if sample.baseline is None:
        raise CannotGrade("baseline is missing: above a low baseline the grade is a multiple of it")
    return max(min(by_uln, 1), _by_multiples(sample.value, sample.baseline, entry["low"]))
