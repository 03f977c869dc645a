"""Mapped tables: every line counted once, every word named by the mapping or refused, nothing moved or guessed."""

from __future__ import annotations

from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from core.errors import InputRefused
from core.ingest.context import PersonKnown, ReadContext
from core.ingest.limits import InputFile
from core.ingest.mapping import parse_mapping
from core.ingest.table import read_table
from core.records import Course, Patient, ReadRow, Result

DAY = 86_400
NOW = 20_000 * DAY  # 2024-10-04
CONTEXT = ReadContext("lab", ZoneInfo("UTC"), NOW, {"0012345": PersonKnown(0)})

MAPPING = """
title = "Counts"

[[table]]
files = ["counts.csv"]
header = ["MRN", "Test", "Result", "Unit", "Taken", "Low", "High"]
optional = ["Ward"]
kind = "result"
missing = ["NA"]
refuse_foreign_range = true

[[table.skip]]
where = { MRN = ["MRN", "#*"] }
because = "a header line or a comment among the rows"

[[table.ignore]]
where = { Test = "pH" }
because = "the pH of {urine} is not watched"

[[table.refuse]]
where = { Ward = "test*" }
reason = "not_validated"
column = "value"
because = "a tube of the test ward"

[table.columns]
patient_id = "MRN"
analyte = { column = "Test", words = { ANC = "neutrophils", CREA = "creatinine" } }
value = "Result"
unit = "Unit"
collected_at = "Taken"
ref_low = "Low"
ref_high = "High"
"""
HEADER = "MRN,Test,Result,Unit,Taken,Low,High"


def read(*lines: str, header: str = HEADER, mapping: str = MAPPING, context: ReadContext = CONTEXT) -> list[ReadRow]:
    text = "\n".join((header, *lines)) + "\n"
    return read_table([InputFile("counts.csv", text.encode())], parse_mapping(mapping, name="m.toml"), context).rows


def reasons(row: ReadRow) -> list[str]:
    return [issue.reason for issue in row.issues]


def test_a_mapped_row_becomes_the_fact_it_states_with_the_zeros_of_its_identifier() -> None:
    (row,) = read("0012345,ANC,1490,/uL,2024-03-01,2000,7500")
    fact = row.fact
    assert isinstance(fact, Result)
    assert (fact.patient_id, fact.analyte, fact.value, fact.unit) == (
        "0012345",
        "neutrophils",
        Decimal("1.49"),
        "10*9/L",
    )
    assert (fact.ref_low, fact.ref_high) == (Decimal(2), Decimal("7.5"))
    assert row.origin.row == 2


def test_a_second_header_line_and_a_comment_are_counted_and_named_as_ignored() -> None:
    rows = read(HEADER, "# exported by hand,,,,,,", "0012345,ANC,2,10^9/L,2024-03-01,,")
    assert [row.outcome for row in rows] == ["ignored", "ignored", "fact"]
    assert {issue.message for row in rows for issue in row.issues} == {"A header line or a comment among the rows."}


def test_a_test_the_mapping_sets_aside_is_ignored_with_the_mappings_own_words() -> None:
    (row,) = read("0012345,pH,6,1,2024-03-01,,")
    assert (row.outcome, reasons(row)) == ("ignored", ["out_of_scope"])
    assert row.issues[0].message == "The pH of {urine} is not watched."


def test_a_test_the_mapping_does_not_name_is_quarantined_even_if_the_catalogue_knows_it() -> None:
    (row,) = read("0012345,platelets,200,10^9/L,2024-03-01,,")
    assert (row.outcome, reasons(row)) == ("quarantined", ["unknown_analyte"])
    assert row.trace is None
    assert dict(row.fields)["analyte"] == "platelets"


def test_cells_declared_missing_are_blank_and_a_result_without_a_value_leaves_its_trace() -> None:
    (row,) = read("0012345,ANC,NA,10^9/L,2024-03-01,NA,NA")
    assert (row.outcome, reasons(row)) == ("quarantined", ["missing_value"])
    assert row.trace is not None
    assert (row.trace.analyte, row.trace.reason) == ("neutrophils", "not_numeric")


def test_na_is_a_word_like_any_other_where_the_mapping_does_not_declare_it() -> None:
    (row,) = read("NA,ANC,2,10^9/L,2024-03-01,,", mapping=MAPPING.replace('missing = ["NA"]', ""))
    assert reasons(row) == ["unknown_patient"]
    assert row.issues[0].value == "NA"


def test_a_line_with_too_many_cells_moves_none_of_them() -> None:
    rows = read("0012345,ANC,1,2,10^9/L,2024-03-01,,", "0012345,ANC,2,10^9/L,2024-03-01,,")
    assert [row.outcome for row in rows] == ["quarantined", "fact"]
    assert reasons(rows[0]) == ["ragged_row"]
    assert dict(rows[0].fields)["cell 4"] == "2"


