"""What the screens show: the whole clinic, or one patient, as they stand now or stood on a past day."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from threading import Lock
from zoneinfo import ZoneInfo

import numpy as np
from sqlalchemy import Connection

from core.catalogue import ANALYTES, analyte
from core.clock import read_clock
from core.engine.assemble import comparison
from core.engine.cohort import Cohort
from core.engine.episodes import Findings
from core.engine.features import Measurements
from core.engine.history import History
from core.engine.known import as_known_at
from core.engine.rules.compiled import CompiledRule, compile_rules
from core.engine.series import Series
from core.engine.standing import Alert
from core.errors import InputRefused
from core.protocols.kinds import Threshold
from core.protocols.loader import Protocols, load_protocols
from core.records import CANNOT_TELL_REASONS, COMPARATORS, DAY, LONG_AGO, WITHDRAWN, Course, Event, Patient, Result
from core.services.evaluate_clinic import evaluate_safely
from core.services.own_range import judged_gaps, own_ranges
from core.services.uncollected import uncollected
from core.settings import read_settings
from core.store import batches, load, quarantine, stored
from core.store import clinic as standing_facts
from core.store.arrivals import Arrival, read_arrivals
from core.store.connect import open_store
from core.store.row_numbers import TRACE_ROW
from core.views.as_of import course_on, event_on
from core.views.model import ClinicPicture, CourseLine, EventLine, LimitLine, PatientPicture, Person, Point

SPARK_POINTS = 12  # what fits a table cell: look, Worklist
CLOCK_SECONDS = 3600  # without a new fact a picture holds so long: rules count days, and judging a clinic takes seconds
ENDED_DAYS = 90  # a quarter, the longest time between two reviews: what nobody saw by then is in the patient's story
SPARKS = ("neutrophils", "creatinine", "crp", "temperature", "platelets", "alt", "weight")

#: The one place where patients stay in memory between screens (P33): whole pictures of a clinic, kept by store, facts
#: version and day, never by user; the single local user may see everybody. Dropped when anything changes.
_KEPT: OrderedDict[tuple[str, int, int, tuple[str, ...]], ClinicPicture] = OrderedDict()
_KEEP = 4
_LOCK = Lock()


def clinic(url: str, as_of: int | None = None) -> ClinicPicture:
    """Everybody, as they stand at an instant (None: the clock in use).

    Raises: StoreFailed (the clinic administrator acts).
    """
    settings = read_settings()
    store = open_store(url)
    with store.reading() as connection:
        held = standing_facts.read_clinic(connection)
        at = _clock(held, settings.as_of) if as_of is None else as_of
        asked = (store.name, held.version, at // CLOCK_SECONDS, settings.authorities)
        with _LOCK:
            if asked in _KEPT:
                _KEPT.move_to_end(asked)
                return _KEPT[asked]
        with uncollected():
            persons = _people(connection)
            courses = _grouped(_course_lines(connection))
        last = _on_wall_clock(batches.read_last_import(connection), held.zone)
        cohort = load.cohort(connection)
        protocols = load_protocols()
    with uncollected():
        known = as_known_at(cohort, at)
        judged = evaluate_safely(known, at, settings.authorities)
        picture = ClinicPicture(
            at, bool(held.sample), held.version, last, judged.awaiting(at), persons, courses,
            _sparks(judged.history.measurements),
            tuple(protocols.drugs),
            _limits_by_drug(protocols, settings.authorities),
            _ended_of_late(judged.history, at), _newest_known(known),
        )  # fmt: skip
    with _LOCK:
        _KEPT[asked] = picture
        while len(_KEPT) > _KEEP:
            _KEPT.popitem(last=False)
    return picture


def forget(url: str) -> None:
    """Let go of the kept pictures of a store: whoever was told that something changed meanwhile sees it anew."""
    name = open_store(url).name
    with _LOCK:
        for asked in [one for one in _KEPT if one[0] == name]:
            del _KEPT[asked]


def _ended_of_late(history: History, at: int) -> tuple[Alert, ...]:
    """High alerts that ended on evidence in the last weeks: they stay listed until somebody looked at them (P15)."""
    of_late = (history.alert_closed <= at) & (history.alert_closed > at - ENDED_DAYS * DAY)
    found = {name: column[of_late] for name, column in vars(history.findings).items()}
    cut = replace(
        history, findings=Findings(**found), alert_opened=history.alert_opened[of_late],
        alert_closed=history.alert_closed[of_late],
    )  # fmt: skip
    return tuple(one for one in cut.closed_before(at) if one.priority == "high")


def _newest_known(cohort: Cohort) -> dict[str, int]:
    """When the newest result of each patient could be known."""
    r, names = cohort.results, cohort.patients.patient_id
    newest = np.full(len(names), LONG_AGO, dtype=np.int64)
    np.maximum.at(newest, r.patient, r.known)
    return {str(names[i]): int(newest[i]) for i in np.flatnonzero(newest > LONG_AGO).tolist()}


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
        person = _people(connection, [name])[name]
        courses = tuple(line for _, line in _course_lines(connection, [name]))
        events = tuple(_event_lines(connection, [name], at))
        arrivals = read_arrivals(connection, key, name)
        series = _points(connection, name, at, arrivals, held.zone)
        last = _on_wall_clock(batches.read_last_import(connection), held.zone)
    news = _news(cohort, courses, events, today)
    if at < today:
        courses = tuple(was for one in courses if (was := course_on(one, at)) is not None)
        events = tuple(seen for one in events if (seen := event_on(one, at)) is not None)
    protocols = load_protocols()
    known = as_known_at(cohort, at)
    judged = evaluate_safely(known, at, settings.authorities)
    history, standing = judged.history, judged.at(at)
    drugs = tuple(dict.fromkeys(c.drug for c in courses if c.drug in protocols.drugs))
    limits = tuple(_limits(history.rules, drugs, _taken_per_day(known, at)))
    clearance = _clearance(history.measurements)
    return PatientPicture(
        at, bool(held.sample), held.version, last, person, courses, events, _with_derived(series, known),
        clearance,
        standing.alerts, tuple(history.closed_before(at)), standing.cannot_tell, standing.schedule, limits,
        {drug: _checked(protocols, drug) for drug in drugs}, tuple(protocols.drugs),
        today, news, own_ranges(known, drugs, series, clearance, at), judged_gaps(history, at),
    )  # fmt: skip


def _news(cohort: Cohort, courses: Sequence[CourseLine], events: Sequence[EventLine], today: int) -> tuple[int, ...]:
    """The days, to today, on which anything became known: a result came in, something began or ended."""
    r = cohort.results
    moments = [*r.known.tolist(), *r.superseded.tolist()]
    spans = [(one.start, one.end) for one in courses] + [(one.start, one.end) for one in events]
    moments += [at for span in spans for at in span if at is not None]
    return tuple(sorted({at // DAY * DAY for at in moments if 0 < at <= today}))


def _with_derived(series: Mapping[str, tuple[Point, ...]], known: Cohort) -> dict[str, tuple[Point, ...]]:
    """The series with the counts that were computed from others, each marked as such: the rules use them too."""
    r = known.results
    out = {name: list(points) for name, points in series.items()}
    for i in np.flatnonzero(r.derived).tolist():
        name = ANALYTES[int(r.analyte[i])]
        value = float(r.value[i])
        out.setdefault(name, []).append(
            Point(
                int(r.row_id[i]), int(r.at[i]), None if np.isnan(value) else value, COMPARATORS[int(r.comparator[i])],
                "", analyte(name).unit, "", "", CANNOT_TELL_REASONS[int(r.reason[i])], bool(r.preliminary[i]), False,
                None, None, "", 0, status="derived",
            )
        )  # fmt: skip
    return {
        key: tuple(sorted(points, key=lambda p: (p.at, p.row_id))) for key, points in sorted(out.items(), key=_in_order)
    }


def _on_wall_clock(utc: int | None, zone: str) -> int | None:
    """A moment of the trail (UTC) as the clinic's clock showed it."""
    if utc is None:
        return None
    wall = datetime.fromtimestamp(utc, ZoneInfo(zone or "UTC"))
    return int(wall.replace(tzinfo=UTC).timestamp())


