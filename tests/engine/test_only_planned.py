"""A course that is only planned, and one that merely begins later, are told apart."""

from __future__ import annotations

import pytest

from core.engine.meant_day import only_planned
from core.engine.phases import DrugCourses
from core.protocols.loader import load_protocols
from tests.spec.clinic import DRUG, Clinic, end_of, instant

TODAY = end_of("2026-03-01")


def courses(story: str) -> DrugCourses:
    return DrugCourses.of(Clinic.of(story).cohort(), DRUG, TODAY, load_protocols().common.planning)


@pytest.mark.parametrize(
    ("course", "expected"),
    [
        ("2026-05-01 anakinra planned", True),
        ("2026-02-01 anakinra planned", True),  # its day has passed, and nobody recorded that it began
        ("2026-05-01 anakinra", False),  # begins later
        ("2026-05-01 anakinra on-hold", False),
        ("2026-02-01 anakinra", False),
    ],
)
def test_only_a_course_of_that_status_is_only_planned(course: str, expected: bool) -> None:
    of_drug = courses(course)
    assert (of_drug.only_planned.tolist(), only_planned(of_drug).tolist()) == ([expected], [expected])


@pytest.mark.parametrize(
    ("course", "until"),
    [
        ("2026-05-01 anakinra planned", "2030-01-01"),  # until a row says otherwise, at the latest a death
        ("2026-05-01 anakinra", "2026-05-01"),
        ("2026-05-01 to 2026-05-31 anakinra", "2026-05-01"),
    ],
)
def test_a_planned_phase_ends_where_the_course_is_dated_and_not_only_planned(course: str, until: str) -> None:
    of_drug = courses(f"A: woman born 1962-03-12 died 2030-01-01\n{course}")
    assert of_drug.planned_phase.end.tolist() == [instant(until)]
    assert of_drug.planned_pieces.end.tolist() == [instant(until)]
