"""What the store holds, what becomes of an incoming row, and by which keys the two are compared."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from hashlib import blake2b
from typing import Literal, Protocol

from core.ingest.messages import remark
from core.records import Course, Event, Fact, Issue, Kind, Patient, ReadRow, Result, Trace

#: ("result", "id", result_id), ("result", "at", patient_id, analyte, collected_at), ("patient", "id", patient_id),
#: ("medication" or "event", "id", id), ("medication" or "event", "as", all its content), ("row", fingerprint).
#: Within ONE source: the store adds the source to every key but a patient's.
Key = tuple[str, ...]
Outcome = Literal["stored", "duplicate", "superseded", "quarantined", "ignored"]


@dataclass(frozen=True, slots=True)
class StoredRef:
    """A row the store holds. table: "fact", a stored fact of that kind, or "quarantine", a row kept there."""

    table: Literal["fact", "quarantine"]
    kind: Kind
    row_id: int


@dataclass(frozen=True, slots=True)
class StoredVersion:
    """A fact the store holds under a key, current or overtaken. superseded_at: None = current."""

    ref: StoredRef
    fact: Fact
    superseded_at: int | None


@dataclass(frozen=True, slots=True)
class StoredQuarantine:
    """A row kept in quarantine, rebuilt with its kind, trace and fields. closed: settled since."""

    ref: StoredRef
    row: ReadRow
    closed: bool


class StoredIndex(Protocol):
    """What is stored, seen from one source, for the keys `keys_of(rows)` names. Both answer in order of arrival."""

    def versions(self, key: Key) -> Sequence[StoredVersion]:
        """Every stored fact with this key, overtaken ones included."""
        ...

    def quarantined(self, key: Key) -> Sequence[StoredQuarantine]:
        """Every quarantined row kept under this key (its identity or its fingerprint), closed ones included."""
        ...


@dataclass(frozen=True, slots=True)
class Settled:
    """What becomes of one incoming row.

    outcome: "stored" and "superseded" rows are written as facts, "quarantined" rows to quarantine, the others nowhere.
    supersedes: rows already in the store which this one overtakes or, in quarantine, closes. Set their superseded_at to
        min(what it is, known_at); for "quarantine" refs that closes the trace. May be non-empty for any outcome.
    superseded_at: set when this row itself is already overtaken (a quarantined one: its trace is closed at once).
    known_at: from when this row could be known (results); None for the other kinds: use the import's instant.
    issues: all remarks on the row, each with the row's final outcome ("noted" on a stored one).
    trace: what a quarantined row leaves behind; for a conflict it carries the value (a coded word as its number:
        CODED_NUMBERS). Its `reason` is the cannot-tell reason, which need not be the issue's.
    repeated: quarantined before, word for word: write no second row.
    """

    row: ReadRow
    outcome: Outcome
    supersedes: tuple[StoredRef, ...] = ()
    superseded_at: int | None = None
    known_at: int | None = None
    issues: tuple[Issue, ...] = ()
    trace: Trace | None = None
    repeated: bool = False


_OWN_ID: dict[Kind, str] = {
    "patient": "patient_id",
    "result": "result_id",
    "medication": "course_id",
    "event": "event_id",
}


def key_of(row: ReadRow) -> Key | None:
    """The identity of a row within its source; None when the row could not be read far enough to have one."""
    fact = row.fact
    if isinstance(fact, Result):
        if fact.result_id:
            return ("result", "id", fact.result_id)
        return ("result", "at", fact.patient_id, fact.analyte, str(fact.collected_at))
    if isinstance(fact, Patient):
        return ("patient", "id", fact.patient_id)
    if isinstance(fact, Course):
        return (
            ("medication", "id", fact.course_id) if fact.course_id else ("medication", "as", *_texts(content_of(fact)))
        )
    if isinstance(fact, Event):
        return ("event", "id", fact.event_id) if fact.event_id else ("event", "as", *_texts(content_of(fact)))
    return _key_of_refusal(row)


def _key_of_refusal(row: ReadRow) -> Key | None:
    own = next((cell.strip() for name, cell in row.fields if name == _OWN_ID.get(row.kind)), "")
    if own:
        return (row.kind, "id", own)
    if row.trace is not None:
        return ("result", "at", row.trace.patient_id, row.trace.analyte, str(row.trace.collected_at))
    return None


def content_of(fact: Fact) -> tuple[object, ...]:
    """Everything a patient, course or event states. A dose counts by its value: 100 and 100.0 are one dose."""
    if isinstance(fact, Patient):
        return (fact.patient_id, fact.family_name, fact.given_name, fact.birth_date, fact.sex, fact.site,
                fact.consultant, fact.deceased_date)  # fmt: skip
    if isinstance(fact, Course):
        dose = None if fact.dose is None else float(fact.dose)
        return (fact.patient_id, fact.drug, fact.drug_known, fact.indication, dose, fact.dose_unit, fact.dose_as_given,
                fact.frequency, fact.frequency_as_given, fact.route, fact.start, fact.end, fact.status,
                fact.reason)  # fmt: skip
    if isinstance(fact, Event):
        return (fact.patient_id, fact.kind, fact.start, fact.end, fact.code, fact.detail, fact.severity)
    raise TypeError("a result is compared by what was measured, see settle_results")


def _texts(content: tuple[object, ...]) -> tuple[str, ...]:
    return tuple("" if part is None else str(part) for part in content)


def fingerprint_of(row: ReadRow) -> Key:
    """The row word for word, as a key: every quarantined row is kept under this and under `key_of` where it has one."""
    text = "\x1f".join([row.kind, *(f"{name}\x1e{cell.strip()}" for name, cell in row.fields)])
    return ("row", blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest())


def keys_of(rows: Iterable[ReadRow]) -> set[Key]:
    """Every key `settle` will ask about, so that the store can fetch them in bulk."""
    keys: set[Key] = set()
    for row in rows:
        key = key_of(row) if row.outcome in ("fact", "quarantined") else None
        if key is not None:
            keys.add(key)
        if is_sought_by_wording(row, key):
            keys.add(fingerprint_of(row))
    return keys


def is_sought_by_wording(row: ReadRow, key: Key | None) -> bool:
    """Whether its wording may find a row where its identity cannot: a refused row, or one without an id of its own."""
    return row.outcome == "quarantined" or (row.outcome == "fact" and (key is None or key[1] != "id"))


def with_outcome(issues: tuple[Issue, ...], outcome: str) -> tuple[Issue, ...]:
    """The remarks on a row, told with what became of the row."""
    return tuple(issue if issue.outcome == outcome else replace(issue, outcome=outcome) for issue in issues)


def refuse(row: ReadRow, column: str, reason: str, value: str, sentence: str = "") -> tuple[Issue, ...]:
    """The remarks on a readable row that cannot be stored beside what is there: the refusal first, then the others."""
    return (
        remark(row.origin, column, reason, value, "quarantined", sentence),
        *with_outcome(row.issues, "quarantined"),
    )
