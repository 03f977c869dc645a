"""The whole clinic as it stands now or stood at an instant: judged once, kept while nothing changes."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, replace
from threading import Lock, Timer

from sqlalchemy import Connection

from core.records import DAY
from core.services.faults import log_fault
from core.services.kept_picture import find_picture, keep_picture, name_judgement
from core.services.now import is_pinned, tell_now
from core.services.patient_points import on_wall_clock
from core.services.people_lines import group_lines, read_course_lines, read_people
from core.services.refused_rows import read_refused
from core.services.uncollected import uncollected
from core.services.unplaced_results import read_unplaced
from core.services.whole_clinic import ClinicFacts, judge_clinic
from core.settings import read_settings
from core.store import batches, kept_cohort, load
from core.store import clinic as standing_facts
from core.store.connect import Store, open_store
from core.views.model import ClinicPicture
from core.views.worklist import list_patients

CLOCK_SECONDS = 3600  # without a new fact a picture holds so long: rules count days, and judging a clinic takes seconds
LONGEST = 4 * DAY  # how far back a judgement may lie and still be shown as an earlier one: over a long weekend
KEEP_AFTER_SECONDS = 3.0  # what was judged is written beside the store once nobody waits for a screen

#: The one place where patients stay in memory between screens (P33): whole pictures of a clinic, kept by store, facts
#: version and hour, never by user; the single local user may see everybody. Dropped when anything changes.
_KEPT: OrderedDict[_Asked, ClinicPicture] = OrderedDict()
_KEEP = 4
_LOCK = Lock()
_MAKING = Lock()  # whoever asks while a clinic is being judged waits for that picture instead of judging it again
_FINDING = Lock()  # and two who want what is kept read it once
_NAME = "judged as"  # the name of what it judged, among what is derived from a picture that everybody is judged in


@dataclass(frozen=True, slots=True)
class _Asked:
    """A question that one picture answers: which facts, in which hour, by whose rules."""

    store: str
    version: int
    hour: int
    authorities: tuple[str, ...]
    past: int | None = None


def clinic(url: str, as_of: int | None = None) -> ClinicPicture:
    """Everybody, as they stand at an instant (None: the clock in use).

    Raises: StoreFailed (the clinic administrator acts).
    """
    store = open_store(url)
    with store.reading() as connection:
        _, _, asked = _ask(connection, store, as_of)
    found = _find(asked)
    if found is not None:
        return found
    with _MAKING:
        with store.reading() as connection:
            held, at, asked = _ask(connection, store, as_of)
            found = _find(asked)
            if found is not None:
                return found
            name = "" if as_of is not None else _name(connection, held, asked)
            with uncollected():
                kept = _find_kept(connection, name, asked, asked.hour * CLOCK_SECONDS, at) if name else None
                told = kept or _read_facts(connection, held, as_of)
        if isinstance(told, ClinicPicture):
            picture = told
        else:
            picture, whole = judge_clinic(told, at, asked.authorities)
            if name and whole and len(told.cohort.results) >= kept_cohort.WORTH_KEEPING:
                picture.derived[_NAME] = (name,)
                _keep_later(store, name, picture)
        _hold(asked, picture)
    return picture


def soonest(url: str) -> tuple[ClinicPicture, bool]:
    """Everybody without waiting: as they stand now where that is known, else as they stood when exactly these facts
    were last judged, by this program and these rules, at most LONGEST ago. Where neither is there it is judged now.

    A clock that is pinned has no earlier hour.

    Returns: the picture, and whether it is of now. An earlier one is to be read under a line that says so, and nothing
             may be done by it: what time alone makes due since is not in it.
    Raises:  StoreFailed (the clinic administrator acts).
    Hazard:  HAZ-001, HAZ-004.
    """
    store = open_store(url)
    with store.reading() as connection:
        held, at, asked = _ask(connection, store, None)
        found = _find(asked)
        if found is None:
            since = asked.hour * CLOCK_SECONDS if is_pinned(held) else at - LONGEST
            with uncollected():
                found = _find_kept(connection, _name(connection, held, asked), asked, since, at)
    if found is None:
        return clinic(url), True
    return found, found.as_of // CLOCK_SECONDS == asked.hour


def is_judged(url: str, version: int) -> bool:
    """Whether now is known already, or what was of these facts (their version) is not any more.

    Raises: StoreFailed.
    """
    store = open_store(url)
    with store.reading() as connection:
        held, _, asked = _ask(connection, store, None)
    return held.version != version or _find(asked) is not None


def forget(url: str) -> None:
    """Let go of the kept pictures of a store: whoever was told that something changed meanwhile sees it anew."""
    name = open_store(url).name
    with _LOCK:
        for asked in [one for one in _KEPT if one.store == name]:
            del _KEPT[asked]


def _ask(connection: Connection, store: Store, as_of: int | None) -> tuple[standing_facts.Clinic, int, _Asked]:
    settings = read_settings()
    held = standing_facts.read_clinic(connection)
    at = tell_now(held) if as_of is None else as_of
    return held, at, _Asked(store.name, held.version, at // CLOCK_SECONDS, settings.authorities, as_of)


def _find(asked: _Asked) -> ClinicPicture | None:
    with _LOCK:
        if asked in _KEPT:
            _KEPT.move_to_end(asked)
        return _KEPT.get(asked)


def _hold(asked: _Asked, picture: ClinicPicture) -> None:
    with _LOCK:
        _KEPT[asked] = picture
        while len(_KEPT) > _KEEP:
            _KEPT.popitem(last=False)


def _name(connection: Connection, held: standing_facts.Clinic, asked: _Asked) -> str:
    return name_judgement(connection, is_pinned(held), *asked.authorities)


def _find_kept(connection: Connection, name: str, asked: _Asked, since: int, at: int) -> ClinicPicture | None:
    """The newest picture of this name made from one instant to another: in memory, else beside the store."""
    with _FINDING:
        with _LOCK:
            named = [one for one in _KEPT.values() if one.derived.get(_NAME) == (name,) and since <= one.as_of <= at]
        if named:
            return max(named, key=lambda one: one.as_of)
        found = find_picture(connection, name, since, at)
        if found is not None:
            found.derived[_NAME] = (name,)
            _hold(replace(asked, hour=found.as_of // CLOCK_SECONDS), found)
        return found


def _read_facts(connection: Connection, held: standing_facts.Clinic, past: int | None) -> ClinicFacts:
    last = on_wall_clock(batches.read_last_import(connection), held.zone)
    people, courses = read_people(connection), group_lines(read_course_lines(connection))
    unplaced = read_unplaced(connection, people, held.zone, pinned=is_pinned(held), past=past)
    refused = read_refused(connection, people, held.zone, pinned=is_pinned(held), past=past)
    cohort = load.cohort(connection)
    return ClinicFacts(bool(held.sample), held.version, last, people, courses, cohort, unplaced, refused)


def _keep_later(store: Store, name: str, picture: ClinicPicture) -> None:
    """Write what was judged beside the store, for the next start; a fault in it is logged and nobody's screen."""

    def write() -> None:
        try:
            list_patients(picture)
            with store.reading() as connection:
                keep_picture(connection, name, picture)
        except Exception as error:  # it is judged again next time
            log_fault(error)

    later = Timer(KEEP_AFTER_SECONDS, write)
    later.daemon = True
    later.start()
