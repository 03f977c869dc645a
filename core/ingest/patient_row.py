"""One row of patients.csv: who somebody is."""

from __future__ import annotations

from unicodedata import normalize

from core.ingest.dates import DateUnread, day_of, read_moment
from core.ingest.row import RowReading
from core.records import Patient, ReadRow

_SEX = {
    "female": "female", "f": "female", "woman": "female",
    "male": "male", "m": "male", "man": "male",
    "unknown": "unknown", "u": "unknown", "not known": "unknown",
}  # fmt: skip
#: Two identifiers that look the same are two patients: the results of one would be looked for at the other.
_UNSEEN = (
    "{value!r} holds characters that cannot be seen or that look like others: write the identifier with plain letters "
    "and digits."
)
_OTHER_SEX = frozenset({"other", "o", "x", "indeterminate", "intersex", "not specified"})


def read_patient(row: RowReading) -> ReadRow:
    """Read a person. The first five columns must be filled; a fault in the others never loses the patient.

    Source: CONTRACT 2 (patients.csv). Hazard: P03.
    """
    patient_id, family, given = (row.required(column) for column in ("patient_id", "family_name", "given_name"))
    if not patient_id.isprintable() or normalize("NFKC", patient_id) != patient_id:
        row.refuse("patient_id", "unknown_code", patient_id, _UNSEEN)
    birth = row.required_moment("birth_date")
    if birth is not None and birth.instant > row.context.now:
        row.refuse("birth_date", "future_date", row.text("birth_date"))
    sex = _read_sex(row)
    if row.is_refused or birth is None:
        return row.quarantine()
    birth_date = day_of(birth.instant)
    return row.keep(
        Patient(
            patient_id=patient_id,
            family_name=family,
            given_name=given,
            birth_date=birth_date,
            sex=sex,
            site=row.text("site"),
            consultant=row.text("consultant"),
            deceased_date=_read_death(row, birth_date),
        )
    )


def _read_sex(row: RowReading) -> str:
    text = row.required("sex")
    word = " ".join(text.lower().split())
    if word in _OTHER_SEX:
        row.note(
            "sex", "unknown_code", text, "{value!r} is kept as unknown: rules that depend on sex judge by both ranges."
        )
        return "unknown"
    sex = _SEX.get(word, "")
    if text and not sex:
        row.refuse("sex", "unknown_code", text, "{value!r} is not a sex Nadir knows: write female, male or unknown.")
    return sex


def _read_death(row: RowReading, birth_date: int) -> int | None:
    """The day of death, or None: a date that cannot be right must not silence a patient's alerts."""
    text = row.text("deceased_date")
    if not text:
        return None
    try:
        day = day_of(read_moment(text, row.context.zone, row.context.date_order).instant)
    except DateUnread as problem:
        row.note("deceased_date", problem.reason, text, problem.sentence)
        return None
    if day > row.context.now or day < birth_date:
        row.note("deceased_date", "future_date" if day > row.context.now else "before_birth", text)
        return None
    return day
