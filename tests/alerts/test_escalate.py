"""Which alerts nobody answered in their tier's time, and who must hear of it (P15)."""

from __future__ import annotations

from itertools import pairwise

from core.alerts.escalate import count_late_days, due_by, list_breaches
from core.alerts.lifecycle import life_of
from core.records import DAY
from tests.alerts.an_alert import RULES, T0, an_alert, at, count, done

GRAVE, MILD = an_alert(count(0.9), alert_id="g"), an_alert(count(1.3), alert_id="m")
SLIGHT = an_alert(count(1.3), alert_id="l", priority="low")


def late(day, *acts, alerts=(GRAVE, MILD, SLIGHT)):
    lives = {
        a.alert_id: life_of(a, [act for act in acts if act.alert_id == a.alert_id], at(day), RULES) for a in alerts
    }
    return list_breaches(alerts, lives, at(day), RULES)


def test_today_ends_with_the_day_seven_days_with_the_seventh_and_a_review_has_no_date():
    midnight = T0 // DAY * DAY
    assert due_by("high", T0) == midnight + DAY - 1
    assert due_by("medium", T0) == midnight + 8 * DAY - 1
    assert due_by("low", T0) is None


def test_an_alert_in_time_is_no_breach_and_one_second_later_is():
    assert late(0.5) == ()
    end = due_by("high", T0)
    before, after = (life_of(GRAVE, (), end + extra, RULES).breached for extra in (0, 1))
    assert (before, after) == (False, True)


def test_lateness_is_counted_in_calendar_days_and_the_first_day_past_is_one():
    assert [late(day)[0].late_days for day in (1.01, 2.01, 5.1)] == [1, 2, 5]
    end = due_by("high", T0)
    assert [count_late_days(end, end + extra) for extra in (1, DAY, DAY + 1)] == [1, 1, 2]


def test_who_is_told_at_once_is_told_on_the_first_day_past_and_the_next_a_whole_day_later():
    assert [late(day)[0].tell for day in (1.5, 2.5)] == [("pharmacist",), ("pharmacist", "rheumatologist")]


def test_the_gravest_stand_first_and_those_who_were_told_stay_told():
    assert [one.alert_id for one in late(20)] == ["g", "m"]
    told = [set(late(day)[0].tell) for day in (1, 2, 3, 9)]
    assert told[0] == {"pharmacist"}
    assert told == sorted(told, key=len)
    assert all(a <= b for a, b in pairwise(told))
    assert told[-1] == {"pharmacist", "rheumatologist", "admin"}


def test_acknowledged_it_is_no_breach_and_come_back_its_time_starts_anew():
    acts = done("acknowledge", GRAVE, 1, 3, disposition="acted-on"), done("snooze", MILD, 2, 9, until=at(12))
    assert [one.alert_id for one in late(10, *acts)] == []
    assert [one.alert_id for one in late(18, *acts)] == []
    back = late(21, *acts)
    assert [(one.alert_id, one.raised_at, one.owner) for one in back] == [("m", at(12), "A. Reed")]


def test_an_assignment_alone_does_not_stop_the_clock():
    assert [one.owner for one in late(3, done("assign", GRAVE, 1, 0, owner="B. Fox"))] == ["B. Fox"]
