"""Every row of the clinical reference is carried by a rule that says what the row says, and the table says so."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest

from core.protocols.loader import load_protocols
from core.views.coverage_table import list_rows
from tests.architecture.tree import ROOT

pytestmark = pytest.mark.external

CLINICAL = ROOT.parent / "shared" / "clinical"
DRUG = "anakinra"
TABLE = ROOT / "docs" / f"{DRUG}-coverage.md"
CARRIED = list_rows(load_protocols().drugs[DRUG], {})
#: What a rule says under a key for which the reference lists no row of that authority, and why.
BEYOND = {
    ("ANK-DOS1", "LOCAL"): "less often than any label gives it: said without naming a label's dose",
    ("ANK-REN1", "LOCAL"): "less often than any label gives it: said without naming a label's dose",
    ("ANK-DOS9", "LOCAL"): "an indication nobody wrote is neither on a label nor off it: it is asked for",
    ("ANK-V1", "LOCAL"): "the row asks for the test; that its result is positive is said by Nadir's own rule",
    ("ANK-I3", "LOCAL"): "the contract weighs a serious infection in these indications whatever label is chosen",
    ("ANK-REN4", "EMA"): "no alert of its own: it says when the dosing rule, which carries it, cannot tell",
    ("ANK-REN4", "FDA"): "no alert of its own: it says when the dosing rule, which carries it, cannot tell",
}


def read_rows(folder: Path) -> list[dict[str, str]]:
    with (folder / f"{DRUG}_rules.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


if not CLINICAL.is_dir():
    pytest.skip("the clinical reference lies beside the project, not in it", allow_module_level=True)

ROWS = read_rows(CLINICAL)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row['rule_key']}-{row['authority']}")
def test_every_row_of_the_reference_is_carried_with_its_category_priority_and_action(row):
    rules = CARRIED.get((row["rule_key"], row["authority"]), ())
    assert rules, "no rule with this key has this authority among its says"
    alerting = [one for one in rules if one.positions] or rules
    assert row["category"] in {one.category for one in rules}
    wanted = (row["priority"], row["action"])
    said = {position for one in alerting for position in one.positions}
    assert wanted in said or not said, f"wanted {wanted}, the rules say {sorted(said)}"


def test_a_row_that_only_a_schedule_carries_asks_for_a_test():
    only_dates = [row for row in ROWS if not any(one.positions for one in CARRIED[row["rule_key"], row["authority"]])]
    assert {row["action"] for row in only_dates} <= {"request_test"}


def test_a_rule_beyond_the_rows_of_the_reference_is_named_with_its_reason():
    known = {(row["rule_key"], row["authority"]) for row in ROWS}
    assert set(CARRIED) - known == set(BEYOND)


def test_the_printed_table_has_one_line_for_each_row_and_each_named_exception():
    printed = re.findall(r"^\| (ANK-\w+) \| ([A-Z]+) \|", TABLE.read_text(encoding="utf-8"), re.M)
    assert sorted(printed) == sorted([*((row["rule_key"], row["authority"]) for row in ROWS), *BEYOND])


def test_a_row_is_off_only_where_the_reference_lets_it_be():
    off = {row for row, rules in CARRIED.items() if all(one.state.startswith("off") for one in rules)}
    unread = {
        (row["rule_key"], row["authority"])
        for row in ROWS
        if row["checked"].startswith("unchecked") or row["checked"] == "choice"
    }
    assert off <= unread


def test_no_row_rests_on_a_definition_of_infection_that_no_rule_uses():
    """Nadir raises nothing on them (docs/decisions.md D36): true for as long as no row of the reference asks for it."""
    said = " ".join(row["condition_in_words"] for row in ROWS).lower()
    assert [name for name in ("inf-t2", "inf-q", "inf-n", "procalcitonin", "bandaemia", "36.0") if name in said] == []
    assert "inf-r" in said
