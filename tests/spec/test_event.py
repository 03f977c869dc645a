"""Chapter: single events, each a finding of its own for as long as it lasts."""

from __future__ import annotations

import pytest

from tests.spec.clinic import rules_of, taken, tell


@pytest.mark.parametrize(
    ("event", "last_day"),
    [
        ("infection", None),  # a state without an end is ongoing
        ("to 2026-02-12 infection", "2026-02-12"),  # its last day counts
        ("hospital_admission pneumonia", None),
        ("to 2026-02-10 hospital_admission sepsis", "2026-02-10"),
        ("antibiotic amoxicillin", "2026-02-23"),  # 14 days
        ("to 2026-03-20 antibiotic amoxicillin", "2026-03-20"),  # its own end is later
        ("to 2026-02-11 antibiotic amoxicillin", "2026-02-11"),  # or earlier
        ("positive_culture E. coli", "2026-02-23"),
        ("symptom fever", "2026-02-16"),  # 7 days
        ("symptom cough", "2026-02-16"),
    ],
)
def test_how_long_an_event_keeps_its_finding_open(event, last_day):
    def speaks(on: str) -> bool:
        return bool(taken(f"2026-02-10 {event}", on=on).alerts("infection"))

    assert not speaks("2026-02-09")
    assert speaks("2026-02-10")
    if last_day is None:
        assert speaks("2030-02-10")
    else:
        assert speaks(last_day)
        following = f"{last_day[:8]}{int(last_day[8:]) + 1:02}"
        assert not speaks(following)


@pytest.mark.parametrize(
    ("event", "answers"),
    [
        # what was reported                    infection-reported  serious-infection-stop
        ("infection", ("high withhold", "silent")),
        ("infection mild", ("high withhold", "silent")),
        ("infection moderate", ("high withhold", "silent")),
        ("infection serious", ("silent", "high stop")),
        ("antibiotic", ("high withhold", "silent")),
        ("antibiotic serious", ("silent", "high stop")),
        ("antibiotic IV ceftriaxone", ("silent", "high stop")),
        ("antibiotic intravenous", ("silent", "high stop")),
        ("antibiotic ivory tower trial", ("high withhold", "silent")),  # whole words only
        ("antibiotic co-trimoxazole prophylaxis", ("silent", "silent")),
        ("antibiotic Prophylactic", ("silent", "silent")),
        ("hospital_admission", ("silent", "silent")),  # no word of an infection
        ("hospital_admission hip fracture", ("silent", "silent")),
        ("hospital_admission Pneumonia", ("silent", "high stop")),
        ("hospital_admission wound infection", ("silent", "high stop")),
        ("positive_culture", ("high withhold", "silent")),
        ("symptom chills", ("high withhold", "silent")),
        ("symptom rash", ("silent", "silent")),
        ("diabetes", ("silent", "silent")),
    ],
)
def test_which_events_are_an_infection_and_which_a_serious_one(event, answers):
    said = taken(f"2026-02-26 {event}")
    assert (said.answer("infection-reported"), said.answer("serious-infection-stop")) == answers


def test_two_events_are_two_alerts_each_about_its_own():
    said = taken("2026-02-20 infection\n2026-02-25 antibiotic")
    facts = {alert.fact for alert in said.alerts("infection")}
    assert facts == {"event:event-1", "event:event-2"}
    assert sorted(alert.evidence[0].event for alert in said.alerts("infection")) == ["antibiotic", "infection"]


def test_an_event_that_began_before_the_treatment_counts_from_the_treatments_start():
    said = taken("2025-12-20 to 2026-01-10 infection", on="2026-01-05")
    assert said.life("infection-reported") == ["2026-01-01 high withhold"]


def test_an_event_before_a_planned_start_says_do_not_start_until_it_has_ended():
    story = "2026-03-10 anakinra planned\n2026-02-20 to 2026-02-26 infection"
    assert tell(story, "2026-02-26").answer("infection-at-start") == "high do_not_start"
    assert tell(story, "2026-02-27").answer("infection-at-start") == "silent"


@pytest.mark.parametrize(
    ("indication", "positions"),
    [
        ("RA", {"EMA high stop", "FDA high stop", "LOCAL high stop"}),
        ("AOSD", {"LOCAL high stop"}),
        ("NOMID", {"EMA high review", "FDA high review", "LOCAL high review"}),
        ("CAPS", {"EMA high review", "FDA high review", "LOCAL high review"}),
        ("DIRA", {"FDA high review", "LOCAL high review"}),
        ("FMF", {"EMA high review", "LOCAL high review"}),
    ],
)
def test_an_authority_speaks_only_on_the_indications_it_names(indication, positions):
    said = tell(f"2026-01-01 anakinra, for {indication}\n2026-02-25 infection serious", "2026-03-01")
    assert said.positions("infection") == positions


def test_an_event_may_be_about_a_named_fact_and_join_the_alert_on_it():
    said = tell(
        """
        man born 1968-01-01
        2026-01-01  anakinra
        2025-12-20  creatinine 300
        2026-02-20  creatinine 300
        2026-01-02  weight 84
        2026-02-10  dialysis
        """,
        "2026-03-01",
    )
    alert = said.alert("renal_dosing")
    assert {p.rule_id for p in alert.positions} == {"anakinra.renal-frequency", "anakinra.renal-dialysis"}
    assert alert.fact == "creatinine_clearance"


HELD = rules_of("""
    [[rule]]
    id = "infection-while-held"
    kind = "event"
    category = "infection"
    events = "infection"
    while = ["held"]
    priority = "low"
    action = "inform"
    title = "{event}"
""")


def test_an_event_rule_may_speak_while_the_drug_is_on_hold():
    story = "2026-02-10 to 2026-02-19 anakinra on-hold\n2026-02-05 to 2026-02-15 infection"
    assert taken(story, rules=HELD).life("infection-while-held") == ["2026-02-10 low inform", "2026-02-16 silent"]


def test_the_title_names_the_event_in_words():
    assert taken("2026-02-25 antibiotic amoxicillin").alert("infection").title.startswith("Antibiotic (amoxicillin)")
    assert taken("2026-02-25 symptom fever").alert("infection").title.startswith("Fever")
