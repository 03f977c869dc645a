"""Two exports nobody here wrote, read completely from the command line: every row accounted for, every value compared.

What is expected is worked out from the files alone, by other means than the product's: a second reading of the same
lines. `docs/walkthrough.md` tells the same story to people, and is held to the same figures.
"""

from __future__ import annotations

import csv
import json
import os
import pathlib
import subprocess
import sys
from collections import Counter
from decimal import Decimal
from typing import Any

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
FIXTURES = ROOT.parent / "shared" / "fixtures"
TRIAL = FIXTURES / "csv" / "clinsight_trial"
CDISC = FIXTURES / "csv" / "cdisc_lb_40subjects.csv"
pytestmark = [
    pytest.mark.external,
    pytest.mark.skipif(not FIXTURES.is_dir(), reason="../shared/fixtures is not here"),
]
TRIAL_AS_OF = "2023-09-14"  # the last day in each export
CDISC_AS_OF = "2014-12-30"
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

Json = dict[str, Any]


class Clinic:
    """One export in a store of its own, loaded as the walk-through does and spoken to through the command line only."""

    def __init__(self, folder: pathlib.Path, export: pathlib.Path, mapping: str) -> None:
        self.url = f"sqlite:///{folder / 'clinic.db'}"
        self.folder, self.export, self.mapping = folder, export, mapping
        self.companions, self.report = self.load()

    def load(self) -> tuple[Json, Json]:
        """Make up what the export leaves out, import that, import the export: both reports."""
        made_up = self.folder / "companions"
        self.run("docs/walkthrough/make_companions.py", self.export, "--out", made_up)
        companions = self.ask("import", made_up, "--source", "sample", "--json")
        return companions, self.ask("import", self.export, "--source", "sample", "--mapping", self.mapping, "--json")

    def ask(self, *arguments: str | pathlib.Path) -> Json:
        answer: Json = json.loads(self.run("-m", "core", *arguments, "--db", self.url).stdout)
        return answer

    def run(self, *arguments: str | pathlib.Path) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, *map(str, arguments)]
        environment = {name: value for name, value in os.environ.items() if not name.startswith("NADIR_")}
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done

    def stored(self, kind: str) -> list[Json]:
        rows: list[Json] = self.ask("export", kind, "--format", "json")[kind]
        return rows

    def results(self) -> dict[tuple[str, int], Json]:
        """Every stored result by the line it came from."""
        return {(row["file"], row["row"]): row for row in self.stored("results")}


@pytest.fixture(scope="module")
def trial(tmp_path_factory: pytest.TempPathFactory) -> Clinic:
    return Clinic(tmp_path_factory.mktemp("trial"), TRIAL, "clinsight_trial")


@pytest.fixture(scope="module")
def cdisc(tmp_path_factory: pytest.TempPathFactory) -> Clinic:
    return Clinic(tmp_path_factory.mktemp("cdisc"), CDISC, "cdisc_lb")


@pytest.fixture(scope="module")
def trial_results(trial: Clinic) -> dict[tuple[str, int], Json]:
    return trial.results()


@pytest.fixture(scope="module")
def cdisc_results(cdisc: Clinic) -> dict[tuple[str, int], Json]:
    return cdisc.results()


@pytest.fixture(scope="module")
def trial_answer(trial: Clinic) -> Json:
    return trial.ask("evaluate", "--as-of", TRIAL_AS_OF, "--json")


@pytest.fixture(scope="module")
def cdisc_answer(cdisc: Clinic) -> Json:
    return cdisc.ask("evaluate", "--as-of", CDISC_AS_OF, "--json")


def lines(path: pathlib.Path) -> list[tuple[int, dict[str, str]]]:
    """The file's lines by the number a spreadsheet shows."""
    with path.open(encoding="utf-8", newline="") as stream:
        return list(enumerate(csv.DictReader(stream), start=2))


def items(name: str) -> list[tuple[int, dict[str, str]]]:
    return [(number, row) for number, row in lines(TRIAL / f"{name}.csv") if row["subjectid"] != "SubjectId"]


def companions_of(name: str) -> dict[tuple[str, str, str], str]:
    """Every item's value by subject, visit and item."""
    return {(row["subjectid"], row["eventid"], row["itemid"]): row["itemvalue"] for _, row in items(name)}


