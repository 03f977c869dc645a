"""The whole history of a cohort's findings: stab it at an instant, ask for a period, explain an alert."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Self

import numpy as np

from core.engine.answer_clock import find_clocks
from core.engine.assemble import OpenFinding, assemble
from core.engine.cohort import Cohort, Ints
from core.engine.describe import describe_evidence, inputs_of
from core.engine.earlier_creatinine import ALGORITHMS, compare_with_earlier, tell_earlier
from core.engine.episodes import Evidence, Findings, Unknowns
from core.engine.features import Measurements
from core.engine.kernels import starts
from core.engine.rules.compiled import CompiledRule
from core.engine.rules.interaction import other_drug
from core.engine.schedule import Schedule
from core.engine.standing import Alert, CannotTell, Standing, Visit
from core.engine.visit_grids import Grid
from core.engine.wording import remedy
from core.protocols.kinds import Threshold
from core.protocols.loader import Protocols
from core.records import CANNOT_TELL_REASONS, DAY

#: Of a visit, in the order they are asked; the last where none of the others holds.
_STATUSES = ("upcoming", "done", "due", "missed", "overdue")


@dataclass(frozen=True)
class History:
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

    def at(self, instant: int) -> Standing:
        """What stands at an instant no later than the horizon: alerts with their evidence so far, cannot-tells,
        schedule.

        It answers "what was true" from all facts given; "what could be known" needs an evaluation of the facts known
        then.
        """
        standing = (self.findings.opened <= instant) & (instant < self.findings.closed)
        clocks = find_clocks(
            self.findings, self.alert_closed, self.evidence, self.cohort.results.known, self.rules, instant
        )
        alerts = assemble(
            [replace(self._open(int(i), instant), clock=clocks[int(i)]) for i in np.flatnonzero(standing)], instant
        )
        return Standing(
            instant, tuple(alerts), self.cannot_tell(instant), self.schedule(instant), dict(self.protocols.hashes)
        )

    def closed_before(self, instant: int) -> list[Alert]:
        """Alerts that ended by an instant, each with the strictest it came to in its life."""
        over = np.flatnonzero(self.alert_closed <= instant)
        ends = {}
        found = []
        for i in over.tolist():
            one = self._open(i, int(self.findings.closed[i]) - 1)
            ends[one.alert] = int(self.alert_closed[i])
            found.append(one)
        out = [replace(alert, closed_at=ends[alert.alert_id]) for alert in assemble(found, instant)]
        return sorted(out, key=lambda a: (a.patient_id, a.opened_at, a.alert_id))

    def between(self, start: int, end: int) -> list[Alert]:
        """Every alert that was open at some time in [start, end), as it stood at the end of its life or of the
        period.
        """
        touched = [a for a in self.closed_before(end - 1) if a.closed_at is not None and a.closed_at > start]
        return touched + list(self.at(end - 1).alerts)

    def explain(self, alert_id: str, instant: int) -> Alert | None:
        """The alert of this id, open or closed at an instant; None if there is none."""
        for alert in (*self.at(instant).alerts, *self.closed_before(instant)):
            if alert.alert_id == alert_id:
                return alert
        return None

    def _open(self, i: int, instant: int) -> OpenFinding:
        f = self.findings
        compiled = self.rules[int(f.rule[i])]
        patient = int(f.patient[i])
        fact_row = int(f.fact[i])
        fact = self._fact(fact_row, compiled)
        first, count = int(f.evidence_first[i]), int(f.evidence_count[i])
        seen = self.evidence.at[first : first + count] <= instant
        rows = self.evidence.row[first : first + count][seen]
        reason = self._held(patient, compiled, instant)
        value, measured = float(f.value[i]), int(f.measured[i])
        if 0 < len(rows) < count:  # asked about an earlier moment: the newest number of then
            newest = first + len(rows) - 1
            value, measured = float(self.evidence.value[newest]), int(self.evidence.measured[newest])
        if not count and isinstance(compiled.rule, Threshold) and not compiled.tests:
            value, measured = self._value_of_then(compiled.rule.feature, patient, instant)
        return OpenFinding(
            str(self.cohort.patients.patient_id[patient]), compiled, int(f.band[i]), fact, int(f.opened[i]),
            int(self.alert_opened[i]), value, measured,
            tuple(describe_evidence(self.cohort, int(row)) for row in rows), reason,
            inputs_of(self.cohort, compiled.rule, [int(r) for r in rows], patient) | self._compared(
                compiled, patient, measured
            ),
            self.protocols.common.features[compiled.rule.feature]
            if isinstance(compiled.rule, Threshold) and compiled.rule.feature
            else None,
            self.protocols.drugs[compiled.drug],
        )  # fmt: skip

    def _compared(self, compiled: CompiledRule, patient: int, measured: int) -> dict[str, object]:
        """The earlier creatinine behind a stage of kidney injury, which its title does not say."""
        rule = compiled.rule
        if not isinstance(rule, Threshold) or rule.feature not in ALGORITHMS:
            return {}
        found = compare_with_earlier(self.measurements.series("creatinine"), patient, measured, rule.feature)
        return {} if found is None else {"earlier_creatinine": tell_earlier(found)}

    def _value_of_then(self, feature: str, patient: int, instant: int) -> tuple[float, int]:
        """A value that rests on no recorded fact (an age), as it was at an instant."""
        series = self.measurements.feature(feature).series
        point = int(series.standing(np.array([patient]), np.array([instant]))[0])
        return float(series.low[point]), int(series.measured[point])

    def _fact(self, row: int, compiled: CompiledRule) -> str:
        """What a finding is about: its rule's fact, an event, or another drug."""
        if row >= 0:
            return f"event:{self.cohort.events.event_id[row]}"
        return f"with:{other_drug(row)}" if row < -1 else compiled.fact

    def _held(self, patient: int, compiled: CompiledRule, instant: int) -> str:
        u = self.unknowns
        low, high = np.searchsorted(self._unknown_order[1], (patient, patient + 1))
        for row in self._unknown_order[0][low:high]:
            if u.rule[row] == compiled.number and u.opened[row] <= instant < u.closed[row]:
                return CANNOT_TELL_REASONS[int(u.reason[row])]
        return ""

    @property
    def _unknown_order(self) -> tuple[Ints, Ints]:
        cached = self.__dict__.get("_by_patient")
        if cached is None:
            order = np.argsort(self.unknowns.patient, kind="stable")
            cached = (order, self.unknowns.patient[order])
            object.__setattr__(self, "_by_patient", cached)
        return cached

    def cannot_tell(self, instant: int) -> tuple[CannotTell, ...]:
        """Rules nobody can judge at an instant: one entry per patient, drug and rule; none that has an open finding."""
        u = self.unknowns
        rows = np.flatnonzero((u.opened <= instant) & (instant < u.closed))
        f = self.findings
        standing = np.flatnonzero((f.opened <= instant) & (instant < f.closed))
        held = {(int(f.patient[i]), self.rules[int(f.rule[i])].rule_id) for i in standing}
        out: dict[tuple[str, str, str], CannotTell] = {}
        for row in rows[np.lexsort((u.rule[rows], u.patient[rows]))]:
            compiled = self.rules[int(u.rule[row])]
            if (int(u.patient[row]), compiled.rule_id) in held:
                continue  # its alert stands and says why it could not be judged anew
            patient = str(self.cohort.patients.patient_id[int(u.patient[row])])
            reason = CANNOT_TELL_REASONS[int(u.reason[row])]
            out.setdefault(
                (patient, compiled.drug, compiled.rule_id),
                CannotTell(
                    patient, compiled.drug, compiled.rule_id, compiled.rule.category, reason,
                    remedy(reason, compiled.tests), int(u.opened[row]),
                ),
            )  # fmt: skip
        return tuple(out.values())

    def schedule(self, instant: int) -> tuple[Visit, ...]:
        """The visits of treatments that stand at an instant: from baseline to the first upcoming one of each test."""
        v = self.visits
        standing = (v.treatment_start <= instant) & (instant < v.treatment_end)
        rows = np.flatnonzero(standing)
        if not len(rows):
            return ()
        group = starts(v.patient[rows], v.grid[rows], v.treatment_start[rows], v.treatment_end[rows])
        ahead = v.opens[rows] > instant
        total = np.cumsum(ahead)
        begin = np.maximum.accumulate(np.where(group, np.arange(len(rows)), 0))
        nth = total - total[begin] + ahead[begin]
        rows = rows[~ahead | (nth == 1)]
        done = (v.satisfied_row[rows] >= 0) & (v.satisfied_at[rows] <= instant)
        asked = (v.opens[rows] > instant, done, v.closes[rows] > instant, v.answered_at[rows] <= instant)
        status = np.select(asked, range(len(asked)), len(asked))
        result = np.full(len(rows), -1)
        result[done] = self.cohort.results.row_id[v.satisfied_row[rows[done]]]
        tests = [(drug, grid.test, [entry.authorities for entry in grid.entries]) for drug, grid in self.grids]
        columns = (
            self.cohort.patients.patient_id[v.patient[rows]], v.grid[rows], v.entry[rows], v.due[rows], v.opens[rows],
            v.closes[rows] - DAY, status, result,
        )  # fmt: skip
        return tuple(
            Visit(
                who, tests[grid][0], tests[grid][1], due, opens, closes, tests[grid][2][entry], _STATUSES[place],
                row if _STATUSES[place] == "done" else None,
            )
            for who, grid, entry, due, opens, closes, place, row in zip(*(c.tolist() for c in columns), strict=True)
        )  # fmt: skip
