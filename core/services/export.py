"""What is stored, as files others can read: the columns of the clinic file set in canonical units, and what was given.

Findings come from whoever evaluates (`standing`): this module only writes them down.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, TextIO

from sqlalchemy import Connection

from core.errors import InputRefused
from core.records import DAY, UNKNOWN_INDICATION, Course, Event, Fact, Kind, Patient, Result
from core.services.inert_csv import write_csv
from core.services.trail import record
from core.store.connect import Store, open_store
from core.store.people import count_people
from core.store.quarantine import StoredRefusal, list_refusals
from core.store.stored import StoredFact, list_facts

Row = dict[str, Any]

_EPOCH = datetime.fromisoformat("1970-01-01")  # without a zone: instants are on the clinic's own wall clock

STORED_KINDS: dict[str, Kind] = {
    "patients": "patient", "results": "result", "medications": "medication", "events": "event",
}  # fmt: skip
FOUND_KINDS = ("alerts", "schedule")
KINDS = (*STORED_KINDS, "quarantine", *FOUND_KINDS)

_TRAIL = ("superseded_at", "source", "file", "row")
COLUMNS: dict[str, tuple[str, ...]] = {
    "patients": (
        "patient_id", "family_name", "given_name", "birth_date", "sex", "site", "consultant", "deceased_date", *_TRAIL,
    ),
    "results": (
        "result_id", "patient_id", "loinc", "analyte", "value", "unit", "collected_at", "reported_at", "status",
        "ref_low", "ref_high", "comparator", "value_as_given", "unit_as_given", *_TRAIL,
    ),
    "medications": (
        "course_id", "patient_id", "drug", "indication", "dose", "dose_unit", "frequency", "route", "start_date",
        "end_date", "status", "reason", "dose_as_given", "frequency_as_given", *_TRAIL,
    ),
    "events": (
        "event_id", "patient_id", "kind", "start_date", "end_date", "code", "detail", "severity", *_TRAIL,
    ),
    "quarantine": (
        "kind", "file", "row", "column", "reason", "value", "message", "patient_id", "analyte", "collected_at",
        "result_id", "superseded_at", "source", "fields",
    ),
    "alerts": (
        "alert_id", "patient_id", "drug", "rule_id", "category", "fact", "priority", "action", "respond_within_days",
        "title", "advice", "authority", "sources", "positions", "opened_at", "closed_at", "state", "held", "evidence",
        "basis",
    ),
    "schedule": (
        "patient_id", "drug", "test", "due_date", "authority", "window_start", "window_end", "status", "satisfied_by",
    ),
}  # fmt: skip

#: Gives the rows of "alerts" or "schedule" as CONTRACT 1 prints them.
Standing = Callable[[Connection, str], Iterable[Mapping[str, Any]]]


def export(store: Store, kind: str, out: TextIO, *, form: str = "csv", standing: Standing | None = None) -> int:
    """Write everything stored of one kind, overtaken and closed rows included.

    Args:    kind: one of KINDS. form: "csv" (inert in a spreadsheet) or "json" ({"KIND": [{…}]}). standing: where
             alerts and schedule come from.
    Returns: how many rows were written.
    Raises:  InputRefused (no such kind or form: the user mends the argument); StoreFailed.
    """
    check_words(kind, form)
    with store.reading() as connection:
        rows = _list_rows(connection, kind, standing)
        return _write_json(out, kind, rows) if form == "json" else write_csv(out, rows, COLUMNS[kind])


def check_words(kind: str, form: str) -> None:
    """Refuse what nobody can export. Raises: InputRefused (the user mends the argument)."""
    if kind not in KINDS:
        raise InputRefused(f"There is nothing called {kind!r} to export: choose {', '.join(KINDS)}.")
    if form not in ("csv", "json"):
        raise InputRefused(f"Unknown format {form!r}: choose csv or json.")


def note_export(url: str, kind: str, form: str, *, by: str) -> None:
    """Say in the trail what is about to leave: everything of one kind, of every patient on file (P37).

    Raises: InputRefused (no such kind or form); StoreFailed (what the trail cannot tell of is not handed out).
    """
    check_words(kind, form)
    with open_store(url, must_exist=True).reading() as connection:
        known = count_people(connection)
    everybody = "1 patient" if known == 1 else f"{known} patients"
    record(url, by, "export", subject=f"{kind}, {form.upper()}, {everybody}, all that is stored")


def _list_rows(connection: Connection, kind: str, standing: Standing | None) -> Iterator[Mapping[str, Any]]:
    if kind == "quarantine":
        yield from map(_refusal_row, list_refusals(connection))
    elif kind in STORED_KINDS:
        yield from map(_fact_row, list_facts(connection, STORED_KINDS[kind]))
    elif standing is not None:
        yield from standing(connection, kind)


def _write_json(out: TextIO, kind: str, rows: Iterable[Mapping[str, Any]]) -> int:
    """One document, written row by row: a hospital's results do not fit in memory twice."""
    count = 0
    out.write(f"{{{json.dumps(kind)}: [")
    for count, row in enumerate(rows, start=1):
        out.write(",\n" if count > 1 else "\n")
        out.write(json.dumps(row, ensure_ascii=False))
    out.write("\n]}\n")
    return count


