"""Counting a history: which due tests were done on time, and which alerts were raised, how grave and since when.

The engine has computed everything already; this only groups it. What is kept names patients by position and identifier
and holds no value of theirs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from core.engine.answer_clock import find_known
from core.engine.assemble import alert_id, alert_key
from core.engine.cohort import Bools, Ints, Texts
from core.engine.history import History
from core.engine.rules.compiled import CompiledRule
from core.engine.rules.interaction import other_drug
from core.protocols.kinds import Overdue, Threshold, Visits
from core.records import ACTIONS, AUTHORITIES, DAY, FAR, LONG_AGO, PRIORITIES
from core.views.proportions import design_effect
from core.views.quality import Group

_SCALE = 1_000  # more than there are rules, actions, priorities or authorities: places of one sorting number


@dataclass(frozen=True)
class DueTests:
    """Tests asked of a running treatment, one row each. drug, test: positions in `names`. closed: the day after the
    window; on_time: a result lies in it; answered: first result after it, FAR none.
    """

    names: tuple[str, ...]
    patient: Ints
    drug: Ints
    test: Ints
    closed: Ints
    on_time: Bools
    answered: Ints

    def __len__(self) -> int:
        return len(self.patient)


@dataclass(frozen=True)
class Raised:
    """Alerts, one row each. subject: position in `subjects` (drug, category, fact). opened, closed: half-open.

    leader: position in `rules` of the rule that led it at its strictest. since: for each tier, gravest first, from when
    somebody could have known that the alert was of it or graver; FAR = never.
    """

    subjects: tuple[tuple[str, str, str], ...]
    rules: tuple[tuple[str, str], ...]
    patient: Ints
    subject: Ints
    opened: Ints
    closed: Ints
    leader: Ints
    since: Ints

    def __len__(self) -> int:
        return len(self.patient)

    def id_of(self, row: int, patient_id: str) -> str:
        """The alert's own id, as every act on it carries it."""
        return alert_id(patient_id, *self.subjects[int(self.subject[row])], int(self.opened[row]))

    def tier_at(self, row: int, instant: int) -> tuple[int, int]:
        """The gravest tier an alert had come to by an instant (position in PRIORITIES), and since when."""
        for tier, since in enumerate(self.since[row].tolist()):
            if since <= instant:
                return tier, int(since)
        return len(PRIORITIES) - 1, int(self.opened[row])


@dataclass(frozen=True)
class Treated:
    """Stretches of taking each drug: whose, from when, until when (exclusive)."""

    drug: str
    patient: Ints
    start: Ints
    end: Ints


def begin_no_earlier(raised: Raised, patient_id: Texts, met: Mapping[str, int]) -> Raised:
    """The same alerts, none asking for an answer before its patient was met (patient identifier -> instant)."""
    if not met:
        return raised
    first = np.array([met.get(str(name), LONG_AGO) for name in patient_id], dtype=np.int64)[raised.patient]
    return replace(raised, since=np.maximum(raised.since, first[:, None]))


def find_due_tests(history: History, as_of: int) -> DueTests:
    """Every test whose window lay wholly within a treatment that had begun, and has closed by now.

    A test whose treatment ended inside its window is nobody's omission and is left out, done or not.
    """
    v = history.visits
    names = sorted({name for drug, grid in history.grids for name in (drug, grid.test)})
    place = {name: number for number, name in enumerate(names)}
    rows = np.flatnonzero(~v.planned & (v.closes <= v.treatment_end) & (v.closes <= as_of))
    grid = v.grid[rows]
    drug = np.array([place[drug] for drug, _ in history.grids], dtype=np.int64)
    test = np.array([place[grid.test] for _, grid in history.grids], dtype=np.int64)
    return DueTests(
        tuple(names), v.patient[rows], drug[grid] if len(drug) else grid.astype(np.int64),
        test[grid] if len(test) else grid.astype(np.int64), v.closes[rows], v.satisfied_row[rows] >= 0,
        np.where(v.answered_at[rows] <= as_of, v.answered_at[rows], FAR),
    )  # fmt: skip


def group_tests(
    tests: DueTests, names: Sequence[str], labels: Ints, start: int, end: int
) -> tuple[tuple[Group, ...], float]:
    """The tests whose window closed in (start, end], by label, in the order of the names; and by how much tests of one
    patient in one group tell less than as many of different ones (the design effect).

    Args: labels: of each test, the position of its group in `names`.
    """
    rows = np.flatnonzero((tests.closed > start) & (tests.closed <= end))
    which, on_time = labels[rows], tests.on_time[rows]
    asked = np.bincount(which, minlength=len(names))
    done = np.bincount(which, weights=on_time, minlength=len(names))
    later = ~on_time & (tests.answered[rows] < FAR)
    days = (tests.answered[rows] - tests.closed[rows]) // DAY + 1  # the window's own last day is the last in time
    counted = np.bincount(which, weights=later, minlength=len(names))
    groups = [
        Group(
            name, int(asked[i]), int(done[i]), int(counted[i]),
            float(np.median(days[later & (which == i)])) if counted[i] else None,
        )
        for i, name in enumerate(names)
        if asked[i]
    ]  # fmt: skip
    _, cluster = np.unique(tests.patient[rows] * (len(names) + 1) + which, return_inverse=True)
    sizes = np.bincount(cluster).tolist()
    effect = design_effect(zip(np.bincount(cluster, weights=on_time).tolist(), sizes, strict=True))
    return tuple(sorted(groups, key=lambda one: one.name)), effect


