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
from core.catalogue.drugs import drugs
from core.engine.cohort import Cohort, Courses, Events, Patients, Results
from core.engine.evaluate import cut, evaluate
from core.engine.workers import count_workers
from core.protocols.loader import load_protocols
from core.records import COURSE_STATUSES, DAY, FAR, INDICATIONS

#: What is measured at each visit: analyte, usual value, spread between people (fractions, made up).
PANEL = (
    ("neutrophils", 3.2, 0.32), ("haemoglobin", 130, 0.07), ("platelets", 260, 0.18), ("wbc", 6.5, 0.2), ("alt", 28,
    0.35),
    ("ast", 25, 0.3), ("creatinine", 80, 0.2), ("crp", 8, 0.7), ("temperature", 36.8, 0.01),
)  # fmt: skip
#: One more per visit, in turn: what is asked less often, so that every rule finds something to judge.
TURNS = (
    ("albumin", 42, 0.07), ("eosinophils", 0.2, 0.5), ("cholesterol", 5, 0.2), ("urine_acr", 1.2, 0.6),
    ("albumin", 42, 0.07), ("ferritin", 120, 0.6), ("triglycerides", 1.3, 0.4), ("fibrinogen", 3.4, 0.2),
)  # fmt: skip
#: Once for each person, before the first visit: screening (0 = negative) and a height.
ONCE = (("hbsag", 0.0), ("anti_hbc", 0.0), ("igra", 0.0), ("height", 168.0))
BEGIN, SPAN_DAYS = 1_609_459_200, 2_130  # 2021-01-01 and almost six years: engine notes, section 1
HORIZON = BEGIN + SPAN_DAYS * DAY
REPEATS = 3  # medians of at least three runs: contract 1
ONE_BY_ONE = 200  # patients evaluated alone for the median and 95th percentile


