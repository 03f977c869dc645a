"""The lines that say what, against what, when, and who says so. Titles and advice come from the protocol, unchanged."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

from core.engine.standing import Alert, Evidence, Position, Source
from core.records import ACTIONS, DAY, RESPOND_WITHIN_DAYS
from core.views.earlier_line import earlier_line, earlier_short
from core.views.model import CourseLine
from core.views.names import analyte_name, analyte_unit, measured_text
from core.views.source_words import checked_words, place_words
from core.views.text import capital, count_text, date_text, dose_text, join_words, moment_text, plain
from core.views.words import authority_words, reason_words, response_words, status_words, title_words, words

_DATED = re.compile(r"\d\d-[A-Z][a-z]{2}-\d{4}")
_DATE_BEFORE_LIMIT = re.compile(r" on \d\d-[A-Z][a-z]{2}-\d{4}(?=,)")
ENDS_TREATMENT = ("do_not_start", "stop", "withhold")  # actions after which no routine visit is the next thing
UNSIGNED = "awaiting clinical sign-off"


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
    earlier = earlier_line(alert.basis.inputs)
    return f"{title} ({'; '.join(said)}{f', {earlier}' if earlier else ''})"


def short_why(alert: Alert) -> str:
    """The reason in one narrow line, values first and without dates: "Neutrophils 0.9 ×10⁹/L, below 1.5"."""
    title = plain(alert.title)
    said = [_DATE_BEFORE_LIMIT.sub("", title)]
    if not _DATED.search(title):
        newest = {item.analyte or item.event: item for item in sorted(alert.evidence, key=lambda item: item.at)}
        ordered = sorted(newest.values(), key=lambda item: (not item.analyte, item.analyte != alert.fact))
        events = [words(item.event) for item in ordered if item.event]
        results = [
            measured_text(item.analyte, item.value, item.comparator, item.unit)
            for item in ordered
            if item.analyte and item.value is not None
        ]
        said += (
            [" ".join(filter(None, (results[0], earlier_short(alert.basis.inputs)))), *results[1:]] if results else []
        )
        said += events if results else []
    said += [held_line(alert)] if alert.held else []
    return " · ".join(said)


def held_line(alert: Alert) -> str:
    """Why the newest result could not be judged while the alert stays open, "" where it could."""
    if alert.held == "censored" and any(item.comparator for item in alert.evidence):
        return "newest result is only a bound: how far beyond is unknown"
    return f"newest result cannot be judged: {reason_words(alert.held)}" if alert.held else ""


def response_line(alert: Alert, as_of: int) -> str:
    """How soon somebody should look; what the alert is about and has not happened yet sets a nearer end, with its date.

    Hazard: HAZ-012 (a dose given on the day before an operation, because a week seemed to be left).
    """
    within = response_words(alert.priority)
    ahead = [item for item in alert.evidence if item.event and item.at // DAY > as_of // DAY]
    if not ahead:
        return within
    first = min(ahead, key=lambda item: item.at)
    days = first.at // DAY - as_of // DAY
    when = f"{words(first.event)} on {date_text(first.at)}, in {count_text(days, 'day')}"
    limit = RESPOND_WITHIN_DAYS[alert.priority]
    if limit == 0 or (limit is not None and limit < days):
        return f"{within} ({when})"
    return f"before the {when}"


def proposal_line(alert: Alert, as_of: int, answered: str = "") -> str:
    """What an alert proposes, who says so, and by when a clinician decides, or how one did: it never orders (P43).

    "Proposed: stop (EMA and Nadir default) · for a clinician to decide today". Args: answered (answered.answer_words).
    """
    said = [one.authority for one in alert.positions if one.action == alert.action] or alert.authorities
    who = join_words(dict.fromkeys(authority_words(one) for one in sorted(said, key=lambda one: one == "LOCAL")))
    by = f" ({who})" if who else ""
    return f"Proposed: {words(alert.action)}{by} · " + (
        answered or f"for a clinician to decide {response_line(alert, as_of)}"
    )


def routine_line(alerts: Iterable[Alert], routine: str, *, taken: bool = True) -> str:
    """The routine schedule beside open alerts: while one ends or holds the treatment, it is only what would follow.

    taken: the drug is taken now; one on hold or not begun would be started.

    Hazard: HAZ-014 (a date months ahead beside a count that asks for a stop).
    """
    open_alerts = list(alerts)
    if any(one.action in ENDS_TREATMENT for one in open_alerts):
        return f"Routine schedule, only if the treatment {'goes on' if taken else 'is started'}: {routine}"
    return f"Routine schedule: {routine}" if open_alerts else capital(routine)


def lead_position(alert: Alert) -> Position | None:
    """The position a summary quotes: of those with the alert's own priority the graded default where there is one (it
    names a time to act), else the strictest action; None where the alert names no position.
    """
    top = [one for one in alert.positions if one.priority == alert.priority] or list(alert.positions)
    cited = [one.advice for one in top if one.authority != "LOCAL"]
    graded = [one for one in top if one.authority == "LOCAL" and one.advice not in cited]
    return min(graded or top, key=lambda one: (_strictness(one.action), one.rule_id != alert.rule_id), default=None)


def advice_line(alert: Alert) -> str:
    """Who says what to do, and whether a clinician signed it: "EMA: Label: … (awaiting clinical sign-off)"."""
    lead = lead_position(alert)
    if lead is None:
        return f"{join_words(map(authority_words, alert.authorities))}: {plain(alert.advice)}"
    said = lead.advice or alert.advice
    same = [one for one in alert.positions if one.advice == lead.advice and one.action == lead.action]
    who = join_words(dict.fromkeys(authority_words(one.authority) for one in same))
    return f"{who}: {plain(said)}" + ("" if lead.source.signed else f" ({UNSIGNED})")


def stance_line(alert: Alert) -> str:
    """Every authority with its own strictest action: "EMA stop · FDA review · Nadir default stop"."""
    strictest: dict[str, str] = {}
    for one in alert.positions:
        held = strictest.get(one.authority)
        if held is None or _strictness(one.action) < _strictness(held):
            strictest[one.authority] = one.action
    ordered = sorted(strictest, key=lambda who: who == "LOCAL")
    return " · ".join(f"{authority_words(who)} {words(strictest[who])}" for who in ordered)


def _strictness(action: str) -> int:
    return ACTIONS.index(action) if action in ACTIONS else len(ACTIONS)


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
    place = place_words(source.document, source.section, source.version)
    said = (place, checked_words(source.checked), "signed" if source.signed else UNSIGNED)
    return "; ".join(part for part in said if part)


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
