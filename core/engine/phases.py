"""When a patient is on a drug: planned, running, held, and the courses a rule is about."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, fields
from functools import cache, cached_property
from typing import Any, TypeVar

import numpy as np

from core.engine.cohort import Bools, Cohort, Ints
from core.engine.kernels import column_of, distinct, key, merge, positions, somewhere, split_key, spread, subtract
from core.protocols.kinds import OnCourse
from core.protocols.schema import Planning
from core.records import COURSE_STATUSES, DAY, FAR, INDICATIONS

T = TypeVar("T")

#: By position in COURSE_STATUSES.
_IS_TAKEN = np.array([status in ("active", "stopped", "completed") for status in COURSE_STATUSES])
_HELD = COURSE_STATUSES.index("on-hold")
_PLANNED = COURSE_STATUSES.index("planned")


_NOBODY: Ints = np.empty(0, dtype=np.int64)


@dataclass(frozen=True)
class Spans:
    """Half-open intervals per patient, merged and sorted."""

    patient: Ints
    start: Ints
    end: Ints

    def __len__(self) -> int:
        return len(self.patient)

    @cached_property
    def start_keys(self) -> Ints:
        return key(self.patient, self.start)

    @cached_property
    def end_keys(self) -> Ints:
        return key(self.patient, self.end)

    @classmethod
    def of(cls, patient: Ints, start: Ints, end: Ints) -> Spans:
        return cls(*merge(patient, start, end))

    @classmethod
    def none(cls) -> Spans:
        return cls(_NOBODY, _NOBODY, _NOBODY)

    def minus(self, other: Spans) -> Spans:
        if not len(self) or not len(other):
            return self
        return Spans(*subtract(self.patient, self.start, self.end, other.patient, other.start, other.end, FAR))

    def plus(self, *others: Spans) -> Spans:
        parts = [part for part in (self, *others) if len(part)]
        if not parts:
            return self
        if len(parts) == 1 and not others:
            return parts[0]
        return Spans.of(
            np.concatenate([p.patient for p in parts]),
            np.concatenate([p.start for p in parts]),
            np.concatenate([p.end for p in parts]),
        )


@dataclass(frozen=True)
class Pieces:
    """Unmerged intervals of single courses, sorted by patient and start. course: position in DrugCourses.

    known_from: from when a piece is judged; before its start where it is planned.
    """

    course: Ints
    patient: Ints
    start: Ints
    end: Ints
    known_from: Ints

    def __len__(self) -> int:
        return len(self.patient)

    def take(self, rows: Bools) -> Pieces:
        return Pieces(*(getattr(self, f.name)[rows] for f in fields(self)))

    def plus(self, other: Pieces) -> Pieces:
        joined = Pieces(*(np.concatenate([getattr(self, f.name), getattr(other, f.name)]) for f in fields(self)))
        order = np.lexsort((joined.start, joined.patient))
        return Pieces(*(getattr(joined, f.name)[order] for f in fields(self)))


@dataclass(frozen=True)
class DrugCourses:
    """The courses of one drug, ends cut at death, and its phases as of a horizon.

    lead: how long before its start a course is judged as planned (seconds). row: position in the cohort's courses.
    dose: NaN = unreadable; per_kg: of weight. died: of the patient, FAR = alive. horizon: what starts later is planned.
    """

    drug: str
    planning: Planning
    row: Ints
    patient: Ints
    start: Ints
    end: Ints
    dose: np.ndarray[tuple[int], np.dtype[np.float64]]
    per_kg: Bools
    per_day: np.ndarray[tuple[int], np.dtype[np.float64]]
    indication: Ints
    taken: Bools
    on_hold: Bools
    planned: Bools
    lead: Ints
    died: Ints
    horizon: int
    _known: dict[object, tuple[Spans, Spans]] = field(default_factory=dict, repr=False)
    _phases: dict[object, Spans] = field(default_factory=dict, repr=False)
    _made: dict[object, Any] = field(default_factory=dict, repr=False)

    @classmethod
    def of(cls, cohort: Cohort, drug: str, horizon: int, planning: Planning) -> DrugCourses:
        """Pick one drug's courses. horizon: a course that starts later is planned; planning: for how long before."""
        row = positions(cohort.courses.drug == drug)
        c = cohort.courses.take(row)
        patient = c.patient.astype(np.int64)
        taken = _IS_TAKEN[c.status]
        on_hold = c.status == _HELD
        planned = (c.status == _PLANNED) | (c.start > horizon)
        died = cohort.patients.died[patient]
        end = np.minimum(np.minimum(c.end, died), _restarted(patient, c.start, taken, on_hold))
        days = np.where(taken | on_hold, planning.dated_later_from_days, planning.planned_from_days)
        return cls(
            drug, planning, row, patient, c.start, end, c.dose, c.per_kg, c.per_day, c.indication.astype(np.int64),
            taken, on_hold, planned, days * DAY, died, horizon,
        )  # fmt: skip

    def spans(self, rows: Bools) -> Spans:
        return Spans.of(self.patient[rows], self.start[rows], self.end[rows])

    @cached_property
    def held(self) -> Spans:
        return self.spans(self.on_hold)

    @cached_property
    def running(self) -> Spans:
        return self.spans(self.taken).minus(self.held)

    @cached_property
    def only_planned(self) -> Bools:
        """Courses whose status is planned, whatever their date; not those merely dated later."""
        return self.planned & ~self.taken & ~self.on_hold

    @cached_property
    def _planned_until(self) -> Ints:
        """When each course's planned phase is over: what is only planned stays so until a row says otherwise."""
        return np.where(self.only_planned, self.died, np.minimum(self.start, self.end))

    @cached_property
    def taken_pieces(self) -> Pieces:
        """Every taken course without what was held, one piece or several each."""
        return self._pieces(positions(self.taken), self.start, self.end, self.held)

    @cached_property
    def planned_pieces(self) -> Pieces:
        """The planned phase of every planned course: from when it is foreseen, beside what is taken or held."""
        rows, away = positions(self.planned), self.running.plus(self.held)
        return self._pieces(rows, self.start - self.lead, self._planned_until, away)

    @cached_property
    def planned_phase(self) -> Spans:
        """When any course is planned, and the drug neither taken nor held."""
        return self.in_phase("planned")

    def in_phase(self, phase: str) -> Spans:
        """When the drug is in one of its phases, whatever the course."""
        return self._in_phases((phase,), column_of(True, len(self.patient), bool))

    @cached_property
    def meant_pieces(self) -> Pieces:
        """When the drug is meant to be taken, and from when that can be known: for overlaps with other drugs."""
        only = positions(self.only_planned)
        until = np.where(self.end <= self.horizon, self.died, self.end)  # an end that came before any beginning
        restarted = self._pieces(only, self.start, until, self.running, self.held)
        parts = (self.taken_pieces, restarted)
        course, patient, start, end = (
            np.concatenate([getattr(part, name) for part in parts]) for name in ("course", "patient", "start", "end")
        )
        order = np.lexsort((start, patient))
        course, patient, start, end = course[order], patient[order], start[order], end[order]
        ahead = (start > self.horizon) | (self.only_planned[course] & (start == self.start[course]))
        lead = np.where(ahead, self.lead[course], 0)
        return Pieces(course, patient, start, end, start - lead)

    def once(self, make: Callable[[DrugCourses], T]) -> T:
        """What is made of these courses, made once: every rule of a drug asks for the same."""
        if make not in self._made:
            self._made[make] = make(self)
        made: T = self._made[make]
        return made

    def _pieces(self, rows: Ints, start: Ints, end: Ints, away: Spans, away_later: Spans | None = None) -> Pieces:
        """Courses from start to end without what is away, and what is away from later than their own start."""
        rows = rows[end[rows] > start[rows]]
        course, start, end = rows, start[rows], end[rows]
        if len(away):
            course, start, end = subtract(course, start, end, *for_each(rows, self.patient[rows], away), FAR)
        if away_later is not None and len(away_later):
            owner, begin, stop = for_each(rows, self.patient[rows], away_later)
            later = begin > self.start[owner]
            course, start, end = subtract(course, start, end, owner[later], begin[later], stop[later], FAR)
        order = np.lexsort((start, self.patient[course]))
        course, start, end = course[order], start[order], end[order]
        return Pieces(course, self.patient[course], start, end, start)

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
        asked = are_among(self.indication, indications)
        if rule.doses_per_day_above is None and rule.doses_per_day_at_most is None:
            return self._in_phases(rule.phases, asked), Spans.none()
        unreadable = asked & np.isnan(self.per_day)
        low = -np.inf if rule.doses_per_day_above is None else rule.doses_per_day_above
        high = np.inf if rule.doses_per_day_at_most is None else rule.doses_per_day_at_most
        with np.errstate(invalid="ignore"):
            fits = asked & (self.per_day > low) & (self.per_day <= high)
        certain, possible = self._in_phases(rule.phases, fits), self._in_phases(rule.phases, unreadable)
        if rule.doses_per_day_above is not None and "running" in rule.phases:
            possible = possible.plus(self._above_together(asked & ~np.isnan(self.per_day), rule.doses_per_day_above))
        return certain, possible.minus(certain)

    def _above_together(self, rows: Bools, limit: float) -> Spans:
        """When several of these courses are taken at once and their frequencies together are above a limit: nobody can
        tell whether they are one prescription or several.
        """
        pieces = self.taken_pieces.take(rows[self.taken_pieces.course])
        begins, ends = key(pieces.patient, pieces.start), key(pieces.patient, pieces.end)
        if not (begins[1:] < np.maximum.accumulate(ends)[:-1]).any():
            return Spans.none()
        moments = distinct(begins, ends)
        first = np.searchsorted(moments, begins, side="left")
        moment, piece = spread(first, np.searchsorted(moments, ends, side="left") - first)
        together = np.bincount(moment, weights=self.per_day[pieces.course[piece]], minlength=len(moments))
        patient, at = split_key(moments)
        above = np.flatnonzero((np.bincount(moment, minlength=len(moments)) > 1) & (np.round(together, 9) > limit))
        return Spans.of(patient[above], at[above], at[above + 1])

    def _in_phases(self, phases: tuple[str, ...], rows: Bools) -> Spans:
        """The union of some courses' intervals in the phases asked for. Limited to whatever indications, most rules ask
        for the same few courses of a patient.
        """
        asked = (phases, rows.tobytes())
        if asked not in self._phases:
            self._phases[asked] = self._within(phases, rows) if somewhere(rows) else Spans.none()
        return self._phases[asked]

    def _within(self, phases: tuple[str, ...], rows: Bools) -> Spans:
        out = Spans.none()
        held, running = self.held, self.running
        if "running" in phases:
            out = out.plus(self.spans(rows & self.taken).minus(held))
        if "held" in phases:
            out = out.plus(self.spans(rows & self.on_hold))
        if "ended" in phases:
            out = out.plus(self._after(rows).minus(running.plus(held)))
        if "planned" in phases:
            ahead = rows & self.planned
            before = Spans.of(self.patient[ahead], (self.start - self.lead)[ahead], self._planned_until[ahead])
            out = out.plus(before.minus(running.plus(held)))
        return out

    def ended_pieces(self, indications: frozenset[int] | None) -> Pieces:
        """The days after each chain of taken courses, for what concerns its stop."""
        spans = self._after(are_among(self.indication, indications)).minus(self.running.plus(self.held))
        return Pieces(column_of(-1, len(spans)), spans.patient, spans.start, spans.end, spans.start)

    def _after(self, rows: Bools) -> Spans:
        """The days after each chain of taken courses whose last course is one of these; none after a death."""
        index = positions(self.taken & (self.end > self.start))
        index = index[np.lexsort((self.end[index], self.patient[index]))]
        chains = self.spans(self.taken)
        ends = key(self.patient[index], self.end[index])
        last = ends.searchsorted(key(chains.patient, chains.end), "right") - 1
        course = index[last] if len(index) else index
        over = (chains.end < FAR) & rows[course] & (chains.end < self.died[course])
        until = np.minimum(chains.end[over] + self.planning.ended_for_days * DAY, self.died[course[over]])
        return Spans.of(chains.patient[over], chains.end[over], until)


