"""From open findings to alerts: one alert per patient, drug, category and fact, carrying every authority's position.

The alert speaks with its strictest position (contract 4: actions are ordered); the others stay beside it in their own
words. An alert worsens and improves without being raised anew: its id is made of what it is about and when it opened.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from operator import itemgetter

from core.catalogue import analyte
from core.engine.rules.compiled import CompiledRule
from core.engine.spoken import OpenFinding, Verdict, Voice
from core.engine.standing import Alert, Basis, Evidence, Position, Source
from core.engine.titles import fill_in, names_anything, title_of, upper_first
from core.engine.wording import iso, number
from core.protocols.conditions import Band
from core.protocols.kinds import Baseline, Overdue, Rule, Says, Threshold, Visits
from core.protocols.schema import Protocol
from core.records import ACTIONS, AUTHORITIES, DAY, PRIORITIES

#: A voice in the order it is heard: its rank, when its finding opened, and whose it is.
_Said = tuple[tuple[int, int, int, int], int, int, Voice, OpenFinding, Verdict]


def alert_key(compiled: CompiledRule) -> tuple[str, str, str]:
    """What findings must share, besides patient and event, to be one alert."""
    return compiled.drug, compiled.rule.category, compiled.fact


def alert_id(patient_id: str, drug: str, category: str, fact: str, opened: int) -> str:
    """The same for the same alert however often it is evaluated; holds no readable identifier."""
    text = "\x1f".join((patient_id, drug, category, fact, iso(opened)))
    return hashlib.blake2s(text.encode(), digest_size=10).hexdigest()


def assemble(findings: Iterable[OpenFinding], instant: int) -> list[Alert]:
    """Group open findings into alerts, gravest first, then oldest."""
    groups: dict[tuple[str, str, str, str, int], list[tuple[OpenFinding, Verdict]]] = {}
    verdicts: dict[tuple[int, int], Verdict] = {}
    for finding in findings:
        c = finding.compiled
        pair = c.number, finding.band
        if pair not in verdicts:
            verdicts[pair] = _read_verdict(finding)
        key = finding.patient_id, c.drug, c.rule.category, finding.fact, finding.alert_opened
        groups.setdefault(key, []).append((finding, verdicts[pair]))
    alerts = [_alert(key, members, instant) for key, members in groups.items()]
    alerts.sort(key=lambda a: (PRIORITIES.index(a.priority), a.opened_at, a.patient_id, a.alert_id))
    return alerts


def _alert(
    key: tuple[str, str, str, str, int], members: list[tuple[OpenFinding, Verdict]], instant: int
) -> Alert:  # fmt: skip
    patient_id, drug, category, fact, opened = key
    spoken: list[_Said] = [
        (voice.rank, finding.opened, place, voice, finding, verdict)
        for place, (finding, verdict) in enumerate(members)
        for voice in verdict.voices
    ]
    if len(members) > 1:
        spoken.sort(key=itemgetter(0, 1, 2))
        once: dict[tuple[str, str], _Said] = {}
        for one in spoken:  # several overdue visits are one position
            once.setdefault((one[5].rule_id, one[3].authority), one)
        spoken = list(once.values())
    *_, lead, leading = spoken[0]
    positions = tuple([_position(voice, finding, verdict, instant) for *_, voice, finding, verdict in spoken])
    tier = min([one[5].tier for one in spoken])
    clocked = [finding for finding, verdict in members if finding.clock is not None and verdict.tier == tier]
    since = min([_since(finding, instant) for finding in clocked or [finding for finding, _ in members]])
    return Alert(
        alert_id=alert_id(patient_id, drug, category, fact, opened), patient_id=patient_id, drug=drug,
        category=category, fact=fact, rule_id=leading.rule_id, priority=PRIORITIES[tier],
        action=positions[0].action, title=positions[0].title, advice=positions[0].advice, positions=positions,
        opened_at=opened, closed_at=members[-1][0].closed_at, since=since,
        evidence=_evidence([finding for finding, _ in members]), basis=_basis(lead, leading),
        held=lead.held or next((finding.held for finding, _ in members if finding.held), ""),
        known_at=min([finding.clock[1] for finding in clocked if finding.clock is not None], default=None),
    )  # fmt: skip


def _position(voice: Voice, finding: OpenFinding, verdict: Verdict, instant: int) -> Position:
    return voice.fixed or Position(
        voice.authority, verdict.rule_id, verdict.action, verdict.priority, title_of(finding, verdict, instant),
        fill_in(voice.advice, finding, verdict, instant), voice.source,
    )  # fmt: skip


def _evidence(members: list[OpenFinding]) -> tuple[Evidence, ...]:
    """Every fact behind these findings once, oldest first."""
    if len(members) == 1 and len(members[0].evidence) < 2:
        return members[0].evidence
    seen: dict[tuple[str, int], Evidence] = {}
    for finding in members:
        for one in finding.evidence:
            seen.setdefault((one.table, one.row_id), one)
    return tuple(sorted(seen.values(), key=lambda e: (e.at, e.row_id)))


def _since(finding: OpenFinding, instant: int) -> int:
    """From when its alert stands as grave as it is: nobody could have done a baseline before its window opened."""
    rule = finding.compiled.rule
    began = finding.opened if finding.clock is None else finding.clock[0]
    if not isinstance(rule, Baseline):
        return began
    days = min(r.baseline_days for r in finding.protocol.rules if isinstance(r, Visits) and r.test == rule.test)
    return max(began, min(finding.measured - days * DAY, instant))


def _read_verdict(finding: OpenFinding) -> Verdict:
    """What the finding's band of its rule says of anybody."""
    compiled, feature = finding.compiled, finding.feature
    rule = compiled.rule
    band = rule.bands[finding.band] if isinstance(rule, Threshold) else None
    priority, action = _verdict(finding)
    rule_id, tier, strictness = compiled.rule_id, PRIORITIES.index(priority), ACTIONS.index(action)
    title = rule.title or ("" if band is not None else rule.id.replace("-", " ").capitalize())
    voices = []
    for says in compiled.says:
        rank = strictness, tier, AUTHORITIES.index(says.authority), compiled.number
        advice, source, fixed = _advice(rule, band, finding.band, says), _source(finding.protocol, says), None
        if title and not names_anything(title) and not names_anything(advice):
            fixed = Position(says.authority, rule_id, action, priority, upper_first(title), advice, source)
        voices.append(Voice(says.authority, rank, advice, source, fixed))
    voices.sort(key=lambda voice: voice.rank)
    out = rule_id, priority, action, tier, title, tuple(voices)
    if not isinstance(rule, Threshold) or band is None:
        return Verdict(*out)
    operator, limit = comparison(rule, band)
    unit = feature.unit if feature is not None else analyte(rule.analyte).unit
    shown = analyte(rule.analyte).unit_display if rule.analyte else unit
    return Verdict(*out, operator, limit, number(limit), unit, shown)


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


def _basis(finding: OpenFinding, verdict: Verdict) -> Basis:
    if verdict.limit is None:
        return Basis(inputs=finding.inputs)
    value = None if finding.value != finding.value else finding.value  # NaN: nothing was measured
    return Basis(
        verdict.operator,
        verdict.limit,
        verdict.unit,
        value,
        finding.inputs if finding.feature is None or finding.feature.inputs else {},  # an age: the birth date alone
        finding.feature.equation if finding.feature else None,
    )


def _advice(rule: Rule, band: Band | None, place: int, says: Says) -> str:
    """What one authority advises: in its own words, else the band's, else the rule's."""
    if says.advice:
        return says.advice
    if isinstance(rule, Overdue):
        return rule.after_tolerances[place].advice or rule.advice
    return (band.advice if band is not None else "") or rule.advice


def _source(protocol: Protocol, says: Says) -> Source:
    document = protocol.documents[says.document]
    return Source(document.document, says.section, document.version, says.checked, protocol.reviewed.signed)
