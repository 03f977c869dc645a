"""Charts as the engine reads them: stories about importing pass through files and a store, the rest come straight."""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Collection, Iterable, Sequence
from decimal import Decimal
from pathlib import Path

from sqlalchemy import Connection

from core.engine.cohort import Cohort
from core.engine.gather import gather
from core.errors import StoreFailed
from core.records import Patient, Result
from core.services.import_data import import_paths
from core.store import load
from core.store.clinic import SAMPLE_SOURCE
from core.store.connect import open_store
from tools.benchmark.chart import Chart, Sample, first_day, iso, read_clinic

FAMILY = "SAMPLE"


def gather_charts(charts: Sequence[Chart]) -> Cohort:
    """The cohort of these charts, without passing through files."""
    people = [Patient(c.patient_id, FAMILY, c.patient_id, c.birth, c.sex) for c in charts]
    return gather(
        people,
        [_result(c.patient_id, s) for c in charts for s in c.samples],
        [course for c in charts for course in c.courses],
        [event for c in charts for event in c.events],
    )


def _result(patient_id: str, s: Sample) -> Result:
    value = None if s.coded else Decimal(s.text)
    return Result(s.result_id, patient_id, s.analyte, None, value, "", s.coded, s.unit, s.text, s.unit, s.at, s.known)


def import_charts(charts: Sequence[Chart]) -> Cohort:
    """The cohort of these charts after a real import: files written, read strictly, settled, stored, loaded.

    Raises: StoreFailed (the import did not balance: a developer acts).
    """
    with tempfile.TemporaryDirectory() as folder:
        files = Path(folder) / "clinic"
        files.mkdir()
        write_files(charts, files)
        url = f"sqlite:///{Path(folder) / 'benchmark.db'}"
        now = (first_day() + int(read_clinic()["days"]) + 1) * 86_400
        report = import_paths(url, [files], source=SAMPLE_SOURCE, zone="UTC", now=now, judge=_judge_later)
        if not report.is_balanced:
            raise StoreFailed("The benchmark's import lost a row.")
        store = open_store(url)
        with store.reading() as connection:
            cohort = load.cohort(connection)
        store.engine.dispose()
    return cohort


def _judge_later(_connection: Connection, _patients: Collection[str]) -> dict[str, str]:
    """The replay judges, day by day."""
    return {}


def write_files(charts: Sequence[Chart], folder: Path) -> None:
    """The charts as a clinic file set."""
    _write(
        folder / "patients.csv", ("patient_id", "family_name", "given_name", "birth_date", "sex"),
        ((c.patient_id, FAMILY, c.patient_id, iso(c.birth)[:10], c.sex) for c in charts),
    )  # fmt: skip
    _write(
        folder / "results.csv",
        ("result_id", "patient_id", "analyte", "value", "unit", "collected_at", "reported_at", "status"),
        (
            (s.result_id, c.patient_id, s.analyte, s.text, s.unit, iso(s.at), iso(s.known), s.status)
            for c in charts
            for s in c.samples
        ),
    )
    _write(
        folder / "medications.csv",
        ("course_id", "patient_id", "drug", "indication", "dose", "dose_unit", "frequency", "route", "start_date",
         "end_date", "status", "reason"),
        (
            (k.course_id, c.patient_id, k.drug, k.indication, k.dose, k.dose_unit, k.frequency, k.route,
             iso(k.start)[:10], "" if k.end is None else iso(k.end - 86_400)[:10], k.status, "")
            for c in charts
            for k in c.courses
        ),
    )  # fmt: skip
    _write(
        folder / "events.csv",
        ("event_id", "patient_id", "kind", "start_date", "end_date", "code", "detail", "severity"),
        (
            (e.event_id, c.patient_id, e.kind, iso(e.start)[:10], "" if e.end is None else iso(e.end - 86_400)[:10],
             e.code, e.detail, e.severity)
            for c in charts
            for e in c.events
        ),
    )  # fmt: skip


def _write(path: Path, header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    with path.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.writer(stream)
        writer.writerow(header)
        writer.writerows(rows)
