"""Findings are thrown away and rebuilt; what is read back is what was kept, for one patient or all, at any instant."""

from __future__ import annotations

from typing import Any

import pytest

from core.records import DAY, FAR
from core.store.findings import FindingRow, FindingRows, UnknownRow, VisitRow, of_patient, replace, standing_rows
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


def standing(store, at, who=None) -> FindingRows:
    with store.reading() as connection:
        return standing_rows(connection, at, who)


def test_what_is_kept_is_what_is_read(store):
    told = (
        [finding("A", 5), finding("A", 1, 3, value=None, worst=None, first_row=-7)],
        [unknown("A", 2)],
        [visit("A", 9)],
    )
    keep(store, ["A"], *told)
    with store.reading() as connection:
        assert tuple(of_patient(connection, "A")) == told
        assert tuple(of_patient(connection, "B")) == ([], [], [])


def test_a_rebuilt_patient_leaves_nothing_of_the_old_and_touches_nobody_else(store):
    keep(store, ["A", "B"], [finding("A", 1), finding("B", 1)], [unknown("A", 1), unknown("B", 1)], [visit("A", 1)])
    keep(store, ["A"], [finding("A", 8)])
    with store.reading() as connection:
        assert tuple(of_patient(connection, "A")) == ([finding("A", 8)], [], [])
        assert tuple(of_patient(connection, "B")) == ([finding("B", 1)], [unknown("B", 1)], [])


@pytest.mark.parametrize(("at", "stands"), [(9, False), (10, True), (19, True), (20, False)])
def test_a_finding_stands_from_its_opening_until_just_before_it_is_resolved(store, at, stands):
    keep(store, ["A"], [finding("A", 10, 20)], [unknown("A", 10, 20)])
    told = standing(store, at)
    assert (bool(told.findings), bool(told.unknowns)) == (stands, stands)


def test_visits_of_a_treatment_that_is_over_no_longer_stand(store):
    keep(store, ["A"], visits=[visit("A", 5, treatment_end=30), visit("A", 40)])
    assert [row.due for row in standing(store, 29).visits] == [5, 40]
    assert [row.due for row in standing(store, 30).visits] == [40]


def test_standing_may_be_asked_of_some(store):
    keep(store, ["A", "B"], [finding("A", 1), finding("B", 1)])
    assert [row.patient_id for row in standing(store, 5, ["B"]).findings] == ["B"]
    assert standing(store, 5, []).findings == []


def test_more_patients_than_one_question_can_name_are_all_replaced(store):
    who = [f"P{n}" for n in range(12_000)]
    keep(store, who, [finding(one, 1) for one in who])
    keep(store, who, [finding(one, 2) for one in who])
    told = standing(store, 5).findings
    assert len(told) == len(who)
    assert {row.opened for row in told} == {2}
