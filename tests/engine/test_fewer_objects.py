"""What is made to judge one patient: nothing for what cannot be, and values that nobody assigns anew."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from core.engine.cohort import Cohort
from core.engine.conditions import Conditions
from core.engine.evaluate import cut
from core.engine.features import Measurements
from core.engine.phases import Spans
from core.engine.steadiness import Steadiness
from core.engine.window import restrict
from core.protocols.kinds import Interval
from core.protocols.loader import load_protocols
from core.services.bench import HORIZON, make_cohort

CLINIC = Cohort.of(*make_cohort(20, 20 * 120, seed=4))


def measure(patient: int, *, eventful: bool = True) -> Measurements:
    own = cut(CLINIC, patient, patient + 1).cohort
    own = own if eventful else replace(own, events=own.events.take(slice(0, 0)))
    return Measurements(own, load_protocols().common, HORIZON)


def test_groups_of_events_that_a_patient_has_none_of_are_one_empty_value():
    empty = measure(0, eventful=False)
    found = [empty.happened(name) for name in empty.common.events]
    assert len({id(one) for one in found}) == 1 and not len(found[0].row)


def test_an_answer_without_points_is_given_only_where_the_whole_condition_is_never_met():
    protocols = load_protocols()
    asked = short = 0
    for patient in range(20):
        m = measure(patient)
        for drug, protocol in protocols.drugs.items():
            courses = m.courses(drug)
            restart = protocol.schedule.restart_after_days
            conditions = Conditions(m, Steadiness(m), courses, restart, {})
            window = Spans.of(courses.patient, courses.start, courses.end)
            if not len(window):
                continue
            for rule in protocol.rules:
                if not isinstance(rule, Interval):
                    continue
                whole = conditions.timeline_within(rule.when, window, is_whole=True)
                plain = conditions.timeline_within(rule.when, window)
                asked += 1
                if not len(whole):
                    short += whole.is_never_met
                    assert not restrict(plain, window).state.any()
                else:
                    for name in ("patient", "at", "state", "band", "reason", "rows", "measured"):
                        assert np.array_equal(getattr(whole, name), getattr(plain, name))
    assert 0 < short < asked
