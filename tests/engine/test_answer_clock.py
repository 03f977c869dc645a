"""The time to answer runs from when an alert stood as grave as it does and somebody could know it (HAZ-008)."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.alerts.escalate import due_by
from core.alerts.lifecycle import life_of
from core.engine.evaluate import cut, evaluate
from core.engine.known import as_known_at
from core.engine.standing import Alert
from core.protocols.loader import load_protocols
from core.records import DAY, PRIORITIES, RESPOND_WITHIN_DAYS
from tests.alerts.an_alert import RULES
from tests.spec.clinic import Clinic, days_after, end_of, instant, rules_of, tell

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


def versions(*told: tuple[str, str], test: str = "neutrophils") -> list[str]:
    """Versions of one result of 2026-02-01: from when each was known, until the next; each as the story has it."""
    ends = [*(known for known, _ in told[1:]), ""]
    return [
        f"2026-02-01 {test} {value}, known {known}" + (f", until {end}" if end else "")
        for (known, value), end in zip(told, ends, strict=True)
    ]


@pytest.mark.parametrize(("first", "then", "asks"), [
    ("1.20, preliminary", "1.20", "05"), ("1.20", "1.25", "05"), ("1.20", "1.55", "05"), ("1.25", "1.20", "09"),
    ("<1.0", "<1.2", "05"), ("<1.2", "<1.0", "09"), ("1.20", "<1.3", "09"), ("1.20", "1.20, limit 7", "05"),
    ("!no_unit", "1.20", "09"), ("!conflicting_duplicate 1.20", "1.20", "09"), ("2.40", "1.20", "09"),
])  # fmt: skip
def test_only_a_worse_version_of_a_result_asks_for_its_answer_anew(first, then, asks):
    alert = neutropenia(*versions(("2026-02-05", first), ("2026-02-09", then)))
    assert (alert.since, alert.asks_since) == (instant("2026-02-01"), instant(f"2026-02-{asks}"))


@pytest.mark.parametrize(("first", "between", "last", "asks"), [
    ("1.20", "1.20", "1.20", "05"), ("1.20", "2.40", "1.20", "09"), ("1.20", "0.80", "1.30", "05"),
    ("1.20", "!no_unit", "1.20", "09"), ("0.80", "1.30", "1.20", "09"), ("1.30", "1.20", "1.20", "07"),
])  # fmt: skip
def test_of_several_versions_the_unbroken_stretch_up_to_the_last_counts(first, between, last, asks):
    told = versions(("2026-02-05", first), ("2026-02-07", between), ("2026-02-09", last))
    assert neutropenia(*told).asks_since == instant(f"2026-02-{asks}")


def test_a_version_taken_back_before_the_next_had_come_leaves_a_gap_that_nobody_could_answer_in():
    told = (
        "2026-02-01 neutrophils 1.2, known 2026-02-05, until 2026-02-07",
        "2026-02-01 neutrophils 1.2, known 2026-02-09",
    )
    assert neutropenia(*told).asks_since == instant("2026-02-09")


def test_a_version_overtaken_before_it_came_in_was_never_known():
    told = (
        "2026-02-01 neutrophils 1.2, known 2026-02-05, until 2026-02-05",
        "2026-02-01 neutrophils 1.2, known 2026-02-09",
    )
    assert neutropenia(*told).asks_since == instant("2026-02-09")


def test_a_second_report_of_the_same_reading_bridges_the_versions_of_the_first():
    first, final = versions(("2026-02-05", "1.20"), ("2026-02-09", "1.20"))
    alert = neutropenia(first, "2026-02-01 neutrophils 1.20, known 2026-02-07", final)
    assert alert.asks_since == instant("2026-02-05")


@pytest.mark.parametrize("beside", ["2.40, known 2026-02-06, until 2026-02-06", "!no_unit, known 2026-02-06"])
def test_neither_what_was_never_seen_nor_what_cannot_be_read_ends_what_a_reading_beside_it_told(beside):
    first, final = versions(("2026-02-05", "1.20"), ("2026-02-09", "1.20"))
    assert neutropenia(first, f"2026-02-01 neutrophils {beside}", final).asks_since == instant("2026-02-05")


def test_a_reading_in_dispute_was_not_known_until_the_correction_settled_it():
    first, final = versions(("2026-02-05", "1.20"), ("2026-02-09", "1.20"))
    disputed = "2026-02-01 neutrophils !conflicting_duplicate 3.0, known 2026-02-06, until 2026-02-09"
    assert neutropenia(first, disputed, final).asks_since == instant("2026-02-09")


@pytest.mark.parametrize(("first", "then", "asks"), [("38.6", "38.4", "02"), ("38.4", "38.6", "03")])
def test_of_what_is_graver_the_higher_it_is_the_same_holds_the_other_way(first, then, asks):
    story = versions(("2026-02-02", first), ("2026-02-03", then), test="temperature")
    alert = tell("\n".join((TAKEN, *story)), "2026-02-03").alert("infection")
    assert alert.asks_since == instant(f"2026-02-{asks}")


@pytest.mark.parametrize(("first", "then", "asks"), [
    ("190, preliminary", "190", "05"), ("190", "185", "09"), ("185", "190", "09"), ("60", "190", "09"),
    ("190, limit 84", "190, limit 104", "09"),
])  # fmt: skip
def test_a_computed_value_keeps_its_clock_only_where_the_very_reading_was_told_before(first, then, asks):
    person = "man born 1966-01-02\n2025-03-05 anakinra\n2025-03-05 weight 54"
    told = versions(("2026-02-05", first), ("2026-02-09", then), test="creatinine")
    alert = tell("\n".join((person, *told)), ON).alert("renal_dosing")
    assert alert.asks_since == instant(f"2026-02-{asks}")


def test_a_patient_cut_from_a_clinic_keeps_when_a_corrected_reading_was_first_known():
    told = "\n".join((TAKEN, *versions(("2026-02-05", "1.20"), ("2026-02-09", "1.25"))))
    at = end_of(ON)
    whole = as_known_at(Clinic.of(f"B: man born 1950-01-01\nA: woman born 1962-03-12\n{told}").cohort(), at)
    alone = evaluate(cut(whole, 1, 2).cohort, load_protocols(), horizon=at, authorities=("LOCAL",)).at(at)
    assert [a.asks_since for a in alone.alerts if a.category == "neutropenia"] == [instant("2026-02-05")]


def test_each_corrected_result_keeps_its_own_first_day_whichever_came_in_first():
    late = versions(("2026-02-12", "1.20"), ("2026-02-13", "1.20"))
    early = versions(("2026-02-05", "1.20"), ("2026-02-09", "1.20"))
    alert = neutropenia(*(line.replace("2026-02-01", "2026-02-11") for line in late), *early)
    assert alert.asks_since == instant("2026-02-05")


TWO_SIDED = rules_of("""
    [[rule]]
    id = "count"
    kind = "threshold"
    analyte = "neutrophils"
    category = "neutropenia"
    bands = [{ below = 1, priority = "high", action = "stop" }, { from = 1, below = 9 },
             { from = 9, priority = "medium", action = "review" }]
