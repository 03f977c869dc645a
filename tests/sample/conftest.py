"""The sample clinic, its stories, and what the command line says of it, asked once per day and kept."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
AS_OF = "2026-11-20"

Evaluation = dict[str, Any]


def run_core(*words: str) -> Any:
    """One command of the contract's, which must succeed; its JSON, if it was asked for."""
    environment = {**os.environ, "NADIR_AS_OF": AS_OF}
    done = subprocess.run(
        [sys.executable, "-m", "core", *words], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, f"{words}: exit {done.returncode}\n{done.stderr}"
    return json.loads(done.stdout) if "--json" in words else done.stdout


@pytest.fixture(scope="session")
def demo_store(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A store into which `demo` loaded the sample clinic; its URL."""
    url = f"sqlite:///{tmp_path_factory.mktemp('demo') / 'clinic.db'}"
    run_core("demo", "--db", url)
    return url


@pytest.fixture(scope="session")
def evaluate_on(demo_store: str) -> Callable[[str], Evaluation]:
    """What `evaluate` says at the end of a day."""

    @cache
    def evaluate(day: str) -> Evaluation:
        answer: Evaluation = run_core("evaluate", "--as-of", day, "--db", demo_store, "--json")
        return answer

    return evaluate


@pytest.fixture(scope="session")
def import_report(tmp_path_factory: pytest.TempPathFactory) -> Evaluation:
    """What `import` reports on the same files."""
    url = f"sqlite:///{tmp_path_factory.mktemp('import') / 'clinic.db'}"
    report: Evaluation = run_core("import", "sample_data/clinic", "--db", url, "--source", "sample", "--json")
    return report
