"""Words as people write them, read as the contract's: frequency, route, indication, status, symptom, result."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache

from core.catalogue.reading import read_catalogue
from core.catalogue.spelling import fold_name, fold_words

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
#: Marks that leave a laboratory's word in doubt, or make it two.
_DOUBT = re.compile(r"[?<>=/+%#]")
#: The reading that some analysers print behind their word: "negative (0.12 s/co)".
_READING = re.compile(r"\s*\(\s*[<>]?\s*\d+(?:\.\d+)?\s*(?:s/co|coi|index)?\s*\)$")
_DASHES = str.maketrans({"\u2212": "-", "\u2010": "-", "\u2011": "-", "\u2013": "-"})


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


def find_course_status(text: str) -> str | None:
    """active, planned, on-hold, stopped or completed for the word of another system ("paused"), or None."""
    return None if "?" in text else _named("course_status").get(fold_name(text))


@cache
def find_symptom(text: str) -> str | None:
    """The contract's word for a symptom ("angio-oedema", "shortness of breath", "high fever"), or None.

    Hazard: a reaction that is judged by nothing because it was spelt another way. Only whole texts are read: what says
    more than one thing, or denies it, is nobody's symptom.
    """
    if "?" in text:
        return None
    known = _named("symptom")
    key = fold_name(text.replace("\u0153", "oe").replace("\u00e6", "ae"))
    if key in known:
        return known[key]
    left_out = set(read_catalogue("terms")["symptom_words"]["left_out"])
    return known.get(" ".join(word for word in key.split() if word not in left_out))


def find_symptom_words(text: str) -> tuple[str, ...]:
    """The words within a text that rules judge whatever else it says."""
    words = fold_words(text)
    return tuple(word for word in read_catalogue("terms")["symptom_words"]["found_in_text"] if word in words)


@cache
def _signs() -> dict[str, str]:
    return {sign: one["name"] for one in read_catalogue("terms")["coded"] for sign in one.get("signs", ())}


@cache
def find_coded_word(text: str, key: str = "") -> str | None:
    """positive, negative, indeterminate, detected or not detected for a laboratory's word or sign, or None.

    Args: key: the analyte, as "weakly positive" is positive for what a screen must not miss, and indeterminate for an
        antibody that protects.
    Hazard: a lone "-", which exports print for "nothing entered", and "positive?" are no answer.
    """
    text = _READING.sub("", unicodedata.normalize("NFKC", text).translate(_DASHES).casefold().strip())
    if sign := _signs().get(text):
        return sign
    if _DOUBT.search(text):
        return None
    word = fold_name(text)
    weakly = read_catalogue("terms")["weakly"]
    if word in weakly["words"]:
        protective = weakly["protective"]
        return str(protective["name"] if key in protective["analytes"] else weakly["name"])
    return _named("coded").get(word)


def find_severity(text: str) -> str | None:
    """mild, moderate or serious, or None. What may be worse ("severe", "grade 3") is serious; "mild?" is no answer."""
    severity = _named("severity").get(fold_name(text))
    return severity if severity == "serious" or not _DOUBT.search(text) else None
