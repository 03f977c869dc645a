"""Each named patient of the sample clinic shows what the story says, on the pinned day and on earlier ones."""

from __future__ import annotations

import json
import tomllib
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.sample.conftest import run_core

AS_OF = "2026-11-20"
TOLD: dict[str, list[dict[str, Any]]] = tomllib.loads(
    (Path(__file__).resolve().parents[2] / "sample_data" / "stories.toml").read_text(encoding="utf-8")
)
NAMED = {story["patient"] for story in TOLD["story"]}

Evaluation = dict[str, Any]
Row = dict[str, Any]


def tell_days() -> Iterator[tuple[str, str, Row]]:
    """Every (patient, day, expectation) of the stories."""
    for story in TOLD["story"]:
        for told in [{"as_of": AS_OF, **story}, *story.get("earlier", [])]:
            yield story["patient"], told["as_of"], told


DAYS = [pytest.param(*told, id=f"{told[0]}-{told[1]}") for told in tell_days()]
ALERT_DAYS = [
    pytest.param(*day.values, id=day.id, marks=pytest.mark.xfail(strict=True, reason=f"awaits {awaits}"))
    if (awaits := day.values[2].get("awaits"))
    else day
    for day in DAYS
]


def about(patient: str, rows: list[Row]) -> list[Row]:
    return [row for row in rows if row["patient_id"] == patient and row.get("drug") == "anakinra"]


def newest_evidence(alert: Row) -> Row:
    return max((e for e in alert["evidence"] if e.get("value") is not None), key=lambda e: str(e["collected_at"]))


def is_told(alert: Row, told: Row) -> bool:
    """Whether an alert is the one a story names."""
    if any(alert[key] != told[key] for key in ("category", "priority", "action")):
        return False
    if not set(told.get("authority", [])) <= set(alert["authority"]):
        return False
    if set(told.get("not_authority", [])) & set(alert["authority"]):
        return False
    if "opened_on" in told and alert["opened_at"][:10] != told["opened_on"]:
        return False
    if "value" in told and newest_evidence(alert)["value"] != pytest.approx(told["value"], abs=1e-9):
        return False
    return all(any(e.get(mark) for e in alert["evidence"]) for mark in ("derived", "preliminary") if told.get(mark))


@pytest.mark.parametrize(("patient", "day", "told"), ALERT_DAYS)
def test_the_story_is_shown(patient: str, day: str, told: Row, evaluate_on: Callable[[str], Evaluation]) -> None:
    shown = evaluate_on(day)
    alerts = about(patient, shown["alerts"])
    for expected in told.get("alerts", []):
        assert any(is_told(alert, expected) for alert in alerts), f"missing {expected}; there is {alerts}"

    silent = [alert for alert in alerts if alert["category"] in told.get("silent_for", [])]
    assert not silent, f"must be silent: {silent}"

    spoken = {a["category"] for a in told.get("alerts", [])} | set(told.get("may_also", []))
    stray = [a for a in alerts if a["priority"] in ("medium", "high") and a["category"] not in spoken]
    assert not stray, f"nobody asked for {stray}"


@pytest.mark.parametrize(("patient", "day", "told"), DAYS)
def test_what_cannot_be_told_is_said(
    patient: str, day: str, told: Row, evaluate_on: Callable[[str], Evaluation]
) -> None:
    findings = about(patient, evaluate_on(day)["cannot_tell"])
    said = {(finding["category"], finding["reason"]) for finding in findings}
    assert {(e["category"], e["reason"]) for e in told.get("cannot_tell", [])} <= said
    assert all(finding["remedy"] for finding in findings)


@pytest.mark.parametrize(("patient", "day", "told"), DAYS)
def test_the_visits_stand_as_told(patient: str, day: str, told: Row, evaluate_on: Callable[[str], Evaluation]) -> None:
    visits = about(patient, evaluate_on(day)["schedule"])
    if told.get("no_schedule"):
        assert visits == []
    stand = {(visit["test"], visit["due_date"]): visit for visit in visits}
    assert len(stand) == len(visits), "one row per patient, drug, test and due date"
    for expected in told.get("schedule", []):
        visit = stand.get((expected["test"], expected["due_date"]))
        assert visit is not None, f"no visit {expected}; there are {sorted(stand)}"
        assert visit["status"] == expected["status"]
        assert set(visit["authority"]) == set(expected.get("authority", visit["authority"]))


