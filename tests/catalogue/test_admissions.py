"""An admission is for no infection only where its text plainly says so; in doubt the infection stays."""

from __future__ import annotations

import pytest

from core.catalogue import leave_out_denied_infection


@pytest.mark.parametrize(
    ("text", "left"),
    [("no evidence of infection, chest pain", "chest pain"), ("chest pain; sepsis excluded", "chest pain"),
     ("elective hip; antibiotics prophylaxis", "elective hip"), ("fall, no signs of pneumonia", "fall"),
     ("chest pain, no IV antibiotics needed", "chest pain"), ("no infection", ""),
     ("no infection, anaphylaxis", "anaphylaxis"), ("sepsis, no pneumonia", "sepsis"),
     ("no evidence of infection, IV antibiotics given", "IV antibiotics given")],
)  # fmt: skip
def test_an_infection_that_is_only_denied_or_prevented_is_left_out(text: str, left: str) -> None:
    assert leave_out_denied_infection(text) == left


@pytest.mark.parametrize(
    "text",
    ["", "sepsis", "no evidence of infection?", "no improvement in pneumonia", "sepsis; DVT excluded",
     "pneumonia on antibiotics prophylaxis", "pneumonia, antibiotics prophylaxis stopped", "no infection but sepsis",
     "not only pneumonia", "no infection (sepsis)", "no pneumonia or abscess", "no antibiotics until pneumonia"],
)  # fmt: skip
def test_a_text_that_does_not_plainly_deny_its_infection_stays_whole(text: str) -> None:
    assert leave_out_denied_infection(text) == text
