"""A stage of kidney injury names the earlier creatinine it was told by, wherever its reason is read."""

from __future__ import annotations

import pytest

from core.services.contract_json import alert_to_json
from core.views.earlier_line import earlier_line, earlier_short
from core.views.sentences import fact_line, short_why
from core.views.text import NBSP
from tests.spec.clinic import taken


def injury(story: str):
    (alert,) = taken(story).alerts("aki")
    return alert


def test_the_reason_names_value_day_and_ratio():
    alert = injury("2026-02-20 creatinine 90\n2026-02-24 creatinine 190")
    assert fact_line(alert).endswith(f", 2.11 times 90{NBSP}µmol/L on 20-Feb-2026)")
    assert f"190{NBSP}µmol/L from 90{NBSP}µmol/L" in short_why(alert)


def test_a_rise_within_two_days_is_told_beside_the_ratio():
    told = earlier_line(injury("2026-02-23 creatinine 100\n2026-02-24 creatinine 130").basis.inputs)
    assert told == f"1.3 times 100{NBSP}µmol/L on 23-Feb-2026; 30{NBSP}µmol/L more within two days"


def test_no_rise_is_told_where_the_two_days_before_hold_a_higher_one():
    told = earlier_line(injury("2025-12-01 creatinine 60\n2026-02-23 creatinine 200\n2026-02-24 creatinine 190")
                        .basis.inputs)  # fmt: skip
    assert "more within" not in told


@pytest.mark.parametrize("inputs", [{}, {"creatinine": {"value": 190.0}}, {"age": 60}])
def test_any_other_alert_is_told_without(inputs):
    assert (earlier_line(inputs), earlier_short(inputs)) == ("", "")


def test_the_earlier_one_is_among_the_inputs_of_the_contracts_basis():
    basis = alert_to_json(injury("2026-02-20 creatinine 90\n2026-02-24 creatinine 190"), {})["basis"]
    assert set(basis) >= {"operator", "threshold", "unit", "inputs", "equation"}
    assert basis["inputs"]["earlier_creatinine"]["value"] == 90
    assert basis["inputs"]["earlier_creatinine"]["collected_at"] == "2026-02-20"


def test_a_correction_of_the_earlier_one_changes_what_is_named():
    plain = injury("2026-02-20 creatinine 90\n2026-02-24 creatinine 190").basis.inputs
    other = injury("2026-02-20 creatinine 80\n2026-02-24 creatinine 190").basis.inputs
    assert earlier_short(plain) != earlier_short(other)
