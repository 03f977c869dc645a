"""Acute kidney injury: the worked cases of NHS England's algorithm, KDIGO's limits, and each comparator at its edge."""

from __future__ import annotations

import numpy as np
import pytest

from core.calculators.aki import aki_stage, is_very_high, kdigo_stage, nhse_stage

NAN = float("nan")
WORKED = [
    ("A2", [(0, 80), (100, 84), (170, 76), (200, 120)], 1),
    ("A3", [(0, 80), (100, 84), (170, 76), (200, 119)], 0),
    ("A4", [(0, 90), (55, 70), (60, 145)], 2),
    ("A5", [(0, 98), (89, 100), (90, 127)], 1),
    ("A6", [(0, 98), (89, 100), (90, 126)], 0),
    ("A7", [(0, 240), (280, 230), (300, 360)], 3),
    ("A9", [(0, 120), (1, 60), (8, 130)], 2),
    ("A10", [(0, 50), (3, 151)], 3),
]


@pytest.mark.parametrize(("series", "stage"), [row[1:] for row in WORKED], ids=[row[0] for row in WORKED])
def test_nhs_england_stages_the_worked_cases(series: list[tuple[float, float]], stage: int) -> None:
    assert aki_stage(series, "nhse", 50, 84) == stage


@pytest.mark.parametrize(
    "series", [[(0, 130)], [(0, 110), (400, 250)], [(0, 110), (366, 250)]], ids=["A1", "A8", "366"]
)
@pytest.mark.parametrize("algorithm", ["nhse", "kdigo"])
def test_without_a_result_of_the_last_year_there_is_no_stage(series: list[tuple[float, float]], algorithm: str) -> None:
    assert aki_stage(series, algorithm, 50, 84) is None


def test_day_8_and_day_365_count_as_the_written_algorithm_says() -> None:
    assert aki_stage([(0, 80), (8, 130)], "nhse", 50, 84) == 1
    assert aki_stage([(0, 80), (365, 130)], "nhse", 50, 84) == 1


def test_stage_3_tests_the_value_not_the_rise() -> None:
    assert aki_stage([(0, 230), (20, 355)], "nhse", 50, 84) == 3  # the rise is only 125
    assert aki_stage([(0, 230), (20, 354)], "nhse", 50, 84) == 1  # strictly above 354


@pytest.mark.parametrize(
    ("series", "stage"),
    [
        ([(0, 100), (2, 126.5)], 1),  # a rise of 26.5 within 48 h
        ([(0, 100), (2, 126.4)], 0),
        ([(0, 100.1), (2, 126.6)], 1),  # binary rounding of 26.5
        ([(0, 100), (3, 126.5)], 0),  # too slow
        ([(0, 100), (5, 150)], 1),
        ([(0, 79.8), (5, 119.7)], 1),  # 1.5 exactly, in binary a little less
        ([(0, 100), (5, 199)], 1),
        ([(0, 100), (5, 200)], 2),
        ([(0, 100), (5, 299)], 2),
        ([(0, 100), (5, 300)], 3),
        ([(0, 230), (5, 353.6)], 3),
        ([(0, 230), (5, 353.5)], 1),
        ([(0, 60), (100, 100), (103, 120)], 0),  # the week's lowest, not the year's
        ([(0, 60), (100, 100), (110, 120)], 2),  # no result in the week: the year's lowest
    ],
)
def test_kdigo_stages_by_the_lowest_of_the_week_else_of_the_year(series: list[tuple[float, float]], stage: int) -> None:
    assert aki_stage(series, "kdigo") == stage


@pytest.mark.parametrize(("now", "stage"), [(126, 0), (126.4, 1)])
def test_the_three_authorities_keep_their_own_comparator(now: float, stage: int) -> None:
    assert aki_stage([(0, 100), (2, now)], "nhse", 50, 84) == stage  # NHS England: > 26


def test_a_child_needs_the_upper_limit_only_where_it_decides() -> None:
    assert aki_stage([(0, 40), (5, 60)], "nhse", 10, 30) == 1
    assert aki_stage([(0, 40), (5, 60)], "nhse", 10, 19) == 3  # above three times the limit
    assert aki_stage([(0, 40), (5, 60)], "nhse", 10) is None
    assert aki_stage([(0, 40), (5, 50)], "nhse", 10) == 0
    assert aki_stage([(0, 40), (5, 120)], "nhse", 10) == 3


def test_an_unknown_age_is_judged_by_every_reading() -> None:
    assert aki_stage([(0, 100), (5, 160)], "nhse", None, 84) == 1
    assert aki_stage([(0, 40), (5, 70)], "nhse", None, 20) is None  # stage 1 in an adult, 3 in a child


def test_columns_are_staged_like_single_patients() -> None:
    now = np.array([120.0, 151.0, 127.0, 126.0, 130.0])
    week = np.array([NAN, 50.0, 100.0, 100.0, NAN])
    year = np.array([80.0, NAN, 98.0, 98.0, NAN])
    two_days = np.array([NAN, NAN, 100.0, 100.0, NAN])
    staged = nhse_stage(now, week, year, two_days, is_very_high(now, np.zeros(5, bool), np.full(5, 84.0)))
    assert list(staged[:4]) == [1, 3, 1, 0]
    assert np.isnan(staged[4])
    assert list(kdigo_stage(now[:4], np.array([80.0, 50.0, 100.0, 100.0]), two_days[:4])) == [1, 3, 1, 0]
    assert np.isnan(kdigo_stage(now, np.full(5, NAN), two_days)).all()
