"""What is new to a person: raised since they last looked, or resting on what was stored since, though it is older.

Blood taken before a look may be reported without a time, and come in after it: by its own date the alert was there to
be seen, and nobody can have seen it.

Hazard: HAZ-008.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import Connection

from core.acts import Life
from core.engine.standing import Alert
from core.store.looked_at import Look, list_own_looks
from core.store.when_stored import when_stored
from core.views.model import ClinicPicture
from core.views.row_states import RowState, alerts_of, is_open, list_new
from core.views.words import is_note

_KEPT = "when stored"  # its name among what is derived from a picture


def list_new_to(
    connection: Connection, picture: ClinicPicture, states: Mapping[str, RowState], lives: Mapping[str, Life], by: str,
    act_id: int,
) -> frozenset[str]:  # fmt: skip
    """Patients with something new to a person, as they had looked until an act of the clinic."""
    looks = list_own_looks(connection, by, act_id)
    alerts, waiting = alerts_of(picture), {}
    for name, look in looks.items():
        state = states.get(name)
        if state is not None and state.raised_at is not None and state.raised_at <= look.at:
            waiting[name] = [one for one in alerts.get(name, ()) if is_open(one, lives) and not is_note(one)]
    return list_new(
        states, {name: look.at for name, look in looks.items()}, _list_arrived(connection, picture, waiting, looks)
    )


def _list_arrived(
    connection: Connection, picture: ClinicPicture, waiting: Mapping[str, Sequence[Alert]], looks: Mapping[str, Look]
) -> set[str]:
    """Of these patients those whose alerts rest on a fact of before the look that was stored after it."""
    stored: dict[tuple[str, int], int] = picture.derived.setdefault(_KEPT, ({},))[0]
    older = {name: set(_list_older(few, looks[name].at)) for name, few in waiting.items()}
    unread = {fact for facts in older.values() for fact in facts if fact not in stored}
    if unread:  # what is stored never changes its second: asked once of each fact of a picture
        stored.update(when_stored(connection, unread))
    return {
        name for name, facts in older.items() if any(stored.get(fact, 0) >= looks[name].since for fact in facts)
    }  # fmt: skip


def _list_older(alerts: Iterable[Alert], at: int) -> Iterable[tuple[str, int]]:
    """The facts of an instant and before that these alerts rest on, by table and number."""
    return ((one.table, one.row_id) for alert in alerts for one in alert.evidence if one.at <= at)
