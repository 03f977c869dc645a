"""The last values of the worklist are made when they are asked for, and are those of a plain reading."""

from __future__ import annotations

import math
from collections import defaultdict

import pytest

from core.catalogue.screens import kept_trends
from core.engine.cohort import Cohort
from core.engine.evaluate import evaluate
from core.engine.features import Measurements
from core.protocols.loader import load_protocols
from core.services.bench import HORIZON, make_cohort
from core.services.sparks import SPARK_POINTS, list_sparks

PEOPLE = 40


@pytest.fixture(scope="module")
def measurements() -> Measurements:
    return evaluate(
        Cohort.of(*make_cohort(PEOPLE, PEOPLE * 150, seed=3)), load_protocols(), horizon=HORIZON
    ).measurements


def read_plainly(m: Measurements) -> dict[tuple[str, str], tuple[tuple[int, float], ...]]:
    series = {name: m.series(name) for name in kept_trends()}
    series["creatinine_clearance"] = m.feature("creatinine_clearance").series
    found = defaultdict(list)
    for name, one in series.items():
        for patient, at, low, high in zip(one.patient, one.at, one.low, one.high, strict=True):
            if low == high and math.isfinite(low):
                found[m.cohort.patients.patient_id[patient], name].append((int(at), float(low)))
    return {key: tuple(points[-SPARK_POINTS:]) for key, points in found.items()}


def test_the_last_values_are_those_of_a_plain_reading(measurements):
    assert dict(list_sparks(measurements)) == read_plainly(measurements)


def test_somebody_without_values_has_none(measurements):
    sparks = list_sparks(measurements)
    assert ("nobody", "neutrophils") not in sparks and ("P1", "no such test") not in sparks
    assert sparks.get(("P1", "no such test")) is None and sparks.get(("nobody", "neutrophils")) is None


def test_as_many_are_told_as_there_are(measurements):
    sparks = list_sparks(measurements)
    assert len(sparks) == len(list(sparks)) > PEOPLE
    assert all(key in sparks for key in sparks)
