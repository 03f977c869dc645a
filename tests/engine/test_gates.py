"""An answer that waits: where the gate stands over it, and what is said of a patient without any point."""

from __future__ import annotations

import numpy as np

from core.engine.series import REASON
from core.engine.timeline import CANNOT_TELL, MET, NOT_MET, Gate, Timeline, from_intervals, override

UNSTEADY = REASON["unsteady_creatinine"]


def nothing_measured(default_state: int, default_reason: int) -> Timeline:
    none, few = np.empty(0, np.int64), np.empty(0, np.int16)
    return Timeline(
        none, none, few, few, few, np.empty((1, 0), np.int64), np.empty(0), none, default_state, default_reason
    )


def met_between(start: int, end: int) -> Timeline:
    return from_intervals(np.array([0]), np.array([start]), np.array([end]), np.array([-1]))


def test_a_gate_that_two_rules_share_gives_each_its_own_answer_where_nothing_was_measured():
    silent, asking = nothing_measured(NOT_MET, 0), nothing_measured(CANNOT_TELL, REASON["no_result"])
    gate = Gate.over(silent, met_between(10, 20))  # kept from the rule that was judged first
    told = gate.apply(asking, CANNOT_TELL, UNSTEADY)
    assert (told.default_state, told.default_reason) == (CANNOT_TELL, REASON["no_result"])
    assert told.at.tolist() == [10, 20]
    assert told.state.tolist() == [CANNOT_TELL, CANNOT_TELL]
    assert told.reason.tolist() == [UNSTEADY, REASON["no_result"]]


def test_what_is_never_met_overrides_nothing():
    base = met_between(10, 20)
    never = nothing_measured(NOT_MET, 0)
    assert override(base, never, NOT_MET, 0).state.tolist() == [MET, NOT_MET]


def test_while_the_gate_is_met_the_answer_is_replaced_and_stands_again_after_it():
    told = override(met_between(10, 40), met_between(20, 30), CANNOT_TELL, UNSTEADY)
    assert list(zip(told.at.tolist(), told.state.tolist(), strict=True)) == [
        (10, MET),
        (20, CANNOT_TELL),
        (30, MET),
        (40, NOT_MET),
    ]
