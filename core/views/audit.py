"""The audit screen: the trail narrowed, cut into pages and put into words; names only for whoever may see them."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from core.acts import DECISIONS
from core.alerts.dispositions import dispositions
from core.records import FAR, LONG_AGO
from core.views.audit_subject import subject_words
from core.views.text import EN_DASH, NBSP, count_text, date_text, plain
from core.views.words import Mark, words

PAGE_ROWS = 50
#: What the trail tells of, by its own word, and what the reader calls it.
WHAT: Mapping[str, str] = {
    "view": "Looked", "act": "Acted", "import": "Imported", "export": "Exported", "rule": "Changed a rule",
    "role": "Changed a role", "sign_in": "Signed in",
}  # fmt: skip
VERDICTS: Mapping[str, Mark] = {
    "intact": Mark("in_limits", "✓", "INTACT"),
    "altered": Mark("high", "▲", "ALTERED"),
    "truncated": Mark("high", "▲", "TRUNCATED"),
    "rewritten": Mark("high", "▲", "REWRITTEN"),
}
HEADINGS: Mapping[str, str] = {
    "when": "When", "who": "Who", "what": "What", "subject": "Exactly", "patient": "Patient", "before": "Before",
    "after": "After", "why": "Why", "number": "No.",
}  # fmt: skip
_DATES = ("expires", "until", "start", "end")  # instants inside what was before and after
_UNSAID = ("act",)  # numbers only the program reads
_SPEAKING = ("state", "owner")  # values that speak without their name


class Told(NamedTuple):
    """One entry of the trail as it is kept. at: UTC seconds."""

    number: int
    at: int
    by: str
    what: str
    patient_id: str
    subject: str
    before: str
    after: str
    why: str


@dataclass(frozen=True, slots=True)
class Line:
    """One entry as a reader sees it. at: instant on the clinic's clock. key: of the patient, None where nobody is
    concerned or the patient is not on file. patient: their name, or their number for who may not see names.
    """

    number: int
    at: int
    by: str
    what: str
    key: int | None
    patient: str
    subject: str
    before: str
    after: str
    why: str


@dataclass(frozen=True, slots=True)
class Choice:
    """What the trail is narrowed to; nothing chosen narrows nothing. since, until: UTC seconds, half-open."""

    who: frozenset[str] = frozenset()
    what: frozenset[str] = frozenset()
    patient_id: str | None = None
    since: int = LONG_AGO
    until: int = FAR


class Cut(NamedTuple):
    """One page of a list: its number from 1, how many there are, and where it begins and ends (half-open)."""

    page: int
    pages: int
    first: int
    last: int


def narrow(entries: Iterable[Told], choice: Choice) -> list[Told]:
    """The entries a choice keeps, in their order."""
    return [
        one
        for one in entries
        if (not choice.who or one.by in choice.who)
        and (not choice.what or one.what in choice.what)
        and (choice.patient_id is None or one.patient_id == choice.patient_id)
        and choice.since <= one.at < choice.until
    ]


def count_kinds(entries: Iterable[Told]) -> Mapping[str, int]:
    """How many entries there are of each kind, in the order of WHAT; kinds nobody knows stand last."""
    counts = Counter(one.what for one in entries)
    return {kind: counts[kind] for kind in (*WHAT, *sorted(set(counts) - set(WHAT))) if counts[kind]}


def cut_page(count: int, asked: int, rows: int = PAGE_ROWS) -> Cut:
    """The page asked for, or the nearest there is; an empty list is one empty page."""
    pages = max(1, -(-count // rows))
    page = min(max(1, asked), pages)
    return Cut(page, pages, (page - 1) * rows, min(page * rows, count))


def make_lines(
    entries: Iterable[Told], wall: Callable[[int], int], name: Callable[[str], tuple[int | None, str]]
) -> list[Line]:
    """Entries in words.

    Args: wall (UTC seconds -> instant on the clinic's clock); name (patient identifier -> key and name).
    """
    return [
        Line(
            one.number, wall(one.at), plain(one.by) or "not stated", kind_words(one.what),
            *(name(one.patient_id) if one.patient_id else (None, "")), one.subject,
            *tell_change(one.before, one.after), one.why,
        )
        for one in entries
    ]  # fmt: skip


def kind_words(what: str) -> str:
    """What was done, in a word or two; an unknown kind reads as itself."""
    return WHAT.get(what, plain(words(what)))


def tell_change(before: str, after: str) -> tuple[str, str]:
    """What stood before and after, as words: of two records only what differs, else all of either."""
    was, now = _read(before), _read(after)
    if isinstance(was, dict) and isinstance(now, dict):
        same = {key for key in was if key in now and was[key] == now[key]}
        was, now = ({key: value for key, value in one.items() if key not in same} for one in (was, now))
    return _say(was), _say(now)


def _read(text: str) -> object:
    try:
        return json.loads(text) if text else ""
    except ValueError:
        return text


def _say(kept: object) -> str:
    if isinstance(kept, dict):
        told = sorted(((str(key), value) for key, value in kept.items() if key not in _UNSAID), key=_first_state)
        return f"{NBSP}· ".join(_value(key, value) for key, value in told)
    if isinstance(kept, list):
        return "; ".join(map(_say, kept))
    return plain(str(kept))


def _first_state(told: tuple[str, object]) -> tuple[int, str]:
    return (_SPEAKING.index(told[0]) if told[0] in _SPEAKING else len(_SPEAKING)), told[0]


def _value(key: str, value: object) -> str:
    """One value with its name; a state and an owner need none."""
    if key == "owner":
        return plain(str(value)) or "nobody"
    if isinstance(value, dict | list):
        said = _say(value)
    elif key in _DATES and isinstance(value, int):
        said = date_text(value)
    elif key == "interval_days":
        return f"every {count_text(value, 'day')}" if isinstance(value, int) else plain(str(value))
    elif isinstance(value, int) and not isinstance(value, bool):
        said = f"{value:,}"
    else:
        said = EN_DASH if value in (None, "") else plain(str(value))
    return said if key in _SPEAKING else f"{plain(words(key))} {said}"


def why_words(why: str) -> str:
    """Why, with the coded reason and decision in words."""
    parts = why.split("; ")
    known = dispositions()
    for place, part in enumerate(parts[:2]):
        if part in known:
            parts[place] = known[part].display
        elif part in DECISIONS:
            parts[place] = words(part)
    return plain("; ".join(parts))


def columns(lines: Sequence[Line], alerts: Mapping[str, str]) -> dict[str, Sequence[object]]:
    """One page as a table's columns, in the order of HEADINGS; "open" is blank where there is no patient to open.

    Args: alerts: what those are about that somebody acted on, by their id.
    """
    return {
        "when": [second_text(one.at) for one in lines],
        "who": [one.by for one in lines],
        "what": [one.what for one in lines],
        "subject": [subject_words(one.subject, alerts) for one in lines],
        "patient": [one.patient for one in lines],
        "before": [one.before for one in lines],
        "after": [one.after for one in lines],
        "why": [why_words(one.why) for one in lines],
        "number": [one.number for one in lines],
        "open": ["Open" if one.key is not None else None for one in lines],
    }


def second_text(instant: int) -> str:
    """A moment to the second: 18-Nov-2026 08:12:05."""
    seconds = instant % 86_400
    return f"{date_text(instant)}{NBSP}{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"


def shown_words(cut: Cut, matching: int, total: int) -> str:
    """Which rows stand on the page, how many match, how many there are."""
    there = count_text(total, "entry", "entries")
    if not matching:
        return f"showing 0 of {there}"
    return f"showing {cut.first + 1:,}{EN_DASH}{cut.last:,} of {matching:,} that match · {there} in all"


def head_text(number: int, digest: str) -> str:
    """The end of the trail as one word to keep elsewhere."""
    return f"{number}:{digest}"


def read_head_text(text: str) -> tuple[int, str] | None:
    """The number and hash of a head as `head_text` wrote it; None for anything else."""
    number, found, digest = text.strip().partition(":")
    is_hash = len(digest) == 64 and all(letter in "0123456789abcdef" for letter in digest)
    return (int(number), digest) if found and number.isascii() and number.isdigit() and is_hash else None
