"""The file zoo: every animal seen in an export, with the exact row, column, reason and outcome it earns."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.errors import InputRefused
from tests.ingest.clinic import ANNA, file_text, read_folder, report_on, write_folder

BEN = "P2,Birch,Ben,1975-01-31,male"

#: The cells of a good result; an animal changes some of them.
GOOD = {
    "result_id": "R1", "patient_id": "0012345", "loinc": "751-8", "analyte": "neutrophils", "value": "1.49",
    "unit": "10*9/L", "collected_at": "2026-03-01T08:10", "reported_at": "", "status": "", "ref_low": "",
    "ref_high": "",
}  # fmt: skip
COURSE = {
    "course_id": "C1", "patient_id": "0012345", "drug": "anakinra", "indication": "RA", "dose": "100",
    "dose_unit": "mg", "frequency": "once daily", "route": "SC", "start_date": "2026-01-05", "end_date": "",
    "status": "active",
    "reason": "",
}  # fmt: skip
EVENT = {
    "event_id": "E1", "patient_id": "0012345", "kind": "infection", "start_date": "2026-02-01", "end_date": "",
    "code": "", "detail": "", "severity": "",
}  # fmt: skip
PERSON = dict(zip(("patient_id", "family_name", "given_name", "birth_date", "sex"), BEN.split(","), strict=True))

SETS = {"results.csv": GOOD, "medications.csv": COURSE, "events.csv": EVENT, "patients.csv": PERSON}

#: name: (file, cells changed, what is said about that row: "column reason outcome")
ANIMALS: dict[str, tuple[str, dict[str, str], list[str]]] = {
    # who
    "a number that lost its zeros": (
        "results.csv", {"patient_id": "12345"}, ["patient_id unknown_patient quarantined"]),
    "a number in scientific writing": (
        "results.csv", {"patient_id": "1E5"}, ["patient_id unknown_patient quarantined"]),
    "full-width digits": ("results.csv", {"patient_id": "００１２３４５"}, ["patient_id unknown_patient quarantined"]),
    "a zero-width space in a number": (
        "results.csv", {"patient_id": "0012345\u200b"}, ["patient_id unknown_patient quarantined"]),
    "a trailing space": ("results.csv", {"patient_id": "0012345 "}, []),
    "a number left blank by a merged cell": (
        "results.csv", {"patient_id": ""}, ["patient_id missing_value quarantined"]),
    "a course of nobody": ("medications.csv", {"patient_id": "P9"}, ["patient_id unknown_patient quarantined"]),
    "an event of nobody": ("events.csv", {"patient_id": "P9"}, ["patient_id unknown_patient quarantined"]),
    # what
    "a made-up test": (
        "results.csv", {"loinc": "", "analyte": "vibes"}, ["analyte unknown_analyte quarantined"]),
    "a code and a name that disagree": (
        "results.csv", {"loinc": "2160-0"}, ["analyte analyte_mismatch quarantined"]),
    "a known test nobody watches": (
        "results.csv", {"loinc": "2028-9", "analyte": "CO2"}, ["loinc out_of_scope ignored"]),
    "a test without code or name": ("results.csv", {"loinc": "", "analyte": ""}, ["analyte missing_value quarantined"]),
    # when
    "a date of two readings": (
        "results.csv", {"collected_at": "03/04/2026"}, ["collected_at ambiguous_date quarantined"]),
    "a European date": ("results.csv", {"collected_at": "31/03/2026"}, ["collected_at bad_date quarantined"]),
    "a two-digit year": ("results.csv", {"collected_at": "01/03/26"}, ["collected_at ambiguous_date quarantined"]),
    "a spreadsheet's day number": ("results.csv", {"collected_at": "46000"}, ["collected_at bad_date quarantined"]),
    "a day number with a time": ("results.csv", {"collected_at": "46000.34"}, ["collected_at bad_date quarantined"]),
    "29 February in a common year": (
        "results.csv", {"collected_at": "2025-02-29"}, ["collected_at bad_date quarantined"]),
    "29 February in a leap year": ("results.csv", {"collected_at": "2024-02-29"}, []),
    "a day in words": ("results.csv", {"collected_at": "yesterday"}, ["collected_at bad_date quarantined"]),
    "a month without a day": ("results.csv", {"collected_at": "2026-03"}, ["collected_at bad_date quarantined"]),
    "no date at all": ("results.csv", {"collected_at": ""}, ["collected_at missing_value quarantined"]),
    "tomorrow's result": ("results.csv", {"collected_at": "2026-11-20"}, ["collected_at future_date quarantined"]),
    "a result before birth": ("results.csv", {"collected_at": "1980-05-16"}, ["collected_at before_birth quarantined"]),
    "a sentinel for never": ("medications.csv", {"end_date": "9999-12-31"}, ["end_date bad_date quarantined"]),
    "a report before its sample": (
        "results.csv", {"reported_at": "2026-02-01"}, ["reported_at bad_date noted"]),
    "a correction of uncertain date": (
        "results.csv", {"reported_at": "05/04/2026", "status": "corrected"},
        ["reported_at ambiguous_date quarantined"]),
    # how much
    "a number without a unit": ("results.csv", {"unit": ""}, ["unit no_unit quarantined"]),
    "NA for a unit": ("results.csv", {"unit": "NA"}, ["unit no_unit quarantined"]),
    "a unit of another test": ("results.csv", {"unit": "mmHg"}, ["unit unknown_unit quarantined"]),
    "cells per microlitre": ("results.csv", {"value": "1490", "unit": "/µL"}, []),
    "a thousand times too many": ("results.csv", {"value": "1490"}, ["value implausible quarantined"]),
    "creatinine in the wrong unit": (
        "results.csv", {"loinc": "", "analyte": "creatinine", "value": "1.2", "unit": "umol/L"},
        ["value implausible quarantined"]),
    "a decimal comma": ("results.csv", {"value": '"1,49"'}, ["value bad_number quarantined"]),
    "two decimal points": ("results.csv", {"value": "1.4.9"}, ["value bad_number quarantined"]),
    "full-width digits in a value": ("results.csv", {"value": "１.４"}, ["value bad_number quarantined"]),
    "a thousands separator": ("results.csv", {"value": '"1,490"', "unit": "/uL"}, ["value bad_number quarantined"]),
    "a range for a value": ("results.csv", {"value": "5-10"}, ["value not_numeric quarantined"]),
    "a trace": ("results.csv", {"value": "TRACE"}, ["value not_numeric quarantined"]),
    "a haemolysed sample": ("results.csv", {"value": "haemolysed"}, ["value not_numeric quarantined"]),
    "not a number, says the machine": ("results.csv", {"value": "NaN"}, ["value not_numeric quarantined"]),
    "infinity": ("results.csv", {"value": "inf"}, ["value not_numeric quarantined"]),
    "a word for a number": ("results.csv", {"value": "positive"}, ["value not_numeric quarantined"]),
    "a screening test in the laboratory's word": (
        "results.csv", {"loinc": "", "analyte": "hbsag", "value": "Non-Reactive", "unit": ""}, []),
    "a screening test in doubt": (
        "results.csv", {"loinc": "", "analyte": "hbsag", "value": "positive?", "unit": ""},
        ["value not_numeric quarantined"]),
    "a screening test told by a dash": (
        "results.csv", {"loinc": "", "analyte": "hbsag", "value": "-", "unit": ""}, ["value not_numeric quarantined"]),
    "a screening test against the machine's own cut-off": (
        "results.csv", {"loinc": "", "analyte": "hbsag", "value": "0.3", "unit": "S/CO"},
        ["unit unknown_unit quarantined"]),
    "an antibody that protects, as a number": (
        "results.csv", {"loinc": "", "analyte": "anti_hbs", "value": "12", "unit": "mIU/mL"}, []),
    "a blank value": ("results.csv", {"value": ""}, ["value missing_value quarantined"]),
    "a spreadsheet's error": ("results.csv", {"value": "#N/A"}, ["value not_numeric quarantined"]),
    "a formula": ("results.csv", {"value": "=1+1"}, ["value bad_number quarantined"]),
    "an upside-down range": (
        "results.csv", {"ref_low": "7.5", "ref_high": "2.0"}, ["ref_low bad_number noted"]),
    "a range in words": ("results.csv", {"ref_high": "see note"}, ["ref_high bad_number noted"]),
    "a status of another system": ("results.csv", {"status": "registered"}, ["status unknown_code quarantined"]),
    "a status in HL7's letter": ("results.csv", {"status": "F"}, []),
    "an amended result": ("results.csv", {"status": "amended"}, []),
    "a laboratory's flag after the number": ("results.csv", {"value": "1.49 L"}, ["value bad_number noted"]),
    "a flag of no laboratory": ("results.csv", {"value": "1.49 Q"}, ["value not_numeric quarantined"]),
    "everything wrong at once": (
        "results.csv", {"patient_id": "P9", "status": "maybe", "collected_at": "46000", "unit": ""},
        ["patient_id unknown_patient quarantined", "status unknown_code quarantined",
         "collected_at bad_date quarantined", "unit no_unit quarantined"]),
    # people
    "a person without a birth date": ("patients.csv", {"birth_date": ""}, ["birth_date missing_value quarantined"]),
    "a person born tomorrow": ("patients.csv", {"birth_date": "2026-11-20"}, ["birth_date future_date quarantined"]),
    "a sex of another system": ("patients.csv", {"sex": "9"}, ["sex unknown_code quarantined"]),
    "another sex": ("patients.csv", {"sex": "other"}, ["sex unknown_code noted"]),
    "a family called Null": ("patients.csv", {"family_name": "Null", "given_name": "NA"}, []),
    # treatment
    "an unheard-of drug": ("medications.csv", {"drug": "wonderumab"}, ["drug unknown_drug noted"]),
    "a dose in prose": ("medications.csv", {"dose": "100 mg weekly (Mon)"}, ["dose unknown_dose noted"]),
    "a dose in drops": ("medications.csv", {"dose_unit": "drops"}, ["dose unknown_dose noted"]),
    "now and then": ("medications.csv", {"frequency": "when it rains"}, ["frequency unknown_frequency noted"]),
    "a stopped course without its last day": (
        "medications.csv", {"status": "stopped"}, ["end_date missing_value quarantined"]),
    "a course that ends before it starts": (
        "medications.csv", {"end_date": "2026-01-04"}, ["end_date bad_date quarantined"]),
    "a course before birth": ("medications.csv", {"start_date": "1979-01-01"}, ["start_date before_birth quarantined"]),
    "a course of unknown standing": ("medications.csv", {"status": "hmm"}, ["status unknown_code quarantined"]),
    "a paused course": ("medications.csv", {"status": "Paused"}, []),
    "a course discontinued without its last day": (
        "medications.csv", {"status": "discontinued"}, ["end_date missing_value quarantined"]),
    "a cancelled course": ("medications.csv", {"status": "cancelled"}, ["status unknown_code quarantined"]),
    "a course for nothing": ("medications.csv", {"indication": ""}, ["indication missing_value noted"]),
    "a course for something unheard of": (
        "medications.csv", {"indication": "the vapours"}, ["indication unknown_code noted"]),
    "a course without a drug": ("medications.csv", {"drug": ""}, ["drug missing_value quarantined"]),
    # events
    "an event of another system": ("events.csv", {"kind": "moon phase"}, ["kind unknown_code quarantined"]),
    "a symptom in prose": (
        "events.csv", {"kind": "symptom", "code": "feels odd"}, ["code unknown_code noted"]),
    "a symptom in American": ("events.csv", {"kind": "symptom", "code": "Angio-edema"}, []),
    "an allergy that is none": (
        "events.csv", {"kind": "allergy", "detail": "no allergy to anakinra"}, ["detail unknown_code noted"]),
    "an infection that was ruled out": (
        "events.csv", {"code": "pneumonia", "detail": "ruled out"}, ["detail unknown_code noted"]),
    "an antibiotic between prevention and cure": (
        "events.csv", {"kind": "antibiotic", "detail": "prophylaxis stopped - now treatment"},
        ["detail unknown_code noted"]),
    "a vaccine's code from a spreadsheet": ("events.csv", {"kind": "vaccination", "code": "03.0"}, []),
    "a vaccine by a loose name": (
        "events.csv", {"kind": "vaccination", "code": "flu jab"}, ["code unknown_code noted"]),
    "a severity of another system": ("events.csv", {"severity": "++"}, ["severity unknown_code noted"]),
    "an event before birth": ("events.csv", {"start_date": "1980-05-16"}, ["start_date before_birth quarantined"]),
    "an event that ends before it starts": (
        "events.csv", {"end_date": "2026-01-31"}, ["end_date bad_date quarantined"]),
}  # fmt: skip


@pytest.mark.parametrize("animal", ANIMALS)
def test_each_animal_earns_its_exact_refusal_and_spares_its_neighbours(tmp_path: Path, animal: str) -> None:
    name, changes, expected = ANIMALS[animal]
    cells = SETS[name] | changes
    own = next(iter(cells))
    good = SETS[name] | {own: "OK1"}
    files = {"patients.csv": file_text("patients.csv", ANNA)}
    people = [ANNA] if name == "patients.csv" else []
    files[name] = file_text(name, *people, ",".join(good.values()), ",".join(cells.values()))
    reading = read_folder(write_folder(tmp_path, files))
    row = 3 + len(people)
    said = [f"{issue.column} {issue.reason} {issue.outcome}" for read in reading.rows for issue in read.issues]
    assert said == expected
    assert all(issue.row == row and issue.file == name for read in reading.rows for issue in read.issues)
    report = report_on(reading)
    counts = report.to_json()["by_file"][name]
    is_refused = any(line.endswith("quarantined") for line in expected)
    is_ignored = any(line.endswith("ignored") for line in expected)
    assert (counts["quarantined"], counts["ignored"]) == (int(is_refused), int(is_ignored))
    assert counts["stored"] == counts["in"] - int(is_refused) - int(is_ignored)
    assert report.is_balanced


#: name: (file, its whole text, "row column reason" of each row that is refused)
RAGGED: dict[str, tuple[str, list[str]]] = {
    "a cell too many": ("R1,0012345,,neutrophils,1.49,10*9/L,2026-03-01,,,,,99\n", ["2  ragged_row"]),
    "a cell too few": ("R1,0012345,,neutrophils,1.49,10*9/L\n", ["2  ragged_row"]),
    "an unquoted comma in a value": (
        "R1,0012345,,neutrophils,1,49,10*9/L,2026-03-01,,,,\n", ["2  ragged_row"]),
    "a shifted line between good ones": (
        "R1,0012345,,neutrophils,1.49,10*9/L,2026-03-01,,,,\n"
        "X,R2,0012345,,neutrophils,1.49,10*9/L,2026-03-02,,,,\n"
        "R3,0012345,,neutrophils,1.49,10*9/L,2026-03-03,,,,\n", ["3  ragged_row"]),
    "a line after blank lines": ("\n\nR1,0012345\n", ["4  ragged_row"]),
    "a line after a row of commas": (",,,,,,,,,,\nR1,0012345\n", ["3  ragged_row"]),
    "quotes that swallow a line": (
        'R1,0012345,,neutrophils,"1.49,10*9/L,2026-03-01,,,,\nR2,0012345,,neutrophils,1.5",10*9/L,2026-03-01,,,,\n',
        ["2 value ragged_row"]),
    "a line that ends in a quoted line break": (
        'R1,0012345,,neutrophils,"1.49\n",10*9/L,2026-03-01,,,,\nR2,0012345\n',
        ["2 value ragged_row", "3  ragged_row"]),
}  # fmt: skip


@pytest.mark.parametrize("animal", RAGGED)
def test_a_ragged_line_is_refused_by_its_number_and_shifts_no_other(tmp_path: Path, animal: str) -> None:
    lines, expected = RAGGED[animal]
    files = {"patients.csv": file_text("patients.csv", ANNA), "results.csv": file_text("results.csv") + lines}
    reading = read_folder(write_folder(tmp_path, files))
    results = [row for row in reading.rows if row.kind == "result"]
    said = [f"{issue.row} {issue.column} {issue.reason}" for row in results for issue in row.issues]
    assert said == expected
    kept = [row.fact for row in results if row.fact is not None]
    assert {fact.patient_id for fact in kept} <= {"0012345"}
    assert {fact.value_as_given for fact in kept} <= {"1.49"}


#: name: (files, the reason of the refusal, the file it names, a word of its sentence)
REFUSED: dict[str, tuple[dict[str, str | bytes], str, str, str]] = {
    "a header with one name twice": (
        {"results.csv": "patient_id,value,value,unit,analyte,collected_at\n"},
        "duplicate_header", "results.csv", "twice"),
    "a name twice in another case": (
        {"patients.csv": "patient_id,Family_Name,family_name,given_name,birth_date,sex\n"},
        "duplicate_header", "patients.csv", "twice"),
    "a file without its required columns": (
        {"results.csv": "patient_id,value\n"},
        "unknown_column_layout", "results.csv", "collected_at, loinc or analyte"),
    "semicolons": (
        {"patients.csv": "patient_id;family_name;given_name;birth_date;sex\n"},
        "unknown_column_layout", "patients.csv", "commas"),
    "an empty file": ({"results.csv": b""}, "unknown_column_layout", "results.csv", "empty"),
    "a blank first line": (
        {"patients.csv": "\npatient_id,family_name,given_name,birth_date,sex\n"},
        "unknown_column_layout", "patients.csv", "blank line"),
    "a NUL byte": (
        {"patients.csv": file_text("patients.csv", ANNA).encode() + b"\0"}, "unsafe_file", "patients.csv", "NUL"),
    "UTF-16": (
        {"patients.csv": file_text("patients.csv", ANNA).encode("utf-16")}, "unsafe_file", "patients.csv", "UTF-8"),
    "Latin-1": (
        {"patients.csv": file_text("patients.csv", "P1,Müller,Zoë,1980-01-01,f").encode("latin-1")},
        "unsafe_file", "patients.csv", "UTF-8"),
    "a quote left open to the end": (
        {"patients.csv": file_text("patients.csv", 'P1,"Alder,Anna,1980-01-01,f')},
        "ragged_row", "patients.csv", "row 2"),
    "writing after a closing quote": (
        {"patients.csv": file_text("patients.csv", ANNA, 'P1,"Alder"x,Anna,1980-01-01,f')},
        "ragged_row", "patients.csv", "row 3"),
    "no file of the set": ({"notes.txt": "hello"}, "unknown_column_layout", "", "patients.csv"),
}  # fmt: skip


@pytest.mark.parametrize("animal", REFUSED)
def test_an_animal_that_cannot_be_read_safely_refuses_the_whole_import(tmp_path: Path, animal: str) -> None:
    files, reason, name, word = REFUSED[animal]
    with pytest.raises(InputRefused) as refused:
        read_folder(write_folder(tmp_path, files))
    assert (refused.value.reason, refused.value.file) == (reason, name)
    assert word in str(refused.value)


def test_the_zoo_has_forty_animals_and_more() -> None:
    assert len(ANIMALS) + len(RAGGED) + len(REFUSED) >= 40
