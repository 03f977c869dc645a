"""Numbers, dates and remedies as sentences use them: nothing rounds across a limit, nothing depends on the locale."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
from functools import lru_cache

from core.catalogue import ANALYTES, analyte
from core.records import DAY

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


@lru_cache(maxsize=1 << 14)  # forty years of days: a clinic's worth, said again and again
def _say_day(number: int) -> tuple[str, str]:
    """A day since 1970 as people and as programs write it."""
    day = datetime.fromtimestamp(number * DAY, UTC)
    return f"{day.day:02d}-{_MONTHS[day.month - 1]}-{day.year:04d}", day.strftime("%Y-%m-%d")


def date(instant: int) -> str:
    """dd-Mmm-yyyy."""
    return _say_day(instant // DAY)[0]


def iso(instant: int) -> str:
    """The instant as the contract's JSON writes it."""
    day, seconds = divmod(instant, DAY)
    return f"{_say_day(day)[1]}T{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"


def iso_date(instant: int) -> str:
    return _say_day(instant // DAY)[1]


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
    "unknown_dose": "Correct the dose in the medication record, or end the course that is no longer taken.",
    "unknown_frequency": "Correct the frequency in the medication record.",
    "conflicting_duplicate": "Two values stand for one {what} result: import the laboratory's correction.",
    "not_evaluated": "Nadir could not evaluate this patient: give the administrator the reference.",
}


#: The same where several tests of one patient share the reason. {what}: "HBsAg, anti-HBc and IGRA".
_SEVERAL = {
    "no_result": _REMEDIES["no_result"],
    "stale_result": "The last results of {what} are too old to answer: request new ones.",
    "no_unit": "The newest results of {what} came without a unit: ask the laboratory and import them again with units.",
    "unknown_unit": "The newest results of {what} have a unit Nadir does not know: import them again with known units.",
    "implausible": "The newest results of {what} are beyond what is possible in their unit: check them at the source.",
    "censored": "The newest results of {what} are only bounds across the limit: ask for the exact numbers or repeats.",
    "not_numeric": "The newest results of {what} could not be read as numbers: check the reports or repeat the tests.",
    "missing_baseline": "No earlier {what} to compare with: repeat them, or import older results.",
    "missing_reference_range": _REMEDIES["missing_reference_range"],
    "conflicting_duplicate": "Two values stand for one result of {what}: import the laboratory's corrections.",
}
#: Reasons that concern the chief test alone; the others may lie with any input.
_OF_THE_CHIEF = ("no_result", "stale_result", "missing_baseline", "missing_reference_range", "unsteady_creatinine")


def lower_first(title: str) -> str:
    """A title inside a sentence; abbreviations and names stay as they are: "neutrophils", "hepatitis B", "ALT"."""
    return title[:1].lower() + title[1:] if title[1:2].islower() else title


def test_words(name: str) -> str:
    """A test inside a sentence: "neutrophils"; one that is reported as a word by its abbreviation: "HBsAg"."""
    if name not in ANALYTES:
        return name.replace("_", " ")
    known = analyte(name)
    return known.short if known.kind == "coded" else lower_first(known.title)


def one_test(name: str) -> str:
    """One of what is counted in the plural, for "a neutrophil result"; any other test as it is."""
    return test_words(name).removesuffix("s")


def remedy(reason: str, tests: tuple[str, ...]) -> str:
    """What would let the rule answer. tests: what the rule needs, the chief one first."""
    sentence = _REMEDIES[reason]
    say = one_test if "{what} result" in sentence else test_words
    return sentence.format(what=" or ".join(map(say, tests_named(reason, tests))))


def tests_named(reason: str, tests: tuple[str, ...]) -> tuple[str, ...]:
    """Of the tests a rule needs (the chief one first) those that a cannot-tell of this reason speaks of."""
    if "{what}" not in _REMEDIES.get(reason, "{what}"):  # a weight, a dose: of no test
        return ()
    return tests[:1] if reason in _OF_THE_CHIEF else tests


def join_remedies(reason: str, remedies: Sequence[str]) -> str | None:
    """The remedies of several tests with one reason as one sentence that names them all; None where they are not so."""
    head, hole, tail = _REMEDIES.get(reason, "").partition("{what}")
    if not hole or reason not in _SEVERAL:
        return None
    plurals = {one_test(name): test_words(name) for name in ANALYTES}
    named: list[str] = []
    for one in remedies:
        if not (one.startswith(head) and one.endswith(tail)):
            return None
        named += one[len(head) : len(one) - len(tail)].split(" or ")
    *most, last = dict.fromkeys(plurals.get(one, one) for one in named)
    return _SEVERAL[reason].format(what=f"{', '.join(most)} and {last}" if most else last)
