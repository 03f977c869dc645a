"""The words of a prescription: frequency, route and indication, from the way people write them to the contract's."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache

from core.catalogue.reading import read_catalogue
from core.catalogue.spelling import fold_name

_DAYS_PER_WEEK = 7
_EVERY = re.compile(
    r"^(?:once )?(?:every|q) ?(?P<n>\d{1,2}|[a-z]+) ?(?P<unit>h|hours?|hourly|d|days?|w|wks?|weeks?|mo?|months?)$"
)
_NUMBERS = {"two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "eight": 8, "ten": 10, "twelve": 12}
_HOURS_PER_DAY = 24
#: Marks that change what a number means (0.5, 1/2, 2-3, -1) or leave it in doubt: without them a dose is invented.
_MEANT_MARK = re.compile(
    r"\d\s*[.,:;/\u2044\-\u2010-\u2015\u2212]\s*\d"  # a fraction or a range
    r"|(?:^|[\s(])[.,+/\-\u2010-\u2015\u2212]\s*\d"  # a sign, or a point without its nought
    r"|[<>~=%?\u2248\u2264\u2265\u00b1]"
)


@dataclass(frozen=True, slots=True)
class Frequency:
    """How often a dose is taken. per_day: doses per day (0.5 = alternate days), None for single dose and as needed."""

    text: str
    per_day: float | None


@cache
def _frequencies() -> dict[str, Frequency]:
    content = read_catalogue("terms")
    index: dict[str, Frequency] = {}
    for entry in content["frequency"]:
        per_day: float | None = None
        if "per_day" in entry:
            per_day = float(entry["per_day"])
        elif "per_week" in entry:
            per_day = float(entry["per_week"]) / _DAYS_PER_WEEK
        elif "per_month" in entry:
            per_day = float(entry["per_month"]) / float(content["days_per_month"])
        frequency = Frequency(entry["name"], per_day)
        for spelling in (entry["name"], *entry["spellings"]):
            index.setdefault(fold_name(spelling), frequency)
    return index


@cache
def _named(kind: str) -> dict[str, str]:
    index: dict[str, str] = {}
    for entry in read_catalogue("terms")[kind]:
        for spelling in (entry["name"], *entry["spellings"]):
            index.setdefault(fold_name(spelling), entry["name"])
    return index


def _every(number: int, unit: str) -> Frequency | None:
    """ "every 6 weeks", "every 3 months", "every 72 hours", whatever the number."""
    if number < 1:
        return None
    if unit.startswith("h"):
        if number % _HOURS_PER_DAY:
            return None
        number, unit = number // _HOURS_PER_DAY, "d"
    if unit.startswith("d") and number % _DAYS_PER_WEEK == 0:
        number, unit = number // _DAYS_PER_WEEK, "w"
    word, days = {
        "d": ("days", 1.0),
        "w": ("weeks", float(_DAYS_PER_WEEK)),
        "m": ("months", float(read_catalogue("terms")["days_per_month"])),
    }[unit[0]]
    text = f"every {number} {word}"
    return _frequencies().get(text) or Frequency(text, 1 / (number * days))


def _spoken(text: str) -> str:
    """Points inside abbreviations go ("b.i.d." is bid), a slash reads as a blank ("2x/day")."""
    return fold_name(re.sub(r"(?<=[^\W\d_])\.(?=\w|\s|$)", "", text))


@cache
def find_frequency(text: str) -> Frequency | None:
    """How often, from a prescription's words ("b.d.", "every other day", "q4w"); None when it cannot be read.

    Hazard: "every 0.5 days" read as every 5 days. A fraction, a range, a sign or a question mark is unreadable.
    """
    if _MEANT_MARK.search(unicodedata.normalize("NFKC", text)):
        return None
    key = _spoken(text)
    if known := _frequencies().get(key):
        return known
    match = _EVERY.match(key)
    if match is None:
        return None
    number = int(match["n"]) if match["n"].isdigit() else _NUMBERS.get(match["n"], 0)
    return _every(number, match["unit"])


def find_route(text: str) -> str:
    """The contract's route for a text: SC, IV, IM, PO; OTHER for anything else that was written, "" for nothing."""
    key = fold_name(text)
    return _named("route").get(key, "OTHER") if key else ""


def find_indication(text: str) -> str | None:
    """The contract's indication for an abbreviation or full name, or None when it is not one of them."""
    return _named("indication").get(fold_name(text.replace("'", " ").replace("\u2019", " ")))


def find_severity(text: str) -> str | None:
    """mild, moderate or serious, or None. "Severe" is an intensity, not "serious": it is left to a person."""
    return _named("severity").get(fold_name(text))
