"""Stored facts as a cohort for the engine: plain columns, made straight from the driver's rows."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, select

from core.catalogue import ANALYTES, find_frequency
from core.engine.cohort import Cohort, Courses, Events, Floats, Ints, Patients, Results
from core.records import (
    CANNOT_TELL_REASONS,
    CODED_NUMBERS,
    COMPARATORS,
    COURSE_STATUSES,
    DAY,
    INDICATIONS,
    SEXES,
    STATUSES,
    UNKNOWN_INDICATION,
    WITHDRAWN,
)
from core.store import schema
from core.store.columns import as_codes, as_ends, as_floats, as_ints, as_texts, join_tables, transpose
from core.store.derived import derive_neutrophils
from core.store.kept_cohort import find_kept, keep
from core.store.row_numbers import TRACE_ROW
from core.store.rows import fetch_raw, fetch_where, portions_of

ANALYTE_CODES = {name: code for code, name in enumerate(ANALYTES)}
COMPARATOR_CODES = {sign: code for code, sign in enumerate(COMPARATORS)}
_PRELIMINARY = {status: int(status == "preliminary") for status in STATUSES}
#: Why rules that need a marked result cannot tell.
TRACE_REASONS = {name: code for code, name in enumerate(CANNOT_TELL_REASONS) if name}
TRACE_REASONS["bad_number"] = TRACE_REASONS["not_numeric"]

Rows = list[tuple[Any, ...]]
Keys = list[int] | None


def cohort(connection: Connection, patient_ids: Collection[str] | None = None) -> Cohort:
    """Read the facts of these patients (None: of everybody), superseded rows and the marks of unreadable ones included.

    Withdrawn rows never count as measurements, courses and events overtaken by a later version of themselves are left
    out, and an ANC is derived where only a white cell count and a differential were reported. A question about
    everybody is answered from the columns kept of exactly these facts, where there are any.
    """
    if patient_ids is not None:
        return read_facts(connection, patient_ids)
    kept = find_kept(connection)
    if kept is None:
        kept = read_facts(connection)
        keep(connection, kept)
    return kept


def read_facts(connection: Connection, patient_ids: Collection[str] | None = None) -> Cohort:
    """The same, read row by row from the store whatever is kept beside it."""
    keys, patients = _patients(connection, patient_ids)
    asked = None if patient_ids is None else keys.tolist()
    results = join_tables([_results(connection, asked, keys), _traces(connection, asked, keys)])
    results = join_tables([results, derive_neutrophils(results)])
    return Cohort.of(patients, results, _courses(connection, asked, keys), _events(connection, asked, keys))


def _patients(connection: Connection, patient_ids: Collection[str] | None) -> tuple[Ints, Patients]:
    """The stable numbers of the patients, ascending, and who they are."""
    person, p = schema.person.c, schema.patient.c
    statement = select(person.key, person.patient_id, p.birth_date, p.sex, p.deceased_date)
    statement = statement.join_from(schema.patient, schema.person).where(p.superseded_at.is_(None))
    rows = sorted(fetch_where(connection, statement, person.patient_id, patient_ids))
    key, patient_id, birth, sex, died = transpose(rows, 5)
    sexes = {name: code for code, name in enumerate(SEXES)}
    return as_ints(key), Patients(as_texts(patient_id), as_ints(birth), as_codes(sexes, sex), as_ends(died))


def _results(connection: Connection, asked: Keys, keys: Ints) -> Results:
    r = schema.result.c
    statement = select(
        r.row_id, r.patient, r.analyte, r.collected_at, r.value, r.comparator, r.coded, r.ref_low, r.ref_high, r.status,
        r.known_at, r.superseded_at,
    ).where(r.status.not_in(WITHDRAWN))  # fmt: skip
    parts: list[Results] = []
    for portion in portions_of(asked):
        chosen = statement if portion is None else statement.where(r.patient.in_(portion))
        parts.extend(_results_of(batch, keys) for batch in fetch_raw(connection, chosen))
    return join_tables(parts or [_results_of([], keys)])


def _results_of(rows: Rows, keys: Ints) -> Results:
    (row_id, patient, analyte, at, value, comparator, coded, ref_low, ref_high, status, known, superseded) = transpose(
        rows, 12
    )
    n = len(rows)
    number, sign = as_floats(value), as_codes(COMPARATOR_CODES, comparator)
    if any(coded):
        words = np.array([CODED_NUMBERS.get(word, np.nan) for word in coded], dtype=np.float64)
        number = np.where(np.isnan(number), words, number)
    low, high = _interval(number, sign)
    return Results(
        row_id=as_ints(row_id),
        patient=np.searchsorted(keys, as_ints(patient)),
        analyte=as_codes(ANALYTE_CODES, analyte),
        at=as_ints(at),
        low=low,
        high=high,
        value=number,
        comparator=sign,
        reason=np.zeros(n, dtype=np.int16),
        ref_low=as_floats(ref_low),
        ref_high=as_floats(ref_high),
        preliminary=as_codes(_PRELIMINARY, status) == 1,
        derived=np.zeros(n, dtype=np.bool_),
        known=as_ints(known),
        superseded=as_ends(superseded),
    )


def _traces(connection: Connection, asked: Keys, keys: Ints) -> Results:
    """The marks of unreadable results. One without a value can mean any value at all."""
    q, person = schema.quarantine.c, schema.person.c
    statement = select(
        q.row_id, person.key, q.analyte, q.collected_at, q.value, q.comparator, q.cannot_tell, q.known_at,
        q.superseded_at,
    )  # fmt: skip
    statement = statement.join_from(schema.quarantine, schema.person, q.patient_id == person.patient_id)
    statement = statement.where(q.cannot_tell.in_(list(TRACE_REASONS)))
    rows = list(fetch_where(connection, statement, person.key, asked))
    row_id, patient, analyte, at, value, comparator, reason, known, superseded = transpose(rows, 9)
    n = len(rows)
    number, sign = as_floats(value), as_codes(COMPARATOR_CODES, comparator)
    low, high = _interval(number, sign)
    unread = np.isnan(number)
    return Results(
        row_id=as_ints(row_id) + TRACE_ROW,
        patient=np.searchsorted(keys, as_ints(patient)),
        analyte=as_codes(ANALYTE_CODES, analyte),
        at=as_ints(at),
        low=np.where(unread, -np.inf, low),
        high=np.where(unread, np.inf, high),
        value=number,
        comparator=sign,
        reason=as_codes(TRACE_REASONS, reason),
        ref_low=np.full(n, np.nan),
        ref_high=np.full(n, np.nan),
        preliminary=np.zeros(n, dtype=np.bool_),
        derived=np.zeros(n, dtype=np.bool_),
        known=as_ints(known),
        superseded=as_ends(superseded),
    )


def _courses(connection: Connection, asked: Keys, keys: Ints) -> Courses:
    c = schema.course.c
    statement = select(
        c.row_id, c.patient, c.course_id, c.drug, c.indication, c.dose, c.dose_unit, c.frequency, c.route, c.status,
        c.start_at, c.end_at,
    ).where(c.superseded_at.is_(None))  # fmt: skip
    rows = sorted(fetch_where(connection, statement, c.patient, asked))
    row_id, patient, own, drug, indication, dose, unit, frequency, route, status, start, end = transpose(rows, 12)
    names = _name_apart(own, (f"{what} {_day(at)}" for what, at in zip(drug, start, strict=True)))
    indications = {name: code for code, name in enumerate(INDICATIONS)}
    statuses = {name: code for code, name in enumerate(COURSE_STATUSES)}
    return Courses(
        row_id=as_ints(row_id),
        patient=np.searchsorted(keys, as_ints(patient)),
        course_id=as_texts(names),
        drug=as_texts(drug),
        indication=as_codes(indications, [word if word in indications else UNKNOWN_INDICATION for word in indication]),
        dose=as_floats(dose),
        per_kg=np.array([word == "mg/kg" for word in unit], dtype=np.bool_),
        per_day=as_floats([_per_day(word) for word in frequency]),
        route=as_texts(route),
        status=as_codes(statuses, status),
        start=as_ints(start),
        end=as_ends(end),
    )


def _events(connection: Connection, asked: Keys, keys: Ints) -> Events:
    e = schema.event.c
    statement = select(
        e.row_id, e.patient, e.event_id, e.kind, e.code, e.detail, e.severity, e.start_at, e.end_at
    ).where(e.superseded_at.is_(None))
    rows = sorted(fetch_where(connection, statement, e.patient, asked))
    row_id, patient, own, kind, code, detail, severity, start, end = transpose(rows, 9)
    names = _name_apart(own, (f"{what} {_day(at)}" for what, at in zip(kind, start, strict=True)))
    return Events(
        row_id=as_ints(row_id),
        patient=np.searchsorted(keys, as_ints(patient)),
        event_id=as_texts(names),
        kind=as_texts(kind),
        code=as_texts(code),
        detail=as_texts(detail),
        severity=as_texts(severity),
        start=as_ints(start),
        end=as_ends(end),
    )


def _interval(number: Floats, sign: NDArray[np.int16]) -> tuple[Floats, Floats]:
    """The closed interval a number with its comparator can mean: "<1.5" ends at the float just below 1.5."""
    below, at_most, at_least, above = (COMPARATOR_CODES[word] for word in ("<", "<=", ">=", ">"))
    low = np.where((sign == below) | (sign == at_most), -np.inf, number)
    high = np.where((sign == at_least) | (sign == above), np.inf, number)
    low = np.where(sign == above, np.nextafter(number, np.inf), low)
    high = np.where(sign == below, np.nextafter(number, -np.inf), high)
    return low, high


def _per_day(frequency: str | None) -> float:
    """Administrations per day; NaN where the frequency could not be read or has no rate ("as needed")."""
    known = find_frequency(frequency) if frequency else None
    return float("nan") if known is None or known.per_day is None else float(known.per_day)


def _name_apart(own: Iterable[str | None], otherwise: Iterable[str]) -> list[str]:
    """A name for every row that no other row has: its own identifier, else what it is; repeats are numbered."""
    seen: dict[str, int] = {}
    names = []
    for name in (given or other for given, other in zip(own, otherwise, strict=True)):
        seen[name] = seen.get(name, 0) + 1
        names.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return names


def _day(at: int) -> str:
    return (date(1970, 1, 1) + timedelta(days=at // DAY)).isoformat()