# ── what came in ──────────────────────────────────────────────────────────────────────────────────────────────────

TRIAL_COUNTS = {  # file: rows, stored, ignored, quarantined
    "AE.csv": (800, 27, 773, 0),
    "CM.csv": (3184, 221, 2901, 62),
    "DM.csv": (94, 0, 94, 0),
    "LBHM.csv": (2287, 370, 1906, 11),
    "LBSER.csv": (3541, 481, 3042, 18),
    "MH.csv": (758, 11, 721, 26),
    "VS.csv": (859, 380, 479, 0),
}
CDISC_COUNTS = {"cdisc_lb_40subjects.csv": (9738, 8986, 752, 0)}

TRIAL_REFUSALS = {  # file, column, reason: rows
    ("LBHM.csv", "value", "missing_value"): 5,
    ("LBHM.csv", "value", "implausible"): 1,
    ("LBHM.csv", "unit", "implausible"): 4,
    ("LBHM.csv", "unit", "unknown_unit"): 1,
    ("LBSER.csv", "value", "missing_value"): 4,
    ("LBSER.csv", "value", "implausible"): 13,
    ("LBSER.csv", "unit", "implausible"): 1,
    ("CM.csv", "start_date", "bad_date"): 40,
    ("CM.csv", "start_date", "missing_value"): 22,
    ("MH.csv", "start_date", "bad_date"): 19,
    ("MH.csv", "start_date", "missing_value"): 7,
    ("MH.csv", "end_date", "bad_date"): 5,
    ("MH.csv", "end_date", "missing_value"): 3,
}
TRIAL_REMARKS = {
    ("CM.csv", "unknown_drug"): 189,
    ("CM.csv", "unknown_dose"): 97,
    ("CM.csv", "unknown_frequency"): 12,
    ("CM.csv", "missing_value"): 32,
}
SET_ASIDE = {  # the words before " row " or the end: rows
    "A second header line among the rows.": 7,
    "Part of the record in": 9576,
    "An adverse event for which Nadir's vocabulary of events has no word.": 53,
    "A history for which Nadir's vocabulary of events has no word.": 115,
    "An age and a sex without a name and a birth date make no patient: patients come from patients.csv.": 25,
    "Bicarbonate and magnesium are not among the analytes Nadir watches.": 91,
    "The body mass index is not among the analytes Nadir watches, and no height is worked out from it.": 49,
}


@pytest.mark.parametrize(("which", "counts"), [("trial", TRIAL_COUNTS), ("cdisc", CDISC_COUNTS)])
def test_every_line_of_every_file_is_counted_once(
    which: str, counts: dict[str, tuple[int, ...]], request: pytest.FixtureRequest
) -> None:
    report = request.getfixturevalue(which).report
    got = {
        name: (one["in"], one["stored"], one["ignored"], one["quarantined"]) for name, one in report["by_file"].items()
    }
    assert got == counts
    for name, one in report["by_file"].items():
        path = CDISC if which == "cdisc" else TRIAL / name
        assert one["in"] == len(lines(path)) == sum(count for field, count in one.items() if field != "in")
    assert report["rows_in"] == sum(rows for rows, *_ in counts.values())


def test_every_refusal_of_the_trial_export_has_its_reason(trial: Clinic) -> None:
    issues = trial.report["issues"]
    refused = Counter((one["file"], one["column"], one["reason"]) for one in issues if one["outcome"] == "quarantined")
    assert refused == TRIAL_REFUSALS
    assert Counter((one["file"], one["reason"]) for one in issues if one["outcome"] == "noted") == TRIAL_REMARKS


def test_every_row_set_aside_says_why(trial: Clinic) -> None:
    aside = [one for one in trial.report["issues"] if one["outcome"] == "ignored"]
    assert Counter(one["message"].split(" row ")[0] for one in aside) == SET_ASIDE
    assert {one["reason"] for one in aside} == {"out_of_scope"}


def test_the_laboratory_table_is_read_without_a_refusal(cdisc: Clinic) -> None:
    assert Counter((one["outcome"], one["message"]) for one in cdisc.report["issues"]) == {
        ("ignored", "Urinalysis by dipstick is not among the analytes Nadir watches."): 730,
        ("ignored", "The look of red cells under the microscope is not among the analytes Nadir watches."): 22,
    }


