"""The clinic file set as empty tables: what a clinic fills in to bring its own patients."""

from __future__ import annotations

from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from core.ingest.clinic_csv import FILES, REQUIRED
from core.ingest.fields import COLUMNS

_WHEN = (2026, 1, 1, 0, 0, 0)  # the same bytes every time: an archive's own date says nothing here

_NOTES = """Clinic file set: four tables, CSV, UTF-8, one header row each.
Identifiers are text: leading zeros are kept. Dates as 2026-03-01 or 2026-03-01T08:10.
Every number of results.csv needs its unit. Files you do not have may be left out; patients.csv comes first.
"""


def describe_columns() -> dict[str, tuple[tuple[str, ...], tuple[str, ...]]]:
    """File name -> (its columns, those of them that must be filled; "a or b" where one of two is enough)."""
    return {
        f"{stem}.csv": (
            COLUMNS[kind],
            tuple(one if isinstance(one, str) else " or ".join(one) for one in REQUIRED[kind]),
        )
        for stem, kind in FILES.items()
    }


def make_templates() -> bytes:
    """A .zip with the four headers and a note on how to fill them in."""
    packed = BytesIO()
    with ZipFile(packed, "w", ZIP_DEFLATED) as archive:
        for name, (columns, _) in describe_columns().items():
            archive.writestr(ZipInfo(name, _WHEN), ",".join(columns) + "\n")
        archive.writestr(ZipInfo("how-to-fill-in.txt", _WHEN), _NOTES)
    return packed.getvalue()
