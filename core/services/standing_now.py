"""What stands now, read from the findings kept beside the facts: quick, because nothing is judged anew.

Past days, chosen authorities and single patients are evaluated from the facts instead (evaluate_clinic): they need the
whole evidence, or what was known then.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sqlalchemy import Connection

from core.catalogue import analyte
from core.engine.assemble import OpenFinding, assemble
from core.engine.rules.compiled import CompiledRule, compile_rules
from core.engine.standing import CannotTell, Evidence, Standing, Visit
from core.engine.wording import remedy
from core.protocols.loader import Protocols
from core.protocols.schema import Threshold
from core.records import DAY, Event, Result
from core.services.evaluate_clinic import fingerprint_of_rules
from core.store import clinic, findings, stored


def is_current(held: clinic.Clinic, now: int) -> bool:
    """Whether the kept findings were made by the rules in force, and on this day (planned starts come nearer)."""
    return (
        held.protocol_hash == fingerprint_of_rules() and held.horizon is not None and held.horizon // DAY == now // DAY
    )


def read_standing(connection: Connection, protocols: Protocols, now: int) -> Standing:
    """Everything that stands on the day the findings were made on. Evidence: the newest result or event."""
    rows = findings.standing_rows(connection, now)
    compiled = _by_name(protocols)
    held = {(u.patient_id, u.rule_id): u.reason for u in rows.unknowns}
    evidence = _evidence(connection, rows.findings)
    alerts = assemble([_open(row, compiled, protocols, held, evidence) for row in rows.findings], now)
    return Standing(
        now, tuple(alerts), tuple(_cannot_tell(rows.unknowns, compiled)), tuple(_schedule(rows.visits, now)),
        dict(protocols.hashes),
    )  # fmt: skip


def _by_name(protocols: Protocols) -> dict[tuple[str, str], CompiledRule]:
    """Compiled rules by rule id and authorities, the two that a kept finding names."""
    out = {}
    for protocol in protocols.drugs.values():
        for one in compile_rules(protocol, None, 0):
            out[one.rule_id, ",".join(one.authorities)] = one
    return out


def _evidence(connection: Connection, rows: list[findings.FindingRow]) -> Mapping[tuple[str, int], Evidence]:
    out: dict[tuple[str, int], Evidence] = {}
    named = [_fact_key(word) for row in rows for word in row.evidence.split()]
    results = {number for kind, number in named if kind == "result" and number > 0}
    for number, kept in stored.facts_by_row(connection, "result", results).items():
        r = kept.fact
        if isinstance(r, Result):
            value = None if r.value is None else float(r.value)
            out["result", number] = Evidence(
                number, r.collected_at, r.analyte, value, r.comparator, r.unit, preliminary=r.status == "preliminary"
            )
    events = {number for kind, number in named if kind == "event"}
    for number, kept in stored.facts_by_row(connection, "event", events).items():
        e = kept.fact
        if isinstance(e, Event):
            kind, code = (e.code, e.kind) if e.kind == "symptom" and e.code else (e.kind, e.code)
            out["event", number] = Evidence(
                number, e.start, event_id=e.event_id or "", event=kind.replace("_", " "),
                detail=(e.detail or code).replace("_", " "), end=e.end,
            )  # fmt: skip
    return out


def _fact_key(word: str) -> tuple[str, int]:
    return ("event" if word.startswith("e") else "result"), int(word[1:])


def _open(
    row: findings.FindingRow, compiled: Mapping[tuple[str, str], CompiledRule], protocols: Protocols,
    held: Mapping[tuple[str, str], str], evidence: Mapping[tuple[str, int], Evidence],
) -> OpenFinding:  # fmt: skip
    known = compiled[row.rule_id, row.authorities]
    rule = known.rule
    feature = protocols.common.features[rule.feature] if isinstance(rule, Threshold) and rule.feature else None
    keys = [_fact_key(word) for word in row.evidence.split()]
    facts = [evidence[key] for key in keys if key in evidence]
    if row.last_row is not None and row.last_row < 0:  # a count computed from others has no row of its own
        name = known.test
        facts.append(Evidence(row.last_row, row.measured, name, row.value, unit=analyte(name).unit, derived=True))
    return OpenFinding(
        row.patient_id, known, row.band, row.fact, row.opened, row.alert_opened,
        float("nan") if row.value is None else row.value, row.measured, tuple(facts),
        held.get((row.patient_id, row.rule_id), ""), {}, feature, protocols.drugs[row.drug],
    )  # fmt: skip


def _cannot_tell(
    rows: list[findings.UnknownRow], compiled: Mapping[tuple[str, str], CompiledRule]
) -> Iterator[CannotTell]:
    tests = {rule_id: one.test for (rule_id, _), one in compiled.items()}
    seen: set[tuple[str, str]] = set()
    for row in rows:
        if (row.patient_id, row.rule_id) not in seen:
            seen.add((row.patient_id, row.rule_id))
            told = remedy(row.reason, tests.get(row.rule_id, ""))
            yield CannotTell(row.patient_id, row.drug, row.rule_id, row.category, row.reason, told, row.opened)


def _schedule(rows: list[findings.VisitRow], now: int) -> Iterator[Visit]:
    """From baseline to the first upcoming visit of each test of each treatment."""
    ahead: set[tuple[str, str, str, int]] = set()
    for row in sorted(rows, key=lambda r: (r.patient_id, r.drug, r.test, r.treatment_start, r.due)):
        if not row.treatment_start <= now < row.treatment_end:
            continue
        if row.window_start > now:
            treatment = (row.patient_id, row.drug, row.test, row.treatment_start)
            if treatment in ahead:
                continue
            ahead.add(treatment)
        yield Visit(
            row.patient_id, row.drug, row.test, row.due, row.window_start, row.window_end - DAY,
            tuple(filter(None, row.authorities.split(","))), _status(row, now), row.satisfied_by,
        )  # fmt: skip


def _status(row: findings.VisitRow, now: int) -> str:
    if now < row.window_start:
        return "upcoming"
    if row.satisfied_by is not None:
        return "done"
    if now < row.window_end:
        return "due"
    return "missed" if row.overdue_to <= now else "overdue"
