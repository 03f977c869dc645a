"""Patients, courses and events: the latest row about one of them stands, and what it replaces stays in the record."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from core.ingest.context import is_another_person
from core.ingest.messages import literal
from core.ingest.settled import (
    Key,
    Settled,
    StoredIndex,
    StoredRef,
    StoredVersion,
    content_of,
    fingerprint_of,
    refuse,
    with_outcome,
)
from core.records import Course, Event, Fact, Issue, Patient, ReadRow

Placed = tuple[int, ReadRow]


def settle_versions(key: Key, rows: Sequence[Placed], stored: StoredIndex) -> Iterator[tuple[int, Settled]]:
    """Decide about the incoming rows of one identity, in order of arrival: the last line wins.

    Yields: (position, decision). A row like the current version is a duplicate; a changed one is stored and supersedes;
    a row about somebody else is refused.
    """
    versions = stored.versions(key)
    accepted: list[Placed] = []
    for position, row in rows:
        if row.fact is None:
            repeated = bool(stored.quarantined(fingerprint_of(row)))
            yield position, Settled(row, "quarantined", issues=row.issues, trace=row.trace, repeated=repeated)
        elif issues := _find_contradiction(row, _standing(versions, accepted)):
            wording = fingerprint_of(row)
            repeated = any(fingerprint_of(kept.row) == wording for kept in stored.quarantined(key))
            yield position, Settled(row, "quarantined", issues=issues, repeated=repeated)
        else:
            accepted.append((position, row))
    if accepted:
        yield from _settle_accepted(key, accepted, versions, stored)


def _standing(versions: Sequence[StoredVersion], accepted: Sequence[Placed]) -> Fact | None:
    """What the identity stands for when the next row arrives."""
    if accepted:
        return accepted[-1][1].fact
    return next((version.fact for version in versions if version.superseded_at is None), None)


def _find_contradiction(row: ReadRow, standing: Fact | None) -> tuple[Issue, ...]:
    """Why a row cannot be a new version of what its identity stands for: another person, drug or kind; () if it can."""
    fact = row.fact
    if standing is None or fact is None:
        return ()
    if isinstance(fact, Patient) and isinstance(standing, Patient):
        if not is_another_person(standing, fact):
            return ()
        return refuse(row, "patient_id", "patient_mismatch", f"{fact.given_name} {fact.family_name}")
    if fact.patient_id != standing.patient_id:
        return refuse(row, "patient_id", "patient_mismatch", fact.patient_id)
    if isinstance(fact, Course) and isinstance(standing, Course) and fact.drug != standing.drug:
        return _refuse_reuse(row, "drug", fact.drug, standing.drug, fact.course_id)
    if isinstance(fact, Event) and isinstance(standing, Event) and fact.kind != standing.kind:
        return _refuse_reuse(row, "kind", fact.kind, standing.kind, fact.event_id)
    return ()


def _refuse_reuse(row: ReadRow, column: str, value: str, standing: str, own_id: str | None) -> tuple[Issue, ...]:
    name = "course_id" if column == "drug" else "event_id"
    sentence = (
        f"{name} {literal(own_id or '')} already stands for {literal(standing)}, not {{value}}: "
        f"give each row an id of its own or leave it blank. The first row stays."
    )
    return refuse(row, column, "conflicting_duplicate", value, sentence)


def _settle_accepted(
    key: Key, accepted: Sequence[Placed], versions: Sequence[StoredVersion], stored: StoredIndex
) -> Iterator[tuple[int, Settled]]:
    *earlier, (last_position, last) = accepted
    current = [version for version in versions if version.superseded_at is None]
    last_content = _content(last)
    seen = {content_of(version.fact) for version in versions} | {last_content}
    for position, row in earlier:
        if _content(row) in seen:
            yield position, Settled(row, "duplicate", issues=with_outcome(row.issues, "duplicate"))
            continue
        seen.add(_content(row))
        issues = with_outcome(row.issues, "superseded")
        yield position, Settled(row, "superseded", superseded_at=_begin(row.fact), issues=issues)
    if any(content_of(version.fact) == last_content for version in current):
        yield last_position, Settled(last, "duplicate", issues=with_outcome(last.issues, "duplicate"))
        return
    overtaken = [version.ref for version in current]
    yield last_position, Settled(last, "stored", (*overtaken, *_mended(key, last, stored)), issues=last.issues)


def _mended(key: Key, row: ReadRow, stored: StoredIndex) -> list[StoredRef]:
    """The refusals in quarantine that a readable row settles: those of its identity and those of its very wording."""
    refusals = [*stored.quarantined(key), *(() if key[1] == "id" else stored.quarantined(fingerprint_of(row)))]
    return list(dict.fromkeys(kept.ref for kept in refusals if not kept.closed and not _contradicted(kept.row)))


def _contradicted(kept: ReadRow) -> bool:
    """Whether a row was readable and stands for something else: a new version of the first does not settle it."""
    return any(issue.reason in ("patient_mismatch", "conflicting_duplicate") for issue in kept.issues)


def _content(row: ReadRow) -> tuple[object, ...]:
    if row.fact is None:
        raise TypeError("only readable rows are compared")
    return content_of(row.fact)


def _begin(fact: Fact | None) -> int:
    """Since when a row overtaken on arrival does not count: since its own beginning, so that it never did."""
    if isinstance(fact, Patient):
        return fact.birth_date
    if isinstance(fact, Course | Event):
        return fact.start
    raise TypeError("results are settled elsewhere")
