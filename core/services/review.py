"""What the screens show: the whole clinic, or one patient, as they stand now or stood on a past day."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from threading import Lock, Timer

from sqlalchemy import Connection

from core.clock import read_clock
from core.engine.cohort import Cohort
from core.engine.known import as_known_at
from core.errors import InputRefused
from core.protocols.loader import Protocols, load_protocols
from core.records import DAY
from core.services.evaluate_clinic import evaluate_safely
from core.services.faults import log_fault
from core.services.kept_picture import find_picture, keep_picture, name_judgement
from core.services.limit_lines import list_limits, taken_per_day
from core.services.no_range import add_rangeless
from core.services.outside_range import list_outside
from core.services.own_range import judged_gaps, own_ranges
from core.services.patient_points import add_derived, list_clearance, on_wall_clock, read_points
from core.services.people_lines import group_lines, read_course_lines, read_event_lines, read_people
from core.services.refused_rows import add_refused, read_refused
from core.services.run_out import list_unanswered
from core.services.uncollected import uncollected
from core.services.unplaced_results import add_unplaced, read_unplaced
from core.services.whole_clinic import ClinicFacts, judge_clinic
from core.settings import read_settings
from core.store import batches, kept_cohort, load, stored
from core.store import clinic as standing_facts
from core.store.arrivals import read_arrivals
from core.store.connect import Store, open_store
from core.views.as_of import course_on, event_on
from core.views.model import ClinicPicture, CourseLine, EventLine, PatientPicture
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
            since = asked.hour * CLOCK_SECONDS if _is_pinned(held) else at - LONGEST
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
    at = _clock(held, settings.as_of) if as_of is None else as_of
    return held, at, _Asked(store.name, held.version, at // CLOCK_SECONDS, settings.authorities)


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
    return name_judgement(connection, _is_pinned(held), *asked.authorities)


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
    unplaced = read_unplaced(connection, people, held.zone, pinned=_is_pinned(held), past=past)
    refused = read_refused(connection, people, held.zone, pinned=_is_pinned(held), past=past)
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


def patient(url: str, key: int, as_of: int | None = None) -> PatientPicture:
    """One patient, complete, as they stand at an instant (None: the clock in use). key: the opaque number of URLs.

    A past instant shows what was known then: later reports, corrections and ends of treatments are not in the picture.

    Raises: InputRefused (nobody has this number; the user goes back to the worklist); StoreFailed.
    """
    settings = read_settings()
    store = open_store(url)
    with store.reading() as connection:
        found = stored.list_patient_ids(connection, [key])
        if key not in found:
            raise InputRefused("There is no such patient in this clinic: choose one from the worklist.")
        name = found[key]
        held = standing_facts.read_clinic(connection)
        today = _clock(held, settings.as_of)
        at = today if as_of is None else min(as_of, today)
        cohort = load.cohort(connection, [name])
        person = read_people(connection, [name])[name]
        courses = tuple(line for _, line in read_course_lines(connection, [name]))
        events = tuple(read_event_lines(connection, [name]))
        arrivals = read_arrivals(connection, key, name)
        series = read_points(connection, name, at, arrivals, held.zone)
        last = on_wall_clock(batches.read_last_import(connection), held.zone)
        past = at if at < today else None
        pinned = _is_pinned(held)
        unplaced = read_unplaced(connection, [name], held.zone, pinned=pinned, past=past)
        refused = read_refused(connection, {name: person}, held.zone, pinned=pinned, past=past)
    news = _news(cohort, courses, events, today)
    if at < today or pinned:  # a clock that stands still shows its day as everybody will look back on it
        courses = tuple(was for one in courses if (was := course_on(one, at)) is not None)
        events = tuple(seen for one in events if (seen := event_on(one, at)) is not None)
    protocols = load_protocols()
    known = as_known_at(cohort, at)
    judged = evaluate_safely(known, at, settings.authorities)
    history = judged.history
    standing = add_unplaced(judged.at(at), unplaced, history, {name: courses})
    standing = add_refused(standing, refused, history, {name: courses}, {name: person})
    outside = list_outside(known, None, at)
    standing = add_rangeless(standing, outside, history, {name: courses}, {name: person})
    drugs = tuple(dict.fromkeys(c.drug for c in courses if c.drug in protocols.drugs))
    limits = tuple(list_limits(history.rules, drugs, taken_per_day(known, at)))
    clearance = list_clearance(history.measurements)
    return PatientPicture(
        as_of=at,
        sample=bool(held.sample),
        version=held.version,
        last_import=last,
        person=person,
        courses=courses,
        events=events,
        series=add_derived(series, known),
        crcl=clearance,
        alerts=standing.alerts,
        closed_alerts=tuple(history.closed_before(at)),
        cannot_tell=standing.cannot_tell,
        schedule=standing.schedule,
        limits=limits,
        checked={drug: _checked(protocols, drug) for drug in drugs},
        drugs_covered=tuple(protocols.drugs),
        today=today,
        news=news,
        own_ranges=own_ranges(known, drugs, series, clearance, at),
        gaps=judged_gaps(history, at),
        outside=outside.get(name, ()),
        ran_out=list_unanswered(history, at),
    )


def _news(cohort: Cohort, courses: Sequence[CourseLine], events: Sequence[EventLine], today: int) -> tuple[int, ...]:
    """The days, to today, on which anything became known: a result came in, something began or ended."""
    r = cohort.results
    moments = [*r.known.tolist(), *r.superseded.tolist()]
    spans = [(one.start, one.end) for one in courses] + [(one.start, one.end) for one in events]
    moments += [at for span in spans for at in span if at is not None]
    return tuple(sorted({at // DAY * DAY for at in moments if 0 < at <= today}))


def _clock(held: standing_facts.Clinic, pinned: str) -> int:
    return read_clock(held.zone or "UTC", pinned or held.clock)


def _is_pinned(held: standing_facts.Clinic) -> bool:
    return bool(read_settings().as_of or held.clock)


def _checked(protocols: Protocols, drug: str) -> tuple[str, ...]:
    """The categories a drug's rules judge."""
    return tuple(dict.fromkeys(rule.category for rule in protocols.drugs[drug].rules))
