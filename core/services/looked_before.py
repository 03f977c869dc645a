"""Whom a round need not show again: all there is are results outside their range that a clinician went past before.

A result mildly outside its range stays on the worklist with its mark until a newer one is within. It brings its patient
into a round once: who was finished with in a round comes again when anything newer is known of those tests, or a
treatment, an event or the patient's particulars came in. What an alert, a cannot-tell or an overdue test speaks of, and
an alert that ended unseen, is never left out.

Hazard: HAZ-008, HAZ-014.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from core.services.worklist import Panel
from core.store.connect import open_store
from core.store.looked_at import list_looks, list_moved
from core.views.round import has_only_outside
from core.views.row_states import NO_ALERT
from core.views.worklist import Row


def leave_out_looked(url: str, panel: Panel, queue: Sequence[Row]) -> tuple[tuple[Row, ...], int]:
    """A round's queue without whom a clinician finished with before, and how many those are.

    Raises: StoreFailed.
    """
    looked = _list_looked(url, panel)
    waiting = tuple(row for row in queue if row.key not in looked)
    return waiting, len(queue) - len(waiting)


def _list_looked(url: str, panel: Panel) -> frozenset[int]:
    """Everybody (numbers) who need not be shown again; found once for every act, for a look is one."""
    held = panel.picture.derived.get("looked_before")
    if held is not None and held[0] == panel.version:
        found: frozenset[int] = held[1]
        return found
    outside = panel.picture.outside
    asked = {
        row.key: outside.get(row.patient_id, ())
        for row in panel.rows
        if row.outside and has_only_outside(row, panel.states.get(row.patient_id, NO_ALERT))
    }
    with open_store(url).reading() as connection:
        looks = {
            key: look
            for key, look in list_looks(connection, asked).items()
            if all(max(one.known, one.at) <= look.at for one in asked[key])
        }
        tests: dict[str, list[int]] = defaultdict(list)
        for key in looks:
            for one in asked[key]:
                tests[one.analyte].append(key)
        found = frozenset(looks.keys() - list_moved(connection, looks, tests))
    panel.picture.derived["looked_before"] = (panel.version, found)
    return found


def left_out_line(count: int) -> str:
    """How many a round leaves out, "" where nobody is."""
    return f"{count:,} looked at before, nothing newer" if count else ""
