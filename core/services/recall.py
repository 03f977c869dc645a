"""Recall as a use case: the list with its overrides, and the act of setting or ending one.

An override moves the date on the recall list and nothing else: what the engine finds follows the rules alone.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from core.alerts.promises import Promise
from core.catalogue import ANALYTES
from core.clock import read_utc
from core.errors import InputRefused
from core.records import DAY
from core.services import review
from core.services.promised import list_promises
from core.store import audit, overrides
from core.store.connect import open_store
from core.views.model import ClinicPicture
from core.views.recall import Line, Override, first_of_day, list_lines

#: House bounds of this screen, no clinical numbers: an override is looked at again at least once a year.
LONGEST_INTERVAL_DAYS = 366
LONGEST_LIFE_DAYS = 366
LONGEST_TEXT = 400  # characters of a reason: two sentences


@dataclass(frozen=True)
class Recall:
    """The list as it stands. version: of the overrides, changes with every act on one; over: those expired or ended.
    promises: of results, about alerts that stand or that ended while they were owed.
    """

    picture: ClinicPicture
    lines: tuple[Line, ...]
    in_force: tuple[Override, ...]
    over: tuple[Override, ...]
    version: int
    promises: tuple[Promise, ...] = ()


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody asks for. key: of the patient; expires: an instant of the last day it holds."""

    key: int
    drug: str
    test: str
    interval_days: int
    reason: str
    owner: str
    expires: int


def read_recall(url: str) -> Recall:
    """Everybody of whom a test is asked, with the overrides in force.

    Raises: StoreFailed (the administrator acts).
    """
    picture = review.clinic(url)
    with open_store(url).reading() as connection:
        rows = overrides.list_overrides(connection)
        holding = overrides.list_in_force(rows, picture.as_of)
        last = overrides.last_results(connection, {row.patient for row in holding}, picture.as_of)
        promised = list_promises(connection, picture)
    in_force = tuple(_shown(row) for row in holding)
    held = {row.row_id for row in holding}
    over = tuple(_shown(row) for row in rows if row.ends is None and row.row_id not in held)
    version = max((row.row_id for row in rows), default=0)
    return Recall(picture, list_lines(picture, in_force, last, promised), in_force, over, version, promised)


def _shown(row: overrides.KeptOverride) -> Override:
    return Override(
        row.row_id, row.patient, row.drug, row.test, row.interval_days, row.reason, row.owner, row.by, row.at,
        row.expires,
    )  # fmt: skip


def set_override(url: str, wish: Wish, by: str) -> int:
    """Keep another interval for one test of one patient, and say so in the trail.

    Returns: its number.
    Raises:  InputRefused (a word is missing or a date makes no sense; the user mends it), StoreFailed.
    Hazard:  HAZ-004 (attributed, with a reason, and over by a certain day).
    """
    picture = review.clinic(url)
    _check(wish, picture.as_of)
    with open_store(url).writing() as connection:
        name = overrides.name_patient(connection, wish.key)
        if name is None:
            raise InputRefused("There is no such patient in this clinic: choose one from the list.")
        row = overrides.KeptOverride(
            0, wish.key, wish.drug, wish.test, wish.interval_days, wish.reason.strip(), wish.owner.strip(), by,
            picture.as_of, first_of_day(wish.expires) + DAY - 1, None,
        )  # fmt: skip
        before = [_told(one) for one in _same(overrides.list_overrides(connection, wish.key), row, picture.as_of)]
        number = overrides.append(connection, row, read_utc())
        _trail(connection, by, name, row, before, _told(row))
    return number


def end_override(url: str, row_id: int, by: str, reason: str) -> None:
    """Take an override back, with a reason; the rule's own dates return at once.

    Raises: InputRefused (it does not hold any more, or no reason was given: the user looks again), StoreFailed.
    """
    picture = review.clinic(url)
    if not reason.strip():
        raise InputRefused("Say why the override ends: the reason is kept with it.")
    with open_store(url).writing() as connection:
        holding = overrides.list_in_force(overrides.list_overrides(connection), picture.as_of)
        found = next((row for row in holding if row.row_id == row_id), None)
        if found is None:
            raise InputRefused("This override does not hold any more: somebody ended or replaced it meanwhile.")
        name = overrides.name_patient(connection, found.patient) or ""
        row = overrides.KeptOverride(
            0, found.patient, found.drug, found.test, found.interval_days, reason.strip(), found.owner, by,
            picture.as_of, picture.as_of, found.row_id,
        )  # fmt: skip
        overrides.append(connection, row, read_utc())
        _trail(connection, by, name, row, [_told(found)], None)


def _check(wish: Wish, as_of: int) -> None:
    for said, what in ((wish.reason, "a reason"), (wish.owner, "an owner")):
        if not said.strip():
            raise InputRefused(f"Give {what}: an override without one is not kept.")
        if len(said) > LONGEST_TEXT:
            raise InputRefused(f"Shorten {what} to {LONGEST_TEXT} characters.")
    if wish.test not in ANALYTES:
        raise InputRefused("Choose one of the tests that are asked of this patient.")
    if not 1 <= wish.interval_days <= LONGEST_INTERVAL_DAYS:
        raise InputRefused(f"Choose an interval from 1 to {LONGEST_INTERVAL_DAYS} days.")
    days = (first_of_day(wish.expires) - first_of_day(as_of)) // DAY
    if not 1 <= days <= LONGEST_LIFE_DAYS:
        raise InputRefused(f"Choose a day of expiry after today and within {LONGEST_LIFE_DAYS} days.")


def _same(
    rows: Sequence[overrides.KeptOverride], row: overrides.KeptOverride, at: int
) -> Iterable[overrides.KeptOverride]:
    return (one for one in overrides.list_in_force(rows, at) if (one.drug, one.test) == (row.drug, row.test))


def _told(row: overrides.KeptOverride) -> Mapping[str, object]:
    return {
        "drug": row.drug, "test": row.test, "interval_days": row.interval_days, "owner": row.owner,
        "expires": row.expires,
    }  # fmt: skip


def _trail(
    connection: Connection, by: str, name: str, row: overrides.KeptOverride,
    before: Sequence[Mapping[str, object]], after: Mapping[str, object] | None,
) -> None:  # fmt: skip
    entry = audit.Entry(
        read_utc(), by, "act", name, f"interval override {row.drug} {row.test}",
        json.dumps(before) if before else "", json.dumps(after) if after else "", row.reason,
    )  # fmt: skip
    audit.append(connection, entry)
