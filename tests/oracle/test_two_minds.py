"""The engine and the oracle say the same of thousands of random patients: alerts, cannot-tell and schedule alike.

A patient they part on is cut down to the facts that matter and told as a story.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import replace
from functools import cache
from math import nan
from pathlib import Path

import pytest

from core.records import FAR
from tests.oracle.compare import Authorities, Book, cut_down, find_differences, oracle_lines, tell
from tests.oracle.drafts import Draft, draft_patients
from tests.oracle.facts import read_cohort
from tests.oracle.generate import build_cohort
from tests.oracle.reference import read_every_form, read_rules
from tests.oracle.stories import instant

PATIENTS_A_BLOCK = 200
BLOCKS = range(16)  # 3,200 patients by the drug's own protocol, 2,000 by every form of the grammar; on three days each
FORM_BLOCKS = range(16, 26)
#: Block to chosen authorities; the others have them all.
CHOICES: dict[int, Authorities] = {
    3: ("EMA",),
    6: ("FDA",),
    9: ("NHSE",),
    10: ("BSR", "KDIGO"),
    20: ("EMA",),
    23: ("FDA",),
}
ALONE = 100  # patients judged one at a time
SHOWN = 3
EXCLUSIONS = tomllib.loads((Path(__file__).parent / "exclusions.toml").read_text("utf-8"))["difference"]


def book_of(block: int) -> Book:
    return "every form" if block in FORM_BLOCKS else "anakinra"


@cache
def parted(block: int) -> list[tuple[Draft, int, frozenset[str]]]:
    """Every patient and day of a block on which the two part, exclusions not yet let pass."""
    drafts, days = draft_patients(block, PATIENTS_A_BLOCK)
    by_id = {draft.patient_id: draft for draft in drafts}
    return [
        (by_id[patient_id], at, frozenset(lines))
        for at in days
        for patient_id, lines in find_differences(drafts, at, CHOICES.get(block), book_of(block)).items()
    ]


def is_excluded(line: str) -> bool:
    return any(re.search(entry["line"], line) for entry in EXCLUSIONS)


def lines_that_count(differences: dict[str, set[str]]) -> set[str]:
    """The lines of difference that no exclusion lets pass."""
    return {line for lines in differences.values() for line in lines if not is_excluded(line)}


def head_of(line: str) -> str:
    """A line of difference, without its sign, up to what is the patient's own: what is said, of what, by which rule."""
    return re.split(r"event:| since | due | \[", line[2:])[0]


@pytest.mark.parametrize("block", [*BLOCKS, *FORM_BLOCKS])
def test_the_engine_says_what_the_oracle_says(block) -> None:
    chosen, book = CHOICES.get(block), book_of(block)
    faults: dict[str, tuple[Draft, int]] = {}
    for draft, at, lines in parted(block):
        for line in sorted(lines):
            if not is_excluded(line):
                faults.setdefault(head_of(line), (draft, at))
    stories = [
        tell(cut_down(draft, at, chosen, head, book), at, chosen, book)
        for head, (draft, at) in list(faults.items())[:SHOWN]
    ]
    if faults:
        pytest.fail(
            "\n\n".join([f"they part in {len(faults)} ways; the first {len(stories)}:", *stories]), pytrace=False
        )


