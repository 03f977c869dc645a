"""Check what rules are made of: every file reads, every case comes out, every limit behaves on both of its sides."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

from core.catalogue import ANALYTES, check_catalogue
from core.engine.timeline import BandTable
from core.errors import ProtocolFault
from core.protocols.background import background, name_strangers
from core.protocols.cases import Case, misspelt, read_cases
from core.protocols.coverage import list_uncovered
from core.protocols.disagreements import disagreements
from core.protocols.kinds import Threshold
from core.protocols.language import language
from core.protocols.loader import FOLDER, Protocols, read_protocols
from core.protocols.schema import Protocol
from core.services.case_stories import run_case, run_cases, tell_case
from core.services.leaf_boundaries import check_leaf_boundaries, only, step_of
from core.views.rule_state import is_review_overdue

__all__ = ["Checked", "check_boundaries", "check_leaf_boundaries", "check_protocols", "run_case", "tell_case"]


@dataclass(frozen=True)
class Checked:
    """What was checked and every fault found. files, rules, cases, boundaries: how many of each.

    leaf_boundaries: those of the ranges in combined conditions. overdue: drugs whose review date has passed. A rule no
    case shows in each of its bands, by each of its authorities and keeping silent is a fault: no rule ships unproved.
    """

    files: int
    rules: int
    cases: int
    boundaries: int
    unsigned: tuple[str, ...]
    faults: tuple[str, ...]
    leaf_boundaries: int = 0
    overdue: tuple[str, ...] = ()


def _check_beside() -> Iterator[str]:
    """The data shown beside alerts, each file read as a whole."""
    for read in (background, disagreements, language):
        try:
            read()
        except ProtocolFault as error:
            yield from error.faults


def check_protocols(folder: Path = FOLDER, today: date | None = None) -> Checked:
    """Check the catalogue, every protocol, every case and every generated boundary. All faults are listed at once.

    today: by which reviews are overdue; None leaves that out.
    """
    faults = [*dict.fromkeys((*check_catalogue(), *_check_beside()))]
    try:
        protocols = read_protocols(folder)
    except ProtocolFault as error:
        return Checked(len(list(folder.glob("*.toml"))), 0, 0, 0, (), (*faults, *error.faults))
    with suppress(ProtocolFault):  # a file that could not be read at all is told above
        faults += name_strangers(background(), protocols.common.events)
    faults += [
        f"{path.name}: there is no protocol beside it: put {path.name.replace('.cases', '')} back"
        for path in sorted(folder.glob("*.cases.toml"))
        if not path.with_name(path.name.replace(".cases", "")).exists()
    ]
    cases = boundaries = leaf_boundaries = 0
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
        misread = {number: words for number, story in enumerate(stories) if (words := misspelt(story))}
        readable = [story for number, story in enumerate(stories) if number not in misread]
        compared = iter(run_cases(readable, drug, protocols))
        wrong = [
            f"{path.name}: case {story.name!r}: {fault}"
            for number, story in enumerate(stories)
            for fault in misread.get(number) or next(compared)
        ]
        # What stories show is known once all of them come out.
        faults += wrong or [f"{path.name}: {fault}" for fault in list_uncovered(protocol, stories)]
        for fault in check_boundaries(protocol, protocols):
            boundaries += 1
            if fault:
                faults.append(f"{drug}: {fault}")
        for fault in check_leaf_boundaries(protocol, protocols):
            leaf_boundaries += 1
            if fault:
                faults.append(f"{drug}: {fault}")
    unsigned = tuple(d for d, p in protocols.drugs.items() if not p.reviewed.signed)
    rules = sum(len(p.rules) for p in protocols.drugs.values())
    late = [d for d, p in protocols.drugs.items() if today is not None and is_review_overdue(p, today)]
    return Checked(
        len(protocols.drugs) + 1, rules, cases, boundaries, unsigned, tuple(faults), leaf_boundaries, tuple(late)
    )


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
            step = step_of(rule.analyte) if rule.analyte in ANALYTES else 1e-6
            alone = only(rule, protocol, protocols)
            for value, expected in ((edge - step, number - 1), (edge, belongs), (edge + step, number)):
                yield _try_value(rule, protocol.drug, alone, round(value, 8), expected)


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
