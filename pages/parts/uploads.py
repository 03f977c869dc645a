"""Files handed over by the browser on their way into the store: bounded before they are read, their names no paths."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from streamlit.runtime.uploaded_file_manager import UploadedFile

from core.ingest.mapping import load_mapping, saved_mappings
from core.services.import_data import import_uploaded
from core.settings import read_settings


def list_mappings() -> dict[str, str]:
    """The saved mappings by name, with what each is for."""
    return {name: load_mapping(name).title for name in saved_mappings()}


def import_uploads(uploads: Sequence[UploadedFile], *, source: str, mapping: str) -> dict[str, Any]:
    """Import what was uploaded, all of it or nothing.

    Returns: the import report (CONTRACT 1).
    Raises:  InputRefused (the user mends the files), StoreFailed (the administrator acts); nothing is stored then.
    """
    return import_uploaded(
        read_settings(), [(one.name, one.getvalue()) for one in uploads], source=source, mapping=mapping
    ).to_json()