def find_raised(history: History, start: int) -> Raised:
    """Every alert that was open at some time after `start`, whatever it came to."""
    f, rules = history.findings, history.rules
    rows = np.flatnonzero(history.alert_closed > start)
    facts = _facts_of(history, rows)
    subjects = sorted(set(facts))
    place = {subject: number for number, subject in enumerate(subjects)}
    subject = np.array([place[one] for one in facts], dtype=np.int64)
    opened = history.alert_opened[rows]
    order = np.lexsort((opened, subject, f.patient[rows]))
    rows, subject, opened = rows[order], subject[order], opened[order]
    patient = f.patient[rows]
    begins = np.ones(len(rows), dtype=bool)
    begins[1:] = (
        (patient[1:] != patient[:-1]) | (subject[1:] != subject[:-1]) | (opened[1:] != opened[:-1])
    )  # fmt: skip
    first = np.flatnonzero(begins)
    strictness, priority = _verdicts(history, rows)
    known = _known_since(history, rows)
    since = np.full((len(first), len(PRIORITIES)), FAR)
    for tier in range(len(PRIORITIES)):
        at = np.where(priority <= tier, known, FAR)
        since[:, tier] = np.minimum.reduceat(at, first) if len(first) else at
    leader = np.minimum.reduceat(strictness, first) % _SCALE if len(first) else first
    return Raised(
        tuple(subjects), tuple((one.rule_id, one.drug) for one in rules), patient[first].astype(np.int64),
        subject[first], opened[first], history.alert_closed[rows][first], leader.astype(np.int64), since,
    )  # fmt: skip


def list_treated(history: History) -> tuple[Treated, ...]:
    """When each drug with rules was taken, by whom."""
    out = []
    for drug in history.protocols.drugs:
        spans = history.measurements.courses(drug).running
        out.append(Treated(drug, spans.patient, spans.start, spans.end))
    return tuple(out)


def _facts_of(history: History, rows: Ints) -> list[tuple[str, str, str]]:
    """What the alert of each finding is about: drug, category, fact."""
    f, event_ids = history.findings, history.cohort.events.event_id
    keys = [alert_key(one) for one in history.rules]
    out = []
    for rule, fact in zip(f.rule[rows].tolist(), f.fact[rows].tolist(), strict=True):
        drug, category, own = keys[rule]
        if fact >= 0:
            own = f"event:{event_ids[fact]}"
        elif fact < -1:
            own = f"with:{other_drug(fact)}"
        out.append((drug, category, own))
    return out


def _verdicts(history: History, rows: Ints) -> tuple[Ints, Ints]:
    """How strict each finding is, as one number that ends with its rule's (smallest = strictest), and its priority."""
    f = history.findings
    rule, band = f.rule[rows], f.band[rows]
    known: dict[tuple[int, int], tuple[int, int]] = {}
    strictness, priority = np.zeros(len(rows), dtype=np.int64), np.zeros(len(rows), dtype=np.int64)
    for pair in sorted(set(zip(rule.tolist(), band.tolist(), strict=True))):
        known[pair] = _verdict(history.rules[pair[0]], pair[1])
        mine = (rule == pair[0]) & (band == pair[1])
        strictness[mine], priority[mine] = known[pair]
    return strictness, priority


def _verdict(compiled: CompiledRule, band: int) -> tuple[int, int]:
    rule = compiled.rule
    match rule:
        case Threshold():
            told = rule.bands[band].priority, rule.bands[band].action
        case Overdue():
            told = rule.after_tolerances[band].priority, rule.after_tolerances[band].action
        case Visits():
            raise TypeError(f"{rule.kind} rules raise nothing")
        case _:
            told = rule.priority, rule.action
    priority, action = PRIORITIES.index(str(told[0])), ACTIONS.index(str(told[1]))
    says = min((AUTHORITIES.index(one.authority) for one in compiled.says), default=len(AUTHORITIES))
    return ((action * _SCALE + priority) * _SCALE + says) * _SCALE + compiled.number, priority


def _known_since(history: History, rows: Ints) -> Ints:
    """From when each finding could be known: its opening, or when the first results that make it came in."""
    every = find_known(history.findings, history.evidence, history.cohort, history.rules)
    return every[rows]


def count_months(treated: Sequence[Treated], start: int, end: int) -> tuple[Mapping[str, float], int]:
    """Patient-months on each drug inside (start, end], and how many patients took any of them."""
    months, people = {}, set[int]()
    for one in treated:
        days = (np.minimum(one.end, end + 1) - np.maximum(one.start, start)) / DAY
        months[one.drug] = float(np.maximum(days, 0).sum()) * 12 / 365.2425
        people.update(one.patient[days > 0].tolist())
    return months, len(people)