def test_a_second_import_of_everything_changes_nothing(
    trial: Clinic, trial_results: dict[tuple[str, int], Json]
) -> None:
    refused = trial.stored("quarantine")
    people, again = trial.load()
    assert (people["stored"], people["duplicates"]) == (0, 50)
    assert (again["stored"], again["duplicates"], again["quarantined"]) == (0, 1490, 117)
    assert trial.results() == trial_results
    assert trial.stored("quarantine") == refused


# ── what became of it ─────────────────────────────────────────────────────────────────────────────────────────────


def test_the_62_neutrophil_counts_of_21_subjects_are_all_accounted_for(
    trial: Clinic, trial_results: dict[tuple[str, int], Json]
) -> None:
    given = {
        number: (row["subjectid"], row["itemvalue"])
        for number, row in items("LBHM")
        if row["itemid"] == "LBHM_NEUT_LBORRES"
    }
    assert (len(given), len({subject for subject, _ in given.values()})) == (62, 21)
    kept = {number: trial_results[("LBHM.csv", number)] for number in given if ("LBHM.csv", number) in trial_results}
    refused = {
        row["row"]: (row["patient_id"], row["reason"]) for row in trial.stored("quarantine") if row["row"] in given
        and row["file"] == "LBHM.csv"
    }  # fmt: skip
    assert given.keys() == kept.keys() | refused.keys()
    assert Counter(row["analyte"] for row in kept.values()) == {"neutrophils": 56, "neutrophils_percent": 3}
    assert sorted(refused.values()) == [
        ("BEL_09_361", "implausible"),  # 26.33 "10^9/L" beside a range of 43 to 80: a percentage
        ("BEL_09_361", "missing_value"),  # NA: done at cbc differential
        ("DEU_02_866", "implausible"),  # 169.43 "10^3/µl": no living patient, and a percentage by its range
    ]


UNIT_PART = {"LBHM": "LBORRESU", "LBSER": "LBORRESU"}
CONSTANT_UNIT = {
    "VS_WEIGHT": "kg", "VS_TEMP": "Cel", "VS_PULSE": "/min", "VS_RESP": "/min", "VS_SYSBP": "mm[Hg]",
    "VS_DIABP": "mm[Hg]",
}  # fmt: skip


@pytest.mark.parametrize("name", ["LBHM", "LBSER", "VS"])
def test_every_stored_result_has_the_value_unit_and_day_of_its_own_lines(
    name: str, trial_results: dict[tuple[str, int], Json]
) -> None:
    rows = dict(items(name))
    units = companions_of(name)
    stored = {number: row for (file, number), row in trial_results.items() if file == f"{name}.csv"}
    assert len(stored) == TRIAL_COUNTS[f"{name}.csv"][1]
    for number, row in stored.items():
        line = rows[number]
        stem = line["itemid"].removesuffix("_LBORRES").removesuffix("_VSORRES")
        unit = CONSTANT_UNIT.get(stem) or units[line["subjectid"], line["eventid"], f"{stem}_LBORRESU"]
        assert (row["patient_id"], row["value_as_given"], row["unit_as_given"], row["collected_at"]) == (
            line["subjectid"],
            line["itemvalue"],
            unit,
            f"{line['eventdate']}T00:00:00",
        )
        for limit, part in (("ref_low", "Lower"), ("ref_high", "Upper")):
            blank = units.get((line["subjectid"], line["eventid"], f"{stem}_LBORNR_{part}"), "NA") == "NA"
            assert (row[limit] is None) == blank


