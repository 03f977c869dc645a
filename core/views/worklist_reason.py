"""What one row of the worklist says: every mark that holds, the gravest reason and since when, what comes next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from core.engine.standing import Alert, CannotTell, Visit
from core.protocols.background import background
from core.records import DAY, PRIORITIES
from core.views import stage
from core.views.checked import Count, is_beyond_limit
from core.views.model import ClinicPicture, CourseLine, LimitLine, Outside
from core.views.names import analyte_name, analyte_unit, measured_text, short_name
from core.views.outside import farness
from core.views.sentences import advice_line, short_why
from core.views.text import capital, date_text, join_words, plain, span_text
from core.views.trend import Points
from core.views.words import MARK_ORDER, agreement, gravest, reason_words, response_words, urgency, words

_LAST = 50  # a place behind every alert's urgency: the farther a result lies from its range, the farther before it

_MOST_NAMED = 3  # of what cannot be judged for one reason; the patient screen names them all


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


def urgency_of(
    mark: str, alerts: Sequence[Alert], unknown: Sequence[CannotTell], outside: Sequence[Outside] = ()
) -> int:
    """What comes first among patients of one mark: what cannot wait, and an unknown neutrophil count; of results
    outside their range the farthest.
    """
    if mark == "cannot_tell":
        return 0 if any(one.category == background().leading.category for one in unknown) else 1
    if alerts:
        return 10 * urgency(alerts[0]) - agreement(alerts[0])
    return _LAST - int(min(_LAST, 10 * farness(outside[0]))) if mark == "low" and outside else 0


def held_since(courses: Sequence[CourseLine], picture: ClinicPicture) -> int | None:
    """Since when a drug with rules is on hold; None where none is, or each is taken again."""
    held = {one.drug for one in courses if one.status == "on-hold" and one.drug in picture.drugs_covered}
    since = [stage.held_since(courses, drug, picture.as_of) for drug in held]
    return min((one for one in since if one is not None), default=None)


def newest_count(series: Mapping[str, Points]) -> str:
    """The newest neutrophil count with its date, "" without one."""
    count = _last_count(series)
    if count is None:
        return ""
    test = background().leading.test
    return f"{analyte_name(test)} {measured_text(test, count.value, unit=analyte_unit(test))}, {date_text(count.at)}"


def count_beyond_limit(series: Mapping[str, Points], limits: Sequence[LimitLine]) -> str:
    """The newest neutrophil count where it lies beyond a limit drawn for it, else ""."""
    count = _last_count(series)
    return f"{newest_count(series)}, beyond a drawn limit" if count and is_beyond_limit(count, limits) else ""


def _last_count(series: Mapping[str, Points]) -> Count | None:
    points = series.get(background().leading.test, ())
    return Count(*points[-1]) if points else None


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
        oldest = min(unknown, key=lambda one: (one.category != background().leading.category, one.since))
        return _say_untold(oldest.reason, unknown), plain(oldest.remedy), oldest.since
    if mark == "overdue":
        tests = ", ".join(dict.fromkeys(analyte_name(one.test) for one in overdue))
        return f"{tests} overdue", f"was due {date_text(overdue[0].due)}", overdue[0].window_end
    if mark == "in_limits":
        return "No alert stands on what was checked", "Open the patient for what that was.", None
    unheard = ", ".join(dict.fromkeys(plain(one.drug) for one in courses))
    return ("No rules for these drugs", unheard, None) if unheard else ("No monitored drug", "no current course", None)


def _say_untold(reason: str, unknown: Sequence[CannotTell]) -> str:
    """What cannot be judged for one reason, and which other reasons there are."""
    what = list(dict.fromkeys(words(one.category) for one in unknown if one.reason == reason))
    more = len(what) - _MOST_NAMED
    named = join_words([*what[:_MOST_NAMED], f"{more} more"] if more > 1 else what)
    others = join_words(dict.fromkeys(reason_words(one.reason) for one in unknown if one.reason != reason))
    return f"{capital(named)}: {reason_words(reason)}{f' · also {others}' if others else ''}"


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
