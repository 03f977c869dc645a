"""Every rule in plain words: the right range, the right unit, who says so, and no code a clinician would not say."""

from __future__ import annotations

import re

import pytest
from pydantic import TypeAdapter

from core.protocols.conditions import Condition, Leaf
from core.protocols.kinds import Rule
from core.protocols.loader import FEATURES, load_protocols
from core.records import ACTIONS, CANNOT_TELL_REASONS, CATEGORIES, EVENT_KINDS
from core.views.condition_words import say_condition, spelt, tree_lines
from core.views.rule_unknown import NEEDS
from core.views.rule_words import RuleText, say_rule

PROTOCOLS = load_protocols()
COMMON = PROTOCOLS.common
PROTOCOL = PROTOCOLS.drugs["anakinra"]
TOLD = [say_rule(rule, PROTOCOL, COMMON) for rule in PROTOCOL.rule]
SAYS = [{"authority": "EMA", "document": "EMA", "section": "4.4", "checked": "unchecked"}]
NBSP = "\u00a0"


def condition(written: dict[str, object]) -> Condition:
    return TypeAdapter[Condition](Condition).validate_python(written)


def words_of(written: dict[str, object]) -> str:
    return say_condition(condition(written), COMMON).replace(NBSP, " ")


def told(**written: object) -> RuleText:
    whole = {"id": "x", "keys": [], "category": "neutropenia", "says": SAYS, "advice": "", "why": "", **written}
    return say_rule(TypeAdapter[Rule](Rule).validate_python(whole), PROTOCOL, COMMON)


def looks(**written: object) -> str:
    return told(**written).looks_at.replace(NBSP, " ")


@pytest.mark.parametrize(
    ("ends", "said"),
    [
        ({"below": 1.5}, "neutrophils below 1.5 ×10⁹/L"),
        ({"below_or_at": 1.5}, "neutrophils at or below 1.5 ×10⁹/L"),
        ({"above": 1.5}, "neutrophils above 1.5 ×10⁹/L"),
        ({"from": 1.5}, "neutrophils 1.5 ×10⁹/L or above"),
    ],
)
def test_each_end_of_a_range_says_whether_the_limit_itself_belongs_to_it(ends, said):
    assert words_of({"analyte": "neutrophils", **ends}) == said


def test_two_ends_of_one_range_are_one_phrase():
    both = [{"analyte": "neutrophils", "from": 1.0}, {"analyte": "neutrophils", "below": 1.5}]
    assert words_of({"all": both}) == "neutrophils from 1 to below 1.5 ×10⁹/L"


def test_either_side_of_one_number_is_other_than_it():
    both = [{"feature": "dose_mg", "below": 100}, {"feature": "dose_mg", "above": 100}]
    assert words_of({"any": both}) == "dose other than 100 mg"


def test_two_numbers_are_never_run_together():
    both = [{"feature": "dose_mg", "below": 90}, {"feature": "dose_mg", "above": 100}]
    assert words_of({"any": both}) == "dose below 90 mg or dose above 100 mg"
    assert words_of({"all": [{"analyte": "crp", "from": 1}, {"analyte": "esr", "below": 2}]}).count("below") == 1


def test_and_binds_before_or_and_brackets_say_so():
    fever = {"any": [{"analyte": "temperature", "from": 38, "lasting": "fever"}, {"events": "fever_reported"}]}
    said = words_of({"all": [{"analyte": "neutrophils", "below": 1.5}, fever]})
    assert said == (
        "neutrophils below 1.5 ×10⁹/L, and (temperature 38 °C or above (each result counts for 7 days) "
        "or “fever reported” on record)"
    )


def test_none_is_a_denial_and_never_reads_as_a_condition():
    assert words_of({"none": [{"events": "dialysis"}]}) == "no “dialysis” on record"
    assert words_of({"none": [{"drugs": ["methotrexate"]}]}) == "not taking methotrexate"
    assert words_of({"none": [{"analyte": "hbsag", "from": 1}]}) == "HBsAg not positive"
    assert words_of({"none": [{"analyte": "temperature", "from": 38}]}) == "temperature not 38 °C or above"
    assert words_of({"none": [{"events": "rash"}, {"events": "unwell"}]}).startswith("none of these: ")


