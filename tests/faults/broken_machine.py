"""A machine that fails at the k-th step of an import, and the import it fails at.

A step is anything the import asks of the database: each statement, and the commit. The hooks are the engine's own
events, so that the program under test is the program as it runs.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Collection
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, event

from core.ingest.limits import InputFile
from core.services.import_data import import_files
from core.store import facts
from core.store.connect import Store, open_store
from tests.store.small_clinic import ANN, BEN, NOW, files, result

#: A store that already holds something, so that the import under test supersedes, disputes and mends stored rows.
BEFORE = {
    "patients": [ANN, BEN],
    "results": [result("R1", "4.2"), result("R2", "3.9", "2026-03-08"), result("R3", "3.1", "2026-03-09", unit="")],
    "medications": ["C1,0012345,anakinra,RA,100,mg,once daily,SC,2026-01-01,,active,"],
}
IMPORTED = {
    "patients": [ANN, BEN, "7,CEDAR,Cy,1990-02-01,male,,,"],
    "results": [
        result("R1", "1.2", status="corrected", reported_at="2026-03-05"),
        result("R2", "3.8", "2026-03-08"),
        result("R3", "3.1", "2026-03-09"),
        result("R4", "0.4", "2026-03-10", patient_id="7"),
        result("R5", "haemolysed", "2026-03-11"),
    ],
    "medications": ["C1,0012345,anakinra,RA,100,mg,once daily,SC,2026-01-01,2026-03-11,stopped,neutropenia"],
    "events": ["E1,7,infection,2026-03-10,,,cellulitis,serious"],
}


def read_simply(connection: Connection, patient_ids: Collection[str]) -> dict[str, str]:
    """Stands in for the evaluation: it reads whom it is asked about, as the real one does, and judges nobody."""
    facts.read_keys(connection, patient_ids)
    return {}


def run_import(store: Store, tables: dict[str, list[str]]) -> dict[str, Any]:
    given: list[InputFile] = files(**tables)
    return import_files(store, given, source="lab", zone="UTC", now=NOW, judge=read_simply).to_json()


def make_store_before(folder: Path) -> Store:
    store = open_store(f"sqlite:///{folder / 'clinic.db'}", 1.0)
    run_import(store, BEFORE)
    return store


class Steps:
    """Counts the steps of an engine and does something terrible at the k-th. k = 0: only counts."""

    def __init__(self, engine: Engine, k: int, fail: Callable[[], None]) -> None:
        self.taken, self.k, self.fail, self.engine = 0, k, fail, engine
        self.hooks = [
            ("before_cursor_execute", lambda *_: self._step()),
            ("after_cursor_execute", lambda *_: self._step()),
            ("commit", lambda *_: self._step()),
        ]

    def __enter__(self) -> Steps:
        for name, hook in self.hooks:
            event.listen(self.engine, name, hook)
        return self

    def __exit__(self, *_: object) -> None:
        for name, hook in self.hooks:
            event.remove(self.engine, name, hook)

    def _step(self) -> None:
        self.taken += 1
        if self.taken == self.k:
            self.fail()


def kill_this_process() -> None:
    """No farewell: no rollback, no close, no flush."""
    os.kill(os.getpid(), signal.SIGKILL)