def _clock(held: standing_facts.Clinic, pinned: str) -> int:
    return read_clock(held.zone or "UTC", pinned or held.clock)


def _people(connection: Connection, names: list[str] | None = None) -> dict[str, Person]:
    out = {}
    for kept in stored.list_facts(connection, "patient", names):
        if kept.superseded_at is None and isinstance(kept.fact, Patient):
            p = kept.fact
            out[p.patient_id] = Person(
                kept.key,
                p.patient_id,
                p.family_name,
                p.given_name,
                p.birth_date,
                p.sex,
                p.site,
                p.consultant,
                p.deceased_date,
            )
    return out


def _course_lines(connection: Connection, names: list[str] | None = None) -> Iterator[tuple[str, CourseLine]]:
    for kept in stored.list_facts(connection, "medication", names):
        if kept.superseded_at is None and isinstance(kept.fact, Course):
            c = kept.fact
            dose = f"{c.dose:f} {c.dose_unit}" if c.dose is not None else c.dose_as_given or "dose not given"
            yield c.patient_id, CourseLine(
                c.patient_id, c.course_id or f"row-{kept.row_id}", c.drug, c.drug_known, c.indication, dose,
                c.frequency or c.frequency_as_given or "frequency not given", c.route, c.start, c.end, c.status,
                c.reason, kept.file, kept.row,
            )  # fmt: skip


