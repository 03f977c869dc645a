"""Taken, on hold or not begun: one answer on every screen, the same that the engine gives (HAZ-014)."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from core.engine.phases import DrugCourses
from core.protocols.loader import load_protocols
from core.records import DAY
from core.views.model import Outside
from core.views.patient import verdicts
from core.views.preview import preview
from core.views.stage import held_since, stage_of
from core.views.text import iso_text
from core.views.worklist import list_patients
from tests.spec.clinic import DRUG, Clinic
from tests.views import example

NAME = "SAMPLE-0001"
AS_OF = example.AS_OF


def course(start: str, status: str = "active", end: str = "", drug: str = "anakinra"):
    return example.course(NAME, drug, start=start, status=status, end=end)


BEFORE = course("2026-06-02", end="2026-11-01")
HOLD = course("2026-11-01", "on-hold")
ON_RECORD = {
    "taken": ([course("2026-06-02")], "taken"),
    "held": ([BEFORE, HOLD], "held"),
    "hold written within a course that runs": ([course("2026-06-02"), HOLD], "held"),
    "taken again, hold left open": ([BEFORE, HOLD, course("2026-11-10")], "taken"),
    "taken again on the day of the hold": ([BEFORE, HOLD, course("2026-11-01")], "taken"),
    "taken again and held anew": ([BEFORE, HOLD, course("2026-11-10"), course("2026-11-15", "on-hold")], "held"),
    "to be taken again later": ([BEFORE, HOLD, course("2026-11-30")], "held"),
    "restart planned": ([BEFORE, HOLD, course("2026-11-30", "planned")], "held"),
    "to be held later": ([course("2026-06-02"), course("2026-11-30", "on-hold")], "taken"),
    "planned": ([course("2026-11-30", "planned")], "planned"),
    "planned, the day has passed": ([course("2026-11-10", "planned")], "planned"),
}


@pytest.mark.parametrize(("courses", "stage"), ON_RECORD.values(), ids=ON_RECORD)
def test_a_drug_is_held_taken_or_planned(courses, stage):
    assert stage_of(courses, "anakinra", AS_OF) == stage
    assert (held_since(courses, "anakinra", AS_OF) is not None) == (stage == "held")


@pytest.mark.parametrize(("courses", "stage"), ON_RECORD.values(), ids=ON_RECORD)
def test_the_engine_judges_it_as_the_screens_tell_it(courses, stage):
    story = ["A: woman born 1962-03-12"]
    for one in courses:
        last = "" if one.end is None else f" to {iso_text(one.end - 1)[:10]}"
        story.append(f"{iso_text(one.start)[:10]}{last} {DRUG} {'' if one.status == 'active' else one.status}".strip())
    judged = DrugCourses.of(Clinic.of("\n".join(story)).cohort(), DRUG, AS_OF, load_protocols().common.planning)
    running, held = (
        any(start <= AS_OF < end for start, end in zip(spans.start.tolist(), spans.end.tolist(), strict=True))
        for spans in (judged.running, judged.held)
    )
    assert (held, running) == (stage == "held", stage == "taken")


def test_it_is_held_since_the_hold_that_stands():
    assert held_since(ON_RECORD["taken again and held anew"][0], "anakinra", AS_OF) == example.day("2026-11-15")


def screens(courses, *, outside: bool = False, count: float = 4.0):
    """What the patient screen, a row of the worklist and its preview say of this treatment."""
    low = (Outside("haemoglobin", AS_OF - DAY, AS_OF - DAY, 58.0, "", 120.0, 150.0),) if outside else ()
    quiet = replace(example.patient(), courses=tuple(courses), alerts=(), cannot_tell=(), schedule=(), outside=low)
    quiet = replace(quiet, series={"neutrophils": (example.point(1, "2026-11-18", count),)})
    clinic = example.clinic()
    clinic = replace(
        clinic, standing=replace(clinic.standing, alerts=(), cannot_tell=(), schedule=()), outside={NAME: low},
        people={NAME: clinic.people[NAME]}, courses={NAME: tuple(courses)},
        sparks={(NAME, "neutrophils"): ((AS_OF - DAY, count),)},
    )  # fmt: skip
    row = list_patients(clinic)[0]
    return re.sub(r"<[^>]+>", " ", verdicts(quiet)), row, re.sub(r"<[^>]+>", " ", preview(clinic, row))


@pytest.mark.parametrize(("courses", "stage"), ON_RECORD.values(), ids=ON_RECORD)
def test_every_screen_gives_the_same_answer(courses, stage):
    answers = {"held": "HELD", "taken": "Go on", "planned": "No alert against the start"}
    told, row, beside = screens(courses)
    assert row.mark == ("held" if stage == "held" else "in_limits")
    for answer in answers.values():
        assert (answer in told) == (answer in beside) == (answer == answers[stage])


def test_a_result_far_out_of_its_range_of_a_drug_taken_again_asks_for_a_review():
    told, row, beside = screens(ON_RECORD["taken again, hold left open"][0], outside=True)
    assert row.mark == "low" and "HELD" not in row.why
    assert "Review" in told and "Review" in beside and "HELD" not in told + beside
    assert "held from 01-Nov-2026, taken again on 10-Nov-2026" in told and "On hold since" not in told


def test_a_drug_taken_beside_another_on_hold_is_not_told_as_held():
    both = [course("2026-11-01", "on-hold", drug="other"), course("2026-06-02")]
    clinic = example.clinic()
    clinic = replace(
        clinic, standing=replace(clinic.standing, alerts=(), cannot_tell=(), schedule=()),
        people={NAME: clinic.people[NAME]}, courses={NAME: tuple(both)}, drugs_covered=("anakinra", "other"),
    )  # fmt: skip
    row = list_patients(clinic)[0]
    said = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", preview(clinic, row)))
    assert row.mark == "held" and re.search(r"other ‖ HELD On hold", said)
    assert re.search(r"anakinra ✓ IN LIMITS Go on", said)


def test_a_result_outside_its_range_is_marked_where_another_drug_is_taken_beside_the_one_on_hold():
    picture = example.clinic()
    name = "SAMPLE-0001"
    (drug,) = {one.drug for one in picture.courses[name] if one.drug in picture.drugs_covered}
    held = next(one for one in picture.courses[name] if one.drug == drug)
    held = replace(held, status="on-hold", start=picture.as_of - DAY, end=None)
    taken = replace(held, course_id="OTHER", drug="second", status="active", start=picture.as_of - 9 * DAY)
    low = Outside("haemoglobin", picture.as_of, picture.as_of, 58.0, "", 115.0, 165.0)
    bare = replace(
        picture, standing=replace(picture.standing, alerts=(), cannot_tell=(), schedule=()), outside={name: (low,)},
        drugs_covered=(drug, "second"),
    )  # fmt: skip

    def marks(*courses):
        shown = replace(bare, courses={**picture.courses, name: courses})
        return next(row.marks for row in list_patients(shown) if row.patient_id == name)

    assert marks(held) == ("held",)
    assert "low" in marks(held, taken)
