"""From open findings to alerts: one alert per patient, drug, category and fact, carrying every authority's position.

The alert speaks with its strictest position (contract 4: actions are ordered); the others stay beside it in their own
words. An alert worsens and improves without being raised anew: its id is made of what it is about and when it opened.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from core.catalogue import analyte
from core.engine.rules.compiled import CompiledRule
from core.engine.standing import Alert, Basis, Evidence, Position, Source
from core.engine.wording import date, iso, number
from core.protocols.conditions import Band
from core.protocols.kinds import Baseline, Overdue, Says, Threshold, Visits
from core.protocols.schema import FeatureText, Protocol
from core.records import ACTIONS, AUTHORITIES, DAY, PRIORITIES


@dataclass(frozen=True, slots=True)
class OpenFinding:
    """A finding that stands at an instant, with what is needed to speak of it. fact: analyte, feature, test or
    event:ID. clock: since when its alert stands as grave as it is, and from when that could be known; None: it is over.
    """

    patient_id: str
    compiled: CompiledRule
    band: int
    fact: str
    opened: int
    alert_opened: int
    value: float
    measured: int
    evidence: tuple[Evidence, ...]
    held: str
    inputs: Mapping[str, object]
    feature: FeatureText | None
    protocol: Protocol
    clock: tuple[int, int] | None = None

    @property
    def alert(self) -> str:
        """The id of the alert it is part of."""
        c = self.compiled
        return alert_id(self.patient_id, c.drug, c.rule.category, self.fact, self.alert_opened)


def alert_key(compiled: CompiledRule) -> tuple[str, str, str]:
    """What findings must share, besides patient and event, to be one alert."""
    return compiled.drug, compiled.rule.category, compiled.fact


def alert_id(patient_id: str, drug: str, category: str, fact: str, opened: int) -> str:
    """The same for the same alert however often it is evaluated; holds no readable identifier."""
    text = "\x1f".join((patient_id, drug, category, fact, iso(opened)))
    return hashlib.blake2s(text.encode(), digest_size=10).hexdigest()


def assemble(findings: list[OpenFinding], instant: int) -> list[Alert]:
    """Group open findings into alerts, gravest first, then oldest."""
    groups: dict[tuple[str, str, str, str, int], list[OpenFinding]] = {}
    for finding in findings:
        c = finding.compiled
        groups.setdefault((finding.patient_id, c.drug, c.rule.category, finding.fact, finding.alert_opened), []).append(
            finding
        )
    alerts = [_alert(key, members, instant) for key, members in groups.items()]
    alerts.sort(key=lambda a: (PRIORITIES.index(a.priority), a.opened_at, a.patient_id, a.alert_id))
    return alerts


def _alert(key: tuple[str, str, str, str, int], members: list[OpenFinding], instant: int) -> Alert:
    patient_id, drug, category, fact, opened = key
    spoken = [(finding, says, *_verdict(finding)) for finding in members for says in finding.compiled.says]
    spoken.sort(
        key=lambda s: (
            ACTIONS.index(s[3]), PRIORITIES.index(s[2]), AUTHORITIES.index(s[1].authority), s[0].compiled.number,
            s[0].opened,
        )
    )  # fmt: skip
    once: dict[tuple[str, str], tuple[OpenFinding, Says, str, str]] = {}
    for voice in spoken:  # several overdue visits are one position
        once.setdefault((voice[0].compiled.rule_id, voice[1].authority), voice)
    spoken = list(once.values())
    lead = spoken[0][0]
    positions = tuple(
        Position(
            says.authority, finding.compiled.rule_id, action, priority, _title(finding, instant),
            _advice(finding, says, instant), _source(finding.protocol, says),
        )
        for finding, says, priority, action in spoken
    )  # fmt: skip
    seen: dict[tuple[str, int], Evidence] = {}
    for finding in members:
        for one in finding.evidence:
            seen.setdefault((one.table, one.row_id), one)
    priority = min((p.priority for p in positions), key=PRIORITIES.index)
    clocked = [finding for finding in members if finding.clock is not None and _verdict(finding)[0] == priority]
    return Alert(
        alert_id=alert_id(patient_id, drug, category, fact, opened), patient_id=patient_id, drug=drug,
        category=category, fact=fact, rule_id=lead.compiled.rule_id, priority=priority,
        action=positions[0].action, title=positions[0].title, advice=positions[0].advice, positions=positions,
        opened_at=opened, closed_at=None, since=min(_since(f, instant) for f in clocked or members),
        evidence=tuple(sorted(seen.values(), key=lambda e: (e.at, e.row_id))), basis=_basis(lead),
        held=next((f.held for f in (lead, *members) if f.held), ""),
        known_at=min((f.clock[1] for f in clocked if f.clock is not None), default=None),
    )  # fmt: skip


def _since(finding: OpenFinding, instant: int) -> int:
    """From when its alert stands as grave as it is: nobody could have done a baseline before its window opened."""
    rule = finding.compiled.rule
    began = finding.opened if finding.clock is None else finding.clock[0]
    if not isinstance(rule, Baseline):
        return began
    days = min(r.baseline_days for r in finding.protocol.rules if isinstance(r, Visits) and r.test == rule.test)
    return max(began, min(finding.measured - days * DAY, instant))


def band_of(finding: OpenFinding) -> Band | None:
    rule = finding.compiled.rule
    return rule.bands[finding.band] if isinstance(rule, Threshold) else None


def _verdict(finding: OpenFinding) -> tuple[str, str]:
    """Priority and action of a finding."""
    rule = finding.compiled.rule
    match rule:
        case Threshold():
            band = rule.bands[finding.band]
            return str(band.priority), str(band.action)
        case Overdue():
            late = rule.after_tolerances[finding.band]
            return late.priority, late.action
        case Visits():
            raise TypeError(f"{rule.kind} rules raise nothing")
        case _:
            return rule.priority, rule.action


def comparison(rule: Threshold, band: Band) -> tuple[str, float]:
    """The limit a band stands for, and the operator that crosses it."""
    if rule.low_is_worse:
        return ("<=", band.below_or_at) if band.below_or_at is not None else ("<", float(band.below or 0.0))
    return (">", band.above) if band.above is not None else (">=", float(band.from_ or 0.0))


def _basis(finding: OpenFinding) -> Basis:
    rule, band = finding.compiled.rule, band_of(finding)
    if not isinstance(rule, Threshold) or band is None:
        return Basis(inputs=finding.inputs)
    operator, threshold = comparison(rule, band)
    value = None if finding.value != finding.value else finding.value  # NaN: nothing was measured
    return Basis(
        operator,
        threshold,
        _unit(finding, rule),
        value,
        finding.inputs if finding.feature is None or finding.feature.inputs else {},  # an age: the birth date alone
        finding.feature.equation if finding.feature else None,
    )


def _unit(finding: OpenFinding, rule: Threshold) -> str:
    return finding.feature.unit if finding.feature is not None else analyte(rule.analyte).unit


def _words(finding: OpenFinding, instant: int) -> dict[str, str]:
    """What a title or an advice may name."""
    rule, band = finding.compiled.rule, band_of(finding)
    words = {"value": "", "limit": "", "unit": "", "date": _date(finding, instant), "event": _event_words(finding),
        "drug": finding.fact.removeprefix("with:")}  # fmt: skip
    if isinstance(rule, Threshold) and band is not None:
        _, limit = comparison(rule, band)
        places = finding.feature.decimals if finding.feature is not None else None
        words["limit"] = number(limit)
        words["value"] = number(finding.value, places, limit)
        words["unit"] = analyte(rule.analyte).unit_display if rule.analyte else _unit(finding, rule)
    return words


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


def _title(finding: OpenFinding, instant: int) -> str:
    """What, against what, when: "Neutrophils 0.9 ×10⁹/L on 18-Nov-2026, below 1.5"."""
    rule, band = finding.compiled.rule, band_of(finding)
    words = _words(finding, instant)
    if rule.title:
        text = rule.title.format_map(words)
        return text[:1].upper() + text[1:]
    if not isinstance(rule, Threshold) or band is None:
        return rule.id.replace("-", " ").capitalize()
    operator, _ = comparison(rule, band)
    side = {"<": "below", "<=": "at or below", ">": "above", ">=": "at or above"}[operator]
    name = finding.feature.title if finding.feature is not None else analyte(rule.analyte).title
    newest = max((e for e in finding.evidence if e.analyte == rule.analyte), key=lambda e: e.at, default=None)
    comparator = newest.comparator if newest is not None else ""
    unit = f" {words['unit']}" if words["unit"] else ""
    return f"{name} {comparator}{words['value']}{unit} on {words['date']}, {side} {words['limit']}"


def _advice(finding: OpenFinding, says: Says, instant: int) -> str:
    """What one authority advises: in its own words, else the band's, else the rule's."""
    rule, band = finding.compiled.rule, band_of(finding)
    if says.advice:
        return says.advice.format_map(_words(finding, instant))
    own = band.advice if band is not None else ""
    if isinstance(rule, Overdue):
        own = rule.after_tolerances[finding.band].advice
    return (own or rule.advice).format_map(_words(finding, instant))


def _source(protocol: Protocol, says: Says) -> Source:
    document = protocol.documents[says.document]
    return Source(document.document, says.section, document.version, says.checked, protocol.reviewed.signed)
