"""What people did about an alert is told in the units of every other line."""

from __future__ import annotations

import pytest

from core.acts import Life
from core.catalogue.units import units
from core.views.preview import life_line
from core.views.unit_words import print_units
from tests.views import example


@pytest.mark.parametrize("code", [code for code, unit in units().items() if unit.display not in ("", code)])
def test_every_unit_of_the_catalogue_is_printed_after_its_number(code):
    said = print_units(f"Came back: neutrophils 0.4 {code} of 19-Nov-2026 after 2.4.")
    assert said == f"Came back: neutrophils 0.4\u00a0{units()[code].display} of 19-Nov-2026 after 2.4."


@pytest.mark.parametrize("said", ["Acknowledged by the pharmacist: 1 of 2 done.", "18 1 2", "0.4 mg/L", "Cel 4"])
def test_what_is_no_unit_after_a_number_is_left_as_it_is(said):
    assert print_units(said) == said


def test_a_life_is_told_with_printed_units_and_the_day_its_answer_was_due():
    life = Life("a", "open", why="Came back: neutrophils 0.4 10*9/L of 19-Nov-2026 after 2.4.", breached=True,
                due_by=example.day("2026-11-19") + 86_399)  # fmt: skip
    said = life_line(life)
    assert "×10⁹/L" in said and "10*9/L" not in said
    assert said.startswith("Past its time: to be answered by 19-Nov-2026.")
