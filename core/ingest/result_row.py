"""One row of results.csv: a measurement, or a refusal that leaves its trace on (patient, analyte, time)."""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from core.catalogue import accepted_units, analyte, find_analyte
from core.ingest.context import PersonKnown
from core.ingest.dates import DateUnread, day_of, read_moment
from core.ingest.measure import Measure, read_limit, read_measure
from core.ingest.messages import literal
from core.ingest.row import RowReading
from core.records import CANNOT_TELL_REASONS, DAY, STATUSES, WITHDRAWN, ReadRow, Result, Trace

#: Beside the contract's words: HL7 tables 0085 and 0123 (F, P, R, C, X) and FHIR's observation-status. A code that says
#: nothing of a value's standing (registered, I, S, U …), or that withdraws by a letter alone (D, W), is not read.
_STATUS = {status: status for status in STATUSES} | {
    "": "final",  # CONTRACT 2: the default
    "f": "final",
    "p": "preliminary",
    "r": "preliminary",  # stored, not yet verified
    "prelim": "preliminary",
    "provisional": "preliminary",
    "c": "corrected",
    "amended": "corrected",  # FHIR: modified after it was final, corrections among them
    "x": "cancelled",
    "canceled": "cancelled",
    "entered in error": "entered-in-error",
    "entered_in_error": "entered-in-error",
}


class Named(NamedTuple):
    """The analyte a row means: the key its units belong to, the key it is stored under; or why there is none.

    Where code and name disagree, or the code is unknown, there is no key, and stored_as is what the name stands for:
    there the doubt is marked. A clinician looks for a result under its name.
    """

    key: str
    stored_as: str
    unit: str
    reason: str


class _Times(NamedTuple):
    """When the sample was taken, and when its result became known (None: then)."""

    collected_at: int
    reported_at: int | None


@lru_cache(maxsize=4096)
def name_analyte(loinc: str, name: str) -> Named:
    """Which analyte a LOINC code and a name mean together."""
    match = find_analyte(loinc or None, name or None)
    if match.key is None:
        doubted = match.named or match.coded
        return Named("", analyte(doubted).stored_as if doubted else "", "", match.reason)
    return Named(match.key, analyte(match.key).stored_as, analyte(match.key).unit, "")


def read_status(text: str) -> str | None:
    """The contract's status, whatever its letter case; None if it is another word."""
    return _STATUS.get(text.lower())


def read_result(row: RowReading) -> ReadRow:
    """Read a result. Source: CONTRACT 2 (results.csv) and 3. Hazard: P02, P05, P18, P19."""
    loinc, name = row.text("loinc"), row.text("analyte")
    named = name_analyte(loinc, name)
    if named.reason == "out_of_scope":
        return row.ignore("loinc" if loinc else "analyte", "out_of_scope", loinc or name)
    person = row.known_person()
    if named.reason:
        _refuse_analyte(row, named.reason, loinc, name)
    status = read_status(row.text("status"))
    if status is None:
        row.refuse("status", "unknown_code", row.text("status"))
    collected_at = _read_collected(row, person)
    reported_at = _read_reported(row, collected_at, status)
    measure = Measure()
    if named.key:
        text, unit = row.text("value"), row.text("unit")
        measure = read_measure(named.key, text, unit, row.context.decimal_comma)
        if measure.reason and status not in WITHDRAWN:
            _refuse_measure(row, named.key, measure, text, unit)
        elif measure.flag:
            measure = _check_flag(row, named.key, measure)
    if collected_at is None or (row.is_refused and (person is None or not named.stored_as)):
        return row.quarantine()
    times = _Times(collected_at, reported_at)
    if row.is_refused and named.reason and status in WITHDRAWN:
        return row.quarantine()
    if row.is_refused:
        return row.quarantine(_trace(row, named, times, measure.reason))
    return row.keep(_result(row, named, times, measure, status or "final"))


def _check_flag(row: RowReading, key: str, measure: Measure) -> Measure:
    """The number before a laboratory's flag, with a remark; refused where the reported range says the opposite."""
    text, unit, comma = row.text("value"), row.text("unit"), row.context.decimal_comma
    low, high = (read_limit(key, row.text(end), unit, comma) for end in ("ref_low", "ref_high"))
    value = measure.value
    not_low = measure.flag.startswith("L") and low is not None and value is not None and value >= low
    not_high = measure.flag.startswith("H") and high is not None and value is not None and value <= high
    if not_low or not_high:
        row.refuse("value", "not_numeric", text, "The flag in {value!r} contradicts the reported range: check both.")
        return Measure(reason="not_numeric")
    row.note("value", "bad_number", text, "{value!r} is a number with the laboratory's flag: the number was read.")
    return measure


def _refuse_measure(row: RowReading, key: str, measure: Measure, text: str, unit: str) -> None:
    sentence = measure.sentence
    if measure.reason == "implausible":
        given = literal(f"{text} {unit}")
        sentence = f"{given} is beyond what a living patient can have: check the value and the unit."
    if measure.reason in ("no_unit", "unknown_unit"):
        sentence = _say_units(key, measure.reason)
    row.refuse(measure.column, measure.reason, unit if measure.column == "unit" else text, sentence)


