"""The top of the patient screen: who this is, and one verdict per drug with what was checked and what was not."""

from __future__ import annotations

from core.engine.standing import Alert, CannotTell, Visit
from core.records import DAY
from core.views.marks import mark_tag
from core.views.markup import Markup, tag, text
from core.views.model import CourseLine, PatientPicture
from core.views.names import analyte_name
from core.views.people import full_name, is_current
from core.views.sentences import advice_line, capital, checked_line, fact_line, span_line
from core.views.text import age_text, count_text, date_text, dose_text, join_words, plain
from core.views.words import grave_order, gravest, reason_words, status_words, words

_MOST_ALERTS = 3  # of the gravest priority; the rest is one click away and counted


def banner(picture: PatientPicture) -> Markup:
    """Name, birth date, sex and identifier, in that order, always with their labels, never "?".

    Hazard: HAZ-002, HAZ-020 (a person who died is not chased).
    """
    person = picture.person
    age = age_text(person.birth_date, picture.as_of, person.deceased_date)
    pairs = [
        ("Born", f"{date_text(person.birth_date)} ({age})"),
        ("Sex", words(person.sex) if person.sex in ("female", "male") else "not stated"),
        ("ID", plain(person.patient_id)),
        ("Site", plain(person.site)),
        ("Consultant", plain(person.consultant)),
    ]
    if person.deceased_date is not None:
        pairs.insert(1, ("Died", date_text(person.deceased_date)))
    facts = [tag("span", tag("span", label, css="n-muted"), " ", tag("b", value)) for label, value in pairs if value]
    return tag(
        "header", tag("h1", full_name(person), css="n-name"), *facts, css="n-banner n-row", data_patient=person.key
    )


def verdicts(picture: PatientPicture) -> Markup:
    """One card per drug in use or planned, the gravest first; other drugs are named as not checked."""
    drugs: dict[str, list[CourseLine]] = {}
    for course in picture.courses:
        if is_current(course, picture.as_of):
            drugs.setdefault(course.drug, []).append(course)
    if not drugs:
        stopped = ", ".join(
            dict.fromkeys(
                f"{plain(one.drug)} until {date_text(None if one.end is None else one.end - 1)}"
                for one in picture.courses
            )
        )
        why = f"No current course ({stopped})." if stopped else "No course on record."
        return tag("div", tag("article", mark_tag("not_checked"), " ", why, css="n-card"), css="n-verdicts")
    covered = [drug for drug in drugs if drug in picture.drugs_covered]
    others = [drug for drug in drugs if drug not in picture.drugs_covered]
    cards = [_verdict(picture, drug, drugs[drug]) for drug in covered]
    if others:
        listed = [tag("li", tag("div", _course_head(one, picture))) for drug in others for one in drugs[drug]]
        note = tag(
            "p",
            mark_tag("not_checked"),
            " Nadir has no rules for ",
            "this drug." if len(others) == 1 else "these drugs.",
        )
        cards.append(tag("article", note, tag("ul", *listed, css="n-plain"), css="n-card"))
    return tag("div", *cards, css="n-verdicts")


def verdict_mark(alerts: list[Alert], unknown: list[CannotTell], overdue: list[Visit]) -> str:
    """The one mark of a drug: its gravest alert, else what cannot be told, else what is overdue, else in limits."""
    if alerts:
        return gravest((one.priority for one in alerts), "low")
    return "cannot_tell" if unknown else "overdue" if overdue else "in_limits"


def order_alerts(alerts: tuple[Alert, ...]) -> list[Alert]:
    """Gravest first: priority, strictest action, oldest."""
    return sorted(alerts, key=grave_order)


