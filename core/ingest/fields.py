"""One row of the clinic file set as a fact, or every reason why not."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from core.ingest.context import PersonKnown, ReadContext
from core.ingest.course_row import read_course
from core.ingest.dates import DateOrder
from core.ingest.event_row import read_event
from core.ingest.messages import remark
from core.ingest.patient_row import read_patient
from core.ingest.result_row import read_result
from core.ingest.row import RowReading
from core.records import Kind, Origin, ReadRow

__all__ = ["COLUMNS", "DateOrder", "PersonKnown", "ReadContext", "quarantine_row", "read_row", "read_row_safely"]

#: The columns of each file of the set, in the contract's order (CONTRACT 2).
COLUMNS: dict[Kind, tuple[str, ...]] = {
    "patient": (
        "patient_id", "family_name", "given_name", "birth_date", "sex", "site", "consultant", "deceased_date",
    ),
    "result": (
        "result_id", "patient_id", "loinc", "analyte", "value", "unit", "collected_at", "reported_at", "status",
        "ref_low", "ref_high",
    ),
    "medication": (
        "course_id", "patient_id", "drug", "indication", "dose", "dose_unit", "frequency", "route", "start_date",
        "end_date", "status", "reason",
    ),
    "event": ("event_id", "patient_id", "kind", "start_date", "end_date", "code", "detail", "severity"),
}  # fmt: skip

_READERS: dict[Kind, Callable[[RowReading], ReadRow]] = {
    "patient": read_patient,
    "result": read_result,
    "medication": read_course,
    "event": read_event,
}


def read_row(kind: Kind, origin: Origin, fields: Mapping[str, str], context: ReadContext) -> ReadRow:
    """Read one row whose columns carry file-set names (absent ones count as blank) as a fact, or as all its refusals.

    Returns: outcome "fact" (its issues are remarks), "quarantined" or "ignored"; `fields` as given, blanks left out.
    Raises: nothing for what the cells hold. A fault of ours may raise: use `read_row_safely` over outside rows.
    """
    return _READERS[kind](RowReading(kind, origin, fields, context))


def read_row_safely(kind: Kind, origin: Origin, fields: Mapping[str, str], context: ReadContext) -> ReadRow:
    """The same, and a fault of ours in one row hides no other: that row is quarantined as not_validated.

    Hazard: P01. The developer acts.
    """
    try:
        return read_row(kind, origin, fields, context)
    except Exception:
        return quarantine_row(kind, origin, fields, reason="not_validated")


def quarantine_row(
    kind: Kind,
    origin: Origin,
    fields: Mapping[str, str],
    *,
    reason: str,
    column: str = "",
    value: str = "",
    sentence: str = "",
) -> ReadRow:
    """A row that cannot be read at all (ragged, say), kept as given. sentence: its own wording, "" for the usual."""
    issue = remark(origin, column, reason, value, "quarantined", sentence)
    kept = tuple([item for item in fields.items() if item[1]])
    return ReadRow(kind, origin, "quarantined", None, (issue,), None, kept)
