"""The calculators and units against numbers that others published: every vector, every worked example, every factor."""

from __future__ import annotations

import csv
import pathlib
from collections import Counter
from collections.abc import Callable, Iterator
from decimal import Decimal

import pytest

from core.calculators.batch import run_batch
from core.calculators.calc import run_calculator
from core.calculators.change import change_limits
from core.catalogue import UnitProblem, analyte, convert_to, find_analyte, find_unit
from core.catalogue.reading import read_catalogue

SHARED = pathlib.Path(__file__).resolve().parents[3] / "shared"
FIXTURES = SHARED / "fixtures"
EXAMPLES = SHARED / "clinical" / "worked_examples.csv"
pytestmark = [
    pytest.mark.external,
    pytest.mark.skipif(not FIXTURES.is_dir(), reason="../shared/fixtures is not here"),
]

Row = dict[str, str]


def read(path: pathlib.Path) -> list[Row]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def rows_of(folder: pathlib.Path, pattern: str) -> Iterator[pytest.ParameterSet]:
    """Rows of every matching file, or nothing when the fixtures are not here (the module is then skipped)."""
    for path in sorted(folder.glob(pattern)) if folder.is_dir() else ():
        for number, row in enumerate(read(path), start=2):
            yield pytest.param(path.name.split("__")[0], row, id=f"{path.stem}:{number}")


# ── vectors/NAME__*.csv ───────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("name", "row"), list(rows_of(FIXTURES / "vectors", "*__*.csv")))
def test_a_published_vector_is_reproduced_or_refused(name: str, row: Row) -> None:
    given = {key: text for key, text in row.items() if key not in ("expected", "tolerance", "source")}
    outcome = run_calculator(name, given)
    if not row["expected"]:
        assert outcome.result == "" and outcome.error
    elif row["expected"].replace(".", "", 1).isdigit():
        assert float(outcome.result) == pytest.approx(float(row["expected"]), abs=float(row["tolerance"] or 0))
    else:
        assert outcome.result == row["expected"]


@pytest.mark.parametrize(
    "path", sorted((FIXTURES / "vectors").glob("*__*.csv")) if FIXTURES.is_dir() else [], ids=lambda path: path.stem
)
def test_a_batch_gives_the_vectors_in_order(path: pathlib.Path, tmp_path: pathlib.Path) -> None:
    name, out = path.name.split("__")[0], tmp_path / "out.csv"
    given = read(path)
    assert run_batch(name, path, out) == len(given)
    written = read(out)
    for before, after in zip(given, written, strict=True):
        assert {key: after[key] for key in before} == before
        assert bool(after["result"]) == bool(before["expected"]) != bool(after["error"])


# ── CTCAE v4, every laboratory term ───────────────────────────────────────────────────────────────────────────────

#: The terms of the contract under the author's names, with the unit the author means where the file gives none or
#: writes grams as giga.
TERMS = {
    "anemia": ("haemoglobin", "g/L"),
    "hypoalbuminemia": ("albumin", "g/L"),
    "neutrophil count decreased": ("neutrophils", "10*9/L"),
    "white blood cell decreased": ("wbc", "10*9/L"),
    "lymphocyte count decreased": ("lymphocytes", "10*9/L"),
    "platelet count decreased": ("platelets", "10*9/L"),
    "alanine aminotransferase increased": ("alt", "U/L"),
    "aspartate aminotransferase increased": ("ast", "U/L"),
    "alkaline phosphatase increased": ("alp", "U/L"),
    "ggt increased": ("ggt", "U/L"),
    "blood bilirubin increased": ("bilirubin", "umol/L"),
    "creatinine increased": ("creatinine", "umol/L"),
    "cholesterol high": ("cholesterol", "mmol/L"),
}
#: Terms the author gives no unit for: a multiple of a limit needs none there, the calculator always asks.
UNIT_NOT_GIVEN = {"alt", "ast", "alp", "ggt", "bilirubin", "creatinine"}
#: Rows answered differently, and why.
IMPLAUSIBLE_BASELINE = "a creatinine baseline below 10 umol/L is refused as implausible"


def as_given(row: Row) -> Row | None:
    """A row of the all-terms file as arguments of the calculator, or None when its term is not the contract's."""
    if row["term"].lower() not in TERMS:
        return None
    term, unit = TERMS[row["term"].lower()]
    stated = unit if term in UNIT_NOT_GIVEN or row["unit"].upper() == "G/L" else row["unit"]
    if stated.lower() == "mmol/l":
        stated = "mmol/L"
    limits = {name: row[name] for name in ("value", "lln", "uln", "baseline")}
    return {"term": term, "unit": stated, "version": "v4", **limits}


