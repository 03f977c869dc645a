"""A name of the program's own text: what one program made must never answer for another."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path

CORE = Path(__file__).resolve().parents[1]


def read_program(parts: Iterable[str] = ("",)) -> str:
    """A digest of the program and its tables as they lie on the disk now. parts: files and folders beneath core."""
    read = hashlib.sha256()
    for part in (CORE / name for name in parts):
        for file in [part] if part.is_file() else sorted(part.rglob("*")):
            if file.suffix in (".py", ".toml"):
                read.update(file.relative_to(CORE).as_posix().encode())
                read.update(file.read_bytes())
    return read.hexdigest()
