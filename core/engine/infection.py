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
_SUSPECT, _ACTIVE, _SERIOUS = 1, 2, 3  # positions in _LEVELS


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
    found = [Sign(_SERIOUS, start, end, -2 - row) for row, start, end in serious]
    for row, start, end in _rows(m, settings.events, patient):
        suspected = str(m.cohort.events.kind[row]) in settings.suspected_kinds
        found.append(Sign(_SUSPECT if suspected else _ACTIVE, start, end, -2 - row))
    found += _fevers(m, patient)
    found += _cultures(m, patient)
    return sorted(found, key=lambda one: (one.start, one.level, one.row))


def _rows(m: Measurements, group: str, patient: int) -> Iterator[tuple[int, int, int]]:
    happened = m.happened(group)
    for i in np.flatnonzero(happened.patient == patient).tolist():
        yield int(happened.row[i]), int(happened.start[i]), int(happened.end[i])


def _fevers(m: Measurements, patient: int) -> Iterator[Sign]:
    """Temperatures that are fever for certain, each until the next readable one, at most as long as a fever counts."""
    settings = background().infection
    series = m.series(settings.temperature)
    rows = np.flatnonzero((series.patient == patient) & series.readable)
    days = int(m.common.lasting[settings.fever_lasts])
    for i, row in enumerate(rows.tolist()):
        start = int(series.at[row])
        until = int(series.at[rows[i + 1]]) if i + 1 < len(rows) else start + days * DAY
        if series.low[row] >= settings.temperature_from:
            yield Sign(_SUSPECT, start, min(until, start + days * DAY), int(series.rows[0][row]))


def _cultures(m: Measurements, patient: int) -> Iterator[Sign]:
    """Positive cultures, each for as long as one counts, whatever follows; one bottle of several is enough."""
    settings = background().infection
    series = m.series(settings.culture)
    days = int(m.common.lasting[settings.culture_lasts])
    found = (series.patient == patient) & series.readable & (series.high >= settings.culture_from)
    for row in np.flatnonzero(found).tolist():
        start = int(series.at[row])
        yield Sign(_ACTIVE, start, start + days * DAY, int(series.rows[0][row]))


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
