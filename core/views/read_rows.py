"""One row as it was understood, in the words of the screens: what a person checks before anything is stored."""

from __future__ import annotations

from core.records import Course, Event, Fact, Patient, Result
from core.views.markup import Markup, tag
from core.views.names import analyte_name, measured_text
from core.views.people import name_words
from core.views.text import NBSP, date_text, dose_text, moment_text, plain
from core.views.words import status_words, title_words, words

_LABELS = {
    "patient_id": "Patient identifier", "result_id": "Result identifier", "course_id": "Course identifier",
    "event_id": "Event identifier", "loinc": "LOINC", "collected_at": "Collected", "reported_at": "Reported",
    "ref_low": "Reference from", "ref_high": "Reference to",
}  # fmt: skip


def fact_words(fact: Fact) -> str:
    """A fact in one line: who, what, how much, when."""
    match fact:
        case Patient():
            return f"{name_words(fact.family_name, fact.given_name)}, born {date_text(fact.birth_date)}, {fact.sex}"
        case Result():
            when = moment_text(fact.collected_at)
            return f"{analyte_name(fact.analyte)} {_measured(fact)}, {when}{_status(fact.status)}"
        case Course():
            dose = dose_text(_dose(fact), fact.frequency or fact.frequency_as_given, fact.route)
            until = "" if fact.end is None else f" to {date_text(fact.end - 1)}"
            return f"{plain(fact.drug)}{NBSP}{dose}, {date_text(fact.start)}{until}, {status_words(fact.status)}"
        case Event():
            code = plain(fact.code or fact.detail)
            until = "" if fact.end is None else f" to {date_text(fact.end - 1)}"
            return f"{title_words(fact.kind)}{f' ({code})' if code else ''}, {date_text(fact.start)}{until}"


def column_words(name: str) -> str:
    """A column of the file set as a label."""
    return _LABELS.get(name, title_words(name))


def cells(*texts: str | Markup | None, head: bool = False) -> Markup:
    """One row of a table; the first cell is its heading."""
    kind = "th" if head else "td"
    first, *rest = texts
    row = [tag("th", first, scope="col" if head else "row")]
    return tag("tr", *row, *(tag(kind, one, scope="col" if head else None) for one in rest))


def _measured(result: Result) -> str:
    if result.value is None:
        return words(result.coded or "withdrawn")
    return measured_text(result.analyte, float(result.value), result.comparator, result.unit)


def _status(status: str) -> str:
    return "" if status == "final" else f" ({words(status)})"


def _dose(course: Course) -> str:
    return course.dose_as_given if course.dose is None else f"{course.dose} {course.dose_unit}".strip()
