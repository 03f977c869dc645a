"""A cell says that it was cut, and is never cut in the middle of what would then read as something else."""

from __future__ import annotations

import pytest

from core.views.fit import fit_first, fit_list, fit_name, fit_text, text_width


@pytest.mark.parametrize("column", [60, 120, 226, 252])
@pytest.mark.parametrize("keep", ["", "  +2"])
def test_what_does_not_fit_ends_with_an_ellipsis_within_its_column(column, keep):
    said = fit_text("Serious infection on treatment: infection (pneumonia, in hospital)", column, keep)
    assert said.endswith("…" + keep) and text_width(said) <= column


def test_what_fits_is_left_alone():
    assert fit_text("Neutrophils 0.9 ×10⁹/L, below 1.5", 252, "  +1") == "Neutrophils 0.9 ×10⁹/L, below 1.5  +1"


def test_a_whole_course_is_told_and_the_others_are_counted():
    courses = [
        "anakinra 100\u00a0mg\u00a0once\u00a0daily\u00a0SC",
        "methotrexate 15\u00a0mg\u00a0once\u00a0weekly\u00a0PO",
    ]
    assert fit_list(courses, 220) == f"{courses[0]} +1"
    assert fit_list(courses, 600) == "; ".join(courses)
    assert fit_list([], 220) == ""


def test_a_long_name_is_cut_and_its_age_is_always_told_whole():
    assert fit_name("BOGBEANCATKIN, Brindolune\u00a0\u00a076\u00a0y\u00a0M", 226) == (
        "BOGBEANCATKIN, Brin…\u00a0\u00a076\u00a0y\u00a0M"
    )
    assert fit_name("ASH, Ann\u00a0\u00a076\u00a0y\u00a0F", 226) == "ASH, Ann\u00a0\u00a076\u00a0y\u00a0F"
    assert fit_name("A" * 90, 226).endswith("…")
    unsaid = "BOGBEANCATKIN, Brindolune\u00a0\u00a076\u00a0y\u00a0sex not stated"
    assert fit_name(unsaid, 226) == "BOGBEANCATKIN, Brindol…\u00a0\u00a076\u00a0y"
    assert fit_first(("a" * 90, "b" * 80), 100).startswith("bbb")
