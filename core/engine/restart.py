"""Before a drug held for an infection is given again: what is met, what is not, and what nobody can tell."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from core.engine.blunting import blunting_at
from core.engine.describe import describe_evidence
from core.engine.features import Measurements
from core.engine.infection import infection_at
from core.engine.series import Series
from core.engine.standing import Evidence
from core.engine.wording import date, number
from core.protocols.background import background
from core.records import DAY, EVENT_KINDS, FAR

Verdict = Literal["met", "not met", "cannot tell"]
_HOUR = 3600


@dataclass(frozen=True, slots=True)
class Check:
    """One line of the checklist. because: the fact it rests on, in words; rests_on: that fact."""

    what: str
    verdict: Verdict
    because: str
    rests_on: tuple[Evidence, ...] = ()


def restart_checklist(m: Measurements, patient: int, at: int) -> tuple[Check, ...]:
    """What stands before giving a held drug again, at an instant; nothing while no infection is on file.

    Source: clinical reference, infection 4.1 (Restart checklist, a default). Hazard: HAZ-001: silence is never "met".
    """
    opened = infection_at(m, patient, at).opened
    if opened is None:
        return ()
    return (
        _afebrile(m, patient, at),
        _antibiotics_completed(m, patient, opened, at),
        _crp_settled(m, patient, opened, at),
    )


def _afebrile(m: Measurements, patient: int, at: int) -> Check:
    settings, limit = background().restart, background().infection.temperature_from
    what = f"No fever for {settings.afebrile_hours} hours"
    since = at - settings.afebrile_hours * _HOUR
    cohort, e = m.cohort, m.cohort.events
    felt = np.flatnonzero(
        (e.patient == patient) & (e.kind == "symptom") & (e.start <= at) & (e.end > since)
        & np.array([str(code).lower() == background().infection.fever_code for code in e.code], dtype=bool)
    )  # fmt: skip
    if len(felt):
        one = describe_evidence(cohort, -2 - int(felt[-1]))
        return Check(what, "not met", f"fever reported on {date(one.at)}", (one,))
    series, rows = _points(m, background().infection.temperature, patient, since, at)
    hot = [row for row in rows if series.high[row] >= limit]
    for row in hot:
        if series.low[row] >= limit:
            one = describe_evidence(cohort, int(series.rows[0][row]))
            return Check(what, "not met", f"temperature {number(float(series.low[row]))} on {date(one.at)}", (one,))
    if hot:
        one = describe_evidence(cohort, int(series.rows[0][hot[-1]]))
        return Check(what, "cannot tell", f"the temperature of {date(one.at)} could not be read exactly", (one,))
    if not rows:
        return Check(what, "cannot tell", f"no temperature on file in the {settings.afebrile_hours} hours before")
    one = describe_evidence(cohort, int(series.rows[0][rows[-1]]))
    return Check(what, "met", f"temperature {number(float(series.high[rows[-1]]))} on {date(one.at)}", (one,))


def _antibiotics_completed(m: Measurements, patient: int, opened: int, at: int) -> Check:
    what, settings, cohort = "Antibiotics completed", background().infection, m.cohort
    e = cohort.events
    given = m.happened(settings.events)
    courses = [
        (int(given.row[i]), int(given.start[i]), int(given.end[i]))
        for i in np.flatnonzero(given.patient == patient).tolist()
        if str(e.kind[given.row[i]]) == settings.treatment_kind
        and opened <= given.end[i]
        and given.start[i] <= at
    ]  # fmt: skip
    if not courses:
        return Check(what, "cannot tell", "no antibiotic is on file for this episode: confirm that none was given")
    endless = [c for c in courses if EVENT_KINDS[settings.treatment_kind] == "state" and int(e.end[c[0]]) >= FAR]
    running = [c for c in courses if at < c[2]]
    for row, start, _ in running:
        one = describe_evidence(cohort, -2 - row)
        return Check(what, "not met", f"{one.detail or one.event} since {date(start)} has not ended", (one,))
    for row, start, _ in endless:
        one = describe_evidence(cohort, -2 - row)
        return Check(what, "cannot tell", f"{one.detail or one.event} since {date(start)} has no end date", (one,))
    row, _, end = max(courses, key=lambda c: c[2])
    one = describe_evidence(cohort, -2 - row)
    return Check(what, "met", f"{one.detail or one.event} ended on {date(end - 1)}", (one,))


def _crp_settled(m: Measurements, patient: int, opened: int, at: int) -> Check:
    settings, cohort = background().restart, m.cohort
    times = number(settings.crp_times_baseline)
    what = f"CRP within {times} times the patient's own baseline"
    silenced = [one for one in blunting_at(cohort, patient, at) if one.silenced]
    if silenced:
        return Check(what, "cannot tell", silenced[0].note)
    series, before = _points(
        m, background().restart.crp, patient, (opened // DAY - settings.baseline_days) * DAY, opened - 1
    )
    _, since = _points(m, background().restart.crp, patient, opened, at)
    if not since:
        return Check(what, "cannot tell", f"no CRP on file since the infection began on {date(opened)}")
    newest = since[-1]
    one = describe_evidence(cohort, int(series.rows[0][newest]))
    known = [row for row in before if series.low[row] == series.high[row]]
    if not known:
        days = settings.baseline_days
        return Check(what, "cannot tell", f"no exact CRP on file in the {days} days before {date(opened)}", (one,))
    if series.reason[newest] and not series.readable[newest]:
        return Check(what, "cannot tell", f"the CRP of {date(one.at)} could not be read", (one,))
    baseline = float(np.median(series.low[known]))
    limit = baseline * settings.crp_times_baseline
    rests_on = (*(describe_evidence(cohort, int(series.rows[0][row])) for row in known), one)
    value = f"{one.comparator}{number(float(one.value))}" if one.value is not None else "?"
    words = f"CRP {value} on {date(one.at)} against a baseline of {number(baseline)} (at most {number(limit)})"
    if series.high[newest] <= limit:
        return Check(what, "met", words, rests_on)
    return Check(what, "not met" if series.low[newest] > limit else "cannot tell", words, rests_on)


def _points(m: Measurements, name: str, patient: int, first: int, last: int) -> tuple[Series, list[int]]:
    """The points of one analyte of a patient from one instant to another, both included, oldest first."""
    series = m.series(name)
    within = (series.patient == patient) & (first <= series.at) & (series.at <= last)
    return series, np.flatnonzero(within).tolist()