def test_a_line_swallowed_by_an_open_quote_is_not_lost_in_a_cell() -> None:
    header = HEADER + ",Ward"
    rows = read('0012345,ANC,2,10^9/L,2024-03-01,,,"7', '0012345,ANC,0.4,10^9/L,2024-03-02,,,8"', header=header)
    assert [reasons(row) for row in rows] == [["ragged_row"]]


def test_a_line_break_within_a_name_or_a_number_is_an_open_quote_and_no_writing() -> None:
    (row,) = read('0012345,ANC,"2\n3",10^9/L,2024-03-01,,')
    assert (reasons(row), row.issues[0].column) == (["ragged_row"], "value")


def test_a_row_whose_columns_contradict_each_other_is_refused_as_the_mapping_says_and_leaves_its_trace() -> None:
    (row,) = read("0012345,ANC,2,10^9/L,2024-03-01,,,test 3", header=HEADER + ",Ward")
    assert (row.outcome, reasons(row)) == ("quarantined", ["not_validated"])
    assert row.issues[0].message == "A tube of the test ward."
    assert row.trace is not None and row.trace.analyte == "neutrophils"


def test_a_percentage_called_a_count_is_found_out_by_its_own_reference_range() -> None:
    row, fine = read("0012345,ANC,26.33,10^9/L,2024-03-01,43,80", "0012345,ANC,26.33,10^9/L,2024-03-02,1.8,7.2")
    assert (row.outcome, reasons(row), fine.outcome) == ("quarantined", ["implausible"], "fact")
    assert row.trace is not None and row.trace.reason == "implausible"


def test_a_range_below_the_catalogues_is_found_out_as_well_and_half_a_range_is_judged_by_its_half() -> None:
    rows = read(
        "0012345,CREA,90,umol/L,2024-03-01,0.7,1.3",
        "0012345,CREA,90,umol/L,2024-03-02,,104",
        "0012345,CREA,90,umol/L,2024-03-03,500,",
    )
    assert [row.outcome for row in rows] == ["quarantined", "fact", "quarantined"]


def test_without_the_switch_a_result_is_stored_as_the_file_states_it() -> None:
    (row,) = read(
        "0012345,ANC,26.33,10^9/L,2024-03-01,43,80", mapping=MAPPING.replace("refuse_foreign_range = true", "")
    )
    assert row.outcome == "fact"


@pytest.mark.parametrize(
    ("order", "text", "day"),
    [
        ("dmy", "03/04/2024", 19_816),  # 3 April
        ("mdy", "03/04/2024", 19_786),  # 4 March
        ("ymd", "2024/03/04", 19_786),
        ("dmy", "2024-03-04", 19_786),  # ISO is certain whatever is declared
    ],
)
def test_a_date_is_read_in_the_order_the_mapping_declares(order: str, text: str, day: int) -> None:
    mapping = MAPPING.replace('missing = ["NA"]', f'missing = ["NA"]\ndates = "{order}"')
    (row,) = read(f"0012345,ANC,2,10^9/L,{text},,", mapping=mapping)
    assert isinstance(row.fact, Result)
    assert row.fact.collected_at == day * DAY


def test_a_date_that_could_be_two_days_is_refused_where_no_order_is_declared() -> None:
    (row,) = read("0012345,ANC,2,10^9/L,03/04/2024,,")
    assert reasons(row) == ["ambiguous_date"]


def test_a_decimal_comma_is_read_where_declared_and_a_point_is_then_refused() -> None:
    mapping = MAPPING.replace('missing = ["NA"]', 'delimiter = ";"\ndecimal = ","')
    rows = read(
        "0012345;ANC;1,49;10^9/L;2024-03-01;;",
        "0012345;ANC;1.490;10^9/L;2024-03-02;;",
        header=HEADER.replace(",", ";"),
        mapping=mapping,
    )
    assert isinstance(rows[0].fact, Result)
    assert rows[0].fact.value == Decimal("1.49")
    assert reasons(rows[1]) == ["bad_number"]


MEDICATION = """
title = "Pharmacy"

[[table]]
files = ["counts.csv"]
header = ["MRN", "Drug", "Often", "OftenElse", "From", "Ward", "Bed"]
kind = "medication"

[table.columns]
course_id = { join = ["Ward", "Bed", "MRN"], with = "/" }
patient_id = "MRN"
drug = "Drug"
start_date = "From"
reason = { constant = "as the pharmacy has it" }

[table.columns.frequency]
when = [{ where = { Often = "Other", OftenElse = "once*" }, is = "single dose" }]
coalesce = ["OftenElse", "Often"]
words = { QD = "once daily" }
otherwise = "keep"
"""


