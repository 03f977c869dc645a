"""A fault of ours: told by its place and a reference, never by its message, which may quote a patient's data."""

from __future__ import annotations

import logging
import secrets
import traceback

_LOG = logging.getLogger("nadir")
_LINKS = 5  # a chain of causes longer than this adds nothing to finding the place
_FRAMES = 6


def describe_place(error: BaseException) -> str:
    """Where an exception and its causes arose: types, files, lines and functions; never a message, never a value."""
    told: list[str] = []
    link: BaseException | None = error
    while link is not None and len(told) < _LINKS:
        frames = [f"{frame.name} {frame.filename}:{frame.lineno}" for frame in traceback.extract_tb(link.__traceback__)]
        told.append(f"{type(link).__name__} at {' > '.join(frames[-_FRAMES:]) or 'unknown place'}")
        link = link.__cause__ or link.__context__
    return "; after ".join(told)


def log_fault(error: BaseException) -> str:
    """Log where something failed and give the reference under which it stands in the log. Hazard: HAZ-015."""
    reference = secrets.token_hex(4).upper()
    _LOG.error("reference %s: %s", reference, describe_place(error))
    return reference
