"""The days on which the sample clinic's patients come: the label's visits, weekdays, and the pinned clock."""

from __future__ import annotations

import calendar
from collections.abc import Iterator
from datetime import date, timedelta

AS_OF = date(2026, 11, 20)  # the demo's clock, a Friday; clinic.toml says the same

#: Months after the start at which the stricter of the labels asks for a count: monthly for six, then quarterly.
MONTHLY = (1, 2, 3, 4, 5, 6)
QUARTERLY = tuple(range(9, 60, 3))


def add_months(start: date, months: int) -> date:
    """The same day of a later month, or that month's last day where it is shorter."""
    years, month = divmod(start.month - 1 + months, 12)
    year, month = start.year + years, month + 1
    return date(year, month, min(start.day, calendar.monthrange(year, month)[1]))


def list_visits(start: date, until: date) -> Iterator[tuple[int, date]]:
    """Each visit's month number and due date, none due after `until`."""
    for month in MONTHLY + QUARTERLY:
        due = add_months(start, month)
        if due > until:
            return
        yield month, due


def on_weekday(day: date) -> date:
    """A blood round runs Monday to Friday: Saturday moves back a day, Sunday forward."""
    return day + timedelta(days={5: -1, 6: 1}.get(day.weekday(), 0))
