"""Two sets of rules on the same facts: what each finds, patient block by patient block.

Patients are independent, so that blocks may be judged one after the other and somebody may watch how far it is; what
is found is the same as in one piece.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace

from core.engine.assemble import alert_key
from core.engine.cohort import Cohort
from core.engine.evaluate import evaluate, split
from core.engine.history import History
from core.engine.rules.compiled import compile_rules
from core.protocols.kinds import Baseline, Interval, Overdue, Rule, Visits
from core.protocols.loader import Protocols
from core.protocols.schema import Protocol

#: Results per block: small enough that progress moves, large enough that a block's fixed cost does not show.
STEP_ROWS = 100_000


@dataclass(frozen=True)
class Compared:
    """One block of patients under both sets of rules. first, people: its patients in the whole cohort."""

    first: int
    people: int
    before: History
    after: History


def compare(
    cohort: Cohort,
    before: Protocols,
    after: Protocols,
    *,
    horizon: int,
    authorities: Iterable[str] | None = None,
    step_rows: int = STEP_ROWS,
) -> Iterator[Compared]:
    """Judge everybody by both sets of rules, a block of patients at a time, in the cohort's order.

    Args: horizon, authorities: as of `evaluate`.
    """
    chosen = None if authorities is None else tuple(authorities)
    for block in split(cohort, step_rows):
        one, other = (
            evaluate(block.cohort, protocols, horizon=horizon, authorities=chosen, workers=1)
            for protocols in (before, after)
        )
        yield Compared(block.first_patient, len(block.cohort.patients), one, other)


def affected_by(rule: Rule, protocol: Protocol) -> frozenset[str]:
    """The ids of the rules whose findings a change of this rule may change: itself, what it silences, and for a
    schedule everything that is late or missing by it.
    """
    ids = {rule.id}
    if isinstance(rule, Interval):
        ids |= set(rule.replaces)
    if isinstance(rule, Visits):
        ids |= {one.id for one in protocol.rule if isinstance(one, Visits | Baseline | Overdue)}
    return frozenset(ids)


def narrow_to(protocols: Protocols, drug: str, affected: Collection[str]) -> Protocols:
    """The fewest rules under which the affected ones find, and join into alerts, exactly what they do among all.

    Kept: the affected rules, every rule that may share an alert with one, what may silence any of these, and the drug's
    schedule. The shared numbers stay whole.
    """
    protocol = protocols.drugs[drug]
    compiled = compile_rules(
        protocol.model_copy(update={"rule": tuple(one.model_copy(update={"enabled": True}) for one in protocol.rule)}),
        protocols.common.features, None, 0,
    )  # fmt: skip
    subjects = {alert_key(one) for one in compiled if one.rule.id in affected}
    kept = {one.rule.id for one in compiled if alert_key(one) in subjects} | set(affected)
    kept |= {one.id for one in protocol.rule if isinstance(one, Interval) and not kept.isdisjoint(one.replaces)}
    rules = tuple(one for one in protocol.rule if one.id in kept or isinstance(one, Visits))
    return replace(protocols, drugs={drug: protocol.model_copy(update={"rule": rules})})
