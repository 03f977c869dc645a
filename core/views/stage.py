"""Where a drug stands for a patient: taken, on hold, or not begun. Every screen asks here, as the engine reads it.

A hold is over when a course that is taken begins on or after it (docs/semantics.md, *held*). One written within a
course that still runs holds the drug: the rules about what is taken are silent, so nothing may say "go on".
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from core.views.model import CourseLine
from core.views.people import is_current

#: Where a drug stands for this patient: being taken, on hold, or not begun.
Stage = Literal["taken", "held", "planned"]


def stage_of(courses: Iterable[CourseLine], drug: str, as_of: int) -> Stage:
    """Where a drug stands. Args: courses (of the patient).

    Hazard: HAZ-014 (what is taken again reads as held, or what is held as leave to go on).
    """
    begun = _list_begun(courses, drug, as_of)
    if held_since(begun, drug, as_of) is not None:
        return "held"
    return "taken" if begun else "planned"


def held_since(courses: Iterable[CourseLine], drug: str, as_of: int) -> int | None:
    """Since when a drug is on hold; None where it is not, or is taken again. Args: courses (of the patient)."""
    begun = _list_begun(courses, drug, as_of)
    holds = [one.start for one in begun if one.status == "on-hold" and taken_again(one, begun, as_of) is None]
    return min(holds, default=None)


def taken_again(hold: CourseLine, courses: Iterable[CourseLine], as_of: int) -> int | None:
    """When the course began that ended a hold; None while none has. Args: courses (of the patient)."""
    begun = _list_begun(courses, hold.drug, as_of)
    return min((one.start for one in begun if one.status != "on-hold" and one.start >= hold.start), default=None)


def _list_begun(courses: Iterable[CourseLine], drug: str, as_of: int) -> list[CourseLine]:
    """The current courses of a drug that have begun and are no mere plan."""
    return [
        one
        for one in courses
        if one.drug == drug and is_current(one, as_of) and one.start <= as_of and one.status != "planned"
    ]
