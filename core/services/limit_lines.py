"""The action limits a chart or a trend draws: those of the rules for patients on treatment."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping

import numpy as np

from core.engine.assemble import comparison
from core.engine.cohort import Cohort
from core.engine.rules.compiled import CompiledRule, compile_rules
from core.protocols.kinds import Threshold
from core.protocols.loader import Protocols
from core.views.model import LimitLine


def list_limits(
    rules: Iterable[CompiledRule], drugs: Collection[str], doses_per_day: Mapping[str, Collection[float]] | None = None
) -> Iterator[LimitLine]:
    """Every action limit of the drugs' rules on treatment, once per authority: what charts draw.

    doses_per_day: by drug, of the courses being taken (None: anybody's); a limit for another frequency is left out.
    """
    seen = set()
    for compiled in rules:
        rule = compiled.rule
        if compiled.drug not in drugs or not isinstance(rule, Threshold) or "running" not in rule.phases:
            continue
        low, high = rule.doses_per_day_above, rule.doses_per_day_at_most
        if doses_per_day is None and high is not None:
            continue
        taken = (doses_per_day or {}).get(compiled.drug, ())
        if taken and not any((low is None or n > low) and (high is None or n <= high) for n in taken):
            continue
        for band in rule.bands:
            if band.priority is None or band.action is None:
                continue
            operator, limit = comparison(rule, band)
            side, inclusive = "below" if operator.startswith("<") else "above", operator in ("<=", ">=")
            for says in compiled.says:
                words = band.action.replace("_", " ")
                line = LimitLine(
                    rule.analyte or rule.feature, limit, side, says.authority, words, band.priority, inclusive
                )
                if line not in seen:
                    seen.add(line)
                    yield line


def limits_by_drug(protocols: Protocols, authorities: Collection[str]) -> dict[str, tuple[LimitLine, ...]]:
    """What the trends of each covered drug are drawn with, by these authorities' rules."""
    rules = {
        d: compile_rules(p, protocols.common.features, frozenset(authorities), 0) for d, p in protocols.drugs.items()
    }
    return {drug: tuple(list_limits(rules[drug], (drug,))) for drug in rules}


def taken_per_day(cohort: Cohort, at: int) -> dict[str, list[float]]:
    """How often a day each drug is taken at an instant, where that can be read."""
    c = cohort.courses
    standing = np.flatnonzero((c.start <= at) & (at < c.end) & ~np.isnan(c.per_day))
    out: dict[str, list[float]] = {}
    for row in standing.tolist():
        out.setdefault(str(c.drug[row]), []).append(float(c.per_day[row]))
    return out
