"""Figures of speed and memory: growth with size, a million people in blocks, one changed limit, two processes.

Each figure is taken in a process of its own (`python -m tools.benchmark --figure NAME`), so that memory is its own and
nothing is warm that would not be. Ratios to the sort floor hold on any machine; seconds do not.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from typing import Any

import numpy as np

from core.engine.cohort import Cohort
from core.engine.evaluate import evaluate
from core.protocols.loader import load_protocols
from core.services.bench import HORIZON, make_cohort, peak_mb, run_bench, sort_floor
from tools.benchmark.what_if import keep_features, rejudge

ROWS_EACH = 200  # results of one person in the clinic-sized cohorts: engine bench
SIZES = (5_000, 10_000, 20_000)
MANY, MANY_EACH, BLOCK = 1_000_000, 40, 10_000  # people, results of each, people in memory at a time


def measure_size(patients: int) -> dict[str, Any]:
    """The engine's bench at one size: whole history from unsorted rows against sorting them, and single patients."""
    return run_bench(patients, patients * ROWS_EACH)


def measure_scale(patients: int = MANY, block: int = BLOCK) -> dict[str, Any]:
    """Everybody in blocks: generate, evaluate, count, forget. Never more than one block in memory."""
    protocols = load_protocols()
    standing: Counter[str] = Counter()
    rows, evaluating, floor, begun = 0, 0.0, 0.0, time.perf_counter()
    for number, first in enumerate(range(0, patients, block)):
        size = min(block, patients - first)
        people, measured, courses, events = make_cohort(size, size * MANY_EACH, seed=number + 1)
        if number % 20 == 0:
            floor += sort_floor(measured) * min(20, -(-(patients - first) // block))
        begin = time.perf_counter()
        history = evaluate(Cohort.of(people, measured, courses, events), protocols, horizon=HORIZON)
        evaluating += time.perf_counter() - begin
        rows += len(measured)
        found = history.findings
        now = found.rule[(found.opened <= HORIZON) & (found.closed > HORIZON)]
        counts = np.bincount(now, minlength=len(history.rules))
        for compiled, count in zip(history.rules, counts.tolist(), strict=True):
            standing[compiled.rule_id] += count
        del history, found, people, measured, courses, events
    return {
        "patients": patients, "results": rows, "block_patients": block, "seconds": round(evaluating, 1),
        "sort_floor_seconds": round(floor, 1), "ratio": round(evaluating / floor, 2),
        "with_generating_seconds": round(time.perf_counter() - begun, 1), "peak_mb": round(peak_mb()),
        "findings_standing": sum(standing.values()), "most": standing.most_common(5),
    }  # fmt: skip


def measure_what_if(patients: int = SIZES[-1]) -> dict[str, Any]:
    """One limit of one threshold rule moved, judged anew on everybody from kept features."""
    cohort = Cohort.of(*make_cohort(patients, patients * ROWS_EACH))
    begin = time.perf_counter()
    kept = keep_features(cohort, load_protocols(), HORIZON)
    keeping = time.perf_counter() - begin
    limit = kept.limit
    taken, counts = [], []
    for step in range(11):
        moved = limit * (0.9 + 0.02 * step)
        begin = time.perf_counter()
        counts.append((round(moved, 3), len(rejudge(kept, moved))))
        taken.append((time.perf_counter() - begin) * 1000)
    return {
        "results": len(cohort.results), "points": kept.points, "rule": kept.rule_id,
        "keep_seconds": round(keeping, 2), "what_if_ms_median": round(statistics.median(taken), 1),
        "what_if_ms_worst": round(max(taken), 1), "findings": counts,
    }  # fmt: skip


def measure_workers(patients: int = SIZES[-1]) -> dict[str, Any]:
    """The same evaluation by one process and by two."""
    cohort = Cohort.of(*make_cohort(patients, patients * ROWS_EACH))
    protocols = load_protocols()
    seconds = {
        workers: _median(lambda workers=workers: evaluate(cohort, protocols, horizon=HORIZON, workers=workers))  # type: ignore[misc]
        for workers in (1, 2)
    }
    return {
        "results": len(cohort.results), "one_process_seconds": round(seconds[1], 2),
        "two_processes_seconds": round(seconds[2], 2), "gain": round(seconds[1] / seconds[2], 2),
        "cores": os.cpu_count(),
    }  # fmt: skip


def _median(run: Callable[[], object]) -> float:
    taken = []
    for _ in range(3):
        begin = time.perf_counter()
        run()
        taken.append(time.perf_counter() - begin)
    return statistics.median(taken)


FIGURES: dict[str, Callable[[], dict[str, Any]]] = {
    **{f"size-{n}": (lambda n=n: measure_size(n)) for n in SIZES},  # type: ignore[misc]
    "what-if": measure_what_if,
    "workers": measure_workers,
    "scale": measure_scale,
}


def take_figure(name: str) -> dict[str, Any]:
    """One figure, measured in a fresh process, with how busy the machine was before."""
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else 0.0
    done = subprocess.run(
        [sys.executable, "-m", "tools.benchmark", "--figure", name], check=True, capture_output=True, text=True
    )
    figure: dict[str, Any] = json.loads(done.stdout)
    return figure | {"load_before": round(load, 2)}
