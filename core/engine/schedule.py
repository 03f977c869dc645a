"""When each test is due: the visits of every treatment, which result satisfies which, and when one is overdue.

Visits count from the start of a treatment in calendar months. Overdue is an interval whose start is known in advance:
nothing has to run at midnight for a test to become overdue.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.engine.cohort import Bools, Codes, Ints
from core.engine.episodes import Columns
from core.engine.kernels import asof, key, starts
from core.engine.phases import DrugCourses, Spans
from core.engine.series import Series
from core.protocols.schema import Protocol, Visits
from core.records import DAY, FAR

BASELINE = -1  # the month number of a baseline visit
#: How far beyond the horizon visits are made, so that the first upcoming one is always there: a quarter and its window.
LOOK_AHEAD = 130 * DAY


@dataclass(frozen=True)
class Entry:
    """One visit of a grid: month after the start (BASELINE: before it), half window, and who asks for it."""

    month: int
    tolerance_days: int
    authorities: tuple[str, ...]


@dataclass(frozen=True)
class Grid:
    """All visits of one test of one drug, authorities merged: one entry per due day, the narrowest window."""

    test: str
    baseline_days: int
    entries: tuple[Entry, ...]


@dataclass(frozen=True)
class Schedule(Columns):
    """Visits. due, opens, closes: instants (closes exclusive: the day after the window).

    treatment_start, treatment_end: while the treatment is judged (a planned one from when it is foreseen).
    grid, entry: which visit it is. planned: the course has not begun at the horizon. satisfied_row: the result's
    position in the cohort, -1 none; satisfied_at: its instant (FAR none). answered_at: first readable result at or
    after `closes`, FAR none. seen_at: first readable result at or after `opens`, whichever visit it belongs to.
    """

    patient: Ints
    grid: Codes
    entry: Codes
    due: Ints
    opens: Ints
    closes: Ints
    treatment_start: Ints
    treatment_end: Ints
    planned: Bools
    satisfied_row: Ints
    satisfied_at: Ints
    answered_at: Ints
    seen_at: Ints


def build_grids(protocol: Protocol, rules: list[tuple[Visits, tuple[str, ...]]], last_month: int) -> list[Grid]:
    """Merge the visit rules (each with the authorities that speak) into one grid per test, up to a month number."""
    months: dict[str, dict[int, tuple[int, list[str]]]] = {}
    baseline: dict[str, int] = {}
    own = [(rule, says) for rule, says in rules if not rule.follows]
    for rule, authorities in own:
        grid = months.setdefault(rule.test, {})
        baseline[rule.test] = min(baseline.get(rule.test, rule.baseline_days), rule.baseline_days)
        for month, tolerance in _months(rule, last_month):
            before, named = grid.get(month, (tolerance, []))
            grid[month] = (min(before, tolerance), named + [a for a in authorities if a not in named])
    for rule, authorities in rules:
        if rule.follows:  # with nothing to follow (none of its authorities is chosen) the baseline remains
            followed = months.get(rule.follows, {BASELINE: (0, [])})
            months[rule.test] = {m: (tolerance, list(authorities)) for m, (tolerance, _) in followed.items()}
            baseline[rule.test] = rule.baseline_days
    return [
        Grid(test, baseline[test], tuple(Entry(m, t, tuple(a)) for m, (t, a) in sorted(grid.items())))
        for test, grid in months.items()
    ]


def _months(rule: Visits, last_month: int) -> list[tuple[int, int]]:
    out = [(BASELINE, 0)]
    for phase in rule.phases:
        if phase.from_month is not None and phase.every_months is not None:
            out += [(m, phase.tolerance_days) for m in range(phase.from_month, last_month + 1, phase.every_months)]
        else:
            out += [(m, phase.tolerance_days) for m in phase.months]
    return out


def add_months(start: Ints, months: Ints) -> Ints:
    """The day so many calendar months after a day, clamped to the month's end (31 January + 1 = 28 or 29 February)."""
    day = start.astype("datetime64[s]").astype("datetime64[D]")
    month = day.astype("datetime64[M]")
    of_month = (day - month.astype("datetime64[D]")).astype(np.int64)
    target = month + months
    length = ((target + 1).astype("datetime64[D]") - target.astype("datetime64[D]")).astype(np.int64)
    due = target.astype("datetime64[D]") + np.minimum(of_month, length - 1)
    instants: Ints = due.astype("datetime64[s]").astype(np.int64)
    return instants


