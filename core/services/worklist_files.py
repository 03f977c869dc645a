"""The worklist and the blind spots as files that leave the screen: CSV or Excel; each leaves a line in the trail."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import cast

from core.paper.about import About
from core.paper.tables import Column, Kind, Row, to_csv, to_xlsx
from core.services import reports
from core.services.trail import record
from core.services.worklist import Panel
from core.views.blind_spots import EXPORT_COLUMNS as SPOT_COLUMNS
from core.views.blind_spots import BlindSpot, spot_rows
from core.views.model import ClinicPicture
from core.views.worklist import Row as Listed
from core.views.worklist_export import EXPORT_COLUMNS, export_rows

#: What may be asked for: ending and media type.
FORMS: Mapping[str, tuple[str, str]] = {
    "CSV": ("csv", "text/csv"),
    "Excel": ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
}


def make_worklist(
    url: str, form: str, rows: Sequence[Listed], panel: Panel, *, filters: str, hidden_high: int, by: str
) -> bytes:
    """The patients the filters leave, on every page of the list, with filters and counts written in.

    Args:   form: a key of FORMS; rows: in the order of the screen; hidden_high: patients with a high alert whom the
            filters hide (P15: a file says it too); by: who asks.
    Raises: StoreFailed (what the trail cannot tell of is not handed out).
    """
    made = export_rows(panel.picture, rows, panel.states, panel.new)
    about = reports.describe_picture(
        panel.picture, "Worklist", shown=len(made), total=len(panel.picture.people), filters=filters,
        hidden_high=hidden_high,
    )  # fmt: skip
    return _file(url, form, _columns(EXPORT_COLUMNS), made, about, by)


def make_blind_spots(
    url: str, form: str, spots: Sequence[BlindSpot], picture: ClinicPicture, *, filters: str, total: int, by: str
) -> bytes:
    """The blind spots shown, the oldest first. Args and Raises: as above; total: before the filter."""
    about = reports.describe_picture(
        picture, "Blind spots", shown=len(spots), total=total, thing="blind spot", filters=filters
    )
    return _file(url, form, _columns(SPOT_COLUMNS), spot_rows(spots), about, by)


def _columns(told: Sequence[tuple[str, str, str]]) -> tuple[Column, ...]:
    return tuple(Column(key, title, cast(Kind, kind)) for key, title, kind in told)


def _file(url: str, form: str, columns: Sequence[Column], rows: Sequence[Row], about: About, by: str) -> bytes:
    made = (to_csv if form == "CSV" else to_xlsx)(columns, rows, about)
    subject = f"{about.title.lower()}, {form}, {len(rows)} {about.thing}s"
    record(url, by, "export", subject=subject, why=about.filters)
    return made  # only now, since what the trail cannot tell of is not handed out
