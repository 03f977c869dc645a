"""A clinic small enough to read: its files as text, brought into a store the way real files are."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, func, select

from core.ingest.limits import InputFile
from core.records import DAY
from core.services.import_data import import_files
from core.store import schema
from core.store.connect import Store, open_store

HEADERS = {
    "patients": "patient_id,family_name,given_name,birth_date,sex,site,consultant,deceased_date",
    "results": "result_id,patient_id,loinc,analyte,value,unit,collected_at,reported_at,status,ref_low,ref_high",
    "medications": (
        "course_id,patient_id,drug,indication,dose,dose_unit,frequency,route,start_date,end_date,status,reason"
    ),
    "events": "event_id,patient_id,kind,start_date,end_date,code,detail,severity",
}
NOW = 20_800 * DAY  # 2026-12-13

ANN = "0012345,ARDEN,Ann,1970-01-01,female,,,"
BEN = "0054321,BIRCH,Ben,1980-06-30,male,,,"


def files(**tables: Iterable[str]) -> list[InputFile]:
    """Clinic files from lines without their header: files(patients=[ANN], results=[…])."""
    return [InputFile(f"{name}.csv", "\n".join([HEADERS[name], *lines, ""]).encode()) for name, lines in tables.items()]


def result(own: str, value: str, at: str = "2026-03-01", **other: str) -> str:
    """One line of results.csv: a neutrophil count of Ann's unless said otherwise."""
    cells = {"result_id": own, "patient_id": "0012345", "analyte": "neutrophils", "unit": "10*9/L", **other}
    cells |= {"value": value, "collected_at": at}
    return ",".join(cells.get(column, "") for column in HEADERS["results"].split(","))


class Watch:
    """Stands in for the evaluation: remembers whom it was asked about."""

    def __init__(self) -> None:
        self.asked: list[set[str]] = []

    def __call__(self, _connection: Connection, patient_ids: Collection[str]) -> dict[str, str]:
        self.asked.append(set(patient_ids))
        return {}


def make_store(folder: Path, name: str = "clinic.db") -> Store:
    """A store in a folder of the test's own."""
    return open_store(f"sqlite:///{folder / name}")


def bring_in(store: Store, *, source: str = "lab", judge: Any = None, **tables: Iterable[str]) -> dict[str, Any]:
    """Import lines into a store; the report as the command line prints it."""
    watch = Watch() if judge is None else judge
    report = import_files(store, files(**tables), source=source, zone="UTC", now=NOW, judge=watch)
    return report.to_json()


def count_rows(store: Store) -> dict[str, int]:
    """How many rows each table of facts holds."""
    tables = (schema.person, schema.patient, schema.result, schema.course, schema.event, schema.quarantine)
    with store.reading() as connection:
        return {
            table.name: connection.execute(select(func.count()).select_from(table)).scalar_one() for table in tables
        }


def read_everything(store: Store) -> dict[str, list[tuple[Any, ...]]]:
    """All that is stored, but for when it was and by which import: two stores that say the same are equal."""
    left_out = {"recorded_at", "started_at", "batch_id", "row_id"}
    with store.reading() as connection:
        return {
            table.name: sorted(
                map(tuple, connection.execute(select(*(c for c in table.columns if c.name not in left_out)))), key=repr
            )
            for table in schema.metadata.sorted_tables
            if table.name not in ("batch", "clinic", "audit")
        }
