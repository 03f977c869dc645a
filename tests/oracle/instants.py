"""When the answer of a series or a feature may change: at points, when they lapse, at birthdays, at courses' edges."""

from __future__ import annotations

from core.records import DAY
from tests.oracle.doses import weight_lapses_at
from tests.oracle.facts import Chart, add_months, completed_months, date_of, day_of, instant_of
from tests.oracle.reference import stale_after_days

YEAR = 365
#: The series each computed feature reads.
INPUTS = {
    "creatinine_clearance": ("creatinine", "weight", "height"),
    "aki_nhse": ("creatinine",),
    "aki_kdigo": ("creatinine",),
    "creatinine_without_history": ("creatinine",),
    "weight_age": ("creatinine", "weight"),
    "dosing_weight": ("weight",),
    "dose_mg": ("weight",),
    "dosing_day_mg": ("weight",),
    "dosing_day_mg_per_kg": ("weight",),
    "alt_of_upper_limit": ("alt",),
    "ast_of_upper_limit": ("ast",),
}
OF_THE_COURSE = ("dose_mg", "dosing_day_mg", "dosing_day_mg_per_kg", "doses_per_day")
OF_THE_AGE = {"age": 12, "age_months": 1}


def instants_of_series(chart: Chart, analyte: str, *days: int) -> list[int]:
    """Every point of a series, and when each is older than its staleness, a year, or so many days."""
    found = set()
    for point in chart.points(analyte):
        found.add(point.at)
        found.update((day_of(point.at) + each + 1) * DAY for each in (stale_after_days(analyte), YEAR, *days))
        if analyte == "weight":
            found.add(weight_lapses_at(point.at))
    return sorted(found)


def instants_of_feature(chart: Chart, feature: str) -> list[int]:
    """Every instant at which a feature may change, in order."""
    key = ("instants of", feature)
    if key not in chart.notes:
        instants = [instant for analyte in INPUTS.get(feature, ()) for instant in instants_of_series(chart, analyte)]
        if feature in OF_THE_COURSE:
            instants += _edges_of_courses(chart)
        if feature in OF_THE_AGE:
            instants += _birthdays(chart, OF_THE_AGE[feature])
        chart.notes[key] = sorted(set(instants))
    found: list[int] = chart.notes[key]
    return found


def _edges_of_courses(chart: Chart) -> list[int]:
    own = chart.own
    assert own is not None
    spans = [(course.start, course.end) for course in own.taken + own.held + own.planned]
    spans += own.running() + own.held_spans()
    spans += [span for course in own.planned for span in own.planning([course])]
    spans += [span for course in own.planned for span in own.changing(course) + own.restarting(course)]
    return [*(edge for span in spans for edge in span), own.died]


def _birthdays(chart: Chart, every_months: int) -> list[int]:
    """The days on which the patient is a month or a year older, from the first course to the horizon."""
    birth, found = chart.facts.birth, []
    if birth is None or not chart.facts.courses:
        return []
    first = min(course.start for course in chart.facts.courses) - 2 * YEAR * DAY  # no rule applies before
    months = max(0, completed_months(birth, first) // every_months * every_months)
    while (day := instant_of(add_months(date_of(birth), months))) <= chart.at:
        if completed_months(birth, day) < months:  # there is no such day in this month: a day later
            day += DAY
        found.append(day)
        months += every_months
    return found
