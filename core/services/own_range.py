"""Beside the limits of everybody: what was usual for this patient before the drug, and when nobody could judge them."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from statistics import median

import numpy as np

from core.catalogue import ANALYTES
from core.engine.cohort import Cohort
from core.engine.history import History
from core.engine.personal_baseline import personal_baseline
from core.protocols.kinds import Threshold
from core.records import CANNOT_TELL_REASONS, DAY
from core.views.model import Gap, OwnRange

_PATIENT = 0  # the cohort of one patient
_CLEARANCE = "creatinine_clearance"


def own_ranges(
    known: Cohort, drugs: Iterable[str], analytes: Collection[str], clearance: Iterable[tuple[int, float]], at: int
) -> dict[str, OwnRange]:
    """By analyte the patient's own results before the first drug with rules was given; none where there were none.

    Args: known (one patient's facts, as known at the instant `at`); clearance (computed, instant and mL/min).
    """
    found: dict[str, OwnRange] = {}
    for drug in drugs:
        for name in analytes:
            own = personal_baseline(known, _PATIENT, drug, name, at) if name not in found else None
            if own is None or own.lowest is None or own.highest is None or own.median is None:
                continue
            found[name] = OwnRange(drug, own.lowest, own.highest, own.median, own.count, own.before)
        if _CLEARANCE in found:
            continue
        spans = [(one.before, one.days) for one in [personal_baseline(known, _PATIENT, drug, "creatinine", at)] if one]
        values = [v for t, v in clearance for before, days in spans if (before // DAY - days) * DAY <= t < before]
        if values:
            found[_CLEARANCE] = OwnRange(drug, min(values), max(values), median(values), len(values), spans[0][0])
    return found


def judged_gaps(history: History, at: int) -> dict[str, tuple[Gap, ...]]:
    """By analyte the stretches in which a limit applied and could not be judged, those of one reason joined.

    Hazard: HAZ-001 (a time in which nobody could tell, read as a time in which all was well).
    """
    u = history.unknowns
    spans: dict[tuple[str, str], list[tuple[int, int]]] = {}
    for i in np.flatnonzero(u.opened <= at).tolist():
        rule = history.rules[int(u.rule[i])].rule
        name = (rule.analyte or rule.feature) if isinstance(rule, Threshold) and "running" in rule.phases else ""
        if name in ANALYTES:
            spans.setdefault((name, CANNOT_TELL_REASONS[int(u.reason[i])]), []).append(
                (int(u.opened[i]), min(int(u.closed[i]), at))
            )
    found: dict[str, list[Gap]] = {}
    for (name, reason), several in spans.items():
        found.setdefault(name, []).extend(Gap(start, end, reason) for start, end in _joined(several))
    return {name: tuple(sorted(gaps, key=lambda one: (one.start, one.end))) for name, gaps in found.items()}


def _joined(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    out: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if out and start <= out[-1][1]:
            out[-1] = (out[-1][0], max(out[-1][1], end))
        else:
            out.append((start, end))
    return [one for one in out if one[1] > one[0]]
