"""Everybody's findings read at once say of each patient what is said of them alone, and the same words only once."""

from __future__ import annotations

import pytest

from core.engine.cohort import Cohort
from core.engine.evaluate import cut, evaluate
from core.engine.history import History
from core.protocols.loader import load_protocols
from core.records import DAY
from core.services.bench import HORIZON, make_cohort

PEOPLE = 30


@pytest.fixture(scope="module")
def history() -> History:
    return evaluate(Cohort.of(*make_cohort(PEOPLE, PEOPLE * 150, seed=9)), load_protocols(), horizon=HORIZON)


@pytest.mark.parametrize("days_back", [0, 200, 900])
def test_a_patient_among_others_is_told_as_alone(history, days_back):
    at = HORIZON - days_back * DAY
    standing, over = history.at(at), history.closed_before(at)
    for patient in range(PEOPLE):
        own = cut(history.cohort, patient, patient + 1).cohort
        alone, name = evaluate(own, history.protocols, horizon=HORIZON), f"P{patient}"
        told = alone.at(at)
        assert [one for one in standing.alerts if one.patient_id == name] == list(told.alerts)
        assert [one for one in standing.cannot_tell if one.patient_id == name] == list(told.cannot_tell)
        assert [one for one in standing.schedule if one.patient_id == name] == list(told.schedule)
        assert [one for one in over if one.patient_id == name] == alone.closed_before(at)


def test_an_alert_that_is_over_says_when_it_ended_and_one_that_stands_says_nothing_of_it(history):
    assert {one.closed_at for one in history.at(HORIZON).alerts} == {None}
    ends = set(history.alert_closed.tolist())
    assert all(one.closed_at in ends and one.closed_at <= HORIZON for one in history.closed_before(HORIZON))


def test_what_a_rule_says_of_everybody_alike_is_one_object(history):
    said = [one for alert in history.closed_before(HORIZON) for one in alert.positions]
    of_nobody = {
        one.rule_id for one in history.rules
        if one.rule.title and "{" not in "".join([one.rule.title, one.rule.advice, *(s.advice for s in one.says)])
        and not hasattr(one.rule, "bands") and not hasattr(one.rule, "after_tolerances")
    }  # fmt: skip
    alike = [one for one in said if one.rule_id in of_nobody]
    assert len(alike) > len(set(alike)) == len({id(one) for one in alike})


def test_what_several_findings_rest_on_is_one_object(history):
    told = [one for alert in history.at(HORIZON).alerts for one in alert.evidence]
    assert len(told) > len(set(told)) == len({id(one) for one in told})
