"""What could be known at a moment: the same facts without those that arrived, happened or were corrected later."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from core.engine.cohort import Cohort
from core.engine.earlier_versions import find_restated
from core.engine.kernels import positions
from core.records import FAR, FORESEEN_EVENTS


def as_known_at(cohort: Cohort, at: int) -> Cohort:
    """The cohort as the clinic could have seen it at an instant: late reports absent, corrections not yet made. Of what
    was corrected only this is left: since when a reading was known that its correction told again.

    Courses are always known (one that starts later is planned); ends are taken as written.
    """
    r, e = cohort.results, cohort.events
    current = at < r.superseded
    known = (r.known <= at) & current & (r.at <= at)
    happened = (e.start <= at) | np.isin(e.kind, FORESEEN_EVENTS)
    return replace(
        cohort,
        results=r if known.all() else r.take(known),
        events=e if happened.all() else e.take(happened),
        restated=cohort.restated if current.all() else find_restated(r, known, positions(~current)),
    )


def as_stands(cohort: Cohort) -> Cohort:
    """The cohort with every correction made: what all that has arrived says today."""
    current = cohort.results.superseded == FAR
    return cohort if current.all() else replace(cohort, results=cohort.results.take(current))