GRADED = {term for term, entry in read_catalogue("grading")["v4"].items() if isinstance(entry, dict)}


@pytest.mark.parametrize(("name", "row"), list(rows_of(FIXTURES / "vectors", "ctcae_v4_si_all_terms.csv")))
def test_a_ctcae_v4_grade_is_the_authors(name: str, row: Row) -> None:
    given = as_given(row)
    if given is None:
        assert find_analyte("", row["term"]).key not in GRADED
        return
    outcome = run_calculator("ctcae_grade", given)
    if given["term"] == "creatinine" and row["baseline"] == "6":
        assert outcome.result == "" and "baseline 6" in outcome.error, IMPLAUSIBLE_BASELINE
        return
    assert outcome.result == row["expected_grade"]


def test_the_all_terms_file_holds_every_term_of_the_contract() -> None:
    graded = Counter(
        given["term"] for row in read(FIXTURES / "vectors" / "ctcae_v4_si_all_terms.csv") if (given := as_given(row))
    )
    assert set(graded) == GRADED
    assert sum(graded.values()) == 188


def test_neutrophil_counts_per_microlitre_get_the_published_grade() -> None:
    for row in read(FIXTURES / "vectors" / "neutropenia_grade_clinpk.csv"):
        given = {"term": "neutrophils", "value": row["anc_per_uL"], "unit": "/uL", "version": "v5"}
        assert (run_calculator("ctcae_grade", given).result or "NA") == row["expected_grade"]


# ── worked_examples.csv ───────────────────────────────────────────────────────────────────────────────────────────

#: Rows that document a fault of another implementation: the right answer is elsewhere in this file.
FAULTS = {"CG-P10", "E21-X1", "E21-X2", "MD-X1"}
#: Constants to compare with, not inputs.
CONSTANTS = {"RCV-P1", "DANC-P1"}
#: Rows of equations the product does not have, and how many.
NOT_OURS = {"mdrd_175": 7, "cockcroft_gault_UK_constants": 8, "ckd_epi_2009 with a race term": 3}


def kind_of(row: Row) -> str:
    return row["calculator"] + (" with a race term" if "black=1" in row["other_inputs"] else "")


def inputs_of(row: Row) -> Row:
    return {part.split("=")[0]: part.split("=")[1] for part in row["other_inputs"].split(";") if "=" in part}


def person(row: Row) -> Row:
    sex = {"F": "female", "M": "male", "": ""}[row["sex"]]
    return {"age": row["age_y"], "sex": sex, "creatinine": row["creatinine"], "unit": row["creatinine_unit"]}


def size(row: Row) -> Row:
    return {"height": row["height_cm"], "sex": person(row)["sex"]}


def history(row: Row) -> str:
    """`80@200 84@100; RI 45-84` with the index value last, as a series of days."""
    past = row["other_inputs"].split("=")[1].split(";")[0].split()
    aged = [(int(days), value) for value, days in (entry.split("@") for entry in past)]
    first = max((days for days, _ in aged), default=0)
    series = [(first - days, value) for days, value in sorted(aged, reverse=True)] + [(first, row["creatinine"])]
    return ";".join(f"{day}:{value}" for day, value in series)


CALLS: dict[str, Callable[[Row], tuple[str, Row]]] = {
    "cockcroft_gault": lambda row: ("cockcroft_gault", {**person(row), "weight": row["weight_kg"]}),
    "cockcroft_gault_adjBW": lambda row: ("cockcroft_gault", {**person(row), "weight": inputs_of(row)["weight_used"]}),
    "ckd_epi_2021": lambda row: ("ckd_epi_2021", person(row)),
    "ckd_epi_2009": lambda row: ("ckd_epi_2009", person(row)),
    "schwartz_bedside": lambda row: (
        "schwartz_bedside",
        {
            "age": "8",
            "height": row["height_cm"],
            "creatinine": row["creatinine"],
            "unit": row["creatinine_unit"],
        },
    ),
    "devine_ibw": lambda row: ("ideal_body_weight", size(row)),
    "adjusted_body_weight": lambda row: ("adjusted_body_weight", {**size(row), "weight": row["weight_kg"]}),
    "creatinine_mgdl_to_umol": lambda row: (
        "convert",
        {"analyte": "creatinine", "value": row["creatinine"], "unit": "mg/dL"},
    ),
    "anc": lambda row: (
        "anc_from_differential",
        {"wbc": inputs_of(row)["wbc"], "segs": inputs_of(row)["seg"], "bands": inputs_of(row)["band"]},
    ),
}


