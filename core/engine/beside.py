"""What is planned beside a drug that is taken or held: a change of its dose, a restart. Judged before it begins.

Each planned course is looked at as if it stood alone; mixed with what is taken, both doses would be unknown.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace
from typing import TYPE_CHECKING

import numpy as np

from core.engine.cohort import Bools, Ints
from core.engine.kernels import NEVER, key, overlaps, split_key
from core.engine.meant_day import meant_days, only_planned
from core.engine.phases import DrugCourses, Pieces, Spans
from core.records import DAY, FAR

if TYPE_CHECKING:
    from core.engine.conditions import Conditions


@dataclass(frozen=True, kw_only=True)
class Beside(DrugCourses):
    """The planned courses of a drug that is taken or held at the time; none of them counts as taken, held or planned.

    changes, restarts: from when each is foreseen until it begins, while the drug is taken or held; one only planned is
    meant for today once its date has passed. starting: whether each course would be the start of a treatment. asked:
    the drug's conditions, and the same asked of these courses.
    """

    changes: Pieces
    restarts: Pieces
    starting: Bools
    asked: list[tuple[Conditions, Conditions]] = field(default_factory=list, repr=False)

    @property
    def planned_pieces(self) -> Pieces:
        """The courses that say how much is meant to be taken."""
        return self.changes.plus(self.restarts)

    @property
    def planned_phase(self) -> Spans:
        """When a starting dose is planned."""
        pieces = self.planned_pieces
        return _spans(pieces.take(self.starting[pieces.course]))

    def treatments(self, restart_after_days: int) -> Spans:
        """None: length and start are the treatment's, which is judged as it stands."""
        return Spans.none()

    def _within(self, phases: tuple[str, ...], rows: Bools) -> Spans:
        out = Spans.none()
        if "planned" in phases:
            out = _spans(self.restarts.take(rows[self.restarts.course]))
            if "running" in phases:  # a start rule judges no change: the drug is started
                out = out.plus(_spans(self.changes.take(rows[self.changes.course])))
        return out


def look_beside(courses: DrugCourses) -> Beside | None:
    """The changes and restarts of a drug that are planned at the horizon, as if each began anew; None without any."""
    later_hold = courses.on_hold  # a hold dated later is neither a change of dose nor a restart
    ahead = np.flatnonzero(courses.planned & ~later_hold)
    if not len(ahead):
        return None
    changes, restarts = _changes(courses, ahead), _restarts(courses, ahead)
    if not (len(changes) or len(restarts)):
        return None
    own = {f.name: getattr(courses, f.name) for f in fields(DrugCourses) if not f.name.startswith("_")}
    nobody, everybody = np.zeros(len(courses.patient), dtype=bool), np.ones(len(courses.patient), dtype=bool)
    alone = {"taken": nobody, "on_hold": nobody, "planned": nobody}
    return Beside(**own | alone, changes=changes, restarts=restarts, starting=everybody)


def with_starts(beside: Beside, courses: DrugCourses, restart_after_days: int) -> Beside:
    """The same, with the courses told that continue a treatment whose first days are over: no starting dose."""
    return replace(beside, starting=_begins_anew(courses, restart_after_days))


def _changes(courses: DrugCourses, ahead: Ints) -> Pieces:
    """Planned courses until they begin, while the drug is taken."""
    running = courses.running
    patient, start, end = courses.patient[ahead], (courses.start - courses.lead)[ahead], _begun(courses, ahead)
    i, j = overlaps(patient, start, end, running.patient, running.start, running.end)
    return _pieces(ahead[i], patient[i], np.maximum(start[i], running.start[j]), np.minimum(end[i], running.end[j]))


def _restarts(courses: DrugCourses, ahead: Ints) -> Pieces:
    """Planned courses until they begin, while the drug is held by a hold that began no later than they are meant."""
    held = courses.held
    patient, start, end = courses.patient[ahead], (courses.start - courses.lead)[ahead], _begun(courses, ahead)
    i, j = overlaps(patient, start, end, held.patient, held.start, held.end)
    latest = np.where(only_planned(courses), np.maximum(courses.start, courses.horizon), courses.start)
    begun = held.start[j] <= latest[ahead[i]]
    i, j = i[begun], j[begun]
    return _pieces(ahead[i], patient[i], np.maximum(start[i], held.start[j]), np.minimum(end[i], held.end[j]))


def _begun(courses: DrugCourses, ahead: Ints) -> Ints:
    """When each course begins: one only planned, when the drug is next taken from its own start on; FAR for not yet."""
    begun = courses.start[ahead]
    own = key(courses.patient[ahead], begun)
    taken = np.append(np.sort(key(courses.patient[courses.taken], courses.start[courses.taken])), NEVER)
    patient, at = split_key(taken[taken.searchsorted(own)])
    follows = np.where(patient == courses.patient[ahead], at, FAR)
    return np.where(only_planned(courses)[ahead], follows, begun)


def _pieces(course: Ints, patient: Ints, start: Ints, end: Ints) -> Pieces:
    real = start < end
    course, patient, start, end = course[real], patient[real], start[real], end[real]
    order = np.lexsort((start, patient))
    return Pieces(course[order], patient[order], start[order], end[order], start[order])


def _begins_anew(courses: DrugCourses, restart_after_days: int) -> Bools:
    """Courses that continue no treatment whose first days are over."""
    treatments = courses.treatments(restart_after_days)
    if not len(treatments):
        return np.ones(len(courses.patient), dtype=bool)
    first_days = courses.planning.starting_for_days * DAY
    keys = key(treatments.patient, treatments.start)
    start = meant_days(courses)
    last = keys.searchsorted(key(courses.patient, start - first_days), side="right") - 1
    treated = (last >= 0) & (treatments.patient[np.maximum(last, 0)] == courses.patient)
    continued = start - treatments.end[np.maximum(last, 0)] < restart_after_days * DAY
    anew: Bools = ~(treated & continued)
    return anew


def _spans(pieces: Pieces) -> Spans:
    return Spans.of(pieces.patient, pieces.start, pieces.end)
