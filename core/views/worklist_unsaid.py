"""What a row says that no standing alert says: results outside their range, and high alerts that ended unseen.

Hazard: HAZ-014 (neither is ever IN LIMITS).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from core.engine.standing import Alert, CannotTell
from core.records import DAY
from core.views.model import ClinicPicture, Outside
from core.views.names import stale_after_days
from core.views.outside import list_unspoken
from core.views.sentences import fact_line, short_why
from core.views.text import date_text
from core.views.words import MARK_ORDER


def add_marks(marks: tuple[str, ...], *, alarmed: bool, outside: bool, over: Sequence[bool]) -> tuple[str, ...]:
    """The marks of a row with what no alert says.

    Args: alarmed (an alert waits), outside (so does a result outside its range, and some drug is taken), over (of each
          high alert that ended unseen: whether it only ran out).
    """
    added = {"cannot_tell"} if any(over) else set()
    if not alarmed and (not all(over) or outside):
        added.add("low")
    if not added:
        return marks
    return tuple(sorted({*marks, *added} - {"in_limits"}, key=MARK_ORDER.__getitem__))


def outside_of(
    picture: ClinicPicture, name: str, alerts: Sequence[Alert], unknown: Sequence[CannotTell], *, covered: bool
) -> tuple[Outside, ...]:
    """A patient's newest results outside their range of which nothing else speaks, the farthest first.

    Args: covered (a drug with rules is in use: of somebody whom nobody watches here any more, what is too old to answer
          anything is history).
    """
    if picture.people[name].deceased_date is not None:
        return ()
    found = list_unspoken(picture.outside.get(name, ()), alerts, unknown)
    return tuple(one for one in found if covered or not _is_stale(one, picture.as_of))


def _is_stale(one: Outside, as_of: int) -> bool:
    """Whether a result is too old to answer anything."""
    days = stale_after_days(one.analyte)
    return days is not None and one.at < as_of - days * DAY


def first_over(mark: str, over: Sequence[Alert], ran_out: Collection[str]) -> Alert | None:
    """The ended alert that heads a row of this mark, None where something else does."""
    asked = {"cannot_tell": True, "low": False}.get(mark)
    found = [one for one in over if (one.alert_id in ran_out) == asked]
    return min(found, key=lambda one: one.closed_at or 0, default=None)


def say_over(alert: Alert, *, ran_out: bool) -> tuple[str, str, int | None]:
    """A high alert that ended unseen: what it was and how it ended, the fact in full, and when it ended."""
    said = over_line(alert, ran_out=ran_out)
    return f"{'' if ran_out else 'No longer: '}{short_why(alert)} · {said}", fact_line(alert), alert.closed_at


def over_line(alert: Alert, *, ran_out: bool, answered: bool = False) -> str:
    """How an alert ended that nobody has looked at since: on evidence, or because its days were over."""
    if ran_out:
        missing = "a newer result" if answered else "a newer result or an answer"
        return f"ran out on {date_text(alert.closed_at)} without {missing}"
    return f"Ended on evidence of {date_text(alert.closed_at)}; nobody has looked since"
