"""What judging a clinic led to, kept beside the store, so that a start within the hour need not judge it again, and the
first of a later hour has something to show meanwhile.

Derived and never needed: thrown away at any time, judged again identically. It answers only for exactly the facts it
was judged from, by exactly this program and these rules, for the same authorities. Its key is taken in the transaction
that read the facts. Whatever does not fit or would not come back as it was counts as not there
(core/store/private_file.py).

Hazard: HAZ-001 (a judgement of other facts must never be shown), HAZ-004 (nor an old one as if it were of now).
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import platform
from collections.abc import Iterator, Mapping
from functools import cache, partial
from typing import Any

import numpy as np
from sqlalchemy import Connection

from core.engine.standing import Alert, Basis, CannotTell, Evidence, Position, Source, Standing, Visit
from core.protocols.loader import read_hashes
from core.services.late_mapping import LateMapping
from core.store.described_bytes import join, split
from core.store.kept_cohort import name_facts
from core.store.object_columns import Columns, Unkeepable
from core.store.private_file import beside, read_own, write_whole
from core.store.program_text import read_program
from core.views.model import ClinicPicture, CourseLine, LimitLine, Outside, Person, Unread
from core.views.trend import Trend
from core.views.worklist import Row, list_patients

SUFFIX = ".judged"
_COLUMNS = Columns(
    (Alert, Basis, CannotTell, CourseLine, Evidence, LimitLine, Outside, Person, Row, Trend, Unread, Visit),
    (Position, Source),
)


def name_judgement(connection: Connection, *asked: object) -> str:
    """A name that only a judgement of exactly these facts by this very program has. asked: which clock, whose rules."""
    told = [name_facts(connection), _name_program(), platform.python_version(), np.__version__, *map(str, asked)]
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()


def find_picture(connection: Connection, key: str, since: int, at: int) -> ClinicPicture | None:
    """The picture kept under this key, made from one instant to another, or None; a file of another key, or made after
    `at`, is removed.
    """
    file = beside(connection, SUFFIX)
    if file is None:
        return None
    kept = read_own(file, key)
    try:
        if kept is not None:
            sections = _take_apart(kept)
            made = int(json.loads(sections["rest"])["as_of"])
            if made <= at:
                return _unpack(sections) if made >= since else None
    except (ValueError, KeyError, TypeError, IndexError):  # not what `keep_picture` writes
        pass
    with contextlib.suppress(OSError):
        file.unlink(missing_ok=True)
    return None


def keep_picture(connection: Connection, key: str, picture: ClinicPicture) -> bool:
    """Keep a picture with its rows, made under this key. Where that cannot be done it is judged again next time."""
    file = beside(connection, SUFFIX)
    if file is None or _name_program() != read_program():  # updated while it ran: whose judgement is it?
        return False
    if set(picture.standing.protocols.values()) != read_hashes():  # judged by rules that were changed since
        return False
    try:
        sections = {name: json.dumps(told).encode() for name, told in _pack(picture)}
    except (Unkeepable, TypeError, ValueError):
        return False
    return write_whole(file, key, _put_together(sections))


def _pack(picture: ClinicPicture) -> Iterator[tuple[str, Any]]:
    """The parts of a picture, each to be read when it is needed."""
    standing = picture.standing
    yield "people", _write_map(picture.people)
    yield "courses", _write_map(picture.courses)
    yield "sparks", _write_map(picture.sparks)
    yield "newest_known", _write_map(picture.newest_known)
    yield "limits", _write_map(picture.limits)
    yield "worklist", _COLUMNS.write(list(list_patients(picture)))
    yield "outside", _write_map(picture.outside)
    yield "unread", _write_map(picture.unread)
    yield "visits", _COLUMNS.write(list(standing.schedule))
    yield "alerts", _COLUMNS.write([*standing.alerts, *picture.ended])
    yield "cannot_tell", _COLUMNS.write(list(standing.cannot_tell))
    yield "rest", {
        "as_of": picture.as_of, "sample": picture.sample, "version": picture.version,
        "last_import": picture.last_import, "drugs_covered": picture.drugs_covered,
        "standing_at": standing.as_of, "protocols": dict(standing.protocols), "alerts": len(standing.alerts),
        "ran_out": sorted(picture.ran_out),
    }  # fmt: skip


def _unpack(sections: Mapping[str, bytes]) -> ClinicPicture:
    rest = json.loads(sections["rest"])
    alerts = tuple(_listed(sections["alerts"]))
    standing = Standing(
        rest["standing_at"], alerts[: rest["alerts"]], tuple(_listed(sections["cannot_tell"])),
        tuple(_listed(sections["visits"])), rest["protocols"],
    )  # fmt: skip
    picture = ClinicPicture(
        rest["as_of"], rest["sample"], rest["version"], rest["last_import"], standing, _mapped(sections["people"]),
        LateMapping(partial(_mapped, sections["courses"])), LateMapping(partial(_mapped, sections["sparks"])),
        tuple(rest["drugs_covered"]), _mapped(sections["limits"]), alerts[rest["alerts"] :],
        LateMapping(partial(_mapped, sections["newest_known"])), LateMapping(partial(_mapped, sections["outside"])),
        frozenset(rest["ran_out"]), LateMapping(partial(_mapped, sections["unread"])),
    )  # fmt: skip
    picture.derived["worklist"] = tuple(_listed(sections["worklist"]))
    return picture


def _listed(section: bytes) -> list[Any]:
    return _COLUMNS.read(json.loads(section))


def _mapped(section: bytes) -> dict[Any, Any]:
    keys, values = json.loads(section)
    return dict(zip(_COLUMNS.read(keys), _COLUMNS.read(values), strict=True))


def _write_map(told: Mapping[Any, Any]) -> tuple[Any, Any]:
    return _COLUMNS.write(list(told)), _COLUMNS.write(list(told.values()))


def _put_together(sections: Mapping[str, bytes]) -> bytes:
    return join({name: len(section) for name, section in sections.items()}, sections.values())


def _take_apart(kept: memoryview) -> dict[str, bytes]:
    sizes, rest = split(kept)
    sections, at = {}, 0
    for name, size in sizes.items():
        sections[name] = bytes(rest[at : at + size])
        at += size
    return sections


@cache
def _name_program() -> str:
    """The text of everything that reads, judges and words, as it was when first asked."""
    return read_program()