def test_nobody_without_a_story_stands_above_low(evaluate_on: Callable[[str], Evaluation]) -> None:
    loud = [
        alert
        for alert in evaluate_on(AS_OF)["alerts"]
        if alert["patient_id"] not in NAMED and alert["priority"] != "low"
    ]
    assert loud == []


def test_nobody_without_a_story_is_a_blind_spot(evaluate_on: Callable[[str], Evaluation]) -> None:
    blind = [f for f in evaluate_on(AS_OF)["cannot_tell"] if f["patient_id"] not in NAMED]
    assert blind == []


def test_the_worklist_is_one_a_clinic_would_recognise(evaluate_on: Callable[[str], Evaluation]) -> None:
    shown = evaluate_on(AS_OF)
    gravest: dict[str, str] = {}
    for alert in shown["alerts"]:
        rank = ("high", "medium", "low").index(alert["priority"])
        before = gravest.get(alert["patient_id"], "low")
        gravest[alert["patient_id"]] = ("high", "medium", "low")[min(rank, ("high", "medium", "low").index(before))]
    tally = Counter(gravest.values())
    assert 8 <= tally["high"] <= 18
    assert 8 <= tally["medium"] <= 20
    everybody = {visit["patient_id"] for visit in shown["schedule"]}
    troubled = {p for p, priority in gravest.items() if priority != "low"}
    troubled |= {finding["patient_id"] for finding in shown["cannot_tell"]}
    assert len(everybody - troubled) >= 60


def test_a_visit_done_names_the_result_that_did_it(evaluate_on: Callable[[str], Evaluation]) -> None:
    done = [visit for visit in evaluate_on(AS_OF)["schedule"] if visit["status"] == "done"]
    assert len(done) > 500
    assert all(visit["satisfied_by"] for visit in done)


@pytest.mark.parametrize("row", [row for row in TOLD["import_row"] if row["reason"]], ids=lambda row: row["row"])
def test_the_import_report_names_the_bent_row(row: Row, import_report: Evaluation) -> None:
    named = [
        issue
        for issue in import_report["issues"]
        if (issue["file"], issue["outcome"]) == (row["file"], row["outcome"])
        and issue["reason"] == row["reason"]
        and row.get("value", "") in issue["value"]
    ]
    assert len(named) == 1, import_report["issues"]
    assert named[0]["message"]


def test_the_import_remarks_on_nothing_but_the_bent_rows(import_report: Evaluation) -> None:
    remarked = Counter((issue["file"], issue["reason"], issue["outcome"]) for issue in import_report["issues"])
    assert remarked == Counter((r["file"], r["reason"], r["outcome"]) for r in TOLD["import_row"] if r["reason"])


def test_the_import_refuses_nothing_but_the_bent_rows(import_report: Evaluation) -> None:
    expected = Counter(row["outcome"] for row in TOLD["import_row"])
    assert import_report["quarantined"] == expected["quarantined"]
    assert import_report["ignored"] == expected["ignored"]
    assert import_report["duplicates"] == expected["duplicate"]
    assert import_report["superseded"] == expected["superseded"]
    outcomes = ("stored", "duplicates", "superseded", "ignored", "quarantined")
    assert import_report["rows_in"] == sum(import_report[outcome] for outcome in outcomes)


def test_a_drug_no_catalogue_knows_is_kept_beside_anakinra(demo_store: str) -> None:
    courses = run_core("export", "medications", "--db", demo_store, "--format", "json")
    kept = [c for c in json.loads(courses)["medications"] if c["patient_id"] == "SAMPLE-0045"]
    assert {c["drug"] for c in kept} == {"methotrexate", "anakinra", "brimstolimab"}


@pytest.mark.parametrize("day", ["2024-03-01", "2025-07-01", "2026-01-01"])
def test_a_past_day_knows_nothing_of_what_came_after(day: str, evaluate_on: Callable[[str], Evaluation]) -> None:
    shown = evaluate_on(day)
    assert shown["as_of"] == day
    evidence = [fact for alert in shown["alerts"] for fact in alert["evidence"] if fact.get("value") is not None]
    assert all(str(fact["collected_at"])[:10] <= day for fact in evidence)
    assert all(alert["closed_at"] is None for alert in shown["alerts"])
