"""Judge every rule for every patient over all of time, once: facts and protocols in, a history of findings out.

A pure function: no clock, no store. Patients are independent, so the cohort is read in blocks that fit the processor's
cache, and one patient is the same code on a shorter slice.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import assert_never

import numpy as np

from core.engine.chains import join_alerts, number_subjects
from core.engine.cohort import Cohort, Ints
from core.engine.conditions import Conditions
from core.engine.episodes import Found, nothing, stack
from core.engine.features import Measurements
from core.engine.history import History
from core.engine.phases import limited_to
from core.engine.rules.compiled import ALWAYS, CompiledRule, compile_rules
from core.engine.rules.event import evaluate_event
from core.engine.rules.interaction import evaluate_interaction
from core.engine.rules.interval import evaluate_course, evaluate_interval
from core.engine.rules.milestone import evaluate_milestone
from core.engine.rules.threshold import evaluate_threshold
from core.engine.rules.visits import evaluate_baseline, evaluate_overdue
from core.engine.schedule import Schedule, find_beginnings, make_visits, stack_schedules
from core.engine.series import COURSE_ROW
from core.engine.steadiness import Steadiness
from core.engine.timeline import Timeline
from core.engine.visit_grids import Grid, SpokenVisits, build_grids
from core.engine.workers import count_workers, judge_together
from core.protocols.conditions import Condition
from core.protocols.kinds import (
    Baseline,
    Card,
    CourseRule,
    EventRule,
    Interaction,
    Interval,
    Milestone,
    Overdue,
    Threshold,
    Visits,
)
from core.protocols.loader import Protocols
from core.protocols.schema import Protocol
from core.records import DAY, INDICATIONS

#: Rows per block: measured from 100k to 1M rows; with all rules larger blocks are a little faster and take more memory.
BLOCK_ROWS = 500_000
_ABOUT_DATES = (Visits, Baseline, Overdue, Milestone)
_YEAR_DAYS = 364  # 13 months of 28 days: grids are made for whole years, so that few different ones are needed


@dataclass(frozen=True)
class DrugPlan:
    """One drug's rules and visits. grids: of each test, numbered through all drugs. silenced: rule ids that keep silent
    while others are met, with those others.
    """

    drug: str
    restart_after_days: int
    rules: tuple[CompiledRule, ...]
    grids: Mapping[str, Sequence[tuple[int, Grid]]]
    silenced: Mapping[str, list[Interval]]


@dataclass(frozen=True)
class Rulebook:
    """What does not depend on who is judged: the rules of all drugs compiled for some authorities, with visit grids of
    so many years. subjects: for each rule a number for what its alerts are about.
    """

    rules: tuple[CompiledRule, ...]
    grids: dict[str, tuple[Grid, ...]]
    drugs: tuple[DrugPlan, ...]
    subjects: Ints


@dataclass(frozen=True)
class Plan:
    """The rules of all drugs compiled for the chosen authorities, and visit grids long enough for these courses."""

    protocols: Protocols
    book: Rulebook
    horizon: int
    authorities: frozenset[str] | None

    @property
    def rules(self) -> tuple[CompiledRule, ...]:
        return self.book.rules

    @property
    def grids(self) -> dict[str, tuple[Grid, ...]]:
        return self.book.grids


def make_plan(cohort: Cohort, protocols: Protocols, horizon: int, authorities: Iterable[str] | None) -> Plan:
    """Compile what is to be evaluated."""
    chosen = None if authorities is None else frozenset(authorities)
    earliest = int(cohort.courses.start.min()) if len(cohort.courses) else horizon
    years = max(0, (horizon - earliest) // (_YEAR_DAYS * DAY)) + 1
    asked = (chosen, years)
    if asked not in protocols.compiled:
        protocols.compiled[asked] = _compile(protocols, chosen, years)
    return Plan(protocols, protocols.compiled[asked], horizon, chosen)


def _compile(protocols: Protocols, chosen: frozenset[str] | None, years: int) -> Rulebook:
    """The rules for the chosen authorities, and visit grids of so many years and what is ahead of them."""
    rules: list[CompiledRule] = []
    grids: dict[str, tuple[Grid, ...]] = {}
    plans: list[DrugPlan] = []
    number = 0
    for drug, protocol in protocols.drugs.items():
        compiled = compile_rules(protocol, protocols.common.features, chosen, len(rules))
        rules += compiled
        visits = [(c.rule, c.authorities, c.indications) for c in compiled if isinstance(c.rule, Visits)]
        visits += _house_visits(protocol, visits)
        ahead = [max((*p.months, p.from_month or 0, p.every_months or 0)) for rule, *_ in visits for p in rule.phases]
        grids[drug] = tuple(build_grids(visits, 13 * years + 2 * max(ahead, default=0)))
        numbered: dict[str, list[tuple[int, Grid]]] = {}
        for place, grid in enumerate(grids[drug], number):
            numbered.setdefault(grid.test, []).append((place, grid))
        number += len(grids[drug])
        restart = protocol.schedule.restart_after_days
        plans.append(DrugPlan(drug, restart, tuple(compiled), numbered, _silenced(protocol)))
    return Rulebook(tuple(rules), grids, tuple(plans), number_subjects(rules))


def _house_visits(protocol: Protocol, spoken: list[SpokenVisits]) -> list[SpokenVisits]:
    """A house rule: nobody goes unwatched because none of the chosen authorities says when to test."""
    everybody = frozenset(range(len(INDICATIONS)))
    asked: dict[str, frozenset[int]] = {}
    for visited, authorities, limit in spoken:
        if set(authorities) == {ALWAYS}:
            continue
        asked[visited.test] = asked.get(visited.test, frozenset()) | (everybody if limit is None else limit)
    out: list[SpokenVisits] = []
    for rule in protocol.rules:
        if isinstance(rule, Visits):
            own = limited_to(rule.indications, rule.not_indications)
            left = (everybody if own is None else own) - asked.get(rule.test, frozenset())
            if left:
                out.append((rule, (ALWAYS,), None if left == everybody else left))
    return out


def evaluate(
    cohort: Cohort,
    protocols: Protocols,
    *,
    horizon: int,
    authorities: Iterable[str] | None = None,
    block_rows: int = BLOCK_ROWS,
    workers: int | None = None,
) -> History:
    """Every finding of every rule for every patient, from the first fact to beyond the horizon.

    Args:    horizon (instant): courses that start later are planned; visits are made until a little after it.
             authorities: the published ones that speak (None: all); LOCAL always does.
             block_rows: results per block; workers: processes over the blocks (None: more than one only for millions
             of results, where this process can be copied).
    Returns: History; `history.at(t)` says what stands at any instant up to the horizon.
    """
    plan = make_plan(cohort, protocols, horizon, authorities)
    workers = count_workers(len(cohort.results)) if workers is None else workers
    if workers > 1:
        rounds = -(-len(cohort.results) // (workers * block_rows)) or 1
        blocks = list(split(cohort, len(cohort.results) // (workers * rounds) + 1))  # as much for each
        done = judge_together(partial(evaluate_block, plan), [block.cohort for block in blocks], workers)
    else:
        blocks = list(split(cohort, block_rows))
        done = [evaluate_block(plan, block.cohort) for block in blocks]
    if len(blocks) == 1:
        (told,) = done
        return History.of(
            cohort, plan.protocols, plan.rules, plan.grids, horizon, *told.found, told.visits, told.alert_opened,
            told.alert_closed,
        )  # fmt: skip
    found = stack([_shift(block, result.found) for block, result in zip(blocks, done, strict=True)])
    visits = [_shift_schedule(block, result.visits) for block, result in zip(blocks, done, strict=True)]
    none = np.empty(0, np.int64)
    opened = np.concatenate([none, *(result.alert_opened for result in done)])
    closed = np.concatenate([none, *(result.alert_closed for result in done)])
    flat = stack_schedules(visits)
    return History.of(cohort, plan.protocols, plan.rules, plan.grids, horizon, *found, flat, opened, closed)


@dataclass(frozen=True)
class Told:
    """What is found in a block: findings, unknowns and evidence; visits; and the alert each finding is part of."""

    found: Found
    visits: Schedule
    alert_opened: Ints
    alert_closed: Ints


@dataclass(frozen=True)
class Block:
    """A run of patients with their facts, numbered from 0, and where they stood in the whole."""

    cohort: Cohort
    first_patient: int
    first_result: int
    first_event: int
    first_course: int


def split(cohort: Cohort, rows: int) -> Iterator[Block]:
    """Cut a cohort into runs of whole patients with about so many results each."""
    people = len(cohort.patients)
    ends = cohort.results.patient.searchsorted(np.arange(people), side="right")
    first = 0
    while first < people:
        before = int(ends[first - 1]) if first else 0
        stop = int(ends.searchsorted(before + rows, side="right"))
        stop = min(max(stop, first + 1), people)
        yield cut(cohort, first, stop)
        first = stop


def cut(cohort: Cohort, first: int, stop: int) -> Block:
    """The block of the patients first .. stop - 1."""
    if first == 0 and stop == len(cohort.patients):
        return Block(cohort, 0, 0, 0, 0)
    bounds = {}
    tables = {}
    for name in ("results", "courses", "events"):
        table = getattr(cohort, name)
        low, high = (int(x) for x in table.patient.searchsorted((first, stop)))
        bounds[name] = low
        part = table.take(slice(low, high))
        tables[name] = replace(part, patient=part.patient - first)
    people = cohort.patients.take(slice(first, stop))
    own = Cohort(people, **tables, restated=cohort.restated)
    return Block(own, first, bounds["results"], bounds["events"], bounds["courses"])


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
    return Cohort(cohort.patients.take(keep), **tables, restated=cohort.restated)


def evaluate_block(plan: Plan, cohort: Cohort) -> Told:
    """All rules on one block of patients."""
    measurements = Measurements(cohort, plan.protocols.common, plan.horizon)
    steadiness = Steadiness(measurements)
    shared: dict[Condition, Timeline] = {}
    found: list[Found] = []
    schedules: list[Schedule] = []
    for one in plan.book.drugs:
        courses = measurements.courses(one.drug)
        if not len(courses.patient):
            continue
        beginnings = find_beginnings(courses, one.restart_after_days, plan.horizon)
        visits = {
            test: make_visits(own, beginnings, measurements.series, cohort.results, plan.horizon)
            for test, own in one.grids.items()
        }
        schedules += [made for several in visits.values() for _, made in several]
        conditions = Conditions(measurements, steadiness, courses, one.restart_after_days, shared)
        for compiled in one.rules:
            rule = compiled.rule
            if isinstance(rule, _ABOUT_DATES):
                found.append(_judge_dates(compiled, rule, conditions, visits))
            elif not isinstance(rule, Card):  # a card is there to be read
                found.append(_judge_facts(compiled, rule, conditions, one.silenced))
    whole = stack(found)
    return Told(whole, stack_schedules(schedules), *join_alerts(whole[0], plan.book.subjects))


def _judge_facts(
    compiled: CompiledRule, rule: Threshold | Interval | EventRule | CourseRule | Interaction, conditions: Conditions,
    silenced: Mapping[str, list[Interval]],
) -> Found:  # fmt: skip
    """A rule about what was measured, what happened, or what is taken."""
    courses, measurements = conditions.courses, conditions.measurements
    match rule:
        case Threshold():
            return evaluate_threshold(compiled, rule, courses, conditions, silenced)
        case Interval():
            return evaluate_interval(compiled, rule, courses, conditions)
        case EventRule():
            return evaluate_event(compiled, rule, courses, measurements)
        case CourseRule():
            return evaluate_course(compiled, rule, courses)
        case Interaction():
            return evaluate_interaction(compiled, rule, courses, measurements)
        case _ as never:
            assert_never(never)


def _judge_dates(
    compiled: CompiledRule, rule: Visits | Baseline | Overdue | Milestone, conditions: Conditions,
    visits: Mapping[str, list[tuple[Grid, Schedule]]],
) -> Found:  # fmt: skip
    """A rule about when something is due. Visits raise nothing; nor does a test that nobody chosen asks for."""
    match rule:
        case Milestone():
            return evaluate_milestone(compiled, rule, conditions.courses, conditions.restart_after_days)
        case Baseline() if rule.test in visits:
            return evaluate_baseline(compiled, visits[rule.test])
        case Overdue() if rule.test in visits:
            return evaluate_overdue(compiled, rule, visits[rule.test])
        case _:
            return nothing()


def _silenced(protocol: Protocol) -> dict[str, list[Interval]]:
    """Which rules keep silent while others are met."""
    out: dict[str, list[Interval]] = {}
    for rule in protocol.rules:
        if isinstance(rule, Interval):
            for name in rule.replaces:
                out.setdefault(name, []).append(rule)
    return out


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
    moved = np.where(row <= COURSE_ROW, row - block.first_course, row - block.first_event)
    return np.where(row >= 0, row + block.first_result, np.where(row < -1, moved, row))


def _shift_schedule(block: Block, visits: Schedule) -> Schedule:
    return replace(
        visits,
        patient=visits.patient + block.first_patient,
        satisfied_row=np.where(visits.satisfied_row >= 0, visits.satisfied_row + block.first_result, -1),
    )
