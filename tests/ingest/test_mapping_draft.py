"""A mapping in the making: suggestions are only suggestions, dates are declared, and what is written reads back."""

from __future__ import annotations

import pytest

from core.ingest.mapping import parse_mapping
from core.ingest.mapping_draft import (
    Draft,
    Taken,
    find_lacks,
    has_decimal_commas,
    see_dates,
    suggest_columns,
    suggest_delimiter,
    suggest_kind,
    suggest_pattern,
    write_mapping,
)

RESULTS = {"patient_id": Taken("MRN"), "analyte": Taken("Test"), "value": Taken("Result"), "unit": Taken("Units"),
           "collected_at": Taken("Sample Date")}  # fmt: skip
HEADER = ("MRN", "Test", "Result", "Units", "Sample Date", "Comment")


def draft(**other):
    said = {"title": "Lab", "files": "lab_*.csv", "header": HEADER, "kind": "result", "taken": RESULTS}
    return Draft(**{**said, "date_order": "dmy", **other})


@pytest.mark.parametrize(
    ("header", "kind"),
    [
        (("MRN", "Surname", "Forename", "DOB", "Sex"), "patient"),
        (HEADER, "result"),
        (("Patient ID", "Drug", "Dose", "Frequency", "Start date", "Stop date"), "medication"),
        (("patient_id", "kind", "start_date", "code", "severity"), "event"),
    ],
)
def test_the_kind_of_a_table_is_suggested_by_its_header(header, kind):
    assert suggest_kind(header) == kind


def test_a_header_that_says_nothing_is_suggested_by_its_values():
    rows = [("007", "Neutrophils", "1.2", "10*9/L"), ("008", "CRP", "<5", "mg/L")]
    assert suggest_columns("result", ("a", "b", "c", "d"), rows) == {"analyte": "b", "value": "a", "unit": "d"}
    assert suggest_columns("result", ("MRN", "b", "c", "d"), rows)["value"] == "c"


def test_no_column_is_suggested_for_two_things():
    found = suggest_columns("result", ("Patient", "Result", "Date", "Date reported"), [])
    assert len(set(found.values())) == len(found)


@pytest.mark.parametrize(
    ("texts", "iso", "fits", "ambiguous"),
    [
        (["2026-03-01", "2026-12-31T08:10"], True, ("dmy", "mdy", "ymd"), ""),
        (["03/04/2026"], False, ("dmy", "mdy"), "03/04/2026"),
        (["03/04/2026", "17/04/2026"], False, ("dmy",), "03/04/2026"),
        (["04/17/2026"], False, ("mdy",), ""),
        (["2026/04/17"], False, ("ymd",), ""),
        (["01-Mar-2026"], False, ("dmy",), ""),
        (["03/04/26"], False, (), ""),
        (["46000"], False, (), ""),
    ],
)
def test_how_dates_can_be_read_is_seen_and_never_chosen(texts, iso, fits, ambiguous):
    seen = see_dates(texts)
    assert (seen.iso, seen.fits, seen.ambiguous) == (iso, fits, ambiguous)


def test_a_draft_is_complete_only_when_somebody_has_said_how_its_dates_are_written():
    seen = see_dates(["03/04/2026"])
    assert find_lacks(draft(), seen) == []
    (lack,) = find_lacks(draft(date_order=""), seen)
    assert "03/04/2026 can be read as two days" in lack
    (lack,) = find_lacks(draft(date_order="ymd"), seen)
    assert "not written that way" in lack


@pytest.mark.parametrize(
    ("taken", "said"),
    [
        ({**RESULTS, "unit": Taken()}, "no unit is ever guessed"),
        ({**RESULTS, "patient_id": Taken()}, "holds the patient id"),
        ({**RESULTS, "analyte": Taken()}, "holds the loinc or analyte"),
        ({**RESULTS, "status": Taken("Result")}, "'Result' is taken twice"),
    ],
)
def test_each_thing_that_lacks_is_one_sentence(taken, said):
    (lack,) = find_lacks(draft(taken=taken), None)
    assert said in lack


def test_one_unit_for_all_rows_is_as_good_as_a_column_of_units():
    assert find_lacks(draft(taken={**RESULTS, "unit": Taken(constant="10*9/L")}), None) == []


def test_what_is_written_is_read_back_as_it_was_meant():
    words = {'Neut "abs" \\': "neutrophils", "\x7f": "crp"}
    one = draft(
        title="Zürich \U0001f9ea", delimiter=";", decimal_comma=True, missing=("NA", "-"),
        taken={**RESULTS, "analyte": Taken("Test", words=words), "unit": Taken(constant="10*9/L")},
    )  # fmt: skip
    (table,) = parse_mapping(write_mapping(one), name="x").tables
    assert (table.files, table.kind, table.delimiter, table.decimal_comma) == (("lab_*.csv",), "result", ";", True)
    assert (table.date_order, table.missing) == ("dmy", frozenset({"NA", "-"}))
    assert table.header == ("MRN", "Test", "Result", "Sample Date") and table.optional == ("Units", "Comment")
    analyte = table.columns["analyte"]
    assert (analyte.words, analyte.otherwise, table.columns["unit"].constant) == (words, "keep", "10*9/L")


def test_iso_dates_need_no_declared_order():
    (table,) = parse_mapping(write_mapping(draft(date_order="iso")), name="x").tables
    assert table.date_order is None


def test_the_mark_between_cells_is_the_one_that_cuts_the_header_finest():
    assert [suggest_delimiter(line) for line in ("a;b;c,d", "a\tb", "a,b,c", "one")] == [";", "\t", ",", ","]


def test_a_decimal_comma_is_noticed():
    assert has_decimal_commas(["7", "1,5"]) and not has_decimal_commas(["1.5", "1,2,3"])


@pytest.mark.parametrize(
    ("name", "pattern"),
    [("lab_2026-11-20.csv", "lab_*.csv"), ("export.csv", "export.csv"), ("20261120.xlsx", "*.xlsx"), ("lab", "lab")],
)
def test_a_mapping_is_suggested_for_the_same_file_of_another_day(name, pattern):
    assert suggest_pattern(name) == pattern


def test_dates_that_no_order_explains_are_refused_whatever_is_chosen():
    for order in ("dmy", "mdy", "ymd", "iso", ""):
        (lack,) = find_lacks(draft(date_order=order), see_dates(["03/04/26"]))
        assert "cannot be told for certain" in lack


def test_a_table_with_a_column_for_each_test_is_refused_in_a_sentence():
    wide = draft(header=("MRN", "Date", "Neutrophils", "ALT", "CRP"), taken={})
    assert any("one row per measurement" in lack for lack in find_lacks(wide, None))
    assert not any("one row per measurement" in lack for lack in find_lacks(draft(), None))
