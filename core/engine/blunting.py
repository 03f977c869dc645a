"""Drugs on file on which CRP and fever are not what they seem."""

from __future__ import annotations

import numpy as np

from core.catalogue import find_drug
from core.engine.cohort import Cohort
from core.protocols.background import Blunting, background
from core.records import COURSE_STATUSES, DAY

_PLANNED = COURSE_STATUSES.index("planned")


def blunting_at(cohort: Cohort, patient: int, at: int) -> tuple[Blunting, ...]:
    """What blunts CRP or fever for a patient at an instant: drugs begun, and those stopped too lately.

    Args: patient (position in the cohort); at (instant). A held course counts: its effect has not ended with the hold.
    """
    c = cohort.courses
    rows = np.flatnonzero((c.patient == patient) & (c.status != _PLANNED) & (c.start <= at))
    found: dict[str, Blunting] = {}
    for row in rows.tolist():
        drug = find_drug(str(c.drug[row]))
        for one in background().blunting:
            if drug is not None and drug.is_a(one.drug) and at < int(c.end[row]) + one.after_days * DAY:
                found.setdefault(one.note, one)
    return tuple(found.values())
