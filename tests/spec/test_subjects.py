"""Chapter: what an alert is about. One category on one fact is one alert, so a wrong word here hides or doubles it."""

from __future__ import annotations

import pytest

from core.protocols.kinds import Visits
from core.protocols.loader import load_protocols
from tests.spec.subjects import ROWS


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.rule)
def test_an_alert_is_about_this_fact_in_this_category(row):
    assert row.ask() == row.expected


def test_every_rule_that_raises_an_alert_has_its_subject_written_down():
    alerting = [rule.id for rule in load_protocols().drugs["anakinra"].rules if not isinstance(rule, Visits)]
    told = [row.rule for row in ROWS]
    assert sorted(set(told)) == sorted(told)
    assert set(alerting) ^ set(told) == set(), "write them down in tests/spec/subjects.py"
