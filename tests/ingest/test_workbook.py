"""Excel: what a person sees in the table is what is read, and whatever hides or moves a value refuses the file."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from datetime import date, datetime, timedelta
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile
from zoneinfo import ZoneInfo

import openpyxl
import pytest
from defusedxml.common import EntitiesForbidden
from openpyxl.styles import Font
from openpyxl.utils.datetime import CALENDAR_MAC_1904
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet
from openpyxl.xml import DEFUSEDXML

from core.errors import InputRefused
from core.ingest import workbook
from core.ingest.context import PersonKnown, ReadContext
from core.ingest.limits import COMMAND_LINE, InputFile
from core.ingest.mapping import parse_mapping
from core.ingest.table import read_table
from core.ingest.workbook import read_workbook_grids, sheet_of

Cell = str | int | float | bool | date | datetime | timedelta | None


def book(*rows: tuple[Cell, ...], change: Callable[[Workbook, Worksheet], object] | None = None) -> bytes:
    made = Workbook()
    sheet = made.active
    assert isinstance(sheet, Worksheet)
    sheet.title = "results"
    for row in rows:
        sheet.append(row)
    if change:
        change(made, sheet)
    out = BytesIO()
    made.save(out)
    return out.getvalue()


def patch(content: bytes, member: str, old: str, new: str) -> bytes:
    """The same workbook with a piece of one member replaced: what Excel may write and openpyxl does not."""
    out = BytesIO()
    with ZipFile(BytesIO(content)) as given, ZipFile(out, "w", ZIP_DEFLATED) as made:
        for name in given.namelist():
            text = given.read(name)
            if name == member:
                assert old in text.decode()
                text = text.decode().replace(old, new, 1).encode()
            made.writestr(name, text)
    return out.getvalue()


def lines(content: bytes) -> list[tuple[int, tuple[str, ...]]]:
    (grid,) = read_workbook_grids(InputFile("labs.xlsx", content))
    return list(grid.lines)


def refusal(content: bytes) -> InputRefused:
    with pytest.raises(InputRefused) as caught:
        read_workbook_grids(InputFile("labs.xlsx", content))
    assert caught.value.exit_code == 2
    return caught.value


HEADER = ("patient_id", "value", "unit", "collected_at")


# ── cells ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_sheet_is_read_with_the_row_numbers_a_person_sees_and_blank_rows_are_no_rows() -> None:
    content = book(HEADER, ("0012345", 1.49, "10*9/L", "2026-03-01"), (None, "  ", None, None), ("A", 2, None, "x"))
    (grid,) = read_workbook_grids(InputFile("labs.xlsx", content))
    assert (grid.name, sheet_of(grid), grid.header) == ("labs.xlsx/results", "results", HEADER)
    assert list(grid.lines) == [(2, ("0012345", "1.49", "10*9/L", "2026-03-01")), (4, ("A", "2", "", "x"))]


NUMBERS = {
    "a whole number": (4500, "General", "4500"),
    "a whole number kept in floating point": (140.0, "General", "140"),
    "a decimal": (1.49, "General", "1.49"),
    "noise beyond the digits Excel keeps": (0.1 + 0.2, "General", "0.3"),
    "a small number without an exponent": (0.00001, "General", "0.00001"),
    "a negative": (-2.50, "0.00", "-2.5"),
    "zero": (0, "0", "0"),
    "an identifier whose format shows its zeros": (12345, "0000000", "0012345"),
    "an identifier that has lost its last digits already": (1234567890123456, "0", "1.23456789012346E+15"),
    "a share shown as a percentage": (0.42, "0.0%", "42%"),
}


@pytest.mark.parametrize("name", NUMBERS)
def test_a_number_is_the_text_its_reader_sees(name: str) -> None:
    value, number_format, text = NUMBERS[name]

    def show(_: Workbook, sheet: Worksheet) -> None:
        sheet["B2"].number_format = number_format

    assert lines(book(HEADER, ("A", value, None, None), change=show))[0][1][1] == text


DATES: dict[str, tuple[Cell, str]] = {
    "a day": (date(2026, 3, 4), "2026-03-04"),
    "a time to the minute": (datetime(2026, 3, 4, 8, 10), "2026-03-04T08:10"),  # noqa: DTZ001 - a cell has no zone
    "a time to the second": (datetime(2026, 3, 4, 8, 10, 5), "2026-03-04T08:10:05"),  # noqa: DTZ001
    "a hair before midnight": (datetime(2026, 3, 3, 23, 59, 59, 999_999), "2026-03-04"),  # noqa: DTZ001
    "a leap day": (date(2024, 2, 29), "2024-02-29"),
}


@pytest.mark.parametrize("name", DATES)
def test_a_date_is_iso_text(name: str) -> None:
    value, text = DATES[name]
    assert lines(book(HEADER, ("A", 1, None, value)))[0][1][3] == text


def test_a_workbook_that_counts_from_1904_shows_the_same_day() -> None:
    def count_from_1904(made: Workbook, _: Worksheet) -> None:
        made.epoch = CALENDAR_MAC_1904

    content = book(HEADER, ("A", 1, None, date(2026, 3, 4)), change=count_from_1904)
    with ZipFile(BytesIO(content)) as package:
        assert "date1904" in package.read("xl/workbook.xml").decode()
    assert lines(content)[0][1][3] == "2026-03-04"


def test_a_day_number_without_a_date_format_stays_a_number_to_be_refused_as_a_date() -> None:
    assert lines(book(HEADER, ("A", 1, None, 46_000)))[0][1][3] == "46000"


def test_truth_values_and_spans_of_time_are_text_that_no_column_takes_for_a_number() -> None:
    cells = lines(book(HEADER, (True, timedelta(hours=30), False, "x")))[0][1]
    assert cells == ("TRUE", "1 day, 6:00:00", "FALSE", "x")


def test_a_formula_gives_the_result_that_was_saved_with_it() -> None:
    content = book(HEADER, ("A", "=1+1", None, "x"))
    saved = patch(content, "xl/worksheets/sheet1.xml", "<f>1+1</f><v />", "<f>1+1</f><v>1.49</v>")
    assert lines(saved)[0][1][1] == "1.49"


def test_a_formula_whose_saved_result_is_an_empty_text_is_a_blank_cell() -> None:
    content = book(HEADER, ("A", '=""', None, "x"))
    saved = re.sub(r'<c r="B2"([^>]*)>', r'<c r="B2" t="str">', read_member(content, "xl/worksheets/sheet1.xml"))
    assert lines(with_member(content, "xl/worksheets/sheet1.xml", saved))[0][1] == ("A", "", "", "x")


def read_member(content: bytes, member: str) -> str:
    with ZipFile(BytesIO(content)) as package:
        return package.read(member).decode()


def with_member(content: bytes, member: str, text: str) -> bytes:
    return patch(content, member, read_member(content, member), text)


def test_an_error_value_stays_the_text_it_shows_and_spoils_only_its_own_row() -> None:
    rows = lines(book(HEADER, ("A", "#N/A", "10*9/L", "x"), ("B", 2, "10*9/L", "x")))
    assert [cells[1] for _, cells in rows] == ["#N/A", "2"]


def test_a_cell_beyond_the_header_makes_its_line_too_long_instead_of_moving_anything() -> None:
    rows = lines(book(HEADER, ("A", 1, None, "x", "more")))
    assert rows == [(2, ("A", "1", "", "x", "more"))]


def test_a_sheet_with_nothing_in_it_is_no_table() -> None:
    content = book(HEADER, ("A", 1, None, "x"), change=lambda made, _: made.create_sheet("Sheet2"))
    assert len(read_workbook_grids(InputFile("labs.xlsx", content))) == 1


# ── refusals ──────────────────────────────────────────────────────────────────────────────────────────────────────


def merge(_: Workbook, sheet: Worksheet) -> None:
    sheet.merge_cells("A2:A3")


def hide_row(_: Workbook, sheet: Worksheet) -> None:
    sheet.row_dimensions[2].hidden = True


def hide_column(_: Workbook, sheet: Worksheet) -> None:
    sheet.column_dimensions.group("B", "C", hidden=True)


def hide_sheet(made: Workbook, _: Worksheet) -> None:
    hidden = made.create_sheet("old")
    hidden.append(HEADER)
    hidden.sheet_state = "veryHidden"


LAYOUTS: dict[str, tuple[Callable[[Workbook, Worksheet], None], str]] = {
    "merged cells": (merge, "merged cells A2:A3"),
    "a hidden row": (hide_row, "hidden row 2"),
    "a hidden column": (hide_column, "hidden column B"),
    "a hidden sheet": (hide_sheet, "hidden sheet 'old'"),
}


@pytest.mark.parametrize("name", LAYOUTS)
def test_what_moves_or_hides_a_value_refuses_the_file_and_says_where(name: str) -> None:
    change, said = LAYOUTS[name]
    refused = refusal(book(HEADER, ("A", 1, None, "x"), ("B", 2, None, "y"), change=change))
    assert refused.reason == "unknown_column_layout"
    assert said in str(refused)


def test_hidden_rows_and_columns_with_nothing_in_them_hide_nothing() -> None:
    def hide_the_rest(_: Workbook, sheet: Worksheet) -> None:
        sheet.row_dimensions[9].hidden = True
        sheet.column_dimensions["J"].hidden = True

    assert len(lines(book(HEADER, ("A", 1, None, "x"), change=hide_the_rest))) == 1


def test_a_formula_without_a_saved_result_is_never_worked_out() -> None:
    refused = refusal(book(HEADER, ("A", "=1+1", None, "x")))
    assert refused.reason == "unknown_column_layout"
    assert "results!B2" in str(refused)
    assert "save it" in str(refused)


def test_a_header_that_is_not_in_the_first_row_is_not_looked_for() -> None:
    def start_lower(_: Workbook, sheet: Worksheet) -> None:
        sheet.insert_rows(1, 2)

    assert refusal(book(HEADER, ("A", 1, None, "x"), change=start_lower)).reason == "unknown_column_layout"


def test_a_repeated_header_is_refused() -> None:
    assert refusal(book(("patient_id", "ALT", "alt"), ("A", 1, 2))).reason == "duplicate_header"


def test_a_workbook_without_any_table_is_refused() -> None:
    assert refusal(book()).reason == "unknown_column_layout"


@pytest.mark.parametrize("content", [b"", b"patient_id,value\n", b"PK\x03\x04 and then nothing"])
def test_what_is_no_workbook_inside_is_refused_whatever_it_is_called(content: bytes) -> None:
    assert refusal(content).reason == "unsafe_file"


def test_a_damaged_sheet_is_one_plain_sentence() -> None:
    content = patch(book(HEADER, ("A", 1, None, "x")), "xl/worksheets/sheet1.xml", "<sheetData>", "<sheetData><row r=")
    refused = refusal(content)
    assert refused.reason == "unsafe_file"
    assert "labs.xlsx" in str(refused)


def test_rows_hidden_by_default_are_refused() -> None:
    def hide_all(_: Workbook, sheet: Worksheet) -> None:
        sheet.sheet_format.zeroHeight = True

    assert "hides the rows" in str(refusal(book(HEADER, ("A", 1, None, "x"), change=hide_all)))


def test_merged_cells_beside_the_table_move_nothing_in_it() -> None:
    def merge_beside(_: Workbook, sheet: Worksheet) -> None:
        sheet.merge_cells("J1:K1")
        sheet.merge_cells("A20:D20")

    assert len(lines(book(HEADER, ("A", 1, None, "x"), change=merge_beside))) == 1


def test_a_row_of_nothing_but_empty_results_is_no_row() -> None:
    content = book(HEADER, ("A", 1, None, "x"), ('=""', None, None, None))
    sheet = read_member(content, "xl/worksheets/sheet1.xml")
    saved = re.sub(r'<c r="A3"[^>]*>', '<c r="A3" t="str">', sheet)
    assert [number for number, _ in lines(with_member(content, "xl/worksheets/sheet1.xml", saved))] == [2]


def test_another_kind_of_package_and_one_with_macros_are_refused_before_they_are_opened() -> None:
    document, macros = BytesIO(), BytesIO(book(HEADER, ("A", 1, None, "x")))
    with ZipFile(document, "w") as package:
        package.writestr("word/document.xml", "<document/>")
    with ZipFile(macros, "a") as package:
        package.writestr("xl/vbaProject.bin", b"x")
    assert "no Excel workbook" in str(refusal(document.getvalue()))
    assert "macros" in str(refusal(macros.getvalue()))


def test_the_xml_parser_is_the_defused_one_and_entities_are_refused() -> None:
    assert DEFUSEDXML
    laughs = '<!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>'
    content = book(HEADER, ("A", 1, None, "&amp;"))
    sheet = read_member(content, "xl/worksheets/sheet1.xml")
    refused = refusal(with_member(content, "xl/worksheets/sheet1.xml", laughs + sheet))
    assert refused.reason == "unsafe_file"
    why: BaseException | None = refused
    while why is not None and not isinstance(why, EntitiesForbidden):
        why = why.__cause__ or why.__context__
    assert why is not None  # the parser refused the entity itself: the file is not merely damaged


def test_without_the_defused_parser_no_workbook_is_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(openpyxl.xml, "DEFUSEDXML", False)
    assert "defusedxml" in str(refusal(book(HEADER, ("A", 1, None, "x"))))


def test_a_bomb_is_refused_by_its_directory_in_less_than_a_second() -> None:
    out = BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as package:
        package.writestr("xl/workbook.xml", "<workbook/>")
        package.writestr("xl/worksheets/sheet1.xml", b"0" * (120 << 20))
    started = time.process_time()
    refused = refusal(out.getvalue())
    assert refused.reason == "unsafe_file"
    assert time.process_time() - started < 1


def test_a_lone_cell_far_away_is_refused_before_the_space_between_is_walked() -> None:
    def far(_: Workbook, sheet: Worksheet) -> None:
        sheet["XFD1048576"] = 1

    started = time.process_time()
    assert refusal(book(HEADER, change=far)).reason == "unsafe_file"
    assert time.process_time() - started < 2


def test_a_workbook_that_unpacks_to_more_than_the_bound_is_sent_to_csv(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "LARGEST_UNPACKED", 1_000)
    assert "CSV" in str(refusal(book(HEADER, ("A", 1, None, "x"))))


def test_formatting_is_no_content() -> None:
    def paint(_: Workbook, sheet: Worksheet) -> None:
        sheet["F9"].font = Font(bold=True)

    assert len(lines(book(HEADER, ("A", 1, None, "x"), change=paint))) == 1


# ── mapped workbooks ──────────────────────────────────────────────────────────────────────────────────────────────

MAPPING = """
title = "A ward's workbook"

