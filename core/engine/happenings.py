"""Events as intervals: which events belong to a named group, and how long each one counts."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from functools import cache

import numpy as np

from core.catalogue.admissions import leave_out_denied_infection
from core.catalogue.statements import is_doubtful_prophylaxis
from core.catalogue.vaccines import find_vaccine
from core.engine.cohort import Bools, Cohort, Events, Ints
from core.engine.kernels import column_of, key, merge, positions, somewhere
from core.engine.series import Series, first_from
from core.engine.table import table
from core.engine.timeline import Timeline, from_intervals
from core.protocols.schema import Common, EventGroup, EventSelector
from core.records import DAY, EVENT_KINDS, FAR, FORESEEN_EVENTS


def _says_of_vaccine(cvx: str) -> str:
    """What the catalogue says of a CVX code; a code it does not know is unknown, never safe."""
    vaccine = find_vaccine(cvx)
    if vaccine is None:
        return "unknown"
    return "review" if vaccine.review else "live" if vaccine.live else "not live"


@cache
def _selector(group: EventGroup) -> Callable[[str, str, str, str], bool]:
    tests: dict[str, list[tuple[EventSelector, re.Pattern[str] | None, re.Pattern[str] | None]]] = {}
    for one in group.any:
        words = re.compile(rf"\b(?:{'|'.join(map(re.escape, one.words))})\b", re.IGNORECASE) if one.words else None
        beginnings = (
            re.compile(rf"\b(?:{'|'.join(map(re.escape, one.without_words))})", re.IGNORECASE)
            if one.without_words
            else None
        )
        tests.setdefault(one.kind, []).append((one, words, beginnings))

    def belongs(kind: str, code: str, detail: str, severity: str) -> bool:
        if kind not in tests:
            return False
        said = f"{code} {detail}"
        if kind == "hospital_admission":  # "no evidence of infection, chest pain" is no admission for an infection
            said = f"{leave_out_denied_infection(code)} {leave_out_denied_infection(detail)}"
        return any(
            (not one.code or code.lower() in one.code)
            and (not one.severity or severity in one.severity)
            and (not one.vaccine or _says_of_vaccine(code) in one.vaccine)
            and (words is None or bool(words.search(said)))
            and (
                beginnings is None or not beginnings.search(f"{code} {detail}") or is_doubtful_prophylaxis(code, detail)
            )
            for one, words, beginnings in tests[kind]
        )

    return belongs


class EventWords:
    """The events of a cohort by what is written about them: few distinct texts, each compared once with a group."""

    def __init__(self, events: Events) -> None:
        written: dict[tuple[str, str, str, str], int] = {}
        rows = zip(
            events.kind.tolist(), events.code.tolist(), events.detail.tolist(), events.severity.tolist(), strict=True
        )
        self.number = np.array([written.setdefault(what, len(written)) for what in rows], dtype=np.int64)
        self.written = list(written)
        self.kinds = frozenset(kind for kind, *_ in written)

    def select(self, group: EventGroup) -> Bools:
        """Which events belong to a named group."""
        belongs = _selector(group)
        chosen = [belongs(*what) for what in self.written]
        if not any(chosen):
            return np.zeros(len(self.number), dtype=bool)
        return np.array(chosen, dtype=bool)[self.number]


@table
class Happenings:
    """Events of one group with the interval each counts for. row: position in the cohort's events; day: its own first
    instant, later than `start` where it is foreseen.
    """

    patient: Ints
    start: Ints
    end: Ints
    row: Ints
    day: Ints

    def lasting(self, days: int) -> Happenings:
        """The same events, each counting for so many days from its start."""
        return replace(self, end=self.start + days * DAY)

    def until(self, results: Series) -> Happenings:
        """The same events, each counting only until a readable result on its day or later."""
        first = first_from(results.answers, self.patient, self.day // DAY * DAY)
        return replace(self, end=np.minimum(self.end, np.maximum(first, self.start)))

    def timeline(self) -> Timeline:
        """When any of them holds."""
        if not len(self.row):
            return from_intervals(self.patient, self.start, self.end, self.row)
        patient, start, end = merge(self.patient, self.start, self.end)
        if not len(patient):
            return from_intervals(patient, start, end, np.empty(0, np.int64))
        order = np.lexsort((self.start, self.patient))
        first = np.searchsorted(key(self.patient[order], self.start[order]), key(patient, start), side="left")
        return from_intervals(patient, start, end, -2 - self.row[order][np.minimum(first, len(order) - 1)])


def _no_happenings() -> Happenings:
    none = np.empty(0, np.int64)
    return Happenings(none, none, none, none, none)


_NOTHING = _no_happenings()  # of most groups most patients have no event


@cache
def _kinds_of(group: EventGroup) -> frozenset[str]:
    return frozenset(one.kind for one in group.any)


def pick(cohort: Cohort, words: EventWords, common: Common, name: str, *, horizon: int, but: str = "") -> Happenings:
    """The events of a named group (but not those of another), each for as long as it counts.

    An event with an end counts until then; one without counts as long as common.toml says for its kind, else it is
    ongoing. One entered before its day (it starts after the horizon) counts from when it is foreseen.
    """
    e = cohort.events
    group = common.events[name]
    if words.kinds.isdisjoint(_kinds_of(group)):
        return _NOTHING
    chosen = words.select(group)
    if but:
        chosen &= ~words.select(common.events[but])
    row = positions(chosen)
    if not len(row):
        return _NOTHING
    start, end, kind = e.start[row], e.end[row].copy(), e.kind[row]
    day = start
    for one in set(kind.tolist()):
        days = group.lasts_days or common.lasting.get(one)
        if isinstance(days, int):
            # An act's own day ends before it stops mattering; a state without an end is given one.
            unbounded = end <= start + DAY if EVENT_KINDS.get(one) == "act" else end == FAR
            end = np.where((kind == one) & unbounded, start + days * DAY, end)
    if group.for_life:
        end = column_of(FAR, len(row))
    ahead = start > horizon
    if somewhere(ahead):
        ahead &= np.isin(kind, FORESEEN_EVENTS)
        start = np.where(ahead, start - common.planning.foreseen_events_from_days * DAY, start)
    return Happenings(e.patient[row].astype(np.int64), start, end, row.astype(np.int64), day)
