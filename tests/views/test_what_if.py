"""What a trial says: counts that add up, rates with their difference, bounds as bounds, and people by name."""

from __future__ import annotations

import pytest

from core.records import FAR
from core.views.what_if import (
    KINDS,
    Fired,
    PatientChange,
    Rates,
    WhatIf,
    apart_line,
    bound_text,
    columns,
    rates_table,
    summary,
    trial_sentence,
)
from tests.views import example

ON = example.day("2026-11-18")


def fired(value: float | None = 0.9, *, opened: int = ON, closed: int = FAR) -> Fired:
    return Fired("anakinra.neutrophils-stop", opened, closed, "high", value)


def answer(**changes) -> WhatIf:
    changed = (
        PatientChange("SAMPLE-0001", "gained", (), (fired(1.7),)),
        PatientChange("SAMPLE-0002", "lost", (fired(1.4, closed=ON + 86_400),), ()),
        PatientChange("SAMPLE-0003", "unchanged", (fired(),), (fired(),)),
    )
    before, after = Rates(2, 3, 1, 40, 0.03, 4.8), Rates(2, 5, 2, 36, 0.05, 4.32)
    told = {
        "rule_id": "anakinra.neutrophils-stop", "start": example.day("2025-11-20"), "end": example.AS_OF, "treated": 9,
        "untouched": 6, "months": 100.0, "before": before, "after": after, "patients": changed,
        "rules": ("anakinra.neutrophils-stop",),
    }  # fmt: skip
    return WhatIf(**{**told, **changes})


def test_the_summary_counts_every_patient_once():
    said = summary(answer()).replace("\u00a0", " ")
    assert said == (
        "9 patients on the drug from 20-Nov-2025 to 20-Nov-2026: 1 gained, 1 lost, 0 changed, 1 unchanged, "
        "6 never concerned."
    )


@pytest.mark.parametrize(
    "cells", [("3", "5", "+2"), ("3.00", "5.00", "+2.00"), ("40", "36", "−4"), ("4.80", "4.32", "−0.48")]
)
def test_rates_stand_before_after_and_as_difference(cells):
    row = "".join(f'<td class="n-number">{cell}</td>' for cell in cells)
    assert row in rates_table(answer())


def test_without_treatment_there_is_no_rate_rather_than_a_nought():
    none = Rates(0, 0, 0, 0, None, None)
    assert rates_table(answer(before=none, after=none)).count("no treatment") == 4


def test_people_are_named_with_what_fired_and_what_would():
    cells = columns(answer().patients, example.clinic().people, example.AS_OF)
    assert cells["patient"][0].startswith("OAKMOSS, Zephyrine")
    assert (cells["was"][0], cells["would"][0]) == ("did not fire", "HIGH (1.7) 18-Nov-2026, still met")
    assert (cells["was"][1], cells["would"][1]) == ("HIGH (1.4) 18-Nov-2026 to 19-Nov-2026", "would not fire")


def test_of_many_stretches_the_newest_two_are_told_and_the_rest_counted():
    several = tuple(fired(opened=ON - step * 864_000, closed=ON - step * 864_000 + 86_400) for step in range(5))
    cells = columns([PatientChange("SAMPLE-0001", "gained", (), several)], example.clinic().people, example.AS_OF)
    assert cells["would"][0].endswith("; 3 more")


@pytest.mark.parametrize(("value", "said"), [(1.9999999999999998, "<2"), (30.000000000000004, ">30"), (1.49, "1.49")])
def test_a_bound_is_never_shown_as_the_number_it_bounds(value, said):
    assert bound_text(value) == said


def test_a_trial_is_called_one():
    assert trial_sentence(answer(), "Count low", "Neutrophils", "1.5", 2.0, False) == (
        "Trial, not a change: Count low. Neutrophils: 2 instead of 1.5. Rule id: anakinra.neutrophils-stop."
    )
    assert "off instead of evaluated" in trial_sentence(answer(), "Count low", "the rule", "evaluated", 0.0, True)


def test_what_nobody_could_judge_is_a_third_answer_with_its_reason():
    blind = Fired("anakinra.neutrophils-stop", ON, FAR, "cannot_tell", None, "censored")
    told = answer(patients=(PatientChange("SAMPLE-0001", "cannot_tell", (fired(1.4999999999999998),), (blind,)),))
    cells = columns(told.patients, example.clinic().people, example.AS_OF)
    assert cells["kind"] == ["cannot tell"]
    assert cells["was"] == ["HIGH (<1.5) 18-Nov-2026, still met"]
    assert cells["would"] == ["CANNOT TELL 18-Nov-2026, still: reported only as < or >, across the limit"]
    assert "0 gained, 0 lost, 1 cannot tell, 0 changed" in summary(told)
    assert "Cannot tell" in KINDS["cannot_tell"]


def test_why_alerts_stay_when_the_rule_falls_silent_is_said_only_where_they_do():
    def moved(patients: int, alerts: int) -> WhatIf:
        return answer(before=Rates(6, 11, 1, 40, 0.1, 4.8), after=Rates(patients, alerts, 1, 40, 0.1, 4.8))

    assert "another rule or authority speaks" in apart_line(moved(2, 11))
    assert apart_line(moved(12, 12)) != ""
    assert apart_line(moved(2, 7)) == apart_line(moved(6, 11)) == apart_line(moved(9, 14)) == ""
