"""Lists as CSV and Excel: nothing runs, numbers and dates are real, the file says how it came about (P40)."""

from __future__ import annotations

import csv
import io
from datetime import date, datetime

import pytest
from openpyxl import load_workbook

from core.errors import InputRefused
from core.paper import tables
from core.paper.tables import Column, to_csv, to_xlsx
from core.records import FAR
from tests.paper.papers import HASH, about
from tests.views.example import day

HOSTILE = [
    "=HYPERLINK(\"http://x\")", "+1+cmd|' /C calc'!A0", "@SUM(1)", "-2+3", "\t=1", "\r=1", "\n=1", "\x00=1", " =1",
    "＝1+1", "－x", "a;=1+1", 'b","=1',
]  # fmt: skip
COLUMNS = [
    Column("name", "Name"), Column("value", "Value", "number"), Column("due", "Due", "date"),
    Column("at", "Collected", "moment"),
]  # fmt: skip
ABOUT = about(title="Worklist", shown=2, total=9, thing="patient", filters="site: North; drug: =evil", hidden_high=1)


def rows() -> list[dict[str, object]]:
    return [
        {"name": "Čapek, Łukasz", "value": -2.5, "due": day("2026-12-02"), "at": day("2026-11-18") + 29_520},
        {"name": None, "value": 0, "due": FAR, "at": None},
    ]


def read_csv(content: bytes) -> tuple[list[list[str]], list[list[str]]]:
    """What is said of the list, and the list."""
    lines = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    said = [line for line in lines if line[0].startswith("# ")]
    return said, lines[len(said) :]


def test_no_text_runs_in_excel_and_every_text_is_still_there():
    content = to_xlsx([Column("t", "=Title")], [{"t": text} for text in HOSTILE], ABOUT)
    book = load_workbook(io.BytesIO(content))
    cells = [cell for sheet in book for line in sheet.iter_rows() for cell in line if cell.value is not None]
    assert [cell.coordinate for cell in cells if cell.data_type == "f"] == []
    shown = [str(book["List"].cell(row=place, column=1).value) for place in range(2, len(HOSTILE) + 2)]
    assert [one for one in shown if one[0] in "=+-@\t\r\n＝－"] == []
    assert [one.removeprefix("'").strip() for one in shown[:4]] == HOSTILE[:4]


def test_no_text_runs_from_csv_whatever_divides_its_cells():
    content = to_csv([Column("t", "=Title"), Column("u", "+u")], [{"t": text, "u": text} for text in HOSTILE], ABOUT)
    _, listed = read_csv(content)
    assert len(listed) == len(HOSTILE) + 1
    for cell in (cell for line in listed for cell in line):
        assert not cell.lstrip().startswith(("=", "+", "-", "@", "＝", "－"))
    for line in content.decode("utf-8-sig").splitlines()[len(ABOUT.lines()) :]:
        assert line.startswith('"')  # quoted, so that a semicolon in it divides nothing


def test_what_the_list_says_of_itself_does_not_run_either():
    said, _ = read_csv(to_csv(COLUMNS, rows(), about(shown=1, total=1, filters="=1+1")))
    assert ["# Filters", "'=1+1"] in said
    book = load_workbook(io.BytesIO(to_xlsx(COLUMNS, rows(), about(shown=1, total=1, filters="=1+1"))))
    assert "'=1+1" in [line[1].value for line in book["About"].iter_rows()]


@pytest.mark.parametrize("said", [("Filters", "site: North; drug: =evil"), ("Shown", "2 of 9 patients"),
                                  ("As of", "20-Nov-2026 23:59"), ("Program", "Nadir 9.8.7"),
                                  ("Version of the facts", "42"), ("Rules for anakinra", HASH),
                                  ("Patients with a high alert left out", "1"),
                                  ("Sample", "SAMPLE CLINIC: the people in it are made up")])  # fmt: skip
def test_filters_counts_clock_version_rules_and_watermark_are_written_into_both(said):
    label, words = said
    csv_said, _ = read_csv(to_csv(COLUMNS, rows(), ABOUT))
    assert [f"# {label}", words] in [[line[0], line[1].replace("\u00a0", " ")] for line in csv_said]
    book = load_workbook(io.BytesIO(to_xlsx(COLUMNS, rows(), ABOUT)))
    lines = [[cell.value for cell in line] for line in book["About"].iter_rows()]
    assert [label, words] in [[one[0], str(one[1]).replace("\u00a0", " ")] for one in lines]


def test_numbers_and_dates_are_real_in_excel():
    sheet = load_workbook(io.BytesIO(to_xlsx(COLUMNS, rows(), ABOUT)))["List"]
    first = [cell.value for cell in sheet[2]]
    assert first == [
        "Čapek, Łukasz",
        -2.5,
        datetime.fromisoformat("2026-12-02"),
        datetime.fromisoformat("2026-11-18T08:12"),
    ]
    assert sheet["B2"].data_type == "n"
    assert sheet["C2"].is_date
    assert sheet["C2"].number_format == "dd-mmm-yyyy"
    assert [cell.value for cell in sheet[3]] == [None, 0, None, None]


def test_numbers_and_dates_are_plain_in_csv():
    _, listed = read_csv(to_csv(COLUMNS, rows(), ABOUT))
    assert listed == [
        ["Name", "Value", "Due", "Collected"],
        ["Čapek, Łukasz", "-2.5", "2026-12-02", "2026-11-18T08:12:00"],
        ["", "0", "", ""],
    ]


def test_text_that_is_a_plain_negative_number_stays_one():
    _, listed = read_csv(to_csv([Column("t", "T")], [{"t": "-2.5"}, {"t": "-2.5 mg"}], ABOUT))
    assert listed[1:] == [["-2.5"], ["'-2.5 mg"]]


def test_letters_excel_cannot_hold_stay_visible():
    sheet = load_workbook(io.BytesIO(to_xlsx([Column("t", "T")], [{"t": "a\x07b\u202ec"}], ABOUT)))["List"]
    assert sheet["A2"].value == "a\ufffdb\ufffdc"


def test_a_text_longer_than_a_cell_is_cut_and_says_so():
    sheet = load_workbook(io.BytesIO(to_xlsx([Column("t", "T")], [{"t": "x" * 40_000}], ABOUT)))["List"]
    assert str(sheet["A2"].value).endswith("… (cut)")


def test_a_day_before_excels_calendar_keeps_its_date_as_text():
    sheet = load_workbook(io.BytesIO(to_xlsx([Column("d", "D", "date")], [{"d": date(1899, 12, 31)}], ABOUT)))["List"]
    assert sheet["A2"].value == "1899-12-31"


def test_more_rows_than_a_sheet_holds_are_refused_not_dropped(monkeypatch):
    monkeypatch.setattr(tables, "MOST_ROWS", 3)
    with pytest.raises(InputRefused, match="take CSV"):
        to_xlsx([Column("t", "T")], [{"t": 1}] * 4, ABOUT)


def test_an_empty_list_is_a_file_with_its_head():
    _, listed = read_csv(to_csv(COLUMNS, [], ABOUT))
    assert listed == [["Name", "Value", "Due", "Collected"]]
    assert load_workbook(io.BytesIO(to_xlsx(COLUMNS, [], ABOUT)))["List"].max_row == 1
