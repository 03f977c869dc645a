"""An import in which one patient cannot be evaluated stores everything and names that patient (P01, HAZ-001)."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import select

from core.services import evaluate_clinic
from core.services.import_data import import_files
from core.store import schema
from tests.store.small_clinic import NOW, count_rows, files, make_store, result

PEOPLE = [f"P{n},F{n},G{n},1970-01-01,female,,," for n in range(12)]
COURSES = [f"C{n},P{n},anakinra,RA,100,mg,once daily,SC,2026-11-01,,active," for n in range(12)]


@pytest.fixture
def store(tmp_path):
    return make_store(tmp_path)


def break_evaluation_of(monkeypatch, patient_id):
    sound = evaluate_clinic.evaluate

    def failing(cohort, *rest, **options):
        if patient_id in cohort.patients.patient_id:
            raise ZeroDivisionError("a rule divided by a missing weight")
        return sound(cohort, *rest, **options)

    monkeypatch.setattr(evaluate_clinic, "evaluate", failing)


def import_people(store):
    given = files(patients=PEOPLE, medications=COURSES)
    return import_files(store, given, source="lab", zone="UTC", now=NOW)


def told_of(report):
    return [(one.reason, one.value, one.file, one.row) for one in report.issues]


def test_one_patient_who_cannot_be_evaluated_is_named_and_keeps_nobody_out(store, monkeypatch):
    break_evaluation_of(monkeypatch, "P7")
    report = import_people(store)
    assert report.total("stored") == 24 and report.is_balanced
    assert told_of(report) == [("not_evaluated", "P7", "patients.csv", 9)]
    assert count_rows(store)["patient"] == 12


def test_a_patient_who_cannot_be_evaluated_is_named_at_the_row_that_came_in(store, monkeypatch):
    import_people(store)
    break_evaluation_of(monkeypatch, "P7")
    new = ["E0,P6,infection,2026-12-01,,,cellulitis,serious", "E1,P7,infection,2026-12-01,,,cellulitis,serious"]
    report = import_files(store, files(events=new), source="lab", zone="UTC", now=NOW)
    assert told_of(report) == [("not_evaluated", "P7", "events.csv", 3)]
    assert count_rows(store)["event"] == 2


def test_whom_the_rules_fail_on_stays_in_the_report_that_is_kept(store, monkeypatch):
    break_evaluation_of(monkeypatch, "P7")
    report = import_people(store)
    with store.reading() as connection:
        kept = connection.execute(select(schema.batch.c.report)).scalar_one()
    assert json.loads(kept) == report.to_json()
    assert "P7" in kept


def test_nobody_is_named_where_everybody_could_be_evaluated(store):
    assert told_of(import_people(store)) == []


NO_NUMBER = result("R1", "many", patient_id="P7")
GOOD = result("R2", "3.1", "2026-03-02", patient_id="P7")


@pytest.mark.parametrize("people", [(), (PEOPLE[7],)])  # a duplicate row comes first, or none
def test_it_is_said_at_a_row_that_was_stored_not_at_one_refused_before_it(store, monkeypatch, people):
    import_people(store)
    break_evaluation_of(monkeypatch, "P7")
    given = files(patients=people, results=[NO_NUMBER, GOOD]) if people else files(results=[NO_NUMBER, GOOD])
    report = import_files(store, given, source="lab", zone="UTC", now=NOW)
    said = next(one for one in report.issues if one.reason == "not_evaluated")
    assert (said.row, said.outcome) == (3, "noted")
    assert said.file == "results.csv" and "This row is stored" in said.message


def test_a_patient_of_whom_nothing_came_in_is_named_and_nothing_is_called_stored(store, monkeypatch):
    import_people(store)
    break_evaluation_of(monkeypatch, "P7")
    report = import_files(store, files(results=[NO_NUMBER]), source="lab", zone="UTC", now=NOW)
    said = next(one for one in report.issues if one.reason == "not_evaluated")
    assert (said.value, said.outcome) == ("P7", "quarantined")
    assert "is stored" not in said.message
