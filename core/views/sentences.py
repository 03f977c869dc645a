"""The lines that say what, against what, when, and who says so. Titles and advice come from the protocol, unchanged."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

from core.engine.standing import Alert, Evidence, Position, Source
from core.views.model import CourseLine, PatientPicture
from core.views.names import analyte_name, analyte_unit, measured_text
from core.views.text import date_text, dose_text, join_words, moment_text, plain
from core.views.words import reason_words, status_words, title_words, words

_DATED = re.compile(r"\d\d-[A-Z][a-z]{2}-\d{4}")


def fact_line(alert: Alert) -> str:
    """What was found, against what, when: the alert's title, with the newest evidence where it has no date."""
    title = plain(alert.title)
    if _DATED.search(title) or not alert.evidence:
        return title
    newest = {item.analyte or item.event: item for item in sorted(alert.evidence, key=lambda item: item.at)}
    said = [
        f"{item.event}, {span_line(item.at, item.end)}" if item.event and len(newest) > 1
        else span_line(item.at, item.end) if item.event
        else evidence_line(item)
        for item in newest.values()
    ]  # fmt: skip
    return f"{title} ({'; '.join(said)})"


def advice_line(alert: Alert) -> str:
    """Who says what about it: the authorities of the strictest rule and its advice, "EMA: Label: …"."""
    who = [one.authority for one in alert.positions if one.rule_id == alert.rule_id] or list(alert.authorities)
    return f"{join_words(dict.fromkeys(who))}: {plain(alert.advice)}"


def drawn_limit(alert: Alert) -> float | None:
    """The action limit as a line on the fact's own series; None where the rule compares another thing (a stage)."""
    same_unit = bool(alert.basis.unit) and alert.basis.unit == analyte_unit(alert.fact)
    return alert.basis.threshold if same_unit else None


def evidence_line(item: Evidence) -> str:
    """One fact an alert rests on, with its date: a result with unit, or an event with its span."""
    if item.event:
        detail = f" ({plain(item.detail)})" if item.detail else ""
        return f"{title_words(item.event)}{detail}, {span_line(item.at, item.end)}"
    value = "" if item.value is None else measured_text(item.analyte, item.value, item.comparator, item.unit)
    remarks = [word for word, holds in (("preliminary", item.preliminary), ("derived", item.derived)) if holds]
    return f"{analyte_name(item.analyte)} {value}, {moment_text(item.at)}" + (
        f" ({', '.join(remarks)})" if remarks else ""
    )


def position_line(position: Position) -> str:
    """One authority's own reading: what its rule's advice says."""
    return plain(position.advice or position.title)


def source_line(source: Source) -> str:
    """The document behind a rule, its section and version, and whether a clinician has signed the rule."""
    place = ", ".join(part for part in (source.document, source.section, source.version) if part)
    checked = f"value {source.checked}" if source.checked else ""
    return "; ".join(
        part for part in (place, checked, "signed" if source.signed else "awaiting clinical sign-off") if part
    )


def course_line(course: CourseLine) -> str:
    """A course in one breath: drug, dose with frequency, and its status where it is not simply running."""
    dose = dose_text(course.dose_text, course.frequency_text, course.route)
    remark = "" if course.status in ("active", "completed", "stopped") else f" ({status_words(course.status)})"
    return f"{plain(course.drug)} {dose}{remark}"


def treatment_line(courses: Iterable[CourseLine], covered: Collection[str]) -> str:
    """Every current course, those with rules first."""
    ordered = sorted(courses, key=lambda one: (one.drug not in covered, one.drug, one.start))
    return "; ".join(course_line(one) for one in ordered) or "no current course"


def span_line(start: int, end: int | None) -> str:
    """From when to when, the last day named; "since" while it lasts."""
    if end is None:
        return f"since {date_text(start)}"
    last = date_text(end - 1)
    return date_text(start) if last == date_text(start) else f"{date_text(start)} to {last}"


def capital(name: str) -> str:
    """A name at the head of a line; abbreviations stay as they are."""
    return name[:1].upper() + name[1:]


def checked_line(picture: PatientPicture, drug: str) -> tuple[str, str]:
    """What was checked for a drug and what was not, with the reason; never a word that means "all is well".

    Returns: ("Checked: …", "Not checked: …"), each "" when there is nothing to list.
    Hazard: HAZ-014.
    """
    unknown: dict[str, list[str]] = {}
    for finding in picture.cannot_tell:
        if finding.drug == drug:
            unknown.setdefault(finding.category, []).append(
                f"{reason_words(finding.reason)} since {date_text(finding.since)}"
            )
    judged = picture.checked.get(drug, ())
    checked = [words(category) for category in judged if category not in unknown]
    missing = [f"{words(category)} ({'; '.join(dict.fromkeys(why))})" for category, why in unknown.items()]
    return (
        f"Checked: {', '.join(checked)}." if checked else "",
        f"Not checked: {', '.join(missing)}." if missing else "",
    )
