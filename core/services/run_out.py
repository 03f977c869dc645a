"""Which alerts ended because their days were over, and not because anything was found.

A fact ends an alert where, at its last instant, a result it rests on was taken, an event of the patient began or was
ended, a course began or ended, or the patient died. Where nothing of the kind is on record, only time went by: a count
grew too old, a fever's days were over, a rule's first days had passed.

Hazard: HAZ-008, HAZ-014 (an emergency nobody answered that reads as "all is well" once its evidence is old).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np

from core.catalogue import ANALYTES
from core.engine.cohort import Cohort
from core.engine.history import History
from core.engine.standing import Alert
from core.records import DAY, EVENT_KINDS

ENDED_DAYS = 90  # a quarter, the longest time between two reviews: what nobody saw by then is in the patient's story


def list_ran_out(history: History, ended: Iterable[Alert]) -> frozenset[str]:
    """The alerts (alert_id) among these that ended without a fact."""
    tests: dict[str, frozenset[str]] = {}
    for one in history.rules:
        tests[one.rule_id] = tests.get(one.rule_id, frozenset()) | frozenset(one.tests)
    told = [one for one in ended if one.closed_at is not None]
    if not told:
        return frozenset()
    place = {str(name): number for number, name in enumerate(history.cohort.patients.patient_id)}
    return frozenset(one.alert_id for one in told if not _has_fact(history.cohort, place, one, tests))


def list_unanswered(history: History, at: int) -> frozenset[str]:
    """The high alerts that ran out of late and since whose end no result they rest on has come, either."""
    since = at - ENDED_DAYS * DAY
    late = [one for one in history.closed_before(at) if one.priority == "high" and (one.closed_at or 0) > since]
    ran_out = list_ran_out(history, late)
    r, names = history.cohort.results, history.cohort.patients.patient_id
    found = set()
    for one in late:
        patient = int(np.flatnonzero(names == one.patient_id)[0])
        asked = [ANALYTES.index(item.analyte) for item in one.evidence if item.analyte in ANALYTES]
        newer = (r.patient == patient) & np.isin(r.analyte, asked) & (r.at >= (one.closed_at or 0)) & (r.reason == 0)
        if one.alert_id in ran_out and not newer.any():
            found.add(one.alert_id)
    return frozenset(found)


def _has_fact(cohort: Cohort, place: Mapping[str, int], alert: Alert, tests: Mapping[str, frozenset[str]]) -> bool:
    """Whether anything is on record at the instant an alert ended that may have ended it."""
    patient, at = place[alert.patient_id], alert.closed_at
    if cohort.patients.died[patient] == at:
        return True
    rules = {alert.rule_id, *(one.rule_id for one in alert.positions)}
    asked = {one.analyte for one in alert.evidence}.union(*(tests.get(one, ()) for one in rules))
    r = cohort.results
    rows = slice(*np.searchsorted(r.patient, (patient, patient + 1)))
    of = np.isin(r.analyte[rows], [ANALYTES.index(one) for one in asked if one in ANALYTES])
    if (of & ((r.at[rows] == at) | (r.known[rows] == at))).any():
        return True
    c, e = cohort.courses, cohort.events
    taken = slice(*np.searchsorted(c.patient, (patient, patient + 1)))
    if ((c.start[taken] == at) | (c.end[taken] == at)).any():
        return True
    for row in range(*np.searchsorted(e.patient, (patient, patient + 1)).tolist()):
        meant = EVENT_KINDS[str(e.kind[row])] == "act" and e.end[row] == e.start[row] + DAY  # nobody wrote that end
        if e.start[row] == at or (e.end[row] == at and not meant):
            return True
    return False
