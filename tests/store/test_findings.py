"""Findings are thrown away and rebuilt; what is there is what was kept last of each patient, and of nobody else."""

from __future__ import annotations

from typing import Any

import pytest

from core.records import DAY, FAR
from core.store.findings import FindingRow, Opening, UnknownRow, VisitRow, list_openings, replace
from tests.store.kept_findings import read_findings
from tests.store.small_clinic import make_store


def finding(who: str, opened: int, resolved: int = FAR, **other: Any) -> FindingRow:
    told: dict[str, Any] = {
        "patient_id": who, "drug": "anakinra", "rule_id": "anakinra.neutrophils-stop", "band": 1,
        "category": "neutropenia", "fact": "neutrophils", "opened": opened, "resolved": resolved,
        "alert_opened": opened, "n": 2, "first_row": 7, "last_row": 9, "value": 0.9, "worst": 0.4, "reason": "",
    }  # fmt: skip
    return FindingRow(**{**told, **other})


def unknown(who: str, opened: int, resolved: int = FAR) -> UnknownRow:
    return UnknownRow(who, "anakinra", "anakinra.crcl", "renal_dosing", "missing_weight", opened, resolved)


def visit(who: str, due: int, treatment_end: int = FAR) -> VisitRow:
    return VisitRow(
        who, "anakinra", "neutrophils", due, due - DAY, due + DAY, "EMA,FDA", None, FAR, FAR, 0, treatment_end
    )


@pytest.fixture
def store(tmp_path):
    return make_store(tmp_path)


def keep(store, who, findings=(), unknowns=(), visits=()):
    with store.writing() as connection:
        replace(connection, who, findings, unknowns, visits)


def test_what_is_kept_is_what_is_read(store):
    told = (
        [finding("A", 5), finding("A", 1, 3, value=None, worst=None, first_row=-7)],
        [unknown("A", 2)],
        [visit("A", 9)],
    )
    keep(store, ["A"], *told)
    assert tuple(read_findings(store, "A")) == told
    assert tuple(read_findings(store, "B")) == ([], [], [])


def test_a_rebuilt_patient_leaves_nothing_of_the_old_and_touches_nobody_else(store):
    keep(store, ["A", "B"], [finding("A", 1), finding("B", 1)], [unknown("A", 1), unknown("B", 1)], [visit("A", 1)])
    keep(store, ["A"], [finding("A", 8)])
    assert tuple(read_findings(store, "A")) == ([finding("A", 8)], [], [])
    assert tuple(read_findings(store, "B")) == ([finding("B", 1)], [unknown("B", 1)], [])


def test_what_alerts_are_named_after_is_told_of_everybody_and_each_once(store):
    keep(
        store,
        ["A", "B"],
        [finding("A", 5, alert_opened=2), finding("A", 5, 9, alert_opened=2, value=0.3), finding("B", 7, fact="")],
    )
    with store.reading() as connection:
        told = list(list_openings(connection))
    assert sorted(told) == [
        Opening("A", "anakinra", "neutropenia", "neutrophils", alert_opened=2, opened=5),
        Opening("B", "anakinra", "neutropenia", "", alert_opened=7, opened=7),
    ]


def test_more_patients_than_one_question_can_name_are_all_replaced(store):
    who = [f"P{n}" for n in range(12_000)]
    keep(store, who, [finding(one, 1) for one in who])
    keep(store, who, [finding(one, 2) for one in who])
    told = read_findings(store).findings
    assert len(told) == len(who)
    assert {row.opened for row in told} == {2}
