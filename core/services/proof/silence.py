"""Why a rule says nothing of a patient at a moment: its limit, a condition, a phase, an indication, or a gap."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from core.engine.assemble import comparison
from core.engine.rules.compiled import CompiledRule
from core.engine.timeline import CANNOT_TELL, MET, BandTable
from core.engine.wording import date, number
from core.protocols.conditions import AtLeast, Band, Condition, Every, Leaf, Neither, leaves_of, parts_of
from core.protocols.kinds import (
    Baseline,
    EventRule,
    Interaction,
    Interval,
    OnCourse,
    Overdue,
    Phase,
    Threshold,
    Treated,
)
from core.records import INDICATIONS
from core.services.proof.record import PATIENT, Record, holds
from core.services.proof.words import (
    PHASES,
    coded_word,
    plain,
    range_words,
    reason_words,
    say_condition,
    say_leaf,
    subject_words,
    unit_of,
    with_unit,
)

Verdict = Literal[
    "fired", "limit not crossed", "condition not met", "another phase", "another indication", "another frequency",
    "cannot tell", "switched off", "authority not chosen", "nothing to judge",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Silence:
    """Why a rule says nothing. value: what it looked at, in its own unit; None where it looked at no number."""

    verdict: Verdict
    because: str
    value: float | None = None
    unit: str | None = None


def why_silent(compiled: CompiledRule, record: Record, unknown: str = "") -> Silence:
    """Why a rule says nothing at the moment. unknown: the reason of its cannot-tell, if it stands."""
    rule = compiled.rule
    if isinstance(rule, OnCourse):
        outside = _outside(rule, compiled.indications, record)
        if outside is not None:
            return outside
    if isinstance(rule, Treated) and compiled.indications is not None and not _is_for(compiled.indications, record):
        return Silence("another indication", f"it is for {_names(compiled.indications)}")
    value, unit = looked_at(compiled, record)
    if unknown:
        return Silence("cannot tell", f"it cannot tell: {reason_words(unknown)}", value, unit)
    match rule:
        case Threshold():
            return _threshold(rule, record)
        case Interval():
            missing = list(_unmet(rule.when, record))
            return Silence("condition not met", "; ".join(missing) or say_condition(rule.when, record.common.features))
        case EventRule():
            but = f" (other than {plain(rule.except_events)})" if rule.except_events else ""
            return Silence("condition not met", f"not recorded as {plain(rule.events)}{but} at this time")
        case Interaction():
            return Silence("condition not met", f"not taken with {' or '.join(plain(word) for word in rule.drugs)}")
        case Baseline() | Overdue():
            return Silence("condition not met", f"{subject_words(rule.test)} was not missing when it was due")
        case _:
            return Silence("condition not met", "its time has not come, or is over")


def looked_at(compiled: CompiledRule, record: Record) -> tuple[float | None, str | None]:
    rule = compiled.rule
    if not isinstance(rule, Threshold):
        return None, None
    point = record.reading(rule.analyte, rule.feature)
    return None if point is None else point.exact, unit_of(rule.analyte or rule.feature, record.common.features) or None


def _outside(rule: OnCourse, indications: frozenset[int] | None, record: Record) -> Silence | None:
    """Why a rule does not apply to the patient's course, None if it does."""
    if _applies(rule, indications, record):
        return None
    anyhow = rule.model_copy(update={"doses_per_day_above": None, "doses_per_day_at_most": None})
    if not _applies(anyhow, None, record):
        wanted = " or ".join(PHASES[phase] for phase in rule.phases)
        return Silence("another phase", f"it is for {wanted}; here: {_phase_words(record)}")
    if not _applies(anyhow, indications, record):
        return Silence("another indication", f"it is for {_names(indications or frozenset())}")
    low, high = rule.doses_per_day_above, rule.doses_per_day_at_most
    limits = [f"more than {number(low)}"] if low is not None else []
    limits += [f"at most {number(high)}"] if high is not None else []
    return Silence("another frequency", f"it is for {' and '.join(limits)} administrations a day")


def _applies(rule: OnCourse, indications: frozenset[int] | None, record: Record) -> bool:
    certain, possible = record.courses.on_course(rule, indications)
    return holds(certain, record.at) or holds(possible, record.at)


def phases_at(record: Record) -> tuple[Phase, ...]:
    """The phases of the drug the patient is in at the moment."""
    every = next(rule for rule in record.protocol.rule if isinstance(rule, OnCourse))
    every = every.model_copy(update={"doses_per_day_above": None, "doses_per_day_at_most": None})
    phases: tuple[Phase, ...] = ("planned", "running", "held", "ended")
    return tuple(one for one in phases if _applies(every.model_copy(update={"phases": (one,)}), None, record))


def _phase_words(record: Record) -> str:
    return " and ".join(PHASES[phase] for phase in phases_at(record)) or "no treatment at this time"


def _is_for(indications: frozenset[int], record: Record) -> bool:
    c = record.cohort.courses
    mine = c.indication[(c.patient == PATIENT) & (c.drug == record.drug)]
    return bool(np.isin(mine, list(indications)).any())


