"""One patient, complete, as they stand now or stood on a past day: what the patient's screen and paper show."""

from __future__ import annotations

from collections.abc import Sequence

from core.engine.cohort import Cohort
from core.engine.known import as_known_at
from core.errors import InputRefused
from core.protocols.loader import Protocols, load_protocols
from core.records import DAY
from core.services.evaluate_clinic import evaluate_safely
from core.services.limit_lines import list_limits, taken_per_day
from core.services.no_range import add_rangeless
from core.services.now import is_pinned, tell_now
from core.services.outside_range import list_outside
from core.services.own_range import judged_gaps, own_ranges
from core.services.patient_points import add_derived, list_clearance, on_wall_clock, read_points
from core.services.people_lines import read_course_lines, read_event_lines, read_people
from core.services.refused_rows import add_refused, read_refused
from core.services.run_out import list_unanswered
from core.services.unplaced_results import add_unplaced, read_unplaced
from core.settings import read_settings
from core.store import batches, clinic, load, stored
from core.store.arrivals import read_arrivals
from core.store.connect import open_store
from core.views.as_of import course_on, event_on
from core.views.model import CourseLine, EventLine, PatientPicture


def read_patient(url: str, key: int, as_of: int | None = None) -> PatientPicture:
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
        held = clinic.read_clinic(connection)
        today = tell_now(held)
        at = today if as_of is None else min(as_of, today)
        cohort = load.cohort(connection, [name])
        person = read_people(connection, [name])[name]
        courses = tuple(line for _, line in read_course_lines(connection, [name]))
        events = tuple(read_event_lines(connection, [name]))
        arrivals = read_arrivals(connection, key, name)
        series = read_points(connection, name, at, arrivals, held.zone)
        last = on_wall_clock(batches.read_last_import(connection), held.zone)
        past = at if at < today else None
        pinned = is_pinned(held)
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


def _checked(protocols: Protocols, drug: str) -> tuple[str, ...]:
    """The categories a drug's rules judge."""
    return tuple(dict.fromkeys(rule.category for rule in protocols.drugs[drug].rules))