def _say_units(key: str, reason: str) -> str:
    """What to write instead, in this analyte's own units; "" for one that is told in words."""
    accepted = accepted_units(key)
    if not accepted:
        return literal(
            f"{analyte(key).title} is read as a word, never as a number against a laboratory's own cut-off: "
            "write positive, negative or indeterminate, as the laboratory reports it."
        )
    named = literal(accepted[0] if len(accepted) == 1 else f"{', '.join(accepted[:-1])} or {accepted[-1]}")
    title = literal(analyte(key).title)
    if reason == "no_unit":
        return f"The number has no unit: {title} is read in {named}; no unit is ever guessed."
    return f"The unit {{value!r}} is not known for {title}: give it in {named}."


def _refuse_analyte(row: RowReading, reason: str, loinc: str, name: str) -> None:
    if not (loinc or name):
        row.refuse("analyte", "missing_value", "", "loinc and analyte are both blank: give one of them.")
        return
    column = "loinc" if loinc and not name else "analyte"
    row.refuse(column, reason, f"{loinc} / {name}" if loinc and name else loinc or name)


#: Nothing is judged after a death: a date of death that is wrong ends all monitoring without a word.
_AFTER_DEATH = (
    "{value!r} lies after the day on which this patient is said to have died, and is not judged: check the identifier "
    "and deceased_date in patients.csv."
)


def _read_collected(row: RowReading, person: PersonKnown | None) -> int | None:
    """When the sample was taken; None where that is unread or cannot be."""
    moment = row.required_moment("collected_at")
    if moment is None:
        return None
    if moment.instant > row.context.now:
        row.refuse("collected_at", "future_date", row.text("collected_at"))
        return None
    if person is not None and moment.instant < person.birth_date:
        row.refuse("collected_at", "before_birth", row.text("collected_at"))
        return None
    if person is not None and person.deceased_date is not None and moment.instant >= person.deceased_date + DAY:
        row.note("collected_at", "patient_mismatch", row.text("collected_at"), _AFTER_DEATH)
    return moment.instant


def _read_reported(row: RowReading, collected_at: int | None, status: str | None) -> int | None:
    """When the result became known; None = at collection.

    A date of report that cannot be right must not hide a result that is: it is set aside with a remark. Only where it
    decides between corrections is the row refused.
    """
    text = row.text("reported_at")
    if not text:
        return None
    say = row.refuse if status == "corrected" else row.note
    try:
        moment = read_moment(text, row.context.zone, row.context.date_order)
    except DateUnread as problem:
        say("reported_at", problem.reason, text, problem.sentence)
        return None
    if moment.instant > row.context.now:
        say("reported_at", "future_date", text)
        return None
    if collected_at is None or moment.instant >= collected_at:
        return moment.instant
    if not moment.has_time and moment.instant == day_of(collected_at):
        return collected_at  # a date alone is its first instant: reported later that day
    say(
        "reported_at",
        "bad_date",
        text,
        "{value!r} in {column} lies before the sample was taken: correct one of the two.",
    )
    return None


def _trace(row: RowReading, named: Named, times: _Times, reason: str) -> Trace:
    """The mark of a row that is certain about patient, analyte and time and about nothing else.

    What has no cannot-tell reason of its own (a bad number, a blank, an unknown status) is not_numeric (CONTRACT 4).
    """
    known = reason if reason in CANNOT_TELL_REASONS[1:] else "not_numeric"
    return Trace(row.text("patient_id"), named.stored_as, *times, known, row.text("result_id") or None)


def _result(row: RowReading, named: Named, times: _Times, measure: Measure, status: str) -> Result:
    unit = row.text("unit")
    ref_low, ref_high = _read_range(row, named.key, unit) if not measure.reason else (None, None)
    return Result(
        result_id=row.text("result_id") or None,
        patient_id=row.text("patient_id"),
        analyte=named.stored_as,
        loinc=row.text("loinc") or None,
        value=measure.value,
        comparator=measure.comparator,
        coded=measure.coded,
        unit=named.unit if measure.value is not None else "",
        value_as_given=row.text("value"),
        unit_as_given=unit,
        collected_at=times.collected_at,
        reported_at=times.reported_at,
        status=status,
        ref_low=ref_low,
        ref_high=ref_high,
    )


def _read_range(row: RowReading, key: str, unit: str) -> tuple[Decimal | None, Decimal | None]:
    """The report's own reference range, each end that can be read; a remark for the rest."""
    low, high = (_read_end(row, key, column, unit) for column in ("ref_low", "ref_high"))
    if low is not None and high is not None and low > high:
        row.note("ref_low", "bad_number", row.text("ref_low"), "The reference range is upside down: it was left aside.")
        return None, None
    return low, high


def _read_end(row: RowReading, key: str, column: str, unit: str) -> Decimal | None:
    text = row.text(column)
    if not text:
        return None
    limit = read_limit(key, text, unit, row.context.decimal_comma)
    if limit is None:
        row.note(
            column, "bad_number", text, "{value!r} in {column} cannot be read in the result's unit: it was left aside."
        )
    return limit