def in_canonical_units() -> dict[tuple[str, str, str], tuple[str, Decimal, str]]:
    """Worked out by hand from the export's own numbers: one value for every unit in it that needs a conversion."""
    return {
        ("DEU_02_866", "SCR", "LBSER_CREAT_LBORRES"): ("creatinine", Decimal("156.468"), "umol/L"),  # 1.77 mg/dL x 88.4
        ("BEL_09_361", "SCR", "LBSER_ALT_LBORRES"): ("alt", Decimal("7.2"), "U/L"),  # 0.12 µkat/L x 60
        ("DEU_02_866", "VIS1", "LBSER_URATE_LBORRES"): ("urate", Decimal("374.724"), "umol/L"),  # 6.3 mg/dl x 59.48
        ("BEL_08_885", "SCR", "LBSER_URATE_LBORRES"): ("urate", Decimal(540), "umol/L"),  # 0.54 mmol/L
        ("DEU_02_866", "SCR", "LBSER_BILI_LBORRES"): ("bilirubin", Decimal("13.68"), "umol/L"),  # 0.8 mg/dL x 17.1
        ("BEL_04_133", "SCR", "LBHM_HGB_LBORRES"): ("haemoglobin", Decimal(115), "g/L"),  # 11.5 g/dL
        ("BEL_09_361", "SCR", "LBHM_HGB_LBORRES"): ("haemoglobin", Decimal("74.1244"), "g/L"),  # 4.6 mmol/L x 16.114
        ("DEU_02_866", "SCR", "LBHM_LYM_LBORRES"): ("lymphocytes_fraction", Decimal("0.378"), "1"),  # 37.8 %
        ("BEL_08_736", "VIS3", "LBHM_NEUT_LBORRES"): ("neutrophils", Decimal("2.6"), "10*9/L"),  # 2.6 G/L
    }


@pytest.mark.parametrize("where", in_canonical_units())
def test_a_value_in_another_unit_is_stored_in_the_canonical_one(
    where: tuple[str, str, str], trial_results: dict[tuple[str, int], Json]
) -> None:
    subject, visit, item = where
    file = f"{item.split('_', maxsplit=1)[0]}.csv"
    (number,) = [
        n for n, row in items(file.removesuffix(".csv"))
        if (row["subjectid"], row["eventid"], row["itemid"]) == (subject, visit, item)
    ]  # fmt: skip
    row = trial_results[(file, number)]
    analyte, value, unit = in_canonical_units()[where]
    assert (row["analyte"], Decimal(str(row["value"])), row["unit"]) == (analyte, value, unit)


def test_the_units_the_vital_signs_form_leaves_out_are_the_ones_the_mapping_declares() -> None:
    weights = companions_of("VS")
    heights = []
    for (subject, visit, item), weight in weights.items():
        if item == "VS_WEIGHT_VSORRES":
            index = Decimal(weights[subject, visit, "VS_BMI_VSORRES"])
            heights.append(float((Decimal(weight) / index).sqrt()))
    assert len(heights) == 49
    assert all(1.2 < metres < 2.1 for metres in heights)  # kg: people; were it lb, the tallest would be 1.34 m
    temperatures = [float(value) for (_, _, item), value in weights.items() if item == "VS_TEMP_VSORRES"]
    assert (min(temperatures), max(temperatures)) == (35.3, 38.8)


def test_infections_are_those_the_export_calls_so_and_serious_is_its_own_word(trial: Clinic) -> None:
    events = [row for row in trial.stored("events") if row["kind"] == "infection"]
    adverse = [row for row in events if row["file"] == "AE.csv"]
    terms = [row["itemvalue"] for _, row in items("AE") if row["itemid"] == "AE_AETERM"]
    assert len(adverse) == sum(term in ("Urinary Tract Infection", "Sepsis") for term in terms) == 12
    serious = {
        (row["patient_id"], row["start_date"], row["end_date"]) for row in adverse if row["severity"] == "serious"
    }
    assert serious == {
        ("BEL_09_361", "2023-08-03", None),
        ("DEU_02_387", "2023-07-15", "2023-08-08"),
        ("NLD_03_207", "2023-08-02", "2023-08-14"),
    }
    history = [row for row in events if row["file"] == "MH.csv"]
    assert Counter(row["detail"] for row in history) == {"Malaria": 6}


def test_medication_is_kept_with_its_dose_where_that_can_be_read_and_as_text_where_not(trial: Clinic) -> None:
    courses = {row["course_id"]: row for row in trial.stored("medications") if row["file"] == "CM.csv"}
    assert len(courses) == 221
    known = courses["NLD_06_755/CM/4"]
    assert (known["drug"], known["dose"], known["dose_unit"], known["frequency"]) == (
        "canakinumab",
        500,
        "mg",
        "once daily",
    )
    once = courses["NLD_06_755/CM/34"]
    assert (once["drug"], once["frequency"], once["frequency_as_given"]) == ("Metoprolol", None, "continous")
    grams = courses["BEL_09_464/CM/7"]
    assert (grams["dose"], grams["dose_as_given"]) == (None, "1 g")


