"""A store in a few lines: what `settle` asks of one, and what it tells one to do, without a database."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from dataclasses import fields as dataclass_fields
from decimal import Decimal

from core.ingest.identity import (
    Key,
    Settled,
    StoredQuarantine,
    StoredRef,
    StoredVersion,
    fingerprint_of,
    key_of,
    keys_of,
    settle,
)
from core.records import WITHDRAWN, Fact, Origin, ReadRow, Result, Trace

COLLECTED = 1_000_000
IMPORTED = 2_000_000_000


@dataclass
class Shelf:
    """Facts and refusals in order of arrival, each with the moment it stopped counting."""

    facts: list[StoredVersion] = field(default_factory=list)
    refusals: list[tuple[StoredRef, ReadRow, int | None]] = field(default_factory=list)
    asked: set[Key] | None = None

    def versions(self, key: Key) -> list[StoredVersion]:
        self._expect(key)
        return [one for one in self.facts if key_of(as_row(one.fact)) == key]

    def quarantined(self, key: Key) -> list[StoredQuarantine]:
        self._expect(key)
        kept = [one for one in self.refusals if key in (key_of(one[1]), fingerprint_of(one[1]))]
        return [StoredQuarantine(ref, row, ended is not None) for ref, row, ended in kept]

    def _expect(self, key: Key) -> None:
        assert self.asked is None or key in self.asked, f"settle asked for {key}, which keys_of did not announce"

    def take(self, rows: list[ReadRow]) -> list[Settled]:
        """Import one batch."""
        self.asked = keys_of(rows)
        settled = settle(rows, self)
        self.asked = None
        for one in settled:
            self._end(one)
        for one in settled:
            self._write(one)
        return settled

    def _end(self, one: Settled) -> None:
        at = IMPORTED if one.known_at is None else one.known_at
        for ref in one.supersedes:
            if ref.table == "fact":
                place = next(i for i, kept in enumerate(self.facts) if kept.ref == ref)
                kept = self.facts[place]
                ended = at if kept.superseded_at is None else min(at, kept.superseded_at)
                self.facts[place] = replace(kept, superseded_at=ended)
            else:
                place = next(i for i, (kept_ref, _, _) in enumerate(self.refusals) if kept_ref == ref)
                kept_ref, row, before = self.refusals[place]
                self.refusals[place] = (kept_ref, row, at if before is None else min(at, before))

    def _write(self, one: Settled) -> None:
        if one.outcome in ("stored", "superseded"):
            assert one.row.fact is not None
            ref = StoredRef("fact", one.row.kind, len(self.facts) + 1)
            self.facts.append(StoredVersion(ref, one.row.fact, one.superseded_at))
        elif one.outcome == "quarantined" and not one.repeated:
            ref = StoredRef("quarantine", one.row.kind, len(self.refusals) + 1)
            row = replace(one.row, fact=None, outcome="quarantined", issues=one.issues, trace=one.trace)
            self.refusals.append((ref, row, one.superseded_at))

    def current(self) -> list[Fact]:
        """The facts that count now."""
        return [one.fact for one in self.facts if one.superseded_at is None]

    def open_traces(self) -> list[Trace]:
        """The marks that count now."""
        return [row.trace for _, row, ended in self.refusals if ended is None and row.trace is not None]

    def readings_at(self, instant: int) -> set[tuple[str, float | None]]:
        """What could be believed at an instant: the results known by then and not overtaken, disputes included."""
        seen: set[tuple[str, float | None]] = set()
        for one in self.facts:
            if isinstance(one.fact, Result) and one.fact.status not in WITHDRAWN:
                known = one.fact.collected_at if one.fact.reported_at is None else one.fact.reported_at
                if known <= instant and (one.superseded_at is None or instant < one.superseded_at):
                    seen.add(("value", float(one.fact.value or 0)))
        for _, row, ended in self.refusals:
            if row.trace is not None:
                known = row.trace.collected_at if row.trace.reported_at is None else row.trace.reported_at
                if known <= instant and (ended is None or instant < ended):
                    value = row.trace.value
                    seen.add(("value", float(value)) if value is not None else (row.trace.reason, None))
        return seen


def as_row(fact: Fact) -> ReadRow:
    """A fact as the row it came in."""
    kinds = {"Patient": "patient", "Result": "result", "Course": "medication", "Event": "event"}
    fields = tuple((each.name, str(getattr(fact, each.name) or "")) for each in dataclass_fields(fact))
    return ReadRow(kinds[type(fact).__name__], Origin("x.csv", 2), "fact", fact, fields=fields)  # type: ignore[arg-type]


def result_row(
    value: str | None = "1.0", status: str = "final", reported_at: int | None = None, **changes: object
) -> ReadRow:
    """A readable row of results.csv; by default neutrophils of P1 under the identifier R1."""
    fact = Result(
        result_id="R1",
        patient_id="P1",
        analyte="neutrophils",
        loinc=None,
        value=None if value is None else Decimal(value),
        comparator="",
        coded=None,
        unit="10*9/L",
        value_as_given=value or "",
        unit_as_given="10*9/L",
        collected_at=COLLECTED,
        reported_at=reported_at,
        status=status,
    )
    fact = replace(fact, **changes)  # type: ignore[arg-type]
    fields = {
        "result_id": fact.result_id or "",
        "patient_id": fact.patient_id,
        "analyte": fact.analyte,
        "value": fact.value_as_given,
        "unit": fact.unit_as_given,
        "reported_at": str(fact.reported_at or ""),
        "status": fact.status,
    }
    return ReadRow("result", Origin("results.csv", 2), "fact", fact, fields=tuple(fields.items()))


def unread_row(status: str = "final", reported_at: int | None = None, **cells: str) -> ReadRow:
    """An unreadable row of results.csv: neutrophils of P1 under R1 without a unit."""
    trace = Trace("P1", "neutrophils", COLLECTED, reported_at, "no_unit", "R1")
    fields = {"result_id": "R1", "patient_id": "P1", "analyte": "neutrophils", "value": "2", "status": status} | cells
    return ReadRow("result", Origin("results.csv", 2), "quarantined", None, (), trace, tuple(fields.items()))