def _fact_row(kept: StoredFact) -> Row:
    trail = {"superseded_at": _instant(kept.superseded_at), "source": kept.source, "file": kept.file, "row": kept.row}
    return {**_columns_of(kept.fact), **trail}


def _columns_of(fact: Fact) -> Row:
    match fact:
        case Patient():
            return {
                "patient_id": fact.patient_id, "family_name": fact.family_name, "given_name": fact.given_name,
                "birth_date": _day(fact.birth_date), "sex": fact.sex, "site": fact.site, "consultant": fact.consultant,
                "deceased_date": _day(fact.deceased_date),
            }  # fmt: skip
        case Result():
            return {
                "result_id": fact.result_id, "patient_id": fact.patient_id, "loinc": fact.loinc,
                "analyte": fact.analyte, "value": fact.coded or _number(fact.value), "unit": fact.unit,
                "collected_at": _instant(fact.collected_at), "reported_at": _instant(fact.reported_at),
                "status": fact.status, "ref_low": _number(fact.ref_low), "ref_high": _number(fact.ref_high),
                "comparator": fact.comparator or None, "value_as_given": fact.value_as_given,
                "unit_as_given": fact.unit_as_given,
            }  # fmt: skip
        case Course():
            return {
                "course_id": fact.course_id, "patient_id": fact.patient_id, "drug": fact.drug,
                "indication": "" if fact.indication == UNKNOWN_INDICATION else fact.indication,
                "dose": _number(fact.dose), "dose_unit": fact.dose_unit,
                "frequency": fact.frequency, "route": fact.route, "start_date": _moment(fact.start),
                "end_date": _last_day(fact.end), "status": fact.status, "reason": fact.reason,
                "dose_as_given": fact.dose_as_given, "frequency_as_given": fact.frequency_as_given,
            }  # fmt: skip
        case Event():
            return {
                "event_id": fact.event_id, "patient_id": fact.patient_id, "kind": fact.kind,
                "start_date": _moment(fact.start), "end_date": _last_day(fact.end), "code": fact.code,
                "detail": fact.detail, "severity": fact.severity,
            }  # fmt: skip


def _refusal_row(kept: StoredRefusal) -> Row:
    mark, issue = kept.row.trace, kept.issue
    return {
        "kind": kept.row.kind, "file": issue.file, "row": issue.row, "column": issue.column, "reason": issue.reason,
        "value": issue.value, "message": issue.message, "patient_id": mark and mark.patient_id,
        "analyte": mark and mark.analyte, "collected_at": _instant(mark.collected_at if mark else None),
        "result_id": mark and mark.result_id, "superseded_at": _instant(kept.closed_at), "source": kept.source,
        "fields": dict(kept.row.fields),
    }  # fmt: skip


def _number(number: Decimal | None) -> float | int | None:
    if number is None:
        return None
    return int(number) if number == number.to_integral_value() else float(number)


def _instant(at: int | None) -> str | None:
    return None if at is None else (_EPOCH + timedelta(seconds=at)).isoformat()


def _day(at: int | None) -> str | None:
    return None if at is None else (_EPOCH + timedelta(seconds=at)).date().isoformat()


def _moment(at: int) -> str | None:
    """A date where the file gave a date, else date and time."""
    return _instant(at) if at % DAY else _day(at)


def _last_day(end: int | None) -> str | None:
    """Ends are exclusive inside and inclusive in the file set."""
    return None if end is None else _day(end - 1)
