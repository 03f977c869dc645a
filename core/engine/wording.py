"""Numbers, dates and remedies as sentences use them: nothing rounds across a limit, nothing depends on the locale."""

from __future__ import annotations

import math
from datetime import UTC, datetime
from decimal import Decimal

from core.catalogue import ANALYTES, analyte

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_SIGNIFICANT = 12  # digits that a recorded decimal can have and a float still shows exactly


def number(value: float, decimals: int | None = None, limit: float | None = None) -> str:
    """A number as recorded, or rounded for display to so many decimals, more where rounding would reach the limit."""
    if not math.isfinite(value):
        return "?"
    if decimals is None:
        return f"{Decimal(f'{value:.{_SIGNIFICANT}g}'):,f}"
    for places in range(decimals, decimals + _SIGNIFICANT):
        shown = f"{value:,.{places}f}"
        rounded = float(shown.replace(",", ""))
        if limit is None or (rounded < limit, rounded > limit) == (value < limit, value > limit):
            return shown
    return repr(value)


def date(instant: int) -> str:
    """dd-Mmm-yyyy."""
    day = datetime.fromtimestamp(instant, UTC)
    return f"{day.day:02d}-{_MONTHS[day.month - 1]}-{day.year:04d}"


def iso(instant: int) -> str:
    """The instant as the contract's JSON writes it."""
    return datetime.fromtimestamp(instant, UTC).strftime("%Y-%m-%dT%H:%M:%S")


def iso_date(instant: int) -> str:
    return iso(instant)[:10]


#: The cheapest way out of each cannot-tell. {what}: the test concerned.
_REMEDIES = {
    "no_result": "Request {what}, or import the results that exist elsewhere.",
    "stale_result": "The last {what} result is too old to answer: request a new one.",
    "no_unit": "The newest {what} result came without a unit: ask the laboratory and import it again with its unit.",
    "unknown_unit": "The newest {what} result has a unit Nadir does not know: import it again with a known unit.",
    "implausible": "The newest {what} result is beyond what is possible in its unit: check both at the source.",
    "censored": "The newest {what} result is only a bound across the limit: ask for the exact number or repeat it.",
    "not_numeric": "The newest {what} result could not be read as a number: check the report or repeat the test.",
    "missing_weight": "Record a body weight.",
    "missing_height": "Record a height.",
    "missing_sex": "Record the patient's sex: the answer differs between the two.",
    "missing_birth_date": "Record the birth date.",
    "missing_baseline": "No earlier {what} to compare with: repeat it, or import older results.",
    "missing_reference_range": "Import {what} with the laboratory's reference range.",
    "unsteady_creatinine": "Creatinine is changing: repeat it until it is steady, then judge the dose.",
    "out_of_scope_age": "The equation is for adults: judge by the specialist's own method.",
    "unknown_dose": "Correct the dose in the medication record.",
    "unknown_frequency": "Correct the frequency in the medication record.",
    "conflicting_duplicate": "Two values stand for one {what} result: import the laboratory's correction.",
    "not_evaluated": "Nadir could not evaluate this patient: give the administrator the reference.",
}


#: Reasons that concern the chief test alone; the others may lie with any input.
_OF_THE_CHIEF = ("no_result", "stale_result", "missing_baseline", "missing_reference_range", "unsteady_creatinine")


def remedy(reason: str, tests: tuple[str, ...]) -> str:
    """What would let the rule answer. tests: what the rule needs, the chief one first."""
    named = tests[:1] if reason in _OF_THE_CHIEF else tests
    what = " or ".join(analyte(test).title.lower() if test in ANALYTES else test.replace("_", " ") for test in named)
    return _REMEDIES[reason].format(what=what)
