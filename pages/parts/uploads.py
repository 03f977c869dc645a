"""Files handed over by the browser on their way into the store: bounded before they are read, their names no paths."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from core.errors import InputRefused
from core.services import feeds, import_data, import_preview, mappings
from core.services.mapping_trial import SeenTable, look_at
from core.settings import read_settings
from core.views.import_model import Preview
from core.views.text import capital

#: How far an import is when it begins what it tells of; judging takes longest.
_PROGRESS = {"reading": 0.1, "settling": 0.35, "judging": 0.5}
_RESERVED = "sample"


def list_mappings() -> dict[str, str]:
    """The saved mappings by name, with what each is for."""
    return mappings.list_mappings(read_settings().db_url)


def is_watched(source: str) -> bool:
    """Whether it was decided how long a source may stay silent before every screen says so."""
    watched = {one.source for one in feeds.list_feeds(read_settings().db_url) if one.expected_hours is not None}
    return source in watched


def see_tables(uploads: Sequence[UploadedFile], delimiter: str) -> list[SeenTable]:
    """The tables in these files, as they lie there. Raises: InputRefused."""
    return look_at(import_data.open_uploads(read_settings(), _contents(uploads))[1], delimiter)


def preview_uploads(uploads: Sequence[UploadedFile], *, source: str, mapping: str) -> Preview:
    """What importing these files would do. Raises: as `import_uploads`."""
    _check_source(source)
    with showing_progress() as tell:
        return import_preview.preview_uploaded(
            read_settings(), _contents(uploads), source=source, mapping=mapping, tell=tell
        )


def import_uploads(
    uploads: Sequence[UploadedFile], *, source: str, mapping: str, by: str, previewed: int
) -> dict[str, Any]:
    """Import what was uploaded, all of it or nothing, if the store is still what the preview was made of.

    Returns: the import report (CONTRACT 1).
    Raises:  InputRefused (the user mends the files), StoreFailed (the administrator acts); nothing is stored then.
    """
    _check_source(source)
    with showing_progress() as tell:
        report = import_data.import_uploaded(
            read_settings(), _contents(uploads), source=source, mapping=mapping, by=by, previewed=previewed, tell=tell
        )
    return report.to_json()


@contextmanager
def showing_progress() -> Iterator[Callable[[str], None]]:
    """A progress bar for as long as the block lasts; it is told what is being done."""
    bar = st.progress(0.0, "Opening")

    def tell(doing: str) -> None:
        bar.progress(_PROGRESS.get(doing.partition(" ")[0], 0.0), capital(doing))

    try:
        yield tell
    finally:
        bar.empty()


def _contents(uploads: Sequence[UploadedFile]) -> list[tuple[str, bytes]]:
    return [(one.name, one.getvalue()) for one in uploads]


def _check_source(source: str) -> None:
    """The sample clinic's own name would make real patients made-up ones, for good."""
    if source.casefold() == _RESERVED:
        raise InputRefused(f"The source name {_RESERVED!r} is kept for the sample clinic: name who sends these files.")
