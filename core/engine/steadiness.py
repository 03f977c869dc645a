"""While the kidneys are acutely injured no clearance is steady: when that is, and what it does to an answer."""

from __future__ import annotations

from functools import cached_property

import numpy as np

from core.engine.features import Measurements
from core.engine.kernels import starts
from core.engine.series import REASON
from core.engine.timeline import CANNOT_TELL, NOT_MET, BandTable, Gate, Timeline, combine, only_turns, override


class Steadiness:
    """When a creatinine is unsteady in one cohort, found once for every rule that waits for it."""

    def __init__(self, measurements: Measurements) -> None:
        self.measurements = measurements
        self._gates: dict[str, Gate] = {}

    def wait(self, timeline: Timeline, points: str = "") -> Timeline:
        """The same answers, but cannot tell while an injury stands.

        points: names timelines of the very same points, whose place beside the injuries is looked up once.
        """
        if not self._is_ever_injured:
            return timeline
        if not points:
            gate = Gate.over(timeline, self.unsteady)
        else:
            if points not in self._gates:
                self._gates[points] = Gate.over(timeline, self.unsteady)
            gate = self._gates[points]
        return gate.apply(timeline, CANNOT_TELL, REASON["unsteady_creatinine"])

    @cached_property
    def _is_ever_injured(self) -> bool:
        return self.unsteady.is_ever_met

    @cached_property
    def unsteady(self) -> Timeline:
        """When an acute kidney injury stands, by any algorithm that common.toml names."""
        says = self.measurements.common.steadiness
        excused = self.measurements.happened(says.unless_events).timeline()
        stages = BandTable.at_limit(1, met_below=False)
        standing = []
        for name in says.stages:
            known = self.measurements.feature(name).stretches.judge(stages, absent_is_not_met=False)
            standing.append(_held(override(known, excused, NOT_MET, 0)))
        return only_turns(combine(standing, "any"))


def _held(timeline: Timeline) -> Timeline:
    """An injury stands until a later creatinine shows that it is over: unknown does not end it."""
    known = timeline.state != CANNOT_TELL
    index = np.arange(len(timeline))
    last = np.maximum.accumulate(np.where(known | starts(timeline.patient), index, 0))
    return Timeline(
        timeline.patient, timeline.at, timeline.state[last], timeline.band, timeline.reason, timeline.rows,
        timeline.value, timeline.measured, timeline.default_state, timeline.default_reason,
    )  # fmt: skip
