"""A made-up cohort as stored facts: what the benchmark times single arrivals in. No clinic's rows come this way."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection

from core.catalogue import ANALYTES, analyte
from core.engine.cohort import Cohort
from core.records import COURSE_STATUSES, INDICATIONS, SEXES
from core.store import schema
from core.store.rows import BATCH, in_portions


def store_cohort(connection: Connection, cohort: Cohort) -> None:
    """Fill an empty store; patient number i of the cohort gets the key i + 1."""
    connection.execute(schema.batch.insert(), [{"source": "bench", "files": "[]", "started_at": 0, "report": "{}"}])
    names = cohort.patients.patient_id.tolist()
    connection.execute(schema.person.insert(), [{"patient_id": name} for name in names])
    connection.execute(schema.patient.insert(), _patient_rows(cohort))
    r = cohort.results
    rows = zip(r.patient.tolist(), r.analyte.tolist(), r.at.tolist(), r.value.tolist(), strict=True)
    for portion in in_portions(rows, BATCH):
        connection.execute(schema.result.insert(), [_result_row(p, ANALYTES[a], at, v) for p, a, at, v in portion])
    connection.execute(schema.course.insert(), _course_rows(cohort))
    connection.execute(schema.event.insert(), _event_rows(cohort))


def store_result(connection: Connection, patient: int, name: str, at: int, value: float) -> None:
    """One more result. patient: number in the cohort. name: an analyte. at: instant. value: canonical unit."""
    connection.execute(schema.result.insert(), _result_row(patient, name, at, value))


def _patient_rows(cohort: Cohort) -> list[dict[str, Any]]:
    people = cohort.patients
    return [
        {
            "patient": i + 1, "family_name": "MADE-UP", "given_name": "Sample", "birth_date": birth, "sex": SEXES[sex],
            **_trail(birth),
        }
        for i, (birth, sex) in enumerate(zip(people.birth.tolist(), people.sex.tolist(), strict=True))
    ]  # fmt: skip


def _result_row(patient: int, name: str, at: int, value: float) -> dict[str, Any]:
    unit = analyte(name).unit
    return {
        "patient": patient + 1, "analyte": name, "value": value, "unit": unit, "value_as_given": f"{value:g}",
        "unit_as_given": unit, "collected_at": at, "status": "final", **_trail(at),
    }  # fmt: skip


#: By administrations a day, to three places: what made-up courses are given as.
_FREQUENCIES = {1.0: "once daily", 0.5: "alternate days", 0.143: "once weekly"}


def _course_rows(cohort: Cohort) -> list[dict[str, Any]]:
    c = cohort.courses
    columns = (c.patient, c.course_id, c.drug, c.indication, c.dose, c.per_day, c.start, c.status)
    return [
        {
            "patient": p + 1, "course_id": name, "drug": drug, "drug_known": True, "indication": INDICATIONS[i],
            "dose": dose, "dose_unit": "mg", "frequency": _FREQUENCIES[round(per_day, 3)],
            "route": "SC", "start_at": start, "status": COURSE_STATUSES[status], **_trail(start),
        }
        for p, name, drug, i, dose, per_day, start, status in zip(*(one.tolist() for one in columns), strict=True)
    ]  # fmt: skip


def _event_rows(cohort: Cohort) -> list[dict[str, Any]]:
    e = cohort.events
    columns = (e.patient, e.event_id, e.kind, e.start, e.end, e.severity)
    return [
        {
            "patient": p + 1, "event_id": name, "kind": kind, "start_at": start, "end_at": end, "severity": severity,
            **_trail(start),
        }
        for p, name, kind, start, end, severity in zip(*(one.tolist() for one in columns), strict=True)
    ]  # fmt: skip


def _trail(known_at: int) -> dict[str, Any]:
    return {"source": "bench", "batch_id": 1, "file": "bench", "row": 1, "known_at": known_at, "recorded_at": 0}
