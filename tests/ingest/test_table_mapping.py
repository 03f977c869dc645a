"""A mapping is data, and a wrong one says where: the file, the key and what was expected there."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.errors import InputRefused
from core.ingest.mapping import load_mapping, parse_mapping, saved_mappings

GOOD = """
title = "Weekly counts"

[[table]]
files = ["counts*.csv"]
header = ["MRN", "Test", "Result", "Unit", "Taken"]
kind = "result"

[table.columns]
patient_id = "MRN"
analyte = { column = "Test", words = { ANC = "neutrophils" } }
value = "Result"
unit = { constant = "10*9/L", because = "the machine counts in nothing else" }
collected_at = "Taken"
"""


def test_the_saved_mappings_are_found_by_name() -> None:
    assert saved_mappings() == ["cdisc_lb", "clinsight_trial"]
    for name in saved_mappings():
        assert load_mapping(name).name == name


def test_a_mapping_is_found_by_its_path(tmp_path: Path) -> None:
    path = tmp_path / "ours.toml"
    path.write_text(GOOD, encoding="utf-8")
    mapping = load_mapping(str(path))
    assert (mapping.name, mapping.title) == ("ours", "Weekly counts")
    assert mapping.tables[0].claims("COUNTS-march.csv")
    assert not mapping.tables[0].claims("patients.csv")


def test_an_unknown_name_is_answered_with_the_names_there_are() -> None:
    with pytest.raises(InputRefused, match=r"'clinsite'.*cdisc_lb, clinsight_trial"):
        load_mapping("clinsite")


def test_a_mapping_that_is_no_text_is_one_plain_sentence(tmp_path: Path) -> None:
    path = tmp_path / "ours.toml"
    path.write_bytes(b"title = \xff")
    with pytest.raises(InputRefused, match=r"ours\.toml cannot be read: save it as UTF-8 text"):
        load_mapping(str(path))


def test_a_name_is_never_taken_for_a_path_outside_the_saved_ones() -> None:
    with pytest.raises(InputRefused, match="There is no mapping"):
        load_mapping("../mappings/cdisc_lb")


WRONG = {
    "a key nobody knows": (
        'kind = "result"',
        'kind = "result"\nformula = "a+b"',
        r"table\[1\]\.formula: this key is not known here",
    ),
    "a kind outside the contract": (
        'kind = "result"',
        'kind = "lab"',
        r"table\[1\]\.kind: 'lab' is not one of patient, r",
    ),
    "a column of the file that does not exist": (
        'value = "Result"',
        'value = "Reslut"',
        r"columns\.value\.column: 'Reslut' is not a column of this table",
    ),
    "a column the file set has not got": (
        'value = "Result"',
        'value = "Result"\nvalues = "Result"',
        r"columns\.values: a result has no such column; it has result_id",
    ),
    "a required column left out": ('collected_at = "Taken"', "", r"table\[1\]\.columns: a result needs collected_at"),
    "neither analyte nor loinc": ("analyte = {", "reported_at = {", r"columns: a result needs loinc or analyte"),
    "two ways at once": (
        '{ constant = "10*9/L"',
        '{ column = "Unit", constant = "10*9/L"',
        r"columns\.unit: exactly one of column, coalesce, join, constant",
    ),
    "a word that is no text": ('ANC = "neutrophils"', "ANC = 751", r"analyte\.words\.ANC: a text is expected"),
    "a date order nobody uses": (
        'kind = "result"',
        'kind = "result"\ndates = "dym"',
        r"dates: 'dym' is not one of dmy",
    ),
    "no table": (GOOD.split("title", maxsplit=1)[1].split("\n", 1)[1], "", r"at table: at least one \[\[table\]\]"),
    "no TOML": ("[[table]]", "[[table", r"is not valid TOML"),
    "a table that is none": ('[table.columns]\npatient_id = "MRN"', 'columns = "MRN"', r"columns: a table of keys is"),
    "tables that are none": (
        GOOD.split("Weekly counts", maxsplit=1)[1],
        '"\ntable = [1]',
        r"table\[1\]: this must be a tab",
    ),
    "names that are no texts": ('files = ["counts*.csv"]', "files = [1]", r"table\[1\]\.files: a list of texts is exp"),
    "a column named twice": (
        '"Unit", "Taken"',
        '"Unit", "Unit", "Taken"',
        r"header: the file's columns are expected, each",
    ),
    "a case with a key too many": (
        '{ column = "Test"',
        '{ when = [{ where = { Test = "x" }, is = "wbc", or = "rbc" }], column = "Test"',
        r"analyte\.when\[1\]\.or: this key is not known here",
    ),
    "items joined by a foreign column": (
        "[table.columns]",
        '[table.pivot]\nby = ["Ward"]\nitem = "Test"\nvalue = "Result"\ncarrier = "V"\nparts = ["V"]\n[table.columns]',
        r"pivot\.by: 'Ward' is not a column of the header",
    ),
    "items carried by no part": (
        "[table.columns]",
        '[table.pivot]\nby = ["MRN"]\nitem = "Test"\nvalue = "Result"\ncarrier = "W"\nparts = ["V"]\n[table.columns]',
        r"pivot\.carrier: 'W' is not one of the parts",
    ),
    "a condition on nothing": (
        "[table.columns]",
        '[[table.skip]]\nwhere = {}\nbecause = "x"\n[table.columns]',
        r"skip\[1\]\.where: which rows are meant is missing",
    ),
    "a condition on a foreign column": (
        "[table.columns]",
        '[[table.skip]]\nwhere = { Ward = "7" }\nbecause = "x"\n[table.columns]',
        r"skip\[1\]\.where\.Ward: this is not a column of this table",
    ),
    "rows set aside without a reason": (
        "[table.columns]",
        '[[table.ignore]]\nwhere = { Test = "pH" }\n[table.columns]',
        r"ignore\[1\]\.because: a text is missing",
    ),
    "a refusal for a reason outside the contract": (
        "[table.columns]",
        '[[table.refuse]]\nwhere = { Test = "pH" }\nreason = "odd"\ncolumn = "value"\nbecause = "x"\n[table.columns]',
        r"refuse\[1\]\.reason: 'odd' is not one of",
    ),
}


@pytest.mark.parametrize("fault", WRONG)
def test_a_wrong_mapping_names_the_file_and_the_key(fault: str) -> None:
    old, new, said = WRONG[fault]
    assert old in GOOD
    with pytest.raises(InputRefused, match=said) as refusal:
        parse_mapping(GOOD.replace(old, new, 1), name="ours.toml")
    assert "ours.toml" in str(refusal.value)
    assert refusal.value.exit_code == 2


def test_what_every_table_shares_is_written_once_and_a_table_may_differ() -> None:
    shared = GOOD.replace("[[table]]", '[every_table]\nmissing = ["NA"]\ndates = "dmy"\n\n[[table]]', 1)
    own = shared.replace('kind = "result"', 'kind = "result"\ndates = "mdy"')
    assert parse_mapping(shared, name="m.toml").tables[0].date_order == "dmy"
    assert parse_mapping(own, name="m.toml").tables[0].date_order == "mdy"
    assert parse_mapping(own, name="m.toml").tables[0].missing == {"NA"}


def test_items_that_would_hide_a_column_of_the_file_are_refused() -> None:
    items = 'by = ["MRN"]\nitem = "Test"\nvalue = "Result"\ncarrier = "Unit"\nparts = ["Unit"]'
    pivot = f"[table.pivot]\n{items}\n\n[table.columns]"
    with pytest.raises(InputRefused, match=r"pivot\.parts: Unit would hide a column of the file"):
        parse_mapping(GOOD.replace("[table.columns]", pivot), name="m.toml")