def test_a_patient_judged_alone_is_judged_as_in_the_clinic() -> None:
    drafts, days = draft_patients(FORM_BLOCKS.stop, ALONE)
    bare = [replace(draft, results=[]) for draft in drafts[: ALONE // 2]]
    parts = [draft for draft in drafts + bare if lines_that_count(find_differences([draft], days[1]))]
    stories = [tell(cut_down(draft, days[1]), days[1]) for draft in parts[:SHOWN]]
    if parts:
        pytest.fail("\n\n".join([f"they part on {len(parts)} patients; the first:", *stories]), pytrace=False)


def given(start: str, end: str = "", status: str = "active", dose: float = 100.0) -> dict[str, object]:
    """One course as a draft has it; `end` is the first day without it."""
    return {
        "drug": "anakinra", "start": instant(start), "end": instant(end) if end else FAR, "status": status,
        "per_day": 1.0, "indication": "RA", "dose": dose, "per_kg": False,
    }  # fmt: skip


TWO_HOLDS = given("2026-01-01"), given("2026-01-20", "2026-02-01", "on-hold"), given("2026-02-01", "", "on-hold")
AGAIN = given("2026-01-25", "", "planned", 200.0)
#: What chance hardly draws: holds that touch around a planned restart, doses planned across a death.
CORNERS = {
    "holds that touch": (*TWO_HOLDS, AGAIN),
    "holds apart": (TWO_HOLDS[0], given("2026-01-20", "2026-01-31", "on-hold"), *TWO_HOLDS[2:], AGAIN),
    "one planned after the death": (given("2026-06-01", "", "planned"), given("2026-07-01", "", "planned")),
    "the same taken twice": (given("2026-01-01"), given("2026-01-01")),
    "gone by, its written end as well": (given("2026-01-20", "2026-03-01", "planned"),),
    "gone by, its written end on the day": (given("2026-01-20", "2026-03-11", "planned"), given("2026-04-01")),
    "two gone by, the later row first": (given("2026-01-20", "", "planned"), given("2025-12-01", "", "planned", 200.0)),
    "gone by and one ahead": (given("2026-01-01", "2026-02-20", "planned"), given("2026-04-01", "", "planned")),
    "dated later and planned at one instant": (given("2026-05-20", "", "planned", 200.0), given("2026-05-20")),
    "planned again after it began and was stopped": (
        given("2026-01-01", "", "planned"),
        given("2026-01-05", "2026-01-25", "stopped"),
    ),
    "a change gone by": (TWO_HOLDS[0], given("2026-01-20", "", "planned", 200.0)),
    "a change gone by, begun that day": (
        given("2026-01-01", "2026-02-01"),
        given("2026-01-20", "", "planned", 200.0),
        given("2026-01-20"),
    ),
    "a restart gone by before the hold": (
        given("2025-12-01", "2026-02-01"),
        given("2026-02-01", "", "on-hold"),
        given("2026-01-05", "", "planned", 200.0),
    ),
    "planned for the day of death": (given("2026-06-14", "", "planned"), given("2026-06-15", "", "planned")),
}


@pytest.mark.parametrize("book", ["anakinra", "every form"])
@pytest.mark.parametrize("corner", CORNERS)
def test_they_agree_on_corners_that_chance_hardly_draws(corner, book) -> None:
    died = instant("2026-06-15")
    low = {
        "analyte": "neutrophils", "at": instant("2026-01-10"), "value": 1.0, "comparator": "", "reason": "",
        "known": instant("2026-01-10"), "superseded": FAR, "ref_high": nan,
    }  # fmt: skip
    draft = Draft(corner, instant("1966-01-02"), "female", died, [low], list(CORNERS[corner]), [])
    for day in ("2026-01-28", "2026-03-10", "2026-05-20", "2026-06-15", "2026-06-16"):
        assert find_differences([draft], instant(day) - 1, None, book) == {}
        lines = oracle_lines(read_cohort(build_cohort([draft]))[0], instant(day) - 1, None, book)
        assert bool(lines) == (instant(day) <= died), day


def test_every_exclusion_is_still_needed_and_says_why() -> None:
    for entry in EXCLUSIONS:
        assert entry["reason"]
        assert any(
            re.search(entry["line"], line)
            for block in (*BLOCKS, *FORM_BLOCKS)
            for _, _, lines in parted(block)
            for line in lines
        )


@cache
def said_by(book: Book) -> str:
    """All that the oracle says of the random patients of one book on their middle day."""
    said = set()
    for block in FORM_BLOCKS if book == "every form" else BLOCKS[1::2]:
        drafts, days = draft_patients(block, PATIENTS_A_BLOCK)
        for facts in read_cohort(build_cohort(drafts)):
            said |= oracle_lines(facts, days[1], None, book)
    return "\n".join(said)


@pytest.mark.parametrize(
    ("book", "read"), [("anakinra", lambda: read_rules("anakinra")), ("every form", read_every_form)]
)
def test_the_random_patients_reach_every_rule(book, read) -> None:
    asked = [rule for rule in read()[0]["rule"] if rule["kind"] not in ("visits", "card") and rule.get("enabled", True)]
    rules = {f"anakinra.{rule['id']}" for rule in asked}
    assert {rule for rule in rules if not re.search(rf"alert .*{re.escape(rule)} ", said_by(book))} == set()


def test_the_random_patients_reach_every_status_and_every_reason() -> None:
    text = said_by("anakinra")
    # Not among them: missing_height, which no rule asks for, and missing_reference_range, which cannot arise while the
    # catalogue has an upper limit of what is held against one, for either sex.
    reasons = {
        "no_result", "stale_result", "no_unit", "unknown_unit", "implausible", "censored", "not_numeric",
        "missing_weight", "missing_sex", "missing_birth_date", "missing_baseline", "unsteady_creatinine",
        "out_of_scope_age", "unknown_dose", "unknown_frequency", "conflicting_duplicate",
    }  # fmt: skip
    assert {reason for reason in reasons if not re.search(rf"cannot tell .*: {reason}$", text, re.MULTILINE)} == set()
    statuses = ("done", "due", "overdue", "missed", "upcoming")
    assert {status for status in statuses if f": {status} by row" not in text} == set()