def make_cohort(patients: int, results: int, seed: int = 1) -> tuple[Patients, Results, Courses, Events]:
    """A clinic of made-up patients in arrival order: visits at random days, most of them on a daily drug, some
    infections, vaccinations and symptoms.
    """
    g = np.random.default_rng(seed)
    visits = max(1, results // (patients * (len(PANEL) + 1)))
    measured = _measure(g, patients, visits)
    drug = next(iter(load_protocols().drugs))
    return _people(g, patients), measured, _treat(g, patients, drug), _happen(g, patients)


def _measure(g: np.random.Generator, patients: int, visits: int) -> Results:
    """Visits of ten tests, four weights and the screening of each patient, as a laboratory sends them: by time."""
    everyone = np.arange(patients)
    per_visit = len(PANEL) + 1
    gaps = np.maximum(g.exponential(SPAN_DAYS / visits, patients * visits), 0.75).reshape(patients, visits)
    days = np.cumsum(gaps, axis=1)
    days *= np.minimum(1, SPAN_DAYS / (days[:, -1:] + 1))
    at = (BEGIN + days.reshape(-1) * DAY).astype(np.int64) // 60 * 60
    turn = (everyone[:, None] + np.arange(visits)) % len(TURNS)
    usual, spread, codes = (np.empty((patients, visits, per_visit)) for _ in range(3))
    for table, column in ((usual, 1), (spread, 2)):
        table[:, :, :-1] = [row[column] for row in PANEL]
        table[:, :, -1] = np.array([row[column] for row in TURNS])[turn]
    codes[:, :, :-1] = [ANALYTES.index(row[0]) for row in PANEL]
    codes[:, :, -1] = np.array([ANALYTES.index(row[0]) for row in TURNS])[turn]
    own = g.normal(0, 1, (patients, 1, per_visit))
    noise = g.normal(0, 1, (patients, visits, per_visit)) * 0.6
    values = np.round(usual * np.exp((own + noise) * spread), 2)
    weighed = np.repeat(everyone, 4)
    weights = np.round(70 + 12 * g.normal(size=len(weighed)), 1)
    weighed_at = BEGIN + (g.uniform(-200, SPAN_DAYS, len(weighed)) * DAY).astype(np.int64)
    screened = np.repeat(everyone, len(ONCE))
    screened_at = np.repeat(BEGIN + g.integers(0, 30, patients) * DAY, len(ONCE))
    once = np.tile([ANALYTES.index(name) for name, _ in ONCE], patients)
    who = np.concatenate([np.repeat(everyone, visits * per_visit), weighed, screened])
    name = np.concatenate([codes.reshape(-1), np.full(len(weighed), ANALYTES.index("weight")), once]).astype(np.int16)
    when = np.concatenate([np.repeat(at, per_visit), weighed_at, screened_at])
    value = np.concatenate([values.reshape(-1), weights, np.tile([v for _, v in ONCE], patients)])
    order = np.argsort(when, kind="stable")
    who, name, when, value = who[order], name[order], when[order], value[order]
    size = len(who)
    zero, empty, no = np.zeros(size, np.int16), np.full(size, np.nan), np.zeros(size, bool)
    return Results(
        np.arange(size), who, name, when, value, value, value, zero, zero, empty, empty, no, no, when,
        np.full(size, FAR),
    )  # fmt: skip


def _treat(g: np.random.Generator, patients: int, drug: str) -> Courses:
    """Everybody takes the drug, two thirds with a conventional one that was there before."""
    other = next(name for name, one in drugs().items() if one.drug_class == "csdmard")
    also = np.flatnonzero(g.random(patients) < 2 / 3)
    patient = np.concatenate([np.arange(patients), also])
    n, own = len(patient), np.arange(len(patient)) < patients
    start = (BEGIN + g.uniform(30, SPAN_DAYS * 0.6, patients) * DAY).astype(np.int64) // DAY * DAY
    return Courses(
        np.arange(n), patient, np.array([f"c{i}" for i in range(n)], dtype=object),
        np.where(own, drug, other).astype(object), np.full(n, INDICATIONS.index("RA"), np.int16),
        np.where(own, 100.0, 15.0), np.zeros(n, bool), np.where(own, np.where(g.random(n) < 0.9, 1.0, 0.5), 1 / 7),
        np.where(own, "SC", "PO").astype(object), np.full(n, COURSE_STATUSES.index("active"), np.int16),
        np.concatenate([start, start[also] - 200 * DAY]), np.full(n, FAR),
    )  # fmt: skip


def _happen(g: np.random.Generator, patients: int) -> Events:
    """An infection, a vaccination and a symptom for as many patients as there are, at random."""
    kinds = (("infection", "", "", "moderate", 10), ("vaccination", "150", "influenza", "", 1),
             ("symptom", "fever", "", "mild", 1))  # fmt: skip
    which = np.repeat(np.arange(len(kinds)), patients)
    patient = np.concatenate([np.sort(g.integers(0, patients, patients)) for _ in kinds])
    start = (BEGIN + g.uniform(0, SPAN_DAYS, len(patient)) * DAY).astype(np.int64)
    kind, code, detail, severity = (np.array([row[i] for row in kinds], dtype=object)[which] for i in range(4))
    names = np.array([f"e{i}" for i in range(len(patient))], dtype=object)
    end = start + np.array([row[4] for row in kinds], dtype=np.int64)[which] * DAY
    return Events(np.arange(len(patient)), patient, names, kind, code, detail, severity, start, end)


def _people(g: np.random.Generator, patients: int) -> Patients:
    return Patients(
        np.array([f"P{i}" for i in range(patients)], dtype=object), BEGIN - g.integers(20, 85, patients) * 365 * DAY,
        (g.random(patients) < 0.3).astype(np.int16), np.full(patients, FAR),
    )  # fmt: skip


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


def peak_mb() -> float:
    """Highest memory of this process so far, MB (the kernel counts kilobytes, on macOS bytes)."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1 << 20 if sys.platform == "darwin" else 1 << 10)


def run_bench(patients: int, results: int) -> dict[str, Any]:
    """Time the whole history of a cohort with all rules, from unsorted rows, and of single patients."""
    people, measured, courses, events = make_cohort(patients, results)
    protocols = load_protocols()
    floor = sort_floor(measured)
    before = peak_mb()
    alone_seconds = _median_seconds(
        lambda: evaluate(Cohort.of(people, measured, courses, events), protocols, horizon=HORIZON, workers=1)
    )
    peak = peak_mb()
    seconds = _median_seconds(
        lambda: evaluate(Cohort.of(people, measured, courses, events), protocols, horizon=HORIZON)
    )
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
        "processes": count_workers(len(measured)), "one_process_seconds": round(alone_seconds, 3),
        "one_process_ratio": round(alone_seconds / floor, 2),
        "peak_mb": round(peak, 0), "peak_over_loaded_mb": round(peak - before, 0),
        "one_patient_ms_median": round(alone[len(alone) // 2], 2),
        "one_patient_ms_p95": round(alone[int(len(alone) * 0.95)], 2),
    }  # fmt: skip
