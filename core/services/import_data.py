"""Bringing files in: read, settle against what is stored, keep, evaluate whom they touch. All of it or nothing.

"Imported" is said after the one transaction that holds all of it was committed, never before. Rows are read before that
transaction begins, so that a long file does not keep others waiting.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from functools import partial
from hashlib import sha256
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from core.clock import read_clock, read_utc
from core.errors import InputRefused, StoreFailed
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
from core.ingest.limits import InputFile, open_inputs, open_upload
from core.ingest.report import Report
from core.records import FAR, LONG_AGO, NOT_EVALUATED
from core.settings import Settings
from core.store import batches, clinic, facts, findings, identities
from core.store.connect import Store, open_store
from core.store.people import read_identities

#: Evaluates these patients anew and replaces their findings, in the given transaction.
Refresh = Callable[[Connection, Collection[str]], None]
#: Is told what is being done now, in a few words with a count: "reading 3 files".
Tell = Callable[[str], None]


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
    refresh: Refresh | None = None,
    tell: Tell = keep_quiet,
) -> Report:
    """Import files and folders into the store at a URL.

    Args:    source: who sends the rows; identities hold within it. zone: the clinic's IANA zone. now: the clock in
             use (instant; None: the clinic's own, pinned or real). mapping: name or file of a saved mapping, "" = the
             clinic file set. pinned: ISO date at which to stop the clinic's clock with this import. refresh: how to
             evaluate the patients touched (None: by the protocols in force). tell: hears how far it is.
    Returns: the report, every row accounted for; it is also kept beside the rows.
    Raises:  InputRefused (the user mends the input); StoreFailed (the administrator acts); nothing is stored then.
    """
    files = open_inputs(paths)
    store = open_store(store_url)
    if now is None:
        with store.reading() as connection:
            now = read_clock(zone, pinned or clinic.read_clinic(connection).clock)
    return import_files(
        store, files, source=source, zone=zone, now=now, mapping=mapping, pinned=pinned, refresh=refresh, tell=tell
    )


def import_uploaded(
    settings: Settings, uploads: Sequence[tuple[str, bytes]], *, source: str, mapping: str = ""
) -> Report:
    """Import what a browser handed over (name and content of each file), within the narrower bounds of an upload.

    Raises: as `import_paths`.
    """
    files = [file for name, content in uploads for file in open_upload(name, content)]
    store = open_store(settings.db_url)
    with store.reading() as connection:
        now = read_clock(settings.zone, settings.as_of or clinic.read_clinic(connection).clock)
    return import_files(store, files, source=source, zone=settings.zone, now=now, mapping=mapping)


def import_files(
    store: Store,
    files: Sequence[InputFile],
    *,
    source: str,
    zone: str,
    now: int,
    mapping: str = "",
    pinned: str = "",
    refresh: Refresh | None = None,
    tell: Tell = keep_quiet,
) -> Report:
    """Import opened files into an opened store. Arguments, report and refusals as `import_paths`."""
    started_at = read_utc()
    with store.reading() as connection:
        _check_belongs(clinic.read_clinic(connection), source, zone)
        people = read_identities(connection, PersonKnown)
    tell(f"reading {len(files):,} files")
    reading = _read(files, ReadContext(source, ZoneInfo(zone), now, people), mapping)
    report = Report(source, reading.file_names)
    for issue in reading.issues:
        report.remark(issue)
    with store.writing() as connection:
        _check_belongs(clinic.read_clinic(connection), source, zone)  # another import may have been first
        clinic.claim(connection, sample=source == clinic.SAMPLE_SOURCE, zone=zone)
        if pinned:
            clinic.pin_clock(connection, pinned)
        batch_id = batches.open_batch(connection, source, mapping, _describe(files, reading), started_at)
        arrival = facts.Arrival(batch_id, source, now, started_at)
        tell(f"settling {len(reading.rows):,} rows")
        settled = settle(reading.rows, _Stored(connection, source, keys_of(reading.rows)))
        for one in settled:
            report.add(one)
        touched = facts.append(connection, settled, arrival, facts.Naming(key_of, fingerprint_of))
        if touched:
            tell(f"judging {len(touched):,} patients")
            evaluate_all(connection, touched, refresh or partial(_refresh_by_protocols, now=now))
            clinic.raise_version(connection)
        batches.keep_report(connection, batch_id, report.to_json())
    return report


def evaluate_all(connection: Connection, patient_ids: Collection[str], refresh: Refresh) -> list[str]:
    """Evaluate these patients so that one whose evaluation fails hides nobody else, nor itself.

    Returns: the patients who could not be evaluated. Each stands among the cannot-tell findings as "not_evaluated".
    Hazard:  HAZ-001.
    """
    try:
        with connection.begin_nested():
            refresh(connection, patient_ids)
    except (SQLAlchemyError, StoreFailed):
        raise  # not the patient's fault: the import as a whole has failed
    except Exception:  # whatever a rule may raise: the fault is shown on the worklist instead of losing the import
        if len(patient_ids) > 1:
            ordered = sorted(patient_ids)
            middle = len(ordered) // 2
            halves = (ordered[:middle], ordered[middle:])
            return [name for half in halves for name in evaluate_all(connection, half, refresh)]
        for name in patient_ids:
            row = findings.UnknownRow(name, "", "", "data_quality", NOT_EVALUATED, LONG_AGO, FAR)
            findings.replace(connection, [name], [], [row], [])
        return list(patient_ids)
    return []


def _refresh_by_protocols(connection: Connection, patient_ids: Collection[str], now: int) -> None:
    from core.services.evaluate_clinic import refresh  # numpy and the protocols: only when there is something to judge

    refresh(connection, patient_ids, now)


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


def _read(files: Sequence[InputFile], context: ReadContext, mapping: str) -> Reading:
    if mapping:
        from core.ingest.mapping import load_mapping
        from core.ingest.table import read_table

        return read_table(files, load_mapping(mapping), context)
    return read_clinic(files, source=context.source, zone=context.zone, now=context.now, people=context.people)


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
