"""One request for one test: what a graver alert of the patient already asks for is not asked for again."""

from __future__ import annotations

from collections.abc import Iterable

from core.engine.standing import Alert
from core.protocols.conditions import leaves_of
from core.protocols.kinds import Baseline, Interval, Overdue, Rule, Threshold
from core.protocols.loader import load_protocols

_REQUESTS = ("request_test", "repeat_test")


def ask_once(alerts: Iterable[Alert]) -> list[Alert]:
    """The alerts of one patient without those that only repeat a graver one's request, in their order.

    Args: alerts (gravest first). What is left out still stands among the alerts: this is for a card that asks.
    """
    asked: set[str] = set()
    kept = []
    for alert in alerts:
        wanted = tests_asked(alert)
        if alert.action in _REQUESTS and wanted and wanted <= asked:
            continue
        asked |= wanted
        kept.append(alert)
    return kept


def tests_asked(alert: Alert) -> set[str]:
    """The tests that the rules of an alert ask for: those whose new result they wait for."""
    known = load_protocols().drugs.get(alert.drug)
    if known is None:
        return set()
    spoken = {one.rule_id.removeprefix(f"{alert.drug}.") for one in alert.positions if one.action in _REQUESTS}
    return {test for rule in known.rule if rule.id in spoken for test in _tests_of(rule)}


def _tests_of(rule: Rule) -> set[str]:
    match rule:
        case Baseline() | Overdue():
            return {rule.test}
        case Threshold():
            return {rule.analyte} if rule.analyte else set()
        case Interval():
            leaves = list(leaves_of(rule.when))
            waited = {leaf.until_result_of for leaf in leaves if leaf.until_result_of}
            return waited | {leaf.analyte for leaf in leaves if leaf.analyte and (leaf.not_within_days or leaf.missing)}
        case _:
            return set()
