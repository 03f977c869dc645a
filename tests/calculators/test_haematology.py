"""The neutrophil count from a differential."""

from __future__ import annotations

import math

import numpy as np
import pytest

from core.calculators.haematology import anc_from_differential


@pytest.mark.parametrize(
    ("wbc", "segs", "bands", "anc"),
    [
        (3.2, 40, 2, 1.344),
        (2.1, 50, 0, 1.05),
        (6.0, 62, 3, 3.9),
        (1.8, 25, 1, 0.468),
        (4.5, 33, 0, 1.485),
        (0, 40, 0, 0),
    ],
)
def test_the_count_is_the_share_of_the_white_cells(wbc: float, segs: float, bands: float, anc: float) -> None:
    assert anc_from_differential(wbc, segs, bands) == pytest.approx(anc)


@pytest.mark.parametrize(
    ("wbc", "segs", "bands"),
    [(5, 101, 0), (5, -1, 0), (5, 60, 41), (5, 60, -1), (-1, 50, 0), (math.inf, 50, 0), (5, math.nan, 0)],
)
def test_an_impossible_differential_gives_no_count(wbc: float, segs: float, bands: float) -> None:
    assert math.isnan(anc_from_differential(wbc, segs, bands))


def test_a_differential_that_sums_to_all_cells_is_possible() -> None:
    assert anc_from_differential(5.0, 62.3, 37.7) == pytest.approx(5.0)


def test_a_column_is_counted_like_single_samples() -> None:
    column = anc_from_differential(np.array([3.2, 5.0]), np.array([40.0, 60.0]), np.array([2.0, 41.0]))
    assert column[0] == pytest.approx(1.344)
    assert np.isnan(column[1])