def make_visits(
    number: int, grid: Grid, courses: DrugCourses, series: Series, restart_after_days: int, horizon: int
) -> Schedule:
    """The visits of one test: for every treatment from baseline until its end, at most a little beyond the horizon."""
    treatments = courses.treatments(restart_after_days)
    begun = treatments.start <= horizon
    ahead, foreseen = _planned_starts(courses, treatments, restart_after_days, horizon)
    spans = [Spans(treatments.patient[begun], treatments.start[begun], treatments.end[begun]), ahead]
    patient = np.concatenate([s.patient for s in spans])
    start = np.concatenate([s.start for s in spans]) // DAY * DAY
    end = np.concatenate([s.end for s in spans])
    planned = np.repeat([False, True], [len(s) for s in spans])
    judged_from = np.concatenate([start[~planned], foreseen])
    month = np.array([e.month for e in grid.entries], dtype=np.int64)
    tolerance = np.array([e.tolerance_days for e in grid.entries], dtype=np.int64) * DAY
    many = len(month)
    who = np.repeat(np.arange(len(patient)), many)
    entry = np.tile(np.arange(many, dtype=np.int16), len(patient))
    is_baseline = month[entry] == BASELINE
    due = np.where(is_baseline, start[who], add_months(start[who], np.maximum(month[entry], 0)))
    opens = np.where(is_baseline, due - grid.baseline_days * DAY, due - tolerance[entry])
    closes = np.where(is_baseline, due, due + tolerance[entry]) + DAY
    keep = is_baseline | (~planned[who] & (due < end[who]) & (due <= horizon + LOOK_AHEAD))
    order = np.flatnonzero(keep)
    order = order[np.lexsort((due[order], patient[who[order]]))]
    who, entry = who[order], entry[order]
    return _satisfy(
        series, patient[who], np.full(len(who), number, np.int16), entry, due[order], opens[order], closes[order],
        judged_from[who], end[who], planned[who],
    )  # fmt: skip


def _planned_starts(
    courses: DrugCourses, treatments: Spans, restart_after_days: int, horizon: int
) -> tuple[Spans, Ints]:
    """Beginnings still ahead, and from when each is foreseen: treatments that start after the horizon, and courses that
    are only planned, unless they carry on what was taken or held shortly before. None while the drug is taken or held.
    """
    only = courses.planned & ~courses.taken & ~courses.on_hold & (courses.end > courses.start)
    patient = np.concatenate([treatments.patient, courses.patient[only]])
    start = np.concatenate([treatments.start, courses.start[only]])
    end = np.concatenate([treatments.end, courses.end[only]])
    certain = np.repeat([True, False], [len(treatments), int(only.sum())])
    lead = np.concatenate([_lead_of(courses, treatments), courses.lead[only]])
    order = np.lexsort((start, patient))
    patient, start, end, lead, certain = (c[order] for c in (patient, start, end, lead, certain))
    reach = np.maximum.accumulate(key(patient, np.minimum(end, FAR))) if len(patient) else start
    begins = np.ones(len(patient), dtype=bool)
    begins[1:] = key(patient[1:], start[1:] - restart_after_days * DAY) >= reach[:-1]
    begins |= starts(patient)
    current = (treatments.start <= horizon) & (horizon < treatments.end)
    ahead = begins & (~certain | (start > horizon)) & ~np.isin(patient, treatments.patient[current])
    on_drug = courses.running.plus(courses.held)
    foreseen = start - lead
    inside = asof(key(on_drug.patient, on_drug.start), on_drug.patient, patient, foreseen)
    if len(on_drug):  # foreseen while the drug was still taken: judged from when that ended
        foreseen = np.where(inside >= 0, np.maximum(foreseen, on_drug.end[np.maximum(inside, 0)]), foreseen)
    return Spans(patient[ahead], start[ahead], end[ahead]), foreseen[ahead]


def _first_from(results: Series, patient: Ints, instant: Ints) -> Ints:
    """The first result of each patient at or after an instant, FAR where there is none."""
    if not len(results):
        return np.full(len(patient), FAR)
    found = np.searchsorted(results.keys, key(patient, instant), side="left")
    index = np.minimum(found, len(results) - 1)
    there = (found < len(results)) & (results.patient[index] == patient)
    return np.where(there, results.at[index], FAR)


def _lead_of(courses: DrugCourses, treatments: Spans) -> Ints:
    """How long before its start each treatment is foreseen: as its first course is."""
    rows = np.flatnonzero(courses.taken | courses.on_hold)
    rows = rows[np.lexsort((courses.start[rows], courses.patient[rows]))]
    first = asof(
        key(courses.patient[rows], courses.start[rows]), courses.patient[rows], treatments.patient, treatments.start
    )
    return courses.lead[rows][np.maximum(first, 0)] if len(rows) else np.zeros(len(treatments), np.int64)


def _satisfy(
    series: Series, patient: Ints, grid: Codes, entry: Codes, due: Ints, opens: Ints, closes: Ints, start: Ints,
    end: Ints, planned: Bools,
) -> Schedule:  # fmt: skip
    """Give each readable result to the visit whose window holds it: the nearer due day, on a tie the earlier visit."""
    results = series.take(series.readable)
    row = np.full(len(patient), -1)
    at = np.full(len(patient), FAR)
    if len(patient) and len(results):
        keys = key(patient, due)
        day = results.at // DAY * DAY
        after = np.searchsorted(keys, key(results.patient, day), side="left")
        before = after - 1
        distance = []
        for candidate in (before, after):
            index = np.clip(candidate, 0, len(patient) - 1)
            fits = (candidate == index) & (patient[index] == results.patient)
            fits &= (opens[index] <= day) & (day < closes[index])
            distance.append(np.where(fits, np.abs(day - due[index]), np.iinfo(np.int64).max))
        visit = np.where(distance[0] <= distance[1], before, after)
        given = np.flatnonzero(np.minimum(*distance) < np.iinfo(np.int64).max)
        given = given[::-1]  # the earliest result of a visit is written last, and stays
        row[visit[given]], at[visit[given]] = results.rows[0][given], results.at[given]
    answered, seen = _first_from(results, patient, closes), _first_from(results, patient, opens)
    return Schedule(patient, grid, entry, due, opens, closes, start, end, planned, row, at, answered, seen)