def test_a_hundred_years_are_told_as_ever():
    assert words_of({"events": "rash", "within_days": 36_500}) == "“rash” ever on record"
    assert words_of({"drugs": ["anakinra"], "within_days": 36_500}) == "anakinra taken, now or ever"


def test_some_of_several_says_how_many():
    several = [{"analyte": "ast", "above": 48}, {"analyte": "alt", "above": 48}, {"analyte": "crp", "above": 5}]
    assert words_of({"at_least": 2, "of": several}).startswith("at least 2 of: AST above 48 U/L; ALT above 48")


@pytest.mark.parametrize(
    ("analyte", "ends", "answer"),
    [("hbsag", {"from": 1}, "positive"), ("igra", {"from": 0.5}, "indeterminate or positive")],
)
def test_a_coded_test_is_said_in_its_answers_and_not_in_numbers(analyte, ends, answer):
    said = words_of({"analyte": analyte, **ends})
    assert said.endswith(f" {answer}") and not re.search(r"\d", said)


def test_a_fall_names_its_size_and_what_it_is_measured_from():
    said = words_of({"analyte": "neutrophils", "changed": "fall"})
    assert re.search(r"a fall of neutrophils .*\(\d+\.\d % or more\), against the previous result", said)
    said = words_of({"analyte": "crp", "changed": "rise", "against": "median", "within_days": 90, "by": 10})
    assert "against the median of the 90 days before, and by at least 10 mg/L" in said


@pytest.mark.parametrize(
    ("written", "part"),
    [
        ({"analyte": "neutrophils", "not_within_days": 7}, "no readable neutrophil result in the last 7 days"),
        ({"feature": "dosing_weight", "missing": True}, "no weight recent enough to count"),
        ({"events": "influenza_vaccine", "within_days": 365}, "on record in the last 365 days"),
        ({"events": "infection", "until_result_of": "neutrophils"}, "(until the next neutrophil result)"),
        ({"feature": "creatinine_clearance", "from": 60, "steady": True}, "60 mL/min or above (with a steady creati"),
        ({"feature": "alt_of_upper_limit", "from": 1.5}, "ALT 1.5 times its upper limit or above"),
        ({"feature": "age", "below": 18}, "age below 18 years"),
        ({"analyte": "urine_acr", "from": 3, "newly": True}, "(for the first time after a result that was not)"),
        ({"course": "lasts_other_than", "days": 10}, "a course of other than 10 days"),
        ({"drugs": ["il6_inhibitor"]}, "taking any IL-6 inhibitor"),
    ],
)
def test_every_kind_of_condition_says_what_limits_it(written, part):
    assert part in words_of(written)


def test_bands_become_one_range_and_each_grade_keeps_its_own():
    bands = [
        {"below": 1, "priority": "high", "action": "stop", "advice": "Call."},
        {"from": 1, "below": 1.5, "priority": "medium", "action": "repeat_test"},
        {"from": 1.5},
    ]
    said = told(kind="threshold", analyte="neutrophils", bands=bands, **{"while": ["running"]})
    assert said.looks_at == f"Neutrophils below 1.5{NBSP}×10⁹/L."
    assert [(one.when, one.priority, one.action) for one in said.steps] == [
        (f"below 1{NBSP}×10⁹/L", "high", "stop"),
        (f"from 1 to below 1.5{NBSP}×10⁹/L", "medium", "repeat test"),
    ]
    assert said.applies == "On treatment."


def test_two_stretches_with_a_clear_one_between_are_both_said():
    alert = {"priority": "low", "action": "inform"}
    bands = [{"below": 1, **alert}, {"from": 1, "below": 2}, {"from": 2, **alert}]
    said = looks(kind="threshold", analyte="potassium", bands=bands, **{"while": ["running"]})
    assert said == "Potassium below 1 mmol/L or potassium 2 mmol/L or above."


