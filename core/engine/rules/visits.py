"""Tests that were not done: no result before the start, and visits whose window closed without one."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from core.engine.cohort import Codes, Ints
from core.engine.episodes import Findings, Found, nothing, stack
from core.engine.kernels import column_of, positions, somewhere
from core.engine.phases import are_among
from core.engine.rules.compiled import CompiledRule
from core.engine.schedule import Schedule
from core.engine.visit_grids import Grid
from core.protocols.kinds import Overdue
from core.records import DAY, FAR


def evaluate_baseline(compiled: CompiledRule, made: Sequence[tuple[Grid, Schedule]]) -> Found:
    """No readable result before a start: planned, open until one lies in the window; made, until any later one.

    made: the grids of the rule's test with their visits; only treatments of the rule's indications count. A start that
    is only planned is meant for today once its day has passed: its visits are told apart by time already.
    """
    return stack([_find_missing(compiled, grid, visits) for grid, visits in made])


def _find_missing(compiled: CompiledRule, grid: Grid, visits: Schedule) -> Found:
    in_window = visits.seen_at < visits.closes
    asked = (visits.planned | ~in_window) & grid.is_baseline[visits.entry]
    rows = positions(asked)
    if not len(rows):
        return nothing()
    rows = rows[are_among(visits.indication[rows], compiled.indications)]
    opened, planned = visits.treatment_start[rows], visits.planned[rows]
    until = np.where(planned, np.where(in_window[rows], visits.seen_at[rows], FAR), visits.answered_at[rows])
    return _findings(
        compiled, visits, rows, np.zeros(len(rows), np.int16), opened, np.minimum(until, visits.treatment_end[rows])
    )


def evaluate_overdue(compiled: CompiledRule, rule: Overdue, made: Sequence[tuple[Grid, Schedule]]) -> Found:
    """A visit whose window closed empty: graver after each further tolerance, until a later result or the treatment's
    end.

    made: the grids of the rule's test with their visits; only treatments of the rule's indications count.
    """
    return stack([_find_late(compiled, rule, grid, visits) for grid, visits in made])


def _find_late(compiled: CompiledRule, rule: Overdue, grid: Grid, visits: Schedule) -> Found:
    empty = (visits.satisfied_row < 0) & ~visits.planned
    empty &= ~grid.is_baseline[visits.entry]
    rows = positions(empty)
    if not len(rows):
        return nothing()
    rows = rows[are_among(visits.indication[rows], compiled.indications)]
    if rule.of:
        mine = np.array([not set(rule.of).isdisjoint(entry.asked_by) for entry in grid.entries])
        rows = rows[mine[visits.entry[rows]]]
    end = np.minimum(visits.answered_at[rows], visits.treatment_end[rows])
    tolerance = grid.tolerance_days[visits.entry[rows]]
    steps = [visits.due[rows] + (late.times * tolerance + 1) * DAY for late in rule.after_tolerances]
    parts = [
        (rows, np.full(len(rows), band, np.int16), step, np.minimum(end, following))
        for band, (step, following) in enumerate(zip(steps, [*steps[1:], end], strict=True))
    ]
    who, bands, opened, closed = (np.concatenate(column) for column in zip(*parts, strict=True))
    return _findings(compiled, visits, who, bands, opened, closed)


def _findings(compiled: CompiledRule, visits: Schedule, rows: Ints, band: Codes, opened: Ints, closed: Ints) -> Found:
    keep = opened < closed
    if not somewhere(keep):
        return nothing()
    rows, band, opened, closed = rows[keep], band[keep], opened[keep], closed[keep]
    n = len(rows)
    zero, nothing_told = np.zeros(n, dtype=np.int64), column_of(np.nan, n, np.float64)
    findings = Findings(
        visits.patient[rows], column_of(compiled.number, n), band, column_of(-1, n), opened, closed, zero, nothing_told,
        np.where(visits.planned[rows], visits.begins[rows], visits.due[rows]), nothing_told, zero, zero,
    )  # fmt: skip
    none = nothing()
    return findings, none[1], none[2]
