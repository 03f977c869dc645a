"""Live the two years again, day by day, knowing at the end of each day only what had arrived by then.

A patient is judged anew on every day with news (a result, a correction, an event, a prescription) and at least every
four weeks; between two such days the same history is read on, because nothing that it rests on has changed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from core.engine.cohort import Bools, Cohort, Ints
from core.engine.describe import describe_evidence
from core.engine.evaluate import evaluate
from core.engine.history import History
from core.engine.kernels import spread
from core.engine.known import as_known_at
from core.engine.rules.compiled import CompiledRule
from core.protocols.loader import Protocols
from core.records import CANNOT_TELL_REASONS, DAY, FAR

AGAIN_DAYS = 28  # well within the visits the engine makes ahead of its horizon


@dataclass(frozen=True)
class Shown:
    """One finding as it stood at the ends of the days first .. last (day numbers), by one day's knowledge.

    subject: what makes findings one alert (drug, category, fact). opened: of the alert, an instant. rests_on: the
    results, events, courses, else the visit date, it stands on.
    """

    patient_id: str
    subject: tuple[str, str, str]
    rule: int
    band: int
    opened: int
    first: int
    last: int
    value: float
    measured: int
    rests_on: frozenset[str]


@dataclass(frozen=True)
class Untold:
    """A rule that could not be judged on the days first .. last, and why."""

    patient_id: str
    rule: int
    reason: str
    first: int
    last: int


@dataclass(frozen=True)
class Replay:
    """Everything that stood on any day, and the rules by number."""

    rules: tuple[CompiledRule, ...]
    shown: list[Shown]
    untold: list[Untold]


def replay(cohort: Cohort, entered: Mapping[str, int], protocols: Protocols, begin: int, end: int) -> Replay:
    """What stood at the end of every day begin .. end - 1 (day numbers). entered: course_id -> instant of entry."""
    r, e, c = cohort.results, cohort.events, cohort.courses
    entry = np.array([entered[str(name)] for name in c.course_id], dtype=np.int64)
    overtaken = r.superseded < FAR
    who = np.concatenate([r.patient, r.patient[overtaken], e.patient, e.patient, c.patient, c.patient, c.patient])
    when = np.concatenate([r.known, r.superseded[overtaken], e.start, e.end, entry, c.start, c.end]) // DAY
    everybody = np.arange(len(cohort.patients))
    again = np.arange(begin, end, AGAIN_DAYS)
    # Spread over the days, so that no day has everybody to judge.
    turns = (again[None, :] + (everybody % AGAIN_DAYS)[:, None]).reshape(-1)
    who = np.concatenate([who, everybody, np.repeat(everybody, len(again))])
    when = np.concatenate([when, np.full(len(everybody), begin), turns])
    keep = (when >= begin) & (when < end)
    news = np.unique(who[keep] * 100_000 + when[keep])
    patient, day = news // 100_000, news % 100_000
    until = np.full(len(news), end)
    until[:-1] = np.where(patient[1:] == patient[:-1], day[1:], end)
    rules: tuple[CompiledRule, ...] = ()
    shown: list[Shown] = []
    untold: list[Untold] = []
    for today in range(begin, end):
        now = np.flatnonzero(day == today)
        if not len(now):
            continue
        some = _pick(cohort, patient[now], entry, today * DAY + DAY - 1)
        history = evaluate(some, protocols, horizon=today * DAY + DAY - 1)
        rules = history.rules
        shown += _findings(history, today, until[now])
        untold += _unknowns(history, today, until[now])
    return Replay(rules, shown, untold)


def _pick(cohort: Cohort, patients: Ints, entry: Ints, at: int) -> Cohort:
    """These patients' facts known at an instant, numbered anew."""
    tables = {}
    for name in ("results", "courses", "events"):
        table = getattr(cohort, name)
        first = np.searchsorted(table.patient, patients)
        count = np.searchsorted(table.patient, patients, side="right") - first
        rows, owner = spread(first.astype(np.int64), count.astype(np.int64))
        if name == "courses":
            known: Bools = entry[rows] <= at
            rows, owner = rows[known], owner[known]
        if name == "events":
            known = table.start[rows] <= at
            rows, owner = rows[known], owner[known]
        tables[name] = replace(table.take(rows), patient=owner)
    return as_known_at(Cohort(cohort.patients.take(patients), **tables), at)


def _days(opened: Ints, closed: Ints, today: int, until: Ints) -> tuple[Ints, Ints]:
    """The days at whose ends [opened, closed) stands, of today .. until - 1."""
    return np.maximum(today, opened // DAY), np.minimum(until - 1, closed // DAY - 1)


def _findings(history: History, today: int, until: Ints) -> list[Shown]:
    f, ev = history.findings, history.evidence
    names, event_ids = history.cohort.patients.patient_id, history.cohort.events.event_id
    first, last = _days(f.opened, f.closed, today, until[f.patient])
    out = []
    for i in np.flatnonzero(first <= last).tolist():
        compiled = history.rules[int(f.rule[i])]
        fact = int(f.fact[i])
        begin, count = int(f.evidence_first[i]), int(f.evidence_count[i])
        seen = ev.at[begin : begin + count] <= int(last[i]) * DAY + DAY - 1
        rows = ev.row[begin : begin + count][seen].tolist()
        facts = (describe_evidence(history.cohort, row) for row in rows)
        rests = {fact.event_id or f"result {fact.row_id}" for fact in facts}
        out.append(
            Shown(
                str(names[int(f.patient[i])]),
                (compiled.drug, compiled.rule.category, f"event:{event_ids[fact]}" if fact >= 0 else compiled.fact),
                int(f.rule[i]), int(f.band[i]), int(history.alert_opened[i]), int(first[i]), int(last[i]),
                float(f.value[i]), int(f.measured[i]), frozenset(rests or {f"due {int(f.measured[i])}"}),
            )
        )  # fmt: skip
    return out


def _unknowns(history: History, today: int, until: Ints) -> list[Untold]:
    u = history.unknowns
    names = history.cohort.patients.patient_id
    first, last = _days(u.opened, u.closed, today, until[u.patient])
    return [
        Untold(str(names[int(u.patient[i])]), int(u.rule[i]), CANNOT_TELL_REASONS[int(u.reason[i])], int(first[i]),
               int(last[i]))
        for i in np.flatnonzero(first <= last).tolist()
    ]  # fmt: skip


def join(parts: Sequence[Replay]) -> Replay:
    """Several replays of different people as one."""
    rules = next((part.rules for part in parts if part.rules), ())
    return Replay(rules, [s for part in parts for s in part.shown], [u for part in parts for u in part.untold])
