"""A computed series as rules read it: its points, and until when each of them answers."""

from __future__ import annotations

from dataclasses import field
from functools import cached_property

import numpy as np

from core.engine.cohort import Cohort, Ints
from core.engine.kernels import positions, starts
from core.engine.series import Series
from core.engine.table import table
from core.engine.timeline import Stretches
from core.records import DAY

#: Rules look inside the phases of a drug, and the earliest begins a year before a planned start: with a margin.
ASKED_BEFORE_DAYS = 400


@table
class Feature:
    """A computed series and the first instant at which each point no longer answers."""

    series: Series
    expires: Ints
    _lasting: dict[int, Stretches] = field(default_factory=dict, repr=False, compare=False)

    @cached_property
    def stretches(self) -> Stretches:
        return Stretches.of(self.series, self.expires)

    def lasting(self, days: int) -> Stretches:
        """Each point answering for so many days from its instant and no longer."""
        if days not in self._lasting:
            self._lasting[days] = Stretches.of(self.series, self.series.at + days * DAY)
        return self._lasting[days]


def first_asked(cohort: Cohort) -> tuple[Ints, Ints]:
    """Every patient with a course of any drug, and a moment before any rule can ask about them."""
    first = positions(starts(cohort.courses.patient))
    patient = cohort.courses.patient[first].astype(np.int64)
    return patient, cohort.courses.start[first] - ASKED_BEFORE_DAYS * DAY