def _names(indications: frozenset[int]) -> str:
    """Indications as words; for nearly all of them, the ones left out."""
    inside = [name for code, name in enumerate(INDICATIONS) if code in indications]
    outside = [name for code, name in enumerate(INDICATIONS) if code not in indications]
    if len(inside) > len(outside):
        return f"indications other than {', '.join(outside)}"
    return ", ".join(inside) or "no indication of this patient"


def _threshold(rule: Threshold, record: Record) -> Silence:
    features = record.common.features
    name = rule.analyte or rule.feature
    point = record.reading(rule.analyte, rule.feature)
    unit = unit_of(name, features)
    subject = subject_words(name, features)
    if point is None:
        return Silence("nothing to judge", f"no {subject} on file", None, unit or None)
    places = features[rule.feature].decimals if rule.feature else None
    if point.exact is None:
        return Silence("nothing to judge", f"{subject} is no single number ({reason_words(point.reason)})", None, unit)
    state, _, _ = BandTable.of(rule.bands).judge(np.array([point.low]), np.array([point.high]))
    limits = [comparison(rule, band) for band in rule.bands if band.priority is not None]
    words = " or ".join(_stretches(rule, unit))
    value = coded_word(name, point.exact) or number(point.exact, places, limits[0][1])
    if int(state[0]) == MET:
        because = f"{value} {unit} is {words}, but {_held_back(rule)}"
        return Silence("condition not met", because, point.exact, unit)
    said = f"{subject} {f'{value} {unit}'.rstrip()} on {date(point.measured)} is not {words}"
    return Silence("limit not crossed", said, point.exact, unit or None)


def _stretches(rule: Threshold, unit: str) -> Iterator[str]:
    """Where on the number line a rule speaks, its grades taken together: "below 1.5", "from 30 to below 60"."""
    runs: list[list[Band]] = []
    for before, band in zip((None, *rule.bands), rule.bands, strict=False):
        if band.priority is None:
            continue
        if before is not None and before.priority is not None:
            runs[-1].append(band)
        else:
            runs.append([band])
    for run in runs:
        first, last = run[0], run[-1]
        low = first.from_ if first.from_ is not None else first.above
        high = last.below if last.below is not None else last.below_or_at
        if low is None or high is None:
            limit = high if low is None else low
            sides = ("below" if last.below is not None else "at or below", "at or above", "above")
            side = sides[0] if low is None else sides[1] if first.from_ is not None else sides[2]
            yield range_words(rule.analyte or rule.feature, side, limit or 0.0, unit)
        else:
            start = "from" if first.from_ is not None else "above"
            end = "below" if last.below is not None else "at most"
            yield f"{start} {number(low)} to {end} {with_unit(high, unit)}"


def _held_back(rule: Threshold) -> str:
    """What else the rule asks for besides its limits."""
    if rule.sustained is not None:
        return f"not yet in {rule.sustained.results} results at least {rule.sustained.days} days apart"
    if rule.first_only:
        return "it speaks only on the first such result"
    if rule.lasting:
        return "the result no longer counts"
    if rule.unless_events:
        return f"it is silent while {plain(rule.unless_events)} is recorded"
    return "another rule replaces it, or the result is out of date"


def _unmet(node: Condition, record: Record) -> Iterator[str]:
    """The parts of a tree of conditions that keep it from being met, each with what was found."""
    state, reason = record.answer(node)
    if state == MET:
        return
    if isinstance(node, Every | AtLeast):
        for part in parts_of(node):
            yield from _unmet(part, record)
        return
    if isinstance(node, Neither):
        met = [part for part in node.none if record.answer(part)[0] == MET]
        yield from (f"met, and must not be: {say_condition(part, record.common.features)}" for part in met)
        return
    said = say_condition(node, record.common.features)
    if state == CANNOT_TELL:
        yield f"cannot tell: {said} ({reason_words(reason)})"
    else:
        found = dict.fromkeys(one for leaf in leaves_of(node) if (one := _found(leaf, record)))
        yield f"not met: {said}" + (f" (found {', '.join(found)})" if found else "")


def _found(leaf: Leaf, record: Record) -> str:
    """The number a condition looked at: "1.7 on 18-Nov-2026"."""
    if not (leaf.analyte or leaf.feature):
        return ""
    point = record.reading(leaf.analyte, leaf.feature)
    if point is None or point.exact is None:
        return "nothing on file" if point is None else ""
    unit = unit_of(leaf.analyte or leaf.feature, record.common.features)
    value = coded_word(leaf.analyte, point.exact) or with_unit(point.exact, unit)
    return f"{value} on {date(point.measured)}"


def list_conditions(node: Condition, record: Record) -> list[dict[str, Any]]:
    """Every single condition of a tree with its answer, in file order: what an alert of several conditions rests on."""
    if not isinstance(node, Leaf):
        return [one for part in parts_of(node) for one in list_conditions(part, record)]
    state, reason = record.answer(node)
    point = record.reading(node.analyte, node.feature) if node.analyte or node.feature else None
    return [{
        "condition": say_leaf(node, record.common.features),
        "answer": "met" if state == MET else "cannot tell" if state == CANNOT_TELL else "not met",
        "reason": reason if state == CANNOT_TELL else None,
        "value": None if point is None else point.exact,
        "unit": unit_of(node.analyte or node.feature, record.common.features) or None if point is not None else None,
    }]  # fmt: skip
