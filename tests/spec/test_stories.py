"""Chapter: every rule is proved. The stories beside a protocol show each band, each authority and each silence."""

from __future__ import annotations

import pytest

from core.protocols.cases import read_cases
from core.protocols.coverage import list_uncovered
from core.protocols.loader import FOLDER, load_protocols
from core.services.check_protocols import check_leaf_boundaries
from tests.spec.clinic import DRUG

PROTOCOL = load_protocols().drugs[DRUG]
STORIES = read_cases(FOLDER / f"{DRUG}.cases.toml")


def without(rule: str):
    """The stories as if nobody had thought of one rule."""
    told = []
    for story in STORIES:
        alerts = tuple(
            alert.model_copy(update={"says": tuple(line for line in alert.says if line.split()[0] != rule)})
            for alert in story.alerts
            if alert.rule != rule
        )
        tests = {r.test for r in PROTOCOL.rules if r.id == rule and r.kind == "visits"}
        visits = tuple(visit for visit in story.schedule or () if visit.test not in tests)
        silent = tuple(name for name in story.silent if name != rule)
        told.append(story.model_copy(update={"alerts": alerts, "schedule": visits, "silent": silent}))
    return told


def test_no_rule_is_without_its_story():
    assert list_uncovered(PROTOCOL, STORIES) == []


@pytest.mark.parametrize("rule", [rule.id for rule in PROTOCOL.rules])
def test_a_rule_that_lost_its_stories_is_named(rule):
    faults = list_uncovered(PROTOCOL, without(rule))
    assert any(f"no case shows {rule}" in fault for fault in faults)


def test_a_story_about_a_rule_that_does_not_exist_is_named():
    story = STORIES[0].model_copy(update={"silent": ("neutrophils-stopp",)})
    assert any("neutrophils-stopp" in fault for fault in list_uncovered(PROTOCOL, [*STORIES, story]))


def test_every_limit_in_a_combined_condition_decides_for_somebody():
    said = list(check_leaf_boundaries(PROTOCOL, load_protocols()))
    assert [fault for fault in said if fault] == []
    assert len(said) >= 40
