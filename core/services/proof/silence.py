"""Why a rule says nothing of a patient at a moment: its limit, a condition, a phase, an indication, or a gap."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np

from core.engine.assemble import comparison
from core.engine.rules.compiled import CompiledRule
from core.engine.timeline import CANNOT_TELL, MET, BandTable
from core.engine.wording import date, one_test
from core.protocols.conditions import AtLeast, Condition, Every, Leaf, Neither, leaves_of, parts_of
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
from core.services.proof.record import AGES, PATIENT, Reading, Record, holds
from core.services.proof.speech import condition_said, frequency_said, stretches_said, with_unit
from core.views.condition_words import coded_word, drug_words, group_words, subject_words, unit_words
from core.views.text import join_words
from core.views.words import phase_words, reason_words

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


#: Verdicts of a rule that does not ask about the course at hand.
_ELSEWHERE = ("another phase", "another indication", "another frequency")


def why_silent(compiled: CompiledRule, record: Record, unknown: str = "") -> Silence:
    """Why a rule says nothing at the moment, also of what is planned beside the drug as it is taken or held.

    Args: unknown (the reason of its cannot-tell, if it stands).
    """
    own = _why_silent(compiled, record, unknown)
    planned = None if unknown else _of_what_is_planned(compiled, record)
    if planned is None or planned.because == own.because:
        return own
    said = f"of what is planned: {planned.because}"
    if own.verdict in _ELSEWHERE:
        return replace(planned, because=said)
    return replace(own, because=f"{own.because}; {said}")


def _of_what_is_planned(compiled: CompiledRule, record: Record) -> Silence | None:
    """Why a rule says nothing of a change or a restart that is planned; None where it does not ask about one."""
    rule, beside = compiled.rule, record.beside
    if beside is None or not isinstance(rule, OnCourse) or "planned" not in rule.phases:
        return None
    if isinstance(rule, Interval) and beside.answer(rule.when)[0] == MET:
        return None  # it would speak: why it does not is told by the course as it stands
    found = _why_silent(compiled, beside)
    return None if found.verdict in _ELSEWHERE else found


def _why_silent(compiled: CompiledRule, record: Record, unknown: str = "") -> Silence:
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
            return Silence("condition not met", "; ".join(missing) or condition_said(rule.when, record.common))
        case EventRule():
            but = f", other than {group_words(rule.except_events)}," if rule.except_events else ""
            return Silence("condition not met", f"nothing on record as {group_words(rule.events)}{but} at this time")
        case Interaction():
            return Silence("condition not met", _not_taken(rule, record))
        case Baseline() | Overdue():
            return Silence("condition not met", f"no {one_test(rule.test)} result was missing when it was due")
        case _:
            return Silence("condition not met", "its time has not come, or is over")


def looked_at(compiled: CompiledRule, record: Record) -> tuple[float | None, str | None]:
    rule = compiled.rule
    if not isinstance(rule, Threshold):
        return None, None
    point = record.reading(rule.analyte, rule.feature)
    return None if point is None else point.exact, unit_words(rule.analyte or rule.feature, record.common) or None


def _outside(rule: OnCourse, indications: frozenset[int] | None, record: Record) -> Silence | None:
    """Why a rule does not apply to the patient's course, None if it does."""
    if _applies(rule, indications, record):
        return None
    anyhow = rule.model_copy(update={"doses_per_day_above": None, "doses_per_day_at_most": None})
    if not _applies(anyhow, None, record):
        wanted = " or ".join(phase_words(phase) for phase in rule.phases)
        return Silence("another phase", f"it is for {wanted}; here: {_phase_words(record)}")
    if not _applies(anyhow, indications, record):
        return Silence("another indication", f"it is for {_names(indications or frozenset())}")
    low, high = rule.doses_per_day_above, rule.doses_per_day_at_most
    limits = [f"more often than {frequency_said(low)}"] if low is not None else []
    limits += [f"at most {frequency_said(high)}"] if high is not None else []
    return Silence("another frequency", f"it is for dosing {' and '.join(limits)}")


def _applies(rule: OnCourse, indications: frozenset[int] | None, record: Record) -> bool:
    certain, possible = record.courses.on_course(rule, indications)
    return holds(certain, record.at) or holds(possible, record.at)


def phases_at(record: Record) -> tuple[Phase, ...]:
    """The phases of the drug the patient is in at the moment."""
    phases: tuple[Phase, ...] = ("planned", "running", "held", "ended")
    return tuple(one for one in phases if holds(record.courses.in_phase(one), record.at))


