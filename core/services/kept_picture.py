"""What judging a clinic led to, kept beside the store, so that a start within the hour need not judge it again.

Derived and never needed: thrown away at any time, judged again identically. It answers only for exactly the facts it
was judged from, by exactly this program and these rules, for the same authorities, within the same hour. Its key is
taken in the transaction that read the facts. Whatever does not fit, is damaged, is not the owner's alone or does not
come back as it was counts as not there. Like the store it holds patients: its owner alone may read it.

Hazard: HAZ-001 (a judgement of other facts must never be shown).
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import platform
import stat
from collections.abc import Iterator, Mapping
from functools import cache, partial
from pathlib import Path
from typing import Any

import numpy as np
from sqlalchemy import Connection

from core.engine.standing import Alert, Basis, CannotTell, Evidence, Position, Source, Standing, Visit
from core.services.late_mapping import LateMapping
from core.store.kept_cohort import name_facts
from core.store.object_columns import Columns, Unkeepable
from core.views.green_lane import Outside
from core.views.model import ClinicPicture, CourseLine, LimitLine, Person
from core.views.trend import Trend
from core.views.worklist import Row

SUFFIX = ".judged"
_MAGIC = b"nadir judged 1\n"
_DIGEST = hashlib.sha256().digest_size
_LENGTH = 8  # bytes in which a length is written
_CORE = Path(__file__).resolve().parents[1]
_COLUMNS = Columns(
    (Alert, Basis, CannotTell, CourseLine, Evidence, LimitLine, Outside, Person, Row, Trend, Visit), (Position, Source)
)


def name_judgement(connection: Connection, *asked: object) -> str:
    """A name that only a judgement of exactly these facts by exactly this program has. asked: the hour, whose rules."""
    told = [name_facts(connection), _name_program(), platform.python_version(), np.__version__, *map(str, asked)]
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()


def find_picture(connection: Connection, key: str, at: int) -> ClinicPicture | None:
    """The picture kept under this key, made no later than an instant, or None; any other file is removed."""
    file = _file_of(connection)
    if file is None:
        return None
    try:
        sections = _read_sections(file, key)
        picture = None if sections is None else _unpack(sections)
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError, IndexError):  # not what `keep_picture` writes
        picture = None
    if picture is None or picture.as_of > at:
        with contextlib.suppress(OSError):
            file.unlink(missing_ok=True)
        return None
    return picture


def keep_picture(connection: Connection, key: str, picture: ClinicPicture) -> bool:
    """Keep a picture with its rows, made under this key. Where that cannot be done it is judged again next time."""
    file = _file_of(connection)
    if file is None or _name_program() != _read_program():  # updated while it ran: whose judgement is it?
        return False
    try:
        sections = {name: json.dumps(told).encode() for name, told in _pack(picture)}
    except (Unkeepable, TypeError, ValueError):
        return False
    half = file.with_name(f"{file.name}-{os.getpid()}-{id(picture)}")
    try:
        with os.fdopen(os.open(half, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as out:
            out.write(_join(sections, key))
        half.replace(file)  # whole or not at all: a reader never meets a half
    except OSError:
        with contextlib.suppress(OSError):
            half.unlink(missing_ok=True)
        return False
    return True


def _pack(picture: ClinicPicture) -> Iterator[tuple[str, Any]]:
    """The parts of a picture, each to be read when it is needed."""
    standing = picture.standing
    yield "people", _write_map(picture.people)
    yield "courses", _write_map(picture.courses)
    yield "sparks", _write_map(picture.sparks)
    yield "newest_known", _write_map(picture.newest_known)
    yield "limits", _write_map(picture.limits)
    yield "worklist", _COLUMNS.write(list(picture.derived["worklist"]))
    if "outside" in picture.derived:
        yield "outside", _write_map(picture.derived["outside"][0])
    yield "visits", _COLUMNS.write(list(standing.schedule))
    yield "alerts", _COLUMNS.write([*standing.alerts, *picture.ended])
    yield "cannot_tell", _COLUMNS.write(list(standing.cannot_tell))
    yield "rest", {
        "as_of": picture.as_of, "sample": picture.sample, "version": picture.version,
        "last_import": picture.last_import, "drugs_covered": picture.drugs_covered,
        "standing_at": standing.as_of, "protocols": dict(standing.protocols), "alerts": len(standing.alerts),
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
        LateMapping(partial(_mapped, sections["newest_known"])),
    )  # fmt: skip
    picture.derived["worklist"] = tuple(_listed(sections["worklist"]))
    if "outside" in sections:
        picture.derived["outside"] = (_mapped(sections["outside"]),)
    return picture


def _listed(section: bytes) -> list[Any]:
    return _COLUMNS.read(json.loads(section))


def _mapped(section: bytes) -> dict[Any, Any]:
    keys, values = json.loads(section)
    return dict(zip(_COLUMNS.read(keys), _COLUMNS.read(values), strict=True))


def _write_map(told: Mapping[Any, Any]) -> tuple[Any, Any]:
    return _COLUMNS.write(list(told)), _COLUMNS.write(list(told.values()))


def _join(sections: Mapping[str, bytes], key: str) -> bytes:
    sizes = {name: len(content) for name, content in sections.items()}
    header = json.dumps({"key": key, "sizes": sizes}).encode()
    body = b"".join((len(header).to_bytes(_LENGTH, "big"), header, *sections.values()))
    return b"".join((_MAGIC, hashlib.sha256(body).digest(), body))


def _read_sections(file: Path, key: str) -> dict[str, bytes] | None:
    """The parts of a whole file of this key, the owner's alone."""
    with file.open("rb") as opened:
        found = os.fstat(opened.fileno())
        if hasattr(os, "getuid") and (found.st_uid != os.getuid() or stat.S_IMODE(found.st_mode) & 0o077):
            return None
        held = opened.read()
    start = len(_MAGIC) + _DIGEST
    body = memoryview(held)[start:]
    if not held.startswith(_MAGIC) or hashlib.sha256(body).digest() != held[len(_MAGIC) : start]:
        return None
    end = _LENGTH + int.from_bytes(body[:_LENGTH], "big")
    header = json.loads(bytes(body[_LENGTH:end]))
    if header["key"] != key:
        return None
    sections = {}
    for name, size in header["sizes"].items():
        sections[name] = bytes(body[end : end + size])
        end += size
    return sections


@cache
def _name_program() -> str:
    """The text of everything that reads, judges and words, as it was when first asked."""
    return _read_program()


def _read_program() -> str:
    read = hashlib.sha256()
    for file in sorted(_CORE.rglob("*")):
        if file.suffix in (".py", ".toml"):
            read.update(file.relative_to(_CORE).as_posix().encode())
            read.update(file.read_bytes())
    return read.hexdigest()


def _file_of(connection: Connection) -> Path | None:
    """Where it is kept; None for a server's store, and for whoever writes: what a writer sees may be taken back."""
    name = connection.engine.url.database
    if connection.dialect.name != "sqlite" or not name or connection.get_execution_options().get("nadir_writes"):
        return None
    return Path(name + SUFFIX)
