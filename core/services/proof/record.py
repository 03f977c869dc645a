"""One patient's facts at the moment an alert is looked at, ready to be asked anything a rule asks."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from core.engine.beside import look_beside
from core.engine.cohort import Cohort
from core.engine.conditions import Conditions
from core.engine.evaluate import cut
from core.engine.features import Measurements
from core.engine.history import History
from core.engine.phases import DrugCourses, Spans
from core.engine.rules.beside import conditions_on
from core.engine.rules.compiled import CompiledRule, compile_rules
from core.engine.series import Series
from core.engine.standing import Alert
from core.engine.steadiness import Steadiness
from core.engine.timeline import Timeline
from core.protocols.conditions import Condition
from core.protocols.schema import Common, Protocol
from core.records import CANNOT_TELL_REASONS

AGES = ("age", "age_months")  # features that rest on the birth date alone: no result can change them
PATIENT = 0  # a record is about one patient, who stands first in its cohort


@dataclass(frozen=True)
class Reading:
    """A measured or computed value at an instant. low, high: what it can be; measured: its sample; row: of the sample,
    position in the record's results, -1 none. reason: why it is no number, "" where it is one.
    """

    low: float
    high: float
    at: int
    measured: int
    rows: tuple[int, ...]
    reason: str

    @property
    def exact(self) -> float | None:
        return self.low if self.low == self.high else None


@dataclass(frozen=True)
class Record:
    """cohort: this patient alone. at: the moment asked about, no later than the history's horizon."""

    history: History
    cohort: Cohort
    patient_id: str
    drug: str
    at: int

    @classmethod
    def of(cls, history: History, patient_id: str, drug: str, at: int) -> Record:
        """Cut one patient's facts out of a history."""
        position = int(np.flatnonzero(history.cohort.patients.patient_id == patient_id)[0])
        return cls(history, cut(history.cohort, position, position + 1).cohort, patient_id, drug, at)

    @classmethod
    def behind(cls, alert: Alert, history: History) -> Record:
        """The facts behind an alert: as of the history's horizon, or the last moment at which it was open."""
        at = history.horizon if alert.closed_at is None else alert.closed_at - 1
        return cls.of(history, alert.patient_id, alert.drug, at)

    @property
    def protocol(self) -> Protocol:
        return self.history.protocols.drugs[self.drug]

    @property
    def common(self) -> Common:
        return self.history.protocols.common

    @cached_property
    def measurements(self) -> Measurements:
        return Measurements(self.cohort, self.common, self.history.horizon)

    @cached_property
    def courses(self) -> DrugCourses:
        return self.measurements.courses(self.drug)

    @cached_property
    def conditions(self) -> Conditions:
        days = self.protocol.schedule.restart_after_days
        return Conditions(self.measurements, Steadiness(self.measurements), self.courses, days, {})

    @cached_property
    def beside(self) -> Record | None:
        """The same facts asked of what is planned beside the drug at the moment; None where nothing is."""
        courses = self.courses.once(look_beside)
        if courses is None:
            return None
        ahead = courses.planned_pieces
        if not bool(((ahead.start <= self.at) & (self.at < ahead.end)).any()):
            return None
        other = replace(self)
        kept = {"measurements": self.measurements, "courses": courses,
                "conditions": conditions_on(courses, self.conditions)}  # fmt: skip
        other.__dict__.update(kept)  # where its cached properties look first
        return other

    @cached_property
    def all_rules(self) -> tuple[CompiledRule, ...]:
        """Every rule of the drug's file, switched-off ones and those of authorities not chosen included."""
        written = self.protocol
        everything = tuple(rule.model_copy(update={"enabled": True}) for rule in written.rule)
        return tuple(compile_rules(written.model_copy(update={"rule": everything}), self.common.features, None, 0))

    def reading(self, analyte: str = "", feature: str = "") -> Reading | None:
        """The point of a series that stands at the moment; None before the first one."""
        return reading_at(self.conditions.source(analyte, feature).series, self.at)

    def answer(self, node: Condition) -> tuple[int, str]:
        """State of a condition at the moment (NOT_MET, MET, CANNOT_TELL of the timeline) and why it cannot be told."""
        return state_at(self.conditions.timeline(node), self.at)

    def unknown(self, compiled: CompiledRule) -> str:
        """Why a rule of the history could not be judged at the moment, "" if it could."""
        u = self.history.unknowns
        position = int(np.flatnonzero(self.history.cohort.patients.patient_id == self.patient_id)[0])
        rows = np.flatnonzero(
            (u.patient == position) & (u.rule == compiled.number) & (u.opened <= self.at) & (self.at < u.closed)
        )
        return CANNOT_TELL_REASONS[int(u.reason[rows[0]])] if len(rows) else ""


def reading_at(series: Series, at: int) -> Reading | None:
    """The latest point of a one-patient series at or before an instant."""
    row = int(np.searchsorted(series.at, at, side="right")) - 1
    if row < 0:
        return None
    return Reading(
        float(series.low[row]), float(series.high[row]), int(series.at[row]), int(series.measured[row]),
        tuple(int(r) for r in series.rows[:, row]), CANNOT_TELL_REASONS[int(series.reason[row])],
    )  # fmt: skip


def state_at(timeline: Timeline, at: int) -> tuple[int, str]:
    """What a one-patient timeline says at an instant."""
    row = int(np.searchsorted(timeline.at, at, side="right")) - 1
    if row < 0:
        return timeline.default_state, CANNOT_TELL_REASONS[timeline.default_reason]
    return int(timeline.state[row]), CANNOT_TELL_REASONS[int(timeline.reason[row])]


def holds(spans: Spans, at: int) -> bool:
    """Whether an instant lies in one of a one-patient set of intervals."""
    return bool(((spans.start <= at) & (at < spans.end)).any())
