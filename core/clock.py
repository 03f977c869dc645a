"""The only place that asks the time. Everything else is told it."""

from __future__ import annotations

import time
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from core.records import DAY

_EPOCH = date(1970, 1, 1)


def read_clock(zone: str, pinned: str = "") -> int:
    """The instant it is for the clinic: its wall clock in `zone`, or the end of the pinned ISO date.

    Returns: instant (seconds since 1970-01-01T00:00 on the clinic's wall clock).
    """
    if pinned:
        return end_of_day(date.fromisoformat(pinned))
    wall = datetime.now(ZoneInfo(zone)).replace(tzinfo=UTC)  # the wall clock's digits, counted as if no zone existed
    return int(wall.timestamp())


def end_of_day(day: date) -> int:
    """The last instant of a day: "as of DATE" means that the whole day has happened (CONTRACT 3)."""
    return (day - _EPOCH).days * DAY + DAY - 1


def read_utc() -> int:
    """Seconds since 1970 in UTC, for the trail of who stored what when; never used to judge a patient."""
    return int(time.time())
