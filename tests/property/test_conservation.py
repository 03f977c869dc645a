"""Conservation (P01): whatever a file holds, every row ends in exactly one outcome, and none disappears."""

from __future__ import annotations

import csv
import io
import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import InputRefused
from core.ingest.fields import COLUMNS
from core.records import Kind
from tests.ingest.clinic import ANNA, HEADERS, file_text, read_folder, report_on, write_folder
from tests.property.shelf import Shelf

KINDS: dict[str, Kind] = {
    "patients.csv": "patient", "results.csv": "result", "medications.csv": "medication", "events.csv": "event",
}  # fmt: skip
LIKELY = {
    "patient_id": ["0012345", "12345", "P2", ""], "result_id": ["R1", "R2", ""], "course_id": ["C1", ""],
    "event_id": ["E1", ""], "analyte": ["neutrophils", "creatinine", "hbsag", "vibes", ""], "loinc": ["", "2028-9"],
    "value": ["1.49", "0.4", "<5", "106", "positive", "TRACE", ""], "unit": ["10*9/L", "umol/L", "/uL", ""],
    "collected_at": ["2026-03-01", "2026-03-02T08:10Z", "03/04/2026", "2030-01-01"],
    "reported_at": ["", "2026-03-03", "2026-03-05"],
    "status": ["", "final", "corrected", "preliminary", "cancelled", "stopped", "active", "odd"],
    "birth_date": ["1980-05-17", "1990-01-01", "x"], "sex": ["f", "9"], "drug": ["anakinra", "wonderumab", ""],
    "dose": ["100", "x"], "dose_unit": ["mg", "mg/kg"], "frequency": ["od", "x"], "kind": ["infection", "surgery", "x"],
    "start_date": ["2026-01-05", "2027-01-01", "46000"], "end_date": ["", "2026-02-01", "2020-01-01"],
    "family_name": ["Alder", "Birch"], "given_name": ["Anna", "Ben"],
}  # fmt: skip
ANY_TEXT = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=8)


def rows_of(name: str) -> st.SearchStrategy[list[list[str]]]:
    cells = [
        st.sampled_from(LIKELY[column]) if column in LIKELY else st.just("") for column in HEADERS[name].split(",")
    ]
    likely = st.tuples(*cells).map(list)
    ragged = st.lists(ANY_TEXT, min_size=1, max_size=len(cells) + 2)
    return st.lists(likely | likely | likely | ragged, max_size=8)


def as_csv(name: str, rows: list[list[str]]) -> str:
    held = io.StringIO()
    writer = csv.writer(held, lineterminator="\r\n")
    writer.writerow(HEADERS[name].split(","))
    writer.writerows(rows)
    return held.getvalue()


def has_content(row: list[str]) -> bool:
    return any(cell.strip() for cell in row)


FILES = st.fixed_dictionaries({name: rows_of(name) for name in KINDS})


@given(FILES)
@settings(max_examples=120, deadline=None)
def test_every_row_of_every_file_is_counted_once_and_again_on_a_second_import(
    files: dict[str, list[list[str]]],
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        write_folder(Path(folder), {name: as_csv(name, rows) for name, rows in files.items()})
        reading = read_folder(Path(folder))
    shelf = Shelf()
    for _ in range(2):
        report = report_on(reading, shelf)
        assert report.is_balanced
        counts = report.to_json()
        for name, rows in files.items():
            assert counts["by_file"][name]["in"] == sum(map(has_content, rows))
        assert counts["rows_in"] == sum(
            counts[field] for field in ("stored", "duplicates", "superseded", "ignored", "quarantined")
        )
        refused = {(issue.file, issue.row) for issue in report.issues if issue.outcome == "quarantined"}
        assert len(refused) == counts["quarantined"]
        shelf.take(reading.rows)
    assert report.total("stored") == 0


@given(FILES)
@settings(max_examples=60, deadline=None)
def test_no_fact_ever_comes_from_a_cell_of_another_column(files: dict[str, list[list[str]]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        write_folder(Path(folder), {name: as_csv(name, rows) for name, rows in files.items()})
        reading = read_folder(Path(folder))
    for row in reading.rows:
        if row.fact is not None:
            given_row = [row for row in files[row.origin.file] if has_content(row)]
            cells = dict(row.fields)
            assert set(cells) <= set(COLUMNS[row.kind])
            assert [cells.get(column, "") for column in HEADERS[row.origin.file].split(",")] in given_row


@given(
    st.lists(st.sampled_from([",", '"', "\n", "\r", "a", "1", " ", "\ufeff", "é", "0012345", ";", "\t"]), max_size=60)
)
@settings(max_examples=300, deadline=None)
def test_any_scrap_of_text_is_read_with_sums_that_hold_or_refused_in_one_sentence(scraps: list[str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        text = file_text("results.csv") + "".join(scraps)
        write_folder(Path(folder), {"patients.csv": file_text("patients.csv", ANNA), "results.csv": text})
        try:
            report = report_on(read_folder(Path(folder)))
        except InputRefused as refused:
            assert refused.reason in ("ragged_row", "unsafe_file")
            assert str(refused).endswith(".")
        else:
            assert report.is_balanced
            assert report.total("stored") == 1
