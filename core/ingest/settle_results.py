"""Results under one identity: which standing wins, which are the same again, which contradict each other.

`beats` is a strict partial order among statements, so what stands in the end does not depend on the order of arrival;
neither does when an overtaken row stopped counting: at the earliest moment at which a row that beats it was known.
An unreadable row overtakes too (`overrules`): its trace stands, and the value it replaces stays visible, struck. Only
between two of one standing does it matter which arrived later. All this holds within one identity: where two result ids
stand at one instant and one of them is unreadable, the readable one stands.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from core.ingest.result_version import (
    CONFLICT,
    CORRECTED,
    WITHDRAWN,
    Measured,
    Version,
    beats,
    clears,
    conflict_trace,
    is_conflict,
    is_of_doubtful_analyte,
    is_same,
    known_at,
    overrules,
    restates,
    result_of,
    version_of,
    version_of_conflict,
    version_of_stored,
)
from core.ingest.settled import (
    Key,
    Settled,
    StoredIndex,
    StoredQuarantine,
    StoredRef,
    StoredVersion,
    fingerprint_of,
    refuse,
    with_outcome,
)
from core.records import FAR, Issue, ReadRow, Result
from core.records import WITHDRAWN as WITHDRAWN_STATUSES

Placed = tuple[int, ReadRow]
Whose = tuple[str, str]
_REUSED = (
    "result_id {{value}} already stands for another {another}: give each result an id of its own or leave it blank, "
    "or name the laboratory with --source."
)


def settle_results(key: Key, rows: Sequence[Placed], stored: StoredIndex) -> Iterator[tuple[int, Settled]]:
    """Decide about the incoming rows of one identity. Yields (position, decision). Hazard: P03, P08, P09, P13."""
    versions, kept = stored.versions(key), stored.quarantined(key)
    position, row = rows[0]
    if len(rows) == 1 and not versions and not kept and row.fact is not None and key[1] == "id":
        yield position, _stored(row)  # most rows of most files: nothing to compare with
    else:
        yield from _Group(key, rows, versions, kept, stored).settle()


class _Group:
    """All rows under one identity: stored facts, disputes and unreadable rows in quarantine, and what comes in."""

    def __init__(
        self,
        key: Key,
        rows: Sequence[Placed],
        versions: Sequence[StoredVersion],
        kept: Sequence[StoredQuarantine],
        stored: StoredIndex,
    ) -> None:
        self._key = key
        self._stored = stored
        self._kept = kept
        self._whose = _first_meant(versions, kept, rows)
        self._unread = [(place, row) for place, row in rows if row.fact is None]
        self._doubts = self._new_doubts()
        self._foreign = [(place, row) for place, row in rows if row.fact is not None and _meant(row) != self._whose]
        self._readable = [(place, row) for place, row in rows if row.fact is not None and _meant(row) == self._whose]
        self._kept_unread = [
            one
            for one in kept
            if not is_conflict(one.row)
            and not one.closed
            and (_meant(one.row) in (None, self._whose) or is_of_doubtful_analyte(one.row))
        ]
        self._kept_doubts = [one.row for one in kept if _meant(one.row) == self._whose]
        self._old = [version_of_stored(one) for one in versions]
        self._disputed = [
            version_of_conflict(one, one.row.trace)
            for one in kept
            if one.row.trace and is_conflict(one.row) and _meant(one.row) == self._whose
        ]
        self._new: dict[int, Version] = {}

    def settle(self) -> Iterator[tuple[int, Settled]]:
        for place, row in self._foreign:
            yield place, self._refuse_foreign(row)
        yield from self._sift_repeats()
        for place, row in self._readable:
            if place in self._new:
                yield place, self._settle_new(row, self._new[place])
        for place, row in self._unread:
            yield place, self._settle_unread(place, row)

    def _all(self) -> list[Version]:
        return [*self._old, *self._disputed, *self._new.values()]

    def _sift_repeats(self) -> Iterator[tuple[int, Settled]]:
        """Set aside every row that is there already, stored or earlier in the file; the others are new."""
        repeats: list[tuple[int, ReadRow, Version]] = []
        for place, row in self._readable:
            version = version_of(result_of(row.fact), place=place)
            same = next((one for one in self._all() if is_same(one, version)), None)
            if same is None:
                self._new[place] = version
            else:
                repeats.append((place, row, same))
        for place, row, same in repeats:
            yield place, self._settle_repeat(row, same)

    def _settle_repeat(self, row: ReadRow, same: Version) -> Settled:
        """The same again: a duplicate; in a dispute that still stands, the same refusal once more."""
        if same.is_disputed and not same.is_closed and not any(beats(one, same) for one in self._all()):
            return Settled(row, "quarantined", issues=_conflict_issues(row), repeated=True)
        return _duplicate(row)

    def _settle_new(self, row: ReadRow, version: Version) -> Settled:
        beaters = [one for one in self._all() if beats(one, version)]
        if any(restates(one, version) for one in beaters):
            return _duplicate(row)
        ended = min((one.known_at for one in beaters), default=None)
        doubted = self._doubted_since(version)
        if ended is None and version.measured != self._seat(version):
            return Settled(
                row,
                "quarantined",
                supersedes=self._overtaken_by(version),
                superseded_at=doubted,
                known_at=version.known_at,
                issues=_conflict_issues(row),
                trace=conflict_trace(result_of(row.fact)),
            )
        supersedes = (*self._overtaken_by(version), *self._mended_by(row, version))
        ended = min((at for at in (ended, doubted) if at is not None), default=None)
        if ended is None:
            return _stored(row, supersedes)
        issues = with_outcome(row.issues, "superseded")
        return Settled(row, "superseded", supersedes, ended, version.known_at, issues)

    def _new_doubts(self) -> dict[int, ReadRow]:
        """The unreadable rows of this patient and analyte that come in for the first time, by place."""
        first: dict[Key, Placed] = {}
        for place, row in self._unread:
            if row.trace is not None and _meant(row) == self._whose and not self._is_kept(row):
                first.setdefault(fingerprint_of(row), (place, row))
        return dict(first.values())

    def _doubted_since(self, version: Version) -> int | None:
        """Since when an unreadable row stands in the place of this one, kept or coming in; None: none does."""
        doubts = [row for row in self._kept_doubts if overrules(row, version, is_later=True)]
        doubts += [
            row for place, row in self._doubts.items() if overrules(row, version, is_later=_is_after(version, place))
        ]
        return min((known_at(row.trace) for row in doubts if row.trace is not None), default=None)

    def _seat(self, version: Version) -> Measured:
        """The measurement that stays, of several that nothing beats: the first to arrive."""
        if version.rank == WITHDRAWN:
            return version.measured
        alike = [one for one in (*self._old, *self._new.values()) if one.rank == version.rank]
        if version.rank == CORRECTED:
            alike = [one for one in alike if one.known_at == version.known_at]
        return alike[0].measured

    def _overtaken_by(self, version: Version) -> tuple[StoredRef, ...]:
        """Stored rows and disputes that this statement ends, or ends earlier than was known till now."""
        beaten = [one for one in (*self._old, *self._disputed) if beats(version, one)]
        ended = [one.ref for one in beaten if version.known_at < self._end_of(one)]
        return tuple(ref for ref in ended if ref is not None)

    def _end_of(self, one: Version) -> int:
        """When a stored row stopped counting, as far as what is stored tells."""
        if not one.is_disputed:
            return FAR if one.ended is None else one.ended
        beaters = [other.known_at for other in (*self._old, *self._disputed) if beats(other, one)]
        return min(beaters, default=FAR)

    def _mended_by(self, row: ReadRow, version: Version) -> tuple[StoredRef, ...]:
        """Unreadable rows in quarantine that this readable one stands in for, found by identity or by wording."""
        mended = [one.ref for one in self._kept_unread if clears(version, one.row, is_later=True)]
        if self._key[1] != "id":
            worded = self._stored.quarantined(fingerprint_of(row))
            mended += [one.ref for one in worded if not one.closed and not is_conflict(one.row)]
        return tuple(dict.fromkeys(mended))

    def _refuse_foreign(self, row: ReadRow) -> Settled:
        """A row that claims an identity which stands for another patient or analyte: never filed under that identity.

        It leaves a mark on its own patient and analyte, so that an older value does not answer in its place; a
        withdrawal leaves none, and ends the mark of the row it withdraws.
        """
        fact = result_of(row.fact)
        is_other_person = self._whose is None or fact.patient_id != self._whose[0]
        column, reason = ("patient_id", "patient_mismatch") if is_other_person else ("analyte", "analyte_mismatch")
        sentence = _REUSED.format(another="patient" if is_other_person else "test")
        issues = refuse(row, column, reason, fact.result_id or "", sentence)
        mark = None if fact.status in WITHDRAWN_STATUSES else conflict_trace(fact)
        return Settled(
            row,
            "quarantined",
            supersedes=() if mark else self._withdrawn_by(row),
            known_at=known_at(fact),
            issues=issues,
            trace=mark,
            repeated=self._is_kept(row),
        )

    def _withdrawn_by(self, row: ReadRow) -> tuple[StoredRef, ...]:
        """The marks of foreign rows in quarantine that a withdrawal of the same patient and analyte ends."""
        return tuple(one.ref for one in self._kept if not one.closed and _meant(one.row) == _meant(row))

    def _settle_unread(self, place: int, row: ReadRow) -> Settled:
        """A refused row stays in quarantine; its mark is closed at once where a readable row stands in for it."""
        trace = row.trace
        since = None if trace is None else known_at(trace)
        is_told_before = trace is not None and _meant(row) == self._whose and place not in self._doubts
        if is_told_before or self._is_kept(row):
            return Settled(row, "quarantined", known_at=since, issues=row.issues, trace=trace, repeated=True)
        is_about_this = trace is None or _meant(row) == self._whose or is_of_doubtful_analyte(row)
        readable = self._all() if is_about_this else []
        cleared = [one.known_at for one in readable if clears(one, row, is_later=_is_after(one, place))]
        overtaken = self._overtaken_by_doubt(row, since)
        return Settled(row, "quarantined", overtaken, min(cleared, default=None), since, row.issues, trace)

    def _overtaken_by_doubt(self, row: ReadRow, since: int | None) -> tuple[StoredRef, ...]:
        """Stored rows and disputes in whose place an unreadable row now stands."""
        if since is None or _meant(row) != self._whose:
            return ()
        doubted = [one for one in (*self._old, *self._disputed) if overrules(row, one, is_later=False)]
        return tuple(one.ref for one in doubted if one.ref is not None and since < self._end_of(one))

    def _is_kept(self, row: ReadRow) -> bool:
        """Whether the very same row is in quarantine already; a readable one can only be there under its identity."""
        wording = fingerprint_of(row)
        if row.fact is None:
            return bool(self._stored.quarantined(wording))
        return any(fingerprint_of(one.row) == wording for one in self._kept)


def _is_after(version: Version, place: int) -> bool:
    return version.place is not None and version.place > place


def _stored(row: ReadRow, supersedes: tuple[StoredRef, ...] = ()) -> Settled:
    return Settled(row, "stored", supersedes, known_at=known_at(result_of(row.fact)), issues=row.issues)


def _duplicate(row: ReadRow) -> Settled:
    return Settled(row, "duplicate", issues=with_outcome(row.issues, "duplicate"))


def _conflict_issues(row: ReadRow) -> tuple[Issue, ...]:
    fact = result_of(row.fact)
    return refuse(row, "value", CONFLICT, f"{fact.value_as_given} {fact.unit_as_given}".strip())


def _first_meant(
    versions: Sequence[StoredVersion], kept: Sequence[StoredQuarantine], rows: Sequence[Placed]
) -> Whose | None:
    """Whom and what the identity stood for first: it never moves to another patient or analyte."""
    if versions:
        first = result_of(versions[0].fact)
        return first.patient_id, first.analyte
    arrived = [*(one.row for one in kept), *(row for _, row in rows)]
    arrived.sort(key=is_of_doubtful_analyte)  # stable: such a row stands for something only where no other does
    return next((meant for meant in map(_meant, arrived) if meant is not None), None)


def _meant(row: ReadRow) -> Whose | None:
    if isinstance(row.fact, Result):
        return row.fact.patient_id, row.fact.analyte
    return None if row.trace is None else (row.trace.patient_id, row.trace.analyte)
