"""The top of the patient screen: who this is, and one verdict per drug with what was checked and what was not."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from core.acts import Life
from core.engine.standing import Alert, CannotTell, Visit
from core.records import DAY
from core.views.answered import answer_words
from core.views.checked import checked_line, count_beyond_limit, treatment_start
from core.views.good_to_know import reference_line
from core.views.marks import mark_tag
from core.views.markup import Markup, tag, text
from core.views.model import CourseLine, PatientPicture
from core.views.names import analyte_name
from core.views.outside import list_unspoken, unspoken_lines
from core.views.people import full_name, is_current
from core.views.sentences import (
    ENDS_TREATMENT,
    fact_line,
    proposal_line,
    routine_line,
    span_line,
)
from core.views.stage import Stage, held_since, stage_of, taken_again
from core.views.text import age_text, count_text, date_text, dose_text, join_words, plain, span_text
from core.views.verdict_reasons import say_quiet, say_reasons
from core.views.words import REFUSED_ROWS, grave_order, gravest, is_note, status_words, words
from core.views.worklist_unsaid import over_line

#: Stage -> the answer where an alert names an end, where it cannot be told, and where nothing stands or is unknown.
_ANSWERS: Mapping[Stage, tuple[str, str, str]] = {
    "taken": ("Stop or withhold", "Cannot tell whether to go on", "Go on"),
    "held": ("Do not restart", "Cannot tell whether to restart", "On hold"),
    "planned": ("Do not start", "Cannot tell whether to start", "No alert against the start"),
}
_MOST_OUTSIDE = 4


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


def verdicts(picture: PatientPicture, unseen: Collection[str] = (), lives: Mapping[str, Life] | None = None) -> Markup:
    """One card per drug in use or planned, the gravest first; other drugs are named as not checked.

    Args: unseen (high alerts, by id, that ended of late and that nobody has looked at since); lives (of the alerts
          that stand, by id: what people answered).
    """
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
        notes = _outside_notes(picture)
        card = _of_no_card(picture, (), why) or tag("article", mark_tag("not_checked"), " ", why, *notes, css="n-card")
        return tag("div", card, css="n-verdicts")
    covered = [drug for drug in drugs if drug in picture.drugs_covered]
    others = [drug for drug in drugs if drug not in picture.drugs_covered]
    untold = _of_no_card(picture, covered)
    cards = [
        *([untold] if untold else []),
        *(_verdict(picture, drug, drugs[drug], unseen, lives or {}) for drug in covered),
    ]
    if others:
        listed = [tag("li", tag("div", _course_head(one, picture))) for drug in others for one in drugs[drug]]
        note = tag(
            "p",
            mark_tag("not_checked"),
            " Nadir has no rules for ",
            "this drug." if len(others) == 1 else "these drugs.",
        )
        notes = [] if covered else _outside_notes(picture)
        cards.append(tag("article", note, *notes, tag("ul", *listed, css="n-plain"), css="n-card"))
    return tag("div", *cards, css="n-verdicts")


def _of_no_card(picture: PatientPicture, covered: Collection[str], why: str = "") -> Markup | None:
    """What waits in quarantine and concerns none of the drugs that have a card; None where nothing does.

    Args: covered (the drugs with a card), why (there is none at all).
    Hazard: HAZ-001 (the only row of a treatment was refused, and the patient reads as untreated).
    """
    waiting = [one for one in picture.cannot_tell if one.reason in REFUSED_ROWS and one.drug not in covered]
    if not waiting:
        return None
    said = dict.fromkeys(one.remedy for one in waiting)
    lines = [tag("div", tag("b", why))] if why else []
    answer = tag("div", verdict_words([], "cannot_tell"), css="n-answer")
    lines += [tag("div", plain(one)) for one in said]
    verdict = tag("div", mark_tag("cannot_tell"), tag("div", answer, *lines), css="n-verdict")
    return tag("article", verdict, css="n-card")


def verdict_mark(
    alerts: list[Alert], unknown: list[CannotTell], overdue: list[Visit], otherwise: str, unsaid: Iterable[str] = ()
) -> str:
    """The one mark of a drug: the gravest of its alerts, what cannot be told and what is overdue.

    Args: otherwise; unsaid (marks of what no alert says: a result outside its range, a high alert that ended unseen).
    """
    codes = [one.priority for one in alerts]
    codes += (["cannot_tell"] if unknown else []) + (["overdue"] if overdue else [])
    return gravest([*codes, *unsaid], otherwise)


def verdict_words(alerts: list[Alert], mark: str, stage: Stage | None = None) -> str:
    """Is it safe to go on (or to start, or to restart); a yes only where nothing stands and nothing is unknown or late.

    Args: alerts (those to act on); mark (the drug's mark); stage (None: as the alerts tell it).
    Hazard: HAZ-014 (what cannot be told, or is on hold, read as leave to go on).
    """
    ending = {one.action for one in alerts} & set(ENDS_TREATMENT)
    end, untold, onward = _ANSWERS[stage or ("planned" if ending == {"do_not_start"} else "taken")]
    if ending:
        return end
    if mark == "cannot_tell":
        return untold
    if alerts or mark in ("overdue", "low"):
        return "Review"
    return _ANSWERS["held"][2] if mark == "held" else onward


def order_alerts(alerts: Iterable[Alert]) -> list[Alert]:
    """Gravest first: priority, strictest action, oldest."""
    return sorted(alerts, key=grave_order)


def _outside_lines(picture: PatientPicture) -> list[str]:
    """The newest results outside their range of which no alert speaks, the farthest first, the rest counted.

    Hazard: HAZ-014 (a haemoglobin of 58 under "go on", because no rule names a limit for it).
    """
    if picture.person.deceased_date is not None:
        return []
    lines = unspoken_lines(list_unspoken(picture.outside, picture.alerts, picture.cannot_tell))
    more = len(lines) - _MOST_OUTSIDE
    return [*lines[:_MOST_OUTSIDE], *([f"{more:,} more outside their range: see Flowsheet"] if more > 0 else [])]


def _outside_notes(picture: PatientPicture) -> list[Markup]:
    return [tag("p", mark_tag("low"), " ", tag("b", one)) for one in _outside_lines(picture)]


def _over(picture: PatientPicture, drug: str, unseen: Collection[str]) -> list[tuple[str, str]]:
    """High alerts of a drug that ended of late, each with its mark: those that only ran out, and those nobody saw."""
    return [
        (
            "cannot_tell" if one.alert_id in picture.ran_out and one.alert_id in unseen else "low",
            f"{fact_line(one)}: {over_line(one, ran_out=one.alert_id in picture.ran_out, answered=True)}",
        )
        for one in picture.closed_alerts
        if one.drug == drug and one.priority == "high" and (one.alert_id in picture.ran_out or one.alert_id in unseen)
    ]


def _verdict(
    picture: PatientPicture, drug: str, courses: list[CourseLine], unseen: Collection[str], lives: Mapping[str, Life]
) -> Markup:
    mine = [one for one in order_alerts(picture.alerts) if one.drug == drug]
    alerts, notes = [one for one in mine if not is_note(one)], [one for one in mine if is_note(one)]
    unknown = [one for one in picture.cannot_tell if one.drug == drug]
    visits = [one for one in picture.schedule if one.drug == drug]
    overdue = [one for one in visits if one.status == "overdue"]
    stage, held = stage_of(courses, drug, picture.as_of), held_since(courses, drug, picture.as_of)
    low = count_beyond_limit(picture)
    outside, over = _outside_lines(picture), _over(picture, drug, unseen)
    unsaid = [one for one, _ in over] + (["low"] if outside and stage != "held" else [])
    if alerts:
        unsaid = [one for one in unsaid if one != "low"]
    mark = verdict_mark(alerts, unknown, overdue, "held" if stage == "held" else "low" if low else "in_limits", unsaid)
    checked, missing = checked_line(picture, drug)
    lines = [tag("h2", _course_head(one, picture)) for one in courses]
    said = [*say_reasons(mark, alerts, unknown, overdue, lives), *say_quiet(picture, mark, held, alarmed=bool(alerts))]
    said += [tag("div", mark_tag(one), " ", line) for one, line in over]
    said += [tag("div", mark_tag("low"), " ", line) for line in outside]
    answer = None if mark == "held" else tag("div", verdict_words(alerts, mark, stage), css="n-answer")
    lines.append(tag("div", mark_tag(mark), tag("div", answer, *said), css="n-verdict"))
    if alerts:
        lines += _proposals(alerts, picture.as_of, lives)
    if notes:
        lines.append(tag("p", tag("b", "To know: "), "; ".join(fact_line(one) for one in notes), css="n-muted"))
    lines += [tag("p", line, css="n-muted") for line in (checked,) if line]
    lines += [tag("p", line, css="n-missing") for line in (missing,) if line]
    routine = _coming(visits, picture.as_of)
    lines.append(tag("p", routine_line(alerts, routine, taken=stage == "taken"), css="n-muted"))
    lines += [tag("p", line, css="n-muted") for line in (reference_line(drug, picture.as_of),) if line]
    return tag("article", *lines, css="n-card")


def _proposals(alerts: list[Alert], as_of: int, lives: Mapping[str, Life]) -> list[Markup]:
    """What the gravest alert proposes; where it is answered, how, and what the gravest proposes that still waits.

    Hazard: HAZ-008 (the answer to one alert read as the answer to all).
    """
    answered = {one.alert_id: answer_words(lives.get(one.alert_id)) for one in alerts}
    lead = alerts[0]
    lines = [tag("p", proposal_line(lead, as_of, answered[lead.alert_id]), css="n-next")]
    waiting = next((one for one in alerts if not answered[one.alert_id]), lead)
    if waiting is not lead:
        said = f"Still to answer: {fact_line(waiting)}. {proposal_line(waiting, as_of)}"
        lines.append(tag("p", said, css="n-next"))
    return lines


def _course_head(course: CourseLine, picture: PatientPicture) -> Markup:
    """Drug in bold, dose with frequency, indication, since when, on which day of treatment."""
    planned, ahead = course.status == "planned", course.start > picture.as_of
    first = course.start if planned else treatment_start(course, picture.courses)
    parts = [dose_text(course.dose_text, course.frequency_text, course.route), plain(course.indication)]
    again = taken_again(course, picture.courses, picture.as_of) if course.status == "on-hold" else None
    if again is not None:
        parts.append(f"{status_words(course.status)} from {date_text(course.start)}, taken again on {date_text(again)}")
    elif course.status == "on-hold":
        parts.append(f"{status_words(course.status)} {'from' if ahead else 'since'} {date_text(course.start)}")
    elif course.status not in ("active", "planned"):
        parts.append(status_words(course.status))
    if planned or first > picture.as_of:
        span = span_line(first, course.end) if course.end is not None else f"from {date_text(first)}"
        parts.append(f"{'planned ' if planned else ''}{span} (not started)")
    else:
        parts.append(f"{span_line(first, course.end)} (day {(picture.as_of - first) // DAY + 1:,})")
    if first < course.start and course.status != "on-hold":
        parts.append(f"this dose {'from' if ahead else 'since'} {date_text(course.start)}")
    said = [part for part in parts if part]
    spans = [tag("span", part + (" ·" if part is not said[-1] else ""), css="n-nowrap") for part in said]
    return tag("span", tag("b", plain(course.drug)), *(piece for span in spans for piece in (text(" "), span)))


def _coming(visits: list[Visit], as_of: int) -> str:
    """The next tests asked for, overdue ones first."""
    overdue = [one for one in visits if one.status == "overdue"]
    coming = sorted((one for one in visits if one.status in ("due", "upcoming")), key=lambda one: one.due)
    parts = [f"{count_text(len(overdue), 'test')} overdue"] if overdue else []
    if coming:
        tests = join_words(dict.fromkeys(analyte_name(one.test) for one in coming if one.due == coming[0].due))
        parts.append(f"next: {tests} {due_line(coming[0].due, as_of)}")
    return "; ".join(parts) if parts else "no test is scheduled."


def due_line(due: int, as_of: int) -> str:
    """When a test is due: its date, and how long ago where that day has passed."""
    if due // DAY > as_of // DAY:
        return date_text(due)
    ago = span_text(due, as_of)
    return f"due {date_text(due)}, {ago}" + ("" if ago == "today" else " ago")
