"""The clinic file set as a whole: what is told once per file, who is known when, and the workbook of the same shape."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from openpyxl import Workbook

from core.errors import InputRefused
from core.ingest.context import PersonKnown
from tests.ingest.clinic import ANNA, HEADERS, file_text, read_folder, report_on, write_folder
from tests.property.shelf import Shelf

RESULT = "R1,0012345,,neutrophils,1.49,10*9/L,2026-03-01,,,,"


def test_an_unknown_column_is_told_once_a_file_and_its_cells_are_left_aside(tmp_path: Path) -> None:
    header = HEADERS["patients.csv"] + ",Favourite Colour,"
    write_folder(tmp_path, {"patients.csv": f"{header}\n{ANNA},blue,\nP2,Birch,Ben,1970-01-01,m,red,x\n"})
    reading = read_folder(tmp_path)
    assert [(issue.row, issue.column, issue.reason, issue.outcome) for issue in reading.issues] == [
        (1, "Favourite Colour", "unknown_column", "noted"),
        (1, "column 7", "unknown_column", "noted"),
    ]
    assert [dict(row.fields).keys() for row in reading.rows] == [
        {"patient_id", "family_name", "given_name", "birth_date", "sex"}
    ] * 2
    assert report_on(reading).total("in") == 2


def test_columns_may_stand_in_any_order_and_any_case(tmp_path: Path) -> None:
    write_folder(
        tmp_path, {"Patients.CSV": "SEX,Birth_Date,given_name,family_name,PATIENT_ID\nf,1980-05-17,Anna,Alder,01\n"}
    )
    (row,) = read_folder(tmp_path).rows
    assert row.fact is not None
    assert row.fact.patient_id == "01"


def test_who_is_stored_already_needs_no_patients_file(tmp_path: Path) -> None:
    write_folder(tmp_path, {"results.csv": file_text("results.csv", RESULT)})
    assert [row.outcome for row in read_folder(tmp_path, people={"0012345": PersonKnown(0)}).rows] == ["fact"]
    assert [row.outcome for row in read_folder(tmp_path).rows] == ["quarantined"]


@pytest.mark.parametrize("stored", [True, False])
def test_nothing_is_filed_under_an_identifier_that_two_people_claim(tmp_path: Path, stored: bool) -> None:
    stranger = "0012345,Birch,Ben,1970-01-01,male"
    people = {"0012345": PersonKnown(86_400, "Cedar", "Carl")} if stored else {}
    lines = [stranger] if stored else [ANNA, stranger]
    files = {"patients.csv": file_text("patients.csv", *lines), "results.csv": file_text("results.csv", RESULT)}
    reading = read_folder(write_folder(tmp_path, files), people=people)
    assert [issue.reason for issue in reading.rows[-1].issues] == ["ambiguous_patient"]
    assert reading.rows[-1].trace is None


def test_a_line_break_in_free_text_is_writing(tmp_path: Path) -> None:
    event = 'E1,0012345,note,2026-03-01,,,"first line\nsecond line",'
    files = {"patients.csv": file_text("patients.csv", ANNA), "events.csv": file_text("events.csv", event)}
    row = read_folder(write_folder(tmp_path, files)).rows[-1]
    assert row.outcome == "fact"


def test_a_file_with_nothing_but_its_header_is_no_fault(tmp_path: Path) -> None:
    write_folder(tmp_path, {name: header + "\n" for name, header in HEADERS.items()})
    report = report_on(read_folder(tmp_path)).to_json()
    assert (report["files"], report["rows_in"], report["issues"]) == (4, 0, [])
    assert report["by_file"]["events.csv"]["in"] == 0


def test_a_row_our_own_fault_spoils_hides_no_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from core.ingest import result_row

    read_result = result_row.read_measure

    def fail_once(key: str, text: str, unit: str, comma: bool) -> object:
        if text == "6.66":
            raise RuntimeError("our fault")
        return read_result(key, text, unit, comma)

    monkeypatch.setattr(result_row, "read_measure", fail_once)
    lines = [
        f"R{n},0012345,,neutrophils,{value},10*9/L,2026-03-01,,,," for n, value in enumerate(("1.1", "6.66", "2.2"))
    ]
    files = {"patients.csv": file_text("patients.csv", ANNA), "results.csv": file_text("results.csv", *lines)}
    report = report_on(read_folder(write_folder(tmp_path, files)))
    counts = report.to_json()["by_kind"]["result"]
    assert (counts["in"], counts["stored"], counts["quarantined"]) == (3, 2, 1)
    assert [(issue.row, issue.reason) for issue in report.issues] == [(3, "not_validated")]


def workbook(**sheets: str) -> bytes:
    book = Workbook()
    book.remove(book.active)  # type: ignore[arg-type]
    for title, text in sheets.items():
        sheet = book.create_sheet(title)
        for line in text.splitlines():
            sheet.append(line.split(","))
    held = io.BytesIO()
    book.save(held)
    return held.getvalue()


def test_the_set_may_be_one_workbook(tmp_path: Path) -> None:
    book = workbook(Results=file_text("results.csv", RESULT), patients=file_text("patients.csv", ANNA))
    reading = read_folder(write_folder(tmp_path, {"clinic.xlsx": book}))
    assert [(row.kind, row.outcome, row.origin.file, row.origin.row) for row in reading.rows] == [
        ("patient", "fact", "clinic.xlsx/patients", 2),
        ("result", "fact", "clinic.xlsx/Results", 2),
    ]


def test_a_workbook_with_a_sheet_of_another_name_is_asked_about(tmp_path: Path) -> None:
    book = workbook(patients=file_text("patients.csv", ANNA), labs=file_text("results.csv", RESULT))
    with pytest.raises(InputRefused, match="'labs'") as refused:
        read_folder(write_folder(tmp_path, {"clinic.xlsx": book}))
    assert refused.value.reason == "unknown_column_layout"


def test_another_workbook_lying_in_the_folder_is_left_aside(tmp_path: Path) -> None:
    files = {"patients.csv": file_text("patients.csv", ANNA), "budget.xlsx": workbook(budget="a,b\n1,2")}
    assert [issue.file for issue in read_folder(write_folder(tmp_path, files)).issues] == ["budget.xlsx"]


def test_importing_the_same_files_twice_is_importing_them_once(tmp_path: Path) -> None:
    broken = "R2,0012345,,neutrophils,1.49,,2026-03-02,,,,"
    files = {"patients.csv": file_text("patients.csv", ANNA), "results.csv": file_text("results.csv", RESULT, broken)}
    reading = read_folder(write_folder(tmp_path, files))
    shelf = Shelf()
    shelf.take(reading.rows)
    before = (list(shelf.facts), list(shelf.refusals))
    report = report_on(reading, shelf).to_json()
    shelf.take(reading.rows)
    assert (shelf.facts, shelf.refusals) == before
    assert (report["stored"], report["duplicates"], report["quarantined"]) == (0, 2, 1)
