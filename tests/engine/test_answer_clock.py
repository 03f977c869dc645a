"""The time to answer runs from when an alert stood as grave as it does and somebody could know it (HAZ-008)."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from core.alerts.escalate import due_by
from core.alerts.lifecycle import life_of
from core.engine.standing import Alert
from core.records import DAY, PRIORITIES, RESPOND_WITHIN_DAYS
from tests.alerts.an_alert import RULES
from tests.spec.clinic import days_after, instant, tell

TAKEN = "2026-01-01 anakinra"
ON = "2026-03-01"


def count(day: str, value: float, known: str = "") -> str:
    return f"{day} neutrophils {value:.2f}" + (f", known {known}" if known else "")


def neutropenia(*counts: str, on: str = ON) -> Alert | None:
    found = tell("\n".join((TAKEN, *counts)), on, authorities=("LOCAL",)).alerts("neutropenia")
    return found[0] if found else None


def clocks(*counts: str) -> tuple[str, str, str]:
    """Priority, since and start of the time to answer, as days."""
    alert = neutropenia(*counts)
    assert alert is not None
    names = {instant(days_after("2026-01-01", n)): days_after("2026-01-01", n) for n in range(60)}
    return alert.priority, names[alert.since], names[alert.asks_since]


def test_an_alert_that_worsens_asks_for_its_answer_anew():
    assert clocks(count("2026-01-10", 1.8), count("2026-02-20", 0.9)) == ("high", "2026-02-20", "2026-02-20")


def test_an_alert_that_improves_stays_as_late_as_it_was():
    assert clocks(count("2026-01-10", 0.9), count("2026-02-20", 1.3)) == ("medium", "2026-01-10", "2026-01-10")


def test_grave_again_after_a_milder_while_it_counts_from_the_present_time():
    told = clocks(count("2026-01-10", 0.9), count("2026-02-01", 1.3), count("2026-02-20", 0.8))
    assert told == ("high", "2026-02-20", "2026-02-20")


def test_a_result_reported_late_starts_the_clock_when_it_was_known():
    assert clocks(count("2026-01-10", 1.8), count("2026-02-10", 0.9, "2026-02-20")) == (
        "high", "2026-02-10", "2026-02-20",
    )  # fmt: skip


def test_a_late_report_never_moves_a_clock_that_another_result_had_started():
    told = clocks(count("2026-02-01", 0.9, "2026-02-25"), count("2026-02-05", 0.9))
    assert told == ("high", "2026-02-01", "2026-02-05")


def test_a_computed_value_is_known_when_the_last_of_its_results_is():
    story = "man born 1966-01-02\n2025-03-05 anakinra\n2025-03-05 weight 54\n"
    alert = tell(f"{story}2026-02-10 creatinine 190, known 2026-02-20", ON).alert("renal_dosing")
    assert (alert.since, alert.asks_since) == (instant("2026-02-10"), instant("2026-02-20"))


def test_a_missing_baseline_is_owed_from_the_first_day_of_its_window_and_not_from_when_the_start_was_planned():
    [told] = [one for one in tell("2026-04-10 anakinra", "2026-04-01").standing.alerts
              if one.rule_id.endswith("neutrophils-baseline")]  # fmt: skip
    assert told.opened_at < told.since == told.asks_since
    due = due_by(told.priority, told.asks_since)
    assert due is None or due >= told.since


def tier(value: float) -> int:
    return 0 if value < 1.0 else 1 if value < 1.6 else 2 if value < 2.0 else 3


@settings(deadline=None, max_examples=40)
@given(st.lists(
    st.tuples(st.integers(0, 50), st.sampled_from([0.4, 0.9, 1.3, 1.55, 1.8, 3.0]), st.sampled_from([0, 0, 1, 9])),
    min_size=1, max_size=6, unique_by=lambda one: one[0],
))  # fmt: skip
def test_no_answer_is_due_before_the_present_tier_could_be_known_nor_later_than_that_allows(drawn):
    told = sorted((day, value, day + delay) for day, value, delay in drawn)
    alert = neutropenia(*(count(days_after("2026-01-05", d), v, days_after("2026-01-05", k)) for d, v, k in told))
    seen = [one for one in told if one[2] <= 55]
    if alert is None:
        assert not seen or tier(seen[-1][1]) == 3
        return
    present = tier(seen[-1][1])
    run = []
    for one in reversed(seen):
        if tier(one[1]) > present:
            break
        run.append(one)
    began = instant(days_after("2026-01-05", run[-1][0]))
    known = instant(days_after("2026-01-05", min(one[2] for one in run)))
    assert (PRIORITIES[present], began, max(began, known)) == (alert.priority, alert.since, alert.asks_since)
    life = life_of(alert, (), instant(ON) + DAY - 1, RULES)
    within = RESPOND_WITHIN_DAYS[alert.priority]
    assert life.due_by == (None if within is None else known + within * DAY + DAY - 1)
