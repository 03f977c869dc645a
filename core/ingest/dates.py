"""Reading a date without guessing: ISO 8601, or the order a mapping declares; anything else is refused."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta, timezone
from functools import lru_cache
from typing import Literal, NamedTuple
from zoneinfo import ZoneInfo

from core.records import DAY

DateOrder = Literal["dmy", "mdy", "ymd"]

EARLIEST = date(1880, 1, 1)  # nobody under care was born before; a serial or a sentinel such as 0001-01-01 was meant
LATEST = date(2099, 12, 31)  # records.FAR begins the next day: a later date would read as "open"
_EPOCH = date(1970, 1, 1).toordinal()

_TIME = r"(?:[T ]([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:[.,][0-9]{1,9})?)?(Z|[+-][0-9]{2}(?::?[0-9]{2})?)?)?"
_ISO = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})" + _TIME)
_ISO_BASIC = re.compile(
    r"([0-9]{4})([0-9]{2})([0-9]{2})(?:T([0-9]{2})([0-9]{2})([0-9]{2})?(Z|[+-][0-9]{2}:?[0-9]{2})?)?"
)
_YEAR_LAST = re.compile(r"([0-9]{1,2})([/.-])([0-9]{1,2})\2([0-9]{4})" + _TIME)
_YEAR_FIRST = re.compile(r"([0-9]{4})([/.-])([0-9]{1,2})\2([0-9]{1,2})" + _TIME)
_MONTH_NAMED = re.compile(r"([0-9]{1,2})([ -])([A-Za-z]{3})\2([0-9]{4})" + _TIME)
_SHORT_YEAR = re.compile(r"[0-9]{1,2}[/.-][0-9]{1,2}[/.-][0-9]{2}(?:[T ].*)?")
_SERIAL = re.compile(r"[0-9]{4,6}(?:\.[0-9]+)?")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


class DateUnread(ValueError):
    """A text that is not one certain moment. reason: bad_date or ambiguous_date; sentence: its own wording, or ""."""

    def __init__(self, reason: str, sentence: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.sentence = sentence


class Moment(NamedTuple):
    """instant: clinic's wall clock. has_time: the text gave a time of day, else it is the day's first instant."""

    instant: int
    has_time: bool


@lru_cache(maxsize=1 << 16)
def read_moment(text: str, zone: ZoneInfo, order: DateOrder | None = None) -> Moment:
    """Read a date, or a date with a time, as an instant on the clinic's wall clock; an offset is converted to `zone`.

    Args: order: how the source writes day, month and year, where a mapping declares it; None: ISO 8601 only.
    Raises: DateUnread (the user mends the cell, or declares the order).
    """
    if found := _ISO.fullmatch(text) or _ISO_BASIC.fullmatch(text):
        year, month, day, *clock = found.groups()
    elif order == "ymd" and (found := _YEAR_FIRST.fullmatch(text)):
        year, _, month, day, *clock = found.groups()
    elif order in ("dmy", "mdy") and (found := _YEAR_LAST.fullmatch(text)):
        first, _, second, year, *clock = found.groups()
        day, month = (first, second) if order == "dmy" else (second, first)
    elif order == "dmy" and (found := _MONTH_NAMED.fullmatch(text)):
        day, _, name, year, *clock = found.groups()
        month = str(_MONTHS.index(name.lower()) + 1) if name.lower() in _MONTHS else "0"
    else:
        raise _refusal(text)
    return _moment(int(year), int(month), int(day), clock, zone)


def _moment(year: int, month: int, day: int, clock: list[str | None], zone: ZoneInfo) -> Moment:
    hour, minute, second, offset = clock
    try:
        the_day = date(year, month, day)
        clock_time = (int(hour or 0), int(minute or 0), int(second or 0))
        wall = datetime(year, month, day, *clock_time)  # noqa: DTZ001 - the clinic's wall clock has no zone
        if offset:
            wall = _in_order(wall.replace(tzinfo=_offset(offset)).astimezone(zone)).replace(tzinfo=None)
    except (ValueError, OverflowError) as error:
        raise DateUnread("bad_date", "{value!r} in {column} is no day of the calendar: check it.") from error
    if not EARLIEST <= the_day <= LATEST:
        raise DateUnread(
            "bad_date", "{value!r} in {column} is outside 1880 to 2099: correct it; leave an open end blank."
        )
    seconds = (wall.toordinal() - _EPOCH) * DAY + wall.hour * 3600 + wall.minute * 60 + wall.second
    return Moment(seconds, hour is not None)


def _in_order(wall: datetime) -> datetime:
    """A moment of the hour that clocks put back live twice, second time: moved into that hour's last minute, a second
    for each minute, so that it stays after all of the first time and before the next hour.

    Hazard: HAZ-001 (a wall clock alone lets the older of two results look like the newer one).
    """
    if not wall.fold or not _is_repeated(wall):
        return wall
    end = wall.replace(second=0, microsecond=0, fold=0, tzinfo=None)
    while _is_repeated(end.replace(tzinfo=wall.tzinfo)):
        end += timedelta(minutes=1)
    left = (end - wall.replace(fold=0, tzinfo=None)).total_seconds()
    return (end - timedelta(seconds=max(1, left // 60))).replace(tzinfo=wall.tzinfo)


def _is_repeated(wall: datetime) -> bool:
    first, second = wall.replace(fold=0).utcoffset(), wall.replace(fold=1).utcoffset()
    return first is not None and second is not None and first > second


def _offset(text: str) -> timezone:
    if text == "Z":
        return UTC
    hours, minutes = int(text[1:3]), int(text[-2:]) if len(text) > 3 else 0
    if hours > 14 or minutes > 59:  # no zone on earth is further than 14 hours from UTC
        raise ValueError(text)
    shift = timedelta(hours=hours, minutes=minutes)
    return timezone(shift if text[0] == "+" else -shift)


def _refusal(text: str) -> DateUnread:
    """Say why a text that no declared form fits is not read."""
    if _SERIAL.fullmatch(text):
        return DateUnread(
            "bad_date",
            "{value!r} in {column} looks like a spreadsheet's day number, which counts from 1900 or from 1904: "
            "format the column as 2026-03-01.",
        )
    if found := _YEAR_LAST.fullmatch(text):
        first, second = int(found[1]), int(found[3])
        if first != second and 0 < first <= len(_MONTHS) and 0 < second <= len(_MONTHS):
            return DateUnread("ambiguous_date")
    if _SHORT_YEAR.fullmatch(text):
        return DateUnread("ambiguous_date", "{value!r} in {column} has a two-digit year: write it as 2026-03-01.")
    return DateUnread("bad_date")


def day_of(instant: int) -> int:
    """The first instant of the day an instant lies in."""
    return instant - instant % DAY
