"""The last values that a cell of the worklist draws, each patient's made when somebody asks for them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from core.catalogue.screens import kept_trends
from core.engine.cohort import Floats, Ints
from core.engine.features import Measurements
from core.engine.kernels import starts
from core.engine.series import Series

SPARK_POINTS = 12  # what fits a cell of the worklist


@dataclass(frozen=True)
class _Line:
    """The points of one analyte, and where those of each patient begin and end."""

    at: Ints
    value: Floats
    places: Mapping[str, tuple[int, int]]


class Sparks(Mapping[tuple[str, str], tuple[tuple[int, float], ...]]):
    """The last exact values by patient and analyte (or computed feature): (instant, value), oldest first."""

    def __init__(self, lines: Mapping[str, _Line]) -> None:
        self._lines = lines

    def __getitem__(self, key: tuple[str, str]) -> tuple[tuple[int, float], ...]:
        line = self._lines[key[1]]
        mine = slice(*line.places[key[0]])
        return tuple(zip(line.at[mine].tolist(), line.value[mine].tolist(), strict=True))

    def __contains__(self, key: object) -> bool:
        who, name = key if isinstance(key, tuple) else (key, "")
        return name in self._lines and who in self._lines[name].places

    def __iter__(self) -> Iterator[tuple[str, str]]:
        return ((who, name) for name, line in self._lines.items() for who in line.places)

    def __len__(self) -> int:
        return sum(len(line.places) for line in self._lines.values())


def list_sparks(measurements: Measurements) -> Sparks:
    """The last exact values of what the worklist draws."""
    named: Mapping[str, Series] = {
        **{name: measurements.series(name) for name in kept_trends()},
        "creatinine_clearance": measurements.feature("creatinine_clearance").series,
    }
    names = measurements.cohort.patients.patient_id
    return Sparks({name: _keep_last(series, names) for name, series in named.items()})


def _keep_last(series: Series, names: np.ndarray[tuple[int], np.dtype[np.object_]]) -> _Line:
    exact = np.flatnonzero((series.low == series.high) & np.isfinite(series.low))
    first = np.flatnonzero(starts(series.patient[exact]))
    counts = np.diff(first, append=len(exact))
    ahead = np.repeat(first + counts, counts) - np.arange(len(exact))  # rows to the end of its patient
    last = exact[ahead <= SPARK_POINTS]
    ends = np.cumsum(np.minimum(counts, SPARK_POINTS)).tolist()
    places = zip(names[series.patient[exact[first]]].tolist(), zip([0, *ends], ends, strict=False), strict=True)
    return _Line(series.at[last], series.low[last], dict(places))
