"""The import report as CONTRACT 1 words it: sums that hold, issues that name row, column, reason and remedy."""

from __future__ import annotations

import json
from pathlib import Path

from core.ingest.messages import LONGEST_VALUE, SENTENCES, remark
from core.ingest.report import Report
from core.records import QUARANTINE_REASONS, Origin
from tests.ingest.clinic import ANNA, file_text, read_folder, report_on, write_folder

NOT_OF_A_ROW = {
    "stale_result",
    "censored",
    "unsteady_creatinine",
    "out_of_scope_age",
    "no_result",
    "unsupported_version",
}


def example(tmp_path: Path) -> Report:
    lines = [
        "R1,0012345,,neutrophils,1.49,10*9/L,2026-03-01,,,,",
        "R1,0012345,,neutrophils,1.49,10*9/L,2026-03-01,,,,",
        "R1,0012345,,neutrophils,1.29,10*9/L,2026-03-01,2026-03-02,corrected,,",
        "R2,0012345,2028-9,CO2,25,mmol/L,2026-03-01,,,,",
        *(f"R{n},0012345,,neutrophils,1.49,,2026-03-01,,,," for n in range(3, 10)),
    ]
    course = "C1,0012345,wonderumab,RA,100,mg,once daily,SC,2026-01-05,,active,"
    files = {
        "patients.csv": file_text("patients.csv", ANNA),
        "results.csv": file_text("results.csv", *lines),
        "medications.csv": file_text("medications.csv", course),
        "notes.txt": "",
    }
    return report_on(read_folder(write_folder(tmp_path, files)))


def test_the_keys_and_counts_are_the_contract_s(tmp_path: Path) -> None:
    report = example(tmp_path).to_json()
    assert list(report) == [
        "source", "files", "rows_in", "stored", "duplicates", "superseded", "ignored", "quarantined", "issues",
        "by_kind", "by_file",
    ]  # fmt: skip
    assert report["by_kind"] == {
        "patient": {"in": 1, "stored": 1, "duplicates": 0, "superseded": 0, "ignored": 0, "quarantined": 0},
        "result": {"in": 11, "stored": 1, "duplicates": 1, "superseded": 1, "ignored": 1, "quarantined": 7},
        "medication": {"in": 1, "stored": 1, "duplicates": 0, "superseded": 0, "ignored": 0, "quarantined": 0},
    }
    assert report["by_file"]["results.csv"] == report["by_kind"]["result"]
    assert (report["files"], report["rows_in"], report["stored"], report["quarantined"]) == (3, 13, 3, 7)
    assert json.loads(json.dumps(report)) == report


def test_a_stored_row_may_earn_a_remark_and_still_counts_as_stored(tmp_path: Path) -> None:
    issues = example(tmp_path).to_json()["issues"]
    assert [i for i in issues if i["file"] == "medications.csv"] == [
        {
            "file": "medications.csv", "row": 2, "column": "drug", "reason": "unknown_drug", "value": "wonderumab",
            "outcome": "noted",
            "message": "The catalogue does not know the drug 'wonderumab': it is kept and shown as not checked.",
        }
    ]  # fmt: skip


def test_every_refused_row_has_an_issue_with_its_row_and_outcome(tmp_path: Path) -> None:
    issues = example(tmp_path).to_json()["issues"]
    refused = [(i["file"], i["row"]) for i in issues if i["outcome"] == "quarantined"]
    assert refused == [("results.csv", row) for row in range(6, 13)]
    assert [(i["file"], i["row"]) for i in issues if i["outcome"] == "ignored"] == [
        ("notes.txt", 0),
        ("results.csv", 5),
    ]


def test_the_text_says_how_many_it_shows_of_how_many(tmp_path: Path) -> None:
    text = example(tmp_path).to_text(most_lines=2)
    assert text.startswith("lab: 3 files, 13 rows: stored 3, duplicates 1, superseded 1, ignored 1, quarantined 7.")
    assert "quarantined, no_unit (2 of 7 shown):" in text
    assert "  results.csv, row 6, unit: The number has no unit" in text
    assert "results.csv, row 8" not in text


def test_a_file_without_rows_is_still_in_the_report() -> None:
    assert Report("lab", ["results.csv"]).to_json()["by_file"] == {
        "results.csv": {"in": 0, "stored": 0, "duplicates": 0, "superseded": 0, "ignored": 0, "quarantined": 0}
    }


def test_every_reason_a_row_can_earn_has_its_sentence_with_a_remedy() -> None:
    of_a_person = {reason for reason in QUARANTINE_REASONS if reason.startswith("missing_")} - {"missing_value"}
    assert set(QUARANTINE_REASONS) - NOT_OF_A_ROW - of_a_person <= set(SENTENCES)
    assert all(sentence.endswith(".") and ": " in sentence for sentence in SENTENCES.values())


def test_a_very_long_cell_is_shown_by_its_beginning() -> None:
    issue = remark(Origin("x.csv", 2), "value", "bad_number", "9" * 5_000, "quarantined")
    assert len(issue.value) == LONGEST_VALUE + 1
    assert len(issue.message) < 300
