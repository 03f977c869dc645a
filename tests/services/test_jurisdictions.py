"""The same patient under each authority alone: who says what, who is silent and why, and where the sources differ."""

from __future__ import annotations

import json
from typing import Any

import pytest

from core.errors import InputRefused
from core.protocols.disagreements import disagreements, disagreements_on
from core.protocols.loader import load_protocols
from core.services.explain import explain_alert
from core.services.jurisdictions import compare_authorities
from tests.spec.clinic import Clinic, end_of, taken

Json = dict[str, Any]


def table(story: str, on: str = "2026-03-01") -> Json:
    told = compare_authorities(Clinic.of(f"2026-01-01 anakinra\n{story}").cohort(), "A", end_of(on))
    return json.loads(json.dumps(told, allow_nan=False))


def row(told: Json, category: str, fact: str) -> Json:
    (found,) = [one for one in told["rows"] if (one["category"], one["fact"]) == (category, fact)]
    return found


def test_a_low_count_is_a_stop_for_one_and_a_review_for_the_others() -> None:
    says = row(table("2026-02-20 neutrophils 1.2"), "neutropenia", "neutrophils")["says"]
    assert {who: one["action"] for who, one in says.items() if one["speaks"]} == {
        "EMA": "stop", "FDA": "review", "BSR": "review", "LOCAL": "repeat_test",
    }  # fmt: skip


def test_a_count_that_only_one_authority_minds_shows_the_others_silent_with_their_limit() -> None:
    found = row(table("2026-02-20 neutrophils 1.55"), "neutropenia", "neutrophils")
    assert found["says"]["BSR"]["action"] == "review"
    assert found["says"]["EMA"]["speaks"] is False
    assert found["says"]["EMA"]["because"] == "neutrophils 1.55 ×10⁹/L on 20-Feb-2026 is not below 1.5 ×10⁹/L"
    assert found["says"]["KDIGO"]["because"] == "no rule of theirs on this"


def test_each_authority_keeps_its_own_words_and_source() -> None:
    says = row(table("2026-02-20 neutrophils 1.2"), "neutropenia", "neutrophils")["says"]
    assert says["EMA"]["advice"] != says["FDA"]["advice"]
    assert "SmPC" in says["EMA"]["source"]["document"]
    assert "PI" in says["FDA"]["source"]["document"]


def test_whether_they_agree_is_told() -> None:
    told = table("2026-02-20 neutrophils 1.2\n2026-02-27 infection serious")
    assert row(told, "neutropenia", "neutrophils")["agree"] is False
    infection = next(one for one in told["rows"] if one["category"] == "infection")
    assert infection["agree"] is True


def test_the_schedules_stand_side_by_side() -> None:
    """FDA asks monthly for three months only; EMA and BSR for six: the fourth visit is theirs alone."""
    schedule = table("2025-12-20 neutrophils 3", "2026-04-20")["schedule"]["anakinra"]
    due = {who: {one["due_date"] for one in visits if one["test"] == "neutrophils"} for who, visits in schedule.items()}
    assert "2026-05-01" in due["EMA"]
    assert "2026-05-01" not in due["FDA"]
    assert "LOCAL" not in schedule


def test_nobody_on_file_is_refused_in_words() -> None:
    with pytest.raises(InputRefused, match="No patient has the identifier"):
        compare_authorities(Clinic.of("2026-01-01 anakinra").cohort(), "Z", end_of("2026-03-01"))


def test_a_patient_on_no_monitored_drug_has_an_empty_table() -> None:
    told = compare_authorities(Clinic.of("2026-01-01 neutrophils 1.2").cohort(), "A", end_of("2026-03-01"))
    assert (told["rows"], told["schedule"]) == ([], {})


def test_an_alert_shows_the_disagreements_that_touch_it_and_no_other() -> None:
    said = taken("2026-02-20 neutrophils 1.2\n2025-12-01 creatinine 80\n2026-02-24 creatinine 190")
    shown = {
        alert.category: [one["id"] for one in explain_alert(alert, said.history, {}, {})["disagreements"]]
        for alert in said.standing.alerts
        if alert.category in ("neutropenia", "aki")
    }
    assert shown == {"neutropenia": ["C2", "C25"], "aki": ["C17", "C18"]}


def test_every_conflict_that_touches_the_drug_is_on_file_with_both_sides() -> None:
    wanted = {"C1", "C2", "C3", "C4", "C5", "C6", "C7", "C17", "C18", "C21", "C22", "C24", "C25"}
    assert {one.id for one in disagreements()} == wanted
    assert all(len({side.who for side in one.sides}) >= 2 for one in disagreements())
    assert all(one.note.strip() for one in disagreements())


def test_every_key_of_a_disagreement_is_a_key_of_some_rule() -> None:
    written = {key for rule in load_protocols().drugs["anakinra"].rule for key in rule.keys}
    missing = {one.id: set(one.keys) - written for one in disagreements() if not set(one.keys) <= written}
    assert missing == {}


def test_a_disagreement_about_another_drug_does_not_touch_this_one() -> None:
    assert disagreements_on("methotrexate", {"ANK-ANC3"}) == ()
    assert [one.id for one in disagreements_on("methotrexate", {"ANK-AKI1"})] == ["C17", "C18"]
