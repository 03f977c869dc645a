"""The reference change value: published limits, and the worked examples on both sides of them."""

from __future__ import annotations

import pytest

from core.calculators.change import change_limits, percent_change
from core.catalogue import analyte


@pytest.mark.parametrize(
    ("key", "previous", "current", "significant"),
    [
        ("neutrophils", 3.2, 2.0, True),
        ("neutrophils", 3.2, 2.3, False),
        ("creatinine", 80, 92, True),
        ("creatinine", 80, 91, False),
        ("crp", 5, 12, False),
        ("crp", 5, 13, True),
        ("platelets", 250, 200, True),
        ("haemoglobin", 130, 121, False),
    ],
)
def test_a_change_is_significant_beyond_the_log_normal_limits(
    key: str, previous: float, current: float, significant: bool
) -> None:
    variation = analyte(key).variation
    assert variation is not None
    limits = change_limits(variation.cvi, variation.cva)
    assert limits.are_passed_by(percent_change(previous, current)) is significant


def test_the_two_forms_disagree_where_the_reference_says_they_do() -> None:
    creatinine, platelets = analyte("creatinine").variation, analyte("platelets").variation
    assert creatinine is not None and platelets is not None
    assert change_limits(creatinine.cvi, creatinine.cva, "symmetric").are_passed_by(percent_change(80, 91))
    assert not change_limits(platelets.cvi, platelets.cva, "symmetric").are_passed_by(percent_change(250, 200))


def test_a_fall_needs_less_than_a_rise() -> None:
    limits = change_limits(14.1, 3.0)
    assert (limits.down, limits.up) == (pytest.approx(-32.8021, abs=1e-4), pytest.approx(48.8141, abs=1e-4))


def test_a_change_that_just_reaches_a_limit_is_not_beyond_it() -> None:
    limits = change_limits(14.1, 3.0)
    assert not limits.are_passed_by(limits.up)
    assert limits.are_passed_by(limits.up + 1e-6)
