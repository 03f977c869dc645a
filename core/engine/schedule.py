"""When each test is due: the visits of every treatment, which result satisfies which, and when one is overdue.

Overdue is an interval whose start is known in advance: nothing has to run at midnight for a test to become overdue.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import field, replace
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from core.engine.cohort import Bools, Codes, Ints, Results
from core.engine.episodes import Columns, join_columns
from core.engine.kernels import NEVER, asof, column_of, key, positions, somewhere, spread, starts, subtract
from core.engine.meant_day import meant_days, only_planned
from core.engine.phases import DrugCourses, Spans
from core.engine.series import Series
from core.engine.table import table
from core.engine.visit_grids import Grid
from core.records import DAY, FAR, INDICATIONS

_VISIT_BITS = 40


@table
class Schedule(Columns):
    """Visits. due, opens, closes: instants (closes exclusive: the day after the window).

    treatment_start, treatment_end: while the treatment is judged (a planned one from when it is foreseen).
    begins: the first instant of the treatment's first day, as it is written. grid, entry: which visit it is. planned:
    the course has not begun at the horizon. indication: of the treatment's first course, position in
    records.INDICATIONS. satisfied_row: the result's position in the cohort, -1 none;
    satisfied_at: its instant (FAR none). answered_at: first readable result at or after `closes`, FAR none. seen_at:
    first readable result at or after `opens`, whichever visit it belongs to.
    """

    patient: Ints
    grid: Codes
    entry: Codes
    due: Ints
    opens: Ints
    closes: Ints
    treatment_start: Ints
    treatment_end: Ints
    begins: Ints
    planned: Bools
    indication: Ints
    satisfied_row: Ints
    satisfied_at: Ints
    answered_at: Ints
    seen_at: Ints

    def take(self, rows: Ints | Bools) -> Self:
        """The same table with only these rows, in that order."""
        return type(self)(*(column[rows] for column in self.__dict__.values()))


def stack_schedules(parts: Sequence[Schedule]) -> Schedule:
    """The visits of several grids or blocks as one table."""
    if not parts:
        i, c, b = np.empty(0, np.int64), np.empty(0, np.int16), np.empty(0, bool)
        return Schedule(i, c, c, i, i, i, i, i, i, b, i, i, i, i, i)
    return parts[0] if len(parts) == 1 else Schedule(*join_columns(parts))


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


@table
class Beginnings(Columns):
    """What visits count from: treatments that have begun, then starts still ahead (planned).

    start: first instant of the day, as it is written; judged_from: of a planned start, from when it is foreseen.
    indication: of the first course. due: start, or the day a course is meant for that is only planned.
    """

    patient: Ints
    start: Ints
    end: Ints
    judged_from: Ints
    planned: Bools
    indication: Ints
    due: Ints
    _due: dict[object, Schedule] = field(default_factory=dict, repr=False, compare=False)


def find_beginnings(courses: DrugCourses, restart_after_days: int, horizon: int) -> Beginnings:
    """Every beginning of a drug: treatments begun by the horizon, and starts that are still ahead of it."""
    treatments = courses.treatments(restart_after_days)
    first = first_courses(courses, treatments)
    begun = treatments.start <= horizon
    patient, start, end = treatments.patient[begun], treatments.start[begun] // DAY * DAY, treatments.end[begun]
    no, indication = np.zeros(len(start), dtype=bool), courses.indication[first[begun]]
    made = (patient, start, end, start, no, indication, start)
    ahead = _planned_starts(courses, treatments, first, restart_after_days, horizon)
    patient, start, end, foreseen, planned, indication, due = map(np.concatenate, zip(made, ahead, strict=True))
    return Beginnings(patient, start, end, foreseen, planned, indication, due)


def first_courses(courses: DrugCourses, treatments: Spans) -> Ints:
    """Position of the course each treatment begins with; of two that start together, the one filed first."""
    rows = positions((courses.taken | courses.on_hold) & (courses.end > courses.start))
    rows = rows[np.lexsort((courses.start[rows], courses.patient[rows]))]
    keys = key(courses.patient[rows], courses.start[rows])
    return rows[keys.searchsorted(key(treatments.patient, treatments.start), side="left")]


def _planned_starts(
    courses: DrugCourses, treatments: Spans, first: Ints, restart_after_days: int, horizon: int
) -> tuple[NDArray[Any], ...]:
    """Beginnings still ahead, the columns of Beginnings: treatments that start after the horizon, and courses that are
    only planned, unless they carry on what was taken or held shortly before. None while the drug is taken or held.
    """
    only = positions(only_planned(courses) & (courses.end > courses.start))
    course = np.concatenate([first, only])
    patient = courses.patient[course]
    start = np.concatenate([treatments.start, courses.start[only]])
    due = np.concatenate([treatments.start, meant_days(courses)[only]])
    written = np.where(courses.end[only] <= horizon, FAR, courses.end[only])  # an end that came without a beginning
    end = np.concatenate([treatments.end, written])
    until = np.concatenate([treatments.end, courses.died[only]])  # a planned course stays so, whatever end is written
    said = np.repeat([False, True], [len(treatments), len(only)])
    order = np.lexsort((start, said, due, patient))
    course, patient, start, due, end, until, said = (c[order] for c in (course, patient, start, due, end, until, said))
    reach = np.maximum.accumulate(key(patient, np.minimum(end, FAR))) if len(patient) else start
    begins = np.ones(len(patient), dtype=bool)
    begins[1:] = key(patient[1:], due[1:] - restart_after_days * DAY) >= reach[:-1]
    begins |= starts(patient)
    current = (treatments.start <= horizon) & (horizon < treatments.end)
    ahead = begins & (said | (start > horizon)) & ~np.isin(patient, treatments.patient[current])
    on_drug = courses.running.plus(courses.held)
    foreseen = start - courses.lead[course]
    passed = np.where(due > start, np.minimum(horizon, until - 1), foreseen)
    before = asof(key(on_drug.patient, on_drug.start), on_drug.patient, patient, passed)
    if len(on_drug):  # foreseen, or slipped on, while the drug was taken: judged from when that ended
        foreseen = np.where(before >= 0, np.maximum(foreseen, on_drug.end[np.maximum(before, 0)]), foreseen)
    columns = patient, start // DAY * DAY, until, foreseen, ahead, courses.indication[course], due // DAY * DAY
    return tuple(column[ahead] for column in columns)


def make_visits(
    grids: Sequence[tuple[int, Grid]], beginnings: Beginnings, read: Callable[[str], Series], results: Results,
    horizon: int,
) -> list[tuple[Grid, Schedule]]:  # fmt: skip
    """The visits of one test: for every treatment from baseline until its end, at most a little beyond the horizon.

    Args:    grids: all of the test's, each with its number; read: gives the points of a test; results: what their rows
             point to. Together, because a result belongs to one visit across all treatments of the drug.
    Returns: each grid with its own visits, sorted by patient and due day.
    """
    made = _due_together(grids, beginnings, horizon)
    asking: dict[str, list[int]] = {}
    for number, grid in grids:
        for test in grid.tests:
            asking.setdefault(test, []).append(number)
    for test, numbers in asking.items():
        made = _satisfy(made, None if len(numbers) == len(grids) else numbers, read(test).answers, results)
    if len(grids) == 1:
        before = grids[0][1].is_baseline[made.entry]
    else:
        before = np.zeros(len(made), dtype=bool)
        for number, grid in grids:
            before |= (made.grid == number) & grid.is_baseline[np.minimum(made.entry, len(grid.is_baseline) - 1)]
    baselines = [(read(test), None if len(ids) == len(grids) else ids) for test, ids in asking.items()]
    made = _satisfy_baselines(made, before, baselines, results)
    made = _follow_today(made, baselines)
    return [(grid, made.take(made.grid == number) if len(grids) > 1 else made) for number, grid in grids]


def _due_together(grids: Sequence[tuple[int, Grid]], beginnings: Beginnings, horizon: int) -> Schedule:
    """The visits of all grids of a test, by patient and due day. Tests that go together are laid out once."""
    shape = tuple(grid.shape for _, grid in grids)
    if shape not in beginnings._due:
        parts = [_due_visits(place, grid, beginnings, horizon) for place, (_, grid) in enumerate(grids)]
        made = stack_schedules(parts)
        beginnings._due[shape] = made.take(np.argsort(key(made.patient, made.due), kind="stable"))
    made = beginnings._due[shape]
    return replace(made, grid=np.array([number for number, _ in grids], dtype=np.int16)[made.grid])


def _due_visits(number: int, grid: Grid, beginnings: Beginnings, horizon: int) -> Schedule:
    """The visits of one grid, nobody's results given to them yet."""
    here = np.ones(len(beginnings), dtype=bool)
    if grid.indications is not None:
        wanted = np.zeros(len(INDICATIONS), dtype=bool)
        wanted[list(grid.indications)] = True
        here = wanted[beginnings.indication]
    chosen = positions(here)
    start, end, planned = beginnings.due[chosen], beginnings.end[chosen], beginnings.planned[chosen]
    month, days = grid.after
    tolerance = grid.tolerance_days * DAY
    due = add_months(start[:, None], month) + days * DAY
    entry = np.tile(np.arange(len(month), dtype=np.int16), (len(chosen), 1))
    before = grid.is_baseline[: len(month)]
    keep = before | (~planned[:, None] & (due < end[:, None]) & (due <= horizon + grid.look_ahead))
    for which, (one, other) in enumerate(grid.joined):
        together = due[:, one] == due[:, other]
        entry[together, one] = len(month) + which
        keep[together, other] = False
    who, column = np.nonzero(keep)
    due, entry, before = due[who, column], entry[who, column], before[column]
    opens = due - np.where(before, grid.baseline_days * DAY, tolerance[entry])
    closes = due + tolerance[entry] + DAY
    n = len(who)
    far = np.full(n, FAR)
    return Schedule(
        beginnings.patient[chosen][who], np.full(n, number, np.int16), entry, due, opens, closes,
        beginnings.judged_from[chosen][who], end[who], beginnings.start[chosen][who], planned[who],
        beginnings.indication[chosen][who], np.full(n, -1), far, far, far,
    )  # fmt: skip


