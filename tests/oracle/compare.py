"""Ask the engine and the oracle the same and list where they part; cut a patient they part on down to a story."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from typing import Any, Final, Literal

from core.engine.evaluate import evaluate
from core.engine.known import as_known_at
from core.engine.standing import Standing
from core.protocols.loader import Protocols, load_protocols
from core.protocols.schema import Protocol
from core.records import FAR, LONG_AGO
from tests.oracle.drafts import Draft
from tests.oracle.facts import PatientFacts, read_cohort
from tests.oracle.generate import build_cohort
from tests.oracle.oracle import evaluate_patient
from tests.oracle.reference import read_every_form, read_rules, with_floats

DRUG: Final = "anakinra"
Lines = set[str]
Authorities = tuple[str, ...] | None


#: Which protocol is judged by: the drug's own, or the one that uses every form of the grammar.
Book = Literal["anakinra", "every form"]


@cache
def _engine_rules(book: Book) -> Protocols:
    loaded = load_protocols()
    if book == "anakinra":
        return Protocols(loaded.common, {DRUG: loaded.drugs[DRUG]}, loaded.hashes)
    forms = Protocol.model_validate(with_floats(read_every_form()[0]))
    common = loaded.common.model_copy(update={"events": {**loaded.common.events, **forms.events}})
    return Protocols(common, {DRUG: forms}, loaded.hashes)


@cache
def _oracle_rules(book: Book) -> tuple[dict[str, Any], dict[str, Any]]:
    return read_rules(DRUG) if book == "anakinra" else read_every_form()


def when(instant: int) -> str:
    """An instant as a person writes it; midnight is a date."""
    if instant >= FAR:
        return "open"
    text = datetime.fromtimestamp(instant, UTC).strftime("%Y-%m-%d %H:%M:%S")
    return text.removesuffix(" 00:00:00")


def _positions(positions: Any) -> str:
    return "; ".join(sorted({f"{who} {rule} {action}/{priority}" for who, rule, action, priority in positions}))


def engine_lines(standing: Standing) -> dict[str, Lines]:
    """What the engine says, one line for each thing, by patient."""
    said: dict[str, Lines] = {}
    for alert in standing.alerts:
        positions = _positions((each.authority, each.rule_id, each.action, each.priority) for each in alert.positions)
        said.setdefault(alert.patient_id, set()).add(
            f"alert {alert.category} on {alert.fact}: {alert.rule_id} {alert.priority} {alert.action} "
            f"by {sorted(alert.authorities)} since {when(alert.opened_at)} [{positions}]"
        )
        if alert.held:
            said[alert.patient_id].add(f"held {alert.category} on {alert.fact}: {alert.held}")
    for entry in standing.cannot_tell:
        said.setdefault(entry.patient_id, set()).add(f"cannot tell {entry.rule_id}: {entry.reason}")
    for visit in standing.schedule:
        said.setdefault(visit.patient_id, set()).add(
            f"visit {visit.test} due {when(visit.due)} ({when(visit.window_start)} to {when(visit.window_end)}) "
            f"for {sorted(visit.authorities)}: {visit.status} by row {visit.satisfied_by}"
        )
    return said


def oracle_lines(facts: PatientFacts, at: int, authorities: Authorities = None, book: Book = DRUG) -> Lines:
    """What the oracle says of one patient, in the same lines."""
    protocol, common = _oracle_rules(book)
    said = evaluate_patient(facts, protocol, common, at=at, authorities=authorities)
    lines = {
        f"alert {alert['category']} on {alert['fact']}: {alert['rule_id']} {alert['priority']} {alert['action']} "
        f"by {sorted(alert['authorities'])} since {when(alert['opened_at'])} [{_positions(alert['positions'])}]"
        for alert in said["alerts"]
    }
    lines |= {
        f"held {alert['category']} on {alert['fact']}: {alert['held'][0]}" for alert in said["alerts"] if alert["held"]
    }
    lines |= {f"cannot tell {entry['rule_id']}: {entry['reason']}" for entry in said["cannot_tell"]}
    return lines | {
        f"visit {visit['test']} due {when(visit['due'])} "
        f"({when(visit['window_start'])} to {when(visit['window_end'])}) "
        f"for {sorted(visit['authorities'])}: {visit['status']} by row {visit['satisfied_by']}"
        for visit in said["schedule"]
    }


def find_differences(
    drafts: Sequence[Draft], at: int, authorities: Authorities = None, book: Book = DRUG
) -> dict[str, Lines]:
    """Patient to lines only one of the two says: "+" the engine alone, "-" the oracle alone. Agreement has no entry."""
    cohort = build_cohort(drafts)
    history = evaluate(as_known_at(cohort, at), _engine_rules(book), horizon=at, authorities=authorities)
    by_engine = engine_lines(history.at(at))
    parted = {}
    for facts in read_cohort(cohort):
        engine, oracle = by_engine.get(facts.patient_id, set()), oracle_lines(facts, at, authorities, book)
        if engine != oracle:
            parted[facts.patient_id] = {f"+ {line}" for line in engine - oracle} | {
                f"- {line}" for line in oracle - engine
            }
    return parted


def cut_down(draft: Draft, at: int, authorities: Authorities = None, on: str = "", book: Book = DRUG) -> Draft:
    """Drop every fact without which the two still part (on a line holding these words)."""
    for table in ("results", "events", "courses"):
        for row in list(getattr(draft, table)):
            smaller = replace(draft, **{table: [other for other in getattr(draft, table) if other is not row]})
            lines = find_differences([smaller], at, authorities, book).get(draft.patient_id, set())
            if any(on in line for line in lines):
                draft = smaller
    return draft


def tell(draft: Draft, at: int, authorities: Authorities = None, book: Book = DRUG) -> str:
    """The patient as a story in time, and where the two part."""
    born = "unknown" if draft.birth == LONG_AGO else when(draft.birth)
    lines = [f"{draft.patient_id}: {draft.sex}, born {born}, died {when(draft.died)}; as of {when(at)}; {authorities}"]
    told = []
    for row in draft.results:
        value = (
            f"{row['comparator']}{row['value']}" if row["reason"] in ("", "conflicting_duplicate") else "(unreadable)"
        )
        extra = f" limit {row['ref_high']}" if row["ref_high"] == row["ref_high"] else ""
        known = f", known {when(row['known'])} to {when(row['superseded'])}"
        told.append((row["at"], f"{row['analyte']} {value} {row['reason']}{extra}{known}"))
    for row in draft.courses:
        told.append(
            (
                row["start"],
                f"{row['drug']} {row['status']} for {row['indication']}, "
                f"{row['dose']} mg{'/kg' if row['per_kg'] else ''} "
                f"{row['per_day']} a day, to {when(row['end'])}",
            )
        )
    for row in draft.events:
        words = " ".join(row[word] for word in ("code", "detail", "severity") if row[word])
        told.append((row["start"], f"{row['kind']} {words} to {when(row['end'])}"))
    lines += [f"  {when(moment)}  {text}" for moment, text in sorted(told)]
    parted = find_differences([draft], at, authorities, book).get(draft.patient_id, set())
    return "\n".join([*lines, "  engine +, oracle -:", *(f"    {line}" for line in sorted(parted))])
