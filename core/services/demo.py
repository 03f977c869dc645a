"""Load the sample clinic: made-up people, a pinned clock, a watermark."""

from __future__ import annotations

import tomllib
from pathlib import Path

from core.errors import InputRefused
from core.ingest.report import Report
from core.services.import_data import Tell, import_paths, keep_quiet
from core.store import clinic
from core.store.audit import COMMAND_LINE_USER
from core.store.connect import open_store

SAMPLE = Path(__file__).resolve().parents[2] / "sample_data"


def is_empty(url: str) -> bool:
    """Whether nothing was ever imported, so that sample and own patients are both still possible.

    Raises: StoreFailed (the administrator acts).
    """
    with open_store(url).reading() as connection:
        return clinic.read_clinic(connection).sample is None


def load_demo(url: str, tell: Tell = keep_quiet, *, by: str = COMMAND_LINE_USER) -> Report:
    """Fill an empty store with the sample clinic, its clock stopped at the day its stories are told for.

    Raises: InputRefused (the store already holds something: choose another with --db).
    """
    described = tomllib.loads((SAMPLE / "clinic.toml").read_text(encoding="utf-8"))
    with open_store(url).reading() as connection:
        if clinic.read_clinic(connection).sample is not None:
            raise InputRefused("This store is not empty: give the sample clinic one of its own with --db.")
    return import_paths(
        url, [SAMPLE / "clinic"], source=described["source"], zone=described["zone"], pinned=described["as_of"],
        by=by, tell=tell,
    )  # fmt: skip
