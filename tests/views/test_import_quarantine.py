"""The quarantine in words: rows exactly as they came, what they hold up, and what trying again has done."""

from __future__ import annotations

from dataclasses import replace

from core.records import Issue
from core.views import quarantine_list as view
from core.views.import_model import Quarantine, Refused, Tried
from core.views.import_report import reasons_table

ROW = Refused(1, "lab", "result", "r.csv", 7, "unit", "no_unit", "", "Give a unit.", {"value": "<b>4", "x": "=1"},
              "007", "neutrophils", "", 0, ("value", "unit"))  # fmt: skip
OTHER = replace(ROW, row_id=2, reason="bad_date", source="ward", mark="")


def test_narrowing_keeps_rows_of_any_chosen_reason_from_any_chosen_source():
    rows = [ROW, OTHER]
    assert view.narrow(rows, frozenset(), frozenset()) == rows
    assert view.narrow(rows, frozenset({"bad_date"}), frozenset()) == [OTHER]
    assert view.narrow(rows, frozenset({"bad_date"}), frozenset({"lab"})) == []
    assert view.count_reasons([ROW, ROW, OTHER]) == {"no_unit": 2, "bad_date": 1}


def test_a_row_shows_its_cells_as_letters_and_what_it_holds_up():
    card = view.card(ROW)
    assert "&lt;b&gt;4" in card and "<b>4" not in card
    assert "Neutrophils of patient 007 cannot be judged while this row is newest." in card
    assert "It holds up" not in view.card(OTHER)


def test_a_word_nobody_knows_is_answered_with_the_words_that_are_known_there():
    odd = replace(ROW, reason="unknown_code", column="sex", kind="patient")
    assert "Words it may be: </b>female, male, unknown" in view.card(odd)
    event = view.card(replace(odd, column="kind", kind="event"))
    assert "infection, antibiotic" in event and "female" not in event
    assert "Words it may be" not in view.card(replace(odd, column="route")) + view.card(ROW)


def test_both_numbers_stand_beside_the_list():
    assert view.beside(Quarantine((ROW,), 1_200, 1)) == "1,200 ever refused, 1,199 settled since"


def test_trying_again_tells_both_numbers_and_each_reason_once():
    again = Issue("r.csv", 7, "unit", "no_unit", "", "quarantined", "Give a <unit>.")
    said = view.told(Tried(3, 1, 2, (again, again)))
    assert "1 of 3\u00a0rows could be read now; 2 still wait." in said
    assert said.count("Give a &lt;unit&gt;.") == 1


def test_a_thousand_refusals_for_one_reason_are_one_line_with_their_number():
    issue = {"file": "r.csv", "column": "unit", "reason": "no_unit", "value": "", "message": "Give a unit."}
    refused = [{**issue, "row": n, "outcome": "quarantined"} for n in range(2, 1_002)]
    noted = {**issue, "row": 1, "outcome": "noted", "reason": "unknown_column"}
    table = reasons_table({"issues": [noted, *refused]})
    assert table.count("<tr>") == 3 and "1,000\u00a0rows" in table and "r.csv, row 2" in table
    assert table.index("Quarantined") < table.index("Noted")
    assert reasons_table({"issues": []}) is None
