"""Bringing files in: read, settle against what is stored, keep, evaluate whom they touch. All of it or nothing.

"Imported" is said after the one transaction that holds all of it was committed, never before. Rows are read before that
transaction begins, so that a long file does not keep others waiting.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from core.clock import read_clock, read_utc
from core.errors import InputRefused
from core.ingest.clinic_csv import Reading, read_clinic
from core.ingest.fields import PersonKnown, ReadContext
from core.ingest.identity import (
    Key,
    StoredQuarantine,
    StoredRef,
    StoredVersion,
    fingerprint_of,
    key_of,
    keys_of,
    settle,
)
from core.ingest.limits import COMMAND_LINE, UPLOAD, InputFile, Limits, open_inputs, open_upload
from core.ingest.mapping_model import Mapping as SavedMapping
from core.ingest.report import Report
from core.ingest.settled import Settled
from core.records import ReadRow
from core.services.mappings import find_mapping
from core.services.unjudged import remark_unjudged
from core.settings import Settings
from core.store import audit, batches, clinic, facts, identities
from core.store.audit import COMMAND_LINE_USER
from core.store.connect import Store, open_store
from core.store.people import read_identities

#: Evaluates these patients as they stand in the given transaction; whom it could not (identifier -> reference).
Judge = Callable[[Connection, Collection[str]], Mapping[str, str]]
#: Is told what is being done now, in a few words with a count: "reading 3 files".
Tell = Callable[[str], None]
_COUNTED = ("stored", "duplicates", "superseded", "ignored", "quarantined")


def keep_quiet(_doing: str) -> None:
    """Tell nobody."""


def import_paths(
    store_url: str,
    paths: Sequence[Path | str],
    *,
    source: str,
    zone: str,
    now: int | None = None,
    mapping: str = "",
    pinned: str = "",
    by: str = COMMAND_LINE_USER,
    judge: Judge | None = None,
    tell: Tell = keep_quiet,
) -> Report:
    """Import files and folders into the store at a URL.

    Args:    source: who sends the rows; identities hold within it. zone: the clinic's IANA zone. now: the clock in
             use (instant; None: the clinic's own, pinned or real). mapping: name or file of a saved mapping, "" = the
             clinic file set. pinned: ISO date at which to stop the clinic's clock with this import. by: whom the trail
             names. judge: how to evaluate the patients touched (None: by the protocols in force). tell: hears how
             far it is.
    Returns: the report, every row accounted for; it is also kept beside the rows.
    Raises:  InputRefused (the user mends the input); StoreFailed (the administrator acts); nothing is stored then.
    """
    files = open_inputs(paths)
    store = open_store(store_url)
    if now is None:
        with store.reading() as connection:
            now = read_clock(zone, pinned or clinic.read_clinic(connection).clock)
    return import_files(
        store, files, source=source, zone=zone, now=now, mapping=mapping, pinned=pinned, by=by, judge=judge,
        tell=tell,
    )  # fmt: skip


def import_uploaded(
    settings: Settings,
    uploads: Sequence[tuple[str, bytes]],
    *,
    source: str,
    mapping: str = "",
    by: str = COMMAND_LINE_USER,
    previewed: int | None = None,
    tell: Tell = keep_quiet,
) -> Report:
    """Import what a browser handed over (name and content of each file), within the narrower bounds of an upload.

    Args:   previewed: the clinic's version that a preview was made of; another one by now refuses the import.
    Raises: as `import_paths`.
    """
    store, files, now = open_uploads(settings, uploads)
    return import_files(
        store, files, source=source, zone=settings.zone, now=now, mapping=mapping, by=by, previewed=previewed,
        tell=tell, limits=UPLOAD,
    )  # fmt: skip


def open_uploads(settings: Settings, uploads: Sequence[tuple[str, bytes]]) -> tuple[Store, list[InputFile], int]:
    """The store, the files handed over (bounded, unpacked) and the clock in use, an instant."""
    files = [file for name, content in uploads for file in open_upload(name, content)]
    store = open_store(settings.db_url)
    with store.reading() as connection:
        now = read_clock(settings.zone, settings.as_of or clinic.read_clinic(connection).clock)
    return store, files, now


def import_files(
    store: Store,
    files: Sequence[InputFile],
    *,
    source: str,
    zone: str,
    now: int,
    mapping: str = "",
    pinned: str = "",
    by: str = COMMAND_LINE_USER,
    previewed: int | None = None,
    judge: Judge | None = None,
    tell: Tell = keep_quiet,
    limits: Limits = COMMAND_LINE,
) -> Report:
    """Import opened files into an opened store. Arguments, report and refusals as `import_paths`, `import_uploaded`."""
    arriving = read_files(store, files, source=source, zone=zone, now=now, mapping=mapping, tell=tell, limits=limits)
    with store.writing() as connection:
        if previewed is not None and clinic.read_clinic(connection).version != previewed:
            raise InputRefused("The store has changed since this preview: look at the new one, then import.")
        kept = keep_rows(connection, arriving, tell)
        if pinned:
            clinic.pin_clock(connection, pinned)
        if kept.touched:
            tell(f"judging {len(kept.touched):,} patients")
            failed = (judge or partial(_judge_by_protocols, now=now))(connection, kept.touched)
            remark_unjudged(kept.report, kept.settled, failed)
        if kept.touched or any(one.outcome == "quarantined" and not one.repeated for one in kept.settled):
            clinic.raise_version(connection)  # what was refused is said on the screens, whomever it touched
        told = kept.report.to_json()
        batches.keep_report(connection, kept.batch_id, told)
        counted = json.dumps({name: told[name] for name in ("rows_in", *_COUNTED)})
        audit.append(
            connection,
            audit.Entry(
                arriving.started_at, by, "import", subject=f"import {kept.batch_id} from {source}", after=counted
            ),
        )
    return kept.report


@dataclass(frozen=True, slots=True)
class Arriving:
    """Files that were read and not yet stored. started_at: UTC seconds. now: the clock in use, an instant."""

    source: str
    zone: str
    mapping: str
    now: int
    started_at: int
    reading: Reading
    described: list[dict[str, str]]


@dataclass(frozen=True, slots=True)
class Kept:
    """What became of the rows of one import. touched: the patients whose picture changed."""

    report: Report
    batch_id: int
    settled: list[Settled]
    touched: set[str]


def read_files(
    store: Store,
    files: Sequence[InputFile],
    *,
    source: str,
    zone: str,
    now: int,
    mapping: str,
    tell: Tell = keep_quiet,
    limits: Limits = COMMAND_LINE,
) -> Arriving:
    """Read every row of the files, before any transaction begins. Raises as `import_paths`."""
    started_at = read_utc()
    with store.reading() as connection:
        _check_belongs(clinic.read_clinic(connection), source, zone)
        people = read_identities(connection, PersonKnown)
        described = find_mapping(connection, mapping) if mapping else None
    tell(f"reading {len(files):,} {'file' if len(files) == 1 else 'files'}")
    reading = _read(files, ReadContext(source, ZoneInfo(zone), now, people), described, limits)
    return Arriving(source, zone, mapping, now, started_at, reading, _describe(files, reading))


def keep_rows(connection: Connection, arriving: Arriving, tell: Tell = keep_quiet) -> Kept:
    """Settle the rows against what is stored and keep them, in the caller's transaction; nobody is judged here.

    A preview does exactly this and takes it back.
    """
    source, reading = arriving.source, arriving.reading
    _check_belongs(clinic.read_clinic(connection), source, arriving.zone)  # another import may have been first
    clinic.claim(connection, sample=source == clinic.SAMPLE_SOURCE, zone=arriving.zone)
    report = Report(source, reading.file_names)
    for issue in reading.issues:
        report.remark(issue)
    batch_id = batches.open_batch(connection, source, arriving.mapping, arriving.described, arriving.started_at)
    tell(f"settling {len(reading.rows):,} rows")
    settled = settle_rows(connection, source, reading.rows)
    for one in settled:
        report.add(one)
    stored_at = read_utc()  # in the transaction: nobody can have seen rows before the second they carry
    arrival = facts.Arrival(batch_id, source, arriving.now, stored_at)
    touched = facts.append(connection, settled, arrival, facts.Naming(key_of, fingerprint_of))
    return Kept(report, batch_id, settled, touched)


def settle_rows(connection: Connection, source: str, rows: Sequence[ReadRow]) -> list[Settled]:
    """Decide what becomes of rows of one source, by what the store holds."""
    return settle(rows, _Stored(connection, source, keys_of(rows)))


def _judge_by_protocols(connection: Connection, patient_ids: Collection[str], now: int) -> Mapping[str, str]:
    from core.services.evaluate_clinic import find_unjudged  # numpy and the protocols: only if there is one to judge

    return find_unjudged(connection, patient_ids, now)


def _check_belongs(held: clinic.Clinic, source: str, zone: str) -> None:
    """Refuse rows that must not share this store: sample people beside real ones, or instants of another zone."""
    sample = source == clinic.SAMPLE_SOURCE
    if held.sample is not None and held.sample != sample:
        here, there = ("made-up", "real") if held.sample else ("real", "made-up")
        raise InputRefused(
            f"This store holds {here} patients and the files hold {there} ones: give them a store of their own (--db)."
        )
    if held.zone and held.zone != zone:
        raise InputRefused(f"This store keeps its times in {held.zone}: set NADIR_ZONE={held.zone}, not {zone}.")


def _read(files: Sequence[InputFile], context: ReadContext, mapping: SavedMapping | None, limits: Limits) -> Reading:
    if mapping is not None:
        from core.ingest.table import read_table

        return read_table(files, mapping, context, limits=limits)
    return read_clinic(
        files, source=context.source, zone=context.zone, now=context.now, people=context.people, limits=limits
    )


def _describe(files: Iterable[InputFile], reading: Reading) -> list[dict[str, str]]:
    """The files that were read, by name and fingerprint, so that it can be shown later what exactly came in."""
    described = []
    for file in files:
        if not file.ignored and file.name in reading.file_names:
            with file.open() as stream:
                described.append({"name": file.name, "sha256": sha256(stream.read()).hexdigest()})
    return described


class _Stored:
    """What the store holds under the keys of one import, fetched in bulk, as `settle` asks for it."""

    def __init__(self, connection: Connection, source: str, keys: Collection[Key]) -> None:
        self._facts = identities.find_facts(connection, source, keys)
        self._refusals = identities.find_refusals(connection, source, keys)

    def versions(self, key: Key) -> list[StoredVersion]:
        """Every stored fact with this key, overtaken ones included."""
        return [
            StoredVersion(StoredRef("fact", kept.kind, kept.row_id), kept.fact, kept.superseded_at)
            for kept in self._facts.get(key, ())
        ]

    def quarantined(self, key: Key) -> list[StoredQuarantine]:
        """Every quarantined row under this key, closed ones included."""
        return [
            StoredQuarantine(StoredRef("quarantine", kept.row.kind, kept.row_id), kept.row, kept.closed_at is not None)
            for kept in self._refusals.get(key, ())
        ]
