"""Whom we cannot protect: one line per cause, the oldest first, drugs without rules listed too (P02, HAZ-014)."""

from __future__ import annotations

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
