"""A snooze is bounded, and nothing that must not wait can be put off (P16; the floor comes from a protocol)."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

import core.alerts.house_rules as house
from core.alerts.snooze import check_snooze, find_floor, latest_end
from core.errors import InputRefused, ProtocolFault
from core.protocols.loader import load_protocols
from core.records import DAY, PRIORITIES
from tests.alerts.an_alert import RULES, T0, an_alert, at, count


@pytest.mark.parametrize("priority", PRIORITIES)
def test_a_snooze_may_end_on_the_last_day_of_its_tier_and_not_a_second_later(priority):
    latest = latest_end(priority, T0, RULES)
    assert (latest + 1) % DAY == 0
    assert (latest + 1 - (T0 // DAY) * DAY) // DAY == RULES.snooze_days[priority] + 1
    alert = an_alert(count(1.3), priority=priority)
    check_snooze(alert, latest, T0, RULES)
    with pytest.raises(InputRefused, match="may be snoozed for"):
        check_snooze(alert, latest + 1, T0, RULES)


@pytest.mark.parametrize("until", [None, T0, T0 - 1])
def test_a_snooze_without_an_end_ahead_is_refused(until):
    with pytest.raises(InputRefused, match="until when"):
        check_snooze(an_alert(count(1.3)), until, T0, RULES)


def test_the_floor_is_the_end_of_the_protocols_gravest_band():
    content = tomllib.loads(Path("core/protocols/anakinra.toml").read_text(encoding="utf-8"))
    rule = next(one for one in content["rule"] if one["id"] == "neutrophils-low")
    [floor] = RULES.floors
    assert (floor.analyte, floor.stop, floor.side) == ("neutrophils", rule["bands"][0]["below"], "low")
    written = tomllib.loads(house.FILE.read_text(encoding="utf-8"))
    assert set(written["floor"][0]) == {"rule", "why", "closed_by"}  # the house says which rule, never the number


EDGE = RULES.floors[0].stop
BELOW_THE_FLOOR = [
    (EDGE - 0.01, "", True), (EDGE, "", False), (EDGE + 0.01, "", False), (EDGE, "<", True), (EDGE, "<=", True),
    (EDGE + 0.5, "<", True), (EDGE, ">", False), (EDGE, ">=", False), (0.1, ">", True), (None, "", True),
]  # fmt: skip


@pytest.mark.parametrize(("value", "comparator", "held"), BELOW_THE_FLOOR)
def test_an_alert_that_holds_or_may_hold_a_count_below_the_floor_cannot_be_snoozed(value, comparator, held):
    alert = an_alert(count(1.3), count(value, 1, comparator=comparator), category="neutropenic_infection")
    assert (find_floor(alert, RULES) is not None) == held
    if held:
        with pytest.raises(InputRefused, match="cannot be snoozed"):
            check_snooze(alert, at(1.9), at(1), RULES)


def test_the_newest_count_decides():
    assert find_floor(an_alert(count(0.3), count(1.2, 1)), RULES) is None
    assert find_floor(an_alert(count(1.2), count(0.3, 1)), RULES) is not None


def test_a_count_that_could_not_be_judged_may_lie_below_the_floor():
    assert find_floor(an_alert(count(1.2), held="conflicting_duplicate"), RULES) is not None


def test_another_analyte_has_no_such_floor():
    assert find_floor(an_alert(count(0.1, analyte="platelets"), fact="platelets"), RULES) is None


@pytest.mark.parametrize(
    ("find", "put"),
    [
        ('rule = "anakinra.neutrophils-low"', 'rule = "anakinra.no-such-rule"'),
        ("at_most_days = 1\n", "at_most_days = 0\n"),
        ('to = "admin"', 'to = "nobody"'),
        ("[snooze.low]", "[snooze.lowest]"),
    ],
)
def test_a_broken_house_rule_stops_the_start_and_names_the_file(tmp_path, find, put):
    text = house.FILE.read_text(encoding="utf-8")
    assert find in text
    broken = tmp_path / "house_rules.toml"
    broken.write_text(text.replace(find, put), encoding="utf-8")
    with pytest.raises(ProtocolFault, match=r"house_rules\.toml"):
        house.read_house_rules(load_protocols(), broken)
