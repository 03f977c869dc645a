"""The findings of an instant with everything that is needed to speak of them, read for all of them at once.

A finding asked about at an earlier moment than its end speaks with the newest number of that moment.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from core.engine.cohort import Ints
from core.engine.describe import describe_evidence, inputs_of
from core.engine.earlier_creatinine import ALGORITHMS, compare_with_earlier, tell_earlier
from core.engine.evaluated import Evaluated
from core.engine.kernels import positions, spread
from core.engine.rules.compiled import CompiledRule
from core.engine.rules.interaction import other_drug
from core.engine.spoken import OpenFinding
from core.engine.standing import Evidence
from core.protocols.kinds import Threshold
from core.records import CANNOT_TELL_REASONS


def find_open(
    history: Evaluated, rows: Ints, instants: Ints, clocks: Mapping[int, tuple[int, int]]
) -> Iterator[OpenFinding]:
    """These findings (positions in the history's), each as it stands at its instant.

    Args: clocks (of those whose alert stands at the moment asked about: since when it stands as grave as it is, and
          from when that could be known; the alerts of all others are over).
    """
    f, behind, cohort = history.findings, history.evidence, history.cohort
    first, count = f.evidence_first[rows], f.evidence_count[rows]
    position, owner = spread(first, count)
    seen = behind.at[position] <= instants[owner]
    facts: list[int] = behind.row[position[seen]].tolist()
    so_far = np.bincount(owner[seen], minlength=len(rows))
    value, measured = f.value[rows], f.measured[rows]
    earlier = positions((so_far > 0) & (so_far < count))  # the newest number of then
    newest = first[earlier] + so_far[earlier] - 1
    value[earlier], measured[earlier] = behind.value[newest], behind.measured[newest]
    held = _find_held(history, rows, instants)
    described: dict[int, Evidence] = {}  # of what several findings rest on, once
    features, drugs = history.protocols.common.features, history.protocols.drugs
    begin = 0
    columns = (
        rows, cohort.patients.patient_id[f.patient[rows]], f.patient[rows], f.rule[rows], f.band[rows], f.fact[rows],
        f.opened[rows], history.alert_opened[rows], history.alert_closed[rows], value, measured, count, so_far,
        instants,
    )  # fmt: skip
    for i, name, patient, number, band, fact, opened, began, over, last, at, total, many, instant in zip(
        *(column.tolist() for column in columns), strict=True
    ):
        compiled = history.rules[number]
        rule = compiled.rule
        mine = facts[begin : begin + many]
        begin += many
        for row in mine:
            if row not in described:
                described[row] = describe_evidence(cohort, row)
        feature, inputs, said = None, dict[str, object](), (last, at)
        if isinstance(rule, Threshold) and rule.feature:
            feature = features[rule.feature]
            if not total and not compiled.tests:
                said = _value_of_then(history, rule.feature, patient, instant)
            inputs = inputs_of(cohort, rule, mine, patient) | _compare(history, rule.feature, patient, said[1])
        yield OpenFinding(
            name, compiled, band, name_fact(history, fact, compiled), opened, began, *said,
            tuple([described[row] for row in mine]), held.get(i, ""), inputs, feature, drugs[compiled.drug],
            clocks.get(i), None if i in clocks else over,
        )  # fmt: skip


def _compare(history: Evaluated, feature: str, patient: int, measured: int) -> dict[str, object]:
    """The earlier creatinine behind a stage of kidney injury, which its title does not say."""
    if feature not in ALGORITHMS:
        return {}
    found = compare_with_earlier(history.measurements.series("creatinine"), patient, measured, feature)
    return {} if found is None else {"earlier_creatinine": tell_earlier(found)}


def _value_of_then(history: Evaluated, feature: str, patient: int, instant: int) -> tuple[float, int]:
    """A value that rests on no recorded fact (an age), as it was at an instant."""
    series = history.measurements.feature(feature).series
    point = int(series.standing(np.array([patient]), np.array([instant]))[0])
    return float(series.low[point]), int(series.measured[point])


def name_fact(history: Evaluated, row: int, compiled: CompiledRule) -> str:
    """What a finding is about: its rule's fact, an event, or another drug."""
    if row >= 0:
        return f"event:{history.cohort.events.event_id[row]}"
    return f"with:{other_drug(row)}" if row < -1 else compiled.fact


def _find_held(history: Evaluated, rows: Ints, instants: Ints) -> dict[int, str]:
    """Why the newest result behind a finding could not be judged at its instant, where it could not."""
    u, f, wide = history.unknowns, history.findings, len(history.rules)
    keys, asked = u.patient * wide + u.rule, f.patient[rows] * wide + f.rule[rows]
    mine = np.flatnonzero(np.isin(keys, asked))
    mine = mine[keys[mine].argsort(kind="stable")]
    keys = keys[mine]
    low, high = keys.searchsorted(asked, side="left"), keys.searchsorted(asked, side="right")
    out: dict[int, str] = {}
    for place in np.flatnonzero(low < high).tolist():
        several, instant = mine[low[place] : high[place]], instants[place]
        standing = several[(u.opened[several] <= instant) & (instant < u.closed[several])]
        if len(standing):
            out[int(rows[place])] = CANNOT_TELL_REASONS[int(u.reason[standing[0]])]
    return out
