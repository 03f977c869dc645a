"""What a clinic may set from outside: where the store is, its zone, its clock, whose guidance it follows."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass

from core.errors import InputRefused
from core.records import AUTHORITIES

DEFAULT_DB_URL = "sqlite:///nadir.db"  # beside the program, so that a first run needs no answer from anybody


@dataclass(frozen=True, slots=True)
class Settings:
    """One clinic's choices, read once and handed down as arguments.

    db_url: SQLAlchemy URL. zone: IANA name of the clinic's wall clock. as_of: ISO date that pins the clock, "" = the
    real one. authorities: whose published rules speak; LOCAL (house safety rules) is always among them.
    """

    db_url: str = DEFAULT_DB_URL
    zone: str = "UTC"
    as_of: str = ""
    authorities: tuple[str, ...] = AUTHORITIES


def read_settings(environ: Mapping[str, str] = os.environ) -> Settings:
    """Read NADIR_DB_URL, NADIR_ZONE, NADIR_AS_OF and NADIR_AUTHORITIES; a blank variable is an unset one.

    Raises: InputRefused (the user mends the variable).
    """
    return Settings(
        db_url=environ.get("NADIR_DB_URL", "").strip() or DEFAULT_DB_URL,
        zone=_zone(environ.get("NADIR_ZONE", "").strip() or "UTC"),
        as_of=_date(environ.get("NADIR_AS_OF", "").strip()),
        authorities=choose_authorities(environ.get("NADIR_AUTHORITIES", "")),
    )


def choose_authorities(text: str) -> tuple[str, ...]:
    """Turn "EMA,BSR" into authorities in the contract's order; blank means all, LOCAL stays on whatever is asked.

    Raises: InputRefused (an authority nobody publishes under; the user mends the list).
    """
    asked = {name.strip().upper() for name in text.split(",") if name.strip()}
    if unknown := sorted(asked - set(AUTHORITIES)):
        raise InputRefused(f"Unknown authority {', '.join(unknown)}: choose among {', '.join(AUTHORITIES)}.")
    return tuple(name for name in AUTHORITIES if not asked or name in asked or name == "LOCAL")


def _zone(name: str) -> str:
    from zoneinfo import ZoneInfo

    try:
        ZoneInfo(name)
    except (OSError, ValueError, KeyError) as error:  # not found, a path, not a name
        message = f"NADIR_ZONE is {name!r}, which is no time zone: use an IANA name such as Europe/London."
        raise InputRefused(message) from error
    return name


def _date(text: str) -> str:
    from datetime import date

    try:
        return date.fromisoformat(text).isoformat() if text else ""
    except ValueError as error:
        raise InputRefused(f"NADIR_AS_OF is {text!r}: use an ISO date such as 2026-11-20.") from error
