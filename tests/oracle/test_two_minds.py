"""The engine and the oracle say the same of thousands of random patients: alerts, cannot-tell and schedule alike.

A patient they part on is cut down to the facts that matter and told as a story.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from tests.oracle.compare import Authorities, cut_down, find_differences, oracle_lines, tell
from tests.oracle.drafts import Draft, draft_patients
from tests.oracle.facts import read_cohort
from tests.oracle.generate import build_cohort
from tests.oracle.reference import read_rules

PATIENTS_A_BLOCK = 200
BLOCKS = range(12)  # 2,400 patients, each judged on three days
#: Block to chosen authorities; the others have them all.
CHOICES: dict[int, Authorities] = {3: ("EMA",), 6: ("FDA",), 9: ("NHSE",), 10: ("BSR", "KDIGO")}
ALONE = 100  # patients judged one at a time
SHOWN = 3
EXCLUSIONS = tomllib.loads((Path(__file__).parent / "exclusions.toml").read_text("utf-8"))["difference"]


@cache
def parted(block: int) -> list[tuple[Draft, int, frozenset[str]]]:
    """Every patient and day of a block on which the two part, exclusions not yet let pass."""
    drafts, days = draft_patients(block, PATIENTS_A_BLOCK)
    by_id = {draft.patient_id: draft for draft in drafts}
    return [
        (by_id[patient_id], at, frozenset(lines))
        for at in days
        for patient_id, lines in find_differences(drafts, at, CHOICES.get(block)).items()
    ]


def is_excluded(line: str) -> bool:
    return any(re.search(entry["line"], line) for entry in EXCLUSIONS)


def head_of(line: str) -> str:
    """A line of difference, without its sign, up to what is the patient's own: what is said, of what, by which rule."""
    return re.split(r"event:| since | due | \[", line[2:])[0]


@pytest.mark.parametrize("block", BLOCKS)
def test_the_engine_says_what_the_oracle_says(block) -> None:
    chosen = CHOICES.get(block)
    faults: dict[str, tuple[Draft, int]] = {}
    for draft, at, lines in parted(block):
        for line in sorted(lines):
            if not is_excluded(line):
                faults.setdefault(head_of(line), (draft, at))
    stories = [
        tell(cut_down(draft, at, chosen, on=head), at, chosen) for head, (draft, at) in list(faults.items())[:SHOWN]
    ]
    if faults:
        pytest.fail(
            "\n\n".join([f"they part in {len(faults)} ways; the first {len(stories)}:", *stories]), pytrace=False
        )


def test_a_patient_judged_alone_is_judged_as_in_the_clinic() -> None:
    drafts, days = draft_patients(len(BLOCKS), ALONE)
    bare = [replace(draft, results=[]) for draft in drafts[: ALONE // 2]]
    stories = [tell(draft, days[1]) for draft in drafts + bare if find_differences([draft], days[1])]
    assert not stories, "\n\n".join(stories[:SHOWN])


def test_every_exclusion_is_still_needed_and_says_why() -> None:
    for entry in EXCLUSIONS:
        assert entry["reason"]
        assert any(
            re.search(entry["line"], line) for block in BLOCKS for _, _, lines in parted(block) for line in lines
        )


def test_the_random_patients_reach_every_rule_every_status_and_every_reason() -> None:
    said = set()
    for block in BLOCKS:
        drafts, days = draft_patients(block, PATIENTS_A_BLOCK)
        for facts in read_cohort(build_cohort(drafts)):
            said |= oracle_lines(facts, days[1])
    text = "\n".join(said)
    rules = {f"anakinra.{rule['id']}" for rule in read_rules("anakinra")[0]["rule"] if rule["kind"] != "visits"}
    assert {rule for rule in rules if not re.search(rf"alert .*{re.escape(rule)} ", text)} == set()
    # Not among them: missing_height and unknown_dose, which no rule asks for, and missing_reference_range, which cannot
    # arise while the catalogue has an upper limit of creatinine for either sex.
    reasons = {
        "no_result", "stale_result", "no_unit", "unknown_unit", "implausible", "censored", "not_numeric",
        "missing_weight", "missing_sex", "missing_birth_date", "missing_baseline", "unsteady_creatinine",
        "out_of_scope_age", "unknown_frequency", "conflicting_duplicate",
    }  # fmt: skip
    assert {reason for reason in reasons if not re.search(rf"cannot tell .*: {reason}$", text, re.MULTILINE)} == set()
    statuses = ("done", "due", "overdue", "missed", "upcoming")
    assert {status for status in statuses if f": {status} by row" not in text} == set()
