"""The worklist and the blind spots as files that leave the screen: CSV or Excel; each leaves a line in the trail."""

from __future__ import annotations

from collections.abc import Sequence

from core.errors import InputRefused
from core.services import reports
from core.services.list_file import make_list, to_columns
from core.services.worklist import Panel
from core.views.blind_spots import EXPORT_COLUMNS as SPOT_COLUMNS
from core.views.blind_spots import BlindSpot, spot_rows
from core.views.model import ClinicPicture
from core.views.worklist import Row as Listed
from core.views.worklist_export import EXPORT_COLUMNS, export_rows


def make_worklist(
    url: str, form: str, rows: Sequence[Listed], panel: Panel, *, filters: str, hidden_high: int, by: str
) -> bytes:
    """The patients the filters leave, on every page of the list, with filters and counts written in.

    Args:   form: a key of `list_file.FORMS`; rows: in the order of the screen; hidden_high: patients with a high alert
            whom the filters hide (P15: a file says it too); by: who asks.
    Raises: InputRefused (the list is judged earlier: it must not leave); StoreFailed (what the trail cannot tell of is
            not handed out).
    """
    if not panel.is_now:
        raise InputRefused("This list is being brought up to now: take it away in a moment.")
    made = export_rows(panel.picture, rows, panel.states, panel.new)
    about = reports.describe_picture(
        panel.picture, "Worklist", shown=len(made), total=len(panel.picture.people), filters=filters,
        hidden_high=hidden_high,
    )  # fmt: skip
    return make_list(url, form, to_columns(EXPORT_COLUMNS), made, about, filters=filters, by=by)


def make_blind_spots(
    url: str, form: str, spots: Sequence[BlindSpot], picture: ClinicPicture, *, filters: str, total: int, by: str
) -> bytes:
    """The blind spots shown, the oldest first. Args and Raises: as above; total: before the filter."""
    about = reports.describe_picture(
        picture, "Blind spots", shown=len(spots), total=total, thing="blind spot", filters=filters
    )
    return make_list(url, form, to_columns(SPOT_COLUMNS), spot_rows(spots), about, filters=filters, by=by)
