"""One row of events.csv: something that happened to a patient, or holds for them."""

from __future__ import annotations

import re

from core.catalogue import (
    find_cvx,
    find_denial,
    find_drug,
    find_severity,
    find_symptom,
    find_symptom_words,
    is_doubtful_prophylaxis,
    read_cvx,
    reads_like_prophylaxis,
    rules_something_out,
)
from core.ingest.dates import day_of
from core.ingest.row import RowReading
from core.records import DAY, EVENT_KINDS, FORESEEN_EVENTS, UNREADABLE_SEVERITY, Event, ReadRow

DENIED = "note"  # the kind under which an event is kept that its own text denies: shown, and judged by no rule
_NOT_A_LETTER = re.compile(r"[^a-z0-9]+")
_PROPHYLAXIS = re.compile(r"\bprophyla", re.IGNORECASE)
_NO_SYMPTOM = "{value!r} is not a symptom of the contract: it is kept and shown as written, "
_ONE_WORD = "write one of the contract's words (fever, cough, rash …), one row for each symptom."


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
    kind, code, detail = _read_text(row, kind)
    if end_at is None and EVENT_KINDS[kind] == "act":
        end_at = day_of(start.instant) + DAY
    return row.keep(
        Event(
            event_id=row.text("event_id") or None,
            patient_id=row.text("patient_id"),
            kind=kind,
            start=start.instant,
            end=end_at,
            code=code,
            detail=detail,
            severity=_read_severity(row),
        )
    )


def _read_text(row: RowReading, kind: str) -> tuple[str, str, str]:
    """Kind, code and detail: the code in the contract's spelling where it has one, the text otherwise as given.

    An event that its own text denies ("no known allergies") is kept as a note, so that no rule takes it for one.
    """
    code, detail = row.text("code"), row.text("detail")
    severity = row.text("severity")
    if kind == DENIED:
        return kind, code, detail
    if denied := find_denial(kind, code, detail, severity):
        row.note(
            denied,
            "unknown_code",
            row.text(denied),
            f"{{value!r}} says that there is no {kind.replace('_', ' ')}, or not for certain: the row is kept as a "
            "note and judged by no rule; delete it, or write what is meant.",
        )
        return DENIED, code, f"{kind}: {detail}" if detail else kind
    _note_what_is_ruled_out(row, kind, code, detail)
    if kind == "symptom":
        return kind, *_read_symptom(row, code, detail)
    if kind == "allergy":
        return kind, _read_allergen(code, detail), detail
    if kind == "vaccination":
        return kind, _read_vaccine(row, code, detail), detail
    if kind == "antibiotic":
        _note_doubtful_prophylaxis(row, code, detail)
    return kind, code, detail


def _read_symptom(row: RowReading, code: str, detail: str) -> tuple[str, str]:
    """The contract's word for a symptom, and the text with the word as given where that was another one."""
    symptom = find_symptom(code or detail)
    if symptom is not None:
        is_kept = not code or _slug(code) == symptom or code in detail
        return symptom, detail if is_kept else ": ".join(part for part in (code, detail) if part)
    found = find_symptom_words(f"{code} {detail}")
    judged = f"and judged by its word {found[0]!r} alone; " if found else "and judged by no rule; "
    row.note("code", "unknown_code", code or detail, _NO_SYMPTOM + judged + _ONE_WORD)
    return code.replace("_", " "), detail


def _note_what_is_ruled_out(row: RowReading, kind: str, code: str, detail: str) -> None:
    """Tell of an event that stands although its text rules something out ("DVT excluded")."""
    spoken = next((name for name, text in (("detail", detail), ("code", code)) if rules_something_out(text)), "")
    if spoken:
        row.note(
            spoken,
            "unknown_code",
            row.text(spoken),
            f"{{value!r}} rules something out, but not for certain this {kind.replace('_', ' ')}: the event stands; "
            "delete the row if there was none.",
        )


def _read_vaccine(row: RowReading, code: str, detail: str) -> str:
    """A vaccine's CVX code in its usual writing, or that of the vaccine named instead.

    Other text is kept, as a vaccine nobody knows, never a safe one.
    """
    cvx = read_cvx(code) or find_cvx(code or detail)
    if code and cvx is None:
        row.note(
            "code", "unknown_code", code, "{value!r} is not a CVX code: whether the vaccine is live is not known; "
            "give its CVX number, such as 140.",
        )  # fmt: skip
    return cvx or code


def _note_doubtful_prophylaxis(row: RowReading, code: str, detail: str) -> None:
    """Tell of an antibiotic whose text speaks of prophylaxis and leaves in doubt whether it is one: it is treatment.

    Source: infection.md 4.1 INF-A. Hazard: an infection that a word hides.
    """
    if is_doubtful_prophylaxis(code, detail):
        spoken = "detail" if _PROPHYLAXIS.search(detail) else "code"
        row.note(
            spoken,
            "unknown_code",
            row.text(spoken),
            "{value!r} does not say for certain that this antibiotic is prophylaxis: it is judged as treatment; "
            "write 'prophylaxis' and the drug alone if it is one.",
        )
    elif reads_like_prophylaxis(code, detail):
        spoken = "detail" if detail else "code"
        row.note(
            spoken,
            "unknown_code",
            row.text(spoken),
            "{value!r} is a dose often given to prevent, and does not say so: it is judged as treatment of an "
            "infection; write 'prophylaxis' if it is one.",
        )


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
            "{value!r} is not a severity of the contract (mild, moderate, serious): how grave the event was cannot be "
            "told, and where that matters it is asked; write one of the three.",
        )
        return UNREADABLE_SEVERITY
    return severity


def _slug(text: str) -> str:
    return _NOT_A_LETTER.sub("_", text.lower()).strip("_")
