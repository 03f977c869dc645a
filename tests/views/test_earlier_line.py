"""A stage of kidney injury names the earlier creatinine it was told by, wherever its reason is read."""

from __future__ import annotations

import pytest

from core.services.contract_json import alert_to_json
from core.views.earlier_line import earlier_line, earlier_short
from core.views.sentences import fact_line, short_why
from core.views.text import NBSP
from tests.spec.clinic import taken

BOTH = ("KDIGO", "NHSE")


def injury(story: str, *authorities: str):
    (alert,) = taken(story, authorities=authorities or None).alerts("aki")
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


LOWEST_IS_A_BOUND = "2025-12-01 creatinine 150\n2026-02-20 creatinine <60\n2026-02-24 creatinine 190"
YEAR_IS_A_BOUND = "2025-12-01 creatinine <60\n2026-02-20 creatinine 90\n2026-02-24 creatinine 190"
NEWEST_IS_A_BOUND = "2025-12-01 creatinine 60\n2026-02-20 creatinine 90\n2026-02-24 creatinine >190"


@pytest.mark.parametrize(
    ("story", "authority"),
    [
        (LOWEST_IS_A_BOUND, "KDIGO"),  # stage 3 by the bound: nobody may read that it is 1.27 times 150
        (LOWEST_IS_A_BOUND, "NHSE"),
        (YEAR_IS_A_BOUND, "NHSE"),  # stage 3 by the year: nobody may read that it is 2.11 times 90
        (NEWEST_IS_A_BOUND, "KDIGO"),
        (NEWEST_IS_A_BOUND, "NHSE"),
    ],
)
def test_no_number_is_told_where_a_bound_is_part_of_the_comparison(story, authority):
    alert = injury(story, authority)
    assert (earlier_line(alert.basis.inputs), earlier_short(alert.basis.inputs)) == ("", "")
    assert " times " not in fact_line(alert) and " from " not in short_why(alert)


@pytest.mark.parametrize("authority", BOTH)
def test_the_stage_that_a_bound_leaves_no_doubt_of_is_told_all_the_same(authority):
    alert = injury(LOWEST_IS_A_BOUND, authority)
    assert (alert.priority, alert.title) == ("high", "Acute kidney injury, stage 3")


def test_a_bound_of_the_year_says_nothing_against_the_lowest_of_the_week():
    assert earlier_line(injury(YEAR_IS_A_BOUND, "KDIGO").basis.inputs) == f"2.11 times 90{NBSP}µmol/L on 20-Feb-2026"


@pytest.mark.parametrize("authority", BOTH)
@pytest.mark.parametrize("older", ["2025-02-23 creatinine 50", "2025-02-23 creatinine <50"])
def test_what_is_older_than_a_year_is_no_part_of_the_comparison(older, authority):
    story = f"{older}\n2026-02-01 creatinine 90\n2026-02-24 creatinine 190"
    told = earlier_line(injury(story, authority).basis.inputs)
    assert told == f"2.11 times 90{NBSP}µmol/L on 01-Feb-2026"


@pytest.mark.parametrize(
    ("authority", "told"),
    [("KDIGO", "3.8 times 50{}µmol/L on 24-Feb-2025"), ("NHSE", "2.71 times 70{}µmol/L, the median of the 2 from 8 ")],
)
def test_the_last_day_of_the_year_is_part_of_the_comparison(authority, told):
    story = "2025-02-24 creatinine 50\n2026-02-01 creatinine 90\n2026-02-24 creatinine 190"
    assert earlier_line(injury(story, authority).basis.inputs).startswith(told.format(NBSP))


def test_of_several_equally_low_the_newest_is_named():
    story = "2026-02-18 creatinine 90\n2026-02-20 creatinine 90\n2026-02-24 creatinine 190"
    assert earlier_line(injury(story).basis.inputs) == f"2.11 times 90{NBSP}µmol/L on 20-Feb-2026"


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
