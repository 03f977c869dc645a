"""Bytes behind a description of them (JSON), as one piece: nothing in it is ever executed."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

_LENGTH = 8  # bytes in which the description's length is written


def join(description: object, parts: Iterable[bytes]) -> bytes:
    """A description, and after it what it describes."""
    told = json.dumps(description).encode()
    return b"".join((len(told).to_bytes(_LENGTH, "big"), told, *parts))


def split(joined: memoryview) -> tuple[Any, memoryview]:
    """What `join` was given, its parts as one.

    Raises: ValueError (`join` did not write this).
    """
    end = _LENGTH + int.from_bytes(joined[:_LENGTH], "big")
    return json.loads(bytes(joined[_LENGTH:end])), joined[end:]
