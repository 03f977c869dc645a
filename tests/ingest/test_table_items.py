"""One row per item: rows join into records, in any order, and each of them is counted exactly once."""

from __future__ import annotations

import random
from collections import Counter
from decimal import Decimal
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from core.ingest.context import PersonKnown, ReadContext
from core.ingest.limits import InputFile
from core.ingest.mapping import parse_mapping
from core.ingest.table import read_table
from core.records import ReadRow, Result

CONTEXT = ReadContext("trial", ZoneInfo("UTC"), 20_000 * 86_400, {"S1": PersonKnown(0), "S2": PersonKnown(0)})
MAPPING = parse_mapping(
    """
title = "Items"

[[table]]
files = ["items.csv"]
header = ["subject", "visit", "day", "item", "value"]
kind = "result"
missing = ["NA"]

[table.pivot]
by = ["subject", "visit", "day"]
item = "item"
value = "value"
carrier = "ORRES"
parts = ["ORRES", "ORRESU", "LOW", "SIG_LOW"]

[table.columns]
patient_id = "subject"
analyte = { column = "stem", words = { LB_NEUT = "neutrophils", LB_SIG = "platelets" } }
value = "ORRES"
unit = "ORRESU"
ref_low = "LOW"
collected_at = "day"
""",
    name="items.toml",
)
VALUE, UNIT, LOW = (
    "S1,V1,2024-03-01,LB_NEUT_ORRES,1.2",
    "S1,V1,2024-03-01,LB_NEUT_ORRESU,G/L",
    "S1,V1,2024-03-01,LB_NEUT_LOW,2",
)


def read(*lines: str) -> list[ReadRow]:
    text = "\n".join(("subject,visit,day,item,value", *lines)) + "\n"
    return read_table([InputFile("items.csv", text.encode())], MAPPING, CONTEXT).rows


def test_value_unit_and_limit_join_into_one_result_carried_by_the_row_with_the_value() -> None:
    unit, low, value = read(UNIT, LOW, VALUE)
    assert isinstance(value.fact, Result)
    assert (value.fact.value, value.fact.ref_low, value.fact.collected_at) == (
        Decimal("1.2"),
        Decimal(2),
        19783 * 86_400,
    )
    assert [row.outcome for row in (unit, low)] == ["ignored", "ignored"]
    assert unit.issues[0].message == "Part of the record in row 4: its ORRESU."


def test_rows_of_another_visit_never_lend_their_unit() -> None:
    rows = read(VALUE, UNIT.replace("V1", "V2"))
    assert [(row.outcome, [issue.reason for issue in row.issues]) for row in rows] == [
        ("quarantined", ["no_unit"]),
        ("quarantined", ["missing_value"]),
    ]


def test_a_unit_without_its_value_is_quarantined_and_leaves_the_trace_of_an_unread_result() -> None:
    (unit,) = read(UNIT)
    assert (unit.outcome, unit.origin.row) == ("quarantined", 2)
    assert unit.trace is not None
    assert (unit.trace.analyte, unit.trace.reason) == ("neutrophils", "not_numeric")


def test_the_same_item_twice_alike_is_a_duplicate() -> None:
    rows = read(VALUE, UNIT, UNIT, VALUE)
    assert [row.outcome for row in rows] == ["fact", "ignored", "duplicate", "duplicate"]


def test_two_values_for_one_item_of_one_record_are_never_chosen_between() -> None:
    rows = read(VALUE, UNIT, VALUE.replace("1.2", "4.2"))
    assert [row.outcome for row in rows] == ["quarantined", "ignored", "quarantined"]
    assert {issue.reason for row in (rows[0], rows[2]) for issue in row.issues} == {"conflicting_duplicate"}
    assert rows[0].trace is not None
    assert rows[0].trace.reason == "not_numeric"


def test_two_units_for_one_value_are_never_chosen_between_either() -> None:
    rows = read(VALUE, UNIT, UNIT.replace("G/L", "/uL"))
    assert [row.outcome for row in rows] == ["quarantined", "ignored", "quarantined"]


def test_an_item_the_mapping_does_not_know_is_quarantined_and_leaves_the_record_as_it_is() -> None:
    value, unit, odd = read(VALUE, UNIT, "S1,V1,2024-03-01,LB_NEUT_METHOD,manual")
    assert (value.outcome, unit.outcome, odd.outcome) == ("fact", "ignored", "quarantined")
    assert (odd.issues[0].reason, odd.issues[0].column, odd.issues[0].value) == (
        "unknown_code",
        "item",
        "LB_NEUT_METHOD",
    )


def test_of_two_endings_that_fit_the_longest_names_the_part() -> None:
    (row,) = read("S1,V1,2024-03-01,LB_NEUT_SIG_LOW,2")
    assert dict(row.fields)["analyte"] == "neutrophils"


def test_a_line_of_items_with_too_many_cells_joins_nothing() -> None:
    value, unit = read(VALUE, UNIT + ",more")
    assert [issue.reason for issue in value.issues] == ["no_unit"]
    assert [issue.reason for issue in unit.issues] == ["ragged_row"]


ITEMS = st.lists(
    st.tuples(
        st.sampled_from(("S1", "S2", "S9")),
        st.sampled_from(("V1", "V2")),
        st.sampled_from(("LB_NEUT", "LB_SIG", "XX")),
        st.sampled_from(("ORRES", "ORRESU", "LOW", "METHOD")),
        st.sampled_from(("1.2", "G/L", "NA", "<5", "")),
    ),
    max_size=25,
)


@given(items=ITEMS, seed=st.integers(0, 99))
def test_every_line_is_counted_once_and_the_order_of_lines_changes_no_fact(
    items: list[tuple[str, ...]], seed: int
) -> None:
    lines = [f"{subject},{visit},2024-03-01,{stem}_{part},{value}" for subject, visit, stem, part, value in items]
    rows = read(*lines)
    assert [row.origin.row for row in rows] == list(range(2, len(lines) + 2))
    assert all(row.issues for row in rows if row.outcome != "fact")
    shuffled = lines.copy()
    random.Random(seed).shuffle(shuffled)
    again = read(*shuffled)
    assert Counter(str(row.fact) for row in again if row.fact) == Counter(str(row.fact) for row in rows if row.fact)
    assert Counter(row.outcome for row in again) == Counter(row.outcome for row in rows)
