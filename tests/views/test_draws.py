"""Tests of one patient go into the fewest draws, each on a day all its tests allow; who did not come is counted."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from core.engine.standing import Visit
from core.records import DAY
from core.views.draws import Need, change_interval, find_needs, is_late, merge_draws
from tests.views.example import day

TODAY = day("2026-11-20")


def need(test: str, opens: int, closes: int, *, due: int | None = None, status: str = "due", missed: int = 0) -> Need:
    """A need whose window is given in days from today."""
    middle = (opens + closes) // 2 if due is None else due
    return Need("anakinra", test, TODAY + middle * DAY, TODAY + opens * DAY, TODAY + closes * DAY, status, missed)


def visit(test: str, due: int, status: str, *, half: int = 14) -> Visit:
    """A visit with its due day in days from today."""
    at = TODAY + due * DAY
    return Visit("P", "anakinra", test, at, at - half * DAY, at + half * DAY, ("EMA",), status)


def days_of(needs: list[Need]) -> list[int]:
    return [(draw.day - TODAY) // DAY for draw in merge_draws(needs, TODAY)]


WINDOWS = st.lists(st.tuples(st.integers(0, 25), st.integers(0, 12)), min_size=1, max_size=7)


@given(WINDOWS)
def test_no_smaller_set_of_days_meets_every_window(windows):
    needs = [need(f"t{i}", opens, opens + wide) for i, (opens, wide) in enumerate(windows)]
    draws = merge_draws(needs, TODAY)
    days = range(38)
    fewest = next(
        size
        for size in range(1, len(needs) + 1)
        for chosen in combinations(days, size)
        if all(any(opens <= one <= opens + wide for one in chosen) for opens, wide in windows)
    )
    assert len(draws) == fewest


@given(WINDOWS)
def test_every_test_is_drawn_once_and_inside_its_own_window(windows):
    needs = [need(f"t{i}", opens, opens + wide) for i, (opens, wide) in enumerate(windows)]
    draws = merge_draws(needs, TODAY)
    assert sorted(one.test for draw in draws for one in draw.needs) == sorted(one.test for one in needs)
    for draw in draws:
        for one in draw.needs:
            assert one.opens <= draw.first <= draw.day <= draw.last <= one.closes
            assert draw.day >= TODAY


def test_tests_with_a_day_in_common_share_a_draw_on_the_due_day_if_all_allow_it():
    assert days_of([need("neutrophils", -10, 18, due=4), need("creatinine", -3, 25, due=11), need("crp", 1, 9)]) == [4]


def test_what_is_late_is_asked_for_today_and_whatever_may_be_drawn_today_joins_it():
    late = need("neutrophils", -60, -32, status="overdue", missed=1)
    open_now = need("creatinine", -4, 24, due=10)
    later = need("alt", 5, 65, due=35, status="upcoming")
    first, second = merge_draws([later, open_now, late], TODAY)
    assert (first.day, set(first.tests)) == (TODAY, {"neutrophils", "creatinine"})
    assert second.tests == ("alt",)


def test_two_visits_of_one_test_never_share_a_draw_because_one_result_answers_one_visit():
    first, second = merge_draws([need("crp", -5, 20, due=7), need("crp", 10, 40, due=25, status="upcoming")], TODAY)
    assert first.last < second.day
    assert second.first > first.needs[0].closes


def test_a_late_test_whose_next_window_is_open_needs_one_draw_not_two():
    states = ((-70, "done"), (-40, "overdue"), (-9, "due"), (50, "upcoming"))
    needs = find_needs([visit("crp", when, state) for when, state in states], TODAY)
    assert [one.status for one in needs] == ["overdue", "upcoming"]


def test_windows_missed_in_a_row_make_the_ladder_and_a_result_between_ends_the_row():
    def step(*statuses: str) -> tuple[int, str]:
        visits = [visit("crp", -400 + 30 * place, status) for place, status in enumerate(statuses)]
        late = [one for one in find_needs(visits, TODAY) if is_late(one)]
        return (late[0].missed, late[0].step) if late else (0, "")

    assert step("done", "overdue") == (1, "first")
    assert step("done", "overdue", "overdue") == (2, "second")
    assert step("done", "overdue", "overdue", "overdue") == (3, "hold_supply")
    assert step("done", "overdue", "overdue", "overdue", "overdue") == (4, "hold_supply")
    assert step("overdue", "overdue", "done", "overdue") == (1, "first")
    assert step("done", "missed") == (0, "")


def test_never_tested_is_not_the_same_as_overdue():
    assert [one.status for one in find_needs([visit("crp", -40, "overdue")], TODAY)] == ["never"]
    several = [visit("crp", -90, "missed"), visit("crp", -40, "overdue")]
    assert [one.status for one in find_needs(several, TODAY)] == ["overdue"]


def test_the_rules_own_interval_is_told_from_the_visit_before():
    needs = find_needs([visit("crp", -31, "done"), visit("crp", 0, "due"), visit("igra", 3, "due")], TODAY)
    assert {one.test: one.own_days for one in needs} == {"crp": 31, "igra": None}


def test_an_override_counts_from_the_last_result_inside_a_window_as_wide_as_the_rules():
    rule = need("crp", -14, 14, due=0)
    longer = change_interval(rule, TODAY - 30 * DAY, 60, TODAY - 5 * DAY, TODAY)
    assert ((longer.due - TODAY) // DAY, longer.status, longer.missed, longer.changed) == (30, "upcoming", 0, True)
    assert (longer.closes - longer.due, longer.due - longer.opens) == (14 * DAY, 14 * DAY)
    assert change_interval(rule, TODAY - 50 * DAY, 60, TODAY, TODAY).status == "due"


def test_under_an_override_each_interval_gone_by_is_one_window_missed():
    rule = need("crp", -14, 14, due=0)

    def late(days_since_result: int) -> tuple[str, int]:
        told = change_interval(rule, TODAY - days_since_result * DAY, 30, TODAY - 300 * DAY, TODAY)
        return told.status, told.missed

    assert late(44) == ("due", 0)
    assert late(45) == ("overdue", 1)
    assert late(74) == ("overdue", 1)
    assert late(75) == ("overdue", 2)


def test_a_shorter_interval_makes_nobody_late_before_the_day_it_was_set():
    rule = need("crp", -14, 14, due=0)
    told = change_interval(rule, TODAY - 80 * DAY, 14, TODAY, TODAY)
    assert (told.due, told.status, told.missed) == (TODAY, "due", 0)


def test_an_override_that_asks_no_later_than_the_rule_takes_back_nothing_that_was_missed():
    rule = need("crp", -74, -46, due=-60, status="overdue", missed=2)
    told = change_interval(rule, TODAY - 90 * DAY, 14, TODAY, TODAY)
    assert (told.status, told.missed, told.step, told.changed) == ("overdue", 2, "second", True)
    later = change_interval(rule, TODAY - 90 * DAY, 180, TODAY, TODAY)
    assert (later.status, later.missed) == ("upcoming", 0)


def promised(test: str, opens: int, closes: int, *, status: str = "due") -> Need:
    return replace(need(test, opens, closes, due=closes, status=status), promised="A. Reed on 18-Nov-2026")


def test_a_promised_repeat_shares_the_draw_of_the_same_tests_visit():
    (draw,) = merge_draws([need("crp", -5, 20, due=7), promised("crp", -2, 9)], TODAY)
    assert (draw.tests, draw.last) == (("crp",), TODAY + 9 * DAY)


def test_a_promised_repeat_keeps_its_own_day_and_moves_no_visit():
    visits = [need("crp", 12, 20, due=15, status="upcoming"), need("alt", 10, 30, due=15, status="upcoming")]
    alone = merge_draws(visits, TODAY)
    first, *others = merge_draws([*visits, promised("crp", -2, 9)], TODAY)
    assert first.needs[0].promised and first.day == TODAY + 9 * DAY
    assert tuple(others) == alone


def test_a_promised_repeat_that_has_not_come_is_asked_for_today():
    first, second = merge_draws([promised("crp", -20, -3, status="overdue"), need("crp", 5, 20)], TODAY)
    assert first.day == TODAY and is_late(first.needs[0]) and not second.needs[0].promised
