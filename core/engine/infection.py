"""Infection as an episode: suspected, active, serious, resolved; from the events and temperatures on file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from core.engine.cohort import Cohort
from core.engine.describe import describe_evidence
from core.engine.features import Measurements
from core.engine.standing import Evidence
from core.protocols.background import background
from core.records import DAY

State = Literal["none", "suspect", "active", "serious", "resolved"]
_LEVELS: tuple[State, ...] = ("none", "suspect", "active", "serious")
_TEMPERATURE, _FEVER_LASTS = "temperature", "fever"


@dataclass(frozen=True, slots=True)
class Sign:
    """One fact that makes an infection at least so grave from start to end. row: as the engine codes evidence."""

    level: int
    start: int
    end: int
    row: int


@dataclass(frozen=True, slots=True)
class InfectionState:
    """How grave an infection is at an instant. since: from when it is so; opened: when its episode began (None: none).

    "resolved": nothing of the last episode stands any more, since its last fact ended. "none": nothing on file, which
    is not a proof that there was none.
    """

    state: State
    since: int | None
    opened: int | None
    rests_on: tuple[Evidence, ...]


def infection_at(m: Measurements, patient: int, at: int) -> InfectionState:
    """How grave an infection of one patient is at an instant.

    Args:   m: the cohort, read; patient (position in it); at (instant).
    Source: clinical reference, infection 4.1 (the states are a default). Hazard: HAZ-001.
    """
    signs = [one for one in list_signs(m, patient) if one.start <= at]
    standing = [one for one in signs if at < one.end]
    if not standing:
        if not signs:
            return InfectionState("none", None, None, ())
        over = max(one.end for one in signs)
        last = [one for one in signs if one.end == over]
        opened = _reach_back(signs, over - 1, 1)
        return InfectionState("resolved", over, opened, _evidence(m.cohort, last))
    level = max(one.level for one in standing)
    gravest = [one for one in standing if one.level == level]
    return InfectionState(
        _LEVELS[level], _reach_back(signs, at, level), _reach_back(signs, at, 1), _evidence(m.cohort, gravest)
    )


def list_signs(m: Measurements, patient: int) -> list[Sign]:
    """Every fact of a patient that speaks for an infection, oldest first."""
    settings = background().infection
    serious = set(_rows(m, settings.serious_events, patient))
    found = [Sign(3, start, end, -2 - row) for row, start, end in serious]
    for row, start, end in _rows(m, settings.events, patient):
        suspected = str(m.cohort.events.kind[row]) in settings.suspected_kinds
        found.append(Sign(1 if suspected else 2, start, end, -2 - row))
    found += _fevers(m, patient)
    return sorted(found, key=lambda one: (one.start, one.level, one.row))


def _rows(m: Measurements, group: str, patient: int) -> Iterator[tuple[int, int, int]]:
    happened = m.happened(group)
    for i in np.flatnonzero(happened.patient == patient).tolist():
        yield int(happened.row[i]), int(happened.start[i]), int(happened.end[i])


def _fevers(m: Measurements, patient: int) -> Iterator[Sign]:
    """Temperatures that are fever for certain, each until the next readable one, at most as long as a fever counts."""
    series = m.series(_TEMPERATURE)
    rows = np.flatnonzero((series.patient == patient) & series.readable)
    limit, days = background().infection.temperature_from, int(m.common.lasting[_FEVER_LASTS])
    for i, row in enumerate(rows.tolist()):
        start = int(series.at[row])
        until = int(series.at[rows[i + 1]]) if i + 1 < len(rows) else start + days * DAY
        if series.low[row] >= limit:
            yield Sign(1, start, min(until, start + days * DAY), int(series.rows[0][row]))


def _reach_back(signs: Sequence[Sign], at: int, level: int) -> int:
    """The start of the unbroken stretch, at least so grave, that holds an instant."""
    begin = at
    while True:
        earlier = min((s.start for s in signs if s.level >= level and s.start <= begin <= s.end), default=begin)
        if earlier == begin:
            return begin
        begin = earlier


def _evidence(cohort: Cohort, signs: Sequence[Sign]) -> tuple[Evidence, ...]:
    rows = dict.fromkeys(one.row for one in signs)
    return tuple(describe_evidence(cohort, row) for row in rows)
