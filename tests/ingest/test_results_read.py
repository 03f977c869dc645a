"""A row of results.csv: units before numbers (P05), comparators kept (P19), a trace for what cannot be read."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.ingest.context import PersonKnown, ReadContext
from core.ingest.fields import read_row, read_row_safely
from core.records import Origin, ReadRow, Result, Trace
from tests.ingest.clinic import NOW, UTC
from tests.property.shelf import Shelf

ORIGIN = Origin("results.csv", 7)
PEOPLE = {"P1": PersonKnown(0), "TWIN": PersonKnown(0, ambiguous=True)}
CONTEXT = ReadContext("lab", UTC, NOW, PEOPLE)
COMMA = ReadContext("lab", UTC, NOW, PEOPLE, decimal_comma=True)
GOOD = {
    "result_id": "R1", "patient_id": "P1", "analyte": "neutrophils", "value": "1.49", "unit": "10*9/L",
    "collected_at": "1970-01-12T13:46:40",
}  # fmt: skip
COLLECTED = 1_000_000


def read(context: ReadContext = CONTEXT, **cells: str) -> ReadRow:
    return read_row("result", ORIGIN, GOOD | cells, context)


def fact(context: ReadContext = CONTEXT, **cells: str) -> Result:
    row = read(context, **cells)
    assert isinstance(row.fact, Result), row.issues
    return row.fact


def reasons(row: ReadRow) -> list[str]:
    return [f"{issue.column} {issue.reason}" for issue in row.issues]


def test_a_result_keeps_what_was_given_beside_what_it_means() -> None:
    assert fact(value="1490", unit="/uL", ref_low="2000", ref_high="7500", loinc="751-8") == Result(
        result_id="R1", patient_id="P1", analyte="neutrophils", loinc="751-8", value=Decimal("1.490"), comparator="",
        coded=None, unit="10*9/L", value_as_given="1490", unit_as_given="/uL", collected_at=COLLECTED, reported_at=None,
        status="final", ref_low=Decimal("2"), ref_high=Decimal("7.5"),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("analyte", "value", "unit", "expected"),
    [
        ("creatinine", "1.2", "mg/dL", "106.08"), ("creatinine", "106", "umol/L", "106"), ("wbc", "4500", "/uL", "4.5"),
        ("wbc", "4500", "/μL", "4.5"), ("wbc", "4500", "/µL", "4.5"), ("wbc", "4.5", "K/uL", "4.5"),
        ("crp", "1.2", "mg/dL", "12"), ("haemoglobin", "13.5", "g/dL", "135"), ("temperature", "100.4", "[degF]", "38"),
        ("urea nitrogen", "10", "mg/dL", "3.57"), ("neutrophils", "1490", "cells/mm3", "1.49"),
    ],
)  # fmt: skip
def test_every_number_is_stored_in_the_analyte_s_own_unit(analyte: str, value: str, unit: str, expected: str) -> None:
    result = fact(analyte=analyte, value=value, unit=unit)
    assert result.value == Decimal(expected)
    assert (result.value_as_given, result.unit_as_given) == (value, unit)


def test_urea_nitrogen_is_kept_as_urea_and_so_is_its_trace() -> None:
    assert fact(analyte="urea nitrogen", value="10", unit="mg/dL").analyte == "urea"
    trace = read(analyte="urea nitrogen", value="10", unit="").trace
    assert trace is not None
    assert trace.analyte == "urea"


@pytest.mark.parametrize(
    ("text", "comparator", "value"),
    [("<5", "<", "5"), ("< 5", "<", "5"), ("≤5", "<=", "5"), ("<=5", "<=", "5"), (">1000", ">", "1000"),
     ("≥ 90", ">=", "90"), ("5.", "", "5"), (".5", "", "0.5"), ("1.5e1", "", "15"), ("+5", "", "5")],
)  # fmt: skip
def test_a_comparator_is_part_of_the_value(text: str, comparator: str, value: str) -> None:
    result = fact(analyte="crp", unit="mg/L", value=text)
    assert (result.comparator, result.value) == (comparator, Decimal(value))


@pytest.mark.parametrize("text", ["Positive", "NEGATIVE", "not  detected", "detected", "indeterminate"])
def test_coded_words_are_read_whatever_their_case_and_need_no_unit(text: str) -> None:
    result = fact(analyte="hbsag", value=text, unit="")
    assert (result.value, result.coded) == (None, " ".join(text.lower().split()))


@pytest.mark.parametrize(
    ("text", "coded"),
    [("Reactive", "positive"), ("repeatedly reactive", "positive"), ("weakly positive", "positive"),
     ("POS", "positive"), ("+", "positive"), ("+ve", "positive"), ("Positive (5.6 S/CO)", "positive"),
     ("neg.", "negative"), ("Non-Reactive", "negative"), ("nonreactive", "negative"), ("not reactive", "negative"),
     ("(-)", "negative"), ("-ve", "negative"), ("\u2212ve", "negative"), ("Negative (0.12)", "negative"),
     ("borderline", "indeterminate"), ("Equivocal", "indeterminate"), ("grey zone", "indeterminate"),
     ("GRAYZONE", "indeterminate"), ("+/-", "indeterminate"), ("DETECTED", "detected"), ("undetected", "not detected")],
)  # fmt: skip
def test_a_laboratory_s_own_word_is_read_as_one_of_the_contract_s_and_kept_as_given(text: str, coded: str) -> None:
    result = fact(analyte="hbsag", value=text, unit="")
    assert (result.coded, result.value, result.value_as_given) == (coded, None, text)


@pytest.mark.parametrize(
    "text", ["-", "--", "positive?", "?neg", "pos/neg", "negative (repeat positive)", "ND", "R", "not done", "see note",
             "<negative", "negative >1"],
)  # fmt: skip
def test_a_word_that_may_mean_two_things_or_none_is_no_answer_and_the_refusal_says_what_to_write(text: str) -> None:
    row = read(analyte="hbsag", value=text, unit="")
    assert (row.outcome, [issue.reason for issue in row.issues]) == ("quarantined", ["not_numeric"])
    assert row.trace is not None and row.trace.reason == "not_numeric"
    assert "write positive, negative, detected, not detected or indeterminate" in row.issues[0].message


def test_the_same_word_in_another_spelling_is_no_dispute_and_its_opposite_is() -> None:
    shelf = Shelf()
    said = [shelf.take([read(analyte="hbsag", value=text, unit="", result_id="")])[0].outcome
            for text in ("Reactive", "positive", "non-reactive", "neg")]  # fmt: skip
    assert said == ["stored", "duplicate", "quarantined", "quarantined"]
    assert [ref.kind for ref, *_ in shelf.refusals] == ["result"]


def test_a_weakly_positive_antibody_that_protects_is_no_answer() -> None:
    assert fact(analyte="anti_hbs", value="weakly positive", unit="").coded == "indeterminate"


@pytest.mark.parametrize(("value", "unit"), [("0.3", "S/CO"), ("0.3", ""), ("5", "IU/mL"), ("<0.05", "COI")])
def test_a_number_against_a_laboratory_s_own_cut_off_is_refused_with_the_words_to_give(value: str, unit: str) -> None:
    row = read(analyte="hbsag", value=value, unit=unit)
    assert row.outcome == "quarantined"
    assert "write positive, negative or indeterminate, as the laboratory reports it" in row.issues[0].message


@pytest.mark.parametrize(("value", "unit"), [("12", "mIU/mL"), ("12", "IU/L"), ("0.012", "IU/mL")])
def test_an_antibody_that_protects_is_read_as_its_number(value: str, unit: str) -> None:
    assert fact(analyte="anti_hbs", value=value, unit=unit).value == Decimal(12)


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ({"unit": ""}, "no_unit"), ({"unit": "parsecs"}, "unknown_unit"), ({"value": "TRACE"}, "not_numeric"),
        ({"value": "5-10"}, "not_numeric"), ({"value": "clotted"}, "not_numeric"), ({"value": "1.2.3"}, "not_numeric"),
        ({"value": "1490"}, "implausible"), ({"value": "-1"}, "implausible"), ({"value": ""}, "not_numeric"),
        ({"status": "pending"}, "not_numeric"), ({"value": "1e99"}, "implausible"), ({"value": "1e999"}, "not_numeric"),
    ],
)  # fmt: skip
def test_an_unreadable_result_leaves_its_trace_on_patient_analyte_and_time(cells: dict[str, str], reason: str) -> None:
    row = read(**cells, reported_at="1970-01-13")
    assert row.outcome == "quarantined"
    assert row.trace == Trace("P1", "neutrophils", COLLECTED, 1_036_800, reason, "R1")


@pytest.mark.parametrize(
    "cells",
    [{"patient_id": "P9"}, {"patient_id": "TWIN"}, {"patient_id": ""}, {"analyte": "vibes"}, {"collected_at": ""},
     {"collected_at": "2030-01-01"}, {"collected_at": "1969-12-31"}],
)  # fmt: skip
def test_no_trace_is_laid_on_an_uncertain_patient_analyte_or_time(cells: dict[str, str]) -> None:
    row = read(**cells | {"unit": ""})
    assert row.outcome == "quarantined"
    assert row.trace is None


def test_a_code_and_a_name_that_disagree_leave_their_trace_where_the_name_points() -> None:
    row = read(loinc="2160-0")
    assert reasons(row) == ["analyte analyte_mismatch"]
    assert row.trace == Trace("P1", "neutrophils", COLLECTED, None, "not_numeric", "R1")
    assert read(loinc="2160-0", status="cancelled").trace is None


@pytest.mark.parametrize("loinc", ["751-9", "XX-1", "NEUT", "99999-7", "1989-3"])
def test_a_named_analyte_with_a_code_that_says_nothing_leaves_its_trace_under_its_name(loinc: str) -> None:
    row = read(loinc=loinc, value="0.4")
    assert reasons(row) == ["analyte unknown_analyte"]
    assert row.trace == Trace("P1", "neutrophils", COLLECTED, None, "not_numeric", "R1")


@pytest.mark.parametrize("loinc", ["2160-0", "751-8"])
def test_a_row_of_a_doubtful_analyte_is_mended_whichever_of_the_two_it_was(loinc: str) -> None:
    shelf = Shelf()
    shelf.take([read(loinc="2160-0")])
    name, value, unit = ("creatinine", "90", "umol/L") if loinc == "2160-0" else ("neutrophils", "1.49", "10*9/L")
    shelf.take([read(loinc=loinc, analyte=name, value=value, unit=unit)])
    assert ([one.analyte for one in shelf.current()], shelf.open_traces()) == ([name], [])  # type: ignore[union-attr]


def test_a_row_of_a_doubtful_analyte_takes_no_readable_result_away() -> None:
    shelf = Shelf()
    shelf.take([read(result_id="", value="0.4")])
    shelf.take([read(result_id="", value="60", unit="%", loinc="2160-0")])
    assert [one.value for one in shelf.current()] == [Decimal("0.4")]  # type: ignore[union-attr]
    assert all(one.superseded_at is None for one in shelf.facts)


@pytest.mark.parametrize("name", ["Neutrophils [CSF]", "neutrophyls", "vibes"])
def test_a_code_that_says_nothing_beside_a_name_that_is_not_certain_marks_no_analyte(name: str) -> None:
    row = read(loinc="XX-1", analyte=name)
    assert (reasons(row), row.trace) == (["analyte unknown_analyte"], None)


@pytest.mark.parametrize(
    ("cells", "accepted", "foreign"),
    [({"analyte": "weight", "unit": "stone"}, "kg, g or [lb_av]", "10*9/L"),
     ({"analyte": "temperature", "unit": ""}, "Cel or [degF]", "10*9/L"),
     ({"unit": "{odd}"}, "10*9/L", "umol/L")],
)  # fmt: skip
def test_a_refused_unit_is_answered_with_the_units_of_that_very_analyte(
    cells: dict[str, str], accepted: str, foreign: str
) -> None:
    (issue,) = read(**cells).issues
    assert accepted in issue.message
    assert foreign not in issue.message


def test_an_identifier_that_two_people_claim_is_nobody_s() -> None:
    assert reasons(read(patient_id="TWIN")) == ["patient_id ambiguous_patient"]


@pytest.mark.parametrize("status", ["cancelled", "canceled", "entered-in-error", "Entered in error"])
@pytest.mark.parametrize("value", ["", "CANCELLED", "1.49"])
def test_a_withdrawal_needs_neither_value_nor_unit(status: str, value: str) -> None:
    row = read(status=status, value=value, unit="")
    assert isinstance(row.fact, Result)
    assert row.fact.status in ("cancelled", "entered-in-error")
    assert (row.fact.value, row.fact.value_as_given, row.issues) == (None, value, ())


@pytest.mark.parametrize(
    ("text", "value"), [("1,49", "1.49"), ("149", None), ("<0,5", "0.5"), ("1.49", None), ("1.234,5", None)]
)
def test_a_declared_decimal_comma_is_read_and_a_point_is_then_refused(text: str, value: str | None) -> None:
    row = read(COMMA, value=text)
    assert (row.fact.value if isinstance(row.fact, Result) else None) == (Decimal(value) if value else None)


def test_a_range_is_converted_with_the_value_and_a_broken_one_is_only_remarked_on() -> None:
    row = read(ref_low="2", ref_high="high")
    assert isinstance(row.fact, Result)
    assert (row.fact.ref_low, row.fact.ref_high) == (Decimal(2), None)
    assert [(issue.reason, issue.outcome) for issue in row.issues] == [("bad_number", "noted")]


def test_a_range_beside_a_word_is_left_aside_where_its_unit_says_nothing() -> None:
    row = read(analyte="hbsag", value="positive", unit="xyz", ref_low="1")
    assert isinstance(row.fact, Result)
    assert (row.fact.coded, row.fact.ref_low, reasons(row)) == ("positive", None, ["ref_low bad_number"])


@pytest.mark.parametrize(
    ("reported", "expected"),
    [("1970-01-12", COLLECTED), ("1970-01-12T13:46:40", COLLECTED), ("1970-01-13", 1_036_800), ("", None)],
)
def test_a_result_is_known_from_its_report_and_a_day_alone_never_precedes_its_sample(
    reported: str, expected: int | None
) -> None:
    row = read(reported_at=reported)
    assert isinstance(row.fact, Result)
    assert (row.fact.reported_at, row.issues) == (expected, ())


@pytest.mark.parametrize(
    ("reported", "reason"),
    [("1970-01-11", "bad_date"), ("2030-01-01", "future_date"), ("soon", "bad_date"), ("03/04/2026", "ambiguous_date")],
)
def test_a_wrong_date_of_report_hides_no_result_unless_it_decides_between_corrections(
    reported: str, reason: str
) -> None:
    row = read(reported_at=reported)
    assert isinstance(row.fact, Result)
    assert (row.fact.reported_at, reasons(row)) == (None, [f"reported_at {reason}"])
    assert read(reported_at=reported, status="corrected").outcome == "quarantined"


def test_every_problem_of_a_row_is_told_at_once() -> None:
    row = read(patient_id="", analyte="", value="x", collected_at="46000", status="odd")
    assert reasons(row) == [
        "patient_id missing_value", "analyte missing_value", "status unknown_code", "collected_at bad_date",
    ]  # fmt: skip
    assert all((issue.file, issue.row, issue.outcome) == ("results.csv", 7, "quarantined") for issue in row.issues)


def test_braces_and_quotes_in_a_cell_are_shown_as_they_are() -> None:
    assert "{column} {0!r}" in read(unit="{column} {0!r}").issues[0].message
    assert "mL/min/{1.73_m2}" in read(analyte="egfr", value="900", unit="mL/min/{1.73_m2}").issues[0].message


def test_a_fault_of_ours_in_one_row_is_a_row_in_quarantine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.ingest.result_row.find_analyte", lambda *_: 1 / 0)
    row = read_row_safely("result", ORIGIN, GOOD | {"analyte": "never seen before"}, CONTEXT)
    assert (row.outcome, reasons(row), row.fields) == (
        "quarantined",
        [" not_validated"],
        tuple((GOOD | {"analyte": "never seen before"}).items()),
    )


@given(st.dictionaries(st.sampled_from([*GOOD, "status", "reported_at", "ref_low", "loinc"]), st.text(max_size=20)))
def test_no_content_whatever_makes_the_reader_fail(cells: dict[str, str]) -> None:
    row = read(**cells)
    assert row.outcome in ("fact", "quarantined", "ignored")
    assert (row.fact is not None) == (row.outcome == "fact")
    assert row.outcome == "fact" or row.issues


def test_a_result_from_after_a_recorded_death_is_kept_with_a_question() -> None:
    died = COLLECTED // 86_400 * 86_400
    gone = ReadContext("lab", UTC, NOW, {"P1": PersonKnown(0, deceased_date=died)})
    assert read(gone).issues == ()
    later = read(gone, collected_at="1970-01-13T00:00")
    assert isinstance(later.fact, Result)
    assert [(issue.reason, issue.outcome) for issue in later.issues] == [("patient_mismatch", "noted")]


@pytest.mark.parametrize(
    ("text", "status"),
    [("F", "final"), ("f", "final"), ("P", "preliminary"), ("prelim", "preliminary"), ("R", "preliminary"),
     ("C", "corrected"), ("amended", "corrected"), ("X", "cancelled"), ("Canceled", "cancelled")],
)  # fmt: skip
def test_a_status_in_the_letters_of_hl7_or_the_words_of_fhir_means_what_they_say(text: str, status: str) -> None:
    assert fact(status=text).status == status


@pytest.mark.parametrize("text", ["I", "D", "W", "S", "registered", "unknown", "ok"])
def test_a_status_that_says_nothing_of_the_value_is_refused_with_the_words_to_write(text: str) -> None:
    (issue,) = read(status=text).issues
    assert (issue.column, issue.reason, issue.value) == ("status", "unknown_code", text)
    assert "write final, preliminary, corrected, cancelled or entered-in-error" in issue.message


@pytest.mark.parametrize(
    ("text", "comparator", "value"),
    [("0.3 L", "", "0.3"), ("0.3 LL", "", "0.3"), ("12  H", "", "12"), ("12 HH", "", "12"), ("0.3 *", "", "0.3"),
     ("<0.3 L", "<", "0.3")],
)  # fmt: skip
def test_a_laboratory_s_flag_after_the_number_is_passed_with_a_remark(text: str, comparator: str, value: str) -> None:
    row = read(value=text)
    assert isinstance(row.fact, Result)
    assert (row.fact.comparator, row.fact.value, row.fact.value_as_given) == (comparator, Decimal(value), text)
    assert [(issue.reason, issue.outcome) for issue in row.issues] == [("bad_number", "noted")]


@pytest.mark.parametrize(
    "cells",
    [{"value": "0.3L"}, {"value": "0.3 l"}, {"value": "0.3 LH"}, {"value": "L 0.3"}, {"value": "0.3 4 L"},
     {"value": "0.3 L", "unit": ""}, {"value": "3.0 L", "ref_low": "2.0"}, {"value": "3.0 H", "ref_high": "7.5"}],
)  # fmt: skip
def test_a_flag_that_may_be_something_else_or_contradicts_the_range_is_refused(cells: dict[str, str]) -> None:
    row = read(**cells)
    assert (row.outcome, [issue.reason for issue in row.issues]) == ("quarantined", ["not_numeric"])
    assert row.trace is not None and row.trace.reason == "not_numeric"
