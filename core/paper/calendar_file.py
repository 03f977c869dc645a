"""Due tests as a calendar file: one all-day entry for each draw, identifiers instead of names unless asked.

A draw keeps its UID while its day moves, so that a second import moves the entry instead of adding one.
Source: RFC 5545 (3.1 folding, 3.3.11 text, 3.6.1 event, 3.8.4.7 UID, 3.8.7.4 sequence).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from core.paper.about import PLACE, SAMPLE_WORDS, About
from core.records import DAY
from core.views.draws import Draw, is_late
from core.views.model import Person
from core.views.names import analyte_name
from core.views.people import full_name
from core.views.recall import Line
from core.views.text import NBSP, date_text, join_words, plain

_OCTETS = 75  # of a line, without its end
_END = "\r\n"
_DOMAIN = "nadir.invalid"  # a UID needs a right-hand side; this one is nobody's
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def to_ics(
    lines: Sequence[Line], about: About, *, people: Mapping[str, Person] | None = None, zone: str = "UTC"
) -> bytes:
    """The calendar. Args: people (names are written where they are given); zone (of the clinic's clock).

    Hazard: a calendar is synchronised to phones: by default it names nobody.
    """
    said = [
        "BEGIN:VCALENDAR", "VERSION:2.0", f"PRODID:-//Nadir//{_escape(about.program)}//EN", "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH", f"X-WR-CALNAME:{_escape(_prefix(about) + about.title)}",
        f"X-WR-CALDESC:{_escape('; '.join(f'{label}: {words}' for label, words in about.lines()))}",
    ]  # fmt: skip
    stamp = _utc_text(about.as_of, zone)
    for line in lines:
        for place, draw in enumerate(line.draws):
            said += _event(line, draw, place, about, stamp, people)
    said.append("END:VCALENDAR")
    return "".join(folded for line in said for folded in _fold(line)).encode("utf-8")


def _event(
    line: Line, draw: Draw, place: int, about: About, stamp: str, people: Mapping[str, Person] | None
) -> list[str]:
    who = plain(line.patient_id)
    if people is not None and line.patient_id in people:
        who = f"{full_name(people[line.patient_id])}, {who}"
    tests = join_words(analyte_name(test) for test in draw.tests)
    drugs = join_words(dict.fromkeys(plain(need.drug) for need in draw.needs))
    told = [f"For treatment with {drugs}."]
    told += [f"{analyte_name(need.test)}{', a promised repeat' * bool(need.promised)}: due {date_text(need.due)}, "
             f"{_until(need.closes, late=is_late(need))}." for need in draw.needs]  # fmt: skip
    told += [SAMPLE_WORDS] if about.sample else []
    told += [PLACE, f"{about.program}, as of {date_text(about.as_of)}"]
    return [
        "BEGIN:VEVENT",
        f"UID:{_uid(line.patient_id, place)}",
        f"DTSTAMP:{stamp}",
        f"LAST-MODIFIED:{stamp}",
        f"SEQUENCE:{about.version}",
        f"DTSTART;VALUE=DATE:{_day_text(draw.day)}",
        f"DTEND;VALUE=DATE:{_day_text(draw.day + DAY)}",
        f"SUMMARY:{_escape(f'{_prefix(about)}{tests} due: {who}')}",
        f"DESCRIPTION:{_escape(chr(10).join(told))}",
        "CLASS:PRIVATE",
        "TRANSP:TRANSPARENT",
        "STATUS:CONFIRMED",
        "END:VEVENT",
    ]


def _until(closes: int, *, late: bool) -> str:
    return "late" if late else f"until {date_text(closes)}"


def _prefix(about: About) -> str:
    return "SAMPLE: " if about.sample else ""


def _uid(patient_id: str, place: int) -> str:
    """The same patient's first, second … draw: the same entry, whatever its day. The identifier cannot be read back."""
    digest = hashlib.sha256(f"{patient_id}\n{place}".encode("utf-8", "surrogatepass")).hexdigest()
    return f"{digest[:32]}@{_DOMAIN}"


def _day_text(instant: int) -> str:
    return (_EPOCH + timedelta(seconds=instant)).strftime("%Y%m%d")


def _utc_text(instant: int, zone: str) -> str:
    """A moment of the clinic's clock as the same moment in UTC."""
    wall = (_EPOCH + timedelta(seconds=instant)).replace(tzinfo=ZoneInfo(zone))
    return wall.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def _escape(text: str) -> str:
    """A TEXT value: nothing in it ends the line or the value."""
    safe = "\n".join(plain(part) for part in text.replace(NBSP, " ").split("\n"))
    return safe.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")


def _fold(line: str) -> Iterator[str]:
    """Lines of at most 75 octets, continued after a space; no letter is torn into its octets."""
    room, part = _OCTETS, ""
    used = 0
    for letter in line:
        size = len(letter.encode("utf-8"))
        if used + size > room:
            yield part + _END
            part, used = " ", 1
        part += letter
        used += size
    yield part + _END