def _grouped(lines: Iterable[tuple[str, CourseLine]]) -> dict[str, tuple[CourseLine, ...]]:
    out: dict[str, list[CourseLine]] = {}
    for name, line in lines:
        out.setdefault(name, []).append(line)
    return {name: tuple(sorted(several, key=lambda c: c.start)) for name, several in out.items()}


def _event_lines(connection: Connection, names: list[str], at: int) -> Iterator[EventLine]:
    for kept in stored.list_facts(connection, "event", names):
        if kept.superseded_at is None and isinstance(kept.fact, Event):
            e = kept.fact
            yield EventLine(
                e.patient_id, e.event_id or f"row-{kept.row_id}", e.kind, e.start, e.end, e.code, e.detail, e.severity,
                kept.file, kept.row,
            )  # fmt: skip


def _points(
    connection: Connection, name: str, at: int, arrivals: Mapping[int, Arrival], zone: str
) -> dict[str, tuple[Point, ...]]:
    """Every result and every unreadable one known by an instant, by analyte, oldest first."""
    out: dict[str, list[Point]] = {}
    for kept in stored.list_facts(connection, "result", [name]):
        r = kept.fact
        if (
            not isinstance(r, Result)
            or kept.known_at > at
            or (r.status in WITHDRAWN and r.value is None and not r.coded)
        ):
            continue
        struck = r.status in WITHDRAWN or (kept.superseded_at is not None and kept.superseded_at <= at)
        arrival = arrivals.get(kept.row_id)
        out.setdefault(r.analyte, []).append(
            Point(
                kept.row_id, r.collected_at, None if r.value is None else float(r.value), r.comparator, r.coded or "",
                r.unit,
                r.value_as_given, r.unit_as_given, "", r.status == "preliminary", struck,
                None if r.ref_low is None else float(r.ref_low), None if r.ref_high is None else float(r.ref_high),
                kept.file, kept.row, kept.source, arrival.batch_id if arrival else 0,
                _on_wall_clock(arrival.recorded_at if arrival else None, zone), kept.known_at, r.status,
            )
        )  # fmt: skip
    for refused in quarantine.list_refusals(connection, [name]):
        mark = refused.row.trace
        known_at = None if mark is None else mark.collected_at if mark.reported_at is None else mark.reported_at
        if mark is None or known_at is None or known_at > at:
            continue
        if refused.closed_at is not None and refused.closed_at <= at:
            continue
        given = dict(refused.row.fields)
        number = TRACE_ROW + refused.row_id
        arrival = arrivals.get(number)
        out.setdefault(mark.analyte, []).append(
            Point(
                number, mark.collected_at, None if mark.value is None else float(mark.value),
                mark.comparator, "",
                analyte(mark.analyte).unit, given.get("value", refused.issue.value), given.get("unit", ""),
                mark.reason, False, False,
                None, None, refused.row.origin.file, refused.row.origin.row, refused.source,
                arrival.batch_id if arrival else 0, _on_wall_clock(arrival.recorded_at if arrival else None, zone),
                known_at, "quarantined",
            )
        )  # fmt: skip
    return {
        key: _named_successors(tuple(sorted(points, key=lambda p: (p.at, p.row_id))), arrivals)
        for key, points in sorted(out.items(), key=_in_order)
    }


