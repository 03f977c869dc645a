"""Liver enzymes as multiples of their upper limit: whose limit, and what if there is none."""

from __future__ import annotations

import math

import numpy as np
import pytest

from core.catalogue import analyte
from core.engine import upper_limits
from core.engine.features import Measurements
from core.protocols.loader import load_protocols
from core.records import CANNOT_TELL_REASONS
from tests.spec.clinic import Clinic, end_of, instant

FEMALE, MALE = (analyte("alt").ref(sex)[1] for sex in ("female", "male"))


def points(story: str, name: str = "alt") -> list[tuple[float, float, str]]:
    """Every point of the feature: low, high, why it is not one number."""
    m = Measurements(Clinic.of(story).cohort(), load_protocols().common, horizon=end_of("2026-06-01"))
    s = m.feature(f"{name}_of_upper_limit").series
    why = [CANNOT_TELL_REASONS[code] for code in s.reason]
    return list(zip(s.low.tolist(), s.high.tolist(), why, strict=True))


@pytest.mark.parametrize("name", ["alt", "ast"])
def test_a_result_is_measured_against_the_limit_of_its_own_report(name):
    assert points(f"2026-01-01 {name} 120, limit 40", name) == [(3.0, 3.0, "")]


@pytest.mark.parametrize("name", ["alt", "ast"])
@pytest.mark.parametrize(("who", "sex"), [("woman", "female"), ("man", "male")])
def test_without_a_limit_in_the_report_the_catalogue_s_of_the_sex_counts(name, who, sex):
    limit = analyte(name).ref(sex)[1]
    assert points(f"{who} born 1970-01-01\n2026-01-01 {name} 120", name) == [(120 / limit, 120 / limit, "")]


def test_without_a_sex_both_limits_are_possible():
    least, most = sorted((FEMALE, MALE))
    assert points("person born 1970-01-01\n2026-01-01 alt 120") == [
        (120 / most, 120 / least, "missing_sex" if least != most else "")
    ]


def test_without_any_limit_the_ratio_cannot_be_told(monkeypatch):
    class Limitless:
        stale_after_days = 90

        def ref(self, _sex: str) -> tuple[None, None]:
            return None, None

    monkeypatch.setattr(upper_limits, "analyte", lambda _name: Limitless())
    assert points("2026-01-01 alt 120\n2026-02-01 alt 80, limit 40\n2026-03-01 alt !no_unit") == [
        (-math.inf, math.inf, "missing_reference_range"),
        (2.0, 2.0, ""),
        (-math.inf, math.inf, "no_unit"),
    ]


def test_a_result_with_a_comparator_gives_every_ratio_it_can_mean():
    ((low, high, why),) = points("2026-01-01 alt >120, limit 40")
    assert (low, high, why) == (math.nextafter(120, math.inf) / 40, math.inf, "censored")


def test_an_unreadable_result_keeps_its_own_reason():
    assert points("2026-01-01 alt !no_unit") == [(-math.inf, math.inf, "no_unit")]


def test_a_disputed_instant_is_measured_against_the_limit_of_the_row_known_first():
    story = "2026-01-01 alt 80, limit 80, known 2026-01-03\n2026-01-01 alt 40, limit 40, known 2026-01-02"
    assert points(story) == [(1.0, 2.0, "conflicting_duplicate")]


def test_a_ratio_answers_as_long_as_its_result():
    m = Measurements(Clinic.of("2026-01-01 alt 120").cohort(), load_protocols().common, horizon=end_of("2026-06-01"))
    lapse = (instant("2026-01-01") // 86400 + analyte("alt").stale_after_days + 1) * 86400
    assert np.array_equal(m.feature("alt_of_upper_limit").expires, [lapse])
