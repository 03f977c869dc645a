"""Titles of rules: words, one for each rule, and nothing that only an alert can fill in."""

from __future__ import annotations

import pytest

from core.protocols.loader import load_protocols
from core.views.rule_titles import name_rules

TITLES = name_rules(load_protocols())


def test_every_rule_has_a_title_of_its_own_without_a_gap():
    rules = [f"{one.drug}.{rule.id}" for one in load_protocols().drugs.values() for rule in one.rule]
    assert sorted(TITLES) == sorted(rules)
    assert len(set(TITLES.values())) == len(rules)
    for title in TITLES.values():
        assert "…" not in title and not title.endswith((",", ":", " on")), title
        assert title[0].isupper() or title[0].isdigit(), title


@pytest.mark.parametrize(
    ("rule", "title"),
    [
        ("neutrophils-stop", "Neutrophils below 1.5 ×10⁹/L (EMA, on treatment)"),
        ("neutrophils-contraindication", "Neutrophils below 1.5 ×10⁹/L (EMA, before a planned start)"),
        ("infection-reported", "Infection on treatment"),
        ("neutrophils-overdue", "Neutrophil count overdue"),
        ("interaction-sarilumab", "Together with sarilumab"),
        ("malignancy", "Current or past malignancy"),
        ("neutrophils-visits-ema", "Neutrophils: schedule (EMA)"),
        ("surgery", "Surgery"),
    ],
)
def test_a_title_says_what_the_rule_is_about(rule, title):
    assert TITLES[f"anakinra.{rule}"].replace("\u00a0", " ") == title
