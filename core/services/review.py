"""What the screens show: the whole clinic, or one patient, as they stand now or stood on a past day."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from threading import Lock
from zoneinfo import ZoneInfo

import numpy as np
from sqlalchemy import Connection

from core.catalogue import ANALYTES, analyte
from core.clock import read_clock
from core.engine.assemble import comparison
from core.engine.cohort import Cohort
from core.engine.features import Measurements
from core.engine.known import as_known_at
from core.engine.rules.compiled import CompiledRule, compile_rules
from core.engine.series import Series
from core.errors import InputRefused
from core.protocols.kinds import Threshold
from core.protocols.loader import Protocols, load_protocols
from core.records import WITHDRAWN, Course, Event, Patient, Result
from core.services.evaluate_clinic import evaluate_safely
from core.settings import read_settings
from core.store import batches, load, quarantine, stored
from core.store import clinic as standing_facts
from core.store.connect import open_store
from core.views.model import ClinicPicture, CourseLine, EventLine, LimitLine, PatientPicture, Person, Point

SPARK_POINTS = 12  # what fits a table cell: look, Worklist
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
        asked = (store.name, held.version, at // 60, settings.authorities)  # a minute old is still the picture
        with _LOCK:
            if asked in _KEPT:
                _KEPT.move_to_end(asked)
                return _KEPT[asked]
        persons = _people(connection)
        courses = _grouped(_course_lines(connection))
        last = _on_wall_clock(batches.read_last_import(connection), held.zone)
        cohort = load.cohort(connection)
        protocols = load_protocols()
    known = as_known_at(cohort, at)
    judged = evaluate_safely(known, at, settings.authorities)
    picture = ClinicPicture(
        at, bool(held.sample), held.version, last, judged.at(at), persons, courses,
        _sparks(judged.history.measurements),
        tuple(protocols.drugs),
        _limits_by_drug(protocols, settings.authorities),
    )  # fmt: skip
    with _LOCK:
        _KEPT[asked] = picture
        while len(_KEPT) > _KEEP:
            _KEPT.popitem(last=False)
    return picture


def patient(url: str, key: int, as_of: int | None = None) -> PatientPicture:
    """One patient, complete, as they stand at an instant (None: the clock in use). key: the opaque number of URLs.

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
        at = _clock(held, settings.as_of) if as_of is None else as_of
        cohort = load.cohort(connection, [name])
        person = _people(connection, [name])[name]
        courses = tuple(line for _, line in _course_lines(connection, [name]))
        events = tuple(_event_lines(connection, [name], at))
        series = _points(connection, name, at)
        last = _on_wall_clock(batches.read_last_import(connection), held.zone)
    protocols = load_protocols()
    known = as_known_at(cohort, at)
    judged = evaluate_safely(known, at, settings.authorities)
    history, standing = judged.history, judged.at(at)
    drugs = tuple(dict.fromkeys(c.drug for c in courses if c.drug in protocols.drugs))
    limits = tuple(_limits(history.rules, drugs, _taken_per_day(known, at)))
    return PatientPicture(
        at, bool(held.sample), held.version, last, person, courses, events, series,
        _clearance(history.measurements),
        standing.alerts, tuple(history.closed_before(at)), standing.cannot_tell, standing.schedule, limits,
        {drug: _checked(protocols, drug) for drug in drugs}, tuple(protocols.drugs),
    )  # fmt: skip


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
                c.reason,
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
                e.patient_id, e.event_id or f"row-{kept.row_id}", e.kind, e.start, e.end, e.code, e.detail, e.severity
            )


def _points(connection: Connection, name: str, at: int) -> dict[str, tuple[Point, ...]]:
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
        out.setdefault(r.analyte, []).append(
            Point(
                kept.row_id, r.collected_at, None if r.value is None else float(r.value), r.comparator, r.coded or "",
                r.unit,
                r.value_as_given, r.unit_as_given, "", r.status == "preliminary", struck,
                None if r.ref_low is None else float(r.ref_low), None if r.ref_high is None else float(r.ref_high),
                kept.file, kept.row,
            )
        )  # fmt: skip
    for refused in quarantine.list_refusals(connection, [name]):
        mark = refused.row.trace
        if mark is None or mark.collected_at > at or (refused.closed_at is not None and refused.closed_at <= at):
            continue
        given = dict(refused.row.fields)
        out.setdefault(mark.analyte, []).append(
            Point(
                -refused.row_id, mark.collected_at, None if mark.value is None else float(mark.value),
                mark.comparator, "",
                analyte(mark.analyte).unit, given.get("value", refused.issue.value), given.get("unit", ""),
                mark.reason, False, False,
                None, None, refused.row.origin.file, refused.row.origin.row,
            )
        )  # fmt: skip
    return {
        key: tuple(sorted(points, key=lambda p: (p.at, p.row_id))) for key, points in sorted(out.items(), key=_in_order)
    }


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
