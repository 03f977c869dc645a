"""Whom we cannot protect: one line per cause, the oldest first, drugs without rules listed too (P02, HAZ-014)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.engine.standing import CannotTell
from core.engine.wording import remedy
from core.views.blind_spots import WIDTHS, columns, count_groups, count_line, list_blind_spots
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
    assert (madder.reason, madder.drugs) == ("not_covered", ("tocilizumab",))
    assert columns([madder], example.AS_OF)["why"] == ["No rules for this drug"]


def test_the_oldest_come_first_and_drugs_without_rules_last():
    assert [spot.since is None for spot in SPOTS] == sorted(spot.since is None for spot in SPOTS)


def test_whom_why_and_what_to_do_stand_first_and_fit_a_tablet_held_upright():
    assert list(WIDTHS)[:3] == ["patient", "why", "remedy"]
    assert sum(list(WIDTHS.values())[:3]) <= 744 and sum(WIDTHS.values()) <= 1352


def counted(spots, grouping: str) -> dict[str, int]:
    return {one.words: one.members for one in count_groups(spots, grouping)}


def test_groups_count_patients_by_reason_category_drug_or_patient():
    assert counted(SPOTS, "reason") == {"No usable weight": 1, "No rules for this drug": 1}
    assert counted(SPOTS, "category") == {"Renal dosing": 1, "Everything": 1}
    assert counted(SPOTS, "drug") == {"anakinra": 1, "tocilizumab": 1}
    assert len(count_groups(SPOTS, "patient")) == 2


def test_two_people_of_one_name_and_age_are_two_groups():
    namesake = replace(SPOTS[0], key=SPOTS[0].key + 900)
    assert [one.members for one in count_groups((SPOTS[0], namesake), "patient")] == [1, 1]


@pytest.mark.parametrize("grouping", ["reason", "category", "drug", "patient"])
def test_the_code_of_a_group_names_neither_a_person_nor_what_a_file_says(grouping):
    spots = [replace(one, drugs=("Mrs SORREL's tablets",)) for one in SPOTS]
    codes = " ".join(one.code for one in count_groups(spots, grouping))
    assert not any(name in codes for name in ("SORREL", "TEASEL", "MADDER", "SAMPLE"))


def test_lines_patients_and_the_two_kinds_are_counted_apart():
    spots = (*SPOTS, replace(SPOTS[0], reason="no_result"))
    assert "showing 3 of 9\u00a0lines, 2\u00a0patients · 1\u00a0patient with an unanswered rule, 1 with" in count_line(
        spots, 9
    )


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


def asked(*unknown: tuple[str, str, str, str], drug: str = "anakinra") -> list:
    """Blind spots of one patient. unknown: category, reason, remedy, drug ("" = the usual)."""
    clinic = example.clinic()
    one = clinic.standing.cannot_tell[0]
    told = tuple(
        replace(one, category=category, rule_id=f"{category}.{place}", reason=reason, remedy=said, drug=other or drug)
        for place, (category, reason, said, other) in enumerate(unknown)
    )
    return [
        s for s in list_blind_spots(replace(clinic, standing=replace(clinic.standing, cannot_tell=told))) if s.rules
    ]


def test_tests_of_different_things_that_one_act_would_bring_are_one_line_with_all_they_leave_unjudged():
    (spot,) = asked(
        ("neutropenia", "no_result", remedy("no_result", ("neutrophils",)), ""),
        ("cytopenia", "no_result", remedy("no_result", ("platelets",)), ""),
    )
    assert (spot.judged, spot.rules) == ("Neutropenia and cytopenia", 2)
    assert spot.remedy == "Request neutrophils and platelets, or import the results that exist elsewhere."


def test_a_test_that_only_may_be_at_fault_is_not_said_to_be():
    said = [remedy("implausible", tests) for tests in (("creatinine", "weight"), ("creatinine",), ("platelets",))]
    (spot,) = asked(
        *((name, "implausible", one, "") for name, one in zip(("renal_dosing", "aki", "x"), said, strict=True))
    )
    assert spot.remedy.startswith("The newest results of creatinine and platelets are beyond what is possible")
    apart = asked(("renal_dosing", "implausible", said[0], ""), ("cytopenia", "implausible", said[2], ""))
    assert sorted(one.remedy for one in apart) == sorted((said[0], said[2]))


def test_one_unreadable_report_that_several_rules_wait_for_is_one_line():
    report = " It stands in results.csv, row 7, as written: haemolysed."
    said = [remedy("not_numeric", tests) + report for tests in (("creatinine", "weight"), ("creatinine",))]
    (spot,) = asked(("renal_dosing", "not_numeric", said[0], ""), ("aki", "not_numeric", said[1], ""))
    assert (spot.remedy, spot.judged) == (said[1], "Renal dosing and AKI")


def test_different_remedies_and_different_reasons_stay_lines_of_their_own():
    spots = asked(
        ("renal_dosing", "missing_weight", "Record a weight; creatinine is there.", ""),
        ("renal_dosing", "missing_weight", "Record a body weight.", ""),
        ("dose", "stale_result", remedy("stale_result", ("weight",)), ""),
    )
    assert len(spots) == 3


def test_one_cause_under_two_drugs_is_one_line_that_stands_under_both():
    said = "Record the patient's sex."
    (spot,) = asked(("renal_dosing", "missing_sex", said, ""), ("renal_dosing", "missing_sex", said, "tocilizumab"))
    assert (spot.drugs, spot.rules, spot.judged) == (("anakinra", "tocilizumab"), 2, "Renal dosing")
    assert counted([spot], "drug") == {"anakinra": 1, "tocilizumab": 1}
    assert spot.treatment.startswith("anakinra ") and spot.treatment.endswith("; tocilizumab")


def test_two_drugs_without_rules_of_one_patient_are_one_line():
    clinic = example.clinic()
    (patient_id,) = [s.patient_id for s in SPOTS if not s.rules]
    first = clinic.courses[patient_id][0]
    both = {**clinic.courses, patient_id: (first, replace(first, drug="brimstolimab", course_id="c-2"))}
    (spot,) = [one for one in list_blind_spots(replace(clinic, courses=both)) if not one.rules]
    assert spot.drugs == ("tocilizumab", "brimstolimab")
