"""The worklist's rows as the cells of its table: each cut to its column, and saying that it was cut."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence

from core.views.fit import fit_list, fit_name, fit_text
from core.views.row_states import NO_ALERT, NOBODY, RowState
from core.views.text import plain
from core.views.trend import Trend
from core.views.words import MARKS
from core.views.worklist import Row

#: Pixels of each column; together what a screen of 1,400 shows without scrolling sideways.
WIDTHS: Mapping[str, int] = {
    "mark": 110, "new": 42, "patient": 216, "treatment": 221, "why": 252, "trend": 132, "since": 68, "state": 130,
    "next": 124, "open": 50,
}  # fmt: skip


def columns(
    rows: Sequence[Row],
    draw: Callable[[Trend], str],
    states: Mapping[str, RowState] | None = None,
    new: Collection[str] = (),
) -> dict[str, list[object]]:
    """The rows as the table's columns. draw: a trend as an image address."""
    held = [(states or {}).get(row.patient_id, NO_ALERT) for row in rows]
    names = Counter(_cut(row) for row in rows)
    return {
        "mark": [[str(MARKS[row.mark])] for row in rows],
        "new": ["new" if row.patient_id in new else "" for row in rows],
        "patient": [_who(row, alone=names[_cut(row)] == 1) for row in rows],
        "treatment": [fit_list(row.treatment.split("; "), WIDTHS["treatment"]) for row in rows],
        "why": [fit_text(row.why, WIDTHS["why"], f"  +{row.more}" if row.more else "") for row in rows],
        "trend": [draw(row.trend) for row in rows],
        "since": [row.since_text for row in rows],
        "state": [_state(state) for state in held],
        "next": [
            fit_text(state.next_text or row.next_text, WIDTHS["next"]) for row, state in zip(rows, held, strict=True)
        ],
        "open": ["Open"] * len(rows),
    }


def _name(row: Row) -> str:
    return row.who.removesuffix(f" · {plain(row.patient_id)}")


def _cut(row: Row) -> str:
    """Name and age as they fit: two names that are cut alike are told apart as two of one name are."""
    return fit_name(_name(row), WIDTHS["patient"])


def _who(row: Row, *, alone: bool) -> str:
    """Name and age, with the number where there is room; of two that read alike the number comes first.

    Hazard: HAZ-002 (half a number, or none at all, between two people of one name; a name without an age).
    """
    if not alone:
        return fit_name(f"{plain(row.patient_id)} · {_name(row)}", WIDTHS["patient"])
    return row.who if fit_text(row.who, WIDTHS["patient"]) == row.who else _cut(row)


def _state(state: RowState) -> str:
    """Where it stands and with whom; nobody is not named."""
    others = len(state.owners - {state.owner, NOBODY})
    owner = f" · {state.owner}" if state.owner not in ("", NOBODY) else ""
    return fit_text(f"{state.text}{owner}", WIDTHS["state"], f" +{others}" if others and owner else "")
