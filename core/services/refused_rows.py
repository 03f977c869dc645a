"""Treatments, events and particulars of known patients that wait in quarantine: what they would say nobody can tell.

A refused result leaves its analyte unread (core/services/unplaced_results.py). A refused treatment or event leaves no
hole at all: without it a patient seems to take nothing else, or to have had no infection. So each open one is said on
every screen as what cannot be told of that patient, with or without a course (docs/decisions.md, D51).

Hazard: HAZ-001, HAZ-014 (a refused row must never read as "none").
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Connection

from core.catalogue import find_drug
from core.engine.history import History
from core.engine.standing import CannotTell, Standing
from core.protocols.conditions import leaves_of
from core.protocols.kinds import CourseRule, EventRule, Interaction, Interval, Rule, Threshold
from core.protocols.schema import DOSE_FEATURES, EventGroup
from core.records import EVENT_KINDS, Kind
from core.services.waiting_rows import list_waiting
from core.store.quarantine import StoredRefusal
from core.views.model import CourseLine, Person
from core.views.people import is_current
from core.views.words import words

MEND = "Mend it on Import › Quarantine, or dismiss it there."
#: Why it cannot be told, for the screens alone (core/views/words.py says them): the contract has no word for it.
REASONS: Mapping[Kind, str] = {
    "medication": "refused_treatment", "event": "refused_event", "patient": "refused_patient",
}  # fmt: skip
_SAID: Mapping[Kind, str] = {
    "medication": "A treatment row", "event": "An event row", "patient": "A row about the patient",
}  # fmt: skip
_SHOWN: Mapping[Kind, tuple[str, ...]] = {
    "medication": ("drug", "start_date", "end_date", "status"),
    "event": ("kind", "detail", "start_date", "end_date", "severity"),
    "patient": ("birth_date", "sex", "deceased_date"),
}

_NOT_A_LETTER = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True, slots=True)
class RefusedRow:
    """A refused row of a known patient that is no result. drug, event: what it is about ("" = nobody can read that).

    told: the row as written, with its line, for whoever mends it. arrived: instant on the clinic's clock.
    """

    patient_id: str
    kind: Kind
    drug: str
    event: str
    told: str
    arrived: int


def read_refused(
    connection: Connection, people: Mapping[str, Person], zone: str, *, pinned: bool = False, past: int | None = None
) -> tuple[RefusedRow, ...]:
    """Every such row of these patients that waits now, or waited at a past instant. pinned: the clock in use is."""
    found = []
    for kind in REASONS:
        for row in list_waiting(connection, kind, people, zone, pinned=pinned, past=past):
            drug = find_drug(row.cells.get("drug", "")) if kind == "medication" else None
            event = _name_kind(row.cells.get("kind", "")) if kind == "event" else ""
            told = _tell(row.kept, kind, event, row.cells)
            found.append(RefusedRow(row.patient_id, kind, drug.name if drug else "", event, told, row.arrived))
    return tuple(found)


def add_refused(
    standing: Standing,
    rows: Sequence[RefusedRow],
    history: History,
    courses: Mapping[str, Sequence[CourseLine]],
    people: Mapping[str, Person],
) -> Standing:
    """What stands, with what each such row leaves untold: of every drug with rules in use, else of the patient.

    Nobody who died is asked about.
    """
    at = standing.as_of
    asked: dict[str, list[Rule]] = defaultdict(list)
    for compiled in history.rules:
        asked[compiled.drug].append(compiled.rule)
    added: dict[CannotTell, None] = {}
    for row in rows:
        died = people[row.patient_id].deceased_date
        if died is not None and died <= at:
            continue
        reason = REASONS[row.kind]
        current = [one.drug for one in courses.get(row.patient_id, ()) if is_current(one, at)]
        drugs = [drug for drug in dict.fromkeys([*current, row.drug]) if drug in asked] or [row.drug]
        for drug in drugs:
            left = {} if drug not in current else dict.fromkeys(
                rule.category for rule in asked[drug] if _could_read(rule, drug, row, history.protocols.common.events)
            )  # fmt: skip
            for category in left or ("data_quality",):
                untold = CannotTell(
                    row.patient_id, drug, f"{drug}.{reason}", category, reason, row.told, min(row.arrived, at)
                )
                added[untold] = None
    return replace(standing, cannot_tell=standing.cannot_tell + tuple(added)) if added else standing


def _name_kind(written: str) -> str:
    kind = _NOT_A_LETTER.sub("_", written.lower()).strip("_")
    return kind if kind in EVENT_KINDS else ""


def _tell(row: StoredRefusal, kind: Kind, event: str, cells: Mapping[str, str]) -> str:
    where = f"{row.row.origin.file}, row {row.row.origin.row}"
    written = ", ".join(cells[name] for name in _SHOWN[kind] if cells.get(name))
    because = f"{words(row.issue.reason)} in {row.issue.column}" if row.issue.column else words(row.issue.reason)
    what = f"An {words(event)} row" if event == "infection" else _SAID[kind]
    return f"{what} was refused: {where}: {'; '.join(filter(None, (written, because)))}. {MEND}"


def _could_read(rule: Rule, drug: str, row: RefusedRow, groups: Mapping[str, EventGroup]) -> bool:
    """Whether a rule of a drug in use could say something else, if the refused row were known."""
    if row.kind == "medication":
        own = not row.drug or row.drug == drug
        match rule:
            case Interaction():
                return True
            case Interval():
                return any(leaf.drugs for leaf in leaves_of(rule.when))
            case Threshold():
                return own and rule.feature in DOSE_FEATURES
            case _:
                return own and isinstance(rule, CourseRule)
    if row.kind == "event":
        return any(not row.event or any(one.kind == row.event for one in groups[name].any) for name in _groups_of(rule))
    return False


def _groups_of(rule: Rule) -> tuple[str, ...]:
    """The groups of events a rule is about."""
    match rule:
        case EventRule():
            return (rule.events,)
        case Interval():
            return tuple(leaf.events for leaf in leaves_of(rule.when) if leaf.events)
        case _:
            return ()
