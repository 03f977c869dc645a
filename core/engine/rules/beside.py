"""The same rule judged once more: for what is planned beside a drug that is taken or held."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields

import numpy as np

from core.engine.beside import Beside, look_beside, with_starts
from core.engine.cohort import Ints
from core.engine.conditions import Conditions
from core.engine.episodes import Findings, Found, Unknowns, stack
from core.engine.kernels import subtract
from core.engine.phases import DrugCourses, Spans, for_each
from core.engine.rules.compiled import CompiledRule
from core.protocols.conditions import leaves_of
from core.protocols.kinds import Interval, OnCourse, Threshold
from core.protocols.schema import DOSE_FEATURES
from core.records import FAR


def judge_with_beside(
    compiled: CompiledRule, rule: OnCourse, courses: DrugCourses, judge: Callable[[DrugCourses], Found]
) -> Found:
    """What a rule finds of a drug as it is taken, held or planned, and of each change or restart planned beside.

    judge: the rule on some courses.
    """
    ordinary, beside = judge(courses), courses.once(look_beside)
    if beside is None or not _may_differ(compiled, rule, beside):
        return ordinary
    return _join(ordinary, judge(beside))


def conditions_on(courses: DrugCourses, conditions: Conditions) -> Conditions:
    """Conditions asked of some courses of the drug: its own, or those planned beside."""
    if not isinstance(courses, Beside):
        return conditions
    for own, kept in courses.asked:
        if own is conditions:
            return kept
    restart = conditions.restart_after_days
    alone = with_starts(courses, conditions.courses, restart)
    made = Conditions(conditions.measurements, conditions.steadiness, alone, restart, conditions.shared)
    courses.asked.append((conditions, made))
    return made


def _may_differ(compiled: CompiledRule, rule: OnCourse, beside: Beside) -> bool:
    """Whether judging planned courses beside can say what judging the drug as it is taken or held does not."""
    if "planned" not in rule.phases:
        return False
    if compiled.indications is not None or rule.doses_per_day_above is not None or _asks_of_course(rule):
        return True
    return rule.doses_per_day_at_most is not None or ("held" not in rule.phases and len(beside.restarts) > 0)


def _asks_of_course(rule: OnCourse) -> bool:
    if isinstance(rule, Threshold):
        return rule.feature in DOSE_FEATURES
    return isinstance(rule, Interval) and any(
        leaf.course or leaf.feature in DOSE_FEATURES for leaf in leaves_of(rule.when)
    )


def _join(ordinary: Found, beside: Found) -> Found:
    """Both judgements as one: where both find something, or both cannot tell, the ordinary one speaks."""
    findings, unknowns, evidence = beside
    mine, theirs = _number(findings.patient, findings.fact, ordinary[0].patient, ordinary[0].fact)
    row, opened, closed = _left(mine, findings.opened, findings.closed, theirs, ordinary[0].opened, ordinary[0].closed)
    kept = {f.name: getattr(findings, f.name)[row] for f in fields(Findings)}
    findings = Findings(**kept | {"opened": opened, "closed": closed})
    row, opened, closed = _left(
        unknowns.patient, unknowns.opened, unknowns.closed, ordinary[1].patient, ordinary[1].opened, ordinary[1].closed
    )
    unknowns = Unknowns(unknowns.patient[row], unknowns.rule[row], unknowns.reason[row], opened, closed)
    return stack([ordinary, (findings, unknowns, evidence)])


def _number(patient: Ints, fact: Ints, other_patient: Ints, other_fact: Ints) -> tuple[Ints, Ints]:
    """What two tables of findings are about, numbered alike."""
    facts = np.concatenate([fact, other_fact])
    least = facts.min(initial=0)
    numbers = np.concatenate([patient, other_patient]) * (facts.max(initial=0) - least + 1) + facts - least
    return numbers[: len(fact)], numbers[len(fact) :]


def _left(owner: Ints, start: Ints, end: Ints, theirs: Ints, opened: Ints, closed: Ints) -> tuple[Ints, Ints, Ints]:
    """What is left of each interval after taking away the others of the same owner: its row, start and end."""
    rows = np.arange(len(owner), dtype=np.int64)
    away = Spans.of(theirs, opened, closed)
    if not len(rows) or not len(away):
        return rows, start, end
    return subtract(rows, start, end, *for_each(rows, owner, away), FAR)
