"""What the drug's own courses come to at one instant: dose, frequency, dose by weight; and the patient's age."""

from __future__ import annotations

from decimal import Decimal

from core.records import DAY
from tests.oracle.clearance import ADULT, ENDLESS, NOTHING
from tests.oracle.facts import Chart, CourseRow, completed_months, completed_years, day_of
from tests.oracle.readings import Reading
from tests.oracle.reference import child_stale_after_days

NINE_DECIMALS = Decimal("1e-9")
ONCE = Decimal(1)
BIRTHDAYS_ONLY_FROM = 12 * ADULT  # months
NO_DOSE = Reading("unreadable", "unknown_dose")  # there is no current course


def read_age(chart: Chart, at: int) -> Reading:
    """Completed years on the day."""
    return _age(chart, at, in_months=False)


def read_age_months(chart: Chart, at: int) -> Reading:
    """Completed months on the day; an adult's are those of the last birthday."""
    return _age(chart, at, in_months=True)


def _age(chart: Chart, at: int, *, in_months: bool) -> Reading:
    birth = chart.facts.birth
    if birth is None:
        return Reading("unreadable", "missing_birth_date")
    completed = completed_years(birth, at)
    if in_months:
        months = completed_months(birth, at)
        completed = 12 * completed if months >= BIRTHDAYS_ONLY_FROM else months
    age = Decimal(max(completed, 0))
    return Reading("value", "", age, age)


def _is_adult(chart: Chart, at: int) -> bool:
    return chart.facts.birth is not None and completed_years(chart.facts.birth, at) >= ADULT


def weight_lapses_at(point_at: int) -> int:
    """First instant at which a child's weight answers nothing more."""
    return (day_of(point_at) + child_stale_after_days("weight") + 1) * DAY


def read_dosing_weight(chart: Chart, at: int) -> Reading:
    """The weight a dose is reckoned with: an adult's never lapses, a child's soon does and does not come back."""
    point = chart.standing("weight", at)
    if point is None:
        return Reading("absent", "missing_weight")
    lapses = weight_lapses_at(point.at)
    if at >= lapses and not _is_adult(chart, lapses):
        return Reading("absent", "stale_result", result_at=point.at)
    if not point.readable:
        return Reading("unreadable", point.why, result_at=point.at)
    return Reading("value", point.why, point.low, point.high, point.at)


def _current(chart: Chart, at: int) -> list[CourseRow]:
    assert chart.own is not None
    return chart.own.current(at)


def _most_at_once(chart: Chart, courses: list[CourseRow], amounts: list[Decimal]) -> Decimal:
    """The most that the courses come to if all are taken that by their dates are there together."""
    if len(courses) == 1:
        return amounts[0]
    return max(
        _rounded(
            sum(
                (
                    amount
                    for other, amount in zip(courses, amounts, strict=True)
                    if other is course or other.start <= course.start < min(other.end, chart.facts.died)
                ),
                NOTHING,
            )
        )
        for course in courses
    )


def read_doses_per_day(chart: Chart, at: int) -> Reading:
    """Administrations a day."""
    courses = _current(chart, at)
    if not courses:
        return NO_DOSE
    known = [Decimal(repr(course.per_day)) for course in courses if course.per_day is not None]
    if len(known) < len(courses):
        return Reading("unreadable", "unknown_frequency")
    lowest, highest = min(known), _most_at_once(chart, courses, known)
    return Reading("value", "unknown_frequency" if lowest != highest else "", lowest, highest)


def read_dose(chart: Chart, at: int, *, of_day: bool, by_weight: bool) -> Reading:
    """One dose, or those of a day with one, in mg or in mg for each kilogram."""
    courses = _current(chart, at)
    if not courses:
        return NO_DOSE
    if any(course.dose is None for course in courses):
        return Reading("unreadable", "unknown_dose")
    if of_day and any(course.per_day is None for course in courses):
        return Reading("unreadable", "unknown_frequency")
    weighed = [course for course in courses if course.per_kg != by_weight]  # the weight matters for these
    weight = read_dosing_weight(chart, at)
    if weighed and weight.kind != "value":
        return Reading(weight.kind, weight.why, result_at=weight.result_at)
    found: list[tuple[Decimal, Decimal]] = []
    for course in courses:
        assert course.dose is not None
        amount = course.dose
        if of_day:
            assert course.per_day is not None
            amount *= max(ONCE, Decimal(repr(course.per_day)))
        if course.per_kg == by_weight:
            found.append((_rounded(amount), _rounded(amount)))
        elif by_weight:
            found.append((_over(amount, weight.high), _over(amount, weight.low)))
        else:
            found.append((_rounded(amount * max(weight.low, NOTHING)), _rounded(amount * weight.high)))
    lowest, highest = min(low for low, _ in found), _most_at_once(chart, courses, [high for _, high in found])
    why = weight.why if weighed else ""
    if len(courses) > 1:
        why = "unknown_dose" if lowest != highest else ""
    return Reading("value", why, lowest, highest)


def _over(amount: Decimal, weight: Decimal) -> Decimal:
    if weight <= 0:
        return ENDLESS
    return NOTHING if weight == ENDLESS else _rounded(amount / weight)


def _rounded(value: Decimal) -> Decimal:
    return value if value.is_infinite() else value.quantize(NINE_DECIMALS)