def examples(*calculators: str) -> list[pytest.ParameterSet]:
    rows = read(EXAMPLES) if EXAMPLES.is_file() else []
    return [
        pytest.param(row, id=row["id"])
        for row in rows
        if kind_of(row) in calculators and row["id"] not in FAULTS | CONSTANTS
    ]


@pytest.mark.parametrize("row", examples(*CALLS))
def test_a_worked_example_is_reproduced(row: Row) -> None:
    name, given = CALLS[row["calculator"]](row)
    outcome = run_calculator(name, given)
    assert float(outcome.result) == pytest.approx(float(row["expected"]), abs=float(row["tolerance"])), outcome


@pytest.mark.parametrize("row", examples("ctcae_neutrophil_grade"))
def test_a_worked_neutrophil_grade_is_reproduced_in_both_versions(row: Row) -> None:
    given = {part.strip().split("=")[0]: part.split("=")[1] for part in row["other_inputs"].split(";")}
    for version_grade in row["expected"].split():
        version, grade = version_grade.split(":")
        inputs = {"term": "neutrophils", "value": given["ANC"], "unit": "10*9/L", "lln": given["LLN"]}
        assert run_calculator("ctcae_grade", {**inputs, "version": version}).result == grade


@pytest.mark.parametrize("row", examples("nhse_aki"))
def test_a_worked_kidney_injury_is_staged(row: Row) -> None:
    given = {"series": history(row), "algorithm": "nhse", "age": row["age_y"], "ref_high": "84"}
    outcome = run_calculator("aki_stage", given)
    if row["expected"] == "HIGH":
        assert outcome.result == "" and "repeat" in outcome.error
    else:
        assert outcome.result == {"none": "0"}.get(row["expected"], row["expected"].removeprefix("AKI"))


@pytest.mark.parametrize("row", examples("rcv_symmetric_95", "rcv_lognormal_up_95", "rcv_lognormal_down_95"))
def test_a_worked_change_limit_is_reproduced_from_the_catalogue(row: Row) -> None:
    name, cvi, cva = row["other_inputs"].split()
    key = find_analyte("", name).key
    assert key is not None
    variation = analyte(key).variation
    assert variation is not None
    assert (variation.cvi, variation.cva) == (float(cvi.split("=")[1]), float(cva.split("=")[1]))
    limits = change_limits(
        variation.cvi, variation.cva, "symmetric" if "symmetric" in row["calculator"] else "log-normal"
    )
    limit = limits.down if "down" in row["calculator"] else limits.up
    assert limit == pytest.approx(float(row["expected"]), abs=float(row["tolerance"]))


def example(identifier: str) -> Row:
    return next(row for row in read(EXAMPLES) if row["id"] == identifier)


@pytest.mark.parametrize("identifier", ["E21-X1", "E21-X2"])
def test_the_wrong_ageing_factor_of_a_public_implementation_is_not_reproduced(identifier: str) -> None:
    row = example(identifier)
    value = float(run_calculator("ckd_epi_2021", person(row)).result)
    assert abs(value - float(row["expected"])) > 2.5
    assert f"{value:.4f}" in row["reproduced_by_formula"]


def test_the_wrong_female_constant_of_a_public_implementation_is_not_reproduced() -> None:
    row = example("CG-P10")
    value = float(run_calculator("cockcroft_gault", {**person(row), "weight": row["weight_kg"]}).result)
    assert abs(value - float(row["expected"])) > 0.5


def test_no_calculator_uses_the_mdrd_constant_from_before_standardised_creatinine() -> None:
    row = example("MD-X1")
    for name in ("ckd_epi_2021", "ckd_epi_2009"):
        assert abs(float(run_calculator(name, person(row)).result) - float(row["expected"])) > 1


def test_the_race_term_of_the_2009_equation_is_not_in_the_product() -> None:
    for row in (row for row in read(EXAMPLES) if kind_of(row) == "ckd_epi_2009 with a race term"):
        without = float(run_calculator("ckd_epi_2009", person(row)).result)
        assert without * 1.159 == pytest.approx(float(row["expected"]), abs=0.03)


