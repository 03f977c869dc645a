"""Files handed over by the browser on their way into the store: bounded before they are read, their names no paths."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from streamlit.runtime.uploaded_file_manager import UploadedFile

from core.ingest.limits import open_upload
from core.ingest.mapping import load_mapping, saved_mappings
from core.services.answer import clock_of
from core.services.import_data import import_files
from core.settings import read_settings
from core.store.connect import open_store


def list_mappings() -> dict[str, str]:
    """The saved mappings by name, with what each is for."""
    return {name: load_mapping(name).title for name in saved_mappings()}


def import_uploads(uploads: Sequence[UploadedFile], *, source: str, mapping: str) -> dict[str, Any]:
    """Import what was uploaded, all of it or nothing.

    Returns: the import report (CONTRACT 1).
    Raises:  InputRefused (the user mends the files), StoreFailed (the administrator acts); nothing is stored then.
    """
    settings = read_settings()
    files = [file for one in uploads for file in open_upload(one.name, one.getvalue())]
    store = open_store(settings.db_url)
    now = clock_of(store, settings.as_of)
    return import_files(store, files, source=source, zone=settings.zone, now=now, mapping=mapping).to_json()
