"""A repeat that was promised is asked for when its day has passed (HAZ-004, HAZ-008)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.alerts.escalate import list_breaches
from core.alerts.lifecycle import life_of, say_act
from core.alerts.promises import name_day
from core.alerts.snooze import latest_end
from core.alerts.worsening import Rows
from core.engine.wording import date
from core.errors import InputRefused
from core.records import DAY
from tests.alerts.an_alert import RULES, an_alert, at, count, done

LOW = an_alert(count(1.3))
END = at(5) // DAY * DAY + DAY - 1
PROMISED = done("acknowledge", LOW, 1, 1, until=END)


def life(alert, day, *acts, rows=None):
    return life_of(alert, acts or (PROMISED,), at(day), RULES, rows or Rows())


def test_a_promised_repeat_that_did_not_come_opens_the_alert_again_and_it_is_late():
    assert life(LOW, 5).state == "acknowledged"
    told = life(LOW, 6)
    assert (told.state, told.pierced_by, told.breached, told.due_by) == ("open", "not_repeated", True, END)
    assert f"promised by {date(END)} has not come" in told.why
    [breach] = list_breaches([LOW], {LOW.alert_id: told}, at(6), RULES)
    assert breach.late_days == 1


def test_a_newer_result_that_is_no_worse_keeps_the_promise_and_one_known_too_late_does_not():
    again = an_alert(count(1.3), count(1.4, 3, row=9))
    assert life(again, 30).state == "acknowledged"
    assert life(again, 30, rows=Rows({}, {9: at(7)})).pierced_by == "not_repeated"


def test_another_test_is_no_repeat():
    other = replace(LOW, evidence=(*LOW.evidence, count(4.0, 3, row=9, analyte="platelets")))
    seen = done("acknowledge", replace(LOW, evidence=(*LOW.evidence, count(5, 0, row=8, analyte="platelets"))), 1, 1,
                until=END)  # fmt: skip
    told = life(replace(other, evidence=(*other.evidence, count(5, 0, row=8, analyte="platelets"))), 6, seen)
    assert told.state == "open"


def test_other_reasons_promise_nothing():
    assert life(LOW, 60, done("acknowledge", LOW, 1, 1, disposition="acted-on")).state == "acknowledged"


@pytest.mark.parametrize("grave", [0.9, 1.3])
def test_a_promise_without_a_day_gets_the_last_its_tier_allows(grave):
    alert = an_alert(count(grave))
    named = name_day(done("acknowledge", alert, 1, 1), alert, RULES)
    assert named.until == latest_end(alert.priority, at(1), RULES)
    assert f"expected by {date(named.until)}" in say_act(named)


def test_a_promise_may_not_outlast_the_longest_the_alert_may_be_put_off():
    too_late = latest_end(LOW.priority, at(1), RULES) + 1
    for until in (too_late, at(1)):
        with pytest.raises(InputRefused, match="by when the test is repeated"):
            name_day(replace(PROMISED, until=until), LOW, RULES)
