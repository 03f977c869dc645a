"""Judge every rule for every patient over all of time, once: facts and protocols in, a history of findings out.

A pure function: no clock, no store. Patients are independent, so the cohort is read in blocks that fit the processor's
cache, and one patient is the same code on a shorter slice.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, fields, replace
from typing import assert_never

import numpy as np

from core.engine.cohort import Cohort, Ints
from core.engine.episodes import Found, stack
from core.engine.features import Measurements
from core.engine.history import History
from core.engine.phases import DrugCourses
from core.engine.rules.compiled import ALWAYS, CompiledRule, compile_rules
from core.engine.rules.interval import Intervals
from core.engine.rules.threshold import Thresholds
from core.engine.rules.visits import evaluate_baseline, evaluate_overdue
from core.engine.schedule import LOOK_AHEAD, Grid, Schedule, build_grids, make_visits
from core.protocols.loader import Protocols
from core.protocols.schema import Baseline, EventRule, Interval, Overdue, Threshold, Visits
from core.records import DAY

#: Rows per block: measured best between 100k and 400k rows (working set within the processor's cache).
BLOCK_ROWS = 200_000


@dataclass(frozen=True)
class Plan:
    """The rules of all drugs compiled for the chosen authorities, and visit grids long enough for these courses."""

    protocols: Protocols
    rules: tuple[CompiledRule, ...]
    grids: dict[str, tuple[Grid, ...]]
    horizon: int
    authorities: frozenset[str] | None


def make_plan(cohort: Cohort, protocols: Protocols, horizon: int, authorities: Iterable[str] | None) -> Plan:
    """Compile what is to be evaluated."""
    chosen = None if authorities is None else frozenset(authorities)
    rules: list[CompiledRule] = []
    grids: dict[str, tuple[Grid, ...]] = {}
    earliest = int(cohort.courses.start.min()) if len(cohort.courses) else horizon
    last_month = max(0, (horizon + LOOK_AHEAD - earliest) // (28 * DAY)) + 1
    for drug, protocol in protocols.drugs.items():
        compiled = compile_rules(protocol, chosen, len(rules))
        rules += compiled
        visits = [(c.rule, c.authorities) for c in compiled if isinstance(c.rule, Visits)]
        asked_for = {rule.test for rule, _ in visits}
        # A house rule: nobody goes unwatched because none of the chosen authorities says when to test.
        visits += [
            (rule, (ALWAYS,)) for rule in protocol.rules if isinstance(rule, Visits) and rule.test not in asked_for
        ]
        grids[drug] = tuple(build_grids(protocol, visits, last_month))
    return Plan(protocols, tuple(rules), grids, horizon, chosen)


def evaluate(
    cohort: Cohort,
    protocols: Protocols,
    *,
    horizon: int,
    authorities: Iterable[str] | None = None,
    block_rows: int = BLOCK_ROWS,
    workers: int = 1,
) -> History:
    """Every finding of every rule for every patient, from the first fact to beyond the horizon.

    Args:    horizon (instant): courses that start later are planned; visits are made until a little after it.
             authorities: the published ones that speak (None: all); LOCAL always does.
             block_rows: results per block; workers: processes over the blocks.
    Returns: History; `history.at(t)` says what stands at any instant up to the horizon.
    """
    plan = make_plan(cohort, protocols, horizon, authorities)
    if workers > 1:
        from concurrent.futures import ProcessPoolExecutor
        from multiprocessing import get_context

        blocks = list(split(cohort, max(block_rows, len(cohort.results) // (workers * 2) + 1)))
        with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
            done = list(pool.map(evaluate_block, [plan] * len(blocks), [block.cohort for block in blocks]))
    else:
        blocks = list(split(cohort, block_rows))
        done = [evaluate_block(plan, block.cohort) for block in blocks]
    found = stack([_shift(block, result[0]) for block, result in zip(blocks, done, strict=True)])
    visits = _stack_schedules([_shift_schedule(block, result[1]) for block, result in zip(blocks, done, strict=True)])
    return History.of(cohort, plan.protocols, plan.rules, plan.grids, horizon, *found, visits)


@dataclass(frozen=True)
class Block:
    """A run of patients with their facts, numbered from 0, and where they stood in the whole."""

    cohort: Cohort
    first_patient: int
    first_result: int
    first_event: int


def split(cohort: Cohort, rows: int) -> Iterator[Block]:
    """Cut a cohort into runs of whole patients with about so many results each."""
    people = len(cohort.patients)
    ends = np.searchsorted(cohort.results.patient, np.arange(people), side="right")
    first = 0
    while first < people:
        before = int(ends[first - 1]) if first else 0
        stop = int(np.searchsorted(ends, before + rows, side="right"))
        stop = min(max(stop, first + 1), people)
        yield cut(cohort, first, stop)
        first = stop


def cut(cohort: Cohort, first: int, stop: int) -> Block:
    """The block of the patients first .. stop - 1."""
    if first == 0 and stop == len(cohort.patients):
        return Block(cohort, 0, 0, 0)
    bounds = {}
    tables = {}
    for name in ("results", "courses", "events"):
        table = getattr(cohort, name)
        low, high = (int(x) for x in np.searchsorted(table.patient, (first, stop)))
        bounds[name] = low
        part = table.take(slice(low, high))
        tables[name] = replace(part, patient=part.patient - first)
    people = cohort.patients.take(slice(first, stop))
    return Block(Cohort(people, **tables), first, bounds["results"], bounds["events"])


def without(cohort: Cohort, patients: Collection[int]) -> Cohort:
    """The cohort without some patients, the others numbered anew."""
    keep = np.ones(len(cohort.patients), dtype=bool)
    keep[list(patients)] = False
    number = np.cumsum(keep) - 1
    tables = {}
    for name in ("results", "courses", "events"):
        table = getattr(cohort, name)
        part = table.take(keep[table.patient])
        tables[name] = replace(part, patient=number[part.patient])
    return Cohort(cohort.patients.take(keep), **tables)


def evaluate_block(plan: Plan, cohort: Cohort) -> tuple[Found, Schedule]:
    """All rules on one block of patients."""
    measurements = Measurements(cohort)
    common = plan.protocols.common
    thresholds = Thresholds(cohort, common, measurements)
    intervals = Intervals(cohort, common, measurements)
    found: list[Found] = []
    schedules: list[Schedule] = []
    number = 0
    for drug, protocol in plan.protocols.drugs.items():
        courses = DrugCourses.of(cohort, drug, plan.horizon, common.planning)
        visits: dict[str, tuple[Grid, Schedule]] = {}
        for grid in plan.grids[drug]:
            if len(courses.patient):
                made = make_visits(
                    number,
                    grid,
                    courses,
                    measurements.series(grid.test),
                    protocol.schedule.restart_after_days,
                    plan.horizon,
                )
                visits[grid.test] = (grid, made)
                schedules.append(made)
            number += 1
        if not len(courses.patient):
            continue
        for compiled in (c for c in plan.rules if c.drug == drug):
            match compiled.rule:
                case Threshold() as rule:
                    found.append(thresholds.evaluate(compiled, rule, courses))
                case Interval() as rule:
                    found.append(intervals.evaluate_interval(compiled, rule, courses))
                case EventRule() as rule:
                    found.append(intervals.evaluate_event(compiled, rule, courses))
                case Baseline() as rule if rule.test in visits:
                    found.append(evaluate_baseline(compiled, *visits[rule.test]))
                case Overdue() as rule if rule.test in visits:
                    found.append(evaluate_overdue(compiled, rule, *visits[rule.test]))
                case Visits() | Baseline() | Overdue():
                    pass  # dates only; or a test nobody chosen asks for
                case _ as never:
                    assert_never(never)
    return stack(found), _stack_schedules(schedules)


def _shift(block: Block, found: Found) -> Found:
    """Number patients and rows as in the whole cohort again."""
    findings, unknowns, evidence = found
    return (
        replace(
            findings,
            patient=findings.patient + block.first_patient,
            fact=np.where(findings.fact >= 0, findings.fact + block.first_event, findings.fact),
        ),
        replace(unknowns, patient=unknowns.patient + block.first_patient),
        replace(evidence, row=_shift_rows(evidence.row, block)),
    )


def _shift_rows(row: Ints, block: Block) -> Ints:
    return np.where(row >= 0, row + block.first_result, np.where(row < -1, row - block.first_event, row))


def _shift_schedule(block: Block, visits: Schedule) -> Schedule:
    return replace(
        visits,
        patient=visits.patient + block.first_patient,
        satisfied_row=np.where(visits.satisfied_row >= 0, visits.satisfied_row + block.first_result, -1),
    )


def _stack_schedules(parts: Sequence[Schedule]) -> Schedule:
    if not parts:
        i, c = np.empty(0, np.int64), np.empty(0, np.int16)
        return Schedule(i, c, c, i, i, i, i, i, np.empty(0, bool), i, i, i, i)
    return Schedule(**{f.name: np.concatenate([getattr(part, f.name) for part in parts]) for f in fields(Schedule)})
