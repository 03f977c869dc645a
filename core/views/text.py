"""The three formatters every number on a screen goes through: a value with its unit, a date, a dose with its frequency.

Dates are `dd-Mmm-yyyy` whatever the machine's locale. A displayed number never lies on the other side of a limit from
the number it stands for. Names that come from outside are made harmless here (`plain`) before anything shows them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

from core.records import DAY, FAR, LONG_AGO

NBSP = "\u00a0"  # a number is never broken from its unit, a drug never from its dose
MINUS = "\u2212"
EN_DASH = "\u2013"
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

_EPOCH = date(1970, 1, 1)
_MOST_DECIMALS = 12  # float64 holds no more that a laboratory could mean
# Characters that turn, hide or break the text around them. Joiners (U+200C, U+200D) stay: many languages need them.
_TURNING = re.compile(
    "[\u0000-\u001f\u007f-\u009f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb\ud800-\udfff]"
)

_LEADING_NUMBER = re.compile(r"^\d+(\.\d+)?(?=\s)")


def plain(text: str) -> str:
    """Text as it was given, with every invisible or direction-turning character made visible as U+FFFD.

    Hazard: HAZ-002 (a right-to-left override could make one patient's name read as another's).
    """
    return _TURNING.sub("\ufffd", text)


def capital(said: str) -> str:
    """Words at the head of a line or a sentence: "renal dosing, AKI" as "Renal dosing, AKI"."""
    return said[:1].upper() + said[1:]


def number_text(
    value: float, *, against: Iterable[float] = (), usual: int | None = None, converted: bool = False
) -> str:
    """A number as a laboratory prints it: 0.5 not .5, 1 not 1.0, 1,200 not 1200, and never rounded across a limit.

    Args: against (the limits this number is judged by, same unit); usual (decimals this analyte is reported with:
          a number recorded with up to one more is kept, further digits came from a computation); converted (the number
          was computed from another unit, so that no digit beyond the usual was ever recorded).
    """
    exact = Decimal(repr(float(value)))
    places = _places(exact, usual, 0 if converted else 1)
    limits = [Decimal(repr(float(limit))) for limit in against]
    shown = _round(exact, places)
    while places < _MOST_DECIMALS and any(_side(shown, limit) != _side(exact, limit) for limit in limits):
        places += 1
        shown = _round(exact, places)
    digits = f"{abs(shown):,f}"
    digits = digits.rstrip("0").rstrip(".") if "." in digits else digits
    return (MINUS if shown < 0 else "") + digits


def date_text(instant: int | None, missing: str = "not stated") -> str:
    """A date as dd-Mmm-yyyy, in any locale; a date nobody stated is words, never a blank."""
    if instant is None or instant in (FAR, LONG_AGO):
        return missing
    day = _EPOCH + timedelta(days=instant // DAY)
    return f"{day.day:02d}-{MONTHS[day.month - 1]}-{day.year:04d}"


def iso_date_text(iso: str) -> str:
    """An ISO date as screens print it; anything else as it is."""
    try:
        return date_text((date.fromisoformat(iso[:10]) - _EPOCH).days * DAY)
    except ValueError:
        return plain(iso)


def iso_text(instant: int) -> str:
    """An instant as charts read it: wall-clock time without a zone, 2026-11-18T08:12:00."""
    day = _EPOCH + timedelta(days=instant // DAY)
    minutes, seconds = divmod(instant % DAY, 60)
    return f"{day.isoformat()}T{minutes // 60:02d}:{minutes % 60:02d}:{seconds:02d}"


def moment_text(instant: int | None, missing: str = "not stated") -> str:
    """A date with its time of day where the instant carries one: 18-Nov-2026 08:12."""
    day = date_text(instant, missing)
    if instant is None or instant in (FAR, LONG_AGO) or instant % DAY == 0:
        return day
    minutes = instant % DAY // 60
    return f"{day}{NBSP}{minutes // 60:02d}:{minutes % 60:02d}"


def dose_text(dose: str, frequency: str, route: str = "") -> str:
    """A dose with how often it is given ("0.5 mg once daily SC"); a frequency nobody stated is said in words.

    Hazard: HAZ-012 (a weekly dose read as daily).
    """
    shown = _LEADING_NUMBER.sub(lambda found: number_text(float(found.group())), plain(dose).strip())
    parts = [shown or "dose not stated", plain(frequency).strip() or "frequency not stated", plain(route)]
    return NBSP.join(part.replace(" ", NBSP) for part in parts if part)


def age_text(birth: int, as_of: int, until: int | None = None) -> str:
    """An age a clinician expects: days under 4 weeks, weeks under 3 months, months under 2 years, years after that.

    Args: birth (instant, LONG_AGO = unknown); until (date of death, if any: age stops there).
    """
    if birth == LONG_AGO:
        return "age not stated"
    born = _EPOCH + timedelta(days=birth // DAY)
    today = _EPOCH + timedelta(days=min(as_of, as_of if until is None else until) // DAY)
    days = (today - born).days
    months = (today.year - born.year) * 12 + today.month - born.month - (today.day < born.day)
    if days < 0:
        return "not yet born"
    if days < 28:
        return f"{days}{NBSP}d"
    if months < 3:
        return f"{days // 7}{NBSP}wk"
    return f"{months}{NBSP}mo" if months < 24 else f"{months // 12}{NBSP}y"


def is_adult(birth: int, as_of: int) -> bool:
    """Whether somebody has come of age (18 years): the catalogue's default ranges are adults'. Unknown age: no."""
    born = _EPOCH + timedelta(days=birth // DAY) if birth != LONG_AGO else None
    today = _EPOCH + timedelta(days=as_of // DAY)
    return born is not None and (today.year - born.year) - ((today.month, today.day) < (born.month, born.day)) >= 18


def span_text(start: int, end: int) -> str:
    """How long something has lasted, in whole days up to two months, then months, then years: "2 days", "5 months"."""
    days = max(0, end // DAY - start // DAY)
    if days == 0:
        return "today"
    count, word = (days, "day") if days < 61 else (days * 12 // 365, "month") if days < 730 else (days // 365, "year")
    return f"{count:,}{NBSP}{word}{'' if count == 1 else 's'}"


def change_text(before: float, after: float, *, usual: int | None = None) -> str:
    """A change since the last value, always with its sign, exact in decimals: +0.4, −0.6, ±0."""
    change = float(Decimal(repr(float(after))) - Decimal(repr(float(before))))
    shown = number_text(change, usual=usual)
    return "±0" if shown in ("0", MINUS + "0") else ("+" if change > 0 else "") + shown


def count_text(count: int, singular: str, plural: str = "") -> str:
    """A count with its noun: "1 patient", "1,200 patients"."""
    return f"{count:,}{NBSP}{singular if count == 1 else plural or singular + 's'}"


def join_words(words: Iterable[str], last: str = "and") -> str:
    """A list as people write it: "a", "a and b", "a, b and c"."""
    listed = [word for word in words if word]
    if len(listed) < 2:
        return "".join(listed)
    return f"{', '.join(listed[:-1])} {last} {listed[-1]}"


def _places(exact: Decimal, usual: int | None, extra: int) -> int:
    """Decimals to keep: those recorded, unless they are more than the analyte (or a number of that size) can mean."""
    exponent = exact.normalize().as_tuple().exponent
    recorded = max(0, -exponent) if isinstance(exponent, int) else 0
    if usual is not None:
        return recorded if recorded <= usual + extra else usual
    size = abs(exact)
    most = 1 if size >= 100 else 2 if size >= 10 else 3 if size >= Decimal("0.1") or not size else 2 - size.adjusted()
    return min(recorded, most)


def _round(exact: Decimal, places: int) -> Decimal:
    return exact.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)


def _side(number: Decimal, limit: Decimal) -> int:
    return (number > limit) - (number < limit)
