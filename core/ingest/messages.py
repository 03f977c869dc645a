"""What a refusal says: for each reason one sentence, what is wrong and how to mend it."""

from __future__ import annotations

from core.records import EVENT_KINDS, STATUSES, Issue, Origin

#: {column} is the column's name, {value} the text as given. Every reason of CONTRACT 4 a row can earn has its words.
SENTENCES: dict[str, str] = {
    "ragged_row": "This line has another number of cells than the header: mend its commas or quotes.",
    "duplicate_header": "The column {value!r} stands twice in the header: rename or remove one of the two.",
    "unknown_column_layout": "The header lacks {value}: add the column, or import the file with a mapping.",
    "unknown_column": "The column {value!r} is not part of the clinic file set: left aside; rename it if it is meant.",
    "unknown_analyte": "No monitored analyte goes by {value!r}: give its LOINC code or a name the catalogue knows.",
    "analyte_mismatch": "The LOINC code and the analyte's name mean different tests ({value}): correct one of them.",
    "out_of_scope": "{value!r} is a known test outside what Nadir watches: nothing needs doing.",
    "unknown_patient": "No patient {value!r} is known: add them to patients.csv and import again.",
    "ambiguous_patient": "The identifier {value!r} stands for two different people here: settle that first.",
    "patient_mismatch": "The identifier is not that of {value!r}: check the identifier, then import again.",
    "bad_date": "{value!r} in {column} is not a date: write it as 2026-03-01 or 2026-03-01T08:10.",
    "ambiguous_date": "{value!r} in {column} can be read as two days: write 2026-03-01, or declare the order.",
    "future_date": "{value!r} in {column} lies after the clock in use: correct the date.",
    "before_birth": "{value!r} in {column} lies before the patient's birth: correct the date or the patient.",
    "bad_number": "{value!r} in {column} is not written as one number: use digits and a decimal point, as in 1.49.",
    "not_numeric": "{value!r} is neither a number nor a word of the contract: repeat the test or give its value.",
    "no_unit": "The number has no unit: give one this analyte is measured in; no unit is ever guessed.",
    "unknown_unit": "The unit {value!r} is not known for this analyte: give it in a UCUM unit of this analyte.",
    "implausible": "{value!r} is beyond what a living patient can have in that unit: check the value and the unit.",
    "missing_value": "{column} is blank: fill it in and import again.",
    "unknown_code": "{value!r} is not a word Nadir knows for {column}: write {words}.",
    "unknown_drug": "The catalogue does not know the drug {value!r}: it is kept and shown as not checked.",
    "unknown_dose": "The dose {value!r} cannot be read: give a number and mg or mg/kg; dose rules cannot tell.",
    "unknown_frequency": "The frequency {value!r} cannot be read: say once daily, once weekly or the like.",
    "conflicting_duplicate": "Another value stands under the same identity: send a correction to settle it ({value}).",
    "unsafe_file": "The file {value!r} cannot be read safely: export it again as plain CSV in UTF-8.",
    "not_validated": "Nadir failed while reading this row: it was kept as it is; please report it.",
}


#: What may stand in a column whose own reader says no more; a course's status has its own sentence.
_WORDS = {"status": STATUSES, "kind": tuple(EVENT_KINDS)}


def _list_words(column: str) -> str:
    *most, last = _WORDS.get(column, ("one of its column's words in the list of the clinic file set",))
    return f"{', '.join(most)} or {last}" if most else last


def literal(text: str) -> str:
    """Words from outside, made safe to stand inside a sentence: `remark` fills in what stands in braces."""
    return text.replace("{", "{{").replace("}", "}}")


LONGEST_VALUE = 120  # enough to recognise a cell by; a report is no place for a whole document


def remark(origin: Origin, column: str, reason: str, value: str, outcome: str, sentence: str = "") -> Issue:
    """Say one thing about one row. sentence: wording for this very case, instead of the reason's usual one."""
    shown = value if len(value) <= LONGEST_VALUE else value[:LONGEST_VALUE] + "…"
    message = (sentence or SENTENCES[reason]).format(column=column, value=shown, words=_list_words(column))
    return Issue(origin.file, origin.row, column, reason, shown, outcome, message)
