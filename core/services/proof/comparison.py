"""The comparison behind an alert: limit and value, what a change or a stage was compared with, and the weights used."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from core.engine.change import find_change
from core.engine.describe import describe_evidence
from core.engine.earlier_creatinine import ALGORITHMS
from core.engine.rules.compiled import CompiledRule
from core.engine.standing import Alert
from core.engine.wording import date, iso, iso_date, number
from core.protocols.conditions import Leaf, leaves_of
from core.protocols.kinds import Interval, Threshold
from core.services.proof.clearance import FEATURE, clearance_by_weight
from core.services.proof.injury import compare_creatinine
from core.services.proof.record import AGES, PATIENT, Record
from core.services.proof.silence import list_conditions
from core.services.proof.speech import with_unit
from core.views.condition_words import coded_word, subject_words, unit_words
from core.views.words import operator_words


def compare(alert: Alert, record: Record, rules: list[CompiledRule]) -> dict[str, Any]:
    """What was compared with what. rules: those that speak on the alert, and could."""
    spoken = {position.rule_id for position in alert.positions}
    fired = [c for c in rules if c.rule_id in spoken]
    lead = next(c.rule for c in fired if c.rule_id == alert.rule_id)
    thresholds = [c.rule for c in fired if isinstance(c.rule, Threshold)]
    basis = alert.basis
    about_clearance = any(_asks_clearance(c) for c in fired)
    return {
        "operator": basis.operator, "threshold": basis.threshold, "unit": basis.unit, "value": basis.value,
        "equation": basis.equation, "inputs": _inputs(lead, basis.inputs, record),
        "sentence": _sentence(alert, lead, record),
        "conditions": list_conditions(lead.when, record) if isinstance(lead, Interval) else [],
        "changes": [one for c in fired for one in _changes(c, record)],
        "compared_with": compare_creatinine(record, thresholds)
        if any(rule.feature in ALGORITHMS for rule in thresholds) else [],
        "clearance": clearance_by_weight(record) if about_clearance else None,
    }  # fmt: skip


def _asks_clearance(compiled: CompiledRule) -> bool:
    rule = compiled.rule
    if isinstance(rule, Threshold):
        return rule.feature == FEATURE
    return isinstance(rule, Interval) and any(leaf.feature == FEATURE for leaf in leaves_of(rule.when))


def _inputs(lead: object, inputs: Mapping[str, object], record: Record) -> dict[str, object]:
    """What an equation was given; an age is made of the birth date alone."""
    if isinstance(lead, Threshold) and lead.feature in AGES:
        return {"birth_date": iso_date(int(record.cohort.patients.birth[PATIENT]))}
    return dict(inputs)


def _sentence(alert: Alert, lead: object, record: Record) -> str | None:
    """ "0.9 ×10⁹/L is below 1.5", None where nothing was compared with a limit."""
    basis = alert.basis
    if not isinstance(lead, Threshold) or basis.operator is None or basis.threshold is None:
        return None
    common = record.common
    name = lead.analyte or lead.feature
    places = common.features[lead.feature].decimals if lead.feature else None
    unit = unit_words(name, common)
    if basis.value is not None and coded_word(name, basis.value):
        return f"{subject_words(name, common)}: {coded_word(name, basis.value)}"
    value = "the value" if basis.value is None else number(basis.value, places, basis.threshold)
    newest = max((e for e in alert.evidence if e.analyte == lead.analyte), key=lambda e: e.at, default=None)
    sign = newest.comparator if newest is not None else ""
    return f"{subject_words(name, common)}: {sign}{value} is {operator_words(basis.operator)} " + with_unit(
        basis.threshold, unit
    )


def _changes(compiled: CompiledRule, record: Record) -> list[dict[str, Any]]:
    """For each condition on a fall or rise: the value before, the change, and what it must pass to be no chance."""
    rule = compiled.rule
    if not isinstance(rule, Interval):
        return []
    return [
        told
        for leaf in leaves_of(rule.when)
        if (leaf.changed or leaf.fallen_percent is not None) and (told := _change(leaf, compiled.rule_id, record))
    ]


def _change(leaf: Leaf, rule_id: str, record: Record) -> dict[str, Any] | None:
    m, side = record.measurements, leaf.changed or "fall"
    series = m.series(leaf.analyte)
    readable = np.flatnonzero((series.at <= record.at) & series.readable)
    if not len(readable):
        return None
    newest = int(readable[-1])
    limit = m.change_limit(leaf.analyte, side) if leaf.changed else float(leaf.fallen_percent or 0)
    begun = record.conditions.begun if leaf.against == "before_treatment" else None
    found = find_change(
        m.measured(leaf.analyte), side, limit, against=leaf.against, within_days=leaf.within_days, by=leaf.by,
        begun=begun,
    )  # fmt: skip
    low, high = float(found.before_low[newest]), float(found.before_high[newest])
    if np.isnan(high):
        return None
    shown = describe_evidence(record.cohort, int(series.rows[0][newest]))
    now = float(shown.value) if shown.value is not None else float(series.low[newest])
    sign = 1 if side == "rise" else -1
    least, most = float(found.least[newest]), float(found.most[newest])
    exact = least == most
    name = "reference change value" if leaf.changed else "limit of the rule"
    unit = unit_words(leaf.analyte, record.common)
    change = f"{'' if exact else 'at least '}{sign * least:+.1f} %" if np.isfinite(least) else "by how much is open"
    subject = subject_words(leaf.analyte, record.common)
    by = f", and by at least {with_unit(leaf.by, unit)}" if leaf.by is not None else ""
    before, since = int(readable[-2]) if len(readable) > 1 else newest, None
    if leaf.against != "previous":
        treatment = " treatment" if leaf.against == "before_treatment" else ""
        what = f"median of the {leaf.within_days} days before{treatment}"
    else:
        what, since = "the previous result", int(series.at[before])
    when = "" if since is None else f" on {date(since)}"
    return {
        "rule_id": rule_id, "analyte": leaf.analyte, "direction": side, "before": low if low == high else None,
        "before_low": low, "before_high": high if np.isfinite(high) else None,
        "before_at": None if since is None else iso(since), "before_is": what, "now": now,
        "now_comparator": shown.comparator or None, "now_at": iso(int(series.at[newest])),
        "percent": sign * least if exact else None, "least_percent": sign * least if np.isfinite(least) else None,
        "limit_percent": limit, "limit_is": name, "at_least": leaf.by,
        "sentence": f"{subject}: {_range_words(low, high)}{when} ({what}) to {shown.comparator}"
        f"{with_unit(now, unit)} on {date(int(series.at[newest]))} ({change}); {name}: a {side} of {limit:.1f} %{by}.",
    }  # fmt: skip


def _range_words(low: float, high: float) -> str:
    """What a value was, as far as its bounds tell."""
    if low == high:
        return number(low)
    if not np.isfinite(high):
        return f"at least {number(low)}"
    return f"at most {number(high)}" if low <= 0 else f"{number(low)} to {number(high)}"
