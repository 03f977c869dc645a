"""One row of events.csv: something that happened to a patient, or holds for them."""

from __future__ import annotations

import re

from core.catalogue import find_drug, find_severity
from core.ingest.dates import day_of
from core.ingest.row import RowReading
from core.records import DAY, EVENT_KINDS, FORESEEN_EVENTS, Event, ReadRow

#: CONTRACT 2: the words a symptom's `code` may be.
SYMPTOM_CODES = frozenset({
    "fever", "chills", "unwell", "cough", "dyspnoea", "chest_pain", "sore_throat", "dysuria", "diarrhoea", "rash",
    "mouth_ulcers", "swollen_glands", "bruising", "black_stools", "angioedema", "urticaria", "anaphylaxis", "nodules",
    "oedema", "early_satiety", "confusion", "seizure", "reduced_urine",
})  # fmt: skip
_NOT_A_LETTER = re.compile(r"[^a-z0-9]+")


def read_event(row: RowReading) -> ReadRow:
    """Read an event. Without an end a state goes on, and an act lasts its day. Source: CONTRACT 2 (events.csv)."""
    person = row.known_person()
    kind = _slug(row.required("kind"))
    if kind and kind not in EVENT_KINDS:
        row.refuse("kind", "unknown_code", row.text("kind"))
    start = row.required_moment("start_date")
    end = row.moment("end_date")
    if start is not None and person is not None and start.instant < person.birth_date:
        row.refuse("start_date", "before_birth", row.text("start_date"))
    end_at = None if end is None else day_of(end.instant) + DAY
    if start is not None and end_at is not None and end_at <= start.instant:
        row.refuse(
            "end_date",
            "bad_date",
            row.text("end_date"),
            "The event ends ({value}) before it starts: correct one of the two.",
        )
    if row.is_refused or start is None:
        return row.quarantine()
    if start.instant > row.context.now and kind not in FORESEEN_EVENTS:
        row.note("start_date", "future_date", row.text("start_date"))
    if end_at is None and EVENT_KINDS[kind] == "act":
        end_at = day_of(start.instant) + DAY
    return row.keep(
        Event(
            event_id=row.text("event_id") or None,
            patient_id=row.text("patient_id"),
            kind=kind,
            start=start.instant,
            end=end_at,
            code=_read_code(row, kind),
            detail=row.text("detail"),
            severity=_read_severity(row),
        )
    )


def _read_code(row: RowReading, kind: str) -> str:
    """The code in the contract's spelling where it has one: a symptom's word, an allergy's drug; else as given."""
    text = row.text("code")
    if kind == "symptom":
        word = _slug(text)
        if word in SYMPTOM_CODES:
            return word
        row.note(
            "code",
            "unknown_code",
            text,
            "{value!r} is not a symptom of the contract: it is kept and shown, and no rule reads it.",
        )
    if kind == "allergy":
        return _read_allergen(text, row.text("detail"))
    return text


def _read_allergen(code: str, detail: str) -> str:
    """What a patient is allergic to, as the catalogue names it; text it does not know is kept, to be shown unjudged."""
    if _slug(code) == "e_coli_protein":
        return "e_coli_protein"
    drug = find_drug(code or detail)
    return code if drug is None else drug.name


def _read_severity(row: RowReading) -> str:
    text = row.text("severity")
    severity = find_severity(text) if text else ""
    if severity is None:
        row.note(
            "severity",
            "unknown_code",
            text,
            "{value!r} is not a severity of the contract (mild, moderate, serious): it is left blank.",
        )
        return ""
    return severity


def _slug(text: str) -> str:
    return _NOT_A_LETTER.sub("_", text.lower()).strip("_")
