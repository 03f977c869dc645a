"""What rows of patients.csv, medications.csv and events.csv become."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from core.ingest.context import PersonKnown, ReadContext, introduce, is_another_person
from core.ingest.fields import read_row
from core.records import DAY, EVENT_KINDS, Course, Event, Kind, Origin, Patient, ReadRow
from tests.ingest.clinic import NOW, UTC

CONTEXT = ReadContext("lab", UTC, NOW, {"P1": PersonKnown(0)})
PERSON = {"patient_id": "007", "family_name": "Null", "given_name": "NA", "birth_date": "1980-05-17", "sex": "F"}
COURSE = {
    "course_id": "C1", "patient_id": "P1", "drug": "Kineret 100 mg", "indication": "rheumatoid arthritis",
    "dose": "100", "dose_unit": "mg", "frequency": "od", "route": "subcutaneous", "start_date": "1970-01-02",
    "end_date": "1970-01-11", "status": "Stopped", "reason": "remission",
}  # fmt: skip
EVENT = {"patient_id": "P1", "kind": "infection", "start_date": "1970-01-02T10:00", "severity": "Serious"}


def read(kind: Kind, cells: dict[str, str], /, **changes: str) -> ReadRow:
    return read_row(kind, Origin("x.csv", 2), cells | changes, CONTEXT)


def reasons(row: ReadRow) -> list[str]:
    return [f"{issue.column} {issue.reason} {issue.outcome}" for issue in row.issues]


def test_a_patient_is_who_the_file_says_zeros_and_null_names_included() -> None:
    row = read("patient", PERSON, site="North", consultant="Dr X", deceased_date="2020-02-29")
    assert row.fact == Patient("007", "Null", "NA", 327_369_600, "female", "North", "Dr X", 1_582_934_400)


@pytest.mark.parametrize(
    ("text", "sex"), [("male", "male"), ("M", "male"), ("f", "female"), ("Woman", "female"), ("U", "unknown")]
)
def test_the_words_for_sex(text: str, sex: str) -> None:
    fact = read("patient", PERSON, sex=text).fact
    assert isinstance(fact, Patient)
    assert fact.sex == sex


@pytest.mark.parametrize("text", ["\u200b007", "00\u00ad7", "\uff10\uff10\uff17", "007\u202e"])
def test_an_identifier_that_only_looks_like_another_is_refused(text: str) -> None:
    assert reasons(read("patient", PERSON, patient_id=text)) == ["patient_id unknown_code quarantined"]


@pytest.mark.parametrize("column", list(PERSON))
def test_a_person_without_one_of_the_five_is_refused(column: str) -> None:
    assert reasons(read("patient", PERSON, **{column: " "})) == [f"{column} missing_value quarantined"]


@pytest.mark.parametrize(
    ("text", "reason"), [("soon", "bad_date"), ("2030-01-01", "future_date"), ("1970-01-01", "before_birth")]
)
def test_a_wrong_date_of_death_neither_loses_nor_silences_the_patient(text: str, reason: str) -> None:
    row = read("patient", PERSON, deceased_date=text)
    assert isinstance(row.fact, Patient)
    assert (row.fact.deceased_date, reasons(row)) == (None, [f"deceased_date {reason} noted"])


def test_a_person_is_known_again_by_birth_date_and_a_name_or_by_both_names_and_sex() -> None:
    anna = Patient("P1", "Alder", "Anna", 0, "female")
    assert not is_another_person(anna, Patient("P1", "Birch", " ANNA", 0, "female"))
    assert not is_another_person(anna, Patient("P1", "  ALDER", "x", 0, "male"))
    assert not is_another_person(anna, replace(anna, birth_date=DAY))


def test_a_row_that_keeps_less_of_a_person_than_that_is_another_person() -> None:
    anna = Patient("P1", "Alder", "Anna", 0, "female")
    assert is_another_person(anna, replace(anna, family_name="Birch", birth_date=DAY))
    assert is_another_person(anna, replace(anna, given_name="Ben", birth_date=DAY))
    assert is_another_person(anna, replace(anna, sex="male", birth_date=DAY))
    assert is_another_person(anna, Patient("P1", "Birch", "Ben", 0, "female"))


def test_an_identifier_two_people_claim_stays_ambiguous() -> None:
    people: dict[str, PersonKnown] = {}
    anna, ben = Patient("P1", "Alder", "Anna", 0, "female"), Patient("P1", "Birch", "Ben", DAY, "male")
    for person, ambiguous in ((anna, False), (ben, True), (ben, True)):
        introduce(person, people)
        assert people["P1"].ambiguous is ambiguous


def test_a_course_is_read_through_the_catalogue_and_ends_after_its_last_day() -> None:
    assert read("medication", COURSE).fact == Course(
        course_id="C1", patient_id="P1", drug="anakinra", drug_known=True, indication="RA", dose=Decimal(100),
        dose_unit="mg", dose_as_given="100 mg", frequency="once daily", frequency_as_given="od", route="SC", start=DAY,
        end=11 * DAY, status="stopped", reason="remission",
    )  # fmt: skip


def test_an_unknown_drug_is_kept_as_given_and_said_to_be_unknown() -> None:
    row = read("medication", COURSE, drug="Wonderumab")
    assert isinstance(row.fact, Course)
    assert (row.fact.drug, row.fact.drug_known) == ("Wonderumab", False)
    assert reasons(row) == ["drug unknown_drug noted"]


@pytest.mark.parametrize(
    ("dose", "unit"),
    [("", "mg"), ("10 mg", ""), ("10 mg OD", "mg"), ("100", ""), ("0", "mg"), ("-5", "mg"), ("<5", "mg"), ("1", "g"),
     ("10+5", "mg"), ("1,5", "mg")],
)  # fmt: skip
def test_a_dose_that_is_not_a_plain_number_with_its_unit_is_never_computed_with(dose: str, unit: str) -> None:
    row = read("medication", COURSE, dose=dose, dose_unit=unit)
    assert isinstance(row.fact, Course)
    assert row.fact.dose is None
    assert row.fact.dose_as_given == f"{dose} {unit}".strip()
    assert reasons(row) == ["dose unknown_dose noted"]


def test_a_dose_per_kilogram_keeps_its_unit() -> None:
    fact = read("medication", COURSE, dose="2", dose_unit="MG / kg").fact
    assert isinstance(fact, Course)
    assert (fact.dose, fact.dose_unit) == (Decimal(2), "mg/kg")


@pytest.mark.parametrize("text", ["", "Mondays", "10 mg weekly (Mon)"])
def test_a_frequency_nobody_can_read_is_kept_as_text(text: str) -> None:
    row = read("medication", COURSE, frequency=text)
    assert isinstance(row.fact, Course)
    assert (row.fact.frequency, row.fact.frequency_as_given) == (None, text)
    assert reasons(row) == ["frequency unknown_frequency noted"]


@pytest.mark.parametrize(
    ("status", "end", "expected"),
    [("", "", "active"), ("", "1970-01-11", "completed"), ("ON HOLD", "", "on-hold"), ("planned", "", "planned"),
     ("paused", "", "on-hold"), ("Suspended", "", "on-hold"), ("held", "", "on-hold"), ("on_hold", "", "on-hold"),
     ("discontinued", "1970-01-11", "stopped"), ("ceased", "1970-01-11", "stopped"),
     ("finished", "1970-01-11", "completed"), ("running", "", "active"), ("current", "", "active"),
     ("scheduled", "", "planned")],
)  # fmt: skip
def test_a_course_s_standing(status: str, end: str, expected: str) -> None:
    fact = read("medication", COURSE, status=status, end_date=end).fact
    assert isinstance(fact, Course)
    assert fact.status == expected


@pytest.mark.parametrize("status", ["cancelled", "entered-in-error", "unknown", "stopped?", "not active"])
def test_a_status_that_does_not_say_whether_the_drug_is_taken_is_refused_with_the_words_to_use(status: str) -> None:
    row = read("medication", COURSE, status=status)
    assert reasons(row) == ["status unknown_code quarantined"]
    assert "active, planned, on-hold, stopped or completed" in row.issues[0].message


@pytest.mark.parametrize("text", ["", "mystery", "rheumatology"])
def test_a_course_for_nobody_knows_what_says_that_rules_for_an_indication_do_not_judge_it(text: str) -> None:
    row = read("medication", COURSE, indication=text)
    assert isinstance(row.fact, Course) and row.fact.indication == "UNKNOWN"
    [issue] = row.issues
    assert (issue.column, issue.outcome, issue.value) == ("indication", "noted", text)
    assert "rules for one indication are not judged for this course" in issue.message


def test_a_course_for_something_else_earns_no_remark() -> None:
    assert read("medication", COURSE, indication="other").issues == ()


def test_a_drug_no_rule_knows_is_not_asked_what_it_is_for() -> None:
    assert reasons(read("medication", COURSE, drug="Wonderumab", indication="")) == ["drug unknown_drug noted"]


@pytest.mark.parametrize("status", ["stopped", "completed", "discontinued", "finished"])
def test_an_ended_course_must_say_when(status: str) -> None:
    assert reasons(read("medication", COURSE, status=status, end_date="")) == ["end_date missing_value quarantined"]


def test_a_course_of_one_day_lasts_that_day() -> None:
    fact = read("medication", COURSE, start_date="1970-01-02T23:00", end_date="1970-01-02").fact
    assert isinstance(fact, Course)
    assert (fact.start, fact.end) == (DAY + 23 * 3600, 2 * DAY)


def test_words_outside_the_contract_are_kept_as_other_or_unknown_with_a_remark() -> None:
    row = read("medication", COURSE, indication="mystery", route="by mouth and nose")
    assert isinstance(row.fact, Course)
    assert (row.fact.indication, row.fact.route) == ("UNKNOWN", "OTHER")
    assert reasons(row) == ["indication unknown_code noted", "route unknown_code noted"]


@pytest.mark.parametrize("kind", list(EVENT_KINDS))
def test_without_an_end_a_state_goes_on_and_an_act_is_one_day(kind: str) -> None:
    fact = read("event", EVENT, kind=kind.replace("_", " ").upper()).fact
    assert isinstance(fact, Event)
    assert (fact.kind, fact.start) == (kind, DAY + 10 * 3600)
    assert fact.end == (2 * DAY if EVENT_KINDS[kind] == "act" else None)


def test_an_event_ends_after_its_last_day() -> None:
    fact = read("event", EVENT, end_date="1970-01-05").fact
    assert isinstance(fact, Event)
    assert (fact.end, fact.severity) == (5 * DAY, "serious")


@pytest.mark.parametrize(
    ("kind", "code", "detail", "expected"),
    [
        ("symptom", "Sore throat", "", "sore_throat"), ("allergy", "Kineret", "", "anakinra"),
        ("allergy", "E. coli protein", "", "e_coli_protein"), ("allergy", "", "methotrexate", "methotrexate"),
        ("allergy", "latex", "", "latex"), ("vaccination", "141", "", "141"), ("infection", "J18.9", "", "J18.9"),
    ],
)  # fmt: skip
def test_codes_are_spelt_the_contract_s_way_where_it_has_one(kind: str, code: str, detail: str, expected: str) -> None:
    row = read("event", EVENT, kind=kind, code=code, detail=detail)
    assert isinstance(row.fact, Event)
    assert (row.fact.code, row.issues) == (expected, ())


@pytest.mark.parametrize(
    ("kind", "remarks"), [("surgery", []), ("vaccination", []), ("infection", ["start_date future_date noted"])]
)
def test_only_what_can_be_planned_may_lie_ahead_without_a_remark(kind: str, remarks: list[str]) -> None:
    row = read("event", EVENT, kind=kind, start_date="2027-01-01")
    assert isinstance(row.fact, Event)
    assert reasons(row) == remarks