def test_nobody_of_the_trial_is_without_a_made_up_name_and_course(trial: Clinic) -> None:
    assert (trial.companions["rows_in"], trial.companions["stored"]) == (50, 50)
    ages = {row["subjectid"]: int(row["itemvalue"]) for _, row in items("DM") if row["itemid"] == "DM_AGE"}
    born = {row["patient_id"]: row for row in trial.stored("patients") if row["patient_id"] in ages}
    assert {name: 2023 - int(row["birth_date"][:4]) for name, row in born.items()} == ages
    assert {row["site"] for row in born.values()} == {"SAMPLE"}
    assert sum(row["deceased_date"] is not None for row in born.values()) == 4


# ── the laboratory table's own second opinion ─────────────────────────────────────────────────────────────────────

#: The table gives haemoglobin as amount of substance where we keep its mass: 1 g is 0.06206 mmol (CDISC's factor).
STANDARD = {"HGB": Decimal("0.06206"), "MCH": Decimal("0.06206"), "MCHC": Decimal("0.06206")}


def test_every_conversion_agrees_with_the_tables_own(cdisc_results: dict[tuple[str, int], Json]) -> None:
    disagreements: list[tuple[int, str, str, float]] = []
    compared = 0
    for number, line in lines(CDISC):
        row = cdisc_results.get((CDISC.name, number))
        if row is None or not line["LBSTRESN"]:
            continue
        compared += 1
        standard = Decimal(line["LBSTRESN"]) / STANDARD.get(line["LBTESTCD"], Decimal(1))
        ours = Decimal(str(row["value"]))
        if abs(ours - standard) > abs(standard) * Decimal("1e-12"):  # its numbers carry floating-point noise
            disagreements.append((number, line["LBTESTCD"], row["value_as_given"], float(ours / standard)))
    assert compared == 8984  # all 8986 but "<0.2" and "<40", which have no standard number
    assert disagreements == []


def test_a_result_below_the_limit_of_measurement_keeps_its_comparator(
    cdisc_results: dict[tuple[str, int], Json],
) -> None:
    kept = {
        (row["analyte"], row["comparator"], row["value_as_given"], row["unit_as_given"], row["value"])
        for row in cdisc_results.values()
        if row["comparator"]
    }
    assert {one[:4] for one in kept} == {("bilirubin", "<", "<0.2", "mg/dL"), ("glucose", "<", "<40", "mg/dL")}
    assert {one[0]: Decimal(str(one[4])) for one in kept}["bilirubin"] == Decimal("3.42")


def test_every_value_of_the_laboratory_table_is_stored_as_reported(cdisc_results: dict[tuple[str, int], Json]) -> None:
    rows = dict(lines(CDISC))
    stored = {number: row for (file, number), row in cdisc_results.items() if file == CDISC.name}
    assert len(stored) == 8986
    for number, row in stored.items():
        line = rows[number]
        assert (row["patient_id"], row["value_as_given"], row["unit_as_given"], row["collected_at"]) == (
            line["USUBJID"],
            line["LBORRES"],
            line["LBORRESU"],
            f"{line['LBDTC']}:00",
        )


# ── what Nadir then says ──────────────────────────────────────────────────────────────────────────────────────────


def last_counts() -> dict[str, Decimal]:
    """Each living subject's newest neutrophil count that is one: the unit a count's, and the range a count's too."""
    dead = {row["subjectid"] for _, row in items("AE") if row["itemid"] == "AE_DTHDAT"}
    parts = companions_of("LBHM")
    newest: dict[str, tuple[str, Decimal]] = {}
    for _, row in items("LBHM"):
        subject, visit = row["subjectid"], row["eventid"]
        if row["itemid"] != "LBHM_NEUT_LBORRES" or subject in dead:
            continue
        unit, low = (parts[subject, visit, f"LBHM_NEUT_{part}"] for part in ("LBORRESU", "LBORNR_Lower"))
        if unit in ("%", "NA") or float(low) > 10:
            continue
        newest[subject] = max(newest.get(subject, ("", Decimal(0))), (row["eventdate"], Decimal(row["itemvalue"])))
    return {subject: value for subject, (_, value) in newest.items()}