def test_the_constants_of_the_examples_are_the_catalogues() -> None:
    (duffy,) = analyte("neutrophils").other_ranges
    assert duffy.low == float(example("DANC-P1")["expected"])
    variation = analyte("egfr").variation
    assert variation is not None
    symmetric = change_limits(variation.cvi, variation.cva, "symmetric").up
    assert symmetric == pytest.approx(float(example("RCV-P1")["expected"]), abs=0.2)  # a meta-analysis, another CVI


def test_every_worked_example_is_accounted_for() -> None:
    rows = read(EXAMPLES)
    asserted = {*CALLS, "ctcae_neutrophil_grade", "nhse_aki", "rcv_symmetric_95", "rcv_lognormal_up_95"}
    asserted.add("rcv_lognormal_down_95")
    left = Counter(kind_of(row) for row in rows if kind_of(row) not in asserted and row["id"] not in FAULTS | CONSTANTS)
    assert (len(rows), left) == (139, Counter(NOT_OURS))


# ── units ─────────────────────────────────────────────────────────────────────────────────────────────────────────

#: The peer prints catalytic factors to three decimals: 1 U/L is 0.0167 ukat/L, not 0.017.
ROUNDED_BY_THE_PEER = {"ast", "ck"}


def test_the_conventional_factors_of_a_peer_are_ours() -> None:
    met = Counter(
        key
        for row in read(FIXTURES / "units" / "si_factors_labunits.csv")
        if (key := find_analyte(row["loinc"], "").key) is not None and factor_is_ours(key, row)
    )
    assert sum(met.values()) == 15


def factor_is_ours(key: str, row: Row) -> bool:
    ours = float(convert_to(key, Decimal(1), row["traditional_unit"], row["si_unit"]))
    tolerance = 0.025 if key in ROUNDED_BY_THE_PEER else 1e-6
    assert ours == pytest.approx(float(row["factor_to_si"]), rel=tolerance), (key, row)
    return True


def test_the_rest_of_the_peers_table_is_outside_the_catalogue() -> None:
    rows = read(FIXTURES / "units" / "si_factors_labunits.csv")
    reasons = Counter(find_analyte(row["loinc"], "").reason for row in rows)
    assert reasons == {"": 15, "out_of_scope": len(rows) - 15}


#: Lengths, the one quantity of the UCUM conversions a laboratory record has (height); 25 others are physics.
LENGTHS = {"3-101", "3-102", "3-103", "3-118", "3-119"}


def test_the_ucum_conversions_of_lengths_are_ours_to_the_digits_given() -> None:
    rows = read(FIXTURES / "units" / "ucum_conversions.csv")
    convertible = set()
    for row in rows:
        try:
            ours = convert_to("height", Decimal(row["value"]), row["src_unit"], row["dst_unit"])
        except UnitProblem:
            continue
        convertible.add(row["id"])
        assert float(ours) == pytest.approx(float(row["expected"]), rel=0.002)  # three digits are given
    assert (convertible, len(rows)) == (LENGTHS, 30)


def test_no_invalid_ucum_unit_is_taken_for_a_unit_and_every_one_known_is_itself() -> None:
    rows = read(FIXTURES / "units" / "ucum_validation.csv")
    known = {row["unit"]: unit for row in rows if (unit := find_unit(row["unit"])) is not None}
    invalid = {row["unit"] for row in rows if row["valid"] != "true"}
    assert not invalid & set(known)
    assert len(known) >= 60  # of 529: the rest is not measured in a rheumatology clinic
    other_spelling = {unit for unit in known if unit != known[unit] and unit.lower() != known[unit].lower()}
    assert other_spelling == OTHER_UCUM_SPELLINGS


#: Valid UCUM texts that the catalogue reads as another unit of the same size.
OTHER_UCUM_SPELLINGS = {
    "1/mL", "1/min", "10*+3/ul", "10*3/mL", "10*3/mm3", "10*6/mL", "10*6/mm3", "1{c}", "g{creat}", "g{hgb}",
    "g{tit_nit}", "g{tot_prot}", "g{wet_tis}", "kg{body_wt}", "mg/mL", "ng/mL", "pg/mL", "pg/ml", "u[IU]/mL", "ug/mL",
}  # fmt: skip