def _satisfy(made: Schedule, numbers: list[int] | None, points: Series, results: Results) -> Schedule:
    """Give the readable points of one test to the visits that ask for it, beside what they have from another test.

    numbers: of the grids that ask for it (None: all).
    """
    rows = None if numbers is None else positions(np.isin(made.grid, numbers))
    if not len(points) or (rows is not None and not len(rows)):
        return made
    visits = made if rows is None else made.take(rows)
    keys = points.keys
    low = keys.searchsorted(key(visits.patient, visits.opens), side="left")
    high = keys.searchsorted(key(visits.patient, visits.closes), side="left")
    given = _nearest_visits(visits, points, low, high)
    taken = given >= 0
    row, at = np.where(taken, points.rows[0][given], -1), np.where(taken, points.at[given], FAR)
    other, better = visits.satisfied_row, at < visits.satisfied_at
    tied = taken & (at == visits.satisfied_at)
    if somewhere(tied):  # two tests of one instant
        known, id_ = results.known, results.row_id
        sooner = (known[row] < known[other]) | ((known[row] == known[other]) & (id_[row] < id_[other]))
        better |= tied & sooner
    columns = {
        "satisfied_row": np.where(better, row, other),
        "satisfied_at": np.where(better, at, visits.satisfied_at),
        "answered_at": np.minimum(visits.answered_at, _instant_of(points, high, visits.patient)),
        "seen_at": np.minimum(visits.seen_at, _instant_of(points, low, visits.patient)),
    }
    if rows is None:
        return replace(made, **columns)
    whole = {name: getattr(made, name).copy() for name in columns}
    for name, column in columns.items():
        whole[name][rows] = column
    return replace(made, **whole)


