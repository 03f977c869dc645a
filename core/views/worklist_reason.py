"""What one row of the worklist says: every mark that holds, the gravest reason and since when, what comes next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from core.engine.standing import Alert, CannotTell, Visit
from core.records import DAY, PRIORITIES
from core.views.limits import out_of_limit
from core.views.model import ClinicPicture, CourseLine, LimitLine
from core.views.names import analyte_name, analyte_unit, measured_text, short_name
from core.views.sentences import advice_line, capital, short_why
from core.views.text import date_text, join_words, plain, span_text
from core.views.trend import Points
from core.views.words import MARK_ORDER, agreement, gravest, reason_words, response_words, urgency, words

_COUNT = "neutrophils"


def list_marks(
    alerts: Sequence[Alert], unknown: Sequence[CannotTell], overdue: Sequence[Visit], otherwise: str
) -> tuple[str, ...]:
    """Every mark that holds, gravest first; IN LIMITS only where something was checked and nothing found or missing.

    An alert that rests on a bound, or whose newest result could not be judged, is also one that cannot be told.
    """
    marks = [gravest((one.priority for one in alerts), "")] if alerts else []
    blind = any(one.held or any(item.comparator for item in one.evidence) for one in alerts)
    marks += ["cannot_tell"] if unknown or blind else []
    marks += ["overdue"] if overdue else []
    if not marks and not alerts:
        return (otherwise,)
    return tuple(sorted(marks, key=MARK_ORDER.__getitem__))


def urgency_of(mark: str, alerts: Sequence[Alert], unknown: Sequence[CannotTell]) -> int:
    """What comes first among patients of one mark: what cannot wait, and an unknown neutrophil count."""
    if mark == "cannot_tell":
        return 0 if any(one.category == "neutropenia" for one in unknown) else 1
    return 10 * urgency(alerts[0]) - agreement(alerts[0]) if alerts else 0


def held_since(courses: Sequence[CourseLine], picture: ClinicPicture) -> int | None:
    """Since when a drug with rules is on hold; None where none is."""
    holds = [
        one.start
        for one in courses
        if one.status == "on-hold" and one.start <= picture.as_of and one.drug in picture.drugs_covered
    ]
    return min(holds, default=None)


def newest_count(series: Mapping[str, Points]) -> str:
    """The newest neutrophil count with its date, "" without one."""
    points = series.get(_COUNT, ())
    if not points:
        return ""
    at, value = points[-1]
    return f"{analyte_name(_COUNT)} {measured_text(_COUNT, value, unit=analyte_unit(_COUNT))}, {date_text(at)}"


def count_beyond_limit(series: Mapping[str, Points], limits: Sequence[LimitLine]) -> str:
    """The newest neutrophil count where it lies beyond a limit drawn for it, else ""."""
    points = series.get(_COUNT, ())
    drawn = [one for one in limits if one.analyte == _COUNT]
    return f"{newest_count(series)}, beyond a drawn limit" if points and out_of_limit(points[-1][1], drawn) else ""


def say_quiet(held: int | None, count: str) -> tuple[str, str, int | None]:
    """The reason of a patient on hold, or whose count lies beyond a drawn limit, without an alert.

    Hazard: HAZ-014 (neither is ever called in limits).
    """
    detail = "No alert stands on what was checked."
    if held is None:
        return count, detail, None
    return " · ".join(part for part in (f"HELD since {date_text(held)}", count) if part), detail, held


def say_reason(
    mark: str,
    alerts: Sequence[Alert],
    unknown: Sequence[CannotTell],
    overdue: Sequence[Visit],
    courses: Sequence[CourseLine],
) -> tuple[str, str, int | None]:
    """The gravest reason in two lines, and since when it holds."""
    if mark in PRIORITIES or (mark == "cannot_tell" and not unknown):
        return short_why(alerts[0]), advice_line(alerts[0]), alerts[0].since
    if mark == "cannot_tell":
        oldest = min(unknown, key=lambda one: (one.category != "neutropenia", one.since))
        what = join_words(dict.fromkeys(words(one.category) for one in unknown))
        return f"{capital(what)}: {reason_words(oldest.reason)}", plain(oldest.remedy), oldest.since
    if mark == "overdue":
        tests = ", ".join(dict.fromkeys(analyte_name(one.test) for one in overdue))
        return f"{tests} overdue", f"was due {date_text(overdue[0].due)}", overdue[0].window_end
    if mark == "in_limits":
        return "No alert stands on what was checked", "Open the patient for what that was.", None
    unheard = ", ".join(dict.fromkeys(plain(one.drug) for one in courses))
    return ("No rules for these drugs", unheard, None) if unheard else ("No monitored drug", "no current course", None)


def say_next(alerts: Sequence[Alert], visits: Sequence[Visit], as_of: int) -> str:
    """How soon somebody should look; where no alert asks for it, the next test that is due."""
    if alerts:
        return capital(response_words(alerts[0].priority))
    coming = min((one for one in visits if one.status in ("due", "upcoming")), key=lambda one: one.due, default=None)
    if coming is None:
        return ""
    if coming.due // DAY < as_of // DAY:
        return f"{short_name(coming.test)} due {span_text(coming.due, as_of)} ago"
    return f"{short_name(coming.test)} {date_text(coming.due)}"
