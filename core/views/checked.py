"""What was judged for a drug, on what, and what was not: never a word that means "all is well"."""

from __future__ import annotations

from collections.abc import Iterable

from core.protocols.background import background
from core.protocols.kinds import OnCourse
from core.protocols.loader import load_protocols
from core.views.limits import dispute, out_of_limit
from core.views.model import PatientPicture, Point
from core.views.names import measured_text
from core.views.people import is_current
from core.views.text import date_text, join_words, plain
from core.views.words import reason_words, words

_INFECTIONS = ("infection", "neutropenic_infection")
_SIGNS = ("infection", "antibiotic", "positive_culture", "symptom")
#: A category that asks about an event judged nothing where no such event is recorded.
_ASKED_BY = {"surgery": ("surgery",), "vaccination": ("vaccination",), "pregnancy": ("pregnancy", "pregnancy_planned")}


def checked_line(picture: PatientPicture, drug: str) -> tuple[str, str]:
    """What was checked for a drug and what was not, with the reason.

    Returns: ("Checked: …", "Not checked: …"), each "" when there is nothing to list. What an open alert already says is
    not called unchecked: its extent is. What no rule judges while the drug is on hold is called paused, and other drugs
    in use that have no rules are named.
    Hazard: HAZ-014.
    """
    unknown: dict[str, list[str]] = {}
    for finding in picture.cannot_tell:
        if finding.drug == drug:
            unknown.setdefault(finding.category, []).append(
                f"{reason_words(finding.reason)} since {date_text(finding.since)}"
            )
    alarmed = {one.category for one in picture.alerts if one.drug == drug}
    paused = paused_categories(drug, picture.checked.get(drug, ())) if is_on_hold(picture, drug) else ()
    paused = tuple(one for one in paused if one not in alarmed)
    checked = [
        said
        for category in picture.checked.get(drug, ())
        if category not in unknown and category not in paused and (said := _judged(picture, drug, category, alarmed))
    ]
    alike: dict[str, list[str]] = {}  # what the same reason leaves unchecked is told together
    for category, why in unknown.items():
        if category not in alarmed:
            alike.setdefault(_reasons(why), []).append(words(category))
    missing = [f"{join_words(left)} ({why})" for why, left in alike.items()]
    low = background().leading.category
    extent = [
        f"{words(category)}: how far {'below' if category == low else 'beyond the limit'} is unknown ({_reasons(why)})"
        for category, why in unknown.items()
        if category in alarmed
    ]
    lines = [
        f"Not checked: {'; '.join(missing)}." if missing else "",
        *(f"{one[:1].upper()}{one[1:]}." for one in extent),
        f"Paused while on hold: {', '.join(map(words, paused))}." if paused else "",
        _without_rules(picture),
    ]
    return f"Checked: {', '.join(checked)}." if checked else "", " ".join(line for line in lines if line)


def is_on_hold(picture: PatientPicture, drug: str) -> bool:
    """Whether a drug is held now, and not taken beside the hold."""
    begun = [
        one for one in picture.courses
        if one.drug == drug and is_current(one, picture.as_of) and one.start <= picture.as_of
    ]  # fmt: skip
    taken = [one for one in begun if one.status not in ("on-hold", "planned")]
    return any(one.status == "on-hold" for one in begun) and not taken


def paused_categories(drug: str, categories: Iterable[str]) -> tuple[str, ...]:
    """Of these categories, those none of whose rules is judged while the drug is on hold."""
    known = load_protocols().drugs.get(drug)
    if known is None:
        return ()
    judged = {rule.category for rule in known.rules if not isinstance(rule, OnCourse) or "held" in rule.phases}
    ruled = {rule.category for rule in known.rules}
    return tuple(one for one in categories if one in ruled and one not in judged)


def _without_rules(picture: PatientPicture) -> str:
    """The other drugs in use of which nothing is checked, "" where there are none."""
    others = dict.fromkeys(
        plain(one.drug)
        for one in picture.courses
        if one.drug not in picture.drugs_covered and is_current(one, picture.as_of)
    )
    return f"No rules of Nadir cover {join_words(others)}: not checked." if others else ""


def newest_count(picture: PatientPicture) -> Point | None:
    """The newest neutrophil count that is a number, a bound included; None without one."""
    known = [
        one
        for one in dispute(picture.series.get(background().leading.test, ()))
        if one.value is not None and not one.superseded and not one.reason
    ]
    return known[-1] if known else None


def count_line(point: Point) -> str:
    """A neutrophil count with its date: "neutrophils 3.4 (11-Nov-2026)"."""
    test = background().leading.test
    return f"{words(test)} {measured_text(test, point.value or 0.0, point.comparator)} ({date_text(point.at)})"


def count_beyond_limit(picture: PatientPicture) -> Point | None:
    """The newest neutrophil count where it lies beyond a limit drawn for it."""
    point = newest_count(picture)
    limits = [one for one in picture.limits if one.analyte == background().leading.test]
    return point if point and out_of_limit(point.value or 0.0, limits, point.comparator) else None


def _judged(picture: PatientPicture, drug: str, category: str, alarmed: set[str]) -> str:
    """One category with what it was judged on; "" where there was nothing to judge."""
    if category == "contraindication" and category not in alarmed:
        planned = any(
            one.drug == drug
            and is_current(one, picture.as_of)
            and (one.status == "planned" or one.start > picture.as_of)
            for one in picture.courses
        )
        return words(category) if planned else ""
    if category == background().leading.category:
        point = newest_count(picture)
        return count_line(point) if point else ""
    if category in _INFECTIONS and category not in alarmed and not _has_signs(picture):
        return "infection: none recorded" if category == "infection" else ""
    kinds = _ASKED_BY.get(category)
    if kinds and category not in alarmed and not any(one.kind in kinds for one in picture.events):
        return ""
    return words(category)


def _has_signs(picture: PatientPicture) -> bool:
    """Whether an infection, a treatment of one or a fever is on record."""
    temperature = background().infection.temperature
    limits = [one for one in picture.limits if one.analyte == temperature]
    return any(one.kind in _SIGNS for one in picture.events) or any(
        one.value is not None and not one.superseded and out_of_limit(one.value, limits, one.comparator)
        for one in picture.series.get(temperature, ())
    )


def _reasons(why: list[str]) -> str:
    return "; ".join(dict.fromkeys(why))
