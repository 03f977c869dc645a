"""Whether an incoming row is new, the same again, a change, or a contradiction. Pure: no clock, no store.

Invariants (promises P08, P09, P13; each proved in tests/property/test_settle.py):
1. Withdrawn beats corrected, corrected beats final, final beats preliminary, whatever the order of arrival; between
   corrections the later reported one wins. What is current afterwards depends on the rows alone, not on their order.
2. Two values of one standing under one identity are a conflict: the first to arrive stays, the others are kept in
   quarantine and join the dispute. A row of higher standing settles it.
3. The same rows again change nothing: no new row, and nothing that was closed is opened.
4. A row never moves to another patient or analyte: an identity keeps whom it first stood for.
5. Every incoming row gets exactly one outcome.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from core.ingest.settle_results import settle_results
from core.ingest.settle_versions import settle_versions
from core.ingest.settled import (
    Key,
    Outcome,
    Settled,
    StoredIndex,
    StoredQuarantine,
    StoredRef,
    StoredVersion,
    fingerprint_of,
    key_of,
    keys_of,
)
from core.records import ReadRow

__all__ = [
    "Key",
    "Outcome",
    "Settled",
    "StoredIndex",
    "StoredQuarantine",
    "StoredRef",
    "StoredVersion",
    "fingerprint_of",
    "key_of",
    "keys_of",
    "settle",
]


def settle(incoming: Sequence[ReadRow], stored: StoredIndex) -> list[Settled]:
    """Decide, in the order of the incoming rows, what becomes of each.

    Args: incoming: rows of one source in order of arrival; stored: what the store holds, seen from that source.
    Hazard: P08, P09, P13.
    """
    settled: dict[int, Settled] = {}
    groups: dict[Key, list[tuple[int, ReadRow]]] = {}
    for position, row in enumerate(incoming):
        key = key_of(row) if row.outcome in ("fact", "quarantined") else None
        if key is not None:
            groups.setdefault(key, []).append((position, row))
        else:
            settled[position] = _settle_alone(row, stored)
    for key, rows in groups.items():
        settled.update(settle_results(key, rows, stored) if key[0] == "result" else settle_versions(key, rows, stored))
    return list(_keep_refusals_once(settled[position] for position in range(len(incoming))))


def _keep_refusals_once(settled: Iterable[Settled]) -> Iterator[Settled]:
    """A refused row that stands twice in the files, word for word, is counted twice and kept once."""
    seen: set[Key] = set()
    for one in settled:
        if one.outcome == "quarantined" and not one.repeated:
            wording = fingerprint_of(one.row)
            yield replace(one, repeated=wording in seen)
            seen.add(wording)
        else:
            yield one


def _settle_alone(row: ReadRow, stored: StoredIndex) -> Settled:
    """A row without an identity: it was refused, ignored or repeated within its file."""
    if row.outcome == "quarantined":
        return Settled(
            row,
            "quarantined",
            issues=row.issues,
            trace=row.trace,
            repeated=bool(stored.quarantined(fingerprint_of(row))),
        )
    return Settled(row, "ignored" if row.outcome == "ignored" else "duplicate", issues=row.issues)
