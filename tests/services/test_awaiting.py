"""The lists of a whole clinic are told of fewer old visits; nothing that any list says may change by it."""

from __future__ import annotations

import gc
from collections import defaultdict

import pytest

from core.engine.cohort import Cohort
from core.engine.known import as_known_at
from core.protocols.loader import load_protocols
from core.records import DAY
from core.services.bench import HORIZON, make_cohort
from core.services.evaluate_clinic import Judged, evaluate_safely
from core.services.uncollected import uncollected
from core.views.draws import find_needs

PEOPLE = 80


@pytest.fixture(scope="module")
def clinic() -> Cohort:
    return Cohort.of(*make_cohort(PEOPLE, PEOPLE * 120, seed=5))


def judge(clinic: Cohort, at: int) -> Judged:
    return evaluate_safely(as_known_at(clinic, at), at)


def needs(standing, at: int) -> dict[str, object]:
    own = defaultdict(list)
    for visit in standing.schedule:
        own[visit.patient_id].append(visit)
    return {name: find_needs(visits, at // DAY * DAY) for name, visits in own.items()}


@pytest.mark.parametrize("days_back", [0, 1, 45, 400, 1_200])
def test_a_list_of_the_clinic_says_the_same_of_every_visit_that_waits(clinic, days_back):
    at = HORIZON - days_back * DAY
    judged = judge(clinic, at)
    whole, short = judged.at(at), judged.awaiting(at)
    assert (short.alerts, short.cannot_tell, short.as_of) == (whole.alerts, whole.cannot_tell, whole.as_of)
    over = ("done", "missed")
    assert [v for v in short.schedule if v.status not in over] == [v for v in whole.schedule if v.status not in over]
    assert set(short.schedule) <= set(whole.schedule)
    assert needs(short, at) == needs(whole, at)


def test_most_visits_of_a_clinic_are_answered_and_left_out(clinic):
    judged = judge(clinic, HORIZON)
    assert len(judged.awaiting(HORIZON).schedule) < len(judged.at(HORIZON).schedule) / 2


def test_who_could_not_be_judged_stands_in_the_list_too(clinic):
    judged = Judged(judge(clinic, HORIZON).history, {"P1": "reference"})
    lost = [one for one in judged.awaiting(HORIZON).cannot_tell if "reference" in one.remedy]
    assert len(lost) == len(load_protocols().drugs)


def test_nobody_on_a_drug_is_an_empty_list(clinic):
    nobody = Cohort(clinic.patients, clinic.results, clinic.courses.take(slice(0)), clinic.events)
    assert judge(nobody, HORIZON).awaiting(HORIZON).schedule == ()


def test_searching_for_rubbish_goes_on_after_the_last_block_and_after_a_failure():
    with uncollected():
        with uncollected():
            assert not gc.isenabled()
        assert not gc.isenabled()
    assert gc.isenabled()
    with pytest.raises(ZeroDivisionError), uncollected():
        raise ZeroDivisionError
    assert gc.isenabled()


def test_whoever_switched_the_search_off_keeps_it_off():
    gc.disable()
    try:
        with uncollected():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()
