"""The worklist's rows with what people made of the alerts: headed by the worst that waits, never by what is answered.

Hazard: HAZ-008 (one answered alert that masks the others), HAZ-014 (a high alert that ended unseen called in limits).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from core.acts import Life
from core.engine.standing import Alert
from core.views.model import ClinicPicture
from core.views.row_states import alerts_of, is_open
from core.views.words import is_note
from core.views.worklist import Row, list_patients, make_rows


def live_rows(
    picture: ClinicPicture, lives: Mapping[str, Life], ended: Mapping[str, Sequence[Alert]]
) -> tuple[Row, ...]:
    """Everybody's row: of those with an answered alert before an open one or before a result outside its range, or a
    high alert that ended and nobody has looked since, made anew.

    Args: lives (of every alert, by id), ended (high alerts that ended of late, by patient).
    """
    over = {
        name: unseen
        for name, several in ended.items()
        if name in picture.people
        and (unseen := [one for one in several if one.alert_id in lives and not lives[one.alert_id].seen])
    }
    rows = list_patients(picture)
    outside = {row.patient_id for row in rows if row.outside}
    names = over.keys() | {
        name for name, alerts in alerts_of(picture).items() if _is_masked(alerts, lives, outside=name in outside)
    }
    if not names:
        return rows
    answered = {alert_id for alert_id, life in lives.items() if life.state != "open"}
    anew = {row.patient_id: row for row in make_rows(picture, names, answered, over)}
    return tuple(anew.get(row.patient_id, row) for row in rows)


def _is_masked(alerts: Sequence[Alert], lives: Mapping[str, Life], *, outside: bool) -> bool:
    """Whether an answered alert stands before one that waits, or before a result that no alert speaks of.

    Args: alerts (gravest first).
    """
    waits = [is_open(one, lives) for one in alerts if not is_note(one)]
    return bool(waits) and not waits[0] and (outside or any(waits))
