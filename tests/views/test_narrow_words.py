"""What a narrow screen shows differently is in the page once: a label beside its cell, a date on one line."""

from __future__ import annotations

import re

import pytest

from core.views.flowsheet import flowsheet
from core.views.jurisdictions_panel import jurisdictions_panel
from core.views.unbroken import unbroken
from tests.views import example

SILENT = {"speaks": False, "because": "no rule of theirs on this"}
SPEAKS = {"speaks": True, "action": "review", "priority": "high", "title": "A stage", "advice": "Consider a review.",
          "source": {"document": "KDIGO AKI 2012", "section": "calculators.md 3.6", "checked": "choice"}}  # fmt: skip
COMPARED = {
    "authorities": ["EMA", "KDIGO"], "schedule": {"anakinra": {"EMA": [{"test": "neutrophils", "due_date": "2027-01-12",
                                                                        "status": "upcoming"}]}},
    "rows": [{"drug": "anakinra", "category": "aki", "subject": "creatinine", "agree": True,
              "says": {"EMA": SILENT, "KDIGO": SPEAKS}, "disagreements": []}],
}  # fmt: skip


def test_every_cell_of_the_jurisdictions_names_its_authority_for_a_list():
    html = jurisdictions_panel(COMPARED)
    assert re.findall(r'<td[^>]* data-who="(\w+)"', html) == ["EMA", "KDIGO"]
    assert "on none they differ" in html and "calculators.md" not in html


FLOWSHEET = flowsheet(example.patient()).table
ROWS = re.findall(r"<tr>(<th[^>]*scope=\"row\".*?)</tr>", FLOWSHEET, flags=re.DOTALL)


def read_cells(row: str) -> list[str]:
    """What a wide screen shows of a row, cell by cell: no attribute of an element is shown there."""
    return [re.sub(r"<[^>]+>", "", one).strip() for one in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL)]


def test_the_flowsheet_of_the_example_has_rows_with_unit_and_reference():
    said = {name: (unit, reference) for name, unit, reference, *_ in map(read_cells, ROWS)}
    assert said["Neutrophils"] == ("×10⁹/L", "2–7.5")
    assert len(said) == len(example.patient().series)


@pytest.mark.parametrize("row", ROWS, ids=[read_cells(row)[0] for row in ROWS])
def test_unit_and_reference_go_with_the_test_and_are_written_once(row):
    _name, unit, reference, *values = read_cells(row)
    folded = re.findall(r'data-fold="([^"]*)"', row)
    assert folded == [", ".join(part for part in (unit, reference) if part)]
    for said in filter(None, (unit, reference)):
        shown = [cell for cell in read_cells(row) if said in cell]
        assert shown == [said]
    assert any(values)


def test_a_date_is_never_broken_and_the_words_stay_the_same():
    html = unbroken("was due 12-Jan-2027, then 3 <b> & 01-Feb-2027")
    assert html.count('class="n-nowrap"') == 2
    assert re.sub(r"</?span[^>]*>", "", html) == "was due 12-Jan-2027, then 3 &lt;b&gt; &amp; 01-Feb-2027"
