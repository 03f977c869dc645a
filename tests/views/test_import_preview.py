"""A preview on screen: gravest first, both counts, and what a value was read as rather than what it looked like."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from core.records import DAY, Course, Event, Patient, Result
from core.views import import_preview as view
from core.views.import_model import AlertChange, ColumnTaken, FileTaken, Preview, ReadLine, UnknownChange
from core.views.read_rows import fact_words
from tests.views import example

AT = 20_000 * DAY  # 2024-10-04
RESULT = Result("R1", "007", "neutrophils", None, Decimal("1.49"), "<", None, "10*9/L", "1490", "/uL", AT, None)


def a_preview(**other):
    made = Preview(report={}, files=(), touched=3, new_patients=1, alerts=(), unknowns=(), as_of=AT, version=1)
    return replace(made, **other)


def changes():
    standing = example.clinic().standing
    alert, unknown = standing.alerts[0], standing.cannot_tell[0]
    high, low = replace(alert, priority="high"), replace(alert, priority="low")
    return (
        (AlertChange("closes", high, high, "A, B", False), AlertChange("opens", low, None, "<b>C</b>, D", True),
         AlertChange("worsens", high, low, "E, F", False)),
        (UnknownChange(True, unknown, "G, H", False), UnknownChange(False, unknown, "I, J", False)),
    )  # fmt: skip


def test_what_opens_and_worsens_stands_before_what_can_no_longer_be_judged_and_what_closes_last():
    alerts, unknowns = changes()
    table = view.change_columns(a_preview(alerts=alerts, unknowns=unknowns))
    assert table["Change"] == ["Opens", "Worsens", "Not judged", "Closes", "Judged again"]
    assert table["Mark"][2] == "◌ CANNOT TELL" and "(was: LOW, " in table["What"][1]
    assert table["Patient"][0] == "<b>C</b>, D (new)"  # letters in a grid's cell, which is no markup


def test_the_line_counts_every_change_by_priority_and_every_new_patient():
    alerts, unknowns = changes()
    line = view.change_line(a_preview(alerts=alerts, unknowns=unknowns))
    assert "3\u00a0patients concerned, 1\u00a0new patient among them" in line
    assert "opens 1 ● LOW; worsens 1 ▲ HIGH; closes 1 ▲ HIGH; ◌ 1\u00a0rule could not be judged" in line


def test_an_import_that_concerns_nobody_says_so():
    assert "No patient&#x27;s picture would change." in view.change_line(a_preview(touched=0))


def test_a_row_is_told_by_what_was_understood_in_the_unit_it_is_kept_in():
    assert fact_words(RESULT) == "Neutrophils <1.49\u00a0×10⁹/L, 04-Oct-2024"
    assert fact_words(replace(RESULT, status="corrected")).endswith("04-Oct-2024 (corrected)")
    person = Patient("007", "oakmoss", "Zephyrine", AT, "female")
    assert fact_words(person) == "OAKMOSS, Zephyrine, born 04-Oct-2024, female"
    course = Course("C", "007", "anakinra", True, "RA", Decimal(100), "mg", "100 mg", "once daily", "", "SC", AT,
                    AT + 3 * DAY, "active")  # fmt: skip
    assert fact_words(course).replace("\u00a0", " ") == (
        "anakinra 100 mg once daily SC, 04-Oct-2024 to 06-Oct-2024, active"
    )
    event = Event("E", "007", "infection", AT, None, "cellulitis")
    assert fact_words(event) == "Infection (cellulitis), 04-Oct-2024"


def test_a_file_shows_its_first_rows_with_their_patient_their_fate_and_why():
    first = (
        ReadLine(2, {"patient_id": "007"}, RESULT, "stored", ""),
        ReadLine(3, {"patient_id": "008", "value": "<i>x"}, None, "quarantined", "No <unit>."),
    )
    file = FileTaken("lab<1>.csv", "result", 2, (ColumnTaken("unit", "Units", 1, "/uL"),), ("shoe",), first)
    card = view.file_card(file)
    assert "lab&lt;1&gt;.csv: 2\u00a0rows of results" in card and "Left aside, not understood: shoe." in card
    assert "007" in card and "would be stored" in card and "No &lt;unit&gt;." in card and "<i>" not in card
    assert "1 of 2\u00a0rows" in card and 'open="open"' in card  # a mapping's choice is shown without being asked


def test_a_file_without_rows_says_so():
    assert "has a header and no rows" in view.file_card(FileTaken("a.csv", "other", 0, (), (), ()))
