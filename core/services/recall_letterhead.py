"""What the clinic calls itself on the letters it sends: decided by an administrator, kept in the store, told in the
trail.
"""

from __future__ import annotations

from core.clock import read_utc
from core.errors import InputRefused
from core.store import audit, house
from core.store.connect import open_store

LONGEST_NAME = 60  # characters: one line of a letter's head
_NAME = "letterhead"


def read_letterhead(url: str) -> str:
    """The clinic's name on letters; "" = none was decided, and a letter leaves room for a stamp.

    Raises: StoreFailed (the administrator acts).
    """
    with open_store(url).reading() as connection:
        return house.read_text(connection, _NAME)


def keep_letterhead(url: str, name: str, *, by: str) -> None:
    """Decide it anew ("": none); the trail says who did, and what stood there before.

    Raises: InputRefused (too long: the user shortens it), StoreFailed.
    """
    said = " ".join(name.split())
    if len(said) > LONGEST_NAME:
        raise InputRefused(f"Shorten the clinic's name to {LONGEST_NAME} characters: it stands on one line.")
    with open_store(url, must_exist=True).writing() as connection:
        before = house.read_text(connection, _NAME)
        if said != before:
            house.keep_text(connection, _NAME, said)
            audit.append(connection, audit.Entry(read_utc(), by, "rule", "", "name on letters", before, said))
