"""Events as intervals: which events belong to a named group, and how long each one counts."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from core.engine.cohort import Bools, Cohort, Events, Ints
from core.engine.kernels import key, merge
from core.engine.timeline import Timeline, from_intervals
from core.protocols.schema import Common, EventGroup
from core.records import DAY, EVENT_KINDS, FAR


def _selector(group: EventGroup) -> Callable[[str, str, str, str], bool]:
    tests = []
    for one in group.any:
        words = re.compile(rf"\b(?:{'|'.join(map(re.escape, one.words))})\b", re.IGNORECASE) if one.words else None
        beginnings = (
            re.compile(rf"\b(?:{'|'.join(map(re.escape, one.without_words))})", re.IGNORECASE)
            if one.without_words
            else None
        )
        tests.append((one, words, beginnings))

    def belongs(kind: str, code: str, detail: str, severity: str) -> bool:
        return any(
            one.kind == kind
            and (not one.code or code.lower() in one.code)
            and (not one.severity or severity in one.severity)
            and (words is None or bool(words.search(f"{code} {detail}")))
            and (beginnings is None or not beginnings.search(f"{code} {detail}"))
            for one, words, beginnings in tests
        )

    return belongs


def select_events(events: Events, group: EventGroup) -> Bools:
    """Which events belong to a named group."""
    belongs = _selector(group)
    answers: dict[tuple[str, str, str, str], bool] = {}
    out = np.zeros(len(events), dtype=bool)
    for i, what in enumerate(zip(events.kind, events.code, events.detail, events.severity, strict=True)):
        if what not in answers:
            answers[what] = belongs(*what)
        out[i] = answers[what]
    return out


@dataclass(frozen=True)
class Happenings:
    """Events of one group with the interval each counts for. row: position in the cohort's events."""

    patient: Ints
    start: Ints
    end: Ints
    row: Ints

    def timeline(self) -> Timeline:
        """When any of them holds."""
        patient, start, end = merge(self.patient, self.start, self.end)
        if not len(patient):
            return from_intervals(patient, start, end, np.empty(0, np.int64))
        order = np.lexsort((self.start, self.patient))
        first = np.searchsorted(key(self.patient[order], self.start[order]), key(patient, start), side="left")
        return from_intervals(patient, start, end, -2 - self.row[order][np.minimum(first, len(order) - 1)])


def pick(cohort: Cohort, common: Common, name: str, *, but: str = "") -> Happenings:
    """The events of a named group (but not those of another), each for as long as it counts.

    An event with an end counts until then; one without counts as long as common.toml says for its kind, else it is
    ongoing.
    """
    e = cohort.events
    chosen = select_events(e, common.events[name])
    if but:
        chosen &= ~select_events(e, common.events[but])
    row = np.flatnonzero(chosen)
    start, end, kind = e.start[row], e.end[row].copy(), e.kind[row]
    for one in set(kind.tolist()):
        days = common.lasting.get(one)
        if isinstance(days, int):
            # An act's own day ends before it stops mattering; a state without an end is given one.
            unbounded = end <= start + DAY if EVENT_KINDS.get(one) == "act" else end == FAR
            end = np.where((kind == one) & unbounded, start + days * DAY, end)
    return Happenings(e.patient[row].astype(np.int64), start, end, row.astype(np.int64))
