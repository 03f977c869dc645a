"""Results in quarantine that leave no mark in a patient's series, because nobody can say when they were taken.

A refused result with a moment stands in its series as unreadable, and the rules say so. One whose date is the problem
has no place there, yet it may be the newest of all; and one of an unknown patient belongs to nobody. The first are said
on every screen as what cannot be told of that patient, the second are counted (docs/decisions.md, D51).

Hazard: HAZ-001, HAZ-014 (a refused row must never leave an older value standing as checked).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from sqlalchemy import Connection

from core.engine.cohort import Cohort
from core.engine.history import History
from core.engine.rules.compiled import CompiledRule
from core.engine.standing import CannotTell, Standing
from core.engine.wording import test_words
from core.ingest.messages import LONGEST_VALUE
from core.ingest.result_row import name_analyte, read_status
from core.records import CANNOT_TELL_REASONS, FAR, WITHDRAWN
from core.services.waiting_rows import list_waiting
from core.store import open_refusals
from core.store.connect import open_store
from core.store.load import ANALYTE_CODES
from core.store.people import read_identities
from core.store.quarantine import StoredRefusal
from core.views.model import CourseLine
from core.views.people import is_current

MEND = "mend or dismiss it on Import › Quarantine."


@dataclass(frozen=True, slots=True)
class Unplaced:
    """A refused result of a known patient and analyte at no known moment; or at one, and no number for a cause that its
    mark cannot name (at: that moment).

    told: the row as written, with its line, for whoever mends it. arrived: instant on the clinic's clock; no_later: it
    was taken no later than this (FAR where the clock in use is pinned: arrivals are not told by that clock).
    """

    patient_id: str
    analyte: str
    reason: str
    told: str
    arrived: int
    no_later: int
    at: int | None = None


def read_unplaced(
    connection: Connection, people: Collection[str], zone: str, *, pinned: bool = False, past: int | None = None
) -> tuple[Unplaced, ...]:
    """Every such row of these patients that waits now, or waited at a past instant. pinned: the clock in use is."""
    return (*_read_dateless(connection, people, zone, pinned, past), *_read_wordless(connection, people, past))


def _read_wordless(connection: Connection, people: Collection[str], past: int | None) -> Iterable[Unplaced]:
    chosen = people if len(people) == 1 else None
    for one in open_refusals.list_wordless(connection, past, chosen):
        mark = one.row.trace
        if mark is not None and mark.patient_id in people:
            told = _tell({name: given.strip() for name, given in one.row.fields}, one)
            yield Unplaced(mark.patient_id, mark.analyte, one.unread_because, told, FAR, FAR, mark.collected_at)


def _tell(cells: Mapping[str, str], one: StoredRefusal) -> str:
    """A row as written, with its line."""
    given = [" ".join(filter(None, (cells.get("value"), cells.get("unit")))), cells.get("collected_at", "")]
    if one.issue.column == "status":
        given.append(f"status {cells.get('status', '')}")
    written = ", ".join(filter(None, (cell[:LONGEST_VALUE] for cell in given)))
    return f"{one.row.origin.file}, row {one.row.origin.row}, as written: {written}"


def _read_dateless(
    connection: Connection, people: Collection[str], zone: str, pinned: bool, past: int | None
) -> Iterable[Unplaced]:
    for row in list_waiting(connection, "result", people, zone, pinned=pinned, past=past):
        named = name_analyte(row.cells.get("loinc", ""), row.cells.get("analyte", ""))
        if not named.stored_as or (named.reason and read_status(row.cells.get("status", "")) in WITHDRAWN):
            continue
        no_later = FAR if pinned else row.arrived
        told = _tell(row.cells, row.kept)
        yield Unplaced(row.patient_id, named.stored_as, row.kept.issue.reason, told, row.arrived, no_later)


def add_unplaced(
    standing: Standing,
    rows: Sequence[Unplaced],
    history: History,
    courses: Mapping[str, Sequence[CourseLine]],
) -> Standing:
    """What stands, with every rule that would have asked such a row, once a category of each drug, as not to be told.

    A readable result taken after the row arrived is newer than it, whatever its date, and ends this.
    """
    if not rows:
        return standing
    at = standing.as_of
    standing = _say_why(standing, [one for one in rows if one.at is not None and one.at <= at], history)
    rows = [one for one in rows if one.at is None]
    by_drug: dict[str, list[CompiledRule]] = defaultdict(list)
    for rule in history.rules:
        by_drug[rule.drug].append(rule)
    newest = _newest_readable(history.cohort, {(one.patient_id, one.analyte) for one in rows}, at)
    alarmed = {(alert.patient_id, position.rule_id) for alert in standing.alerts for position in alert.positions}
    told = {(one.patient_id, one.drug, one.rule_id) for one in standing.cannot_tell}
    added: list[CannotTell] = []
    for row in rows:
        if newest.get((row.patient_id, row.analyte), row.no_later) > row.no_later:
            continue
        current = [one.drug for one in courses.get(row.patient_id, ()) if is_current(one, at)]
        for drug in dict.fromkeys(current):
            asking = [rule for rule in by_drug.get(drug, ()) if row.analyte in rule.tests]
            for rule in _one_of_each_category(asking, row.patient_id, drug, alarmed, told):
                added.append(
                    CannotTell(
                        row.patient_id, drug, rule.rule_id, rule.rule.category, row.reason, _remedy(row),
                        min(row.arrived, at),
                    )
                )  # fmt: skip
    return replace(standing, cannot_tell=standing.cannot_tell + tuple(added))


def _say_why(standing: Standing, marked: Sequence[Unplaced], history: History) -> Standing:
    """What stands, where a rule ends at "not a number" with the text that was written, and with its true cause."""
    if not marked:
        return standing
    tests = {rule.rule_id: rule.tests for rule in history.rules}
    by_patient: dict[str, list[Unplaced]] = defaultdict(list)
    for one in sorted(marked, key=lambda one: one.at or 0):
        by_patient[one.patient_id].append(one)

    def say(told: CannotTell) -> CannotTell:
        asked = tests.get(told.rule_id, ())
        newest = [one for one in by_patient.get(told.patient_id, ()) if one.analyte in asked]
        if told.reason != "not_numeric" or not newest:
            return told
        why = newest[-1]
        if why.reason == told.reason:  # the report itself is no number: to repeat the test is what may mend that
            return replace(told, remedy=f"{told.remedy} It stands in {why.told}.")
        return replace(told, reason=why.reason, remedy=_remedy(why))

    return replace(standing, cannot_tell=tuple(say(one) for one in standing.cannot_tell))


def count_unnamed(url: str) -> int:
    """How many rows wait in quarantine whose patient nobody knows: no list of patients can show them."""
    with open_store(url).reading() as connection:
        rows = [one for _, one in open_refusals.list_unmarked(connection)]
        people = read_identities(connection, lambda *_: True) if rows else {}
    return sum(one.row.kind != "patient" and _who(one.row.fields) not in people for one in rows)


def _who(fields: Iterable[tuple[str, str]]) -> str:
    return next((given.strip() for name, given in fields if name == "patient_id"), "")


def _remedy(row: Unplaced) -> str:
    return f"A result of {test_words(row.analyte)} waits in quarantine ({row.told}): {MEND}"


def _one_of_each_category(
    rules: Iterable[CompiledRule],
    patient_id: str,
    drug: str,
    alarmed: Collection[tuple[str, str]],
    told: Collection[tuple[str, str, str]],
) -> list[CompiledRule]:
    """Of each category one rule, where there is one that neither stands as an alert nor is already untold."""
    chosen: dict[str, tuple[bool, CompiledRule]] = {}
    for rule in rules:
        silent = (patient_id, rule.rule_id) not in alarmed and (patient_id, drug, rule.rule_id) not in told
        known = chosen.get(rule.rule.category)
        if known is None or (silent and not known[0]):
            chosen[rule.rule.category] = (silent, rule)
    return [rule for _, rule in chosen.values()]


def _newest_readable(cohort: Cohort, asked: Collection[tuple[str, str]], at: int) -> dict[tuple[str, str], int]:
    """When the newest readable result of each of these analytes of these patients was taken."""
    r, names = cohort.results, cohort.patients.patient_id
    places = {str(name): place for place, name in enumerate(names.tolist())}
    codes = np.array(sorted({ANALYTE_CODES[analyte] for _, analyte in asked}), dtype=np.int64)
    whose = np.array(sorted({places[name] for name, _ in asked if name in places}), dtype=np.int64)
    readable = (r.reason == CANNOT_TELL_REASONS.index("")) & (r.at <= at) & (r.known <= at) & (r.superseded > at)
    chosen = np.flatnonzero(readable & np.isin(r.analyte, codes) & np.isin(r.patient, whose))
    titles = {code: analyte for analyte, code in ANALYTE_CODES.items()}
    found: dict[tuple[str, str], int] = {}
    for row in chosen.tolist():
        key = (str(names[r.patient[row]]), titles[int(r.analyte[row])])
        found[key] = max(found.get(key, int(r.at[row])), int(r.at[row]))
    return found
