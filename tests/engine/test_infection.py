"""An infection as an episode, and what stands before a restart: every answer rests on a fact, never on silence."""

from __future__ import annotations

import pytest

from core.engine.blunting import blunting_at
from core.engine.features import Measurements
from core.engine.infection import infection_at
from core.engine.known import as_known_at
from core.engine.restart import restart_checklist
from core.engine.wording import iso_date
from core.protocols.loader import load_protocols
from tests.spec.clinic import Clinic, end_of

TAKEN = "2026-01-01 anakinra"


def measured(story: str, on: str) -> Measurements:
    at = end_of(on)
    cohort = as_known_at(Clinic.of(f"{TAKEN}\n{story}").cohort(), at)
    return Measurements(cohort, load_protocols().common, at)


def state(story: str, on: str) -> str:
    """ "active since 2026-02-03, from 2026-02-01"."""
    found = infection_at(measured(story, on), 0, end_of(on))
    if found.since is None:
        return found.state
    return f"{found.state} since {iso_date(found.since)}, from {iso_date(found.opened or 0)}"


def checks(story: str, on: str) -> dict[str, str]:
    """The first word of each check to its answer."""
    return {c.what.split()[0]: c.verdict for c in restart_checklist(measured(story, on), 0, end_of(on))}


def because(story: str, on: str, what: str) -> str:
    return next(c.because for c in restart_checklist(measured(story, on), 0, end_of(on)) if c.what.startswith(what))


@pytest.mark.parametrize(
    ("story", "expected"),
    [
        ("2026-02-01 neutrophils 3", "none"),
        ("2026-02-03 temperature 38.0", "suspect since 2026-02-03, from 2026-02-03"),
        ("2026-02-03 temperature 37.9", "none"),
        ("2026-02-03 symptom cough", "suspect since 2026-02-03, from 2026-02-03"),
        ("2026-02-03 antibiotic amoxicillin", "active since 2026-02-03, from 2026-02-03"),
        ("2026-02-03 antibiotic co-trimoxazole prophylaxis", "none"),
        ("2026-02-03 positive_culture", "active since 2026-02-03, from 2026-02-03"),
        ("2026-02-03 blood_culture positive", "active since 2026-02-03, from 2026-02-03"),
        (
            "2026-02-03 blood_culture positive\n2026-02-04 blood_culture negative",
            "active since 2026-02-03, from 2026-02-03",
        ),
        ("2026-02-03 blood_culture negative", "none"),
        ("2026-02-03 infection serious pneumonia", "serious since 2026-02-03, from 2026-02-03"),
        ("2026-02-03 antibiotic intravenous ceftriaxone", "serious since 2026-02-03, from 2026-02-03"),
    ],
)
def test_the_gravest_fact_that_stands_is_the_state(story: str, expected: str) -> None:
    assert state(story, "2026-02-05") == expected


def test_an_episode_that_worsens_keeps_its_beginning() -> None:
    story = "2026-02-01 symptom fever\n2026-02-03 to 2026-02-12 antibiotic amoxicillin\n2026-02-05 infection serious"
    assert state(story, "2026-02-02") == "suspect since 2026-02-01, from 2026-02-01"
    assert state(story, "2026-02-04") == "active since 2026-02-03, from 2026-02-01"
    assert state(story, "2026-02-06") == "serious since 2026-02-05, from 2026-02-01"


def test_an_episode_is_resolved_when_its_last_fact_has_ended() -> None:
    story = "2026-02-01 to 2026-02-10 infection cellulitis"
    assert state(story, "2026-02-10") == "active since 2026-02-01, from 2026-02-01"
    assert state(story, "2026-02-11") == "resolved since 2026-02-11, from 2026-02-01"


def test_a_fever_is_over_with_the_next_normal_temperature_or_after_seven_days() -> None:
    assert state("2026-02-03 temperature 38.6\n2026-02-05 temperature 36.8", "2026-02-05").startswith("resolved")
    assert state("2026-02-03 temperature 38.6", "2026-02-09").startswith("suspect")
    assert state("2026-02-03 temperature 38.6", "2026-02-10").startswith("resolved")


def test_a_temperature_that_only_may_be_fever_makes_no_state() -> None:
    assert state("2026-02-03 temperature >37.5", "2026-02-03") == "none"


def test_without_an_infection_there_is_no_checklist() -> None:
    assert checks("2026-02-03 temperature 36.8", "2026-02-05") == {}


