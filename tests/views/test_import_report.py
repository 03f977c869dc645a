"""The import report on screen: the sum comes out, refusals first, each with what to do (P01)."""

from __future__ import annotations

from core.views.import_report import issue_columns, summary

COUNTS = {"in": 5, "stored": 2, "duplicates": 1, "superseded": 0, "ignored": 1, "quarantined": 1}
REPORT = {
    "files": 1,
    "rows_in": 5,
    **{key: value for key, value in COUNTS.items() if key != "in"},
    "by_file": {"<b>.csv": COUNTS},
}


def test_the_sum_is_shown_and_said_to_come_out():
    html = summary(REPORT)
    assert "5\u00a0rows in 1\u00a0file = 2 stored + 1 duplicate + 0 superseded + 1 ignored + 1 quarantined; " in html
    assert "every row is accounted for." in html
    assert "<b>.csv" not in html


def test_a_sum_that_does_not_come_out_is_said_aloud():
    assert "the sum does not come out" in summary({**REPORT, "rows_in": 6})


def test_refusals_come_before_other_remarks_with_row_column_reason_and_remedy():
    remark = {
        "file": "a.csv",
        "row": 2,
        "column": "unit",
        "reason": "unknown_unit",
        "value": "xyz",
        "outcome": "noted",
        "message": "m",
    }
    refusal = {**remark, "row": 6897, "outcome": "quarantined", "message": "Use a known unit."}
    table = issue_columns([remark, refusal])
    assert table["Outcome"] == ["Quarantined", "Noted"]
    assert [column[0] for column in (table["Row"], table["Column"], table["Reason"], table["What to do"])] == [
        "6897",
        "unit",
        "unknown unit",
        "Use a known unit.",
    ]
