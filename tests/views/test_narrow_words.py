"""What a narrow screen shows differently is in the page once: a label beside its cell, a date on one line."""

from __future__ import annotations

import re

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


def test_unit_and_reference_go_with_the_test_and_are_written_once():
    html = flowsheet(example.patient()).table
    folded = re.search(r'data-fold="([^"]+)">Neutrophils', html)
    assert folded is not None and "×10⁹/L" in folded.group(1)
    visible = re.sub(r"<[^>]+>", " ", re.sub(r'data-fold="[^"]*"', "", html))
    assert visible.count("Neutrophils ") >= 1


def test_a_date_is_never_broken_and_the_words_stay_the_same():
    html = unbroken("was due 12-Jan-2027, then 3 <b> & 01-Feb-2027")
    assert html.count('class="n-nowrap"') == 2
    assert re.sub(r"</?span[^>]*>", "", html) == "was due 12-Jan-2027, then 3 &lt;b&gt; &amp; 01-Feb-2027"
