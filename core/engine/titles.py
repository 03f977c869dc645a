"""What an alert is called and advised: the texts of its rule with a patient's numbers, dates and events in them."""

from __future__ import annotations

from core.catalogue import analyte
from core.engine.spoken import OpenFinding, Verdict
from core.engine.wording import date, number
from core.protocols.kinds import Baseline, Threshold
from core.records import DAY

_SIDES = {"<": "below", "<=": "at or below", ">": "above", ">=": "at or above"}


class _Words(dict[str, str]):
    """What a title or an advice may name, each found when it is asked for."""

    def __init__(self, finding: OpenFinding, verdict: Verdict, instant: int) -> None:
        self.told = finding, verdict, instant

    def __missing__(self, name: str) -> str:
        finding, verdict, instant = self.told
        match name:
            case "value":
                return _value(finding, verdict)
            case "limit":
                return verdict.limit_text
            case "unit":
                return verdict.unit_shown
            case "date":
                return _date(finding, instant)
            case "event":
                return _event_words(finding)
            case "drug":
                return finding.fact.removeprefix("with:")
        raise KeyError(name)


def names_anything(text: str) -> bool:
    """Whether a text of a rule names something of the patient's."""
    return "{" in text or "}" in text


def upper_first(text: str) -> str:
    return text[:1].upper() + text[1:]


def fill_in(text: str, finding: OpenFinding, verdict: Verdict, instant: int) -> str:
    """A text of a rule with what it names."""
    return text.format_map(_Words(finding, verdict, instant)) if names_anything(text) else text


def title_of(finding: OpenFinding, verdict: Verdict, instant: int) -> str:
    """What, against what, when: "Neutrophils 0.9 ×10⁹/L on 18-Nov-2026, below 1.5"."""
    rule = finding.compiled.rule
    if verdict.title or not isinstance(rule, Threshold):
        return upper_first(fill_in(verdict.title, finding, verdict, instant))
    name = finding.feature.title if finding.feature is not None else analyte(rule.analyte).title
    newest = max((e for e in finding.evidence if e.analyte == rule.analyte), key=lambda e: e.at, default=None)
    comparator = newest.comparator if newest is not None else ""
    unit = f" {verdict.unit_shown}" if verdict.unit_shown else ""
    side, limit = _SIDES[verdict.operator], verdict.limit_text
    return f"{name} {comparator}{_value(finding, verdict)}{unit} on {_date(finding, instant)}, {side} {limit}"


def _value(finding: OpenFinding, verdict: Verdict) -> str:
    if verdict.limit is None:
        return ""
    return number(finding.value, None if finding.feature is None else finding.feature.decimals, verdict.limit)


def _date(finding: OpenFinding, instant: int) -> str:
    """The day a title names. A start that is only planned, and whose day has passed, is meant for today (D43)."""
    is_begun = finding.opened == finding.measured
    if isinstance(finding.compiled.rule, Baseline) and not is_begun and finding.measured // DAY < instant // DAY:
        return f"{date(instant)} (planned for {date(finding.measured)})"
    return date(finding.measured)


def _event_words(finding: OpenFinding) -> str:
    for one in finding.evidence:
        if one.event:
            return f"{one.event} ({one.detail})" if one.detail else one.event
    return finding.compiled.rule.category.replace("_", " ")