def for_each(rows: Ints, patient: Ints, away: Spans) -> tuple[Ints, Ints, Ints]:
    """The intervals to take away from a patient, once for each of the patient's courses: keyed by course."""
    low = away.patient.searchsorted(patient, side="left")
    position, owner = spread(low, away.patient.searchsorted(patient, side="right") - low)
    order = np.argsort(rows[owner], kind="stable")
    return rows[owner][order], away.start[position][order], away.end[position][order]


def _restarted(patient: Ints, start: Ints, taken: Bools, on_hold: Bools) -> Ints:
    """When each hold is over because a course begins on or after its own start, FAR for anything else: a hold that
    nobody ended must not hide what is taken again.
    """
    out = column_of(FAR, len(patient))
    rows, holds = positions(taken), positions(on_hold)
    if len(rows) and len(holds):
        rows = rows[np.lexsort((start[rows], patient[rows]))]
        found = np.searchsorted(key(patient[rows], start[rows]), key(patient[holds], start[holds]), side="left")
        index = np.minimum(found, len(rows) - 1)
        theirs = (found < len(rows)) & (patient[rows][index] == patient[holds])
        out[holds] = np.where(theirs, start[rows][index], FAR)
    return out


@cache
def _marked(indications: frozenset[int]) -> Bools:
    out = np.zeros(len(INDICATIONS), dtype=bool)
    out[list(indications)] = True
    return out


def are_among(indication: Ints, indications: frozenset[int] | None) -> Bools:
    """Which of these indications a rule is about. indications: positions in records.INDICATIONS, None = all."""
    return column_of(True, len(indication), bool) if indications is None else _marked(indications)[indication]


def limited_to(wanted: tuple[str, ...], unwanted: tuple[str, ...]) -> frozenset[int] | None:
    """Indication codes a rule is limited to; None when it covers all."""
    if not wanted and not unwanted:
        return None
    names = wanted or INDICATIONS
    return frozenset(INDICATIONS.index(name) for name in names if name not in unwanted)
