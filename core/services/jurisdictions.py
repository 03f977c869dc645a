"""Jurisdictions side by side: what each authority alone says of one patient, why the others are silent, and where the
documents disagree.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from core.engine.cohort import Cohort
from core.engine.evaluate import evaluate
from core.engine.known import as_known_at
from core.engine.rules.compiled import ALWAYS, CompiledRule
from core.engine.standing import Alert, Position, Standing, Visit
from core.engine.wording import date, iso_date
from core.errors import InputRefused
from core.protocols.disagreements import Disagreement, disagreements_on
from core.protocols.kinds import Card, Visits
from core.protocols.loader import Protocols, load_protocols
from core.records import AUTHORITIES
from core.services.contract_json import source_to_json
from core.services.proof.clauses import is_about
from core.services.proof.record import Record
from core.services.proof.silence import why_silent
from core.views.condition_words import spelt, subject_words

Subject = tuple[str, str, str]  # drug, category, fact


@dataclass(frozen=True)
class Voices:
    """What stands for one patient when each authority is asked by itself."""

    record: Record
    alone: dict[str, Standing]

    @classmethod
    def of(cls, record: Record) -> Voices:
        """Evaluate the patient once for every authority the drug's file names, LOCAL by itself included."""
        alone = {}
        for authority in authorities_of(record.history.protocols, record.drug):
            history = evaluate(
                record.cohort, record.history.protocols, horizon=record.history.horizon, authorities=(authority,)
            )
            alone[authority] = history.at(record.at)
        return cls(record, alone)

    def says(self, authority: str, subject: Subject) -> dict[str, Any]:
        """One authority on one subject: its own action in its own words, or why it is silent."""
        alert = self.alert(authority, subject)
        mine = [p for p in alert.positions if p.authority == authority] if alert is not None else []
        if mine:
            return _speaking(mine[0])
        late = self._late(authority, subject)
        because = "" if late is not None else self._why_silent(authority, subject)
        if late is not None:
            when = f"by its own schedule the one of {date(late.due)} is {late.status}"
            because = f"raises no alert of its own for a late test; {when}"
        return {"authority": authority, "speaks": False, "asks": late is not None, "because": because}

    def alert(self, authority: str, subject: Subject) -> Alert | None:
        alerts = self.alone[authority].alerts
        return next((a for a in alerts if (a.drug, a.category, a.fact) == subject), None)

    def _why_silent(self, authority: str, subject: Subject) -> str:
        told = _any_alert(self, subject)
        asked = self._asks_for(authority, subject)
        if asked:
            return asked
        rules = [
            c for c in self.record.all_rules if authority in c.authorities and _covers(c, subject, told, self.record)
        ]
        if not rules:
            return "no rule of theirs on this"
        said = dict.fromkeys(
            "their rule is switched off until it is signed"
            if not _is_enabled(c, self.record)
            else why_silent(c, self.record, self._unknown(authority, c)).because
            for c in rules
        )
        return "; ".join(said)

    def _visits(self, authority: str, subject: Subject) -> list[Visit]:
        """The visits of an authority's own schedule for the test an alert about monitoring is about."""
        _, category, fact = subject
        if category != "monitoring" or authority == ALWAYS:
            return []
        return [v for v in self.alone[authority].schedule if v.test == fact and authority in v.authorities]

    def _late(self, authority: str, subject: Subject) -> Visit | None:
        """The newest visit of its own schedule that was not done in time."""
        late = [v for v in self._visits(authority, subject) if v.status in ("overdue", "missed")]
        return late[-1] if late else None

    def _asks_for(self, authority: str, subject: Subject) -> str:
        """What an authority's own schedule says of a test, where the subject is its monitoring."""
        visits = self._visits(authority, subject)
        if not visits:
            return ""
        due = next((v for v in visits if v.status != "done"), None)
        return "its own schedule has no visit overdue" + (f"; the next is due on {date(due.due)}" if due else "")

    def _unknown(self, authority: str, compiled: CompiledRule) -> str:
        for one in self.alone[authority].cannot_tell:
            if one.rule_id == compiled.rule_id:
                return one.reason
        return ""


def authorities_of(protocols: Protocols, drug: str) -> tuple[str, ...]:
    """The authorities that a drug's file names, in the contract's order."""
    named = {says.authority for rule in protocols.drugs[drug].rule for says in rule.says}
    return tuple(one for one in AUTHORITIES if one in named)


def positions_on(alert: Alert, record: Record) -> list[dict[str, Any]]:
    """What every authority says alone on the fact of an alert; whether the clinic chose it."""
    voices = Voices.of(record)
    chosen = {authority for c in record.history.rules for authority in c.authorities}
    subject = (alert.drug, alert.category, alert.fact)
    return [{**voices.says(one, subject), "chosen": one in chosen} for one in voices.alone]