[[table]]
files = ["*.xlsx"]
SHEET
kind = "result"
header = ["patient_id", "value", "unit", "collected_at"]

[table.columns]
patient_id = "patient_id"
analyte = { constant = "neutrophils" }
value = "value"
unit = "unit"
collected_at = "collected_at"
"""
CONTEXT = ReadContext("ward", ZoneInfo("UTC"), 30_000 * 86_400, {"0012345": PersonKnown(0)})


def read(content: bytes, sheet: str = "") -> list[tuple[str, int, str, list[str]]]:
    mapping = parse_mapping(MAPPING.replace("SHEET", sheet), name="ward.toml")
    rows = read_table([InputFile("labs.xlsx", content)], mapping, CONTEXT, limits=COMMAND_LINE).rows
    return [(row.origin.file, row.origin.row, row.outcome, [issue.reason for issue in row.issues]) for row in rows]


def test_a_mapped_workbook_is_read_cell_by_cell_with_a_reason_for_every_cell_that_cannot_be() -> None:
    content = book(
        HEADER,
        ("0012345", 1.49, "10*9/L", date(2026, 3, 1)),
        ("0012345", "#N/A", "10*9/L", date(2026, 3, 2)),
        ("0012345", 1.49, "10*9/L", 46_082),
        (12345, 1.49, "10*9/L", date(2026, 3, 4)),
        ("0012345", 1.49, None, date(2026, 3, 5)),
        ("0012345", 0.42, "10*9/L", date(2026, 3, 6), "stray"),
    )
    assert read(content) == [
        ("labs.xlsx/results", 2, "fact", []),
        ("labs.xlsx/results", 3, "quarantined", ["not_numeric"]),
        ("labs.xlsx/results", 4, "quarantined", ["bad_date"]),
        ("labs.xlsx/results", 5, "quarantined", ["unknown_patient"]),
        ("labs.xlsx/results", 6, "quarantined", ["no_unit"]),
        ("labs.xlsx/results", 7, "quarantined", ["ragged_row"]),
    ]


def test_a_second_sheet_with_rows_is_never_passed_over() -> None:
    def add_sheet(made: Workbook, _: Worksheet) -> None:
        made.create_sheet("March").append(HEADER)

    content = book(HEADER, ("0012345", 2, "10*9/L", "2026-03-01"), change=add_sheet)
    with pytest.raises(InputRefused, match="'March', which the mapping ward names nowhere"):
        read(content, sheet='sheet = "results"')
    with pytest.raises(InputRefused, match="'results', which the mapping ward names nowhere"):
        read(content)  # a mapping that names no sheet means the only one
    assert [row[2] for row in read(content, sheet='sheet = "*r*"')] == ["fact"]
