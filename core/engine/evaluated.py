"""What an evaluation found of a cohort, over all of time, with the facts and the rules that it rests on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Self

from core.engine.cohort import Cohort, Ints
from core.engine.episodes import Evidence, Findings, Unknowns
from core.engine.features import Measurements
from core.engine.rules.compiled import CompiledRule
from core.engine.schedule import Schedule
from core.engine.visit_grids import Grid
from core.protocols.loader import Protocols


@dataclass(frozen=True)
class Evaluated:
    """Findings, unknowns and visits of a cohort over all of time. alert_opened, alert_closed: of the alert each
    finding is part of.
    """

    cohort: Cohort
    protocols: Protocols
    rules: tuple[CompiledRule, ...]
    grids: tuple[tuple[str, Grid], ...]
    horizon: int
    findings: Findings
    unknowns: Unknowns
    evidence: Evidence
    visits: Schedule
    alert_opened: Ints
    alert_closed: Ints

    @classmethod
    def of(
        cls, cohort: Cohort, protocols: Protocols, rules: tuple[CompiledRule, ...], grids: Mapping[str, tuple[Grid,
        ...]],
        horizon: int, findings: Findings, unknowns: Unknowns, evidence: Evidence, visits: Schedule, opened: Ints,
        closed: Ints,
    ) -> Self:  # fmt: skip
        """opened, closed: of the alert that each finding is part of."""
        flat = tuple((drug, grid) for drug, several in grids.items() for grid in several)
        return cls(cohort, protocols, rules, flat, horizon, findings, unknowns, evidence, visits, opened, closed)

    @cached_property
    def measurements(self) -> Measurements:
        """The series and features of the cohort, for showing what the rules looked at."""
        return Measurements(self.cohort, self.protocols.common, self.horizon)
