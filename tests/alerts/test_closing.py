"""What must not wait is not closed by a decision that changes nothing (HAZ-008)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.alerts.closing import may_end
from core.alerts.lifecycle import life_of
from core.alerts.requests import check_fits
from core.errors import InputRefused
from tests.alerts.an_alert import RULES, an_alert, at, count, done

EMERGENCY, HIGH = an_alert(count(0.3)), an_alert(count(0.9))
[FLOOR] = RULES.floors


def close(alert, decision, *acts):
    asked = replace(done("close", alert, 0, 1, decision=decision, comment="seen"), expects=len(acts))
    check_fits(asked, alert, life_of(alert, acts, at(1), RULES), RULES)


def test_an_emergency_is_not_closed_by_no_change_and_is_told_what_closes_it():
    with pytest.raises(InputRefused) as refused:
        close(EMERGENCY, "no_change")
    for decision in FLOOR.closed_by:
        assert decision.replace("_", " ") in str(refused.value)
    assert "no_change" not in FLOOR.closed_by
    close(HIGH, "no_change")


def test_no_change_decided_first_closes_an_emergency_no_more_than_at_once():
    decided = done("decide", EMERGENCY, 1, 0.5, decision="no_change", comment="seen")
    with pytest.raises(InputRefused, match="does not close"):
        close(EMERGENCY, "", decided)
    close(EMERGENCY, "", done("decide", EMERGENCY, 1, 0.5, decision="stopped", comment="phoned"))


@pytest.mark.parametrize("decision", FLOOR.closed_by)
def test_a_decision_by_which_something_is_done_closes_an_emergency(decision):
    close(EMERGENCY, decision)
    over = life_of(EMERGENCY, [done("close", EMERGENCY, 1, decision=decision, comment="x")], at(1), RULES)
    assert over.ended_by == "decision"


def test_an_emergency_closed_by_no_change_in_earlier_days_is_open_again():
    told = life_of(EMERGENCY, [done("close", EMERGENCY, 1, decision="no_change", comment="seen")], at(1), RULES)
    assert (told.state, told.pierced_by) == ("open", "floor")


def test_a_bound_that_may_be_that_low_is_an_emergency():
    assert not may_end(an_alert(count(0.8, comparator="<")), "no_change", RULES)
