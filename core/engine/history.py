"""The whole history of a cohort's findings: stab it at an instant, ask for a period, explain an alert."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from core.engine.answer_clock import find_clocks
from core.engine.assemble import alert_id, assemble
from core.engine.evaluated import Evaluated
from core.engine.kernels import starts
from core.engine.many import make_many
from core.engine.open_findings import find_open, name_fact
from core.engine.standing import Alert, CannotTell, Standing, Visit
from core.engine.wording import remedy
from core.records import CANNOT_TELL_REASONS, DAY

#: Of a visit, in the order they are asked; the last where none of the others holds.
_STATUSES = ("upcoming", "done", "due", "missed", "overdue")
_DONE = _STATUSES.index("done")


@dataclass(frozen=True)
class History(Evaluated):
    """What can be asked of everything a cohort was judged to have."""

    def at(self, instant: int) -> Standing:
        """What stands at an instant no later than the horizon: alerts with their evidence so far, cannot-tells,
        schedule.

        It answers "what was true" from all facts given; "what could be known" needs an evaluation of the facts known
        then.
        """
        standing = np.flatnonzero((self.findings.opened <= instant) & (instant < self.findings.closed))
        clocks = find_clocks(self.findings, self.alert_closed, self.evidence, self.cohort, self.rules, instant)
        alerts = assemble(find_open(self, standing, np.full(len(standing), instant), clocks), instant)
        return Standing(
            instant, tuple(alerts), self.cannot_tell(instant), self.schedule(instant), dict(self.protocols.hashes)
        )

    def closed_before(self, instant: int) -> list[Alert]:
        """Alerts that ended by an instant, each with the strictest it came to in its life."""
        over = np.flatnonzero(self.alert_closed <= instant)
        out = assemble(find_open(self, over, self.findings.closed[over] - 1, {}), instant)
        return sorted(out, key=lambda a: (a.patient_id, a.opened_at, a.alert_id))

    def between(self, start: int, end: int) -> list[Alert]:
        """Every alert that was open at some time in [start, end), as it stood at the end of its life or of the
        period.
        """
        touched = [a for a in self.closed_before(end - 1) if a.closed_at is not None and a.closed_at > start]
        return touched + list(self.at(end - 1).alerts)

    def explain(self, wanted: str, instant: int) -> Alert | None:
        """The alert of this id, open or closed at an instant; None if there is none."""
        for alert in (*self.at(instant).alerts, *self.closed_before(instant)):
            if alert.alert_id == wanted:
                return alert
        return None

    def owner_of(self, wanted: str) -> str | None:
        """The patient with an alert of this id at any time; None if nobody has. Only ids are made, so that one alert of
        a whole clinic is found without making every other.
        """
        f, who = self.findings, self.cohort.patients.patient_id
        named = zip(*(column.tolist() for column in (f.patient, f.rule, f.fact, self.alert_opened)), strict=True)
        for patient, rule, fact, opened in set(named):
            compiled = self.rules[rule]
            told = name_fact(self, fact, compiled)
            if alert_id(str(who[patient]), compiled.drug, compiled.rule.category, told, opened) == wanted:
                return str(who[patient])
        return None

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
        grid, place = v.grid[rows].tolist(), status.tolist()
        columns: dict[str, Sequence[object]] = {
            "patient_id": self.cohort.patients.patient_id[v.patient[rows]].tolist(),
            "drug": [tests[one][0] for one in grid], "test": [tests[one][1] for one in grid],
            "due": v.due[rows].tolist(), "window_start": v.opens[rows].tolist(),
            "window_end": (v.closes[rows] - DAY).tolist(),
            "authorities": [tests[one][2][entry] for one, entry in zip(grid, v.entry[rows].tolist(), strict=True)],
            "status": [_STATUSES[one] for one in place],
            "satisfied_by": [row if one == _DONE else None for row, one in zip(result.tolist(), place, strict=True)],
        }  # fmt: skip
        return tuple(make_many(Visit, len(rows), columns))
