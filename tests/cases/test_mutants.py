"""No clinical change without evidence: move any number of any rule by its smallest step and a story fails (P22).

The witnesses are the stories beside the protocol and the rows of tests/spec/edges.py.
"""

from __future__ import annotations

import tomllib

import pytest
from pydantic import ValidationError

from core.protocols.cases import read_cases
from core.protocols.loader import FOLDER, Protocols, load_protocols
from core.protocols.schema import Common, Protocol
from core.services.check_protocols import run_case
from tests.cases.mutants import list_mutants, list_shared_mutants
from tests.cases.rule_files import CASES, PROTOCOLS, drug_of, read_raw
from tests.spec.edges import PAUSES, ROWS, first_due_after_a_pause

#: Mutants that nothing can tell apart from the rule, and why.
EQUIVALENT = {
    "weight-out-of-date: limit 365 becomes 364": "the age told is 0 or 366: the catalogue says when a weight is old",
    "weight-out-of-date: 365 itself changes sides": "no age of 365 is ever told",
}
RAW = {drug_of(path): read_raw(path) for path in PROTOCOLS}
STORIES = [(drug_of(path), story) for path in CASES for story in read_cases(path)]
MUTANTS = [(drug, rule, *mutant) for drug, raw in RAW.items() for rule in raw["rule"] for mutant in list_mutants(rule)]
SHARED = list(list_shared_mutants(read_raw(FOLDER / "common.toml")))


def with_protocol(drug: str, protocol: Protocol, common: Common | None = None) -> Protocols:
    return Protocols(common or load_protocols().common, {drug: protocol}, {drug: "sha256:mutant"})


def contradicting_story(drug: str, protocol: Protocol, common: Common | None = None) -> str:
    """The first story that does not come out, "" if all do. Only the rules a story compares are run."""
    for named, story in STORIES:
        if named != drug:
            continue
        asked = tuple(r for r in protocol.rule if r.category in story.about or r.kind == "visits")
        part = protocol.model_copy(update={"rule": asked})
        if run_case(story, drug, with_protocol(drug, part, common)):
            return story.name
    return ""


def contradicting_row(drug: str, protocol: Protocol, rule: str, common: Common | None = None) -> str:
    """The first row about a rule that does not come out, "" if all do."""
    part = tuple(r for r in protocol.rule if rule in ("", r.id) or r.kind == "visits")
    rules = with_protocol(drug, protocol.model_copy(update={"rule": part}), common)
    return next((row.name for row in ROWS if rule in ("", row.rule) and row.ask(rules) != row.expected), "")


def survives(drug: str, rule: dict, mutant: dict) -> bool:
    raw = RAW[drug]
    try:
        protocol = Protocol.model_validate(raw | {"rule": [mutant if r is rule else r for r in raw["rule"]]})
    except ValidationError:
        return False  # refused at the start
    return not contradicting_row(drug, protocol, rule["id"]) and not contradicting_story(drug, protocol)


@pytest.mark.parametrize(("drug", "rule", "name", "mutant"), MUTANTS, ids=[name for _, _, name, _ in MUTANTS])
def test_a_number_moved_by_its_smallest_step_contradicts_a_story(drug, rule, name, mutant):
    assert survives(drug, rule, mutant) == (name in EQUIVALENT)


@pytest.mark.parametrize(("name", "mutant"), SHARED, ids=[name for name, _ in SHARED])
def test_a_finding_that_lasts_a_day_more_or_less_contradicts_a_story(name, mutant):
    (protocol,) = load_protocols().drugs.values()
    common = Common.model_validate(mutant)
    assert contradicting_row("anakinra", protocol, "", common) or contradicting_story("anakinra", protocol, common)


@pytest.mark.parametrize("by", [-1, 1])
def test_a_pause_that_restarts_the_schedule_a_day_sooner_or_later_contradicts_a_story(by):
    raw = RAW["anakinra"]
    schedule = raw["schedule"] | {"restart_after_days": raw["schedule"]["restart_after_days"] + by}
    rules = with_protocol("anakinra", Protocol.model_validate(raw | {"schedule": schedule}))
    assert any(first_due_after_a_pause(days, rules) != due for days, due in PAUSES.items())


def test_the_stop_limit_nudged_by_a_hundredth_fails_a_story_beside_the_protocol():
    text = PROTOCOLS[0].read_text(encoding="utf-8")
    for nudged in ("1.49", "1.51"):
        begin = text.index('id = "neutrophils-stop"')
        end = text.index("[[rule]]", begin)
        changed = (
            text[:begin] + text[begin:end].replace("1.5 ", f"{nudged} ").replace("1.5,", f"{nudged},") + text[end:]
        )
        protocol = Protocol.model_validate(tomllib.loads(changed))
        assert contradicting_story("anakinra", protocol) != ""


def test_unchanged_rules_contradict_nothing():
    (protocol,) = load_protocols().drugs.values()
    assert contradicting_story("anakinra", protocol) == ""
    assert contradicting_row("anakinra", protocol, "") == ""


def test_every_number_of_every_rule_was_moved():
    moved = {name.partition(":")[0] for _, _, name, _ in MUTANTS}
    silent = {rule["id"] for raw in RAW.values() for rule in raw["rule"]} - moved
    assert silent == {
        "infection-at-start", "infection-reported", "serious-infection-stop", "serious-infection-stop-any",
        "serious-infection-weigh", "neutrophils-baseline", "creatinine-baseline",
    }  # fmt: skip
    assert len(MUTANTS) > 150
