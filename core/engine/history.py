"""The whole history of a cohort's findings: stab it at an instant, ask for a period, explain an alert."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Self

import numpy as np

from core.engine.assemble import OpenFinding, alert_key, assemble
from core.engine.cohort import Bools, Cohort, Ints
from core.engine.describe import describe_evidence, inputs_of
from core.engine.episodes import Evidence, Findings, Unknowns
from core.engine.kernels import key, starts
from core.engine.rules.compiled import CompiledRule
from core.engine.schedule import Grid, Schedule
from core.engine.standing import Alert, CannotTell, Standing, Visit
from core.engine.wording import remedy
from core.protocols.loader import Protocols
from core.protocols.schema import Threshold
from core.records import CANNOT_TELL_REASONS, DAY, FAR


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
        horizon: int, findings: Findings, unknowns: Unknowns, evidence: Evidence, visits: Schedule,
    ) -> Self:  # fmt: skip
        """Join touching findings of one (patient, drug, category, fact) into alerts."""
        opened, closed = _chains(findings, rules)
        flat = tuple((drug, grid) for drug, several in grids.items() for grid in several)
        return cls(cohort, protocols, rules, flat, horizon, findings, unknowns, evidence, visits, opened, closed)

    def at(self, instant: int) -> Standing:
        """What stands at an instant no later than the horizon: alerts with their evidence so far, cannot-tells,
        schedule.

        It answers "what was true" from all facts given; "what could be known" needs an evaluation of the facts known
        then.
        """
        standing = (self.findings.opened <= instant) & (instant < self.findings.closed)
        alerts = assemble([self._open(int(i), instant) for i in np.flatnonzero(standing)], instant)
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
        fact = f"event:{self.cohort.events.event_id[fact_row]}" if fact_row >= 0 else compiled.fact
        first, count = int(f.evidence_first[i]), int(f.evidence_count[i])
        seen = self.evidence.at[first : first + count] <= instant
        rows = self.evidence.row[first : first + count][seen]
        reason = self._held(patient, compiled, instant)
        value, measured = float(f.value[i]), int(f.measured[i])
        if 0 < len(rows) < count:  # asked about an earlier moment: the newest number of then
            newest = first + len(rows) - 1
            value, measured = float(self.evidence.value[newest]), int(self.evidence.measured[newest])
        return OpenFinding(
            str(self.cohort.patients.patient_id[patient]), compiled, int(f.band[i]), fact, int(f.opened[i]),
            int(self.alert_opened[i]), value, measured,
            tuple(describe_evidence(self.cohort, int(row)) for row in rows), reason,
            inputs_of(self.cohort, compiled.rule, [int(r) for r in rows], patient),
            self.protocols.common.features[compiled.rule.feature]
            if isinstance(compiled.rule, Threshold) and compiled.rule.feature
            else None,
            self.protocols.drugs[compiled.drug],
        )  # fmt: skip

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
        return tuple(self._visit(int(row), instant) for row in rows)

    def _visit(self, row: int, instant: int) -> Visit:
        v = self.visits
        drug, grid = self.grids[int(v.grid[row])]
        entry = grid.entries[int(v.entry[row])]
        done = v.satisfied_row[row] >= 0 and v.satisfied_at[row] <= instant
        if instant < v.opens[row]:
            status = "upcoming"
        elif done:
            status = "done"
        elif instant < v.closes[row]:
            status = "due"
        else:
            status = "missed" if v.answered_at[row] <= instant else "overdue"
        return Visit(
            str(self.cohort.patients.patient_id[int(v.patient[row])]), drug, grid.test, int(v.due[row]),
            int(v.opens[row]), int(v.closes[row]) - DAY, entry.authorities, status,
            int(self.cohort.results.row_id[int(v.satisfied_row[row])]) if done else None,
        )  # fmt: skip


def _chains(findings: Findings, rules: tuple[CompiledRule, ...]) -> tuple[Ints, Ints]:
    """Start and end of the alert each finding belongs to: findings of one subject that overlap or touch are one
    alert.
    """
    subjects: dict[tuple[str, str, str], int] = {}
    numbers = np.array([subjects.setdefault(alert_key(c), len(subjects)) for c in rules], dtype=np.int64)
    n = len(findings)
    if not n:
        return np.empty(0, np.int64), np.empty(0, np.int64)
    subject = numbers[findings.rule]
    order = np.lexsort((findings.opened, findings.fact, subject, findings.patient))
    group: Ints = np.cumsum(starts(findings.patient[order], subject[order], findings.fact[order]), dtype=np.int64)
    reach = np.maximum.accumulate(key(group, findings.closed[order]))
    first: Bools = np.ones(n, dtype=bool)
    first[1:] = key(group[1:], findings.opened[order][1:]) > reach[:-1]
    chain = np.cumsum(first) - 1
    begin = np.flatnonzero(first)
    ends = np.maximum.reduceat(findings.closed[order], begin)
    opened, closed = np.empty(n, np.int64), np.empty(n, np.int64)
    opened[order] = findings.opened[order][begin][chain]
    closed[order] = np.minimum(ends[chain], FAR + 1)
    return opened, closed
