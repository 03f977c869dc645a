"""One row of medications.csv: a prescription. What cannot be read of its dose is kept as text, never computed with."""

from __future__ import annotations

from decimal import Decimal

from core.catalogue import find_course_status, find_drug, find_frequency, find_indication, find_route
from core.ingest.dates import day_of
from core.ingest.measure import read_number
from core.ingest.row import RowReading
from core.records import DAY, UNKNOWN_INDICATION, Course, ReadRow

DOSE_UNITS = ("mg", "mg/kg")  # CONTRACT 2
_ENDED = ("stopped", "completed")
_NO_INDICATION = "rules for one indication are not judged for this course; write {one}."
_UNKNOWN_STATUS = (
    "{value!r} is not a status Nadir knows: write active, planned, on-hold, stopped or completed (with its last day)."
)


def read_course(row: RowReading) -> ReadRow:
    """Read a prescription. Source: CONTRACT 2 (medications.csv), 3. Hazard: P25."""
    person = row.known_person()
    drug_text = row.required("drug")
    start = row.required_moment("start_date")
    end = row.moment("end_date")
    status = _read_status(row)
    if start is not None and person is not None and start.instant < person.birth_date:
        row.refuse("start_date", "before_birth", row.text("start_date"))
    end_at = None if end is None else day_of(end.instant) + DAY
    if start is not None and end_at is not None and end_at <= start.instant:
        row.refuse(
            "end_date",
            "bad_date",
            row.text("end_date"),
            "The course ends ({value}) before it starts: correct one of the two.",
        )
    if status in _ENDED and not row.text("end_date"):
        row.refuse("end_date", "missing_value", "", "The course has ended but {column} is blank: give its last day.")
    if row.is_refused or start is None:
        return row.quarantine()
    drug = find_drug(drug_text)
    if drug is None:
        row.note("drug", "unknown_drug", drug_text)
    dose, dose_unit, dose_as_given = _read_dose(row)
    return row.keep(
        Course(
            course_id=row.text("course_id") or None,
            patient_id=row.text("patient_id"),
            drug=drug_text if drug is None else drug.name,
            drug_known=drug is not None,
            indication=_read_indication(row, is_judged=drug is not None),
            dose=dose,
            dose_unit=dose_unit,
            dose_as_given=dose_as_given,
            frequency=_read_frequency(row),
            frequency_as_given=row.text("frequency"),
            route=_read_route(row),
            start=start.instant,
            end=end_at,
            status=status,
            reason=row.text("reason"),
        )
    )


def _read_status(row: RowReading) -> str:
    """The course's status; blank means what the end date says: running without one, completed with one."""
    text = row.text("status")
    if not text:
        return "completed" if row.text("end_date") else "active"
    status = find_course_status(text)
    if status is None:
        row.refuse("status", "unknown_code", text, _UNKNOWN_STATUS)
        return ""
    return status


def _read_dose(row: RowReading) -> tuple[Decimal | None, str, str]:
    """Dose, its unit, and both as given. Only a plain number with a unit of the contract is ever computed with."""
    text, unit = row.text("dose"), row.text("dose_unit")
    as_given = " ".join(part for part in (text, unit) if part)
    number = read_number(text, row.context.decimal_comma)
    plain_unit = unit.lower().replace(" ", "")
    if number is None or number.comparator or number.value <= 0 or plain_unit not in DOSE_UNITS:
        row.note("dose", "unknown_dose", as_given)
        return None, plain_unit if plain_unit in DOSE_UNITS else "", as_given
    return number.value, plain_unit, as_given


def _read_frequency(row: RowReading) -> str | None:
    text = row.text("frequency")
    found = find_frequency(text) if text else None
    if found is None:
        row.note("frequency", "unknown_frequency", text)
        return None
    return found.text


def _read_indication(row: RowReading, *, is_judged: bool) -> str:
    """What the course is for. Where nobody wrote it, or nobody can read it, it is unknown, never "something else".

    is_judged: whether rules may know the drug; a blank behind a drug that none knows takes nothing away.
    """
    text = row.text("indication")
    found = find_indication(text) if text else None
    if found is not None and found != UNKNOWN_INDICATION:
        return found
    if text and found is None:
        said = "{value!r} is not an indication of the contract: it counts as not known, and "
        row.note("indication", "unknown_code", text, said + _NO_INDICATION.format(one="one of them, or OTHER"))
    elif is_judged:
        said = "{column} says nothing: " if text else "{column} is blank: "
        row.note("indication", "missing_value", text, said + _NO_INDICATION.format(one="what the drug is given for"))
    return UNKNOWN_INDICATION


def _read_route(row: RowReading) -> str:
    text = row.text("route")
    route = find_route(text)
    if route == "OTHER" and text.lower() != "other":
        row.note("route", "unknown_code", text, "{value!r} is not a route of the contract: it is kept as OTHER.")
    return route