def test_words_cases_joined_and_first_filled_columns_make_the_columns_of_the_file_set() -> None:
    rows = read(
        "0012345,anakinra,QD,,2024-01-01,7,B",
        "0012345,anakinra,Other,once only,2024-01-01,7,B",
        "0012345,anakinra,QD,now and then,2024-01-01,,B",
        header="MRN,Drug,Often,OftenElse,From,Ward,Bed",
        mapping=MEDICATION,
    )
    facts = [row.fact for row in rows if isinstance(row.fact, Course)]
    assert [fact.frequency for fact in facts] == ["once daily", "single dose", None]
    assert [fact.frequency_as_given for fact in facts] == ["once daily", "single dose", "now and then"]
    assert [fact.course_id for fact in facts] == ["7/B/0012345", "7/B/0012345", "B/0012345"]
    assert {fact.reason for fact in facts} == {"as the pharmacy has it"}


TWO = """
title = "People and counts"

[[table]]
files = ["counts.csv"]
header = ["MRN", "Result", "Taken"]
kind = "result"

[table.columns]
patient_id = "MRN"
analyte = { constant = "neutrophils" }
value = "Result"
unit = { constant = "10*9/L" }
collected_at = "Taken"

[[table]]
files = ["people.csv"]
header = ["MRN", "Family", "Given", "Born", "Sex"]
kind = "patient"

[table.columns]
patient_id = "MRN"
family_name = "Family"
given_name = "Given"
birth_date = "Born"
sex = "Sex"
"""
COUNTS = InputFile("counts.csv", b"MRN,Result,Taken\n77,2,2024-03-01\n")
PEOPLE = InputFile("people.csv", b"MRN,Family,Given,Born,Sex\n77,Null,Sample,1980-01-01,female\n")


def test_people_are_read_first_so_that_their_results_find_them_whatever_the_order_of_the_files() -> None:
    reading = read_table([COUNTS, PEOPLE], parse_mapping(TWO, name="m.toml"), CONTEXT)
    assert [type(row.fact) for row in reading.rows] == [Patient, Result]
    assert set(reading.file_names) == {"counts.csv", "people.csv"}
    assert "77" not in CONTEXT.people  # what one import met is not remembered behind the caller's back


def test_a_file_that_merely_lies_there_is_listed_and_one_asked_for_by_name_is_refused() -> None:
    mapping = parse_mapping(TWO, name="two.toml")
    reading = read_table([COUNTS, PEOPLE, InputFile("notes.txt", b"x")], mapping, CONTEXT)
    assert [(issue.file, issue.outcome, issue.reason) for issue in reading.issues] == [
        ("notes.txt", "ignored", "out_of_scope")
    ]
    with pytest.raises(InputRefused, match=r"names notes\.txt nowhere: it is for counts\.csv, people\.csv"):
        read_table([COUNTS, InputFile("notes.txt", b"x", named=True)], mapping, CONTEXT)


def test_an_import_without_any_file_the_mapping_names_is_refused() -> None:
    with pytest.raises(InputRefused, match="names none of these files") as refusal:
        read_table([InputFile("notes.txt", b"x")], parse_mapping(TWO, name="m.toml"), CONTEXT)
    assert refusal.value.reason == "unknown_column_layout"


def test_a_file_without_a_column_the_mapping_needs_is_refused_before_any_row_is_read() -> None:
    with pytest.raises(InputRefused, match=r"counts\.csv lacks High"):
        read("0012345,ANC,2,10^9/L,2024-03-01,", header="MRN,Test,Result,Unit,Taken,Low")


def test_a_column_the_mapping_does_not_name_is_remarked_on_once_and_an_optional_one_is_not() -> None:
    text = f"{HEADER},Ward,Colour\n0012345,ANC,2,10^9/L,2024-03-01,,,7,red\n"
    mapping = parse_mapping(MAPPING, name="m.toml")
    reading = read_table([InputFile("counts.csv", text.encode())], mapping, CONTEXT)
    assert [(issue.column, issue.reason, issue.outcome) for issue in reading.issues] == [
        ("Colour", "unknown_column", "noted")
    ]
    assert [row.outcome for row in reading.rows] == ["fact"]


def test_a_file_two_tables_claim_is_refused() -> None:
    mapping = parse_mapping(TWO.replace("people.csv", "c*.csv"), name="m.toml")
    with pytest.raises(InputRefused, match=r"names counts\.csv twice"):
        read_table([COUNTS], mapping, CONTEXT)


def test_a_row_of_a_table_that_maps_nothing_is_quarantined_unless_it_is_set_aside() -> None:
    mapping = 'title = "t"\n[[table]]\nfiles = ["counts.csv"]\nkind = "other"\nheader = ["MRN"]\n'
    mapping += '[[table.ignore]]\nwhere = { MRN = "1" }\nbecause = "known"\n'
    rows = read("1", "2", header="MRN", mapping=mapping)
    assert [(row.kind, row.outcome) for row in rows] == [("other", "ignored"), ("other", "quarantined")]
    assert reasons(rows[1]) == ["unknown_code"]
