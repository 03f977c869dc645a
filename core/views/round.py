"""Which patients a round goes through, in which lane, and how long that takes a reader."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from core.records import PRIORITIES
from core.views.markup import Markup, tag
from core.views.row_states import NO_ALERT, RowState
from core.views.text import count_text
from core.views.worklist import Row

#: Seconds a reader is given per patient of each lane: the goal for a panel of 300 in an hour, not a clinical number.
READING_SECONDS: Mapping[str, int] = {"flagged": 120, "look": 30, "clear": 5}
_ASKS = ("cannot_tell", "overdue")  # marks no act on an alert settles


def lane_of(row: Row, state: RowState = NO_ALERT) -> str:
    """The lane of a patient: flagged, look or clear. A result outside its range is settled by no act on an alert."""
    waits = bool({"open", "back"} & state.codes) if state.codes else row.mark in PRIORITIES
    if waits and row.mark in ("high", "medium"):
        return "flagged"
    if waits or "ended" in state.codes or row.mark == "held" or row.outside or any(m in row.marks for m in _ASKS):
        return "look"
    return "clear"


def has_only_outside(row: Row, state: RowState = NO_ALERT) -> bool:
    """Whether results outside their range are all that brings a patient into a round."""
    return row.only_outside and not {"open", "back", "ended"} & state.codes


def list_queue(rows: Iterable[Row], states: Mapping[str, RowState]) -> tuple[Row, ...]:
    """Whom a round shows, in the order of the list: everybody but the clear and those dealt with."""
    return tuple(row for row in rows if lane_of(row, states.get(row.patient_id, NO_ALERT)) != "clear")


@dataclass(frozen=True, slots=True)
class Lane:
    """One lane's share of a round. reading: seconds in front of the screen; machine: seconds the screens took."""

    name: str
    patients: int
    reading: float
    machine: float


def time_lanes(rows: Iterable[Row], states: Mapping[str, RowState], machine: Mapping[str, float]) -> tuple[Lane, ...]:
    """How long each lane takes: what the goal of 300 patients in an hour is measured and printed by.

    Args: machine (measured seconds per patient of each lane, the screens' own share).
    """
    counts = Counter(lane_of(row, states.get(row.patient_id, NO_ALERT)) for row in rows)
    return tuple(
        Lane(name, counts[name], float(counts[name] * seconds), counts[name] * machine.get(name, 0.0))
        for name, seconds in READING_SECONDS.items()
    )


def progress_line(place: int, total: int, seen: int, seconds: Sequence[float]) -> Markup:
    """Where a round stands: "12 of 48", how many were looked at, and quietly how long each takes."""
    pace = f" · {sum(seconds) / len(seconds):.0f} s per patient" if seconds else ""
    bar = tag("progress", f"{place} of {total}", value=place, max=total, aria_label="Progress of the round")
    return tag(
        "div", tag("b", f"{place:,} of {total:,}"), " ", bar, " ",
        tag("span", f"{count_text(seen, 'patient')} looked at{pace}", css="n-muted"), css="n-row n-progress",
        role="status",
    )  # fmt: skip