def test_a_rule_says_for_whom_when_and_at_which_frequency_it_holds():
    said = told(
        kind="course", fact="x", priority="low", action="inform", indications=["RA"], doses_per_day_above=0.5,
        **{"while": ["planned", "ended"]},
    ).applies.replace(NBSP, " ")  # fmt: skip
    assert said == (
        "Before a planned start and after the end of treatment (for 28 days); dosed more often than on alternate days; "
        "only in RA."
    )


def test_a_deep_tree_is_told_line_by_line_with_nothing_lost():
    deep = next(one for one in TOLD if one.conditions)
    rule = next(one for one in PROTOCOL.rule if deep.id.endswith(f".{one.id}"))
    lines = tree_lines(rule.when, COMMON)
    assert deep.looks_at == "All of the following:" and lines[0] == (0, "all of:")
    assert list(deep.conditions) == lines[1:]
    assert min(depth for depth, _ in deep.conditions) == 1


def test_what_makes_a_rule_unable_to_tell_is_said_of_its_own_tests():
    dosing = next(one for one in TOLD if one.id == "anakinra.renal-frequency").unknown
    assert {"no usable weight", "sex not stated", "creatinine not steady", "frequency cannot be read"} <= set(dosing)
    assert f"no result of creatinine in the last 365{NBSP}days" in dosing
    assert next(one for one in TOLD if one.id == "anakinra.pregnancy").unknown == ()


def test_every_value_the_engine_can_compute_says_what_it_needs():
    assert set(NEEDS) == set(FEATURES) == set(COMMON.features)
    assert {reason for needs in NEEDS.values() for reason in needs} <= set(CANNOT_TELL_REASONS)


def test_a_value_that_may_be_absent_is_not_asked_for():
    fever = next(one for one in TOLD if one.id == "anakinra.infection-fever").unknown
    assert fever and not any(one.startswith("no result") for one in fever)


def test_a_rule_that_is_off_and_a_card_say_so_and_no_other_does():
    states = {one.id.partition(".")[2]: one.state for one in TOLD}
    off = {rule.id for rule in PROTOCOL.rule if not rule.enabled}
    assert {name for name, state in states.items() if state == "off until signed"} == off
    assert {name for name, state in states.items() if state == "reference card"} == {c.id for c in PROTOCOL.cards} - off


@pytest.mark.parametrize("rule", TOLD, ids=lambda one: one.id)
def test_no_rule_shows_a_code_a_field_or_an_unfilled_word(rule):
    text = " ".join(
        [rule.title, rule.looks_at, rule.applies, rule.advice, *rule.unknown, *(line for _, line in rule.conditions)]
        + [f"{one.when} {one.action} {one.advice}" for one in rule.steps]
        + [f"{when} {window}" for when, window in rule.dates]
    )  # fmt: skip
    codes = {*ACTIONS, *CATEGORIES, *CANNOT_TELL_REASONS, *EVENT_KINDS, *COMMON.events, *COMMON.features}
    assert [code for code in codes if "_" in code and code in text] == []
    assert not re.search(r"[a-z]_[a-z]|[{}]|\bNone\b|10\*9", text)
    assert rule.looks_at.strip(".:") and rule.says


def test_every_rule_names_who_says_so_with_document_and_version():
    assert all(one.document and one.version and one.checked for rule in TOLD for one in rule.says)
    assert {one.authority for rule in TOLD for one in rule.says} & {"LOCAL"} == set()


def test_abbreviations_stay_abbreviations():
    assert [spelt(one) for one in ("known_ckd", "tb_history", "duffy_null_confirmed")] == [
        "known CKD", "TB history", "Duffy-null confirmed",
    ]  # fmt: skip
    assert say_condition(Leaf(analyte="alt", above=1.0), COMMON).startswith("ALT ")
