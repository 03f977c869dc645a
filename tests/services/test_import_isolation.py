"""An import in which one patient cannot be evaluated stores everything and names that patient (P01, HAZ-001)."""

from __future__ import annotations

import pytest

from core.records import FAR, LONG_AGO
from core.services import evaluate_clinic
from core.services.import_data import import_files
from tests.store.kept_findings import read_findings
from tests.store.small_clinic import NOW, bring_in, count_rows, files, make_store

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


def test_one_patient_who_cannot_be_evaluated_is_shown_and_hides_nobody(store, monkeypatch):
    break_evaluation_of(monkeypatch, "P7")
    assert import_people(store).total("stored") == 24
    unknowns = [row for row in read_findings(store).unknowns if row.opened <= NOW < row.resolved]
    (lost,) = read_findings(store, "P7").unknowns
    assert {row.patient_id for row in unknowns if row.reason == "not_evaluated"} == {"P7"}
    assert {row.patient_id for row in unknowns} == {f"P{n}" for n in range(12)}
    assert (lost.opened, lost.resolved) == (LONG_AGO, FAR)


def test_old_findings_of_a_patient_who_cannot_be_evaluated_do_not_linger(store, monkeypatch):
    import_people(store)
    break_evaluation_of(monkeypatch, "P7")
    new = ["E1,P7,infection,2026-12-01,,,cellulitis,serious"]
    import_files(store, files(events=new), source="lab", zone="UTC", now=NOW)
    told = read_findings(store, "P7")
    assert told.findings == [] and [row.reason for row in told.unknowns] == ["not_evaluated"]
    assert count_rows(store)["event"] == 1


def test_nobody_is_named_where_everybody_could_be_evaluated(store):
    bring_in(store, patients=PEOPLE)
    assert read_findings(store).unknowns == []
