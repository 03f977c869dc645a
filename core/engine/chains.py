"""Which findings are one alert: those of one patient, drug, category and fact whose stretches overlap or touch."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from core.engine.assemble import alert_key
from core.engine.cohort import Ints
from core.engine.episodes import Findings
from core.engine.kernels import column_of, key, positions
from core.engine.rules.compiled import CompiledRule
from core.records import FAR


def number_subjects(rules: Sequence[CompiledRule]) -> Ints:
    """For each rule a number for what its findings are about: rules of one number share an alert."""
    numbers: dict[tuple[str, str, str], int] = {}
    return np.array([numbers.setdefault(alert_key(c), len(numbers)) for c in rules], dtype=np.int64)


def join_alerts(findings: Findings, subjects: Ints) -> tuple[Ints, Ints]:
    """Start and end of the alert that each finding belongs to. subjects: the rules', numbered.

    Within one block of patients: `key` has room for about 500 million subjects.
    """
    n = len(findings)
    if not n:
        return np.empty(0, np.int64), np.empty(0, np.int64)
    group = _subject_of(findings, subjects)
    keys = key(group, findings.opened)
    order = keys.argsort(kind="stable")
    opens, group, closes = keys[order], group[order], findings.closed[order]
    reach = np.maximum.accumulate(key(group, closes))
    first = column_of(True, n, bool)
    first[1:] = opens[1:] > reach[:-1]
    chain = first.cumsum() - 1
    begin = positions(first)
    opened, closed = np.empty(n, np.int64), np.empty(n, np.int64)
    opened[order] = findings.opened[order[begin]][chain]
    closed[order] = np.minimum(np.maximum.reduceat(closes, begin)[chain], FAR + 1)
    return opened, closed


def number_chains(findings: Findings, subjects: Ints) -> Ints:
    """For each finding a number for the unbroken stretch of its subject it belongs to."""
    opened, _ = join_alerts(findings, subjects)
    if not len(opened):
        return opened
    _, number = np.unique(key(_subject_of(findings, subjects), opened), return_inverse=True)
    return number.astype(np.int64)


def _subject_of(findings: Findings, subjects: Ints) -> Ints:
    """A number for what each finding is about: the patient and the rule's subject, an event, or a pair of drugs."""
    group: Ints = findings.patient * (subjects.max() + 1) + subjects[findings.rule]
    own = positions(findings.fact != -1)
    if len(own):
        fact = findings.fact[own]
        least, width = int(fact.min()), int(fact.max() - fact.min()) + 1
        _, which = np.unique(group[own] * width + (fact - least), return_inverse=True)
        group[own] = group.max() + 1 + which
    return group