def compare_authorities(
    cohort: Cohort, patient_id: str, as_of: int, protocols: Protocols | None = None
) -> dict[str, Any]:
    """The whole table for one patient: every category and fact on which any authority speaks, side by side.

    Args:   cohort: facts that hold the patient; as_of (instant): from what was known then. protocols: None = those that
            ship.
    Returns: rows in the order of gravity, each with every authority's position or the reason of its silence, whether
            those that speak agree, and the disagreements on file; the next visits each asks for.
    Raises: InputRefused (no such patient, or one on no monitored drug; the user chooses another).
    """
    written = protocols or load_protocols()
    known = as_known_at(cohort, as_of)
    if patient_id not in known.patients.patient_id:
        raise InputRefused(f"No patient has the identifier {patient_id!r}: check it, zeros included.")
    history = evaluate(known, written, horizon=as_of)
    rows: list[dict[str, Any]] = []
    schedule: dict[str, dict[str, list[dict[str, str]]]] = {}
    for drug in written.drugs:
        record = Record.of(history, patient_id, drug, as_of)
        if not len(record.courses.patient):
            continue
        voices = Voices.of(record)
        rows += [_row(voices, subject) for subject in _subjects(voices)]
        schedule[drug] = {one: _visits_of(voices, one) for one in voices.alone if one != ALWAYS}
    return {
        "patient_id": patient_id, "as_of": iso_date(as_of), "rows": rows, "schedule": schedule,
        "authorities": [one for one in AUTHORITIES if any(one in authorities_of(written, drug) for drug in schedule)],
    }  # fmt: skip


def conflicts_on(alert: Alert, rules: Iterable[CompiledRule]) -> list[dict[str, Any]]:
    """The disagreements on file that touch an alert: by the keys of the rules that speak on it, or could."""
    keys = {key for c in rules for key in c.rule.keys}
    return [disagreement_to_json(one) for one in disagreements_on(alert.drug, keys)]


def disagreement_to_json(one: Disagreement) -> dict[str, Any]:
    return {
        "id": one.id, "topic": one.topic, "sides": [side.model_dump() for side in one.sides], "note": one.note,
        "keys": list(one.keys),
    }  # fmt: skip


def _subjects(voices: Voices) -> list[Subject]:
    """Everything any authority speaks on for the record's drug, gravest first as the alerts come."""
    found: dict[Subject, int] = {}
    for standing in voices.alone.values():
        for place, alert in enumerate(standing.alerts):
            if alert.drug == voices.record.drug:
                subject = (alert.drug, alert.category, alert.fact)
                found[subject] = min(place, found.get(subject, place))
    return sorted(found, key=lambda subject: (found[subject], subject))


def _row(voices: Voices, subject: Subject) -> dict[str, Any]:
    drug, category, fact = subject
    says = {one: voices.says(one, subject) for one in voices.alone}
    told = _any_alert(voices, subject)
    published = {(s["action"], s["priority"]) for who, s in says.items() if s["speaks"] and who != ALWAYS}
    rules = [c for c in voices.record.all_rules if _covers(c, subject, told, voices.record)]
    return {
        "drug": drug, "category": category, "fact": fact, "subject": _subject_words(fact, voices.record, told),
        "title": told.title if told is not None else "", "says": says,
        "agree": len(published) <= 1,
        "disagreements": [] if told is None else conflicts_on(told, rules),
    }  # fmt: skip


def _any_alert(voices: Voices, subject: Subject) -> Alert | None:
    return next((a for one in voices.alone if (a := voices.alert(one, subject)) is not None), None)


def _covers(compiled: CompiledRule, subject: Subject, told: Alert | None, record: Record) -> bool:
    if isinstance(compiled.rule, Visits | Card):
        return False
    if told is not None:
        return is_about(compiled, told, record)
    return (compiled.drug, compiled.rule.category, compiled.fact) == subject


def _is_enabled(compiled: CompiledRule, record: Record) -> bool:
    return next(rule for rule in record.protocol.rule if rule.id == compiled.rule.id).enabled


def _subject_words(fact: str, record: Record, told: Alert | None) -> str:
    if fact.startswith("event:") and told is not None:
        return next((spelt(one.event) for one in told.evidence if one.event), "event")
    return subject_words(fact, record.common)


def _speaking(position: Position) -> dict[str, Any]:
    return {
        "authority": position.authority, "speaks": True, "action": position.action, "priority": position.priority,
        "title": position.title, "advice": position.advice, "rule_id": position.rule_id,
        "source": source_to_json(position.source),
    }  # fmt: skip


def _visits_of(voices: Voices, authority: str) -> list[dict[str, str]]:
    """The visits an authority itself asks for that are not done."""
    return [
        {"test": visit.test, "due_date": iso_date(visit.due), "status": visit.status}
        for visit in voices.alone[authority].schedule
        if visit.drug == voices.record.drug and authority in visit.authorities and visit.status != "done"
    ]