def _satisfy_baselines(
    made: Schedule, before: Bools, tests: Sequence[tuple[Series, list[int] | None]], results: Results
) -> Schedule:
    """A baseline without a result of its own is done by any in its window, the earliest: one count may come before two
    starts.
    """
    rows = positions(before & (made.satisfied_row < 0) & (made.seen_at < made.closes))
    if not len(rows):
        return made
    row, at = made.satisfied_row.copy(), made.satisfied_at.copy()
    for series, numbers in tests:
        points = series.take(series.readable)
        mine = rows if numbers is None else rows[np.isin(made.grid[rows], numbers)]
        if not len(points) or not len(mine):
            continue
        found = points.keys.searchsorted(key(made.patient[mine], made.opens[mine]), side="left")
        index = np.minimum(found, len(points) - 1)
        there = (found < len(points)) & (points.patient[index] == made.patient[mine])
        there &= points.at[index] < made.closes[mine]
        mine, index = mine[there], index[there]
        theirs, own = points.rows[0][index], row[mine]
        sooner = (points.at[index] < at[mine]) | (
            (points.at[index] == at[mine]) & (results.known[theirs] < results.known[own])
        )
        row[mine[sooner]], at[mine[sooner]] = theirs[sooner], points.at[index][sooner]
    return replace(made, satisfied_row=row, satisfied_at=at)