INFECTED = "2026-02-01 to 2026-02-20 infection cellulitis"


@pytest.mark.parametrize(
    ("story", "expected"),
    [
        ("", "cannot tell"),
        ("2026-02-09 temperature 36.8", "met"),
        ("2026-02-08 temperature 36.8", "cannot tell"),  # too long ago to speak for the last 48 hours
        ("2026-02-09 temperature 38.0", "not met"),
        ("2026-02-09 temperature 38.4\n2026-02-10 temperature 36.8", "not met"),
        ("2026-02-10 symptom fever\n2026-02-10 temperature 36.8", "not met"),
        ("2026-02-09 temperature 36.8\n2026-02-10 temperature !no_unit", "cannot tell"),
        ("2026-02-10 temperature <39", "cannot tell"),
    ],
)
def test_two_days_without_fever_are_met_only_by_a_temperature_of_these_days(story: str, expected: str) -> None:
    assert checks(f"{INFECTED}\n{story}", "2026-02-10")["No"] == expected


@pytest.mark.parametrize(
    ("story", "expected"),
    [
        ("", "cannot tell"),
        ("2026-02-02 to 2026-02-09 antibiotic amoxicillin", "met"),
        ("2026-02-02 to 2026-02-11 antibiotic amoxicillin", "not met"),
        ("2026-02-02 antibiotic amoxicillin", "not met"),
        ("2025-06-02 to 2025-06-09 antibiotic amoxicillin", "cannot tell"),  # of another episode
    ],
)
def test_antibiotics_are_completed_only_by_an_end_date(story: str, expected: str) -> None:
    assert checks(f"{INFECTED}\n{story}", "2026-02-10")["Antibiotics"] == expected


def test_an_antibiotic_without_an_end_date_is_never_taken_for_completed() -> None:
    story = f"{INFECTED}\n2026-02-02 antibiotic amoxicillin"
    assert checks(story, "2026-02-19")["Antibiotics"] == "cannot tell"
    assert "no end date" in because(story, "2026-02-19", "Antibiotics")


USUAL = f"{INFECTED}\n2025-12-01 crp 4\n2026-01-10 crp 6"


@pytest.mark.parametrize(
    ("story", "expected"),
    [
        ("", "cannot tell"),
        ("2026-02-09 crp 7.5", "met"),  # 1.5 times the median of 5
        ("2026-02-09 crp 7.6", "not met"),
        ("2026-02-09 crp <5", "met"),
        ("2026-02-09 crp <9", "cannot tell"),
        ("2026-02-09 crp >20", "not met"),
        ("2026-02-09 crp !no_unit", "cannot tell"),
    ],
)
def test_the_crp_is_held_against_the_patients_own_baseline(story: str, expected: str) -> None:
    assert checks(f"{USUAL}\n{story}", "2026-02-10")["CRP"] == expected


def test_without_an_own_baseline_nobody_can_tell_whether_the_crp_has_settled() -> None:
    assert checks(f"{INFECTED}\n2026-02-09 crp 3", "2026-02-10")["CRP"] == "cannot tell"
    assert checks(f"{INFECTED}\n2025-10-01 crp 5\n2026-02-09 crp 3", "2026-02-10")["CRP"] == "cannot tell"  # too old


def test_on_an_interleukin_6_blocker_a_normal_crp_says_nothing() -> None:
    story = f"{USUAL}\n2026-02-09 crp 3\n2026-01-05 tocilizumab, once weekly"
    assert checks(story, "2026-02-10")["CRP"] == "cannot tell"
    assert "suppresses CRP" in because(story, "2026-02-10", "CRP")


@pytest.mark.parametrize(("on", "silenced"), [("2026-04-10", True), ("2026-04-11", False)])
def test_the_blocker_counts_for_five_half_lives_after_its_end(on: str, silenced: bool) -> None:
    cohort = measured("2025-12-01 to 2026-01-30 tocilizumab stopped, once weekly", on).cohort
    assert any(one.silenced for one in blunting_at(cohort, 0, end_of(on))) is silenced


def test_a_planned_blocker_blunts_nothing_yet() -> None:
    cohort = measured("2026-01-20 sarilumab planned, every 2 weeks", "2026-02-10").cohort
    assert not any(one.silenced for one in blunting_at(cohort, 0, end_of("2026-02-10")))