def test_everybody_alive_whose_last_count_is_below_one_and_a_half_is_on_the_worklist(trial_answer: Json) -> None:
    low = {subject: float(value) for subject, value in last_counts().items() if value < Decimal("1.5")}
    stops = {
        alert["patient_id"]: alert["evidence"][-1]["value"]
        for alert in trial_answer["alerts"]
        if alert["category"] == "neutropenia" and alert["action"] == "stop"
    }
    assert stops == low
    assert len(stops) == 8
    assert all(alert["priority"] == "high" for alert in trial_answer["alerts"] if alert["patient_id"] in stops
               and alert["category"] == "neutropenia")  # fmt: skip


def test_a_count_that_could_not_be_read_is_a_blind_spot_and_no_neutropenia(trial_answer: Json) -> None:
    reasons = {
        one["patient_id"]: one["reason"]
        for one in trial_answer["cannot_tell"]
        if one["rule_id"] == "anakinra.neutrophils-stop"
    }
    assert reasons["BEL_09_361"] == reasons["DEU_02_866"] == "implausible"
    never_sampled = {"BEL_07_431", "BEL_07_497", "BEL_09_556", "NLD_05_282"}
    assert {name for name, why in reasons.items() if why == "no_result"} == never_sampled


def test_the_forty_without_any_neutrophil_count_are_an_honest_blind_spot(cdisc_answer: Json) -> None:
    subjects = {line["USUBJID"] for _, line in lines(CDISC)}
    assert len(subjects) == 40
    assert not any("NEUT" in line["LBTESTCD"] for _, line in lines(CDISC))
    rules: dict[str, set[str]] = {}
    for one in cdisc_answer["cannot_tell"]:
        if one["patient_id"] in subjects and one["category"] == "neutropenia":
            assert one["reason"] == "no_result"
            rules.setdefault(one["patient_id"], set()).add(one["rule_id"])
    assert rules.keys() == subjects
    assert all("anakinra.neutrophils-stop" in blind for blind in rules.values())
    assert not [
        one for one in cdisc_answer["alerts"] if one["patient_id"] in subjects and one["category"] == "neutropenia"
    ]
    asked = {
        one["patient_id"]
        for one in cdisc_answer["alerts"]
        if one["action"] == "request_test" and one["priority"] == "high"
    }
    assert subjects <= asked


def test_a_serious_infection_on_treatment_is_a_stop_and_the_dead_are_left_in_peace(trial_answer: Json) -> None:
    serious = [one for one in trial_answer["alerts"] if one["rule_id"] == "anakinra.serious-infection-stop"]
    assert [(one["patient_id"], one["priority"]) for one in serious] == [("BEL_09_361", "high")]
    dead = {row["subjectid"] for _, row in items("AE") if row["itemid"] == "AE_DTHDAT"}
    assert not dead & {one["patient_id"] for one in trial_answer["alerts"]}


def test_the_walk_through_tells_these_figures(trial: Clinic, trial_answer: Json) -> None:
    text = (ROOT / "docs" / "walkthrough.md").read_text(encoding="utf-8")
    told = [f"| {name} | {' | '.join(map(str, numbers))} |" for name, numbers in (TRIAL_COUNTS | CDISC_COUNTS).items()]
    told += [f"| {rows} | {file} | {column}, {why} |" for (file, column, why), rows in TRIAL_REFUSALS.items()]
    told += [f"| {rows} | " for rows in SET_ASIDE.values()]
    names = {row["patient_id"]: row["family_name"] for row in trial.stored("patients")}
    stops = [one for one in trial_answer["alerts"] if one["category"] == "neutropenia" and one["action"] == "stop"]
    for alert in stops:
        last, who = alert["evidence"][-1], alert["patient_id"]
        year, month, day = last["collected_at"][:10].split("-")
        told.append(f"| {who} | {names[who]} | {last['value']} | {day}-{MONTHS[int(month) - 1]}-{year} |")
    assert [line for line in told if line not in text] == []
    assert f"the {trial.report['quarantined']} quarantined rows" in text
