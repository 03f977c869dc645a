"""The worklist as a use case: the clinic's picture with what people made of its alerts, and what is new to whom.

Lives are kept with the picture they belong to (the one reviewed place, core/services/review.py), under the number of
the clinic's last act: after an act only the patients it touched are read anew.

Hazard: HAZ-008.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from threading import Lock

from sqlalchemy import Connection

from core.acts import Life
from core.alerts.escalate import Breach, list_breaches
from core.alerts.house_rules import read_house_rules
from core.alerts.snooze import check_snooze, latest_end
from core.engine.standing import Alert
from core.errors import InputRefused
from core.protocols.loader import load_protocols
from core.records import DAY
from core.services import acts, review
from core.services.new_since_look import list_new_to
from core.services.now import read_now
from core.services.uncollected import set_aside, uncollected
from core.store import acts as kept_acts
from core.store import recent_acts
from core.store.connect import open_store
from core.views.model import ClinicPicture
from core.views.row_states import RowState, alerts_of, describe_states, group_by_patient
from core.views.worklist import Row, list_patients
from core.views.worklist_lived import live_rows

_LOCK = Lock()
_KEPT = "lived"  # its name among what is derived from a picture


@dataclass(frozen=True)
class Panel:
    """Everybody, with the life of every alert. states: by patient identifier, of those with an alert. new: patients
    with something raised since the person last looked; new_on_arrival: as it was when their visit of the list began.
    rows: of everybody, headed by what waits (core/views/worklist_lived.py).
    acts_version: the clinic's last act. now: instant. is_now: False = the picture is an earlier one of these facts, to
    be read and not acted on (HAZ-004).
    """

    picture: ClinicPicture
    lives: Mapping[str, Life]
    states: Mapping[str, RowState]
    new: frozenset[str]
    new_on_arrival: frozenset[str]
    breaches: tuple[Breach, ...]
    acts_version: int
    now: int
    rows: tuple[Row, ...] = ()
    is_now: bool = True

    @property
    def version(self) -> str:
        """Changes whenever facts or acts do."""
        return f"{self.picture.version}-{self.acts_version}"

    def alerts(self, patient_id: str) -> tuple[Alert, ...]:
        """The alerts of one patient that stand, gravest first, then those that ended unseen."""
        over = [one for one in self.picture.ended if one.patient_id == patient_id and self._is_unseen(one)]
        return (*alerts_of(self.picture).get(patient_id, ()), *over)

    def _is_unseen(self, alert: Alert) -> bool:
        life = self.lives.get(alert.alert_id)
        return life is not None and not life.seen


def read_panel(url: str, by: str, visit: int | None = None, *, soonest: bool = False) -> Panel:
    """The clinic for one person. visit: the clinic's last act when their visit of the list began (None: now); rows keep
    the place they had then, so that none moves under the hand because it was looked at. soonest: an earlier judgement
    of the same facts will do where that of now would have to be waited for.

    Raises: StoreFailed (the clinic administrator acts).
    """
    with uncollected():
        return _read_panel(url, by, visit, soonest=soonest)


def _read_panel(url: str, by: str, visit: int | None, *, soonest: bool) -> Panel:
    picture, is_now = review.soonest(url) if soonest else (review.clinic(url), True)
    with open_store(url).reading() as connection:
        version = kept_acts.count_acts(connection)
        now = read_now(connection)
        lived = _live(connection, picture, version, now, is_now=is_now)
        new = list_new_to(connection, picture, lived.states, lived.lives, by, version)
        arrived = new
        if visit not in (None, version):
            arrived = list_new_to(connection, picture, lived.states, lived.lives, by, visit or 0)
    return Panel(picture, lived.lives, lived.states, new, arrived, lived.breaches, version, now, lived.rows, is_now)


@dataclass(frozen=True)
class _Lived:
    version: int
    day: int
    lives: Mapping[str, Life]
    states: Mapping[str, RowState]
    breaches: tuple[Breach, ...]
    rows: tuple[Row, ...]


def _live(connection: Connection, picture: ClinicPicture, version: int, now: int, *, is_now: bool) -> _Lived:
    """The lives as they stand after the clinic's last act. Their times end with days, so one reading holds for a day.

    A day in between nothing was touched, a reading is used again; after acts only whom they touched is read.
    """
    with _LOCK:
        held: _Lived | None = picture.derived.get(_KEPT, (None,))[0]
        if held is not None and (held.version, held.day) == (version, now // DAY):
            return held
        alerts = alerts_of(picture)
        fresh = held is None or held.day != now // DAY or not held.version
        touched = set(picture.people) if fresh else recent_acts.touched_since(connection, held.version if held else 0)
        began = recent_acts.first_act_at(connection)
        ended = group_by_patient(
            one for one in picture.ended if began is not None and (one.closed_at or 0) >= began // DAY * DAY
        )
        asked = [one for name in touched for one in (*alerts.get(name, ()), *ended.get(name, ()))]
        read = acts.lives_in(connection, asked)
        lives = read if fresh or held is None else {**held.lives, **read}
        described = describe_states(alerts, ended, lives, touched, picture.ran_out)
        kept = {} if fresh or held is None else {n: s for n, s in held.states.items() if n not in touched}
        rules = read_house_rules(load_protocols())
        lived = _Lived(
            version, now // DAY, lives, {**kept, **described},
            list_breaches(picture.standing.alerts, lives, now, rules), live_rows(picture, lives, ended),
        )  # fmt: skip
        picture.derived[_KEPT] = (lived,)
        if fresh:
            list_patients(picture)
            set_aside(for_a_moment=not is_now)
        return lived


def bound_snooze(alert: Alert, now: int) -> tuple[int, str]:
    """Until when an alert may be put off at the latest (instant), and why it may not be at all ("" = it may)."""
    rules = read_house_rules(load_protocols())
    latest = latest_end(alert.priority, now, rules)
    try:
        check_snooze(alert, latest, now, rules)
    except InputRefused as refused:
        return latest, str(refused)
    return latest, ""
