"""Age on the day: what a rule for children, or for the old, is asked with."""

from __future__ import annotations

import numpy as np
import pytest

from core.engine.age import completed_months, reaches_months
from core.engine.features import Measurements
from core.protocols.loader import load_protocols
from core.records import CANNOT_TELL_REASONS, DAY
from tests.spec.clinic import Clinic, end_of, instant


def ages(story: str, on: str) -> Measurements:
    return Measurements(Clinic.of(story).cohort(), load_protocols().common, horizon=end_of(on))


def told(m: Measurements, name: str, at: int) -> str:
    """What a feature of the first patient says at an instant."""
    laid = m.feature(name).stretches
    before = np.flatnonzero((laid.patient == 0) & (laid.at <= at))
    if not len(before):
        return "nothing"
    i = before[-1]
    return f"{laid.low[i]:g}" if laid.low[i] == laid.high[i] else CANNOT_TELL_REASONS[int(laid.reason[i])]


@pytest.mark.parametrize(
    ("at", "years"),
    [
        ("2026-03-11T23:59:59", "17"),
        ("2026-03-12T00:00:00", "18"),
        ("2027-03-11T23:59:59", "18"),
        ("2027-03-12T00:00:00", "19"),
    ],
)
def test_a_year_is_completed_with_the_first_second_of_the_birthday(at, years):
    assert told(ages("man born 2008-03-12\n2026-01-01 anakinra", "2027-06-01"), "age", instant(at)) == years


@pytest.mark.parametrize(
    ("on", "years"),
    [("2026-02-28", "17"), ("2026-03-01", "18"), ("2028-02-28", "19"), ("2028-02-29", "20")],
)
def test_a_birthday_on_29_february_is_reached_on_1_march_where_there_is_none(on, years):
    assert told(ages("man born 2008-02-29\n2026-01-01 anakinra", "2028-06-01"), "age", instant(on)) == years


@pytest.mark.parametrize(
    ("on", "months"),
    [("2026-02-28", "0"), ("2026-03-01", "1"), ("2026-03-30", "1"), ("2026-03-31", "2")],
)
def test_a_month_without_the_day_of_birth_is_completed_on_the_next_first(on, months):
    assert told(ages("man born 2026-01-31\n2026-02-01 anakinra", "2026-06-01"), "age_months", instant(on)) == months


def test_before_birth_the_age_is_nought():
    m = ages("man born 2026-01-31\n2026-06-01 anakinra", "2026-06-01")
    assert told(m, "age", instant("2025-08-01")) == "0"
    assert told(m, "age_months", instant("2025-08-01")) == "0"


def test_without_a_birth_date_nobody_can_tell_the_age():
    m = ages("man born unknown\n2026-01-01 anakinra", "2026-06-01")
    assert told(m, "age", instant("2025-01-01")) == "missing_birth_date"
    assert told(m, "age_months", instant("2026-06-01")) == "missing_birth_date"


def test_an_age_is_known_through_the_whole_planned_phase_and_at_the_horizon():
    m = ages("man born 1950-06-15\n2026-01-01 anakinra planned", "2036-06-15")
    assert told(m, "age", instant("2025-01-01")) == "74"
    assert told(m, "age", end_of("2036-06-15")) == "86"


def test_an_age_never_lapses():
    m = ages("man born 1950-06-15\n2020-01-01 anakinra", "2036-06-15")
    assert not m.feature("age").stretches.lapsed.any()


def test_who_takes_no_drug_is_asked_for_no_age():
    m = ages(
        "A: man born 1950-06-15\n2020-01-01 crp 5\nB: man born 1951-01-01\n2026-01-01 methotrexate, once weekly",
        "2026-06-15",
    )
    assert set(m.feature("age").series.patient.tolist()) == {1}


@pytest.mark.parametrize("born", ["2008-02-29", "2010-01-31", "2025-12-31", "1948-06-15"])
def test_age_in_years_and_months_agrees_with_the_calendar_on_every_day(born):
    m = ages(f"man born {born}\n2026-01-01 anakinra", "2027-12-31")
    for day in range(instant("2024-12-01") // DAY, instant("2027-12-31") // DAY + 1):
        at = np.array([day * DAY])
        months = max(0, int(completed_months(np.array([instant(born)]), at)[0]))
        assert told(m, "age", day * DAY) == f"{months // 12}"
        said = told(m, "age_months", day * DAY)
        # Adults' months are told in whole years from the first point on: no rule asks for them.
        assert said == f"{months}" if months < 216 else 0 <= months - int(said) < 12


@pytest.mark.parametrize("born", ["2008-02-29", "2010-01-31", "2026-12-31"])
def test_the_day_on_which_months_are_completed_is_the_first_with_so_many(born):
    birth, months = np.full(400, instant(born)), np.arange(1, 401)
    day = reaches_months(birth, months)
    assert (completed_months(birth, day) >= months).all()
    assert (completed_months(birth, day - 1) < months).all()
