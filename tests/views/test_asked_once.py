"""A fever asks for one blood count, however many rules want it."""

from __future__ import annotations

from core.views.asked_once import ask_once, tests_asked
from core.views.words import grave_order
from tests.spec.clinic import tell

ASKED = tests_asked
del tests_asked  # pytest would take it for a test


def alerts_of(story: str, on: str = "2026-03-01") -> list:
    return sorted(tell(f"2026-01-01 anakinra\n{story}", on).standing.alerts, key=grave_order)


FEVER = alerts_of("2025-12-20 neutrophils 4\n2026-02-28 temperature 38.6")


def test_a_fever_asks_for_a_blood_count_once():
    asking = [one for one in FEVER if one.action in ("request_test", "repeat_test") and "neutrophils" in ASKED(one)]
    assert len(asking) > 1
    assert [one for one in ask_once(FEVER) if one in asking] == asking[:1]


def test_a_request_for_another_test_is_kept():
    kept = {test for one in ask_once(FEVER) for test in ASKED(one)}
    assert kept == {test for one in FEVER for test in ASKED(one)}
    assert "igra" in kept


def test_nothing_that_is_more_than_a_request_is_left_out():
    left_out = [one for one in FEVER if one not in ask_once(FEVER)]
    assert left_out
    assert {one.action for one in left_out} <= {"request_test", "repeat_test"}


def test_the_order_of_the_alerts_stays():
    kept = ask_once(FEVER)
    assert kept == [one for one in FEVER if one in kept]