def _phase_words(record: Record) -> str:
    return " and ".join(phase_words(phase) for phase in phases_at(record)) or "no treatment at this time"


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


def _not_taken(rule: Interaction, record: Record) -> str:
    """That no drug of a pair is taken; one that is taken and left out by the rule is named as such."""
    m = record.measurements
    left_out = [d for d in m.drugs(rule.except_drugs) if d in m.drugs(rule.drugs) and holds(m.taken((d,)), record.at)]
    if left_out:
        return f"{join_words(left_out)} is left out of this rule, and no other is taken of what it names"
    return f"not taken with {join_words(map(drug_words, rule.drugs), 'or')}"


def _threshold(rule: Threshold, record: Record) -> Silence:
    common = record.common
    name = rule.analyte or rule.feature
    point = record.reading(rule.analyte, rule.feature)
    unit = unit_words(name, common)
    subject = subject_words(name, common)
    if point is None:
        return Silence("nothing to judge", f"no {subject} on file", None, unit or None)
    places = common.features[rule.feature].decimals if rule.feature else None
    if point.exact is None:
        return Silence("nothing to judge", f"{subject} is no single number ({reason_words(point.reason)})", None, unit)
    state, _, _ = BandTable.of(rule.bands).judge(np.array([point.low]), np.array([point.high]))
    limits = [comparison(rule, band) for band in rule.bands if band.priority is not None]
    words = stretches_said(rule, common)
    value = coded_word(name, point.exact) or with_unit(point.exact, unit, places, limits[0][1])
    if int(state[0]) == MET:
        because = f"{value} is {words}, but {_held_back(rule)}"
        return Silence("condition not met", because, point.exact, unit)
    said = f"{subject} {value} on {date(_seen(name, point, record))} is not {words}"
    return Silence("limit not crossed", said, point.exact, unit or None)


def _held_back(rule: Threshold) -> str:
    """What else the rule asks for besides its limits."""
    if rule.sustained is not None:
        return f"not yet in {rule.sustained.results} results at least {rule.sustained.days} days apart"
    if rule.first_only:
        return "it speaks only on the first such result"
    if rule.lasting:
        return "the result no longer counts"
    if rule.unless_events:
        return f"it is silent while {group_words(rule.unless_events)} is recorded"
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
        yield from (f"met, and must not be: {condition_said(part, record.common)}" for part in met)
        return
    said = condition_said(node, record.common)
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
    unit = unit_words(leaf.analyte or leaf.feature, record.common)
    places = record.common.features[leaf.feature].decimals if leaf.feature else None
    limit = next((one for one in (leaf.from_, leaf.above, leaf.below, leaf.below_or_at) if one is not None), None)
    value = coded_word(leaf.analyte, point.exact) or with_unit(point.exact, unit, places, limit)
    return f"{value} on {date(_seen(leaf.feature, point, record))}"


def _seen(name: str, point: Reading, record: Record) -> int:
    """When what a condition looked at was measured; an age is that of the moment asked about."""
    return record.at if name in AGES else point.measured


def list_conditions(node: Condition, record: Record) -> list[dict[str, Any]]:
    """Every single condition of a tree with its answer, in file order: what an alert of several conditions rests on.

    What must not be so is told as such ("not taking methotrexate"), and answered as such.
    """
    if isinstance(node, Neither):
        return [one for part in node.none for one in _list_unwanted(part, record)]
    if not isinstance(node, Leaf):
        return [one for part in parts_of(node) for one in list_conditions(part, record)]
    return [_told(node, node, record)]


def _list_unwanted(node: Condition, record: Record) -> list[dict[str, Any]]:
    """A part that must not be met: a single condition turned round, a join as one."""
    if isinstance(node, Leaf):
        return [_told(Neither(none=(node,)), node, record)]
    return [_told(Neither(none=(node,)), None, record)]


def _told(node: Condition, leaf: Leaf | None, record: Record) -> dict[str, Any]:
    state, reason = record.answer(node)
    name = "" if leaf is None else leaf.analyte or leaf.feature
    point = record.reading(leaf.analyte, leaf.feature) if leaf is not None and name else None
    return {
        "condition": condition_said(node, record.common),
        "answer": "met" if state == MET else "cannot tell" if state == CANNOT_TELL else "not met",
        "reason": reason if state == CANNOT_TELL else None,
        "value": None if point is None else point.exact,
        "unit": unit_words(name, record.common) or None if point is not None else None,
        "found": _found(leaf, record) or None if leaf is not None else None,
    }
