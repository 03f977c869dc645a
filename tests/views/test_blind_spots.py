"""Whom we cannot protect: one line per cause, the oldest first, drugs without rules listed too (P02, HAZ-014)."""

from __future__ import annotations

from dataclasses import replace

from core.engine.standing import CannotTell
from core.engine.wording import remedy
from core.views.blind_spots import columns, count_groups, count_line_beside, list_blind_spots
from tests.views import example

SPOTS = list_blind_spots(example.clinic())


def test_several_silent_rules_with_one_cause_are_one_line():
    teasel = [spot for spot in SPOTS if spot.who.startswith("TEASEL")]
    assert [(spot.reason, spot.categories, spot.rules) for spot in teasel] == [("missing_weight", ("renal_dosing",), 2)]


def test_each_line_tells_what_is_not_judged_why_and_the_cheapest_remedy():
    table = columns(SPOTS, example.AS_OF)
    assert [column[0] for column in (table["what"], table["why"], table["remedy"], table["since"])] == [
        "Renal dosing", "No usable weight", "Record a weight; creatinine is there.", "50\u00a0days",
    ]  # fmt: skip


def test_a_drug_without_rules_is_a_blind_spot_too():
    madder = next(spot for spot in SPOTS if spot.who.startswith("MADDER"))
    assert (madder.reason, madder.drug) == ("not_covered", "tocilizumab")
    assert columns([madder], example.AS_OF)["why"] == ["No rules for this drug"]


def test_the_oldest_come_first_and_drugs_without_rules_last():
    assert [spot.since is None for spot in SPOTS] == sorted(spot.since is None for spot in SPOTS)


def test_groups_count_patients_by_reason_category_drug_or_patient():
    assert dict(count_groups(SPOTS, "reason")) == {"No usable weight": 1, "No rules for this drug": 1}
    assert dict(count_groups(SPOTS, "category")) == {"Renal dosing": 1, "Everything": 1}
    assert dict(count_groups(SPOTS, "drug")) == {"anakinra": 1, "tocilizumab": 1}
    assert len(count_groups(SPOTS, "patient")) == 2


def test_the_two_kinds_are_counted_apart():
    assert count_line_beside(SPOTS) == "1\u00a0patient with an unanswered rule, 1 with a drug without rules"


def screening(*tests: str, reason: str = "stale_result", drug: str = "anakinra") -> list:
    """Blind spots of one patient whose screening tests all answer nothing, for one reason."""
    clinic = example.clinic()
    patient_id = clinic.standing.cannot_tell[0].patient_id
    unknown = tuple(
        CannotTell(patient_id, drug, f"{drug}.{test}", "screening", reason, remedy(reason, (test,)), example.AS_OF)
        for test in tests
    )
    picture = replace(clinic, standing=replace(clinic.standing, cannot_tell=unknown))
    return [spot for spot in list_blind_spots(picture) if spot.rules]


def test_the_screening_tests_of_one_patient_are_one_line_that_names_them_all_properly():
    (spot,) = screening("hbsag", "anti_hbc", "hcv_antibody", "igra")
    assert spot.remedy == (
        "The last results of HBsAg, anti-HBc, anti-HCV and IGRA are too old to answer: request new ones."
    )
    assert spot.rules == 4


def test_a_test_that_two_rules_wait_for_is_named_once():
    (spot,) = screening("hbsag", "anti_hbc", "hbsag", reason="no_result")
    assert spot.remedy == "Request HBsAg and anti-HBc, or import the results that exist elsewhere."


def test_tests_of_different_things_stay_lines_of_their_own():
    clinic = example.clinic()
    one = clinic.standing.cannot_tell[0]
    unknown = tuple(
        replace(one, category=category, rule_id=f"anakinra.{test}", reason="no_result",
                remedy=remedy("no_result", (test,)))
        for category, test in (("neutropenia", "neutrophils"), ("cytopenia", "platelets"))
    )  # fmt: skip
    picture = replace(clinic, standing=replace(clinic.standing, cannot_tell=unknown))
    assert len([spot for spot in list_blind_spots(picture) if spot.rules]) == 2
