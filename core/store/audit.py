"""The trail: who saw, did and changed what, when, before, after and why; each entry vouches for the one before.

An entry's hash covers the hash before it and its own content, so that a changed or removed entry breaks the chain from
there on. A chain alone cannot show that its end was cut off: that takes a head kept somewhere else (`read_head`, kept
outside the store by whoever runs it), and `verify_chain` is then asked against it.

Hazard: HAZ-017 (P37, P38).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import astuple, dataclass
from typing import Any, Literal

from sqlalchemy import Connection, select

from core.store.rows import fetch_raw
from core.store.schema import audit

WHAT = ("view", "import", "export", "act", "rule", "role", "sign_in")
#: Whom the trail names where nobody signed in: the person who may start programs on this machine.
COMMAND_LINE_USER = "command line"
_FIRST = "0" * 64  # what the first entry vouches for
_COLUMNS = ("recorded_at", "by", "what", "patient_id", "subject", "before", "after", "why")


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the trail. recorded_at: UTC seconds. what: one of WHAT. patient_id: "" where nobody is concerned.

    subject: what exactly (an alert, an import, a file). before, after: JSON, "" where there is neither. why: in words.
    """

    recorded_at: int
    by: str
    what: str
    patient_id: str = ""
    subject: str = ""
    before: str = ""
    after: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True)
class Head:
    """The end of the trail: how many entries, and the last one's hash. Kept outside, it proves nothing was cut off."""

    number: int
    hash: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether the trail is whole. at: number of the first entry that is not what it was (None: intact).

    altered: an entry was changed, put in or taken out; truncated: it ends before the anchored head; rewritten: it is
    whole in itself, yet not the one that was anchored.
    """

    state: Literal["intact", "altered", "truncated", "rewritten"]
    entries: int
    at: int | None = None

    @property
    def words(self) -> str:
        """The verdict in a sentence."""
        return {
            "intact": f"The trail is intact: {self.entries:,} entries.",
            "altered": f"The trail was altered at entry {self.at}: restore a backup and compare.",
            "truncated": f"The trail ends after entry {self.entries}, but once reached {self.at}: entries are missing.",
            "rewritten": f"The trail was rewritten up to entry {self.at}: it is not the one that was anchored.",
        }[self.state]


def append(connection: Connection, entry: Entry) -> Head:
    """Add one entry in the caller's write transaction; if it cannot be written, neither can what it tells of.

    Raises: ValueError (a kind of entry nobody knows: a developer acts).
    """
    if entry.what not in WHAT:
        raise ValueError(f"the trail knows no {entry.what!r}: {', '.join(WHAT)}")
    last = read_head(connection)
    number = last.number + 1
    kept = Head(number, _hash(last.hash, number, astuple(entry)))
    values = dict(zip(_COLUMNS, astuple(entry), strict=True))
    connection.execute(audit.insert().values(number=number, previous=last.hash, hash=kept.hash, **values))
    return kept


def read_head(connection: Connection) -> Head:
    """The end of the trail as it stands."""
    statement = select(audit.c.number, audit.c.hash).order_by(audit.c.number.desc()).limit(1)
    row = connection.execute(statement).first()
    return Head(0, _FIRST) if row is None else Head(int(row.number), row.hash)


def verify_chain(connection: Connection, anchored: Head | None = None) -> Verdict:
    """Compute the whole trail anew from its entries, and hold it against a head kept elsewhere."""
    number, previous, anchored_hash = 0, _FIRST, _FIRST
    statement = select(audit.c.number, audit.c.previous, audit.c.hash, *(audit.c[name] for name in _COLUMNS))
    for batch in fetch_raw(connection, statement.order_by(audit.c.number)):
        for kept_number, kept_previous, kept_hash, *content in batch:
            number += 1
            computed = _hash(previous, number, tuple(content))
            if (kept_number, kept_previous, kept_hash) != (number, previous, computed):
                return Verdict("altered", number, number)
            previous = kept_hash
            if anchored is not None and number == anchored.number:
                anchored_hash = kept_hash
    if anchored is not None and number < anchored.number:
        return Verdict("truncated", number, anchored.number)
    if anchored is not None and anchored_hash != anchored.hash:
        return Verdict("rewritten", number, anchored.number)
    return Verdict("intact", number)


def list_entries(
    connection: Connection, *, patient_id: str | None = None, newest: int | None = None
) -> Iterator[tuple[int, Entry]]:
    """Entries with their numbers, newest first. patient_id: about one patient only; newest: only so many."""
    statement = select(audit.c.number, *(audit.c[name] for name in _COLUMNS)).order_by(audit.c.number.desc())
    if patient_id is not None:
        statement = statement.where(audit.c.patient_id == patient_id)
    if newest is not None:
        statement = statement.limit(newest)
    for batch in fetch_raw(connection, statement):
        for number, *content in batch:
            yield int(number), Entry(*content)


def _hash(previous: str, number: int, content: tuple[Any, ...]) -> str:
    told = json.dumps([previous, number, *content], separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(told.encode()).hexdigest()