def _named_successors(points: tuple[Point, ...], arrivals: Mapping[int, Arrival]) -> tuple[Point, ...]:
    """The points, each overtaken one naming the row that took its place: same sender's number, else same moment."""

    def follows(old: Point, new: Point) -> bool:
        if new.row_id <= old.row_id or not new.file:
            return False
        mine, theirs = arrivals.get(old.row_id), arrivals.get(new.row_id)
        if mine and theirs and mine.result_id and theirs.result_id:
            return mine.result_id == theirs.result_id and old.feed == new.feed
        return old.at == new.at and old.feed == new.feed

    return tuple(
        replace(one, replaced_by=min((new.row_id for new in points if follows(one, new)), default=None))
        if one.superseded
        else one
        for one in points
    )


def _in_order(item: tuple[str, object]) -> int:
    return ANALYTES.index(item[0])


def _clearance(measurements: Measurements) -> tuple[tuple[int, float], ...]:
    """Creatinine clearance at each moment it changed, where it could be computed exactly."""
    series = measurements.feature("creatinine_clearance").series
    exact = np.flatnonzero(series.low == series.high)
    return tuple((int(series.at[i]), float(series.low[i])) for i in exact)


def _sparks(measurements: Measurements) -> dict[tuple[str, str], tuple[tuple[int, float], ...]]:
    """The last exact values of what the worklist draws, by patient and analyte (or computed feature)."""
    named: Mapping[str, Series] = {
        **{name: measurements.series(name) for name in SPARKS},
        "creatinine_clearance": measurements.feature("creatinine_clearance").series,
    }
    out: dict[tuple[str, str], tuple[tuple[int, float], ...]] = {}
    names = measurements.cohort.patients.patient_id
    for name, series in named.items():
        exact = np.flatnonzero((series.low == series.high) & np.isfinite(series.low))
        whose, at, value = series.patient[exact], series.at[exact].tolist(), series.low[exact].tolist()
        first = 0
        for end in [*(np.flatnonzero(whose[1:] != whose[:-1]) + 1).tolist(), len(whose)] if len(whose) else []:
            begin = max(first, end - SPARK_POINTS)
            out[names[whose[first]], name] = tuple(zip(at[begin:end], value[begin:end], strict=True))
            first = end
    return out


def _limits(
    rules: Iterable[CompiledRule], drugs: Collection[str], doses_per_day: Mapping[str, Collection[float]] | None = None
) -> Iterator[LimitLine]:
    """Every action limit of the drugs' rules on treatment, once per authority: what charts draw.

    doses_per_day: by drug, of the courses being taken (None: anybody's); a limit for another frequency is left out.
    """
    seen = set()
    for compiled in rules:
        rule = compiled.rule
        if compiled.drug not in drugs or not isinstance(rule, Threshold) or "running" not in rule.phases:
            continue
        low, high = rule.doses_per_day_above, rule.doses_per_day_at_most
        if doses_per_day is None and high is not None:
            continue
        taken = (doses_per_day or {}).get(compiled.drug, ())
        if taken and not any((low is None or n > low) and (high is None or n <= high) for n in taken):
            continue
        for band in rule.bands:
            if band.priority is None or band.action is None:
                continue
            operator, limit = comparison(rule, band)
            side, inclusive = "below" if operator.startswith("<") else "above", operator in ("<=", ">=")
            for says in compiled.says:
                words = band.action.replace("_", " ")
                line = LimitLine(
                    rule.analyte or rule.feature, limit, side, says.authority, words, band.priority, inclusive
                )
                if line not in seen:
                    seen.add(line)
                    yield line


def _limits_by_drug(protocols: Protocols, authorities: Collection[str]) -> dict[str, tuple[LimitLine, ...]]:
    rules = {
        d: compile_rules(p, protocols.common.features, frozenset(authorities), 0) for d, p in protocols.drugs.items()
    }
    return {drug: tuple(_limits(rules[drug], (drug,))) for drug in rules}


def _taken_per_day(cohort: Cohort, at: int) -> dict[str, list[float]]:
    """How often a day each drug is taken at an instant, where that can be read."""
    c = cohort.courses
    standing = np.flatnonzero((c.start <= at) & (at < c.end) & ~np.isnan(c.per_day))
    out: dict[str, list[float]] = {}
    for row in standing.tolist():
        out.setdefault(str(c.drug[row]), []).append(float(c.per_day[row]))
    return out


def _checked(protocols: Protocols, drug: str) -> tuple[str, ...]:
    """The categories a drug's rules judge."""
    return tuple(dict.fromkeys(rule.category for rule in protocols.drugs[drug].rules))
