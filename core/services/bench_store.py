"""How long one new result takes from arrival to stored findings: written, the patient judged anew, committed."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from core.catalogue import ANALYTES, analyte
from core.engine.cohort import Cohort
from core.records import COURSE_STATUSES, INDICATIONS, SEXES
from core.services.bench import HORIZON, make_cohort
from core.services.evaluate_clinic import refresh
from core.store import clinic, schema
from core.store.connect import Store, open_store
from core.store.rows import BATCH, in_portions

ARRIVALS = 200  # new results timed, each of another patient


def run_store_bench(patients: int, results: int) -> dict[str, Any]:
    """Time single arrivals in a store of made-up patients (a file of its own, deleted afterwards)."""
    cohort = Cohort.of(*make_cohort(patients, results))
    with tempfile.TemporaryDirectory() as folder:
        store = open_store(f"sqlite:///{Path(folder) / 'bench.db'}")
        with store.writing() as connection:
            clinic.claim(connection, sample=False, zone="UTC")
            _fill(connection, cohort)
        with store.writing() as connection:
            refresh(connection, None, HORIZON)
        with store.held_open():
            taken = sorted(_arrive(store, patient) for patient in range(min(ARRIVALS, patients)))
        store.engine.dispose()
    return {
        "store_patients": patients,
        "one_result_stored_ms_median": round(taken[len(taken) // 2], 2),
        "one_result_stored_ms_p95": round(taken[int(len(taken) * 0.95)], 2),
    }


def _arrive(store: Store, patient: int) -> float:
    """Milliseconds from a new result to the committed findings of its patient."""
    begin = time.perf_counter()
    with store.writing() as connection:
        connection.execute(schema.result.insert(), _result_row(patient, "neutrophils", HORIZON - 3600 - patient, 1.4))
        refresh(connection, [f"P{patient}"], HORIZON)
        clinic.raise_version(connection)
    return (time.perf_counter() - begin) * 1000


def _trail(known_at: int) -> dict[str, Any]:
    return {"source": "bench", "batch_id": 1, "file": "bench", "row": 1, "known_at": known_at, "recorded_at": 0}


def _result_row(patient: int, name: str, at: int, value: float) -> dict[str, Any]:
    unit = analyte(name).unit
    return {
        "patient": patient + 1,
        "analyte": name,
        "value": value,
        "unit": unit,
        "value_as_given": f"{value:g}",
        "unit_as_given": unit,
        "collected_at": at,
        "status": "final",
        **_trail(at),
    }


def _fill(connection: Connection, cohort: Cohort) -> None:
    people, r, c, e = cohort.patients, cohort.results, cohort.courses, cohort.events
    connection.execute(schema.batch.insert(), [{"source": "bench", "files": "[]", "started_at": 0, "report": "{}"}])
    names = people.patient_id.tolist()
    connection.execute(schema.person.insert(), [{"patient_id": name} for name in names])
    connection.execute(
        schema.patient.insert(),
        [
            {
                "patient": i + 1,
                "family_name": "MADE-UP",
                "given_name": "Sample",
                "birth_date": birth,
                "sex": SEXES[sex],
                **_trail(birth),
            }
            for i, (birth, sex) in enumerate(zip(people.birth.tolist(), people.sex.tolist(), strict=True))
        ],
    )
    rows = zip(r.patient.tolist(), r.analyte.tolist(), r.at.tolist(), r.value.tolist(), strict=True)
    for portion in in_portions(rows, BATCH):
        connection.execute(schema.result.insert(), [_result_row(p, ANALYTES[a], at, v) for p, a, at, v in portion])
    connection.execute(
        schema.course.insert(),
        [
            {
                "patient": p + 1,
                "course_id": name,
                "drug": drug,
                "drug_known": True,
                "indication": INDICATIONS[i],
                "dose": dose,
                "dose_unit": "mg",
                "frequency": "once daily" if per_day == 1 else "alternate days",
                "route": "SC",
                "start_at": start,
                "status": COURSE_STATUSES[status],
                **_trail(start),
            }
            for p, name, drug, i, dose, per_day, start, status in zip(
                *(
                    x.tolist()
                    for x in (c.patient, c.course_id, c.drug, c.indication, c.dose, c.per_day, c.start, c.status)
                ),
                strict=True,
            )
        ],
    )
    connection.execute(
        schema.event.insert(),
        [
            {
                "patient": p + 1,
                "event_id": name,
                "kind": kind,
                "start_at": start,
                "end_at": end,
                "severity": severity,
                **_trail(start),
            }
            for p, name, kind, start, end, severity in zip(
                *(x.tolist() for x in (e.patient, e.event_id, e.kind, e.start, e.end, e.severity)), strict=True
            )
        ],
    )
