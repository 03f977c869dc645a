"""The calculators as people call them: text in, a result or a sentence that names the input at fault."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from core.calculators.batch import run_batch
from core.calculators.calc import CALCULATORS, run_calculator
from core.errors import InputRefused

CONTRACT_NAMES = (
    "cockcroft_gault ckd_epi_2021 ckd_epi_2009 schwartz_bedside bsa_mosteller bsa_du_bois ideal_body_weight "
    "adjusted_body_weight anc_from_differential ctcae_grade kdigo_gfr_category aki_stage reference_change convert"
)
WOMAN = {"age": "72", "sex": "female", "weight": "58", "creatinine": "95"}


def test_the_calculators_are_those_of_the_contract() -> None:
    assert [one.name for one in CALCULATORS] == CONTRACT_NAMES.split()


def test_a_creatinine_without_a_unit_is_in_umol_per_litre() -> None:
    bare, stated = (
        run_calculator("cockcroft_gault", WOMAN),
        run_calculator("cockcroft_gault", {**WOMAN, "unit": "umol/L"}),
    )
    assert bare == stated
    assert (float(bare.result), bare.unit, bare.error) == (pytest.approx(43.3263, abs=1e-4), "mL/min", "")


REFUSED = [
    ("cockcroft_gault", {**WOMAN, "sex": ""}, "sex"),
    ("cockcroft_gault", {**WOMAN, "sex": "unknown"}, "sex"),
    ("cockcroft_gault", {**WOMAN, "age": "17"}, "age"),
    ("cockcroft_gault", {**WOMAN, "age": ""}, "age"),
    ("cockcroft_gault", {**WOMAN, "weight": "0"}, "weight"),
    ("cockcroft_gault", {**WOMAN, "weight": "-5"}, "weight"),
    ("cockcroft_gault", {**WOMAN, "creatinine": "1.2"}, "creatinine"),  # implausible in umol/L
    ("cockcroft_gault", {**WOMAN, "creatinine": "nan"}, "creatinine"),
    ("cockcroft_gault", {**WOMAN, "creatinine": "inf"}, "creatinine"),
    ("cockcroft_gault", {**WOMAN, "creatinine": "<60"}, "creatinine"),
    ("cockcroft_gault", {**WOMAN, "creatinine": "1,2"}, "creatinine"),
    ("cockcroft_gault", {**WOMAN, "unit": "mg/L5"}, "unit"),
    ("ckd_epi_2021", {"age": "5", "sex": "male", "creatinine": "40"}, "age"),
    ("schwartz_bedside", {"height": "120", "creatinine": "45"}, "age"),
    ("schwartz_bedside", {"height": "120", "creatinine": "45", "age": "0.5"}, "age"),
    ("bsa_mosteller", {"height": "1.8", "weight": "80"}, "height"),  # metres typed for centimetres
    ("anc_from_differential", {"wbc": "3.2", "segs": "40"}, "bands"),
    ("anc_from_differential", {"wbc": "3.2", "segs": "70", "bands": "31"}, "segs"),
    ("ctcae_grade", {"term": "neutrophils", "value": "2", "lln": "2", "version": "v5"}, "unit"),
    ("ctcae_grade", {"term": "neutrophils", "value": "2", "unit": "10*9/L", "version": "v5"}, "lln"),
    ("ctcae_grade", {"term": "neutrophils", "value": "2", "unit": "10*9/L", "lln": "2", "version": "v3"}, "version"),
    ("kdigo_gfr_category", {"egfr": "-1"}, "egfr"),
    ("aki_stage", {"series": "0:130", "algorithm": "kdigo"}, "series"),
    ("aki_stage", {"series": "5:130;0:100", "algorithm": "kdigo"}, "series"),
    ("aki_stage", {"series": "0;100", "algorithm": "kdigo"}, "series"),
    ("aki_stage", {"series": "0:1.1;4:2.0", "algorithm": "kdigo"}, "series"),  # mg/dL by mistake
    ("aki_stage", {"series": "0:40;5:60", "algorithm": "nhse", "age": "10"}, "ref_high"),
    ("aki_stage", {"series": ";", "algorithm": "kdigo"}, "series"),
    ("ideal_body_weight", {"height": "95", "sex": "male"}, "the equation gives no positive value"),
    ("reference_change", {"analyte": "igg", "previous": "7", "current": "8"}, "analyte"),
    ("reference_change", {"analyte": "neutrophils", "previous": "0", "current": "8"}, "previous"),
    ("convert", {"analyte": "neutrophils", "value": "1500"}, "unit"),
    ("convert", {"analyte": "creatinine", "value": "1.2", "unit": "umol/L"}, "value"),
    ("convert", {"analyte": "creatinine", "value": "1.2", "unit": "mg/dL", "to": "furlong"}, "to"),
    ("convert", {"analyte": "moonstone", "value": "1", "unit": "mg/dL"}, "analyte"),
]


@pytest.mark.parametrize(("name", "given", "at_fault"), REFUSED)
def test_a_refused_input_is_named_and_has_no_result(name: str, given: dict[str, str], at_fault: str) -> None:
    outcome = run_calculator(name, given)
    assert outcome.result == ""
    assert at_fault in outcome.error
    assert outcome.error.endswith(".")


def test_a_first_creatinine_above_its_limit_says_to_repeat_it() -> None:
    outcome = run_calculator("aki_stage", {"series": "0:130", "algorithm": "nhse", "age": "50", "ref_high": "84"})
    assert outcome.result == "" and "repeat" in outcome.error


@pytest.mark.parametrize(
    ("name", "given", "result", "unit"),
    [
        ("convert", {"analyte": "neutrophils", "value": "1490", "unit": "/uL"}, "1.49", "10*9/L"),
        ("convert", {"analyte": "creatinine", "value": "1.2", "unit": "mg/dL"}, "106.08", "umol/L"),
        ("convert", {"analyte": "BUN", "value": "14", "unit": "mg/dL"}, "4.998", "mmol/L"),
        ("convert", {"analyte": "hba1c", "value": "6.5", "unit": "%", "to": "1"}, "0.065", "1"),
        ("kdigo_gfr_category", {"egfr": "59.5"}, "G2", ""),
        ("aki_stage", {"series": "0:100; 5:200;", "algorithm": "kdigo"}, "2", ""),
        ("aki_stage", {"series": "0:80;100:84;200:123", "algorithm": "nhse", "age": "50", "ref_high": "84"}, "1", ""),
        ("anc_from_differential", {"wbc": "4.5", "segs": "33", "bands": "0"}, "1.485", "10*9/L"),
        ("ctcae_grade", {"term": "ANC", "value": "1490", "unit": "/uL", "lln": "2000", "version": "v6"}, "1", ""),
        ("reference_change", {"analyte": "neutrophils", "previous": "3.2", "current": "2.0"}, "-37.5 significant", "%"),
        ("reference_change", {"analyte": "creat", "previous": "80", "current": "91"}, "13.75 not significant", "%"),
    ],
)  # fmt: skip
def test_a_calculation_answers_with_its_unit(name: str, given: dict[str, str], result: str, unit: str) -> None:
    outcome = run_calculator(name, given)
    assert (outcome.result, outcome.unit, outcome.error) == (result, unit, "")


def test_an_unknown_calculator_or_argument_is_refused_with_those_there_are() -> None:
    with pytest.raises(InputRefused, match="cockcroft_gault"):
        run_calculator("cockroft_gault", {})
    with pytest.raises(InputRefused, match="it takes age, sex, weight"):
        run_calculator("cockcroft_gault", {**WOMAN, "wieght": "58"})


def write(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def test_a_batch_keeps_order_and_columns_and_refuses_row_by_row(tmp_path: Path) -> None:
    given = (
        "\ufeffid,age,sex,weight,creatinine,unit,note\n"
        '007,72,female,58,95,,"a, b"\n'
        "008,5,male,20,40,,\n"
        "009,81,male,70,1.81,mg/dL,x\n"
    )
    out = tmp_path / "out.csv"
    assert run_batch("cockcroft_gault", write(tmp_path / "in.csv", given), out) == 3
    with out.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == [
        "id",
        "age",
        "sex",
        "weight",
        "creatinine",
        "unit",
        "note",
        "result",
        "result_unit",
        "error",
    ]
    assert [row["id"] for row in rows] == ["007", "008", "009"]
    assert rows[0]["note"] == "a, b"
    assert float(rows[0]["result"]) == pytest.approx(43.3263, abs=1e-4)
    assert (rows[1]["result"], rows[1]["result_unit"]) == ("", "")
    assert rows[1]["error"].startswith("age 5 is out of scope")
    assert rows[2]["result_unit"] == "mL/min"


def test_a_batch_never_drops_a_column_that_is_named_like_an_answer(tmp_path: Path) -> None:
    source = write(tmp_path / "in.csv", "egfr,result,error\n59.5,old,old\n")
    with pytest.raises(InputRefused, match="result"):
        run_batch("kdigo_gfr_category", source, tmp_path / "out.csv")
    assert not (tmp_path / "out.csv").exists()


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("egfr,egfr\n1,2\n", "duplicate_header"),
        ("egfr,id\n59,1\n60\n", "ragged_row"),
        ("", ""),
        ("egfr\n\x00\n", "unsafe_file"),
        ('egfr\n"59\n', ""),
    ],
)
def test_a_file_that_cannot_be_read_safely_is_refused_whole(tmp_path: Path, text: str, reason: str) -> None:
    out = tmp_path / "out.csv"
    with pytest.raises(InputRefused) as refusal:
        run_batch("kdigo_gfr_category", write(tmp_path / "in.csv", text), out)
    assert refusal.value.reason == reason
    assert list(tmp_path.iterdir()) == [tmp_path / "in.csv"]


def test_a_batch_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    with pytest.raises(InputRefused, match=r"out\.csv cannot be written"):
        run_batch("kdigo_gfr_category", write(tmp_path / "in.csv", "egfr\n59\n\n"), tmp_path / "nowhere" / "out.csv")


def test_a_file_that_is_not_there_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(InputRefused, match=r"nothing\.csv cannot be read"):
        run_batch("convert", tmp_path / "nothing.csv", tmp_path / "out.csv")
