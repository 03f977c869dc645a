"""Newest results that nobody can hold against a range: none came with them, and the usual one is not for this patient.

The catalogue's ranges are adults', and some differ between the sexes. A child's CRP that came without a range crosses
no limit and lies outside nothing, and yet nobody can say that it is as it should be. So every test of somebody who
takes a drug with rules, watched by them or not, is said as what cannot be told unless a finding speaks of it: one line
of a patient and drug, naming the tests. A temperature is taken at the bedside, and no laboratory sends a range with it:
the limits of rules judge it.

Hazard: HAZ-014 (a child called in limits, of whom nothing was held against any range).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from core.engine.history import History
from core.engine.standing import CannotTell, Standing
from core.engine.wording import test_words
from core.protocols.background import background
from core.records import DAY
from core.views.model import CourseLine, Outside, Person
from core.views.names import stale_after_days
from core.views.outside import NO_RANGE, RANGE_OF_RESULTS, list_spoken_of
from core.views.people import is_current
from core.views.row_states import group_by_patient
from core.views.text import is_adult, join_words


def add_rangeless(
    standing: Standing,
    outside: Mapping[str, Sequence[Outside]],
    history: History,
    courses: Mapping[str, Sequence[CourseLine]],
    people: Mapping[str, Person],
) -> Standing:
    """What stands, with the newest results for which there is no range. outside: as `list_outside`.

    Nobody who died is asked about, and no result that is too old to answer anything.
    """
    at = standing.as_of
    lacking = {name: found for name, few in outside.items() if (found := _without_range(few, at))}
    if not lacking:
        return standing
    covered = {rule.drug for rule in history.rules}
    alerts = group_by_patient(one for one in standing.alerts if one.patient_id in lacking)
    unknown = group_by_patient(one for one in standing.cannot_tell if one.patient_id in lacking)
    added: list[CannotTell] = []
    for name, found in lacking.items():
        person = people[name]
        if person.deceased_date is not None and person.deceased_date <= at:
            continue
        spoken = list_spoken_of(alerts.get(name, ()), unknown.get(name, ()))
        left = [one for one in found if one.analyte not in spoken]
        for drug in dict.fromkeys(one.drug for one in courses.get(name, ()) if is_current(one, at)):
            if left and drug in covered:
                remedy = _remedy([one.analyte for one in left], is_adult(person.birth_date, at))
                since = min(max(one.known, one.at) for one in left)
                untold = CannotTell(
                    name, drug, f"{drug}.{NO_RANGE}", RANGE_OF_RESULTS, NO_RANGE, remedy, since
                )  # fmt: skip
                added.append(untold)
    return replace(standing, cannot_tell=standing.cannot_tell + tuple(added)) if added else standing


def _without_range(few: Sequence[Outside], at: int) -> list[Outside]:
    """One readable result of each test that there is no range for."""
    bedside = background().infection.temperature
    found = {
        one.analyte: one
        for one in few
        if not one.unread and one.low is None and one.high is None and one.analyte != bedside and not _is_old(one, at)
    }
    return list(found.values())


def _is_old(one: Outside, at: int) -> bool:
    days = stale_after_days(one.analyte)
    return days is not None and one.at < at - days * DAY


def _remedy(tests: Collection[str], adult: bool) -> str:
    named = join_words(test_words(one) for one in tests)
    them = "it" if len(tests) == 1 else "them"
    if adult:
        return (
            f"No range was sent with {named}, and the usual one differs between the sexes: record the sex, send the "
            f"laboratory's range with {them}, or look at {them}."
        )
    return f"No range for this age was sent with {named}: send it, or look at {them}."
