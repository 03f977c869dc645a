"""A past day: which day the address names, what of the records was known then, and the words that say so."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import replace
from datetime import date, timedelta

from core.records import DAY, EVENT_KINDS, FORESEEN_EVENTS
from core.views.markup import Markup, tag
from core.views.model import CourseLine, EventLine, PatientPicture
from core.views.text import date_text, span_text

_EPOCH = date(1970, 1, 1)
_EARLIEST = date(1900, 1, 1)  # before anybody who is treated was born
_ENDED = ("stopped", "completed")


def read_day(text: str) -> int | None:
    """The last instant of an ISO date in an address: "as of" means that the whole day has happened.

    Returns: None for anything that is no such date; the screen then shows today and says so.
    """
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return (day - _EPOCH).days * DAY + DAY - 1 if len(text) == 10 and day >= _EARLIEST else None


def day_word(instant: int) -> str:
    """A day as an address holds it: 2026-10-01."""
    return day_of(instant).isoformat()


def day_of(instant: int) -> date:
    """The calendar day of an instant."""
    return _EPOCH + timedelta(days=instant // DAY)


def course_on(course: CourseLine, at: int) -> CourseLine | None:
    """A course as a reader of that day saw it: what has ended since was still running, what had not begun was planned.

    A hold that came later is absent: nobody plans one.
    Hazard: HAZ-004 (a drug taken then, shown as stopped because it was stopped later).
    """
    if course.start > at:
        if course.status == "on-hold":
            return None
        return course if course.status == "planned" else replace(course, status="planned", reason="")
    if course.status in _ENDED and course.end is not None and course.end > at:
        return replace(course, status="active", end=None, reason="")
    return course


def event_on(event: EventLine, at: int) -> EventLine | None:
    """An event as it was known on a day: what began later is absent, unless it is foreseen; what lasted has no end."""
    if event.start > at:
        return event if event.kind in FORESEEN_EVENTS else None
    lasting = EVENT_KINDS.get(event.kind) == "state" and event.end is not None and event.end > at
    return replace(event, end=None) if lasting else event


def past_banner(picture: PatientPicture) -> Markup | None:
    """That a past day is shown, how long ago it was and what is left out; nothing on today's picture.

    Hazard: HAZ-004 (an old picture taken for today's).
    """
    if not picture.is_past:
        return None
    ago = span_text(picture.as_of, picture.today)
    return tag(
        "div",
        tag("b", f"Past day: {date_text(picture.as_of)}, {ago} ago."),
        " As it was known then: results that arrived later, and later corrections, are not shown.",
        css="n-past",
        role="status",
    )


def neighbours(picture: PatientPicture) -> tuple[int | None, int | None]:
    """The nearest earlier and later day on which anything became known; the last step forward is today."""
    today = picture.as_of // DAY * DAY
    before = bisect_left(picture.news, today)
    after = bisect_right(picture.news, today)
    earlier = picture.news[before - 1] if before else None
    later = picture.news[after] if after < len(picture.news) else None
    if later is None and picture.is_past:
        later = picture.today // DAY * DAY
    return earlier, later
