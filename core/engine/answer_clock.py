"""Since when an alert stands as grave as it does, and from when somebody could know it: its time to answer begins.

Invariants (tests/engine/test_answer_clock.py):
1. An alert that worsens asks for its answer anew, one that improves does not: a late one never looks in time for it.
2. No clock starts before the results that make the finding had reached the clinic.
3. A result that arrived late never moves a clock that ran already on another one to a later day.
4. A correction that is no worse than what it corrects never moves a clock to a later day, nor does a final result that
   repeats its preliminary; a worse one asks anew.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from core.engine.chains import join_alerts, number_chains, number_subjects
from core.engine.cohort import Cohort, Ints
from core.engine.earlier_versions import EITHER_WAY, HIGHER, LOWER, known_since
from core.engine.episodes import Evidence, Findings
from core.engine.kernels import positions, spread, starts
from core.engine.rules.compiled import CompiledRule
from core.protocols.conditions import AtLeast, Condition, Some, parts_of
from core.protocols.kinds import Interval, Overdue, Threshold, Visits
from core.records import FAR, PRIORITIES


def priority_of(compiled: CompiledRule, band: int) -> int:
    """How grave a finding is, as a position in PRIORITIES."""
    rule = compiled.rule
    match rule:
        case Threshold():
            return PRIORITIES.index(str(rule.bands[band].priority))
        case Overdue():
            return PRIORITIES.index(str(rule.after_tolerances[band].priority))
        case Visits():
            raise TypeError(f"{rule.kind} rules raise nothing")
        case _:
            return PRIORITIES.index(str(rule.priority))


def find_clocks(
    findings: Findings, alert_closed: Ints, evidence: Evidence, cohort: Cohort, rules: Sequence[CompiledRule],
    instant: int,
) -> Mapping[int, tuple[int, int]]:  # fmt: skip
    """Of each finding that stands: since when its alert stood at its tier or a graver one without a break, and from
    when somebody could know that (instants).

    Args:   alert_closed: of the alert each finding is part of.
    Hazard: HAZ-008.
    """
    begun = positions((findings.opened <= instant) & (instant < alert_closed))
    standing = instant < findings.closed[begun]
    if not standing.any():
        return {}
    part, subjects = _take(findings, begun), number_subjects(rules)
    priority = _priorities(part, rules)
    first = find_known(part, evidence, cohort, rules, instant)
    out: dict[int, tuple[int, int]] = {}
    for tier in range(len(PRIORITIES)):
        mine = positions(priority <= tier)
        if not len(mine):
            continue
        grave = _take(part, mine)
        since, _ = join_alerts(grave, subjects)
        chain = number_chains(grave, subjects)
        earliest = np.full(int(chain.max()) + 1, FAR)
        np.minimum.at(earliest, chain, first[mine])
        told = standing[mine] & (priority[mine] == tier)
        for row, at, could in zip(
            begun[mine[told]].tolist(), since[told].tolist(), earliest[chain[told]].tolist(), strict=True
        ):
            out[row] = (at, could)
    return out


def find_known(
    findings: Findings, evidence: Evidence, cohort: Cohort, rules: Sequence[CompiledRule], instant: int = FAR
) -> Ints:
    """From when each finding could be known: its opening, or when the first results that make it had come in, be it in
    an earlier version that was as grave.

    A moment at which it was met needs all results behind it, unless its rule is met by one condition of several.
    """
    position, owner = spread(findings.evidence_first, findings.evidence_count)
    keep = (evidence.row[position] >= 0) & (evidence.at[position] <= instant)
    position, owner = position[keep], owner[keep]
    out = findings.opened.copy()
    if not len(position):
        return out
    graver = np.array([_graver(one) for one in rules], dtype=np.int64)[findings.rule[owner]]
    at, came = evidence.at[position], known_since(cohort, evidence.row[position], graver)
    begin = positions(starts(owner, at))
    whose = owner[begin]
    several = np.array([_is_met_by_one(one) for one in rules], dtype=bool)[findings.rule[whose]]
    last, earliest = np.maximum.reduceat(came, begin), np.minimum.reduceat(came, begin)
    clock = np.maximum(at[begin], np.where(several, earliest, last))
    first = np.full(len(findings), FAR)
    np.minimum.at(first, whose, clock)
    return np.where(first < FAR, np.maximum(out, first), out)


def _graver(compiled: CompiledRule) -> int:
    """Which way a result is graver to a rule; either way where it judges anything but one result by itself."""
    rule = compiled.rule
    if not isinstance(rule, Threshold) or not rule.analyte:
        return EITHER_WAY
    grades = [len(PRIORITIES) if one.priority is None else PRIORITIES.index(one.priority) for one in rule.bands]
    if grades != sorted(grades, reverse=not rule.low_is_worse):
        return EITHER_WAY
    return LOWER if rule.low_is_worse else HIGHER


def _is_met_by_one(compiled: CompiledRule) -> bool:
    return isinstance(compiled.rule, Interval) and _has_choice(compiled.rule.when)


def _has_choice(node: Condition) -> bool:
    return isinstance(node, Some | AtLeast) or any(_has_choice(part) for part in parts_of(node))


def _priorities(findings: Findings, rules: Sequence[CompiledRule]) -> Ints:
    width = int(findings.band.max()) + 1
    told, which = np.unique(findings.rule * width + findings.band, return_inverse=True)
    verdicts = np.array([priority_of(rules[pair // width], pair % width) for pair in told.tolist()], dtype=np.int64)
    return verdicts[which]


def _take(findings: Findings, rows: Ints) -> Findings:
    return Findings(*(column[rows] for column in findings.__dict__.values()))