""")


@pytest.mark.parametrize(("first", "asks"), [("5", "09"), ("0.5", "05")])
def test_a_rule_that_asks_on_both_sides_knows_no_graver_side(first, asks):
    story = "\n".join((TAKEN, *versions(("2026-02-05", first), ("2026-02-09", "0.5"))))
    assert tell(story, ON, rules=TWO_SIDED).alert("neutropenia").asks_since == instant(f"2026-02-{asks}")


COUNTS = [0.4, 0.9, 1.2, 1.25, 1.3, 1.55, 1.8, None]


@settings(deadline=None, max_examples=60)
@given(
    st.lists(st.tuples(st.integers(1, 4), st.sampled_from(COUNTS)), min_size=1, max_size=5),
    st.randoms(use_true_random=False),
)
def test_a_correction_no_worse_never_moves_the_clock_later_and_a_worse_one_never_before_itself(drawn, arrival):
    days = [days_after("2026-02-01", sum(gap for gap, _ in drawn[: n + 1])) for n in range(len(drawn))]
    values = [value for _, value in drawn]
    told = versions(*((on, "!no_unit" if v is None else f"{v:.2f}") for on, v in zip(days, values, strict=True)))
    arrival.shuffle(told)
    clock = None
    for n, (on, value) in enumerate(zip(days, values, strict=True)):
        alert = neutropenia(*told, on=on)
        if value is None:
            assert alert is None
        elif n and values[n - 1] is not None and value >= values[n - 1]:
            assert alert.asks_since <= clock
        else:
            assert alert.asks_since == instant(on)
        stretch = n
        while stretch and value is not None and values[stretch - 1] is not None and values[stretch - 1] <= value:
            stretch -= 1
        clock = None if value is None else instant(days[stretch])
        assert (alert and alert.asks_since) == clock
