"""What was judged for a drug, on what, and what was not: never a word that means "all is well"."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from core.engine.rules.compiled import compile_rules
from core.protocols.background import background
from core.protocols.conditions import Every, Leaf
from core.protocols.kinds import Interval, OnCourse, Rule, Threshold
from core.protocols.loader import load_protocols
from core.records import DAY
from core.views.as_of import event_on
from core.views.limits import dispute, out_of_limit
from core.views.model import CourseLine, LimitLine, PatientPicture
from core.views.names import analyte_name, measured_text
from core.views.people import is_current
from core.views.stage import stage_of
from core.views.text import capital, date_text, join_words, plain
from core.views.words import REFUSED_ROWS, reason_words, words


class Count(NamedTuple):
    """A count of the test that screens lead with. comparator: "" = the number itself, else it is a bound."""

    at: int
    value: float
    comparator: str = ""


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
    held = stage_of(picture.courses, drug, picture.as_of) == "held"
    paused = paused_categories(drug, picture.checked.get(drug, ())) if held else ()
    paused = tuple(one for one in paused if one not in alarmed)
    silent = tuple(
        one
        for one in categories_of_the_start(picture, drug)
        if one in picture.checked.get(drug, ()) and one not in alarmed and one not in unknown
    )
    for category in picture.checked.get(drug, ()):
        if category not in (*unknown, *paused, *silent, *alarmed) and _has_no_result(picture, drug, category):
            unknown[category] = [reason_words("no_result")]
    checked = [
        said
        for category in picture.checked.get(drug, ())
        if category not in (*unknown, *paused, *silent) and (said := _judged(picture, drug, category, alarmed))
    ]
    alike: dict[str, list[str]] = {}  # what the same reason leaves unchecked is told together
    for category, why in unknown.items():
        if category not in alarmed:
            alike.setdefault(_reasons(why), []).append(words(category))
    missing = [f"{join_words(left)} ({why})" for why, left in alike.items()]
    low = background().leading.category
    absent = {one.category for one in picture.cannot_tell if one.drug == drug and one.reason in REFUSED_ROWS}
    asks = dict.fromkeys(absent, "whether there is more") | {low: "how far below"}
    extent = [
        f"{words(category)}: {asks.get(category, 'whether there is more')} is unknown ({_reasons(why)})"
        for category, why in unknown.items()
        if category in alarmed
    ]
    lines = [
        f"Not checked: {'; '.join(missing)}." if missing else "",
        *(f"{capital(one)}." for one in extent),
        f"Paused while on hold: {', '.join(map(words, paused))}." if paused else "",
        f"Judged only in the first days of treatment: {', '.join(map(words, silent))}." if silent else "",
        _without_rules(picture),
    ]
    return f"Checked: {', '.join(checked)}." if checked else "", " ".join(line for line in lines if line)


def paused_categories(drug: str, categories: Iterable[str]) -> tuple[str, ...]:
    """Of these categories, those none of whose rules is judged while the drug is on hold."""
    known = load_protocols().drugs.get(drug)
    if known is None:
        return ()
    judged = {rule.category for rule in known.rules if not isinstance(rule, OnCourse) or "held" in rule.phases}
    ruled = {rule.category for rule in known.rules}
    return tuple(one for one in categories if one in ruled and one not in judged)


def treatment_start(course: CourseLine, courses: tuple[CourseLine, ...]) -> int:
    """When the unbroken treatment began that a course belongs to: a dose change or a hold does not start it anew."""
    start = course.start
    for earlier in sorted((one for one in courses if one.drug == course.drug), key=lambda one: -one.start):
        if earlier.start < start and (earlier.end is None or earlier.end >= start):
            start = earlier.start
    return start


def categories_of_the_start(picture: PatientPicture, drug: str) -> tuple[str, ...]:
    """The categories of which no rule judges anything any more, because all of them are about the first days.

    Hazard: HAZ-014 (an ALT of 900 beneath "checked: liver", years after the only rule about it went silent).
    """
    known = load_protocols()
    current = [one for one in picture.courses if one.drug == drug and is_current(one, picture.as_of)]
    first_days = known.common.planning.starting_for_days * DAY
    if drug not in known.drugs or not current:
        return ()
    if any(picture.as_of < treatment_start(one, picture.courses) + first_days for one in current):
        return ()
    rules = known.drugs[drug].rules
    lasting = {rule.category for rule in rules if not _is_of_the_start(rule)}
    return tuple(dict.fromkeys(rule.category for rule in rules if rule.category not in lasting))


def _is_of_the_start(rule: Rule) -> bool:
    """Whether a rule asks, before anything else, that the treatment has just begun."""
    every = rule.when.all if isinstance(rule, Interval) and isinstance(rule.when, Every) else ()
    return any(isinstance(one, Leaf) and one.course == "starting" for one in every)


def _tests_of(drug: str, category: str) -> tuple[str, ...]:
    """The tests a category is judged on, where its rules about results each read one: "cytopenia" is platelets here."""
    known = load_protocols().drugs.get(drug)
    rules = [one for one in (known.rules if known else ()) if one.category == category]
    found = [one.analyte for one in rules if isinstance(one, Threshold) and one.analyte]
    return tuple(dict.fromkeys(found)) if category == "cytopenia" else ()


def _without_rules(picture: PatientPicture) -> str:
    """The other drugs in use of which nothing is checked, "" where there are none."""
    others = dict.fromkeys(
        plain(one.drug)
        for one in picture.courses
        if one.drug not in picture.drugs_covered and is_current(one, picture.as_of)
    )
    return f"No rules of Nadir cover {join_words(others)}: not checked." if others else ""


def newest_count(picture: PatientPicture) -> Count | None:
    """The newest neutrophil count that is a number, a bound included; None without one."""
    known = [
        Count(one.at, one.value, one.comparator)
        for one in dispute(picture.series.get(background().leading.test, ()))
        if one.value is not None and not one.superseded and not one.reason
    ]
    return known[-1] if known else None


def count_line(count: Count) -> str:
    """A neutrophil count with its date: "neutrophils 3.4 (11-Nov-2026)"."""
    test = background().leading.test
    return f"{words(test)} {measured_text(test, count.value, count.comparator)} ({date_text(count.at)})"


def count_beyond_limit(picture: PatientPicture) -> Count | None:
    """The newest neutrophil count where it lies beyond a limit drawn for it."""
    count = newest_count(picture)
    return count if count and is_beyond_limit(count, picture.limits) else None


def is_beyond_limit(count: Count, limits: Iterable[LimitLine]) -> bool:
    """Whether a count lies beyond one of these limits that is drawn for it. limits: those of other tests too."""
    test = background().leading.test
    return bool(out_of_limit(count.value, [one for one in limits if one.analyte == test], count.comparator))


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
    if category in background().infection.categories and category not in alarmed and not _has_signs(picture):
        return "infection: none recorded" if category == "infection" else ""
    kinds = _ASKED_BY.get(category)
    if kinds and category not in alarmed and not _is_recorded(picture, kinds):
        return ""
    tests = _tests_of(drug, category)
    return f"{words(category)} ({join_words(map(analyte_name, tests))} alone)" if tests else words(category)


def _has_no_result(picture: PatientPicture, drug: str, category: str) -> bool:
    """Whether a category is judged on results alone, of which not one can be read: some rules then keep silent."""
    tests = _tests_judged(drug).get(category, ())
    return bool(tests) and not any(
        one.value is not None and not one.superseded and not one.reason
        for test in tests
        for one in picture.series.get(test, ())
    )


def _tests_judged(drug: str) -> Mapping[str, tuple[str, ...]]:
    """The tests by category, of the categories every rule of which reads a result. Made once per set of rules."""
    known = load_protocols()
    kept = ("tests judged", drug)
    if kept not in known.compiled:
        found: dict[str, list[tuple[str, ...]]] = {}
        for rule in compile_rules(known.drugs[drug], known.common.features, None, 0) if drug in known.drugs else ():
            found.setdefault(rule.rule.category, []).append(rule.tests)
        known.compiled[kept] = {
            category: tuple(dict.fromkeys(test for few in several for test in few))
            for category, several in found.items()
            if all(several)
        }
    told: Mapping[str, tuple[str, ...]] = known.compiled[kept]
    return told


def _is_recorded(picture: PatientPicture, kinds: Iterable[str]) -> bool:
    """Whether an event of these kinds has begun, or is foreseen. One dated later has been judged by no rule yet."""
    return any(one.kind in kinds and event_on(one, picture.as_of) is not None for one in picture.events)


def _has_signs(picture: PatientPicture) -> bool:
    """Whether an infection, a treatment of one or a fever is on record."""
    temperature = background().infection.temperature
    limits = [one for one in picture.limits if one.analyte == temperature]
    return _is_recorded(picture, _SIGNS) or any(
        one.value is not None and not one.superseded and out_of_limit(one.value, limits, one.comparator)
        for one in picture.series.get(temperature, ())
    )


def _reasons(why: list[str]) -> str:
    return "; ".join(dict.fromkeys(why))
