"""Visits made in one sweep over everybody, against a plain-Python twin that looks at one patient, one visit, one
result after the other.
"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.engine.cohort import Results
from core.engine.schedule import Beginnings, Schedule, make_visits, stack_schedules
from core.engine.series import Series
from core.engine.visit_grids import Grid, build_grids
from core.protocols.kinds import VisitPhase, Visits
from core.records import DAY, FAR, INDICATIONS

EPOCH = date(1970, 1, 1)
FIRST = (date(2026, 1, 1) - EPOCH).days
HORIZON = (FIRST + 400) * DAY
RA, CAPS = INDICATIONS.index("RA"), INDICATIONS.index("CAPS")


def visits(test: str = "a", *phases: VisitPhase, baseline_days: int = 28, **more: object) -> Visits:
    says = [{"authority": "LOCAL", "document": "D", "section": "1", "checked": "choice"}]
    return Visits.model_validate(
        {
            "id": "v", "keys": [], "kind": "visits", "category": "monitoring", "says": says, "advice": "", "why": "",
            "test": test, "baseline_days": baseline_days, "phases": [p.model_dump() for p in phases], **more,
        }
    )  # fmt: skip


def after(*, tolerance: int, **when: object) -> VisitPhase:
    return VisitPhase.model_validate({"tolerance_days": tolerance, **when})


@dataclass(frozen=True)
class Start:
    patient: int
    day: int
    end: int
    planned: bool
    indication: int


@dataclass(frozen=True)
class Sample:
    patient: int
    test: str
    day: int
    known: int


def beginnings_of(starts: list[Start]) -> Beginnings:
    starts = sorted(starts, key=lambda s: s.planned)
    c = [np.array([getattr(s, n) for s in starts], dtype=np.int64) for n in ("patient", "day", "end", "indication")]
    planned = np.array([s.planned for s in starts], dtype=bool)
    return Beginnings(c[0], c[1] * DAY, c[2] * DAY, c[1] * DAY, planned, c[3], c[1] * DAY)


def results_of(samples: list[Sample]) -> Results:
    n = len(samples)
    day = np.array([s.day for s in samples], dtype=np.int64)
    i, f, c, b = np.zeros(n, np.int64), np.zeros(n), np.zeros(n, np.int16), np.zeros(n, bool)
    known = np.array([s.known for s in samples], dtype=np.int64) * DAY
    patient = np.array([s.patient for s in samples], dtype=np.int64)
    return Results(np.arange(n), patient, c, day * DAY, f, f, f, c, c, f, f, b, b, known, i + FAR)


def points_of(samples: list[Sample], test: str) -> Series:
    rows = np.array([i for i, s in enumerate(samples) if s.test == test], dtype=np.int64)
    rows = rows[np.lexsort(([samples[i].day for i in rows], [samples[i].patient for i in rows]))]
    patient = np.array([samples[i].patient for i in rows], dtype=np.int64)
    at = np.array([samples[i].day for i in rows], dtype=np.int64) * DAY
    one = np.ones(len(rows))
    return Series(patient, at, one, one, np.zeros(len(rows), np.int16), rows[None, :], at)


def months_after(day: int, months: int) -> int:
    start = EPOCH + timedelta(days=day)
    index = start.year * 12 + start.month - 1 + months
    year, month = index // 12, index % 12 + 1
    return (date(year, month, min(start.day, monthrange(year, month)[1])) - EPOCH).days


def twin(
    rules: list[tuple[Visits, tuple[str, ...], frozenset[int] | None]], starts: list[Start], samples: list[Sample],
    grids: list[Grid],
):  # fmt: skip
    """(patient, due, opens, closes, authorities, row) of every visit, from the page on what the rules mean."""
    made = []
    for start in starts:
        hold = [(rule, who) for rule, who, limit in rules if limit is None or start.indication in limit]
        if not hold:
            continue
        back = min(rule.baseline_days for rule, _ in hold)
        tests = {test for rule, _ in hold for test in (rule.test, *rule.or_tests)}
        ahead = next(g.look_ahead for g in grids if g.indications is None or start.indication in g.indications)
        due: dict[int, list[tuple[int, str]]] = {}
        for rule, who in hold:
            for phase in rule.phases:
                days = [months_after(start.day, m) for m in phase.months] + [start.day + d for d in phase.days]
                for day in days if not start.planned else ():
                    if day < start.end and day * DAY <= HORIZON + ahead:
                        due.setdefault(day, []).extend((phase.tolerance_days, name) for name in who)
        everybody = {name for _, who in hold for name in who}
        made.append((start.patient, start.day, start.day - back, start.day + 1, everybody, tests, back))
        for day, asked in due.items():
            narrow = min(tolerance for tolerance, _ in asked)
            made.append((start.patient, day, day - narrow, day + narrow + 1, {n for _, n in asked}, tests, -1))
    made.sort(key=lambda v: (v[0], v[1]))
    belongs: dict[int, list[int]] = {}
    for row, sample in enumerate(samples):
        near = [
            (abs(sample.day - v[1]), n)
            for n, v in enumerate(made)
            if v[0] == sample.patient and v[2] <= sample.day < v[3] and sample.test in v[5]
        ]
        if near:
            belongs.setdefault(min(near)[1], []).append(row)
    earliest = {n: min(rows, key=lambda r: (samples[r].day, samples[r].known, r)) for n, rows in belongs.items()}
    for n, v in enumerate(made):
        if v[3] == v[1] + 1 and v[2] == v[1] - v[6] and n not in earliest:  # a baseline: any result in its window does
            fits = [r for r, x in enumerate(samples) if x.patient == v[0] and v[2] <= x.day < v[3] and x.test in v[5]]
            if fits:
                earliest[n] = min(fits, key=lambda r: (samples[r].day, samples[r].known, r))
    return [(*v[:4], frozenset(v[4]), earliest.get(n, -1)) for n, v in enumerate(made)]


PHASES = st.one_of(
    st.builds(
        lambda months, tolerance: after(months=sorted(months), tolerance=tolerance),
        st.sets(st.integers(1, 4), min_size=1, max_size=3), st.integers(0, 20),
    ),
    st.builds(
        lambda days, tolerance: after(days=sorted(days), tolerance=tolerance),
        st.sets(st.sampled_from([7, 28, 30, 31, 59, 61, 92]), min_size=1, max_size=3), st.integers(0, 20),
    ),
)  # fmt: skip
RULES = st.lists(
    st.builds(
        lambda phases, back, other, who, limit: (
            visits("a", *phases, baseline_days=back, or_tests=["b"] if other else []), who, limit
        ),
        st.lists(PHASES, max_size=2), st.integers(0, 40), st.booleans(), st.sampled_from([("EMA",), ("FDA", "BSR")]),
        st.sampled_from([None, frozenset({RA}), frozenset({CAPS})]),
    ),
    min_size=1, max_size=3,
)  # fmt: skip
STARTS = st.lists(
    st.tuples(st.integers(0, 2), st.integers(0, 70), st.integers(1, 100), st.booleans(), st.sampled_from([RA, CAPS])),
    max_size=4,
)
SAMPLES = st.lists(
    st.builds(
        lambda patient, test, day, late: Sample(patient, test, FIRST + day, FIRST + day + late),
        st.integers(0, 2), st.sampled_from("ab"), st.integers(-30, 200), st.integers(0, 2),
    ),
    max_size=15, unique_by=lambda s: (s.patient, s.test, s.day),
)  # fmt: skip


def one_after_the_other(drawn: list[tuple[int, int, int, bool, int]]) -> list[Start]:
    """Treatments of one patient do not overlap; a planned start is the last."""
    out, free, done = [], {}, set()
    for patient, gap, length, planned, indication in drawn:
        if patient in done:
            continue
        day = free.get(patient, FIRST) + gap
        out.append(Start(patient, day, day + length, planned, indication))
        free[patient] = day + length + 1
        done |= {patient} if planned else set()
    return out


@settings(max_examples=300, deadline=None)
@given(RULES, STARTS, SAMPLES)
def test_every_visit_has_the_window_the_authorities_and_the_result_its_twin_has(rules, drawn, samples):
    starts = one_after_the_other(drawn)
    grids = list(enumerate(build_grids(rules, 12)))
    made = make_visits(
        grids, beginnings_of(starts), lambda test: points_of(samples, test), results_of(samples), HORIZON
    )
    told = [
        (
            int(s.patient[i]), int(s.due[i]) // DAY, int(s.opens[i]) // DAY, int(s.closes[i]) // DAY,
            frozenset(grid.entries[s.entry[i]].authorities), int(s.satisfied_row[i]),
        )
        for grid, s in made
        for i in range(len(s))
    ]  # fmt: skip
    assert sorted(told, key=lambda v: v[:3]) == sorted(
        twin(rules, starts, samples, [g for _, g in grids]), key=lambda v: v[:3]
    )


def grids_of(*rules: tuple[Visits, frozenset[int] | None]) -> list[Grid]:
    return build_grids([(rule, ("EMA",), limit) for rule, limit in rules], 12)


def test_visits_that_everybody_shares_make_one_grid_and_a_limit_makes_a_group_of_its_own():
    both, caps = visits("a", after(months=[1], tolerance=7)), visits("a", after(months=[2], tolerance=7))
    (one,) = grids_of((both, None))
    assert one.indications is None
    groups = {
        grid.indications: [e.month for e in grid.entries] for grid in grids_of((both, None), (caps, frozenset({CAPS})))
    }
    everybody_else = frozenset(range(len(INDICATIONS))) - {CAPS}
    assert groups == {everybody_else: [-1, 1], frozenset({CAPS}): [-1, 1, 2]}


def test_groups_that_see_other_rules_but_the_same_visits_share_a_grid():
    same = visits("a", after(months=[1], tolerance=7))
    assert [g.indications for g in grids_of((same, None), (same, frozenset({RA})))] == [None]


def test_indications_nobody_asks_for_have_no_grid():
    only = visits("a", after(months=[1], tolerance=7))
    assert [g.indications for g in grids_of((only, frozenset({RA, CAPS})))] == [frozenset({RA, CAPS})]


def test_a_test_that_follows_copies_the_grid_of_its_own_group_and_has_its_own_baseline_where_there_is_none():
    lead = visits("a", after(months=[1], tolerance=7), baseline_days=28)
    follows = visits("b", baseline_days=14, follows="a")
    grids = {
        (g.test, g.indications): ([(e.month, e.tolerance_days) for e in g.entries], g.baseline_days)
        for g in grids_of((follows, None), (lead, frozenset({RA})))
    }
    others = frozenset(range(len(INDICATIONS))) - {RA}
    assert grids == {
        ("a", frozenset({RA})): ([(-1, 0), (1, 7)], 28),
        ("b", frozenset({RA})): ([(-1, 0), (1, 7)], 14),
        ("b", others): ([(-1, 0)], 14),
    }


def test_tests_that_follow_each_other_keep_their_baselines():
    circle = grids_of((visits("a", follows="b"), None), (visits("b", follows="a"), None))
    assert [[e.month for e in g.entries] for g in circle] == [[-1], [-1]]


@pytest.mark.parametrize(("days", "joined"), [(27, 0), (28, 1), (31, 1), (32, 0), (62, 0)])
def test_only_a_day_that_can_be_a_months_end_is_ever_joined_with_that_month(days, joined):
    (grid,) = grids_of((visits("a", after(months=[1], tolerance=7), after(days=[days], tolerance=2)), None))
    assert len(grid.joined) == joined
    assert [(e.month, e.days) for e in grid.visits] == [(-1, 0), (0, days), (1, 0)]


def test_nobodys_schedule_is_an_empty_table_of_every_column():
    nobody = stack_schedules([])
    assert len(nobody) == 0
    assert len(stack_schedules([nobody, nobody])) == 0
    assert isinstance(nobody.take(np.empty(0, dtype=np.int64)), Schedule)


@settings(max_examples=200, deadline=None)
@given(
    st.integers(0, 40), st.integers(0, 60), st.sampled_from([400, FAR // DAY - FIRST, 380]), st.booleans(),
    st.lists(
        st.tuples(st.sampled_from("abc"), st.integers(-60, 400)), max_size=12,
        unique=True,
    ),
)  # fmt: skip
def test_a_start_that_slips_is_missing_its_baseline_on_the_days_its_twin_says(back, start, end, other, drawn):
    """Looked at day by day: the window looks back from the planned day, or from the day itself once that has passed."""
    samples = [Sample(0, test, FIRST + day, FIRST + day) for test, day in drawn]
    rule = visits("a", baseline_days=back, or_tests=["b"] if other else [])
    one, foreseen = np.array([0]), FIRST - 30
    written, ends, today = (np.array([(FIRST + day) * DAY]) for day in (start, end, min(400, end - 1)))
    beginnings = Beginnings(one, written, ends, np.array([foreseen * DAY]), np.array([True]), np.array([RA]), today)
    ((_, made),) = make_visits(
        list(enumerate(build_grids([(rule, ("EMA",), None)], 12))), beginnings,
        lambda test: points_of(samples, test), results_of(samples), HORIZON,
    )  # fmt: skip
    answering = [s.day for s in samples if s.test == "a" or (other and s.test == "b")]
    for day in range(foreseen, FIRST + min(400, end - 1) + 1):
        meant = max(FIRST + start, day)
        done = any(meant - back <= at <= day for at in answering)
        noon = day * DAY + DAY // 2
        now = (made.treatment_start <= noon) & (noon < made.treatment_end)
        missing = now & (made.seen_at >= made.closes)
        assert missing.sum() == (not done), day - FIRST
        assert (made.satisfied_row[missing] == -1).all()
    [last] = np.flatnonzero((made.treatment_start <= today[0]) & (today[0] < made.treatment_end))
    assert made.due[last] == today[0]
    assert made.opens[last] == today[0] - back * DAY


def test_a_plan_that_slipped_is_told_apart_for_every_patient_by_itself():
    rule, starts = visits("a", baseline_days=10), np.array([FIRST, FIRST, FIRST + 390]) * DAY
    samples = [Sample(0, "a", FIRST - 5, FIRST), Sample(1, "a", FIRST + 395, FIRST), Sample(2, "a", FIRST + 395, FIRST)]
    today = np.full(3, FIRST + 400) * DAY
    who, ends, planned = np.arange(3), np.full(3, FAR), np.array([True, True, True])
    beginnings = Beginnings(who, starts, ends, np.full(3, FIRST - 30) * DAY, planned, np.full(3, RA), today)
    ((_, made),) = make_visits(
        list(enumerate(build_grids([(rule, ("EMA",), None)], 12))), beginnings,
        lambda test: points_of(samples, test), results_of(samples), HORIZON,
    )  # fmt: skip
    columns = (made.treatment_start // DAY - FIRST, made.treatment_end // DAY - FIRST, made.patient, made.satisfied_row)
    told = list(zip(*(column.tolist() for column in columns), strict=True))
    far = FAR // DAY - FIRST
    assert told == [
        (-30, -5, 0, -1), (6, far, 0, -1), (-30, 395, 1, -1), (395, 406, 1, 1), (406, far, 1, -1), (-30, 395, 2, -1),
        (395, 406, 2, 2), (406, far, 2, -1),
    ]  # fmt: skip
