"""Worse than when it was seen, row by row: the seen counts, the new ones, and what is told."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.alerts.worsening import Rows, find_worsening, mark_of, see_alert, shares_facts
from core.engine.standing import Basis, Evidence
from tests.alerts.an_alert import RULES, an_alert, at, count, event

SEEN_THEN_NOW = [
    # newest seen, newest now, worse?
    ([(0, "", 1.2)], [(0, "", 1.2)], False),
    ([(0, "", 1.2)], [(0, "", 1.2), (1, "", 1.2)], False),
    ([(0, "", 1.2)], [(0, "", 1.2), (1, "", 1.19)], True),
    ([(0, "", 1.2)], [(0, "", 1.2), (1, "", 1.21)], False),
    ([(0, "", 0.8), (1, "", 1.2)], [(0, "", 0.8), (1, "", 1.2), (2, "", 1.1)], True),
    ([(1, "", 0.8), (2, "", 1.2)], [(0, "", 1.0), (1, "", 0.8), (2, "", 1.2)], False),  # late, and worse was seen
    ([(1, "", 0.8), (2, "", 1.2)], [(0, "", 0.7), (1, "", 0.8), (2, "", 1.2)], True),  # late, worse than any seen
    ([(0, "", 1.2)], [(0, "", 1.2), (1, "<", 1.5)], True),  # may be anything below
    ([(0, "<", 1.0)], [(0, "<", 1.0), (1, "<", 1.0)], False),
    ([(0, "<", 1.0)], [(0, "<", 1.0), (1, "<", 0.5)], True),
    ([(0, "<", 0.5)], [(0, "<", 0.5), (1, "<", 1.0)], False),
    ([(0, "", 1.2)], [(0, "", 1.2), (1, "", None)], True),  # without a number: nobody knows
    ([(0, "", None)], [(0, "", None), (1, "", None)], False),
    ([(0, "", 0.8), (1, "", 1.2)], [(0, "", 0.8)], True),  # the better one after it was withdrawn
    ([(0, "", 1.2), (1, "", 0.8)], [(0, "", 1.2)], False),
]


@pytest.mark.parametrize(("seen", "now", "worse"), SEEN_THEN_NOW)
def test_a_count_is_worse_when_it_is_lower_or_may_be(seen, now, worse):
    told = [an_alert(*(count(v, day, comparator=c) for day, c, v in rows), priority="low") for rows in (seen, now)]
    told = [replace(one, action="inform") for one in told]
    change = find_worsening(told[1], see_alert(told[0], Rows(), at(5)), RULES, Rows())
    assert (change is not None) == worse


def test_where_high_is_worse_a_higher_value_is():
    fever = {"rule_id": "anakinra.neutropenic-fever", "basis": Basis(), "priority": "high"}
    seen = an_alert(count(1.2), count(38.4, 0, row=9, analyte="temperature"), **fever)
    hotter = an_alert(
        count(1.2), count(38.4, 0, row=9, analyte="temperature"), count(39, 1, analyte="temperature"), **fever
    )
    cooler = an_alert(
        count(1.2), count(38.4, 0, row=9, analyte="temperature"), count(38, 1, analyte="temperature"), **fever
    )
    before = see_alert(seen, Rows(), at(1))
    assert find_worsening(hotter, before, RULES, Rows()).reason == "worse_value"
    assert find_worsening(cooler, before, RULES, Rows()) is None


def test_an_analyte_no_rule_gives_a_side_is_worse_whenever_it_differs():
    seen = an_alert(count(50, analyte="weight"), rule_id="other.rule", basis=Basis(), priority="low")
    before = see_alert(seen, Rows(), at(1))
    for value, worse in ((49, True), (51, True), (50, False)):
        now = replace(seen, evidence=(*seen.evidence, count(value, 1, analyte="weight")))
        assert (find_worsening(now, before, RULES, Rows()) is not None) == worse


def crcl(value: float, *evidence):
    basis = Basis("<", 30.0, "mL/min", value, {"creatinine": {}, "weight": {}}, "Cockcroft-Gault")
    return an_alert(*evidence, category="renal_dosing", fact="creatinine_clearance", rule_id="x.crcl", basis=basis)


def test_a_computed_value_is_judged_itself_and_not_by_its_inputs():
    seen = crcl(28.0, count(200, analyte="creatinine"))
    before = see_alert(seen, Rows(), at(1))
    more = (*seen.evidence, count(220, 1, analyte="creatinine"), count(60, 1, row=55, analyte="weight"))
    assert find_worsening(crcl(26.0, *more), before, RULES, Rows()).reason == "worse_value"
    assert find_worsening(crcl(29.0, *more), before, RULES, Rows()) is None


def test_a_computed_value_that_only_grew_older_is_the_same_fact():
    seen = crcl(28.0, count(200, analyte="creatinine"))
    assert find_worsening(crcl(27.9, *seen.evidence), see_alert(seen, Rows(), at(1)), RULES, Rows()) is None


def test_a_dose_that_rose_is_worse_and_one_that_fell_is_not():
    def dose(mg: float, row: int):
        course = Evidence(row, at(row), event_id=f"C{row}", event="anakinra", drug="anakinra", detail=f"{mg} mg")
        basis = Basis(">", 100.0, "mg", mg, {"sex": "female"})
        return an_alert(course, category="dose", fact="dose_mg", rule_id="x.dose", basis=basis)

    before = see_alert(dose(150.0, 1), Rows(), at(1))
    assert find_worsening(dose(200.0, 2), before, RULES, Rows()).reason == "worse_value"
    assert find_worsening(dose(120.0, 2), before, RULES, Rows()) is None
    assert find_worsening(dose(150.0, 1), before, RULES, Rows()) is None


def test_the_gravest_way_is_told_first_with_the_earliest_moment():
    seen = an_alert(count(1.3))
    now = an_alert(count(1.3), count(0.8, 2), event("E1", 3))
    change = find_worsening(now, see_alert(seen, Rows(), at(1)), RULES, Rows({}, {120: at(4)}))
    assert (change.reason, change.at) == ("higher_priority", at(3))


def test_a_newest_result_that_cannot_be_judged_brings_back_what_was_put_off():
    seen = an_alert(count(1.3))
    held = replace(seen, held="not_numeric")
    assert find_worsening(held, see_alert(seen, Rows(), at(1)), RULES, Rows()).reason == "cannot_tell"
    assert find_worsening(held, see_alert(held, Rows(), at(1)), RULES, Rows()) is None


def test_the_mark_changes_with_what_a_reader_sees_and_with_nothing_else():
    one = an_alert(count(1.3))
    assert mark_of(one) == mark_of(replace(one, advice="said otherwise"))
    others = [
        replace(one, priority="high"), replace(one, closed_at=at(1)), an_alert(count(1.3), count(1.4, 1)),
        an_alert(count(1.3, row=9)), replace(one, held="stale_result"),
    ]  # fmt: skip
    assert len({mark_of(other) for other in (one, *others)}) == 6


def test_what_was_seen_survives_being_written_down():
    rows = Rows({100: "R1"}, {})
    seen = see_alert(an_alert(count(0.4, comparator="<"), count(1.3, 1), event("E1")), rows, at(2))
    assert type(seen).from_json(seen.to_json()) == seen
    assert seen.newest("neutrophils").value == 1.3
    assert seen.newest("platelets") is None


def test_an_alert_shares_a_fact_by_the_results_own_name_or_by_its_moment():
    seen = see_alert(an_alert(count(1.3, 0, row=5)), Rows({5: "R1"}), at(1))
    assert shares_facts(an_alert(count(1.1, 3, row=6)), seen, Rows({6: "R1"}))
    assert shares_facts(an_alert(count(1.1, 0, row=6)), seen, Rows())
    assert not shares_facts(an_alert(count(1.1, 3, row=6)), seen, Rows({6: "R2"}))
