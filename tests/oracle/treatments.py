"""Treatments of one drug: chains of courses without a long interruption, and the beginnings that are planned."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from core.records import DAY, FAR
from tests.oracle.facts import CourseRow
from tests.oracle.phases import DrugCourses
from tests.oracle.spans import Span

#: Of courses that start at one instant, one that is taken comes first, then a hold, then what is only said.
FROM_TAKEN_TO_SAID = {"on-hold": 1, "planned": 2}


@dataclass(frozen=True)
class Treatment:
    """One chain. indications: of its first course. is_restart: not the patient's first of the drug."""

    start: int
    end: int
    indications: frozenset[str]
    is_restart: bool

    @property
    def is_open(self) -> bool:
        return self.end == FAR


def treatments_of(courses: DrugCourses, restart_after_days: int) -> list[Treatment]:
    """Chains of taken and held courses without an interruption long enough to begin anew, later ones included.

    A course dated later than the instant continues a treatment as one dated earlier does; one said to be planned never.
    """
    chains: list[list[CourseRow]] = []
    dated = courses.taken + courses.held + [course for course in courses.planned if course.status != "planned"]
    for course in sorted((one for one in dated if one.start < courses.died), key=lambda course: course.start):
        if chains and course.start - max(other.end for other in chains[-1]) < restart_after_days * DAY:
            chains[-1].append(course)
        else:
            chains.append([course])
    return [
        Treatment(
            chain[0].start,
            min(max(course.end for course in chain), courses.died),
            frozenset({chain[0].indication}),
            number > 0,
        )
        for number, chain in enumerate(chains)
    ]


@dataclass(frozen=True)
class Beginning:
    """A planned start: for what, and the spans in which it is ahead.

    start: when it begins as far as anybody knows; written: as the row has it. is_said: its row says "planned".
    """

    start: int
    written: int
    is_said: bool
    indications: frozenset[str]
    spans: list[Span]


def planned_beginnings(courses: DrugCourses, restart_after_days: int) -> list[Beginning]:
    """Planned starts that no other course leads up to; of those meant for one day the one written earliest speaks,
    of several written for one instant one to be taken, then a hold, then what is only said, then the first row."""
    everything = courses.taken + courses.held + courses.planned
    found: dict[int, Beginning] = {}
    for course in sorted(courses.planned, key=lambda one: (one.start, FROM_TAKEN_TO_SAID.get(one.status, 0))):
        start = courses.meant_start(course)
        if course.start >= courses.died or start in found:
            continue
        leading = [other for other in everything if courses.meant_start(other) < start]
        leading += [other for other in courses.taken + courses.held if other.start == start]
        if not any(start - courses.meant_end(other) < restart_after_days * DAY for other in leading):
            found[start] = Beginning(
                start, course.start, course.status == "planned", frozenset({course.indication}),
                courses.planning([course]),
            )  # fmt: skip
    return list(found.values())


def is_meant(rule: dict[str, Any], indications: frozenset[str]) -> bool:
    """Does a rule on tests hold for treatments of such indications?"""
    return any(
        indication in rule.get("indications", [indication]) and indication not in rule.get("not_indications", [])
        for indication in indications
    )


def is_heard(voice: dict[str, Any], indications: frozenset[str]) -> bool:
    """Does an authority speak on these indications?"""
    return "indications" not in voice or bool(indications & set(voice["indications"]))
