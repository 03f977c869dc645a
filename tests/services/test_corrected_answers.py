"""A breach stays a breach when the laboratory finalises or corrects the result behind it (HAZ-008)."""

from __future__ import annotations

from itertools import permutations

import pytest

from core.alerts.lifecycle import life_of
from core.engine.standing import Alert
from core.records import DAY
from core.services.evaluate_clinic import Asked, Judged, evaluate_as_of
from core.services.quality_counts import find_raised
from core.store.connect import Store
from tests.alerts.an_alert import RULES
from tests.spec.clinic import instant
from tests.store.small_clinic import ANN, NOW, bring_in, make_store, result

COURSE = "C1,0012345,anakinra,RA,100,mg,once daily,SC,2026-06-01,,active,"
TODAY = NOW + DAY - 1


def version(value: str, reported_at: str, status: str, **other: str) -> str:
    return result("R1", value, "2026-12-05", reported_at=reported_at, status=status, **other)


PRELIMINARY = version("1.2", "2026-12-05", "preliminary")
FINAL = version("1.2", "2026-12-09", "final")


def judge(store: Store) -> tuple[Judged, Alert]:
    judged = evaluate_as_of(store, Asked(TODAY))
    (alert,) = [one for one in judged.at(TODAY).alerts if one.category == "neutropenia"]
    return judged, alert


def judge_rows(folder, *imports: tuple[str, ...]) -> Alert:
    store = make_store(folder)
    for rows in imports:
        bring_in(store, patients=[ANN], results=rows, medications=[COURSE])
    return judge(store)[1]


def test_a_late_answer_is_still_late_once_the_preliminary_result_is_final(tmp_path):
    store = make_store(tmp_path)
    for row in (PRELIMINARY, FINAL):
        bring_in(store, patients=[ANN], results=[row], medications=[COURSE])
        life = life_of(judge(store)[1], (), TODAY, RULES)
        assert (life.raised_at, life.breached) == (instant("2026-12-05"), True)


def test_quality_counts_the_same_clock_as_the_alert(tmp_path):
    store = make_store(tmp_path)
    bring_in(store, patients=[ANN], results=[PRELIMINARY, FINAL], medications=[COURSE])
    judged, alert = judge(store)
    raised = find_raised(judged.history, 0)
    (row,) = [row for row in range(len(raised)) if raised.id_of(row, alert.patient_id) == alert.alert_id]
    assert raised.tier_at(row, TODAY)[1] == alert.asks_since == instant("2026-12-05")


@pytest.mark.parametrize(("last", "asks"), [("1.25", "2026-12-05"), ("1.1", "2026-12-11")])
def test_the_order_of_arrival_decides_nothing(tmp_path, last, asks):
    rows = (PRELIMINARY, FINAL, version(last, "2026-12-11", "corrected"))
    arrivals = [*([(row,) for row in order] for order in permutations(rows)), [rows], [rows[::-1]]]
    told = set()
    for number, imports in enumerate(arrivals):
        folder = tmp_path / str(number)
        folder.mkdir()
        told.add(judge_rows(folder, *imports).asks_since)
    assert told == {instant(asks)}


def test_a_version_in_another_unit_is_compared_as_the_same_quantity(tmp_path):
    other = version("1200", "2026-12-09", "final", unit="/uL")
    assert judge_rows(tmp_path, (PRELIMINARY,), (other,)).asks_since == instant("2026-12-05")


def test_a_computed_count_keeps_its_clock_when_its_parts_are_made_final(tmp_path):
    def part(own: str, analyte: str, value: str, unit: str, reported_at: str, status: str) -> str:
        return result(own, value, "2026-12-05", analyte=analyte, unit=unit, reported_at=reported_at, status=status)

    first, final = (
        (part("W1", "wbc", "4.0", "10*9/L", on, status), part("N1", "neutrophils_percent", "30", "%", on, status))
        for on, status in (("2026-12-05", "preliminary"), ("2026-12-09", "final"))
    )
    assert judge_rows(tmp_path, first, final).asks_since == instant("2026-12-05")
