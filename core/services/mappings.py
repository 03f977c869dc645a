"""The mappings a clinic may name: those that come with Nadir, and its own, which live in its store.

Its own travel with the store's backup, and the command line finds them by the same name as the screen does.
"""

from __future__ import annotations

import re

from sqlalchemy import Connection

from core.clock import read_utc
from core.errors import InputRefused
from core.ingest.mapping_model import Mapping
from core.store import audit, clinic, house
from core.store.connect import open_store

_PREFIX = "mapping:"
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9 _.-]{0,39}")


def find_mapping(connection: Connection, name_or_file: str) -> Mapping:
    """The clinic's own mapping of this name, else the one that comes with Nadir, else the file at this path.

    Raises: InputRefused (there is none, or it is wrong; the user mends it).
    """
    from core.ingest.mapping import load_mapping, parse_mapping

    own = house.list_texts(connection, _PREFIX)
    if name_or_file in own:
        return parse_mapping(own[name_or_file], name=name_or_file)
    try:
        return load_mapping(name_or_file)
    except InputRefused as error:
        if own and not error.file:
            raise InputRefused(f"{error} This clinic's own are: {', '.join(own)}.") from error
        raise


def list_mappings(url: str) -> dict[str, str]:
    """Every mapping by name, with what it is for: the clinic's own first.

    Raises: StoreFailed (the administrator acts).
    """
    from core.ingest.mapping import load_mapping, parse_mapping, saved_mappings

    with open_store(url).reading() as connection:
        own = house.list_texts(connection, _PREFIX)
    titles = {name: parse_mapping(text, name=name).title for name, text in own.items()}
    return titles | {name: load_mapping(name).title for name in saved_mappings() if name not in own}


def save_mapping(url: str, name: str, text: str, *, by: str, replacing: bool = False) -> None:
    """Keep a mapping of the clinic's own under a name; who did it, and what it was before, goes into the trail.

    Args:   text: the mapping as TOML. replacing: whether a mapping of this name may give way.
    Raises: InputRefused (no good name, a name that is taken, or text that is no mapping; the user mends it);
            StoreFailed (nothing was kept).
    """
    from core.ingest.mapping import parse_mapping, saved_mappings

    name = name.strip()
    if not _NAME.fullmatch(name):
        raise InputRefused("A mapping's name has 1 to 40 letters, digits, blanks, dots or hyphens: choose another.")
    if name in saved_mappings():
        raise InputRefused(f"The name {name!r} belongs to a mapping that comes with Nadir: choose another.")
    parse_mapping(text, name=name)
    with open_store(url).writing() as connection:
        before = house.read_text(connection, _PREFIX + name)
        if before and before != text and not replacing:
            raise InputRefused(f"There is a mapping {name!r} already: choose another name, or say to replace it.")
        house.keep_text(connection, _PREFIX + name, text)
        clinic.raise_version(connection)  # a preview made by the mapping before must not be imported by this one
        entry = audit.Entry(read_utc(), by, "rule", subject=f"mapping {name}", before=before, after=text)
        audit.append(connection, entry)
