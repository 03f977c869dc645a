"""When a patient is on a drug: planned, running, held, and the courses a rule is about."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from core.engine.cohort import Bools, Cohort, Ints
from core.engine.kernels import key, merge, subtract
from core.protocols.schema import OnCourse, Planning
from core.records import COURSE_STATUSES, DAY, FAR, INDICATIONS

_TAKEN = [COURSE_STATUSES.index(s) for s in ("active", "stopped", "completed")]
_HELD = COURSE_STATUSES.index("on-hold")
_PLANNED = COURSE_STATUSES.index("planned")


@dataclass(frozen=True)
class Spans:
    """Half-open intervals per patient, merged and sorted."""

    patient: Ints
    start: Ints
    end: Ints

    def __len__(self) -> int:
        return len(self.patient)

    @classmethod
    def of(cls, patient: Ints, start: Ints, end: Ints) -> Spans:
        return cls(*merge(patient, start, end))

    def minus(self, other: Spans) -> Spans:
        return Spans(*subtract(self.patient, self.start, self.end, other.patient, other.start, other.end, FAR))

    def plus(self, *others: Spans) -> Spans:
        parts = (self, *others)
        return Spans.of(
            np.concatenate([p.patient for p in parts]),
            np.concatenate([p.start for p in parts]),
            np.concatenate([p.end for p in parts]),
        )


@dataclass(frozen=True)
class DrugCourses:
    """The courses of one drug, ends cut at death, and its phases as of a horizon.

    lead: how long before its start a course is judged as planned (seconds).
    """

    patient: Ints
    start: Ints
    end: Ints
    per_day: np.ndarray[tuple[int], np.dtype[np.float64]]
    indication: Ints
    taken: Bools
    on_hold: Bools
    planned: Bools
    lead: Ints
    _known: dict[object, tuple[Spans, Spans]] = field(default_factory=dict, repr=False)

    @classmethod
    def of(cls, cohort: Cohort, drug: str, horizon: int, planning: Planning) -> DrugCourses:
        """Pick one drug's courses. horizon: a course that starts later is planned; planning: for how long before."""
        c = cohort.courses.take(np.flatnonzero(cohort.courses.drug == drug))
        patient = c.patient.astype(np.int64)
        taken = np.isin(c.status, _TAKEN)
        on_hold = c.status == _HELD
        planned = (c.status == _PLANNED) | (c.start > horizon)
        end = np.minimum(np.minimum(c.end, cohort.patients.died[patient]), _restarted(patient, c.start, taken, on_hold))
        days = np.where(taken | on_hold, planning.dated_later_from_days, planning.planned_from_days)
        return cls(patient, c.start, end, c.per_day, c.indication.astype(np.int64), taken, on_hold, planned, days * DAY)

    def spans(self, rows: Bools) -> Spans:
        return Spans.of(self.patient[rows], self.start[rows], self.end[rows])

    @cached_property
    def held(self) -> Spans:
        return self.spans(self.on_hold)

    @cached_property
    def running(self) -> Spans:
        return self.spans(self.taken).minus(self.held)

    def treatments(self, restart_after_days: int) -> Spans:
        """Chains of taken and held courses with less than so many days between them: what the schedule counts from."""
        rows = (self.taken | self.on_hold) & (self.end > self.start)
        bridged = Spans.of(self.patient[rows], self.start[rows], self.end[rows] + restart_after_days * DAY - 1)
        return Spans(bridged.patient, bridged.start, bridged.end - restart_after_days * DAY + 1)

    def on_course(self, rule: OnCourse, indications: frozenset[int] | None) -> tuple[Spans, Spans]:
        """When a rule applies: for certain, and where an unreadable frequency leaves it open.

        indications: positions in records.INDICATIONS the rule is limited to, None = all.
        """
        asked = (rule.phases, indications, rule.doses_per_day_above, rule.doses_per_day_at_most)
        if asked not in self._known:
            self._known[asked] = self._on_course(rule, indications)
        return self._known[asked]

    def _on_course(self, rule: OnCourse, indications: frozenset[int] | None) -> tuple[Spans, Spans]:
        fits = np.ones(len(self.patient), dtype=bool)
        if indications is not None:
            fits &= np.isin(self.indication, list(indications))
        unreadable = np.zeros(len(self.patient), dtype=bool)
        if rule.doses_per_day_above is not None or rule.doses_per_day_at_most is not None:
            unreadable = fits & np.isnan(self.per_day)
            low = -np.inf if rule.doses_per_day_above is None else rule.doses_per_day_above
            high = np.inf if rule.doses_per_day_at_most is None else rule.doses_per_day_at_most
            with np.errstate(invalid="ignore"):
                fits &= (self.per_day > low) & (self.per_day <= high)
        certain = self._within(rule.phases, fits)
        return certain, self._within(rule.phases, unreadable).minus(certain)

    def _within(self, phases: tuple[str, ...], rows: Bools) -> Spans:
        """The union of some courses' intervals in the phases asked for."""
        out = Spans(*(np.empty(0, dtype=np.int64),) * 3)
        if not rows.any():
            return out
        held, running = self.held, self.running
        if "running" in phases:
            out = out.plus(self.spans(rows & self.taken).minus(held))
        if "held" in phases:
            out = out.plus(self.spans(rows & self.on_hold))
        if "planned" in phases:
            ahead = rows & self.planned
            status_planned = ~self.taken & ~self.on_hold
            end = np.where(status_planned, FAR, self.start)[ahead]
            before = Spans.of(self.patient[ahead], (self.start - self.lead)[ahead], np.minimum(end, self.end[ahead]))
            out = out.plus(before.minus(running.plus(held)))
        return out


def _restarted(patient: Ints, start: Ints, taken: Bools, on_hold: Bools) -> Ints:
    """When each hold is over because a course begins on or after its own start, FAR for anything else: a hold that
    nobody ended must not hide what is taken again.
    """
    out = np.full(len(patient), FAR)
    rows, holds = np.flatnonzero(taken), np.flatnonzero(on_hold)
    if len(rows) and len(holds):
        rows = rows[np.lexsort((start[rows], patient[rows]))]
        found = np.searchsorted(key(patient[rows], start[rows]), key(patient[holds], start[holds]), side="left")
        index = np.minimum(found, len(rows) - 1)
        theirs = (found < len(rows)) & (patient[rows][index] == patient[holds])
        out[holds] = np.where(theirs, start[rows][index], FAR)
    return out


def limited_to(wanted: tuple[str, ...], unwanted: tuple[str, ...]) -> frozenset[int] | None:
    """Indication codes a rule is limited to; None when it covers all."""
    if not wanted and not unwanted:
        return None
    names = wanted or INDICATIONS
    return frozenset(INDICATIONS.index(name) for name in names if name not in unwanted)
