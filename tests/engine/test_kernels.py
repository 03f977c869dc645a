"""Every array function against a plain-Python twin: the same question asked of one row after the other."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, datetime, timedelta
from statistics import median

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.engine.age import completed_years
from core.engine.kernels import (
    asof,
    distinct,
    key,
    merge,
    overlaps,
    split_key,
    spread,
    starts,
    subtract,
    window_reduce,
)
from core.engine.schedule import add_months
from core.records import DAY, FAR, LONG_AGO

#: Few patients and few instants, so that rows tie and touch; and the ends of what an instant can be.
PATIENT = st.integers(0, 3)
INSTANT = st.one_of(st.integers(-3, 12), st.sampled_from([LONG_AGO, -1, 0, FAR]))
POINTS = st.lists(st.tuples(PATIENT, INSTANT), max_size=12)
INTERVALS = st.lists(st.tuples(PATIENT, st.integers(0, 12), st.integers(0, 12)), max_size=10)


def columns(rows: list[tuple[int, ...]], width: int) -> tuple[np.ndarray, ...]:
    table = np.array(rows, dtype=np.int64).reshape(len(rows), width)
    return tuple(table[:, i].copy() for i in range(width))


def covered(intervals: list[tuple[int, int, int]]) -> set[tuple[int, int]]:
    """Every (patient, second) inside: what a union or difference is, said the slowest way."""
    return {(p, at) for p, start, end in intervals for at in range(start, end)}


def as_runs(seconds: set[tuple[int, int]]) -> list[tuple[int, int, int]]:
    """Those seconds as the fewest intervals, sorted."""
    runs: list[list[int]] = []
    for p, at in sorted(seconds):
        if runs and runs[-1][0] == p and runs[-1][2] == at:
            runs[-1][2] = at + 1
        else:
            runs.append([p, at, at + 1])
    return [(p, start, end) for p, start, end in runs]


@given(st.lists(st.tuples(st.integers(0, 2**28), st.integers(LONG_AGO, FAR)), max_size=10))
def test_a_key_sorts_by_patient_then_instant_and_splits_again(rows):
    patient, at = columns(rows, 2)
    keys = key(patient, at)
    assert list(zip(*(part.tolist() for part in split_key(keys)), strict=True)) == rows
    assert [rows[i] for i in np.argsort(keys, kind="stable")] == sorted(rows)


def test_a_key_holds_small_patient_numbers_too():
    patient, at = np.array([3], np.int16), np.array([FAR])
    assert [part.tolist() for part in split_key(key(patient, at))] == [[3], [FAR]]


@given(st.lists(POINTS, min_size=1, max_size=4))
def test_distinct_keys_are_each_once_in_order(several):
    keys = [key(*columns(rows, 2)) for rows in several]
    every = sorted({point for rows in several for point in rows})
    assert list(zip(*(part.tolist() for part in split_key(distinct(*keys))), strict=True)) == every


@given(st.lists(st.tuples(PATIENT, PATIENT), max_size=12))
def test_a_group_starts_where_any_column_changes(rows):
    expected = [i == 0 or rows[i] != rows[i - 1] for i in range(len(rows))]
    assert starts(*columns(rows, 2)).tolist() == expected


@given(POINTS, POINTS)
def test_asof_is_the_last_row_of_the_same_patient_at_or_before(rows, queries):
    rows = sorted(rows)
    expected = [
        max((i for i, (p, at) in enumerate(rows) if p == patient and at <= when), default=-1)
        for patient, when in queries
    ]
    patient, at = columns(rows, 2)
    assert asof(key(patient, at), patient, *columns(queries, 2)).tolist() == expected


@given(st.lists(st.tuples(st.integers(-5, 50), st.integers(0, 4)), max_size=8))
def test_spread_counts_on_from_each_first(rows):
    expected = [(first + step, i) for i, (first, count) in enumerate(rows) for step in range(count)]
    assert list(zip(*(part.tolist() for part in spread(*columns(rows, 2))), strict=True)) == expected


@given(INTERVALS)
def test_merge_is_the_union_in_the_fewest_intervals(rows):
    merged = merge(*columns(rows, 3))
    assert list(zip(*(part.tolist() for part in merged), strict=True)) == as_runs(covered(rows))


@given(INTERVALS, INTERVALS)
def test_overlaps_are_all_pairs_of_one_patient_that_share_a_second(a, b):
    b = sorted(b)
    expected = {
        (i, j)
        for i, (p, start, end) in enumerate(a) for j, (q, begin, stop) in enumerate(b)
        if p == q and start < stop and begin < end
    }  # fmt: skip
    i, j = overlaps(*columns(a, 3), *columns(b, 3))
    pairs = list(zip(i.tolist(), j.tolist(), strict=True))
    assert len(pairs) == len(set(pairs))
    assert set(pairs) == expected


@given(INTERVALS, INTERVALS)
def test_subtract_is_what_is_left_of_each_patients_seconds(a, b):
    whole, taken = as_runs(covered(a)), as_runs(covered(b))
    left = subtract(*columns(whole, 3), *columns(taken, 3), FAR)
    told = list(zip(*(part.tolist() for part in left), strict=True))
    assert sorted(told) == as_runs(covered(whole) - covered(taken))
    assert all(start < end for _, start, end in told)


def test_subtract_reaches_to_the_ends_of_time():
    whole = columns([(0, -FAR, FAR)], 3)
    left = subtract(*whole, *columns([(0, 5, 9)], 3), FAR)
    assert [part.tolist() for part in left] == [[0, 0], [-FAR, 9], [5, FAR]]


VALUES = st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=12)


@given(
    VALUES, st.lists(st.tuples(st.integers(0, 12), st.integers(0, 12)), max_size=10), st.sampled_from(["min", "median"])
)
def test_window_reduce_is_the_lowest_or_the_median_of_each_window(values, windows, how):
    windows = [(min(low, len(values)), min(high, len(values))) for low, high in windows]
    got = window_reduce(np.array(values), *columns(windows, 2), how)
    for (low, high), number in zip(windows, got.tolist(), strict=True):
        inside = values[low:high]
        if not inside:
            assert number != number
        else:
            assert number == pytest.approx(min(inside) if how == "min" else median(inside), rel=1e-12, abs=1e-9)


def test_window_reduce_leaves_its_values_as_they_were():
    values = np.array([3.0, 1.0, 2.0])
    window_reduce(values, np.array([0]), np.array([3]), "median")
    assert values.tolist() == [3.0, 1.0, 2.0]


# --- the calendar ----------------------------------------------------------------------------------------------------

DATES = st.dates(date(1900, 1, 1), date(2099, 12, 31))


def instant_of(day: date, second: int = 0) -> int:
    return (day - date(1970, 1, 1)).days * DAY + second


def month_later(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


@given(st.lists(st.tuples(DATES, st.integers(0, 240)), min_size=1, max_size=8))
def test_a_month_later_is_the_same_day_or_the_last_of_the_month(rows):
    start = np.array([instant_of(day) for day, _ in rows])
    months = np.array([count for _, count in rows])
    assert add_months(start, months).tolist() == [instant_of(month_later(day, count)) for day, count in rows]


@pytest.mark.parametrize(
    ("start", "months", "due"),
    [
        ("2026-01-31", 1, "2026-02-28"), ("2028-01-31", 1, "2028-02-29"), ("2028-02-29", 12, "2029-02-28"),
        ("2028-02-29", 48, "2032-02-29"), ("2026-01-31", 3, "2026-04-30"), ("2026-12-15", 1, "2027-01-15"),
        ("1969-12-31", 2, "1970-02-28"), ("2099-12-31", 2, "2100-02-28"), ("2026-05-31", 0, "2026-05-31"),
    ],
)  # fmt: skip
def test_months_named_one_by_one(start, months, due):
    got = add_months(np.array([instant_of(date.fromisoformat(start))]), np.array([months]))
    assert got.tolist() == [instant_of(date.fromisoformat(due))]


def birthdays(born: date, today: date) -> int:
    """Birthdays passed, told one by one; who was born on 29 February has one on 1 March of a common year."""
    count = 0
    while True:
        year = born.year + count + 1
        leap_day = (born.month, born.day) == (2, 29) and monthrange(year, 2)[1] == 28
        birthday = date(year, 3, 1) if leap_day else date(year, born.month, born.day)
        if birthday > today:
            return count
        count += 1


@given(DATES, st.integers(0, 40_000), st.integers(0, DAY - 1), st.integers(0, DAY - 1))
def test_an_age_is_the_number_of_birthdays_passed(born, days, second, birth_second):
    today = min(born + timedelta(days=days), date(2099, 12, 31))
    got = completed_years(np.array([instant_of(born, birth_second)]), np.array([instant_of(today, second)]))
    assert got.tolist() == [birthdays(born, today)]


@pytest.mark.parametrize(
    ("born", "today", "years"),
    [
        ("2008-02-29", "2026-02-28", 17), ("2008-02-29", "2026-03-01", 18), ("2008-02-29", "2028-02-28", 19),
        ("2008-02-29", "2028-02-29", 20), ("2008-03-01", "2026-02-28", 17), ("2008-03-01", "2026-03-01", 18),
        ("2008-12-31", "2026-12-30", 17), ("2026-01-01", "2026-01-01", 0),
    ],
)  # fmt: skip
def test_ages_named_one_by_one(born, today, years):
    got = completed_years(
        np.array([instant_of(date.fromisoformat(born))]), np.array([instant_of(date.fromisoformat(today), DAY - 1)])
    )
    assert got.tolist() == [years]


def test_instants_are_those_of_the_calendar():
    assert instant_of(date(2026, 11, 22)) == int((datetime(2026, 11, 22) - datetime(1970, 1, 1)).total_seconds())  # noqa: DTZ001
