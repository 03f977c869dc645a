"""A file beside the store that is its owner's alone: written whole or not at all, believed only as it was written.

For what follows from the store, holds patients as the store does, and may be thrown away at any time. It is sealed by a
digest over its key and its content. One that others may touch, of another key, cut, altered or unreadable counts as not
there.

Hazard: HAZ-001 (what somebody else wrote, or what was made of other facts, must never answer).
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import stat
from pathlib import Path

from sqlalchemy import Connection

_KIND = "nadir private file 1"
_SEAL = hashlib.sha256().digest_size
#: A pipe of that name would keep every reader waiting for somebody to write into it. (Windows has no such, but text.)
_READING = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
_OTHERS = stat.S_IRWXG | stat.S_IRWXO


def beside(connection: Connection, suffix: str) -> Path | None:
    """Where such a file of this store lies; None for a server's store, and for whoever writes: what a writer sees may
    yet be taken back.
    """
    name = connection.engine.url.database
    if connection.dialect.name != "sqlite" or not name or connection.get_execution_options().get("nadir_writes"):
        return None
    return Path(name + suffix)


def write_whole(file: Path, key: str, content: bytes) -> bool:
    """Put a file where `read_own` finds it under the same key. False where it cannot be written: the old one stays."""
    head = _head(key)
    half = file.with_name(f"{file.stem}-{os.urandom(8).hex()}{file.suffix}")
    try:
        with os.fdopen(os.open(half, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as out:
            out.writelines((head, _seal(head, content), content))
        half.replace(file)  # a reader never meets a half
    except OSError:
        with contextlib.suppress(OSError):
            half.unlink(missing_ok=True)
        return False
    return True


def read_own(file: Path, key: str) -> memoryview | None:
    """The content written under this key; None unless it is all there, unaltered, and nobody else may touch it."""
    head = _head(key)
    try:
        with os.fdopen(os.open(file, _READING), "rb", buffering=0) as opened:
            if not _is_ours_alone(opened.fileno()) or opened.read(len(head)) != head:
                return None
            seal, content = opened.read(_SEAL), opened.read()
    except OSError:
        return None
    return memoryview(content) if seal == _seal(head, content) else None


def _head(key: str) -> bytes:
    return f"{_KIND}\n{key}\n".encode()


def _seal(head: bytes, content: bytes) -> bytes:
    sealed = hashlib.sha256(head)
    sealed.update(content)
    return sealed.digest()


def _is_ours_alone(opened: int) -> bool:
    """Whether what is open is a file, this user's and nobody else's."""
    found = os.fstat(opened)
    if not stat.S_ISREG(found.st_mode):
        return False
    if not hasattr(os, "getuid"):  # Windows: who may touch it is for the folder to say
        return True
    return found.st_uid == os.getuid() and not found.st_mode & _OTHERS
