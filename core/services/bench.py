"""How fast the engine judges a clinic: a made-up cohort, timed against sorting the same rows in the same process.

Ratios within one run hold on any machine; single seconds do not.
"""

from __future__ import annotations

import resource
import statistics
import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np

from core.catalogue import ANALYTES
from core.engine.cohort import Cohort, Courses, Events, Patients, Results
from core.engine.evaluate import cut, evaluate
from core.protocols.loader import load_protocols
from core.records import COURSE_STATUSES, DAY, FAR, INDICATIONS

#: What is measured at each visit: analyte, usual value, spread between people and within one (fractions, made up).
PANEL = (
    ("neutrophils", 3.2, 0.32), ("haemoglobin", 130, 0.07), ("platelets", 260, 0.18), ("wbc", 6.5, 0.2), ("alt", 28,
    0.35),
    ("ast", 25, 0.3), ("creatinine", 80, 0.2), ("albumin", 42, 0.07), ("crp", 8, 0.7), ("temperature", 36.8, 0.01),
)  # fmt: skip
BEGIN, SPAN_DAYS = 1_609_459_200, 2_130  # 2021-01-01 and almost six years: engine notes, section 1
HORIZON = BEGIN + SPAN_DAYS * DAY
REPEATS = 3  # medians of at least three runs: contract 1
ONE_BY_ONE = 200  # patients evaluated alone for the median and 95th percentile


def make_cohort(patients: int, results: int, seed: int = 1) -> tuple[Patients, Results, Courses, Events]:
    """A clinic of made-up patients in arrival order: visits at random days, most of them on a daily drug, some
    infections.
    """
    g = np.random.default_rng(seed)
    visits = max(1, results // (patients * len(PANEL)))
    n = patients * visits
    gaps = np.maximum(g.exponential(SPAN_DAYS / visits, n), 0.75).reshape(patients, visits)
    days = np.cumsum(gaps, axis=1)
    days *= np.minimum(1, SPAN_DAYS / (days[:, -1:] + 1))
    at = (BEGIN + days.reshape(-1) * DAY).astype(np.int64) // 60 * 60
    usual = np.array([p[1] for p in PANEL])
    spread = np.array([p[2] for p in PANEL])
    own = g.normal(0, 1, (patients, 1, len(PANEL))) * spread
    noise = g.normal(0, 1, (patients, visits, len(PANEL))) * spread * 0.6
    values = np.round(usual * np.exp(own + noise), 2).reshape(-1)
    codes = np.tile(np.array([ANALYTES.index(p[0]) for p in PANEL], np.int16), n)
    weighed = np.repeat(np.arange(patients), 4)
    who = np.concatenate([np.repeat(np.repeat(np.arange(patients), visits), len(PANEL)), weighed])
    analyte = np.concatenate([codes, np.full(len(weighed), ANALYTES.index("weight"), np.int16)])
    when = np.concatenate(
        [np.repeat(at, len(PANEL)), BEGIN + (g.uniform(-200, SPAN_DAYS, len(weighed)) * DAY).astype(np.int64)]
    )
    value = np.concatenate([values, np.round(70 + 12 * g.normal(size=len(weighed)), 1)])
    order = np.argsort(when, kind="stable")  # as a laboratory sends them: by time, patients mixed
    who, analyte, when, value = who[order], analyte[order], when[order], value[order]
    size = len(who)
    zero, empty, no = np.zeros(size, np.int16), np.full(size, np.nan), np.zeros(size, bool)
    measured = Results(
        np.arange(size),
        who,
        analyte,
        when,
        value,
        value,
        value,
        zero,
        zero,
        empty,
        empty,
        no,
        no,
        when,
        np.full(size, FAR),
    )
    everyone = np.arange(patients)
    drug = next(iter(load_protocols().drugs))
    texts = {word: np.full(patients, word, dtype=object) for word in (drug, "SC", "infection", "", "moderate")}
    start = (BEGIN + g.uniform(30, SPAN_DAYS * 0.6, patients) * DAY).astype(np.int64) // DAY * DAY
    courses = Courses(
        everyone, everyone, np.array([f"c{i}" for i in everyone], dtype=object), texts[drug],
        np.full(patients, INDICATIONS.index("RA"), np.int16), np.full(patients, 100.0), np.zeros(patients, bool),
        np.where(g.random(patients) < 0.9, 1.0, 0.5), texts["SC"], np.full(patients, COURSE_STATUSES.index("active"),
        np.int16),
        start, np.full(patients, FAR),
    )  # fmt: skip
    began = (BEGIN + g.uniform(0, SPAN_DAYS, patients) * DAY).astype(np.int64)
    events = Events(
        everyone, np.sort(g.integers(0, patients, patients)), np.array([f"e{i}" for i in everyone], dtype=object),
        texts["infection"], texts[""], texts[""], texts["moderate"], began, began + 10 * DAY,
    )  # fmt: skip
    people = Patients(
        np.array([f"P{i}" for i in everyone], dtype=object), BEGIN - g.integers(20, 85, patients) * 365 * DAY,
        (g.random(patients) < 0.3).astype(np.int16), np.full(patients, FAR),
    )  # fmt: skip
    return people, measured, courses, events


def sort_floor(results: Results) -> float:
    """Seconds to sort the same rows by patient, analyte and time and gather them: what no engine can avoid."""

    def sort() -> None:
        keys = (results.patient.astype(np.int64) * 128 + results.analyte << 34) + results.at
        results.take(np.argsort(keys, kind="stable"))

    return _median_seconds(sort)


def _median_seconds(run: Callable[[], object]) -> float:
    taken = []
    for _ in range(REPEATS):
        begin = time.perf_counter()
        run()
        taken.append(time.perf_counter() - begin)
    return statistics.median(taken)


def _peak_mb() -> float:
    """Highest memory of this process so far, MB (the kernel counts kilobytes, on macOS bytes)."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1 << 20 if sys.platform == "darwin" else 1 << 10)


def run_bench(patients: int, results: int) -> dict[str, Any]:
    """Time the whole history of a cohort with all rules, from unsorted rows, and of single patients."""
    people, measured, courses, events = make_cohort(patients, results)
    protocols = load_protocols()
    floor = sort_floor(measured)
    before = _peak_mb()
    seconds = _median_seconds(
        lambda: evaluate(Cohort.of(people, measured, courses, events), protocols, horizon=HORIZON)
    )
    peak = _peak_mb()
    cohort = Cohort.of(people, measured, courses, events)
    alone = []
    for patient in range(min(ONE_BY_ONE, patients)):
        begin = time.perf_counter()
        evaluate(cut(cohort, patient, patient + 1).cohort, protocols, horizon=HORIZON)
        alone.append((time.perf_counter() - begin) * 1000)
    alone.sort()
    return {
        "patients": patients, "results": len(measured), "rules": sum(len(p.rules) for p in protocols.drugs.values()),
        "seconds": round(seconds, 3), "sort_floor_seconds": round(floor, 3), "ratio": round(seconds / floor, 2),
        "peak_mb": round(peak, 0), "peak_over_loaded_mb": round(peak - before, 0),
        "one_patient_ms_median": round(alone[len(alone) // 2], 2),
        "one_patient_ms_p95": round(alone[int(len(alone) * 0.95)], 2),
    }  # fmt: skip
