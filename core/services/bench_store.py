"""How long one new result takes from arrival to an answer: written, its patient judged anew, committed."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path
from typing import Any

from core.engine.cohort import Cohort
from core.services.bench import HORIZON, make_cohort
from core.services.evaluate_clinic import find_unjudged
from core.store import clinic
from core.store.connect import Store, open_store
from core.store.made_up import store_cohort, store_result

ARRIVALS = 200  # new results timed, each of another patient


def run_store_bench(patients: int, results: int) -> dict[str, Any]:
    """Time single arrivals in a store of made-up patients (a file of its own, deleted afterwards)."""
    cohort = Cohort.of(*make_cohort(patients, results))
    with tempfile.TemporaryDirectory() as folder:
        store = open_store(f"sqlite:///{Path(folder) / 'bench.db'}")
        with store.writing() as connection:
            clinic.claim(connection, sample=False, zone="UTC")
            store_cohort(connection, cohort)
        with store.held_open():
            taken = sorted(_arrive(store, patient) for patient in range(min(ARRIVALS, patients)))
        store.engine.dispose()
    return {
        "store_patients": patients,
        "one_result_stored_ms_median": round(taken[len(taken) // 2], 2),
        "one_result_stored_ms_p95": round(taken[int(len(taken) * 0.95)], 2),
    }


def _arrive(store: Store, patient: int) -> float:
    """Milliseconds from a new result to its being committed, its patient judged."""
    begin = time.perf_counter()
    with store.writing() as connection:
        store_result(connection, patient, "neutrophils", HORIZON - 3600 - patient, 1.4)
        find_unjudged(connection, [f"P{patient}"], HORIZON)
        clinic.raise_version(connection)
    return (time.perf_counter() - begin) * 1000
