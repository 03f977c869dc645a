"""No clinical change without evidence: every word of every rule is pinned by a story (`make mutants` tries them all).

Here a sample of the same changes, the same every time, so that a rule without evidence is seen at once.
"""

from __future__ import annotations

import tomllib
from functools import cache

import pytest

from core.protocols.background import background
from core.protocols.loader import load_protocols
from core.protocols.schema import Protocol
from tests.cases.rule_files import PROTOCOLS, read_raw
from tools.mutants.__main__ import describe_run
from tools.mutants.beside import REFUSED, change_background, judge_background, list_broken
from tools.mutants.changes import change_rule, put
from tools.mutants.reviewed import EQUIVALENT
from tools.mutants.trial import Mutant, list_mutants, list_unevaluated
from tools.mutants.witnesses import Witnesses, drop_broken, gather_witnesses

MUTANTS = list_mutants()
#: Every seventeenth, and all of the limit that matters most.
SAMPLE = [m for number, m in enumerate(MUTANTS) if number % 17 == 0 or m.place == "neutrophils-stop"]


@cache
def gathered() -> tuple[Witnesses, list[str]]:
    return drop_broken(gather_witnesses())


def test_every_story_and_row_comes_out_before_a_rule_is_changed():
    assert gathered()[1] == []
    assert list_broken() == []


@pytest.mark.parametrize("mutant", SAMPLE, ids=lambda mutant: mutant.name)
def test_a_changed_rule_contradicts_a_story(mutant: Mutant):
    killer = mutant.killed_by(gathered()[0])
    assert bool(killer) != (mutant.name in EQUIVALENT), killer


@pytest.mark.parametrize("name", EQUIVALENT)
def test_a_change_that_is_said_to_make_no_difference_makes_none(name):
    (mutant,) = [m for m in MUTANTS if m.name == name]
    assert mutant.killed_by(gathered()[0]) == ""


def test_unchanged_rules_contradict_nothing():
    assert gathered()[0].contradict(load_protocols().drugs["anakinra"].rules) == ""


def test_a_changed_background_is_told_to_everybody_for_one_trial_only():
    before = background()
    changed = dict(change_background())["restart.afebrile_hours 48 becomes 49"]
    assert "no fever" in judge_background(changed)
    assert background() is before
    assert list_broken() == []


def test_a_change_the_schema_refuses_is_counted_apart_and_never_as_contradicted():
    tried = [("a: one", "a story"), ("a: two", REFUSED), ("a: three", ""), ("a: four", "")]
    told = describe_run(tried, ["a: four"], 1, 0)
    assert told.startswith("1 of 2 changes are contradicted by a written answer (50.0 %)")
    assert "1 refused by the schema, 1 reviewed as equivalent" in told


@pytest.mark.parametrize("wrong", ["analyte", "feature", "events"])
def test_the_names_beside_a_name_are_tried(wrong):
    rule = {"kind": "interval", "category": "trend", "fact": "neutrophils", "says": [], "when": {
        "analyte": "neutrophils", "feature": "age", "events": "infection"}}  # fmt: skip
    told = [changed["when"][wrong] for what, changed in change_rule(rule) if f"when.{wrong} " in what]
    assert len(told) == 2
    assert rule["when"][wrong] not in told


def test_only_cards_and_rules_that_are_switched_off_are_left_unchanged():
    left = set(list_unevaluated())
    written = {rule["id"] for rule in read_raw(PROTOCOLS[0])["rule"]}
    assert written - left == {mutant.place for mutant in MUTANTS} & written


def test_a_change_is_made_once_and_every_evaluated_rule_is_changed():
    names = [mutant.name for mutant in MUTANTS]
    assert sorted(set(names)) == sorted(names)
    changed = {mutant.place for mutant in MUTANTS}
    assert {rule.id for p in load_protocols().drugs.values() for rule in p.rules} <= changed
    # Who is Duffy-null matters to no rule that is switched on yet.
    assert {f"events.{name}" for name in load_protocols().common.events} - changed == {"events.duffy_null_confirmed"}


def test_every_number_of_every_rule_is_moved_both_ways():
    for path in PROTOCOLS:
        for rule in read_raw(path)["rule"]:
            if not rule.get("enabled", True) or rule["kind"] == "card":
                continue
            told = [what for what, _ in change_rule(rule)]
            for number in _numbers(rule):
                moved = [float(what.rpartition(" ")[2]) for what in told if f" {number} becomes " in what[:-1]
                         and what[-1].isdigit()]  # fmt: skip
                assert any(value < number for value in moved), (rule["id"], number)
                assert any(value > number for value in moved), (rule["id"], number)


def _numbers(node: object) -> list[float]:
    if isinstance(node, dict):
        return [number for part in node.values() for number in _numbers(part)]
    if isinstance(node, list):
        return [number for part in node for number in _numbers(part)]
    return [node] if isinstance(node, int | float) and not isinstance(node, bool) else []


def test_the_stop_limit_nudged_by_a_hundredth_in_the_text_fails_a_story_beside_the_protocol():
    text = PROTOCOLS[0].read_text(encoding="utf-8")
    begin = text.index('id = "neutrophils-stop"')
    end = text.index("[[rule]]", begin)
    beside = Witnesses("anakinra", load_protocols(), (), gathered()[0].stories)
    for nudged in ("1.49", "1.51"):
        rule = text[begin:end].replace("1.5 ", f"{nudged} ").replace("1.5,", f"{nudged},")
        protocol = Protocol.model_validate(tomllib.loads(text[:begin] + rule + text[end:]))
        assert beside.contradict(protocol.rules, among=["neutrophils-stop"]) != ""


def test_a_change_of_one_place_leaves_the_rest_as_it_was():
    rule = {"bands": [{"below": 1.5}, {"from": 1.5}], "while": ["running"]}
    assert put(rule, ("while", 0), "held") == {**rule, "while": ["held"]}
    assert put(rule, ("bands", 0), None) == {**rule, "bands": [{"from": 1.5}]}
    assert rule["while"] == ["running"]
