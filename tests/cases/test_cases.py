"""Every story beside a protocol, and every limit on both of its sides, each a test of its own."""

from __future__ import annotations

import pytest

from core.catalogue import analyte
from core.protocols.cases import read_cases
from core.protocols.loader import load_protocols
from core.services.check_protocols import check_boundaries, check_protocols, run_case
from tests.cases.rule_files import CASES, PROTOCOLS, drug_of, read_raw
from tests.spec.clinic import Said, taken, tell

STORIES = [(drug_of(path), story) for path in CASES for story in read_cases(path)]


@pytest.mark.parametrize(("drug", "story"), STORIES, ids=[f"{drug}: {story.name}" for drug, story in STORIES])
def test_the_story_comes_out(drug, story):
    assert run_case(story, drug, load_protocols()) == []


def test_a_story_is_told_once():
    names = [story.name for _, story in STORIES]
    assert sorted(names) == sorted(set(names))


@pytest.mark.parametrize("path", PROTOCOLS, ids=drug_of)
def test_every_protocol_has_stories_beside_it(path):
    assert path.with_name(f"{path.stem}.cases.toml") in CASES


THRESHOLDS = [rule for p in load_protocols().drugs.values() for rule in p.rules if rule.kind == "threshold"]


@pytest.mark.parametrize("rule", THRESHOLDS, ids=lambda rule: rule.id)
def test_the_generated_boundaries_of_a_rule_hold(rule):
    shipped = load_protocols()
    (protocol,) = [p for p in shipped.drugs.values() if rule in p.rules]
    said = list(check_boundaries(protocol.model_copy(update={"rule": (rule,)}), shipped))
    assert len(said) == 3 * (len(rule.bands) - 1)
    assert [fault for fault in said if fault] == []


def list_edges() -> list[tuple[str, str, float, str, str]]:
    """Read anew from the file: rule, analyte, a number at a limit or one reported digit beside it, and its band's
    verdict. (The generator of `protocols check` is not trusted with its own work.)
    """
    edges = []
    for path in PROTOCOLS:
        for rule in read_raw(path)["rule"]:
            if rule["kind"] != "threshold" or "analyte" not in rule:
                continue
            digits = analyte(rule["analyte"]).decimals
            limits = {
                band[end] for band in rule["bands"] for end in ("from", "above", "below", "below_or_at") if end in band
            }
            for limit in sorted(limits):
                for value in (limit - 10**-digits, limit, limit + 10**-digits):
                    number = round(value, digits)
                    (band,) = [b for b in rule["bands"] if lies_in(number, b)]
                    verdict = f"{band['priority']} {band['action']}" if "priority" in band else "silent"
                    edges.append((rule["id"], rule["analyte"], number, verdict, rule["while"][0]))
    return edges


def lies_in(value: float, band: dict[str, float]) -> bool:
    return (
        band.get("from", value) <= value
        and ("above" not in band or band["above"] < value)
        and ("below" not in band or value < band["below"])
        and value <= band.get("below_or_at", value)
    )


EDGES = list_edges()


def tell_edge(name: str, value: float, phase: str) -> Said:
    if phase == "planned":
        return tell(f"2026-03-10 anakinra\n2026-02-27 {name} {value}", "2026-03-01")
    return taken(f"2026-02-27 {name} {value}")


@pytest.mark.parametrize(("rule", "name", "value", "verdict", "phase"), EDGES, ids=[f"{e[0]}-{e[2]}" for e in EDGES])
def test_a_limit_does_what_its_band_says_on_both_sides(rule, name, value, verdict, phase):
    assert tell_edge(name, value, phase).answer(rule) == verdict


def test_the_check_finds_the_shipped_files_without_fault():
    checked = check_protocols()
    assert checked.faults == ()
    assert checked.cases >= 30
    assert checked.boundaries == sum(3 * (len(rule.bands) - 1) for rule in THRESHOLDS)
    assert checked.rules == sum(len(p.rules) for p in load_protocols().drugs.values())
