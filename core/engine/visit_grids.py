"""Which visits every treatment has: the visit rules of a drug merged into one grid for each test.

Visits count from the start of a treatment in calendar months or in days.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise

import numpy as np

from core.engine.cohort import Bools, Ints
from core.protocols.kinds import Visits
from core.records import AUTHORITIES, DAY, INDICATIONS

BASELINE = -1  # the month number of a baseline visit
#: A calendar month has so many days: how near a visit in days and one in months must be to fall on one day.
_SHORTEST, _LONGEST = 28, 31

#: A visit rule, the authorities that speak on it, and the indications it is limited to (None: all).
SpokenVisits = tuple[Visits, tuple[str, ...], frozenset[int] | None]
_Dates = dict[tuple[int, int], tuple[int, tuple[str, ...], tuple[str, ...]]]


@dataclass(frozen=True)
class Entry:
    """One visit of a grid: so many calendar months (BASELINE: before the start) and days after the start, half window,
    and who asks for it: authorities, and the ids of their visit rules.
    """

    month: int
    days: int
    tolerance_days: int
    authorities: tuple[str, ...]
    asked_by: tuple[str, ...] = ()


@dataclass(frozen=True)
class Grid:
    """All visits of one test of one drug for one group of indications, authorities merged.

    tests: whose results count, the test itself first. indications: of the treatments it is for, None = all.
    joined: pairs of entries, one in months and one in days, that fall on one day after some starts; the entries behind
    the last visit are what each pair becomes then, in the same order.
    """

    test: str
    baseline_days: int
    entries: tuple[Entry, ...]
    tests: tuple[str, ...]
    indications: frozenset[int] | None
    joined: tuple[tuple[int, int], ...] = ()

    @property
    def visits(self) -> tuple[Entry, ...]:
        """The entries every treatment has, before two of one day are joined."""
        return self.entries[: len(self.entries) - len(self.joined)]

    @cached_property
    def is_baseline(self) -> Bools:
        """Which entries are the test before the start."""
        return np.array([entry.month == BASELINE for entry in self.entries], dtype=bool)

    @cached_property
    def look_ahead(self) -> int:
        """Seconds from any moment within which the next visit opens: the widest gap and its windows."""
        after = [0] + [entry.month * _LONGEST + entry.days for entry in self.visits if entry.month != BASELINE]
        gap = max((b - a for a, b in pairwise(sorted(after))), default=0)
        return (gap + 2 * max((entry.tolerance_days for entry in self.entries), default=0) + 1) * DAY

    @cached_property
    def tolerance_days(self) -> Ints:
        """Half the window of every entry."""
        return np.array([entry.tolerance_days for entry in self.entries], dtype=np.int64)

    @cached_property
    def after(self) -> tuple[Ints, Ints]:
        """How long after the start each visit is: calendar months (a baseline: none), and days."""
        months = [max(entry.month, 0) for entry in self.visits]
        return np.array(months, dtype=np.int64), np.array([entry.days for entry in self.visits], dtype=np.int64)

    @cached_property
    def shape(self) -> tuple[object, ...]:
        """What two grids share whose visits fall on the same days for the same treatments."""
        entries = tuple((entry.month, entry.days, entry.tolerance_days) for entry in self.entries)
        return self.baseline_days, self.indications, self.joined, entries


def build_grids(visits: Sequence[SpokenVisits], last_month: int) -> list[Grid]:
    """Merge the visit rules into grids, up to a month number: for each test one per group of indications that share it.

    Visits that every indication shares make one grid for all; an indication without visits of a test is in no grid.
    """
    tests = dict.fromkeys(
        [rule.test for rule, _, _ in visits if not rule.follows] + [rule.test for rule, _, _ in visits if rule.follows]
    )
    seen: dict[tuple[int, ...], list[int]] = {}
    for code in range(len(INDICATIONS)):
        hold = tuple(i for i, (_, _, limit) in enumerate(visits) if limit is None or code in limit)
        seen.setdefault(hold, []).append(code)
    grids = []
    for test in tests:
        groups: dict[Grid, list[int]] = {}
        for hold, codes in seen.items():
            grid = _merge_visits(test, [visits[i] for i in hold], last_month)
            if grid is not None:
                groups.setdefault(grid, []).extend(codes)
        for grid, codes in groups.items():
            grids.append(grid if len(codes) == len(INDICATIONS) else replace(grid, indications=frozenset(codes)))
    return grids


def _merge_visits(test: str, visits: Sequence[SpokenVisits], last_month: int) -> Grid | None:
    """One test's grid from the rules that hold together; None where none is about it."""
    rules = [rule for rule, _, _ in visits if rule.test == test]
    if not rules:
        return None
    dates = _dates_of(test, visits, last_month, frozenset())
    entries = [
        Entry(*date, tolerance, tuple(sorted(authorities, key=AUTHORITIES.index)), asked_by)
        for date, (tolerance, authorities, asked_by) in sorted(dates.items())
    ]
    joined = [
        (i, j)
        for i, one in enumerate(entries)
        if one.month > 0
        for j, other in enumerate(entries)
        if other.days and one.month * _SHORTEST <= other.days <= one.month * _LONGEST
    ]
    both = [
        replace(
            entries[i],
            tolerance_days=min(entries[i].tolerance_days, entries[j].tolerance_days),
            authorities=tuple(sorted(_union(entries[i].authorities, entries[j].authorities), key=AUTHORITIES.index)),
            asked_by=_union(entries[i].asked_by, entries[j].asked_by),
        )
        for i, j in joined
    ]
    accepted = _union((test,), *(rule.or_tests for rule in rules))
    baseline_days = min(rule.baseline_days for rule in rules)
    return Grid(test, baseline_days, (*entries, *both), accepted, None, tuple(joined))


def _dates_of(test: str, visits: Sequence[SpokenVisits], last_month: int, followers: frozenset[str]) -> _Dates:
    """Every (month, day) a test is asked for, with the narrowest tolerance and everybody who asks."""
    out: _Dates = {}
    for rule, authorities, _ in visits:
        if rule.test != test:
            continue
        dates = _own_dates(rule, last_month)
        if rule.follows and rule.follows not in followers:  # with nothing to follow, the baseline remains
            followed = _dates_of(rule.follows, visits, last_month, followers | {test})
            dates += [(date, tolerance) for date, (tolerance, _, _) in followed.items()]
        for date, tolerance in dates:
            narrowest, named, asked_by = out.get(date, (tolerance, (), ()))
            out[date] = (min(narrowest, tolerance), _union(named, authorities), _union(asked_by, (rule.id,)))
    return out


def _own_dates(rule: Visits, last_month: int) -> list[tuple[tuple[int, int], int]]:
    out = [((BASELINE, 0), 0)]
    for phase in rule.phases:
        months: Sequence[int] = phase.months
        if phase.from_month is not None and phase.every_months is not None:
            months = range(phase.from_month, last_month + 1, phase.every_months)
        out += [((month, 0), phase.tolerance_days) for month in months]
        out += [((0, days), phase.tolerance_days) for days in phase.days]
    return out


def _union(*named: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for several in named for name in several))
