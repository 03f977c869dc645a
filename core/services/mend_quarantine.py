"""Rows in quarantine: mended in place and read again, tried again as they are, or dismissed with a reason.

1. A mended row goes through the same reading, settling and judging as a new row from the same source.
2. The refused row stays as it came; the row that stands in its place, or the reason for dismissing it, ends it.
3. Each of these is one transaction with its line in the trail: none of it, or all.

Hazard: HAZ-001, HAZ-017.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from core.clock import read_utc
from core.errors import InputRefused
from core.ingest.context import PersonKnown, ReadContext, introduce
from core.ingest.fields import COLUMNS, read_row_safely
from core.ingest.identity import StoredRef, fingerprint_of, key_of
from core.ingest.report import Report
from core.ingest.settled import Settled
from core.records import Issue, Patient, ReadRow
from core.services.import_data import settle_rows
from core.services.mappings import find_mapping
from core.services.now import read_now
from core.settings import Settings
from core.store import audit, batches, clinic, facts, open_refusals
from core.store.connect import open_store
from core.store.open_refusals import OpenRefusal
from core.store.people import read_identities
from core.views.import_model import Quarantine, Refused, Tried

LONGEST_REASON = 300


def list_quarantine(url: str) -> Quarantine:
    """Every row that waits to be mended. Raises: InputRefused (no store yet), StoreFailed."""
    with open_store(url, must_exist=True).reading() as connection:
        rows = tuple(_refused(one) for one in open_refusals.list_open(connection))
        return Quarantine(rows, open_refusals.count_refusals(connection)[1], clinic.read_clinic(connection).version)


def count_open(url: str) -> int:
    """How many rows wait to be mended. Raises: StoreFailed."""
    with open_store(url).reading() as connection:
        return open_refusals.count_refusals(connection)[0]


def _refused(one: OpenRefusal) -> Refused:
    kept, issue = one.kept, one.kept.issue
    cells, trace = dict(kept.row.fields), kept.row.trace
    who = trace.patient_id if trace else cells.get("patient_id", "")
    return Refused(
        kept.row_id, kept.source, kept.row.kind, issue.file, issue.row, issue.column, issue.reason, issue.value,
        issue.message, cells, who, trace.analyte if trace else "", one.mapping, one.recorded_at,
        COLUMNS.get(kept.row.kind, ()),
    )  # fmt: skip


def mend_row(settings: Settings, row_id: int, cells: Mapping[str, str], *, by: str) -> Tried:
    """Read one row again with its cells as mended.

    Returns: what came of it; refused again, it stays as it was and `issues` says why.
    Raises:  InputRefused (somebody else has closed it meanwhile); StoreFailed (nothing was kept).
    """
    return _try(settings, {row_id: cells}, by)


def retry_rows(settings: Settings, row_ids: Collection[int], *, by: str) -> Tried:
    """Read rows again as they are, because what was missing may be known by now. Raises as `mend_row`."""
    return _try(settings, dict.fromkeys(row_ids), by)


def dismiss_rows(settings: Settings, row_ids: Collection[int], reason: str, *, by: str) -> int:
    """End rows that will never be mended, with the reason; a mark they left on a patient is lifted, and the patient
    judged again.

    Returns: how many were still open.
    Raises:  InputRefused (no reason; the user gives one); StoreFailed (nothing was kept).
    """
    reason = reason.strip()
    if not reason or len(reason) > LONGEST_REASON:
        raise InputRefused(f"Dismissing a row takes a reason of at most {LONGEST_REASON} letters: write one.")
    with open_store(settings.db_url, must_exist=True).writing() as connection:
        now = read_now(connection, settings)
        rows = list(open_refusals.list_open(connection, row_ids))
        for one in rows:
            open_refusals.close_row(connection, one.kept.row_id, now)
            refused = _refused(one)
            before = json.dumps({"reason": refused.reason, "file": refused.file, "row": refused.row})
            audit.append(
                connection,
                audit.Entry(
                    read_utc(), by, "act", refused.patient_id, f"quarantine row {refused.row_id} dismissed", before,
                    why=reason,
                ),
            )  # fmt: skip
        clinic.raise_version(connection)
    return len(rows)


def _try(settings: Settings, asked: Mapping[int, Mapping[str, str] | None], by: str) -> Tried:
    with open_store(settings.db_url, must_exist=True).writing() as connection:
        now = read_now(connection, settings)
        rows = list(open_refusals.list_open(connection, asked))
        if not rows:
            raise InputRefused("Nothing is left to try: somebody else has mended or dismissed this meanwhile.")
        zone = ZoneInfo(clinic.read_clinic(connection).zone or settings.zone)
        context = ReadContext("", zone, now, read_identities(connection, PersonKnown))
        by_source: defaultdict[str, list[OpenRefusal]] = defaultdict(list)
        for one in rows:
            by_source[one.kept.source].append(one)
        mended, issues = 0, list[Issue]()
        for source, some in by_source.items():
            done, refused = _try_source(connection, source, some, asked, replace(context, source=source), by)
            mended += done
            issues.extend(refused)
        clinic.raise_version(connection)
    return Tried(len(rows), mended, len(rows) - mended, tuple(issues))


def _try_source(
    connection: Connection,
    source: str,
    rows: Sequence[OpenRefusal],
    asked: Mapping[int, Mapping[str, str] | None],
    context: ReadContext,
    by: str,
) -> tuple[int, list[Issue]]:
    """Read and settle the rows of one source; how many stand now, and what is still said."""
    people = dict(context.people)
    reads: list[tuple[OpenRefusal, ReadRow]] = []
    for one in sorted(rows, key=lambda one: one.kept.row.kind != "patient"):
        given = asked[one.kept.row_id]
        cells = dict(one.kept.row.fields) if given is None else given
        declared = _declare(connection, one, replace(context, people=people))
        read = read_row_safely(one.kept.row.kind, one.kept.row.origin, cells, declared)
        reads.append((one, read))
        if isinstance(read.fact, Patient):
            introduce(read.fact, people)
    settled = settle_rows(connection, source, [read for _, read in reads])
    standing: list[Settled] = []
    issues: list[Issue] = []
    report = Report(source, dict.fromkeys(one.kept.row.origin.file for one, _ in reads))
    for (one, _), decided in zip(reads, settled, strict=True):
        if decided.outcome == "quarantined":
            issues.extend(issue for issue in decided.issues if issue.outcome == "quarantined")
            continue
        original = StoredRef("quarantine", one.kept.row.kind, one.kept.row_id)
        ended = dict.fromkeys((*decided.supersedes, original))
        standing.append(replace(decided, supersedes=tuple(ended)))
        report.add(decided)
    if not standing:
        return 0, issues
    at = read_utc()
    batch_id = batches.open_batch(connection, source, "", [], at)
    arrival = facts.Arrival(batch_id, source, context.now, at)
    facts.append(connection, standing, arrival, facts.Naming(key_of, fingerprint_of))
    batches.keep_report(connection, batch_id, report.to_json())
    _note(connection, by, at, reads, settled, asked)
    return len(standing), issues


def _note(
    connection: Connection,
    by: str,
    at: int,
    reads: Sequence[tuple[OpenRefusal, ReadRow]],
    settled: Sequence[Settled],
    asked: Mapping[int, Mapping[str, str] | None],
) -> None:
    """One line in the trail for each row that stands now: what it was, and what a person made of it."""
    for (one, read), decided in zip(reads, settled, strict=True):
        if decided.outcome == "quarantined":
            continue
        kept = one.kept
        how = "tried again" if asked[kept.row_id] is None else "mended"
        fact = read.fact
        audit.append(
            connection,
            audit.Entry(
                at, by, "import", "" if fact is None else fact.patient_id,
                f"quarantine row {kept.row_id} {how}: {decided.outcome}",
                _as_json(kept.row), _as_json(read),
            ),
        )  # fmt: skip


def _as_json(row: ReadRow) -> str:
    return json.dumps(dict(row.fields), ensure_ascii=False)


def _declare(connection: Connection, one: OpenRefusal, context: ReadContext) -> ReadContext:
    """What the row's own mapping declares of dates and decimals; nothing where it has none, or it is gone."""
    if not one.mapping:
        return context
    try:
        mapping = find_mapping(connection, one.mapping)
    except InputRefused:
        return context  # then a date must be written in full, which is refused rather than guessed
    base = one.kept.row.origin.file.rsplit("/", 1)[-1]
    tables = [table for table in mapping.tables if table.kind == one.kept.row.kind]
    table = next((table for table in tables if table.claims(base)), tables[0] if len(tables) == 1 else None)
    if table is None:
        return context
    return replace(context, date_order=table.date_order, decimal_comma=table.decimal_comma)