def _follow_today(made: Schedule, tests: Sequence[tuple[Series, list[int] | None]]) -> Schedule:
    """The same, with each baseline of a start whose planned day has passed told apart by time: while it is missing, and
    now that it is done. Its window moves with every day, so a result does it until the window has left it behind.
    """
    rows = positions(made.planned & (made.due > made.begins))
    if not len(rows):
        return made
    moved = made.take(rows)
    done = _done_by(moved, tests)
    i, start, end = subtract(
        np.arange(len(rows)), moved.treatment_start, moved.treatment_end, done.patient, done.start, done.end, FAR
    )
    missing, far = moved.take(i), np.full(len(i), FAR)
    last = np.maximum(np.minimum(missing.due, (end - 1) // DAY * DAY), missing.begins)
    due = np.where(start > missing.due, np.maximum(start // DAY * DAY, last), last)
    missing = replace(
        missing, due=due, opens=due - (missing.due - missing.opens), closes=due + DAY, treatment_start=start,
        treatment_end=end, satisfied_row=np.full(len(i), -1), satisfied_at=far, answered_at=far, seen_at=far,
    )  # fmt: skip
    j = positions(moved.satisfied_row >= 0)
    told = moved.take(j)
    since = np.searchsorted(key(done.patient, done.start), key(j, told.closes - 1), side="right") - 1
    start = np.maximum(done.start[since], told.treatment_start)
    until = np.minimum(done.end[since], told.treatment_end)
    told = replace(told, treatment_start=start, treatment_end=until, seen_at=start)
    kept = np.setdiff1d(np.arange(len(made)), rows)
    every = stack_schedules([made.take(kept), missing, told])
    return every.take(np.lexsort((every.treatment_start, np.concatenate([kept, rows[i], rows[j]]))))


def _done_by(moved: Schedule, tests: Sequence[tuple[Series, list[int] | None]]) -> Spans:
    """From when until when any readable result does each baseline, by the baseline's place."""
    window = moved.due - moved.opens
    parts = []
    for series, numbers in tests:
        points = series.take(series.readable)
        mine = np.arange(len(moved)) if numbers is None else positions(np.isin(moved.grid, numbers))
        patient = moved.patient[mine]
        low = points.keys.searchsorted(key(patient, moved.begins[mine] - window[mine]), side="left")
        high = points.keys.searchsorted(key(patient, moved.treatment_end[mine]), side="left")
        point, owner = spread(low, high - low)
        at = points.at[point]
        parts.append((mine[owner], at, at // DAY * DAY + window[mine[owner]] + DAY))
    whose, start, end = (np.concatenate(column) for column in zip(*parts, strict=True))
    return Spans.of(whose, start, end)


def _instant_of(points: Series, position: Ints, patient: Ints) -> Ints:
    """When the point at each position was taken, FAR where it is no longer the patient's."""
    index = np.minimum(position, len(points) - 1)
    return np.where((position < len(points)) & (points.patient[index] == patient), points.at[index], FAR)


def _nearest_visits(visits: Schedule, points: Series, low: Ints, high: Ints) -> Ints:
    """The earliest point that belongs to each visit, -1 none. A point belongs to the visit whose window holds its day:
    the nearer due day, on a tie the earlier visit. low, high: the points inside each window.
    """
    point, visit = spread(low, high - low)
    distance = np.abs((points.at // DAY)[point] - (visits.due // DAY)[visit])
    nearest = column_of(NEVER, len(points))
    np.minimum.at(nearest, point, (distance << _VISIT_BITS) | visit)
    given = positions(nearest < NEVER)[::-1]  # the earliest point of a visit is written last, and stays
    out = column_of(-1, len(visits))
    out[nearest[given] & ((1 << _VISIT_BITS) - 1)] = given
    return out
