"""One statement of a result, stored, disputed or coming in, and which of two statements overtakes the other."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from core.catalogue import find_coded_word
from core.ingest.result_row import read_status
from core.ingest.settled import StoredQuarantine, StoredRef, StoredVersion
from core.records import ReadRow, Result, Trace

#: A coded word as a number, so that a disputed word can join the dispute (the points of core/engine/cohort.py).
CODED_NUMBERS = {
    "negative": Decimal(0),
    "not detected": Decimal(0),
    "positive": Decimal(1),
    "detected": Decimal(1),
    "indeterminate": Decimal("0.5"),
}
CONFLICT = "conflicting_duplicate"

PRELIMINARY, FINAL, CORRECTED, WITHDRAWN = range(4)
_RANKS = {
    "preliminary": PRELIMINARY,
    "final": FINAL,
    "corrected": CORRECTED,
    "cancelled": WITHDRAWN,
    "entered-in-error": WITHDRAWN,
}

#: Is it a word, its number, comparator, collected_at. Floats, since that is what a store gives back.
Measured = tuple[bool, float | None, str, int]


@dataclass(frozen=True, slots=True)
class Version:
    """One statement of a result. as_given: its value cell. A reference range is no part of it: the first told stays.

    place: where it stands among the incoming rows, None for a stored one. ref, ended: the stored row, and when it
    stopped counting (None: it counts). is_disputed: kept in quarantine as a conflict; is_closed: that is settled.
    """

    rank: int
    known_at: int
    measured: Measured
    status: str
    as_given: str
    place: int | None = None
    ref: StoredRef | None = None
    ended: int | None = None
    is_disputed: bool = False
    is_closed: bool = False


def version_of(
    fact: Result, *, place: int | None = None, ref: StoredRef | None = None, ended: int | None = None
) -> Version:
    """A readable result as a statement."""
    return Version(
        rank=_RANKS[fact.status],
        known_at=known_at(fact),
        measured=(fact.coded is not None, _float(number_of(fact)), fact.comparator, fact.collected_at),
        status=fact.status,
        as_given=fact.value_as_given,
        place=place,
        ref=ref,
        ended=ended,
    )


def version_of_stored(stored: StoredVersion) -> Version:
    """A stored result as a statement."""
    return version_of(result_of(stored.fact), ref=stored.ref, ended=stored.superseded_at)


def version_of_conflict(kept: StoredQuarantine, trace: Trace) -> Version:
    """A dispute in quarantine as the statement it is, from its trace and its cells."""
    is_word = find_coded_word(cell(kept.row, "value"), trace.analyte) is not None
    status = read_status(cell(kept.row, "status")) or "final"
    return Version(
        rank=_RANKS[status],
        known_at=known_at(trace),
        measured=(is_word, _float(trace.value), trace.comparator, trace.collected_at),
        status=status,
        as_given=cell(kept.row, "value"),
        ref=kept.ref,
        is_disputed=True,
        is_closed=kept.closed,
    )


def beats(winner: Version, loser: Version) -> bool:
    """Whether one statement overtakes another: by rank, as the later correction, or as an earlier telling of the same.

    A strict partial order: the same whatever the order of arrival. Of two withdrawals the earlier known one counts.
    """
    if winner.rank != loser.rank:
        return winner.rank > loser.rank
    if winner.rank == WITHDRAWN:
        return _telling(winner) < _telling(loser)
    if winner.rank == CORRECTED and winner.known_at != loser.known_at:
        return winner.known_at > loser.known_at
    return winner.measured == loser.measured and winner.known_at < loser.known_at


def _telling(version: Version) -> tuple[int, str]:
    """Order among withdrawals, never a tie between two that differ."""
    return version.known_at, f"{version.status} {version.measured}"


def restates(winner: Version, loser: Version) -> bool:
    """Whether the loser says nothing that the winner did not say as early."""
    return winner.rank == loser.rank and winner.measured == loser.measured and winner.known_at <= loser.known_at


def is_same(one: Version, other: Version) -> bool:
    """Whether two rows are one statement."""
    return (one.status, one.measured, one.known_at) == (other.status, other.measured, other.known_at)


def clears(version: Version, unread: ReadRow, *, is_later: bool) -> bool:
    """Whether a readable row stands in for an unreadable one.

    By rank; at one rank, where it arrived later (the row was mended) or holds the very same value, with its unit.
    """
    rank = _rank_of(unread)
    if version.is_disputed or version.rank != rank:
        return version.rank > rank and not version.is_disputed
    if rank == CORRECTED and unread.trace is not None and version.known_at != known_at(unread.trace):
        return version.known_at > known_at(unread.trace)
    return is_later or version.as_given == cell(unread, "value")


def overrules(unread: ReadRow, version: Version, *, is_later: bool) -> bool:
    """Whether an unreadable row takes a readable one's place: what the laboratory said last cannot be read.

    By rank, as the later correction, or at one rank as the later to arrive, unless it is the very same value and only
    lost its unit, or may be another test's. The instant then reads as unreadable. is_later: whether the readable row
    arrived later.
    Hazard: a value that the laboratory took back ("clotted") and that goes on answering.
    """
    if unread.trace is None or is_conflict(unread) or version.rank == WITHDRAWN:
        return False
    rank = _rank_of(unread)
    if version.rank != rank:
        return rank > version.rank
    if rank == CORRECTED and version.known_at != known_at(unread.trace):
        return known_at(unread.trace) > version.known_at
    return not is_later and version.as_given != cell(unread, "value") and not is_of_doubtful_analyte(unread)


def _rank_of(unread: ReadRow) -> int:
    return _RANKS[read_status(cell(unread, "status")) or "final"]


def is_conflict(row: ReadRow) -> bool:
    """Whether a row in quarantine is a readable one that contradicts another."""
    return row.trace is not None and row.trace.reason == CONFLICT


def is_of_doubtful_analyte(row: ReadRow) -> bool:
    """Whether a refused row's code and name left in doubt which test it is: mended, it may turn out to be the other."""
    doubts = ("analyte_mismatch", "unknown_analyte")
    is_marked = row.fact is None and row.trace is not None and not is_conflict(row)
    return is_marked and any(issue.reason in doubts for issue in row.issues)


def conflict_trace(fact: Result) -> Trace:
    """The mark of a contradicting result: it carries its value, which joins the dispute."""
    return Trace(
        patient_id=fact.patient_id,
        analyte=fact.analyte,
        collected_at=fact.collected_at,
        reported_at=fact.reported_at,
        reason=CONFLICT,
        result_id=fact.result_id,
        value=number_of(fact),
        comparator=fact.comparator,
    )


def number_of(fact: Result) -> Decimal | None:
    """The value, or the number that stands for its word; None for a withdrawal without either."""
    return fact.value if fact.coded is None else CODED_NUMBERS[fact.coded]


def known_at(fact: Result | Trace) -> int:
    """From when a result could be known (CONTRACT 3)."""
    return fact.collected_at if fact.reported_at is None else fact.reported_at


def result_of(fact: object) -> Result:
    """The fact as the result that it must be under a result's identity."""
    if not isinstance(fact, Result):
        raise TypeError("a result's identity holds results alone")
    return fact


def cell(row: ReadRow, column: str) -> str:
    """One cell of a row as given, "" if blank."""
    return next((text.strip() for name, text in row.fields if name == column), "")


def _float(number: Decimal | None) -> float | None:
    return None if number is None else float(number)
