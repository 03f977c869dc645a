"""Check what rules are made of: every file reads, every case comes out, every limit behaves on both of its sides."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path

from core.catalogue import ANALYTES, analyte, check_catalogue
from core.engine.evaluate import evaluate
from core.engine.gather import gather
from core.engine.standing import Standing
from core.engine.timeline import BandTable
from core.engine.wording import iso_date
from core.errors import ProtocolFault
from core.protocols.cases import Case, misspelt, read_cases
from core.protocols.loader import FOLDER, Protocols, read_protocols
from core.protocols.schema import Protocol, Threshold
from core.records import DAY, Course, Event, Patient, Result, Trace

_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - instants are on the clinic's own wall clock (core/records.py)


@dataclass(frozen=True)
class Checked:
    """What was checked and every fault found. files, rules, cases, boundaries: how many of each."""

    files: int
    rules: int
    cases: int
    boundaries: int
    unsigned: tuple[str, ...]
    faults: tuple[str, ...]


def check_protocols(folder: Path = FOLDER) -> Checked:
    """Check the catalogue, every protocol, every case and every generated boundary. All faults are listed at once."""
    faults = list(check_catalogue())
    try:
        protocols = read_protocols(folder)
    except ProtocolFault as error:
        return Checked(len(list(folder.glob("*.toml"))), 0, 0, 0, (), (*faults, *error.faults))
    cases = boundaries = 0
    for drug, protocol in protocols.drugs.items():
        path = folder / f"{drug.replace(' ', '_')}.cases.toml"
        if not path.exists():
            faults.append(f"{path.name} is missing: a protocol has cases beside it")
            continue
        try:
            stories = read_cases(path)
        except ProtocolFault as error:
            faults += error.faults
            continue
        cases += len(stories)
        for story in stories:
            told = misspelt(story) or run_case(story, drug, protocols)
            faults += [f"{path.name}: case {story.name!r}: {fault}" for fault in told]
        for fault in check_boundaries(protocol, protocols):
            boundaries += 1
            if fault:
                faults.append(f"{drug}: {fault}")
    unsigned = tuple(d for d, p in protocols.drugs.items() if not p.reviewed.signed)
    rules = sum(len(p.rules) for p in protocols.drugs.values())
    return Checked(len(protocols.drugs) + 1, rules, cases, boundaries, unsigned, tuple(faults))


def instant(text: str) -> int:
    """An ISO date or time of a case as an instant."""
    return int((datetime.fromisoformat(text) - _EPOCH).total_seconds())


def tell_case(story: Case, drug: str, protocols: Protocols) -> Standing:
    """What the engine says at the end of a story."""
    patient = Patient("CASE", "CASE", "Sample", instant(story.born), story.sex)
    rows = [_row(when, name, text) for when, name, text in story.results]
    courses = [
        Course(
            f"c{i}", "CASE", drug, True, c.indication, Decimal(c.dose), c.dose_unit, c.dose, c.frequency or None,
            c.frequency,
            "SC", instant(c.start), instant(c.end) + DAY if c.end else None, c.status,
        )
        for i, c in enumerate(story.courses)
    ]  # fmt: skip
    events = [
        Event(f"e{i}", "CASE", e.kind, instant(e.start), instant(e.end) + DAY if e.end else None, e.code, e.detail,
        e.severity)
        for i, e in enumerate(story.events)
    ]  # fmt: skip
    at = instant(story.as_of) + DAY - 1
    from core.engine.known import as_known_at

    cohort = as_known_at(gather([patient], rows, courses, events), at)
    return evaluate(cohort, protocols, horizon=at, authorities=story.authorities or None).at(at)


def _row(when: str, name: str, text: str) -> Result | Trace:
    at = instant(when)
    if text.startswith("!"):
        return Trace("CASE", name, at, None, text[1:])
    sign = next((s for s in ("<=", ">=", "<", ">") if text.startswith(s)), "")
    number = text[len(sign) :]
    return Result(
        None, "CASE", name, None, Decimal(number), sign, None, analyte(name).unit, text, analyte(name).unit, at, None
    )


def run_case(story: Case, drug: str, protocols: Protocols) -> list[str]:
    """How the engine's answer differs from the story's expectation; empty when it does not."""
    said = tell_case(story, drug, protocols)
    faults = []
    got = {
        (a.rule_id.partition(".")[2], a.priority, a.action, ",".join(a.authorities), iso_date(a.opened_at))
        for a in said.alerts
        if a.category in story.about
    }
    want = {(e.rule, e.priority, e.action, ",".join(e.authority), e.opened) for e in story.alerts}
    faults += [f"expected alert {' '.join(e)}" for e in sorted(want - got)]
    faults += [f"unexpected alert {' '.join(e)}" for e in sorted(got - want)]
    unknown = {(c.rule_id.partition(".")[2], c.reason) for c in said.cannot_tell if c.category in story.about}
    wanted = {(e.rule, e.reason) for e in story.cannot_tell}
    faults += [f"expected cannot-tell {' '.join(e)}" for e in sorted(wanted - unknown)]
    faults += [f"unexpected cannot-tell {' '.join(e)}" for e in sorted(unknown - wanted)]
    if story.schedule is not None:
        tests = {v.test for v in story.schedule}
        visits = [(v.test, iso_date(v.due), v.status) for v in said.schedule if v.test in tests]
        listed = [(v.test, v.due, v.status) for v in story.schedule]
        faults += [f"expected visit {' '.join(e)}" for e in listed if e not in visits]
        faults += [f"unexpected visit {' '.join(e)}" for e in visits if e not in listed]
    return faults


def check_boundaries(protocol: Protocol, protocols: Protocols) -> Iterator[str]:
    """For every number of every threshold: just below, exactly, just above. Yields "" for each that behaves.

    An analyte's limit is tried on a whole patient, one reported digit either side; a feature's on its bands.
    """
    for rule in protocol.rules:
        if not isinstance(rule, Threshold):
            continue
        for number, band in enumerate(rule.bands):
            if math.isinf(band.start):
                continue
            edge = band.from_ if band.from_ is not None else band.above
            if edge is None:
                continue
            belongs = number if band.from_ is not None else number - 1
            step = 10.0 ** -(analyte(rule.analyte).decimals if rule.analyte in ANALYTES else 6)
            for value, expected in ((edge - step, number - 1), (edge, belongs), (edge + step, number)):
                yield _try_value(rule, protocol.drug, protocols, round(value, 8), expected)


def _try_value(rule: Threshold, drug: str, protocols: Protocols, value: float, expected: int) -> str:
    import numpy as np

    said, found, _ = BandTable(rule.bands).judge(np.array([value]), np.array([value]))
    band = rule.bands[expected]
    if bool(said[0] == 1) != (band.priority is not None) or (said[0] == 1 and found[0] != expected):
        return f"rule {rule.id} at {value:g}: expected band {expected}, found {int(found[0])}"
    if not rule.analyte or rule.sustained:
        return ""
    planned = "running" not in rule.phases
    story = Case(
        name=f"{rule.id} at {value:g}", as_of="2026-03-01", about=(rule.category,),
        results=(("2026-02-28" if rule.lasting else "2026-02-20", rule.analyte, f"{Decimal(str(value)):f}"),),
        courses=({"start": "2026-03-10" if planned else "2026-01-01"},),  # type: ignore[arg-type]
    )  # fmt: skip
    positions = {
        (p.rule_id, p.priority, p.action) for a in tell_case(story, drug, protocols).alerts for p in a.positions
    }
    mine = {p for p in positions if p[0] == f"{drug}.{rule.id}"}
    want = {(f"{drug}.{rule.id}", str(band.priority), str(band.action))} if band.priority is not None else set()
    return "" if mine == want else f"rule {rule.id} at {value:g}: expected {sorted(want)}, found {sorted(mine)}"
