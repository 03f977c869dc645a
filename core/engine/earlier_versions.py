"""Since when a reading was known that a later version of its result told again: no correction hides a delay.

What counts is the stretch up to the version that stands during which, without a break, something as grave was told of
the sample. What could not be read told nothing, and a milder reading ends the stretch.
"""

from __future__ import annotations

import numpy as np

from core.engine.cohort import Bools, Cohort, Ints, Restated, Results
from core.engine.kernels import distinct, positions, somewhere, spread, starts
from core.records import CANNOT_TELL_REASONS

#: Which way a reading is graver, as the rule that asks has it: the position of its column in `Restated`.
LOWER, HIGHER, EITHER_WAY = range(3)
_DISPUTED = CANNOT_TELL_REASONS.index("conflicting_duplicate")


def find_restated(r: Results, stands: Bools, gone: Ints) -> Restated:
    """Of the results that stand, those whose reading a version that is gone had told already.

    Args: r (every version, sorted); stands (which of them could be seen); gone (positions of those overtaken by then).
    """
    begin = positions(starts(r.patient, r.analyte, r.at))
    sample = distinct(begin.searchsorted(gone, side="right") - 1)
    first, after = begin[sample], np.append(begin[1:], len(r))[sample]
    row, of = spread(first, after - first)
    row, of = row[stands[row]], of[stands[row]]
    other, owner = spread(first[of], row - first[of])  # what had come in before it, in that order
    lived = r.known[other] < r.superseded[other]  # one overtaken before it came in was never seen
    other, owner = other[lived], owner[lived]
    since = [_unbroken(r, row, other, owner, as_grave) for as_grave in _compare(r, other, row[owner])]
    earlier = positions(np.minimum.reduce(since) < r.known[row])
    earlier = earlier[r.row_id[row[earlier]].argsort()]
    return Restated(r.row_id[row[earlier]], *(column[earlier] for column in since))


def known_since(cohort: Cohort, rows: Ints, graver: Ints) -> Ints:
    """From when each of these results could be known, or a reading of an earlier version at least as grave.

    Args: rows (positions in the cohort's results); graver (for each LOWER, HIGHER or EITHER_WAY).
    """
    known, told = cohort.results.known[rows], cohort.restated
    if not len(told):
        return known
    own = cohort.results.row_id[rows]
    place = np.minimum(told.row_id.searchsorted(own), len(told) - 1)
    since = np.choose(graver, (told.low[place], told.high[place], told.same[place]))
    return np.where(told.row_id[place] == own, since, known)


def _compare(r: Results, other: Ints, row: Ints) -> tuple[Bools, Bools, Bools]:
    """Whether the one reading is at least as low, at least as high, and the same with the same range, as the other."""
    low, high = (r.low[other], r.low[row]), (r.high[other], r.high[row])
    same = (low[0] == low[1]) & (high[0] == high[1])
    for limit in (r.ref_low, r.ref_high):
        same &= (limit[other] == limit[row]) | (np.isnan(limit[other]) & np.isnan(limit[row]))
    return (low[0] <= low[1]) & (high[0] <= high[1]), (low[0] >= low[1]) & (high[0] >= high[1]), same


def _unbroken(r: Results, row: Ints, other: Ints, owner: Ints, as_grave: Bools) -> Ints:
    """Since when, up to each row, there was without a break another as grave, and none that was milder."""
    start, end, own, reason = r.known[other], r.superseded[other], r.known[row], r.reason[other]
    since, told = own.copy(), as_grave & (reason == 0)
    while somewhere(joins := told & (start < since[owner]) & (since[owner] <= end)):
        np.minimum.at(since, owner[joins], start[joins])
    milder = ~as_grave & ((reason == 0) | (reason == _DISPUTED))
    np.maximum.at(since, owner[milder], np.minimum(end, own[owner])[milder])
    return since