def _verdict(picture: PatientPicture, drug: str, courses: list[CourseLine]) -> Markup:
    alerts = [one for one in order_alerts(picture.alerts) if one.drug == drug]
    unknown = [one for one in picture.cannot_tell if one.drug == drug]
    visits = [one for one in picture.schedule if one.drug == drug]
    overdue = [one for one in visits if one.status == "overdue"]
    mark = verdict_mark(alerts, unknown, overdue)
    checked, missing = checked_line(picture, drug)
    lines = [tag("h2", _course_head(one, picture)) for one in courses]
    lines.append(tag("div", mark_tag(mark), tag("div", *_reason(mark, alerts, unknown, overdue)), css="n-verdict"))
    lines += [tag("p", line, css="n-muted") for line in (checked,) if line]
    lines += [tag("p", line, css="n-missing") for line in (missing,) if line]
    lines.append(tag("p", _coming(visits), css="n-muted"))
    return tag("article", *lines, css="n-card")


def _course_head(course: CourseLine, picture: PatientPicture) -> Markup:
    """Drug in bold, dose with frequency, indication, since when, on which day of treatment."""
    first = treatment_start(course, picture.courses)
    day = f"day {(picture.as_of - first) // DAY + 1:,}" if first <= picture.as_of else "not started"
    parts = [dose_text(course.dose_text, course.frequency_text, course.route), plain(course.indication)]
    parts += [status_words(course.status)] if course.status != "active" else []
    parts.append(f"{span_line(first, course.end)} ({day})")
    parts += [f"this dose since {date_text(course.start)}"] if first < course.start else []
    said = [part for part in parts if part]
    spans = [tag("span", part + (" ·" if part is not said[-1] else ""), css="n-nowrap") for part in said]
    return tag("span", tag("b", plain(course.drug)), *(piece for span in spans for piece in (text(" "), span)))


def treatment_start(course: CourseLine, courses: tuple[CourseLine, ...]) -> int:
    """When the unbroken treatment began that a course belongs to: a dose change or a hold does not start it anew."""
    start = course.start
    for earlier in sorted((one for one in courses if one.drug == course.drug), key=lambda one: -one.start):
        if earlier.start < start and (earlier.end is None or earlier.end >= start):
            start = earlier.start
    return start


def _reason(mark: str, alerts: list[Alert], unknown: list[CannotTell], overdue: list[Visit]) -> list[Markup]:
    if alerts:
        told = [one for one in alerts if one.priority == mark][:_MOST_ALERTS]
        lines = [line for one in told for line in _alert_lines(one)]
        more = len(alerts) - len(told)
        return [*lines, tag("div", f"+{more} more, see Alerts", css="n-muted")] if more else lines
    if unknown:
        what = join_words(dict.fromkeys(words(one.category) for one in unknown))
        return [
            tag("div", tag("b", f"Cannot judge {what}.")),
            *(tag("div", plain(text)) for text in dict.fromkeys(one.remedy for one in unknown)),
        ]
    if mark == "overdue":
        tests = join_words(dict.fromkeys(analyte_name(one.test) for one in overdue))
        return [tag("div", tag("b", f"{tests}: was due {date_text(min(one.due for one in overdue))}."))]
    return [tag("div", "No alert stands on what was checked.")]


def _alert_lines(alert: Alert) -> list[Markup]:
    """One reason of a verdict: the fact, who says what about it, and whether the newest result could not be judged."""
    lines = [tag("div", tag("b", fact_line(alert))), tag("div", advice_line(alert))]
    if alert.held:
        lines.append(tag("div", f"Newest result cannot be judged: {reason_words(alert.held)}.", css="n-missing"))
    return lines


def _coming(visits: list[Visit]) -> str:
    """The next tests asked for, overdue ones first."""
    overdue = [one for one in visits if one.status == "overdue"]
    coming = sorted((one for one in visits if one.status in ("due", "upcoming")), key=lambda one: one.due)
    parts = [f"{count_text(len(overdue), 'test')} overdue"] if overdue else []
    if coming:
        tests = join_words(dict.fromkeys(analyte_name(one.test) for one in coming if one.due == coming[0].due))
        parts.append(f"next: {tests} {date_text(coming[0].due)}")
    return capital("; ".join(parts)) if parts else "No test is scheduled."
